"""The local day: the calendar day of an instant in a programme's time zone.

A primitive of the engines, since Ibis' own cast to a zoned timestamp gives the UTC day on both. A
back end replaces the call by what its engine has; ``day_in_zone`` is the same for one record.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.datatypes as dt

LOCAL_DAY = "tanpuhui_local_day"


@ibis.udf.scalar.builtin(
    name=LOCAL_DAY, signature=((dt.Timestamp(timezone="UTC"), dt.string), dt.date)
)
def _local_day(instant: datetime, zone: str) -> date:  # type: ignore[empty-body]  # engines have it
    """Stands in the expression until the back end puts its own function there."""


def local_day(instant: Any, zone: str) -> Any:
    """The day of an instant in a time zone, as a column.

    Args:
        instant: timestamp column in UTC.
        zone: IANA name, such as ``Asia/Shanghai``.
    """
    return _local_day(instant, ibis.literal(zone))


def day_in_zone(instant: datetime, zone: str) -> date:
    """The day of one instant; ``instant`` must carry its offset."""
    assert instant.tzinfo is not None, "an instant without offset has no day"
    return instant.astimezone(ZoneInfo(zone)).date()
