"""The golden total of the engine benchmark: seed 7, five modes, both tables dated.

Before rounding the sum is exactly 1,766,352,503.1614 g; rounded down record by record it is
1,766,352,293,005 mg. Metres times tenths of a gram a kilometre are tenths of a milligram, so whole
numbers check both sums without any engine.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tanpuhui import engine, rules
from tanpuhui.engine import Judge, Plan
from tanpuhui.formula import EXACT
from tanpuhui.rules import Library
from tests.tidy.house import ROOT

MILLION = 1_000_000
EXACT_GRAMS = Decimal("1766352503.1614")
WHOLE_MG = 1_766_352_293_005

MODES = ("cycling", "walking", "bus", "metro", "ev")
SAVED_TENTHS = np.array([1350, 1350, 1350 - 446, 1350 - 212, 1860 - 735])  # of g/km, by mode
FIRST = date(2025, 1, 1)  # days run over the one on which the second values begin


@cache
def plan() -> Plan:
    library = Library((rules.library_folders({})[0], ROOT / "benchmarks" / "library"))
    return engine.plan_of(library.methodology("bench.trips_2020"), library.regions)


@cache
def drawn() -> tuple[Any, Any]:
    """Metres and numbers of modes, in the order of draws that gives the golden total."""
    draw = np.random.default_rng(7)
    return draw.integers(100, 30_000, MILLION), draw.integers(0, 5, MILLION)


def trips(count: int) -> pa.Table:
    metres, modes = (column[:count] for column in drawn())
    days = np.datetime64(FIRST) + (np.arange(count) % 365).astype("timedelta64[D]")
    return pa.table(
        {
            "scene": pa.repeat("bench_trip", count),
            "region": pa.repeat("100000", count),
            "day": pa.array(days),
            "distance_km": metres / 1000.0,
            "mode": pa.DictionaryArray.from_arrays(modes.astype(np.int8), MODES).cast(pa.string()),
        }
    )


def in_whole_numbers(count: int) -> tuple[Decimal, int]:
    """The exact sum in grams and the sum of whole milligrams, without an engine."""
    metres, modes = (column[:count] for column in drawn())
    tenths_of_a_mg = metres * SAVED_TENTHS[modes]
    return Decimal(int(tenths_of_a_mg.sum())) / 10_000, int((tenths_of_a_mg // 10).sum())


def test_the_draws_are_those_of_the_golden_total() -> None:
    assert in_whole_numbers(MILLION) == (EXACT_GRAMS, WHOLE_MG)


@pytest.mark.parametrize("count", [20_000, pytest.param(MILLION, marks=pytest.mark.slow)])
def test_the_judges_sum_is_exact_before_rounding(count: int) -> None:
    metres, modes = (column[:count].tolist() for column in drawn())
    judge = Judge(plan())
    record: dict[str, Any] = {"scene": "bench_trip", "region": "100000"}
    grams, mg = Decimal(0), 0

    with localcontext(EXACT):
        for number, (metre, mode) in enumerate(zip(metres, modes, strict=True)):
            record["day"] = FIRST + timedelta(days=number % 365)
            record["distance_km"] = Decimal(metre) / 1000
            record["mode"] = MODES[mode]
            judged = judge.judge(record)
            grams += judged.grams["reduction"]
            mg += judged.mg["reduction"]

    assert (grams, mg) == in_whole_numbers(count)


@pytest.mark.parametrize("name", ["duckdb"])
def test_the_total_after_rounding_is_exact_to_the_milligram(name: str) -> None:
    table = trips(MILLION)
    kinds = dict(zip(table.column_names, table.schema.types, strict=True))

    found = engine.quantifier(engine.open_backend(name), plan(), kinds)(table)

    assert pc.sum(found["reduction_mg"]).as_py() == WHOLE_MG
    assert found["refused"].null_count == MILLION


def test_the_worked_vectors_of_the_benchmarks_own_library_hold() -> None:
    from tanpuhui.quantify import failing_vectors

    folder = Path(ROOT / "benchmarks" / "library")
    library = Library((rules.library_folders({})[0], folder))

    for name in ("reference", "duckdb"):
        failing = failing_vectors(library, "bench.trips_2020", engine.open_backend(name))
        assert [str(fault) for fault in failing] == []
    assert [str(fault) for fault in library.faults()] == []
