"""Which value of a factor holds: by region, by day, and by what was known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tanpuhui.engine import Judge, plan_of
from tanpuhui.rules import Factor, NoValueInForce
from tests.rules.small_library import FACTOR, METHODOLOGY, SmallLibrary

VALUE = """\
  - value: {number}
    region: "{region}"
    from: {begin}
    until: {end}
    known_since: {known}
    grade: read
    source: {{document: a_report, place: null}}
"""


def _factor(small: SmallLibrary, *values: str, more: str = "") -> Factor:
    """A factor with these values: number, region, from, until, known since."""
    head = small.text(FACTOR).split("values:")[0]
    written = [
        VALUE.format(number=n, region=r, begin=b, end=e, known=k)
        for n, r, b, e, k in (value.split() for value in values)
    ]
    small.write(FACTOR, f"{head}values:\n{''.join(written)}{more}")
    return small.open().factor("rates.a_step")


def _at(factor: Factor, region: str, day: str, known_on: str | None = None) -> Decimal | None:
    known = None if known_on is None else date.fromisoformat(known_on)
    return factor.in_force(region, date.fromisoformat(day), known_on=known).cells[()]


# -- regions ---------------------------------------------------------------------------------------


def test_a_region_without_a_value_takes_that_of_the_nearest_around_it(small: SmallLibrary) -> None:
    factor = _factor(
        small,
        "1 100000 2020-01-01 null 2020-01-01",
        "2 420000 2020-01-01 null 2020-01-01",
        "3 420100 2020-01-01 null 2020-01-01",
    )

    found = [
        _at(factor, region, "2022-01-01") for region in ("420106", "420100", "420500", "440300")
    ]

    # A district of Wuhan; Wuhan; another city of Hubei; another province.
    assert found == [3, 3, 2, 1]


def test_a_region_around_does_not_take_the_value_of_one_inside(small: SmallLibrary) -> None:
    factor = _factor(small, "3 420100 2020-01-01 null 2020-01-01")

    with pytest.raises(NoValueInForce):
        _at(factor, "420000", "2022-01-01")


def test_a_day_outside_the_own_values_falls_back_to_the_region_around(small: SmallLibrary) -> None:
    factor = _factor(
        small,
        "1 420000 2020-01-01 null 2020-01-01",
        "2 420100 2021-01-01 2022-01-01 2021-01-01",
    )

    found = [
        _at(factor, "420100", day)
        for day in ("2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01")
    ]

    assert found == [1, 2, 2, 1]


def test_an_explicit_null_stops_the_fallback(small: SmallLibrary) -> None:
    factor = _factor(
        small,
        "1 420000 2020-01-01 null 2020-01-01",
        "null 420100 2020-01-01 null 2020-01-01",
    )

    assert _at(factor, "420106", "2022-01-01") is None
    assert _at(factor, "420500", "2022-01-01") == 1


def test_a_record_where_the_value_is_null_is_refused_and_its_neighbour_is_not(
    small: SmallLibrary,
) -> None:
    _factor(
        small,
        "0.02 420000 2020-01-01 null 2020-01-01",
        "null 420100 2020-01-01 null 2020-01-01",
    )
    small.change(METHODOLOGY, 'regions: ["420100"]', 'regions: ["420000"]')
    library = small.open()
    judge = Judge(plan_of(library.methodology("rates.a_bank"), library.regions))
    record = {"scene": "walk", "day": date(2023, 1, 1), "steps": 100}

    in_wuhan = judge.judge({**record, "region": "420106"})
    in_hubei = judge.judge({**record, "region": "420000"})

    # 100 x 0.02 g = 2 g
    assert in_wuhan.refused == "no-value-per_step"
    assert (in_hubei.refused, in_hubei.mg) == (None, {"reduction": 2000})


# -- days ------------------------------------------------------------------------------------------


def test_a_value_holds_from_its_first_day_until_the_day_before_its_end(
    small: SmallLibrary,
) -> None:
    # QNT-04: a value has a validity and a successor.
    factor = _factor(
        small,
        "1 100000 2021-01-01 2022-01-01 2021-01-01",
        "2 100000 2022-01-01 2023-01-01 2022-01-01",
    )

    found = [_at(factor, "420100", day) for day in ("2021-01-01", "2021-12-31", "2022-01-01")]

    assert found == [1, 1, 2]
    for day in ("2020-12-31", "2023-01-01"):
        with pytest.raises(NoValueInForce):
            _at(factor, "420100", day)


def test_the_last_value_stays_in_force_where_the_issuer_says_so(small: SmallLibrary) -> None:
    factor = _factor(
        small,
        "1 100000 2021-01-01 2022-01-01 2021-01-01",
        "2 100000 2022-01-01 2023-01-01 2022-01-01",
        more="carry_forward: true\n",
    )

    assert _at(factor, "420100", "2021-06-01") == 1
    assert _at(factor, "420100", "2023-01-01") == 2
    assert _at(factor, "420100", "2099-12-31") == 2


def test_nothing_is_carried_backward(small: SmallLibrary) -> None:
    factor = _factor(
        small, "1 100000 2021-01-01 2022-01-01 2021-01-01", more="carry_forward: true\n"
    )

    with pytest.raises(NoValueInForce):
        _at(factor, "420100", "2020-12-31")


# -- what was known --------------------------------------------------------------------------------


def test_a_restated_value_holds_and_the_past_can_be_computed_as_it_was_known(
    small: SmallLibrary,
) -> None:
    # MTH-06: a later version never changes what was computed before.
    factor = _factor(
        small,
        "12 100000 2021-01-01 2022-01-01 2021-01-01",
        "15 100000 2021-01-01 2022-01-01 2025-02-01",
    )

    assert _at(factor, "420100", "2021-06-01") == 15
    assert _at(factor, "420100", "2021-06-01", known_on="2025-02-01") == 15
    assert _at(factor, "420100", "2021-06-01", known_on="2025-01-31") == 12
    with pytest.raises(NoValueInForce):
        _at(factor, "420100", "2021-06-01", known_on="2020-12-31")


def test_a_restatement_of_some_days_leaves_the_others(small: SmallLibrary) -> None:
    factor = _factor(
        small,
        "12 100000 2021-01-01 null 2021-01-01",
        "15 100000 2021-07-01 2021-10-01 2025-02-01",
    )

    timeline = factor.timeline("100000")

    assert [(str(piece.days), piece.cells[()]) for piece in timeline] == [
        ("2021-01-01 until 2021-07-01", Decimal(12)),
        ("2021-07-01 until 2021-10-01", Decimal(15)),
        ("from 2021-10-01 on", Decimal(12)),
    ]


def test_a_value_that_was_withdrawn_is_null_from_when_that_was_known(small: SmallLibrary) -> None:
    factor = _factor(
        small,
        "12 100000 2021-01-01 null 2021-01-01",
        "null 100000 2021-01-01 null 2025-02-01",
    )

    assert _at(factor, "420100", "2021-06-01") is None
    assert _at(factor, "420100", "2021-06-01", known_on="2024-01-01") == 12


def test_a_plan_computes_a_record_as_it_was_known_then(small: SmallLibrary) -> None:
    _factor(
        small,
        "0.02 100000 2020-01-01 null 2022-01-01",
        "0.03 100000 2020-01-01 null 2025-02-01",
    )
    library = small.open()
    methodology = library.methodology("rates.a_bank")
    record = {"scene": "walk", "region": "420100", "day": date(2023, 1, 1), "steps": 100}

    now, then, before = (
        Judge(plan_of(methodology, library.regions, known_on=known_on)).judge(record)
        for known_on in (None, date(2025, 1, 31), date(2021, 12, 31))
    )

    # 100 x 0.03 g = 3 g, once 100 x 0.02 g = 2 g; earlier still nothing was known
    assert now.mg == {"reduction": 3000}
    assert then.mg == {"reduction": 2000}
    assert before.refused == "no-value-per_step"
