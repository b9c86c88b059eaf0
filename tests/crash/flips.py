"""Flips bits of a ledger: ``python -m tests.crash.flips --flips 1000 [--seed N] [--homes 2]``.

Each is found by reconcile and named, and put back before the next. What is flipped is a bit of a
file of the journal, of a row of its manifest, of a row of its log, of a checkpoint's row, of a
published tile, or of the published checkpoint: each kind as often as the others.

The number of a flip and the seed decide what is drawn; several homes share the numbers.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tanpuhui import pipeline, web
from tests.crash import bits, rows
from tests.crash.home import DOMAIN, Home, library, programme, warmed
from tests.tidy.house import ROOT
from tests.web.ledger import trial_city as city

Wrong = AbstractContextManager[tuple[str, Sequence[str]]]


@dataclass
class Flips:
    """What a number of flips came to.

    Args:
        found: by kind and where, those that reconcile named.
        unseen: in words, those that it did not find, or did not name.
    """

    found: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    unseen: list[str] = field(default_factory=list)

    def add(self, other: Flips) -> None:
        """Take another home's share in."""
        self.found += other.found
        self.codes += other.codes
        self.unseen += other.unseen

    def __str__(self) -> str:
        kinds: Counter[str] = Counter()
        for where, count in self.found.items():
            kinds[where.split(":")[0]] += count
        listed = (
            "\n  ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            for counts in (kinds, self.found)
        )
        codes = ", ".join(f"{name} {count}" for name, count in sorted(self.codes.items()))
        missed = "".join(f"\n  {one}" for one in self.unseen[:20])
        kinds_listed, places_listed = listed
        return (
            f"{self.found.total() + len(self.unseen)} flips, {self.found.total()} found and named, "
            f"{len(self.unseen)} not{missed}\nkinds\n  {kinds_listed}\nplaces\n  {places_listed}\n"
            f"told as  {codes}"
        )


def made(folder: Path) -> Home:
    """A home to flip bits in."""
    home = Home(folder)
    home.begun()
    return home


def posted(store: web.Store, folder: Path) -> None:
    """The trial city, a new key of its log, and two further batches that it signs."""
    city.posted(store, library(), folder)
    store.rotate_log_key(programme().id, is_lost=False)
    for number in range(2):
        store.post(
            [city.any_file(folder / f"{number}.csv", number, 1)], partner=None, mapping=None,
            programme=programme(), library=library(),
        )  # fmt: skip


def flipped(
    store: web.Store,
    *,
    numbers: Sequence[int],
    seed: int,
    tell: Callable[[str], None] = lambda line: None,
) -> Flips:
    """Flip bits of a ledger one by one; each is put back.

    Args:
        store: with the trial city posted; the database of a home that nobody needs afterwards.
        numbers: of the flips.
    """
    report, engine = Flips(), pipeline.open_engine()
    kinds = _kinds(store.places.lake)
    rows.unbound()
    assert not store.reconcile(DOMAIN, backend=engine).findings, "it agrees before"
    for done, number in enumerate(numbers, start=1):
        draw = random.Random(f"{seed}/{number}")
        kind = sorted(kinds)[number % len(kinds)]
        with kinds[kind](draw) as (where, names):
            findings = store.reconcile(DOMAIN, backend=engine).findings
        named = [one for one in findings if any(name in str(one) for name in names)]
        if named:
            report.found[f"{kind}: {where.split(':')[0]}"] += 1
            report.codes[named[0].code] += 1
        else:
            told = ", ".join(one.code for one in findings) or "nothing"
            report.unseen.append(f"flip {number}, {kind}, {where}: told {told}")
            tell(report.unseen[-1])
        if done % 50 == 0:
            tell(f"{done:5} flips, {len(report.unseen)} not found")
    assert not store.reconcile(DOMAIN, backend=engine).findings, "everything was put back"
    return report


def _kinds(lake: Path) -> dict[str, Callable[[random.Random], Wrong]]:
    """By kind, what makes one bit other while it is entered."""
    return {
        "files": lambda draw: _of_file(draw, lake, _files(lake / f"domain={DOMAIN}")),
        "tiles": lambda draw: _of_file(draw, lake, _files(lake / "log", without="checkpoint")),
        "published checkpoints": lambda draw: _of_file(
            draw, lake, [*lake.glob("log/*/checkpoint")]
        ),
        "manifest rows": lambda draw: rows.flipped(draw, "ledger_segment"),
        "checkpoint rows": lambda draw: rows.flipped(draw, "ledger_checkpoint"),
        "log rows": lambda draw: rows.flipped(
            draw, draw.choice(["ledger_log", "ledger_logkey", "ledger_logentry"])
        ),
    }


def _files(folder: Path, without: str = "lock") -> list[Path]:
    """Files of which every bit is compared."""
    ends = (".lock", ".new")
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != without)
    return sorted(path for path in found if path.suffix not in ends)


@contextmanager
def _of_file(
    draw: random.Random, lake: Path, files: list[Path]
) -> Iterator[tuple[str, Sequence[str]]]:
    """A bit of a file, every byte being as likely; and how it is to be named."""
    sizes = [path.stat().st_size for path in files]
    (path,) = draw.choices(files, sizes)
    content = path.read_bytes()
    place = draw.randrange(len(content) * 8)
    path.write_bytes(bits.of_bytes(content, place))
    at = path.relative_to(lake)
    kind = at.parts[3] if at.parts[2] == "tile" else "checkpoint" if len(at.parts) == 3 else ""
    where = f"level {kind}" if kind.isdigit() else kind or at.parts[1]
    # A mark is named by its folder.
    named = str(path.parent) if path.name == "mark" else at.as_posix()
    try:
        yield f"{where}: bit {place} of {at}", (named,)
    finally:
        path.write_bytes(content)


def main() -> int:
    """The flips that were asked for, and whether each was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.flips", description=__doc__)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--homes", type=int, default=1, help="so many share the flips at once")
    parser.add_argument("--share", type=int, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(2**31) if asked.seed is None else asked.seed
    if asked.share is not None:
        print(json.dumps(vars(_share(asked.flips, seed, asked.share, asked.homes))))
        return 0
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    if asked.homes == 1:
        report = _share(asked.flips, seed, 0, 1)
    else:
        report = _together(asked.flips, seed, asked.homes)
    print(f"seed {seed}: {report}")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if report.unseen else 0


def _share(flips: int, seed: int, share: int, homes: int) -> Flips:
    """Every so manieth flip, in a home of its own."""
    warmed()
    with tempfile.TemporaryDirectory(prefix="tanpuhui-flips-") as name:
        home = made(Path(name))
        with web.opened(home.environment()) as store:
            posted(store, Path(name))
            return flipped(
                store, numbers=range(share, flips, homes), seed=seed,
                tell=lambda line: print(f"home {share}: {line}", file=sys.stderr, flush=True),
            )  # fmt: skip


def _together(flips: int, seed: int, homes: int) -> Flips:
    """All flips, over processes that have a home each."""
    command = [sys.executable, "-m", "tests.crash.flips", "--flips", str(flips),
               "--seed", str(seed), "--homes", str(homes), "--share"]  # fmt: skip
    shares = [
        subprocess.Popen([*command, str(share)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for share in range(homes)
    ]
    report = Flips()
    for process in shares:
        said, _ = process.communicate()
        assert process.returncode == 0, "a home failed; its last words stand above"
        found = json.loads(said.splitlines()[-1])
        report.add(Flips(Counter(found["found"]), Counter(found["codes"]), found["unseen"]))
    return report


if __name__ == "__main__":
    sys.exit(main())
