"""The local day in the programme's zone, worked by hand around midnight: it is not the UTC day.

Shanghai is eight hours ahead of UTC all year. New York is five behind, four in summer: in 2026 its
clocks go from 02:00 to 03:00 on 8 March (07:00 UTC) and from 02:00 back to 01:00 on 1 November
(06:00 UTC). Kolkata is five and a half ahead.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import ibis
import pyarrow as pa
import pytest

from tanpuhui.engine import RelationalBackend
from tanpuhui.engine.local_day import day_in_zone, local_day

WORKED = {
    "Asia/Shanghai": [
        ("2024-06-30T15:59:59.999999", "2024-06-30"),  # a microsecond before midnight
        ("2024-06-30T16:00:00", "2024-07-01"),  # midnight
        ("2024-07-01T00:00:00", "2024-07-01"),  # 08:00
        ("2024-07-01T15:59:59", "2024-07-01"),
        ("2024-12-31T16:00:00", "2025-01-01"),  # the year changes
        ("2024-02-28T16:00:00", "2024-02-29"),  # a leap day
        ("2024-02-29T16:00:00", "2024-03-01"),
    ],
    "America/New_York": [
        ("2026-03-08T04:59:59", "2026-03-07"),  # 23:59:59, winter
        ("2026-03-08T05:00:00", "2026-03-08"),  # midnight, winter
        ("2026-03-08T06:59:59", "2026-03-08"),  # 01:59:59, the last second before the gap
        ("2026-03-08T07:00:00", "2026-03-08"),  # 03:00:00
        ("2026-03-09T03:59:59", "2026-03-08"),  # 23:59:59, summer
        ("2026-03-09T04:00:00", "2026-03-09"),  # midnight, summer; 23:00 by winter time
        ("2026-11-01T03:59:59", "2026-10-31"),  # 23:59:59, summer
        ("2026-11-01T04:00:00", "2026-11-01"),  # midnight, summer
        ("2026-11-01T05:30:00", "2026-11-01"),  # 01:30, the first time
        ("2026-11-01T06:30:00", "2026-11-01"),  # 01:30, the second time
        ("2026-11-02T04:30:00", "2026-11-01"),  # 23:30, winter; 00:30 by summer time
        ("2026-11-02T05:00:00", "2026-11-02"),  # midnight, winter
    ],
    "Asia/Kolkata": [
        ("2024-06-30T18:29:59", "2024-06-30"),
        ("2024-06-30T18:30:00", "2024-07-01"),
        ("2024-07-01T00:00:00", "2024-07-01"),
    ],
    "UTC": [
        ("2024-06-30T23:59:59", "2024-06-30"),
        ("2024-07-01T00:00:00", "2024-07-01"),
    ],
}


def instants(zone: str) -> list[datetime]:
    return [datetime.fromisoformat(text).replace(tzinfo=UTC) for text, _ in WORKED[zone]]


def days(zone: str) -> list[date]:
    return [date.fromisoformat(text) for _, text in WORKED[zone]]


def in_columns(relational: RelationalBackend, found: pa.Array, zone: str) -> list[date | None]:
    """The local day of each instant, as the back end computes it."""
    records = ibis.table({"started_at": "timestamp('UTC')"}, name="records")
    wanted = pa.schema([("local_day", pa.date32())])
    expression = records.select(local_day=local_day(records.started_at, zone))

    given = pa.table({"started_at": found})
    answer: list[date | None] = relational.fetch(expression, wanted, {"records": given})[
        "local_day"
    ].to_pylist()
    return answer


@pytest.mark.parametrize("zone", WORKED)
def test_the_day_in_columns_is_that_of_the_zones_clock(
    zone: str, relational: RelationalBackend
) -> None:
    found = pa.array(instants(zone), pa.timestamp("us", tz="UTC"))

    assert in_columns(relational, found, zone) == days(zone)


@pytest.mark.parametrize("zone", WORKED)
def test_the_day_of_one_instant_is_that_of_the_zones_clock(zone: str) -> None:
    assert [day_in_zone(instant, zone) for instant in instants(zone)] == days(zone)


@pytest.mark.parametrize("hours", [-11, -5, 0, 8, 14])
def test_the_day_of_one_instant_is_the_same_however_its_offset_is_written(hours: int) -> None:
    midnight_in_shanghai = datetime(2024, 6, 30, 16, tzinfo=UTC)

    written = midnight_in_shanghai.astimezone(timezone(timedelta(hours=hours)))

    assert day_in_zone(written, "Asia/Shanghai") == date(2024, 7, 1)


def test_no_instant_has_no_day(relational: RelationalBackend) -> None:
    found = pa.array([None, datetime(2024, 6, 30, 16, tzinfo=UTC)], pa.timestamp("us", tz="UTC"))

    assert in_columns(relational, found, "Asia/Shanghai") == [None, date(2024, 7, 1)]


def test_an_instant_without_an_offset_has_no_day() -> None:
    with pytest.raises(AssertionError, match="without offset"):
        day_in_zone(datetime(2024, 6, 30, 16), "Asia/Shanghai")  # noqa: DTZ001 - on purpose


@pytest.mark.parametrize("zone", WORKED)
def test_columns_and_single_instants_agree_on_every_quarter_hour_of_a_year(
    zone: str, relational: RelationalBackend
) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    quarters = [begin + timedelta(minutes=15 * number) for number in range(365 * 96)]

    found = in_columns(relational, pa.array(quarters, pa.timestamp("us", tz="UTC")), zone)

    assert found == [day_in_zone(instant, zone) for instant in quarters]
