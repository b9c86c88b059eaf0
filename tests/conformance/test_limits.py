"""What limits leave of each record: by record, day, count, month, year, reference and asset."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from tanpuhui.engine import Backend
from tests.conformance.trial_library import credited, plan


def rows(*grams: float | None, **more: Any) -> list[dict[str, Any]]:
    """Records worth so many grams each; None is a refused one."""
    return [
        {"reduction_mg": None if amount is None else round(amount * 1000), **more}
        for amount in grams
    ]


def left(backend: Backend, methodology: str, given: list[dict[str, Any]]) -> list[float]:
    """What is left of each record, in grams."""
    return [mg / 1000 for mg in credited(backend, plan(methodology), given)]


def test_a_record_that_crosses_the_limit_counts_in_part_and_later_ones_not(
    backend: Backend,
) -> None:
    assert left(backend, "trial.limit_by_day", rows(150, 60, 1)) == [150, 50, 0]


def test_the_edge_is_cut_to_the_milligram(backend: Backend) -> None:
    given = rows(199.999, 0.002, 0.001)

    assert left(backend, "trial.limit_by_day", given) == [199.999, 0.001, 0]


def test_limits_fill_in_the_order_of_position_and_not_of_rows(backend: Backend) -> None:
    given = rows(150, 60, 1)
    positions = [30, 10, 20]
    placed = [{**row, "position": at} for row, at in zip(given, positions, strict=True)]

    # 60, then 1, then 139 of the 150.
    assert left(backend, "trial.limit_by_day", placed) == [139, 60, 1]


def test_every_person_and_every_day_has_a_limit_of_its_own(backend: Backend) -> None:
    first, second = date(2024, 6, 1), date(2024, 6, 2)
    given = [
        *rows(150, person="an", day=first),
        *rows(150, person="bo", day=first),
        *rows(150, person="an", day=second),
        *rows(150, person="an", day=first),
    ]

    assert left(backend, "trial.limit_by_day", given) == [150, 150, 150, 50]


def test_a_limit_by_record_cuts_each_alone(backend: Backend) -> None:
    assert left(backend, "trial.limit_by_record", rows(100, 100.001, 250, 3)) == [100, 100, 100, 3]


def test_a_limit_by_count_lets_the_first_ones_through(backend: Backend) -> None:
    given = [*rows(5, 7), *rows(11, person="bo"), *rows(13)]

    assert left(backend, "trial.limit_by_count", given) == [5, 7, 11, 0]


def test_what_earns_nothing_takes_no_place_of_a_limit_by_count(backend: Backend) -> None:
    given = rows(0, None, -1, 5, 0, 7, 11)

    assert left(backend, "trial.limit_by_count", given) == [0, 0, -1, 5, 0, 7, 0]


def test_what_an_earlier_limit_took_away_takes_no_place_in_a_later_one(backend: Backend) -> None:
    # By record at most 50 g, then two records a day, then 100 g a day over all scenes.
    rides = rows(0, 80, 20, 40, scene="trial_ride")

    assert left(backend, "trial.limits_in_turn", rides) == [0, 50, 20, 0]


def test_a_cases_own_limits_come_before_those_over_all_its_cases(backend: Backend) -> None:
    # The walk comes first but is cut to 30 g by its own limit before the day is asked.
    given = [*rows(80, scene="trial_walk"), *rows(60, 60, scene="trial_ride")]

    assert left(backend, "trial.limits_in_turn", given) == [30, 50, 20]


def test_a_limit_of_one_case_leaves_records_of_another_alone(backend: Backend) -> None:
    given = [*rows(25, scene="trial_walk"), *rows(1, 1, 1, scene="trial_ride")]

    assert left(backend, "trial.limits_in_turn", given) == [25, 1, 1, 0]


def test_a_month_is_a_month_of_one_year(backend: Backend) -> None:
    days = [
        date(2024, 1, 31),
        date(2024, 2, 1),
        date(2024, 2, 29),
        date(2024, 3, 1),
        date(2025, 2, 1),
        date(2024, 12, 31),
        date(2025, 1, 1),
    ]
    given = [row for day in days for row in rows(70, day=day)]

    # Only the 1st and the 29th of February 2024 share a month: 70 and 30.
    assert left(backend, "trial.limit_by_month", given) == [70, 70, 30, 70, 70, 70, 70]


def test_a_year_ends_on_its_last_day(backend: Backend) -> None:
    days = [date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31)]
    given = [row for day in days for row in rows(70, day=day)]

    assert left(backend, "trial.limit_by_year", given) == [70, 0, 70, 0]


def test_every_reference_has_a_limit_of_its_own_over_persons_and_days(backend: Backend) -> None:
    given = [
        *rows(70, reference="r1", person="an"),
        *rows(70, reference="r2", person="an"),
        *rows(70, reference="r1", person="bo", day=date(2024, 9, 9)),
    ]

    assert left(backend, "trial.limit_by_reference", given) == [70, 70, 30]


def test_records_without_a_reference_fill_one_limit_together(backend: Backend) -> None:
    given = [*rows(70, 70, reference=None), *rows(70, reference="")]

    assert left(backend, "trial.limit_by_reference", given) == [70, 30, 70]


def test_every_asset_has_a_limit_of_its_own(backend: Backend) -> None:
    given = [*rows(1, asset="m1"), *rows(2, asset="m2"), *rows(4, asset="m1")]

    assert left(backend, "trial.limit_by_asset", given) == [1, 2, 0]


def test_a_negative_amount_stays_and_frees_no_room(backend: Backend) -> None:
    given = rows(150, -100, 60, -7)

    assert left(backend, "trial.limit_by_day", given) == [150, -100, 50, -7]


def test_a_negative_amount_stays_when_a_limit_by_count_is_full(backend: Backend) -> None:
    given = rows(1, 2, 4, -8)

    assert left(backend, "trial.limit_by_count", given) == [1, 2, 0, -8]


@pytest.mark.parametrize(
    "methodology",
    [f"trial.limit_by_{what}" for what in ("day", "count", "month", "year", "reference", "asset")],
)
def test_a_refused_record_earns_nothing_and_fills_nothing_whatever_it_lacks(
    methodology: str, backend: Backend
) -> None:
    nothing = {"day": None, "person": None, "reference": None, "asset": None, "scene": None}
    refused = {**rows(None)[0], **nothing, "scene": "trial"}

    found = left(backend, methodology, [refused, *rows(9), {**refused, "scene": None}])

    assert found == [0, 9, 0]


def test_a_methodology_without_limits_credits_all_of_it(backend: Backend) -> None:
    assert left(backend, "trial.plus", rows(1e6, None, -3, 0.001)) == [1e6, 0, -3, 0.001]


def test_amounts_near_the_end_of_64_bits_are_cut_like_any_other(backend: Backend) -> None:
    given = [{"reduction_mg": 9_200_000_000_000_000_000} for _ in range(3)]

    assert credited(backend, plan("trial.limit_by_day"), given) == [200_000, 0, 0]


def test_a_table_without_rows_is_credited_nothing(backend: Backend) -> None:
    assert credited(backend, plan("trial.limit_by_day"), []) == []


def test_shuffled_rows_are_credited_alike_where_their_positions_stay(
    backend: Backend, request: pytest.FixtureRequest
) -> None:
    seed = request.config.getoption("randomly_seed")
    draw = Random(seed)
    given: list[dict[str, Any]] = [
        {
            "position": number,
            "reduction_mg": draw.choice([None, draw.randrange(-20_000, 90_000)]),
            "scene": draw.choice(["trial_ride", "trial_walk"]),
            "person": draw.choice(["an", "bo"]),
        }
        for number in range(200)
    ]
    shuffled = draw.sample(given, len(given))

    of = plan("trial.limits_in_turn")
    by_position = dict(enumerate(credited(backend, of, given)))
    found = credited(backend, of, shuffled)

    assert found == [by_position[row["position"]] for row in shuffled], f"seed {seed}"
