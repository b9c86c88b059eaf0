"""Times: from the texts of RFC 3339 to instants, and what a wall clock without offset means.

Engines read far more than RFC 3339 and do not agree: DuckDB takes a text without offset as the time
of its own session, takes "2020-03-01" for midnight and "24:00" for the next day. So one regular
expression decides which texts are times, and the engine only computes what they come to.

A wall clock that shows a time twice (when summer time ends) means the first; one that skips a time
means what it would have been had nobody turned the clock. Both are what Python and Java do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, cast
from zoneinfo import ZoneInfo

import ibis

from tanpuhui.engine import clock_at, instant_of

# Date, T or a space, time of day with seconds (24:00 is not RFC 3339; a leap second has no place on
# any engine's time line), fraction down to nanoseconds, of which engines keep microseconds.
_CLOCK = (
    "^[1-8][0-9]{3}-[01][0-9]-[0-3][0-9][T ]"
    "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?"
)
_OFFSET = "(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"  # no place is more than 14 hours away
_WITH_OFFSET = rf"{_CLOCK}{_OFFSET}\z"
_WITH_OR_WITHOUT = rf"{_CLOCK}{_OFFSET}?\z"
_CLOCK_LENGTH = len("2020-03-01T00:00:00")


def instants(text: Any, zone: str | None) -> Any:
    """The instant that each text names, as timestamps in UTC; null where it names none.

    Args:
        text: string column.
        zone: IANA name of the zone whose wall clock a text without offset shows; None where such a
            text names no instant.
    """
    if zone is None:
        return ibis.cases((text.re_search(_WITH_OFFSET), text.try_cast("timestamp('UTC')")))
    local = _at_wall_clock(text.try_cast("timestamp"), zone)
    named = ibis.cases((_has_offset(text), text.try_cast("timestamp('UTC')")), else_=local)
    return ibis.cases((text.re_search(_WITH_OR_WITHOUT), named))


def is_time(text: Any) -> Any:
    """True where a text names a day of the calendar and a time of it, with offset or without."""
    # With an offset the cast can only fail for the same reason, so one cast answers both.
    return text.re_search(_WITH_OR_WITHOUT) & text.try_cast("timestamp").notnull()


def _has_offset(text: Any) -> Any:
    tail = text.substr(_CLOCK_LENGTH)
    return tail.contains("+") | tail.contains("-") | tail.endswith("Z")


def _at_wall_clock(clock: Any, zone: str) -> Any:
    """The first instant at which the clock of the zone shows the time."""
    name = ibis.literal(zone)
    found = instant_of(name, clock)
    for length in _overlaps(zone):  # DuckDB gives the last
        earlier = found - ibis.interval(seconds=int(length.total_seconds()))
        found = ibis.ifelse(clock_at(name, earlier) == clock, earlier, found)
    return found


@cache
def _overlaps(zone: str) -> tuple[timedelta, ...]:
    """By how much the clocks of a zone have ever been put back, as far as rules are known."""
    place = ZoneInfo(zone)
    first = datetime(1900, 1, 1, tzinfo=UTC)
    days = (first + timedelta(days=number) for number in range(150 * 366))
    offsets = [cast(timedelta, day.astimezone(place).utcoffset()) for day in days]
    steps = {before - after for before, after in pairwise(offsets)}
    return tuple(sorted(step for step in steps if timedelta(0) < step < timedelta(days=1)))
