"""Amounts that a record takes from others of its table: its household's past, its group's mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pytest

from tanpuhui import engine, quantify, records
from tanpuhui.engine import Backend, MissingColumns
from tests.conformance.trial_library import LIBRARY, opened

DAY = date(2024, 3, 4)


@pytest.fixture(params=["reference", "duckdb"])
def backend(request: pytest.FixtureRequest) -> Backend:
    return opened(request.param)


def reductions(backend: Backend, name: str, rows: Sequence[Mapping[str, str]]) -> list[int | None]:
    """What each row saves, in mg."""
    columns = dict.fromkeys(key for row in rows for key in row)
    table = records.table_of(rows, dict.fromkeys(columns, pa.string()))
    plan = engine.plan_of(LIBRARY.methodology(name), LIBRARY.regions)
    found = quantify.quantify(table, plan, backend, region="100000", day=DAY)
    amounts: list[int | None] = found.table["reduction_mg"].to_pylist()
    return amounts


def past(*amounts: str, **more: str) -> list[dict[str, str]]:
    """Records of one meter on following days."""
    return [
        {"asset": "m", "day": f"2024-03-{number:02}", "a": amount, **more}
        for number, amount in enumerate(amounts, start=1)
    ]


def test_a_file_holds_its_own_past_whatever_the_order_of_its_rows(backend: Backend) -> None:
    rows = past("10", "6", "5", "7")

    # day 3: (10 + 6) / 2 - 5 = 3 g; day 4: (10 + 6 + 5) / 3 - 7 = 0.
    assert reductions(backend, "trial.history_own", rows) == [0, 0, 3000, 0]
    assert reductions(backend, "trial.history_own", rows[::-1]) == [0, 3000, 0, 0]


def test_a_mean_in_a_column_of_the_file_is_used_as_it_stands(backend: Backend) -> None:
    rows = [{"a": "5", "own_a": "9"}, {"a": "5", "own_a": "5.5"}]

    assert reductions(backend, "trial.history_own", rows) == [4000, 500]


def test_without_the_column_that_tells_groups_apart_the_file_is_refused(backend: Backend) -> None:
    with pytest.raises(MissingColumns) as caught:
        reductions(backend, "trial.history_own", [{"a": "5", "day": "2024-03-01"}])

    assert caught.value.missing == ("asset",)


def test_a_record_that_names_no_group_has_no_past(backend: Backend) -> None:
    rows = past("10", "10", "1")
    rows[2]["asset"] = ""
    rows[2] = {key: value for key, value in rows[2].items() if value}

    assert reductions(backend, "trial.history_own", rows) == [0, 0, 0]


def test_a_refused_record_is_past_all_the_same_but_a_negative_one_is_not(
    backend: Backend,
) -> None:
    elsewhere = past("10", region="000000")
    rows = [*elsewhere, *past("10", "6", "5")[1:]]
    negative = [*past("10", "6", "-4", "5")]

    # Refused for its region, still used: (10 + 6) / 2 - 5. The negative day is no day at all.
    assert reductions(backend, "trial.history_own", rows) == [None, 0, 3000]
    assert reductions(backend, "trial.history_own", negative) == [0, 0, None, 3000]


def test_a_group_is_those_of_one_region_on_one_day(backend: Backend) -> None:
    rows = [
        {"asset": asset, "a": amount} for asset, amount in (("m", "4"), ("p", "6"), ("q", "11"))
    ]

    # (4 + 6 + 11) / 3 = 7
    assert reductions(backend, "trial.history_group", rows) == [3000, 1000, 0]
