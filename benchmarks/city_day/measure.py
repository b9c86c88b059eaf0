"""A simulated city-day, from CSV to posted books, beside the hand-written script of ``floor.py``.

Totals are compared first, on a day on which nobody has two records, where script and platform must
agree to the milligram: elsewhere the platform's order of precedence is another.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import pyarrow as pa

from benchmarks.city_day import floor
from tanpuhui import pipeline, web
from tanpuhui.pipeline import Staged
from tanpuhui.rules import Library, Programme

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[1] / "library" / "vocabulary"
COMPARED_RECORDS = 200_000
ROUNDS = 3
# Steps of a batch whose work the script does too; the others are what the platform does besides.
STEPS = ("intake", "people", "quantify", "dedup", "limits", "ledger", "incentives", "verdicts",
         "books")  # fmt: skip


@dataclass(frozen=True)
class NumberedPeople:
    """Bindings in memory: everybody has an account, and a number of their own."""

    def bind(self, subjects: pa.Table) -> pa.Table:
        """See ``pipeline.Bindings``."""
        return subjects.append_column("person_id", pa.array(range(len(subjects)), pa.int64()))


def rules(folder: Path) -> tuple[Library, Programme]:
    """The rules of the script as a library of its own; it borrows the vocabulary of ours."""
    borrowed = folder / "vocabulary"
    borrowed.mkdir(exist_ok=True)
    for name in ("regions", "terms", "units"):
        link = borrowed / f"{name}.yaml"
        if not link.exists():
            link.symlink_to(VOCABULARY / f"{name}.yaml")
    library = Library((folder, HERE / "library"))
    return library, library.programme("city-day")


def columnar(day: Path, folder: Path) -> tuple[Staged, float]:
    """The day through the pipeline, without a database; and how many seconds it took."""
    library, programme = rules(folder)
    with tempfile.TemporaryDirectory(dir=folder) as lake:
        order = pipeline.Order(
            batch="city-day", posted_order=1, files=(day,), partner=None, mapping=None,
            programme=programme, library=library, bindings=NumberedPeople(),
            earlier=pipeline.Earlier(), secret="5" * 64, folder=Path(lake),
        )  # fmt: skip
        began = perf_counter()
        staged = pipeline.compute(order, pipeline.open_engine())
        return staged, perf_counter() - began


def compare(folder: Path) -> tuple[int, int]:
    """Lines and milligrams of a day without overlaps, on which both must agree."""
    day = folder / "once.csv"
    floor.generate(day, records=COMPARED_RECORDS, people=50 * COMPARED_RECORDS, once=True)
    by_hand = floor.run(day)
    staged, _ = columnar(day, folder)
    person = staged.books.person
    assert (person.count, person.credited_mg) == (by_hand.lines, by_hand.credited_mg), (
        f"{person.count} lines, {person.credited_mg} mg; by hand {by_hand}"
    )
    return by_hand.lines, by_hand.credited_mg


def posted(day: Path, folder: Path) -> Mapping[str, float]:
    """Seconds from the file to books that are committed, by step, with a database of its own."""
    library, programme = rules(folder)
    with (
        tempfile.TemporaryDirectory(dir=folder) as home,
        web.opened({"TANPUHUI_HOME": home}) as store,
    ):
        began = perf_counter()
        answer = store.post(
            [day], partner=None, mapping=None, programme=programme, library=library
        ).result
        return {**answer["seconds_by_step"], "in all": perf_counter() - began}


def measure(folder: Path) -> None:
    """Compare, then measure script and platform by turns, and print."""
    lines, credited_mg = compare(folder)
    print(f"equal on {lines:,} lines without overlaps: {credited_mg:,} mg")
    day = folder / "day.csv"
    floor.generate(day)
    by_hand, ours, steps = [], [], []
    for _ in range(ROUNDS):
        found = floor.run(day)
        by_hand.append(sum(found.seconds.values()))
        staged, seconds = columnar(day, folder)
        ours.append(seconds)
        steps.append(staged.seconds)
    counts = staged.counts
    print(f"{counts.received:,} received, {counts.counted:,} counted, "
          f"{len(staged.balances):,} people")  # fmt: skip
    print(f"{'by hand':<24}{median(by_hand):8.2f} s {found.lines:>12,} lines "
          f"{found.credited_mg:>20,} mg")  # fmt: skip
    print(f"{'columnar part':<24}{median(ours):8.2f} s {counts.counted:>12,} lines "
          f"{staged.books.person.credited_mg:>20,} mg   "
          f"{median(ours) / median(by_hand):.2f} x by hand")  # fmt: skip
    for name in STEPS:
        print(f"  {name:<22}{median(step[name] for step in steps):8.2f} s")
    in_all = posted(day, folder)
    per_second = counts.received / in_all["in all"]
    print(f"{'posted, with database':<24}{in_all['in all']:8.2f} s {per_second:>12,.0f} records/s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory {peak:.1f} GiB")


def main() -> None:
    """In a process of its own, so that the peak of memory is that of the day."""
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "benchmarks.city_day.measure", folder],
                       check=True, env=os.environ)  # fmt: skip


if __name__ == "__main__":
    main()
