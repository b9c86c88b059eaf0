"""Proofs of lines of a posted city-day: made from an open store, and checked offline.

A proof is timed from the line on: the record's line is found first, in the index of keys and in its
segment, which is timed apart.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq

from benchmarks.city_day import floor
from benchmarks.city_day.measure import rules
from tanpuhui import web
from tanpuhui.ledger import seals
from tanpuhui.rules import Programme

RECORDS = 600_000
PROVED = 20
BAR_MS = 5.0
_SEED = 20261129


def measure(store: web.Store, programme: Programme, verdicts: Path) -> None:
    """Print how long it takes to find, prove and check lines of the last batch.

    Args:
        verdicts: its file, from which records are drawn.
    """
    proving = import_module("tanpuhui.web.ledger.proving")  # its two halves are timed apart
    said = pq.read_table(verdicts, columns=["partner", "record_id", "verdict"])
    rows = random.Random(_SEED).sample(range(len(said)), 2 * PROVED)
    drawn = [said.slice(row, 1).to_pylist()[0] for row in rows]
    counted = [row for row in drawn if row["verdict"] == "counted"][:PROVED]
    named = [(row["partner"], row["record_id"]) for row in counted]
    key = seals.VerifierKey.from_text(store.log_status(programme.id).keys[-1][0])
    lines = [
        line for one in named for line in proving._lines_of(programme, *one, store.places)
    ]  # fmt: skip
    proofs = [proving._proved(line, store.places).proof for line in lines]
    assert all(_verified(proof, key) for proof in proofs)
    print(f"one line of {len(said):,} records, {len(named)} of them (bar {BAR_MS} ms for each of "
          f"proof and check)")  # fmt: skip
    _print("the line of a record found", named,
           lambda one: proving._lines_of(programme, *one, store.places))  # fmt: skip
    _print("proof of a line, from an open store", lines,
           lambda line: proving._proved(line, store.places))  # fmt: skip
    _print("check of it, offline", proofs, lambda proof: _verified(proof, key))
    then = datetime.now(UTC)
    turns = range(5)
    _print("books", turns, lambda _: store.books(programme.id))
    _print("books as known at a moment", turns, lambda _: store.books(programme.id, known_at=then))


def _verified(proof: bytes, key: seals.VerifierKey) -> bool:
    return seals.verify_bytes(proof, seals.Trust([key]), file="proof").holds


def _print(name: str, of: Sequence[Any], run: Callable[[Any], object]) -> None:
    times = []
    for one in of:
        began = perf_counter()
        run(one)
        times.append((perf_counter() - began) * 1_000)
    print(f"  {name:<44}{median(times):10.2f} ms   {min(times):.2f} to {max(times):.2f}")


def main() -> None:
    """``python -m benchmarks.city_day.proving [RECORDS]``."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        day = folder / "day.csv"
        floor.generate(day, records=records)
        library, programme = rules(folder)
        with web.opened({"TANPUHUI_HOME": str(folder / "home")}) as store:
            answer = store.post(
                [day], partner=None, mapping=None, programme=programme, library=library
            )
            assert answer.verdicts is not None, "the day has records"
            measure(store, programme, answer.verdicts)


if __name__ == "__main__":
    main()
