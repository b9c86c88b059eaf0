"""Laws of factors in time, on random values against a search day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.rules import Factor, FactorValue, NoValueInForce, Source, Words
from tanpuhui.terms import DayRange, Place, Regions, Unit

FIRST = date(2022, 1, 1)
DAYS = [FIRST + timedelta(days=count) for count in range(-1, 32)]
REGIONS = ("420100", "420000", "100000")
KNOWN = [None, *(FIRST + timedelta(days=count) for count in range(0, 12, 3))]


@st.composite
def factors(draw: st.DrawFn) -> Factor:
    """A factor of up to seven values, each known since another day."""
    spans = draw(
        st.lists(
            st.tuples(st.sampled_from(REGIONS), st.integers(0, 28), st.none() | st.integers(1, 9)),
            max_size=7,
        )
    )
    known = draw(st.permutations(range(len(spans))))
    values = [
        _value(number, region, begin, length, known[number])
        for number, (region, begin, length) in enumerate(spans)
    ]
    return Factor(
        id="a.factor",
        title=Words("A factor", "一个因子"),
        unit=Unit("gCO2e/km"),
        axes=(),
        values=tuple(values),
        carry_forward=draw(st.booleans()),
        notes=(),
        place=Place("a.yaml", 1),
        sha256="",
    )


def _value(number: int, region: str, begin: int, length: int | None, known: int) -> FactorValue:
    first = FIRST + timedelta(days=begin)
    return FactorValue(
        cells={(): Decimal(number)},
        region=region,
        days=DayRange(first, None if length is None else first + timedelta(days=length)),
        known_since=FIRST + timedelta(days=known),
        grade="read",
        wording="exact",
        source=Source("a_report", None),
        note=None,
        place=Place("a.yaml", number + 2),
    )


def _known(factor: Factor, region: str, known_on: date | None) -> list[FactorValue]:
    return [
        value
        for value in factor.values
        if value.region == region and (known_on is None or value.known_since <= known_on)
    ]


def _found(factor: Factor, region: str, day: date, known_on: date | None) -> Decimal | None:
    """The value that was known last among those that cover the day, one day at a time."""
    known = _known(factor, region, known_on)
    if factor.carry_forward and known:
        # The value of the last day that has one stays in force.
        last = max(value.days.until_day or date.max for value in known) - timedelta(days=1)
        day = min(day, last)
    covering = [value for value in known if day in value.days]
    if not covering:
        return None
    return max(covering, key=lambda value: value.known_since).cells[()]


def _lookups() -> Iterator[tuple[str, date]]:
    for region in REGIONS:
        for day in DAYS:
            yield region, day


@given(factors(), st.sampled_from(REGIONS), st.sampled_from(KNOWN))
def test_the_pieces_of_a_timeline_are_in_order_and_never_overlap(
    factor: Factor, region: str, known_on: date | None
) -> None:
    timeline = factor.timeline(region, known_on)

    assert not any(piece.days.is_empty() for piece in timeline)
    for before, after in pairwise(timeline):
        assert before.days.until_day is not None
        assert after.days.from_day is not None
        assert before.days.until_day <= after.days.from_day


@given(factors(), st.sampled_from(KNOWN))
def test_a_timeline_holds_on_each_day_the_value_that_was_known_last(
    factor: Factor, known_on: date | None
) -> None:
    for region, day in _lookups():
        holding = [p.cells[()] for p in factor.timeline(region, known_on) if day in p.days]

        expected = _found(factor, region, day, known_on)
        assert holding == ([] if expected is None else [expected]), (region, day)


@given(factors(), st.sampled_from(KNOWN))
def test_the_value_in_force_is_that_of_the_nearest_region_that_has_one_on_that_day(
    factor: Factor, known_on: date | None
) -> None:
    for region, day in _lookups():
        nearest = [_found(factor, around, day, known_on) for around in Regions.lineage(region)]
        expected = next((number for number in nearest if number is not None), None)

        try:
            found = factor.in_force(region, day, known_on=known_on).cells[()]
        except NoValueInForce:
            found = None

        assert found == expected, (region, day)


@given(factors(), st.sampled_from(REGIONS), st.sampled_from(KNOWN))
def test_neighbouring_pieces_of_a_timeline_are_of_different_values(
    factor: Factor, region: str, known_on: date | None
) -> None:
    for before, after in pairwise(factor.timeline(region, known_on)):
        assert before.place != after.place or before.days.until_day != after.days.from_day


@given(factors())
def test_what_becomes_known_later_changes_nothing_that_was_known_before(factor: Factor) -> None:
    early = FIRST + timedelta(days=2)
    without_later = [value for value in factor.values if value.known_since <= early]

    for region in REGIONS:
        then = factor.timeline(region, early)

        assert {piece.place for piece in then} <= {value.place for value in without_later}
