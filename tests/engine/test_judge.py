"""The judge: one record in Decimal, with every step kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from tanpuhui.engine import Judge, Judged
from tanpuhui.formula import EXACT
from tests.conformance.trial_library import plan

DAY = date(2024, 6, 1)


@pytest.fixture(autouse=True)
def exact_context() -> Iterator[None]:
    with localcontext(EXACT):
        yield


def judged(methodology: str, **record: Any) -> Judged:
    of = plan(methodology)
    usual = {"scene": of.cases[0].scenes[0], "region": of.regions[0], "day": DAY}
    return Judge(of).judge({**usual, **record})


def test_every_step_of_a_record_is_kept() -> None:
    found = judged("trial.lookup", distance_km=Decimal("2.5"), mode="metro")

    # 2.5 km x (44.6 - 21.2) g/km
    assert found.refused is None
    assert found.case == 0
    assert found.grams == {"reduction": Decimal("58.5")}
    assert found.mg == {"reduction": 58_500}
    assert found.values["distance_km"] == Decimal("2.5")
    assert found.values["mode"] == "metro"
    assert found.values["per_km"] == {
        ("bus",): Decimal("44.6"),
        ("metro",): Decimal("21.2"),
        ("walk",): Decimal(0),
        ("train",): None,
    }


def test_amounts_are_exact_before_they_are_rounded() -> None:
    found = judged("trial.outputs", distance_km=Decimal("0.0101"))

    assert found.grams["baseline"] == Decimal("1.3635")
    assert found.grams["activity"] == Decimal("0.45046")
    # A third has fifty digits.
    assert found.grams["leakage"] == Decimal("0." + "3" * 50)
    assert found.grams["reduction"] == Decimal("0.57970" + "6" * 44 + "7")
    assert dict(found.mg) == {"baseline": 1363, "activity": 450, "leakage": 333, "reduction": 579}


@pytest.mark.parametrize("number", [0.1, Decimal("0.1")])
def test_a_double_is_read_as_the_number_that_was_written(number: float | Decimal) -> None:
    # The double nearest to 0.1 is 0.1000000000000000055…
    assert judged("trial.plus", a=number, b=0).grams == {"reduction": Decimal("0.1")}


def test_whole_numbers_may_be_given_as_such() -> None:
    assert judged("trial.plus", a=1, b=2).mg == {"reduction": 3000}


@pytest.mark.parametrize(
    "number",
    [math.nan, math.inf, -math.inf, 1e301, Decimal("NaN"), Decimal("Infinity"), Decimal("1e301")],
)
def test_what_is_no_number_counts_as_not_given(number: float | Decimal) -> None:
    assert judged("trial.plus", a=number, b=1).refused == "no-result"
    assert judged("trial.defaults", item_count=number).mg == {"reduction": 80_000}


def test_a_number_of_a_million_digits_is_answered_too() -> None:
    assert judged("trial.plus", a=Decimal("1e9999999"), b=1).refused is not None


def test_a_refused_record_has_no_amounts() -> None:
    found = judged("trial.conditions", a=Decimal(101), x=Decimal(1))

    assert (found.refused, found.case) == ("a-too-large", 0)
    assert (dict(found.grams), dict(found.mg)) == ({}, {})


def test_a_record_of_no_case_has_no_case() -> None:
    assert judged("trial.plus", scene="elsewhere").case is None
    assert judged("trial.plus", scene=None).refused == "scene-not-covered"


def test_the_case_of_a_record_is_that_of_its_scene() -> None:
    walk = judged("trial.scenes", scene="trial_walk", steps=7250)
    tram = judged("trial.scenes", scene="trial_tram", distance_km=1)

    assert (walk.case, dict(walk.mg)) == (1, {"reduction": 145_000})
    assert (tram.case, tram.mg["reduction"]) == (0, 90_400)


def test_keys_that_a_record_does_not_have_are_nulls() -> None:
    assert judged("trial.inputs").refused == "missing-distance_km"
    assert Judge(plan("trial.plus")).judge({}).refused == "scene-not-covered"
    assert Judge(plan("trial.plus")).judge({"scene": "trial"}).refused == "region-unknown"


def test_one_judge_tells_regions_and_days_apart() -> None:
    judge = Judge(plan("trial.regional"))
    usual = {"scene": "trial", "distance_km": 1}

    found = [
        judge.judge({**usual, "region": region, "day": day}).mg["reduction"]
        for region in ("420106", "110105", "420106", "000000")
        for day in (date(2024, 12, 31), date(2025, 1, 1))
    ]

    # Wuhan's value ends with 2024; then Hubei's holds.
    assert found == [4000, 3000, 2000, 2000, 4000, 3000, 1000, 1000]


def test_the_judge_changes_nothing_that_it_was_given() -> None:
    record = {"scene": "trial_ride", "region": "100000", "day": DAY, "item_count": None}

    Judge(plan("trial.defaults")).judge(record)

    assert record == {"scene": "trial_ride", "region": "100000", "day": DAY, "item_count": None}
