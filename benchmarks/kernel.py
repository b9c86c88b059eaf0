"""The kernel: one formula with units, per-record dates and a table look-up, a million records.

The work is that of a public comparison in which OpenFisca makes 0.66 million records a second by
its documented way and publicodes about 2,700: reduction = distance × (baseline[mode] −
project[mode]), five modes, both tables dated. Totals are compared before any time is printed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import engine, records, rules
from tanpuhui.engine import Explainer, Plan
from tanpuhui.rules import Library

METHODOLOGY = "bench.trips_2020"
REGION = "100000"
GOLDEN_MG = 1_766_352_293_005  # a million records of seed 7, rounded down one by one
RECORDS = 1_000_000
MODES = ("cycling", "walking", "bus", "metro", "ev")
BASELINE_G_PER_KM = np.array([135.0, 135.0, 135.0, 135.0, 186.0])
PROJECT_G_PER_KM = np.array([0.0, 0.0, 44.6, 21.2, 73.5])

TYPES: dict[str, pa.DataType] = {
    "scene": pa.string(),
    "region": pa.string(),
    "day": pa.date32(),
    "distance_km": pa.float64(),
    "mode": pa.string(),
}


@dataclass(frozen=True)
class Measured:
    """How many records a second: the median of the runs, the best, and the bar if any."""

    what: str
    records: int
    median_per_second: float
    best_per_second: float
    bar_per_second: float | None = None

    def line(self) -> str:
        """One line of the table."""
        bar = ""
        if self.bar_per_second is not None:
            verdict = "held" if self.median_per_second >= self.bar_per_second else "MISSED"
            bar = f"   bar {self.bar_per_second:>12,.0f} {verdict}"
        return (
            f"{self.what:<58} {self.records:>9,} "
            f"{self.median_per_second:>13,.0f} {self.best_per_second:>13,.0f}{bar}"
        )


def trips(count: int = RECORDS) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], pa.Table]:
    """The trips of seed 7: metres, mode numbers, and the same as a table of records."""
    draw = np.random.default_rng(7)
    metres = draw.integers(100, 30_000, RECORDS)[:count]
    modes = draw.integers(0, len(MODES), RECORDS)[:count]
    days = np.datetime64("2025-01-01") + (np.arange(count) % 365).astype("timedelta64[D]")
    table = pa.table(
        {
            "scene": pa.DictionaryArray.from_arrays(np.zeros(count, np.int8), ["bench_trip"]),
            "region": pa.DictionaryArray.from_arrays(np.zeros(count, np.int8), [REGION]),
            "day": pa.array(days),
            "distance_km": pa.array(metres / 1000.0),
            "mode": pa.DictionaryArray.from_arrays(modes.astype(np.int8), list(MODES)),
        }
    )
    return metres, modes, table


def library() -> Library:
    """The public library and the benchmarks' own."""
    return Library(rules.library_folders({}, (Path(__file__).parent / "library",)))


def measure(runs: int = 15) -> list[Measured]:
    """Every line of the benchmark."""
    found = library()
    methodology = found.methodology(METHODOLOGY)
    plan = engine.plan_of(methodology, found.regions)
    metres, modes, table = trips()
    return [
        *_ceilings(metres, modes, runs),
        *_columns(plan, table, runs),
        *_from_json(plan, table, runs),
        _explained(methodology, found, table),
    ]


def _columns(plan: Plan, table: pa.Table, runs: int) -> list[Measured]:
    backend = engine.open_backend("duckdb")
    lines = []
    plain = pa.table({name: table[name].cast(kind) for name, kind in TYPES.items()})
    for what, given in (("coded texts", table), ("plain texts", plain)):
        kinds = dict(zip(given.column_names, given.schema.types, strict=True))
        kernel = engine.quantifier(backend, plan, kinds)
        total = pc.sum(kernel(given)["reduction_mg"]).as_py()
        assert total == GOLDEN_MG, f"{total} mg, not {GOLDEN_MG}"
        work = partial(kernel, given)
        lines.append(_timed(f"columns, duckdb, {what}", given.num_rows, runs, work, 20e6))
    return lines


def _from_json(plan: Plan, table: pa.Table, runs: int) -> list[Measured]:
    """From parsed JSON: one mapping a record, as a request body holds them."""
    backend = engine.open_backend("duckdb")
    kernel = engine.quantifier(backend, plan, TYPES)
    rows = table.slice(0, 100_000).to_pylist()
    for row in rows:
        row["day"] = row["day"].isoformat()

    def answer(count: int) -> list[dict[str, Any]]:
        body = rows[:count]
        found: list[dict[str, Any]] = kernel(records.table_of(body, TYPES)).to_pylist()
        return found

    what = "parsed JSON to parsed JSON, a request"
    return [
        _timed(what, count, runs, partial(answer, count), 200e3)
        for count in (1_000, 10_000, 100_000)
    ]


def _explained(methodology: rules.Methodology, found: Library, table: pa.Table) -> Measured:
    explainer = Explainer(methodology, found)
    rows = table.slice(0, 5_000).to_pylist()

    def explain_all() -> None:
        for row in rows:
            explainer.explain(row)

    return _timed(
        "one record with full explanation, both languages", len(rows), 5, explain_all, 10e3
    )


def _ceilings(
    metres: np.ndarray[Any, Any], modes: np.ndarray[Any, Any], runs: int
) -> list[Measured]:
    """What the machine could do at most: no units, no dates, no refusals, no rounding."""
    saved = BASELINE_G_PER_KM - PROJECT_G_PER_KM
    kilometres = metres / 1000.0
    return [
        _timed(
            "ceiling: numpy, two gathers of doubles, sum", len(modes), runs,
            lambda: float((kilometres * saved[modes]).sum()),
        )
    ]  # fmt: skip


def _timed(
    what: str, count: int, runs: int, work: Callable[[], object], bar: float | None = None
) -> Measured:
    work()
    seconds = []
    gc.disable()
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    gc.enable()
    return Measured(what, count, count / median(seconds), count / min(seconds), bar)
