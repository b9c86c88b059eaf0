"""Plans: what is laid out for a back end, and what cannot be computed at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tanpuhui import engine, rules
from tanpuhui.engine.plan import limits_of
from tanpuhui.rules import ParameterWithoutValue
from tests.conformance.trial_library import LIBRARY, plan


def test_a_parameter_without_value_names_the_file_the_line_and_the_way_out() -> None:
    methodology = LIBRARY.methodology("trial.without_value")

    with pytest.raises(ParameterWithoutValue) as refused:
        engine.plan_of(methodology, LIBRARY.regions)

    fault = refused.value
    assert fault.code == "LIB-210"
    assert (fault.methodology, fault.parameter) == ("trial.without_value", "per_km")
    assert fault.factor == "trial.not_at_hand"
    assert fault.place is not None
    assert fault.place.file.endswith("library/factors/trial/not_at_hand.yaml")
    assert fault.place.line == 5  # the line of `value: null`
    assert "gCO2e/km" in fault.remedy()
    assert "--set per_km=VALUE" in fault.remedy()


def test_with_the_value_given_by_hand_it_can_be_computed() -> None:
    methodology = LIBRARY.methodology("trial.without_value")

    chosen = rules.with_values(methodology, {"per_km": "5"}, LIBRARY.units)
    series = engine.plan_of(chosen, LIBRARY.regions).cases[0].series["per_km"]

    assert series.cells("420106", date(2024, 6, 1)) == {(): Decimal(5)}
    assert chosen.factor_set() != methodology.factor_set()


def test_the_pieces_of_a_parameter_stand_nearest_region_first() -> None:
    series = plan("trial.regional").cases[0].series["per_km"]

    assert [piece.region for piece in series.pieces] == [
        "420102",
        "420100",
        "420000",
        "100000",
        "000000",
    ]


@pytest.mark.parametrize(
    ("region", "day", "value"),
    [
        ("420102", date(2025, 6, 1), 5),
        ("420106", date(2024, 12, 31), 4),
        ("420106", date(2025, 1, 1), 3),
        ("330100", date(2024, 6, 1), 2),
        ("000000", date(2024, 6, 1), 1),
        ("420102", date(2023, 12, 31), None),
    ],
)
def test_the_first_piece_that_fits_is_the_one_in_force(
    region: str, day: date, value: int | None
) -> None:
    cells = plan("trial.regional").cases[0].series["per_km"].cells(region, day)

    assert cells == ({} if value is None else {(): Decimal(value)})


def test_what_became_known_later_is_left_out_of_a_plan_of_that_day() -> None:
    day = date(2024, 8, 1)  # restated on 2025-03-01

    before, after = (
        plan("trial.restated", known_on).cases[0].series["per_km"].cells("100000", day)
        for known_on in (date(2025, 2, 28), date(2025, 3, 1))
    )

    assert (before, after) == ({(): Decimal(10)}, {(): Decimal(12)})
    assert plan("trial.restated", date(2025, 2, 28)).known_on == date(2025, 2, 28)


def test_outputs_stand_in_their_fixed_order_whatever_case_gives_them() -> None:
    assert plan("trial.scenes").outputs() == ("baseline", "activity", "reduction")
    assert plan("trial.outputs").outputs() == ("baseline", "activity", "leakage", "reduction")
    assert plan("trial.footprint").outputs() == ("activity",)


def test_an_input_of_several_cases_is_one_column() -> None:
    assert [given.name for given in plan("trial.defaults_by_case").inputs()] == ["item_count"]


def test_limits_apply_case_by_case_and_then_over_all() -> None:
    found = [(scenes, limit.each) for scenes, limit in limits_of(plan("trial.limits_in_turn"))]

    assert found == [
        (("trial_ride",), ("record",)),
        (("trial_ride",), ("person", "local_day")),
        (("trial_walk",), ("person", "local_day")),
        (("trial_ride", "trial_walk"), ("person", "local_day")),
    ]
