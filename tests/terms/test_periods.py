"""A range of days holds its first day and not its last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.terms import DayRange

FIRST = date(2022, 8, 1)
ENDS = st.none() | st.integers(0, 12).map(lambda count: FIRST + timedelta(days=count))
RANGES = st.builds(DayRange, ENDS, ENDS)
DAYS = [FIRST + timedelta(days=count) for count in range(-1, 14)]  # one more on either side


def test_the_first_day_is_inside_and_the_until_day_is_outside() -> None:
    august = DayRange(date(2022, 8, 1), date(2022, 9, 1))

    inside = [
        day in august
        for day in (date(2022, 7, 31), date(2022, 8, 1), date(2022, 8, 31), date(2022, 9, 1))
    ]

    assert inside == [False, True, True, False]


def test_a_range_without_ends_holds_the_first_and_the_last_day_of_the_calendar() -> None:
    always = DayRange()

    assert date.min in always
    assert date.max in always


@pytest.mark.parametrize(
    ("days", "empty"),
    [
        (DayRange(date(2022, 8, 1), date(2022, 8, 1)), True),
        (DayRange(date(2022, 8, 2), date(2022, 8, 1)), True),
        (DayRange(date(2022, 8, 1), date(2022, 8, 2)), False),
        (DayRange(date(2022, 8, 1), None), False),
        (DayRange(None, date(2022, 8, 1)), False),
    ],
)
def test_a_range_is_empty_where_its_end_is_not_after_its_beginning(
    days: DayRange, empty: bool
) -> None:
    assert days.is_empty() is empty


def test_a_range_that_ends_where_the_next_begins_does_not_overlap_it() -> None:
    july = DayRange(date(2022, 7, 1), date(2022, 8, 1))
    august = DayRange(date(2022, 8, 1), date(2022, 9, 1))

    assert not july.overlaps(august)
    assert not august.overlaps(july)


@given(RANGES, RANGES)
def test_two_ranges_overlap_where_some_day_lies_in_both(one: DayRange, other: DayRange) -> None:
    if one.is_empty() or other.is_empty():
        return

    shared = any(day in one and day in other for day in DAYS)

    assert one.overlaps(other) is shared
    assert other.overlaps(one) is shared


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (DayRange(date(2022, 8, 25), None), "from 2022-08-25 on"),
        (DayRange(date(2022, 8, 25), date(2023, 1, 1)), "2022-08-25 until 2023-01-01"),
        (DayRange(None, date(2023, 1, 1)), "the beginning until 2023-01-01"),
    ],
)
def test_a_range_reads_as_from_and_until(days: DayRange, text: str) -> None:
    assert str(days) == text
