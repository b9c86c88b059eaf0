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
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest import mock

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.city_day import floor
from tanpuhui import pipeline, web
from tanpuhui.pipeline import Order, Staged
from tanpuhui.rules import Library, Programme

HERE = Path(__file__).parent
VOCABULARY = HERE.parents[1] / "library" / "vocabulary"
COMPARED_RECORDS = 200_000
ROUNDS = 3
BAR_COLUMNAR, BAR_SEAL = 2.0, 1.1  # times the script
_NULLS = {pa.string(): "string", pa.int64(): "int64"}


@dataclass(frozen=True)
class NumberedPeople:
    """Bindings in memory: everybody has an account, and a number of their own."""

    def bind(self, subjects: pa.Table) -> pa.Table:
        """See ``pipeline.Bindings``."""
        return subjects.append_column("person_id", pa.array(range(len(subjects)), pa.int64()))

    def secrets(self, people: pa.Table) -> pa.Table:
        """See ``pipeline.Bindings``: the number itself in 32 digits, which costs little."""
        digits = pc.utf8_lpad(people["person_id"].cast(pa.string()), 32, "0")
        return people.append_column("secret", digits)


@dataclass(frozen=True)
class Time:
    """How long something took: seconds of the clock, and seconds of the processors."""

    clock: float
    processor: float

    def __sub__(self, other: Time) -> Time:
        return Time(self.clock - other.clock, self.processor - other.processor)


def now() -> Time:
    """The time of this process."""
    used = os.times()
    return Time(perf_counter(), used.user + used.system)


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


def order_of(day: Path, folder: Path, lake: Path) -> Order:
    """The day as a batch without a past."""
    library, programme = rules(folder)
    return Order(
        batch="city-day", posted_order=1, files=(day,), partner=None, mapping=None,
        programme=programme, library=library, bindings=NumberedPeople(),
        earlier=pipeline.Earlier(), secret="5" * 64, folder=lake,
    )  # fmt: skip


def columnar(day: Path, folder: Path) -> tuple[Staged, Time, dict[str, Time]]:
    """The day through the pipeline, without a database; how long it took, in all and by step."""
    marks: list[tuple[str, Time]] = []
    with tempfile.TemporaryDirectory(dir=folder) as lake:
        order = order_of(day, folder, Path(lake))
        began = now()
        staged = pipeline.compute(
            order, pipeline.open_engine(), told=lambda step: marks.append((step, now()))
        )
        marks.append(("", now()))
        steps = {a: after - before for (a, before), (_, after) in pairwise(marks)}
        return staged, now() - began, steps


def hashing(day: Path, folder: Path) -> Time:
    """What it costs that records have keys and hashes of their content: intake less intake without.

    They are switched off here alone, so this reaches into the package.
    """
    reading, keys = (import_module(f"tanpuhui.pipeline.{name}") for name in ("reading", "keys"))
    nulls = {
        field.name: _NULLS.get(field.type, "decimal(38, 0)") for field in keys.HASHED
    }  # fmt: skip

    def nothing(records: Any, *, secret: str, programme: str) -> dict[str, Any]:
        return {name: ibis.null(kind) for name, kind in nulls.items()}

    times = []
    for without in (False, True):
        with (
            tempfile.TemporaryDirectory(dir=folder) as lake,
            pipeline.open_engine().session() as session,
            mock.patch.object(reading, "hashed", nothing if without else keys.hashed),
        ):
            order = order_of(day, folder, Path(lake))
            began = now()
            reading.read_files(session, order)
            times.append(now() - began)
    return times[0] - times[1]


def compare(folder: Path) -> tuple[int, int]:
    """Lines and milligrams of a day without overlaps, on which both must agree."""
    day = folder / "once.csv"
    floor.generate(day, records=COMPARED_RECORDS, people=50 * COMPARED_RECORDS, once=True)
    by_hand = floor.run(day)
    staged, _, _ = columnar(day, folder)
    person = staged.books.person
    assert (person.count, person.credited_mg) == (by_hand.lines, by_hand.credited_mg), (
        f"{person.count} lines, {person.credited_mg} mg; by hand {by_hand}"
    )
    return by_hand.lines, by_hand.credited_mg


def posted(day: Path, folder: Path) -> float:
    """Seconds from the file to books that are committed, with a database of its own."""
    library, programme = rules(folder)
    with (
        tempfile.TemporaryDirectory(dir=folder) as home,
        web.opened({"TANPUHUI_HOME": home}) as store,
    ):
        began = perf_counter()
        store.post([day], partner=None, mapping=None, programme=programme, library=library)
        return perf_counter() - began


def measure(folder: Path) -> None:
    """Compare, then measure script and platform by turns, and print."""
    lines, credited_mg = compare(folder)
    print(f"equal on {lines:,} lines without overlaps: {credited_mg:,} mg")
    day = folder / "day.csv"
    floor.generate(day)
    by_hand, ours, steps = [], [], []
    for _ in range(ROUNDS):
        began = now()
        found = floor.run(day)
        by_hand.append(now() - began)
        staged, took, by_step = columnar(day, folder)
        ours.append(took)
        steps.append(by_step)
    counts = staged.counts
    print(f"{counts.received:,} received; counted {counts.counted:,}, by hand {found.lines:,}; "
          f"{len(staged.balances):,} people; peak {_peak_gib():.1f} GiB")  # fmt: skip
    script = _median(by_hand)
    _print("by hand", script, script)
    _print("all of it", _median(ours), script)
    unsealed = [took - by_step["seal"] for took, by_step in zip(ours, steps, strict=True)]
    _print(f"columnar part (bar {BAR_COLUMNAR} x)", _median(unsealed), script)
    _print(f"seal (bar {BAR_SEAL} x)", _median([by_step["seal"] for by_step in steps]), script)
    for name in steps[0]:
        _print(f"  {name}", _median([step[name] for step in steps]), script)
    _print("keys and content hashes", hashing(day, folder), script)
    seconds = posted(day, folder)
    print(f"{'posted, with its database':<28}{seconds:8.2f} s  {counts.received / seconds:,.0f} "
          f"records a second; peak {_peak_gib():.1f} GiB")  # fmt: skip


def _median(times: list[Time]) -> Time:
    return Time(median(t.clock for t in times), median(t.processor for t in times))


def _print(name: str, time: Time, script: Time) -> None:
    ratios = time.clock / script.clock, time.processor / script.processor
    print(f"{name:<28}{time.clock:8.2f} s {ratios[0]:6.2f} x   processors {time.processor:6.2f} s "
          f"{ratios[1]:6.2f} x")  # fmt: skip


def _peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


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
