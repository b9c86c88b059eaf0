"""A table of texts through a methodology: what is read, what is refused, what the sums are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tanpuhui import engine, quantify
from tanpuhui.engine import MissingColumns, SceneNeeded
from tanpuhui.quantify import Quantified
from tests.conformance.trial_library import opened, plan

DAY = date(2024, 6, 1)
OURS = ["baseline_mg", "activity_mg", "leakage_mg", "reduction_mg", "refused"]


def quantified(
    methodology: str, columns: Mapping[str, Sequence[str | None]], engine_name: str = "reference"
) -> Quantified:
    """The table through a methodology of the conformance library."""
    table = pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})
    of = plan(methodology)
    return quantify.quantify(table, of, opened(engine_name), region=of.regions[0], day=DAY)


@pytest.fixture(params=["reference", "duckdb"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_the_columns_come_back_as_they_came_with_ours_behind_them(engine_name: str) -> None:
    columns: dict[str, list[str | None]] = {
        "remark": ["早高峰", None],
        "scene": ["trial_walk", "trial_ride"],
        "steps": ["07250", None],
        "distance_km": [None, "1.50"],
    }

    found = quantified("trial.scenes", columns, engine_name)

    assert found.table.column_names == [*columns, *OURS]
    assert found.table.select(list(columns)).to_pydict() == columns
    assert found.table.select(OURS).to_pylist() == [
        {"baseline_mg": None, "activity_mg": None, "leakage_mg": None,
         "reduction_mg": 145_000, "refused": ""},
        {"baseline_mg": 202_500, "activity_mg": 66_900, "leakage_mg": None,
         "reduction_mg": 135_600, "refused": ""},
    ]  # fmt: skip
    assert [found.table.schema.field(name).type for name in OURS] == [
        *[pa.int64()] * 4,
        pa.string(),
    ]


def test_the_sums_are_those_of_the_rows_and_absent_where_no_case_gives_an_output(
    engine_name: str,
) -> None:
    columns = {"scene": ["trial_walk", "trial_walk", "trial_ride", "swim"]}
    columns |= {"steps": ["1", "2", "", "3"], "distance_km": ["", "", "1", ""]}

    found = quantified(
        "trial.scenes", {k: [t or None for t in v] for k, v in columns.items()}, engine_name
    )

    # 20 + 40 mg of steps, 90.4 g of a ride; the swim is refused.
    assert found.totals == {
        "baseline": 135_000, "activity": 44_600, "leakage": None, "reduction": 90_460,
    }  # fmt: skip
    assert (found.received, found.counted) == (4, 3)
    assert found.refused == {"scene-not-covered": 1}


def test_sums_of_refused_rows_alone_are_zero(engine_name: str) -> None:
    found = quantified("trial.plus", {"a": ["1"], "b": [None]}, engine_name)

    assert found.totals["reduction"] == 0
    assert (found.received, found.counted, found.refused) == (1, 0, {"no-result": 1})


def test_sums_beyond_64_bits_are_exact() -> None:
    found = quantified("trial.plus", {"a": ["9e15"] * 3, "b": ["0.001"] * 3})

    assert found.totals["reduction"] == 3 * (9 * 10**18 + 1)


def test_region_and_day_of_a_row_come_before_those_of_the_call(engine_name: str) -> None:
    found = quantified(
        "trial.regional",
        {
            "distance_km": ["1"] * 4,
            "region": ["420102", None, "420106", "420106"],
            "day": [None, None, "2024-12-31", "2025-01-01"],
        },
        engine_name,
    )

    # The district's own, the world's (the methodology's first region), the city's, the province's.
    assert found.table["reduction_mg"].to_pylist() == [5000, 1000, 4000, 3000]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "unreadable-a"),
        ("1,5", "unreadable-a"),
        ("12 g", "unreadable-a"),
        ("nan", "unreadable-a"),
        ("inf", "unreadable-a"),
        ("-Infinity", "unreadable-a"),
        ("1e999", "unreadable-a"),
        ("-1", "negative-a"),
        (None, "no-result"),
        ("1e3", ""),
        ("0001", ""),
        (" 2 ", ""),
        ("+3", ""),
    ],
)
def test_a_text_that_is_no_number_is_refused_by_its_column(
    text: str | None, code: str, engine_name: str
) -> None:
    found = quantified("trial.plus", {"a": ["5", text, "7"], "b": ["1"] * 3}, engine_name)

    assert found.table["refused"].to_pylist() == ["", code, ""]
    assert found.table["reduction_mg"].to_pylist()[::2] == [6000, 8000]


@pytest.mark.parametrize("text", ["2024-02-30", "01/06/2024", "2024-6-1", "today", "20240601x"])
def test_a_text_that_is_no_day_is_refused_as_such(text: str, engine_name: str) -> None:
    found = quantified(
        "trial.dated", {"distance_km": ["1", "1"], "day": [text, "2024-07-01"]}, engine_name
    )

    assert found.table["refused"].to_pylist() == ["unreadable-day", ""]
    assert found.table["reduction_mg"].to_pylist() == [None, 20_000]


def test_what_the_case_of_a_row_does_not_read_need_not_be_readable(engine_name: str) -> None:
    columns = {"scene": ["trial_walk", "trial_ride"], "steps": ["100", "n/a"]}

    found = quantified("trial.scenes", {**columns, "distance_km": ["n/a", "1"]}, engine_name)

    assert found.table["refused"].to_pylist() == ["", ""]


def test_a_blank_scene_is_refused_and_not_counted_as_nothing(engine_name: str) -> None:
    found = quantified(
        "trial.plus", {"scene": [None, "trial"], "a": ["1"] * 2, "b": ["1"] * 2}, engine_name
    )

    assert found.table["refused"].to_pylist() == ["scene-not-covered", ""]
    assert found.counted == 1


def test_one_case_needs_no_column_scene() -> None:
    assert quantified("trial.plus", {"a": ["1"], "b": ["1"]}).counted == 1


def test_several_cases_need_the_column_scene() -> None:
    with pytest.raises(SceneNeeded) as refused:
        quantified("trial.scenes", {"steps": ["1"]})

    assert refused.value.scenes == ("trial_ride", "trial_tram", "trial_walk")
    assert "scene=trial_ride|trial_tram|trial_walk" in refused.value.remedy()


def test_an_input_without_a_column_is_a_fault_of_the_table() -> None:
    with pytest.raises(MissingColumns) as refused:
        quantified("trial.inputs", {"distance": ["1"], "mode": ["bus"]})

    assert refused.value.missing == ("distance_km",)
    assert refused.value.found == ("distance", "mode")


def test_what_no_row_of_the_table_needs_may_be_absent(engine_name: str) -> None:
    found = quantified("trial.scenes", {"scene": ["trial_walk"], "steps": ["5"]}, engine_name)

    assert found.table["reduction_mg"].to_pylist() == [100]


def test_an_optional_input_may_be_absent(engine_name: str) -> None:
    assert (
        quantified("trial.defaults", {"scene": ["trial_ride"]}, engine_name).totals["reduction"]
        == 80_000
    )


def test_a_column_of_ours_that_came_in_is_replaced(engine_name: str) -> None:
    columns: dict[str, list[str | None]] = {
        "reduction_mg": ["999"], "a": ["1"], "refused": ["no"], "b": ["1"],
    }  # fmt: skip

    found = quantified("trial.plus", columns, engine_name)

    assert found.table.column_names == ["a", "b", *OURS]
    assert found.table["reduction_mg"].to_pylist() == [2000]


def test_evidence_is_asked_where_the_table_has_it(engine_name: str) -> None:
    columns: dict[str, list[str | None]] = {
        "distance_km": ["1", "1", "1"], "evidence": ["fare_record", "statement", None],
    }  # fmt: skip

    found = quantified("trial.evidence", columns, engine_name)

    assert found.table["refused"].to_pylist() == ["", "evidence-not-accepted", ""]


def test_a_table_without_rows_is_received_counted_and_summed_as_nothing(engine_name: str) -> None:
    columns: dict[str, list[str | None]] = {"a": [], "b": [], "day": [], "region": []}

    found = quantified("trial.plus", columns, engine_name)

    assert found.table.column_names == [*columns, *OURS]
    assert (found.received, found.counted, dict(found.refused)) == (0, 0, {})
    assert found.totals["reduction"] == 0


def test_both_engines_give_the_same_table() -> None:
    columns: dict[str, Any] = {
        "scene": ["trial_ride", "trial_ride", "trial_walk", None, "trial_ride"],
        "distance_km": ["0.0101", "71200000000.1", None, "1", "x"],
        "steps": [None, None, "7250", None, None],
        "region": ["420106", None, "999999", None, None],
    }

    tables = [quantified("trial.scenes", columns, name).table for name in ("reference", "duckdb")]

    assert tables[0].equals(tables[1])
    assert engine.OUTPUTS == ("baseline", "activity", "leakage", "reduction")
