"""Times: what names an instant, and what a clock shows when it is put forward or back."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tanpuhui.rules import FileMapping, Words
from tests.intake.reception import BIKE, WALK, one, received, utc, verdict

NEW_YORK = "America/New_York"


def _at(text: str) -> datetime | None:
    start: datetime | None = one(BIKE, started_at=text, ended_at="8999-01-01T00:00:00Z")[
        "started_at"
    ]
    return start


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-08-10T08:00:00Z", utc(2022, 8, 10, 8)),
        ("2022-08-10 08:00:00Z", utc(2022, 8, 10, 8)),
        ("2022-08-10T08:00:00+08:00", utc(2022, 8, 10, 0)),
        ("2022-08-10T08:00:00+0800", utc(2022, 8, 10, 0)),
        ("2022-08-10 08:00:00+08", utc(2022, 8, 10, 0)),
        ("2022-08-10T08:00:00-03:30", utc(2022, 8, 10, 11, 30)),
        ("2022-08-10T08:00:00-00:00", utc(2022, 8, 10, 8)),
        ("2022-01-01T00:00:00+14:00", utc(2021, 12, 31, 10)),
        ("2022-08-10T08:00:00.5Z", utc(2022, 8, 10, 8, 0, 0, 500_000)),
        ("2022-08-10T08:00:00.1234567Z", utc(2022, 8, 10, 8, 0, 0, 123_456)),
        ("2020-02-29T00:00:00Z", utc(2020, 2, 29)),
    ],
)
def test_a_time_with_offset_is_an_instant(text: str, instant: datetime) -> None:
    assert _at(text) == instant


def test_a_fraction_is_cut_and_never_carries_into_the_next_day() -> None:
    found = one(BIKE, started_at="2022-08-10T15:59:59.999999999Z", ended_at="2022-08-11T00:00:00Z")

    assert found["started_at"] == utc(2022, 8, 10, 15, 59, 59, 999_999)
    assert found["local_day"] == date(2022, 8, 10)


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-01",  # ends in -01, which is no offset
        "2022-08-10T24:00:00Z",  # DuckDB would take it for the next day
        "2016-12-31T23:59:60Z",  # a leap second has no place on the time line
        "2022-02-29T00:00:00Z",
        "2022-08-10T08:00Z",
        "2022-08-10 08:00:00 +08:00",
        "2022-08-10 08:00:00 Asia/Shanghai",
        "2022-08-10T08:00:00+15:00",
        "2022-08-10T08:00:00.Z",
        "2022-08-10T08:00:00Z ",
        "2022-08-10T08:00:00Z\n",
        "20220810T080000Z",
        "1660089600",
        "infinity",
        "now",
    ],
)
def test_what_is_no_time_of_rfc_3339_is_unreadable(text: str) -> None:
    assert verdict(BIKE, started_at=text) == ("unreadable-started_at", text)


@pytest.mark.parametrize("text", ["2022-08-10T08:00:00", "2022-08-10 08:00:00.123"])
def test_a_time_without_offset_is_refused_where_no_mapping_names_a_zone(text: str) -> None:
    assert verdict(BIKE, started_at=text) == ("time-without-offset", text)


# -- wall clocks -----------------------------------------------------------------------------------


def _on_the_clock_of(zone: str, *texts: str) -> list[datetime]:
    mapping = FileMapping(Words("", ""), zone, None, {}, {}, "")
    rows = [{**BIKE, "started_at": text, "ended_at": "8999-01-01T00:00:00Z"} for text in texts]
    return [row["started_at"] for row in received(rows, mapping=mapping)]


def test_a_time_without_offset_is_what_the_clock_of_the_mappings_zone_shows() -> None:
    # New York is 5 hours behind UTC in winter and 4 in summer; Shanghai 8 ahead.
    winter, summer = "2020-03-01 00:00:03.6400", "2020-07-01T12:00:00"

    assert _on_the_clock_of(NEW_YORK, winter, summer) == [
        utc(2020, 3, 1, 5, 0, 3, 640_000),
        utc(2020, 7, 1, 16),
    ]
    assert _on_the_clock_of("Asia/Shanghai", summer) == [utc(2020, 7, 1, 4)]


def test_a_time_with_offset_keeps_it_whatever_the_zone() -> None:
    found = _on_the_clock_of(NEW_YORK, "2020-03-01T00:00:00Z", "2020-03-01T08:00:00+08:00",
                             "2020-02-29 18:30:00.25-0530")  # fmt: skip

    assert found == [utc(2020, 3, 1), utc(2020, 3, 1), utc(2020, 3, 1, 0, 0, 0, 250_000)]


def test_a_time_that_a_clock_put_forward_skips_is_read_as_if_it_had_not_been() -> None:
    # On 2020-03-08 New York's clocks went from 01:59:59 (UTC-5) to 03:00:00 (UTC-4).
    found = _on_the_clock_of(
        NEW_YORK, "2020-03-08 01:59:59", "2020-03-08 02:30:00", "2020-03-08 03:00:00"
    )

    assert found == [utc(2020, 3, 8, 6, 59, 59), utc(2020, 3, 8, 7, 30), utc(2020, 3, 8, 7)]


def test_a_time_that_a_clock_put_back_shows_twice_is_the_first() -> None:
    # On 2020-11-01 New York's clocks went from 01:59:59 (UTC-4) to 01:00:00 (UTC-5).
    found = _on_the_clock_of(
        NEW_YORK, "2020-11-01 00:59:59", "2020-11-01 01:00:00", "2020-11-01 01:59:59",
        "2020-11-01 02:00:00",
    )  # fmt: skip

    assert found == [
        utc(2020, 11, 1, 4, 59, 59), utc(2020, 11, 1, 5), utc(2020, 11, 1, 5, 59, 59),
        utc(2020, 11, 1, 7),
    ]  # fmt: skip


def test_a_clock_put_back_by_half_an_hour_is_read_alike() -> None:
    # On 2020-04-05 Lord Howe's clocks went from 01:59:59 (UTC+11) to 01:30:00 (UTC+10:30).
    found = _on_the_clock_of("Australia/Lord_Howe", "2020-04-05 01:29:00", "2020-04-05 01:45:00",
                             "2020-04-05 02:00:00")  # fmt: skip

    assert found == [utc(2020, 4, 4, 14, 29), utc(2020, 4, 4, 14, 45), utc(2020, 4, 4, 15, 30)]


def test_shanghais_summer_time_of_1991_is_known() -> None:
    # Until 1991-09-15 02:00 (UTC+9) China kept summer time; then clocks went back to 01:00.
    found = _on_the_clock_of("Asia/Shanghai", "1991-09-15 00:30:00", "1991-09-15 01:30:00",
                             "1991-09-15 02:00:00")  # fmt: skip

    assert found == [utc(1991, 9, 14, 15, 30), utc(1991, 9, 14, 16, 30), utc(1991, 9, 14, 18)]


# -- days ------------------------------------------------------------------------------------------


def test_the_local_day_is_the_programmes_day_of_the_start() -> None:
    # 15:59:59 UTC is 23:59:59 in Shanghai, a second later the next day begins there.
    rows = [
        {**BIKE, "started_at": start, "ended_at": "2022-08-11T08:00:00+08:00"}
        for start in ("2022-08-10T15:59:59Z", "2022-08-10T16:00:00Z", "2022-08-10T01:00:00+14:00")
    ]

    found = [row["local_day"] for row in received(rows)]

    assert found == [date(2022, 8, 10), date(2022, 8, 11), date(2022, 8, 9)]


def test_a_record_of_one_local_day_may_last_25_hours_when_the_clock_goes_back() -> None:
    whole = {
        **WALK,
        "started_at": "2022-11-06T00:00:00-04:00",
        "ended_at": "2022-11-07T00:00:00-05:00",
    }
    longer = {**whole, "ended_at": "2022-11-07T00:00:01-05:00"}

    found = [row["refused"] for row in received([whole, longer], time_zone=NEW_YORK)]

    assert found == [None, "not-one-local-day"]
