"""Seeds shared out among processes, and what came of them."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.simulation.history import PROGRAMMES, history
from tests.simulation.memory_store import MemoryStore
from tests.simulation.play import play

_MEMORY = Path("/dev/shm")
_TELL_EVERY_SECONDS = 60.0
_AT_ONCE = 5  # seeds of one programme that a process takes after each other


@dataclass(frozen=True)
class Outcome:
    """A run.

    Args:
        difference: between the platform and the model; None where there is none.
    """

    seed: int
    batches: int
    difference: str | None


def run_in_memory(seed: int) -> int:
    """The run of a seed on the store in memory; gives how many batches it posted.

    Raises:
        AssertionError: the platform and the model differ.
    """
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        made = history(seed)
        return play(made, MemoryStore.opened(made, folder / "store"), folder / "in")
    finally:
        shutil.rmtree(folder)


def run_many(first: int, runs: int, *, processes: int, store: str) -> int:
    """Run seeds and print what came out; the exit code."""
    began = last_told = time.monotonic()
    batches = done = 0
    different: list[int] = []
    with multiprocessing.get_context("spawn").Pool(processes, _prepare) as pool:
        parts = [(store, part) for part in _parts(range(first, first + runs))]
        for outcomes in pool.imap_unordered(_run_part, parts):
            for outcome in outcomes:
                done += 1
                batches += outcome.batches
                if outcome.difference is not None:
                    different.append(outcome.seed)
                    _show(outcome, store)
            if time.monotonic() - last_told > _TELL_EVERY_SECONDS:
                last_told = time.monotonic()
                _say(f"{done} runs, {len(different)} different, {last_told - began:.0f} s")
    seconds = time.monotonic() - began
    seeds = f"seeds {first} to {first + runs - 1}"
    _say(f"{done} runs ({seeds}, {store}), {batches} batches, {seconds:.0f} s")
    _say(f"differences: {len(different)}" + "".join(f" {seed}" for seed in sorted(different)))
    return 1 if different else 0


def _prepare() -> None:
    """Keep what a run costs to its own work.

    A plan is thousands of small objects, and to look for rings among them costs a third of a run.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


def _parts(seeds: Iterable[int]) -> Iterable[list[int]]:
    """Seeds of one programme after each other: their plans are the same, and compiled once."""
    of: dict[int, list[int]] = {}
    for seed in seeds:
        of.setdefault(seed % len(PROGRAMMES), []).append(seed)
    longest = max((len(mine) for mine in of.values()), default=0)
    for n in range(0, longest, _AT_ONCE):
        yield from (mine[n : n + _AT_ONCE] for mine in of.values() if mine[n:])


def _run_part(given: tuple[str, list[int]]) -> list[Outcome]:
    store, seeds = given
    return [_outcome(store, seed) for seed in seeds]


def _outcome(store: str, seed: int) -> Outcome:
    run = run_in_memory if store == "memory" else _run_on_web
    try:
        return Outcome(seed, run(seed), None)
    except AssertionError as difference:
        return Outcome(seed, 0, str(difference) or traceback.format_exc())
    except Exception:  # noqa: BLE001 - whatever it is, the seed has to be told
        return Outcome(seed, 0, traceback.format_exc())


def _run_on_web(seed: int) -> int:
    from tests.simulation.web_store import run_on_web

    return run_on_web(seed)


def _show(outcome: Outcome, store: str) -> None:
    again = f"python -m tests.simulation --seed {outcome.seed} --runs 1 --processes 1"
    _say(f"seed {outcome.seed}: {outcome.difference}")
    _say(f"  again: {again}{'' if store == 'memory' else f' --store {store}'}")


def _say(text: Any) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
