"""Whatever stands in whatever column: nothing raises, and the plan says what plain Python says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake import by_hand
from tests.intake.reception import BIKE, BILL, BUS, COLUMNS, TRIP, WALK, Texts, received

GARBAGE = (
    "", " ", "\t", "\u00a0", "0", "-0", "-1", "+5", "+-5", "5.", ".5", ".", "1_000", "1e3", "1e400",
    "1e-400", "1e15", "1.0000001e15", " 7 ", "7\n", "\v7", "７", "0x10", "1,5", "1 000", "NaN",
    "inf", "-Infinity", "true", "null", "NULL", "None", "\\N", "100", "100.5", "1", "2",
    "2022-08-10", "2022-08-10 08:00:00", "2022-08-10T08:00:00Z", "2022-08-10t08:00:00z",
    "2022-08-10 08:00:00+08", "2022-08-10 08:00:00-0330", "2022-08-10 08:00:00+0800",
    "2022-08-10T08:00:00.999999999+08:00", "2022-08-10T08:00:00.1234567890Z",
    "2022-08-10T08:00:00.Z", "2022-08-10T24:00:00Z", "2022-08-10T23:59:60Z", "2022-02-29T00:00:00Z",
    "2022-08-32T00:00:00Z", "2022-13-01T00:00:00Z", "2022-8-1T0:0:0Z", "2022-08-10T08:00Z",
    "2022-08-10 08:00:00 +08:00", "2022-08-10 08:00:00 Asia/Shanghai", "2022-08-10T08:00:00+14:59",
    "2022-08-10T08:00:00+15:00", "2022-08-10T08:00:00-00:00", "0000-01-01T00:00:00Z",
    "0999-12-31T00:00:00Z", "1000-01-01T00:00:00+14:00", "8999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z", "2021-12-31T15:59:59Z", "2021-12-31T16:00:00Z", "2023-12-31T16:00:00Z",
    "2022-08-09T16:00:00Z", "2022-08-10T16:00:00Z", "2022-08-10T16:00:00.000001Z", "infinity",
    "epoch", "now", "today", "2022-08-10 (BC) 00:00:00+00", "1660089600", "08/10/2022 08:00",
    "bike", "bus", "walk", "bill", "trip", "power", "Bike", " bike", "bike ", "骑行",
    "fare_record", "photo", "statement", "meter_record", "navigation_track", "FARE_RECORD",
    "420106", "420000", "429999", "430000", "110101", "42010", "4201060", "4_0106", "+20106",
    "4201o6", "42010.", "４20106", "hello", "amap", "nobody", "gas", "electric", "walk,bus",
    "k:", "k: x", "k:abc", "k", "13800138000", "+8613800138000", "008613800138000", "12800138000",
    "110101199003071234", "11010119900307123X", "110101199013071234", "x" * 200, "x" * 201,
    "界" * 200, "界" * 201, "'; DROP TABLE raw; --", "\x00", "a\x00b", "\ufeff", "ß", "\x7f",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
)  # fmt: skip

texts = st.one_of(st.none(), st.sampled_from(GARBAGE), st.text(max_size=20))
changes = st.dictionaries(st.sampled_from(COLUMNS), texts, max_size=3)
rows = st.builds(
    lambda row, changed: {**row, **changed},
    st.sampled_from([BIKE, BUS, WALK, BILL, TRIP]),
    changes,
)


@settings(max_examples=25)
@given(st.lists(rows, min_size=1, max_size=60))
def test_every_row_gets_the_code_that_it_gets_by_hand(given_rows: list[Texts]) -> None:
    found = received(given_rows)

    assert [row["refused"] for row in found] == [by_hand.judged(row) for row in given_rows]


@settings(max_examples=15)
@given(st.lists(rows, min_size=1, max_size=60))
def test_an_accepted_row_has_its_values_and_a_hash_and_a_refused_one_no_hash(
    given_rows: list[Texts],
) -> None:
    found = received(given_rows)

    for texts_of_row, row in zip(given_rows, found, strict=True):
        if row["refused"] is None:
            wanted = by_hand.values(texts_of_row)
            assert {name: row[name] for name in wanted} == wanted
            assert len(row["content"]) == 32
            assert row["reason"] is None
        else:
            assert row["content"] is None


@settings(max_examples=15)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, texts)), min_size=1, max_size=20))
def test_rows_of_nothing_but_garbage_are_all_answered(given_rows: list[Texts]) -> None:
    found = received(given_rows)

    assert [row["refused"] for row in found] == [by_hand.judged(row) for row in given_rows]


def test_each_text_in_each_column_of_each_scene_gets_its_code() -> None:
    given_rows = [
        {**row, name: text}
        for row in (BIKE, BUS, WALK, BILL, TRIP)
        for name in COLUMNS
        for text in GARBAGE
    ]

    found = received(given_rows)

    by_row = zip(given_rows, found, strict=True)
    differing = [
        (texts_of_row, row["refused"], wanted)
        for texts_of_row, row in by_row
        if row["refused"] != (wanted := by_hand.judged(texts_of_row))
    ]
    assert not differing, differing[:5]
