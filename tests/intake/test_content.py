"""The hash of the content: alike for one meaning, however written; different for any two."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanpuhui.rules import FileMapping, FromCoordinates, FromNumber, QuantityRule, Words
from tests.intake.reception import BIKE, BILL, BUS, COLUMNS, OURS, TRIP, Texts, received

RIDE: Texts = {**BIKE, "reference": "t-9", "asset": "b7"}


def _content(row: Texts, **changes: str | None) -> str:
    (found,) = received([{**row, **changes}])
    assert found["refused"] is None, found["refused"]
    content: str = found["content"]
    return content


def test_the_hash_is_that_of_the_text_that_the_module_describes() -> None:
    # 08:00 in Shanghai is 1,660,089,600 s after 1970; 20 minutes are 1,200,000,000 µs; 2.5 km are
    # 2 whole ones and 0.5 · 2^62 = 2,305,843,009,213,693,952 parts.
    said = (
        "2;2:u13:t-92:b7bike;420106;fare_record;1660089600000000;1200000000;"
        "distance_km=2.2305843009213693952;"
    )

    assert _content(RIDE) == hashlib.md5(said.encode()).hexdigest()


def test_what_is_not_said_stands_as_nothing_and_not_as_an_empty_text() -> None:
    said = "2;2:u1::bill;420106;fare_record;1660089600000000;0;paid_fen=5000.0;"

    assert _content(BILL) == hashlib.md5(said.encode()).hexdigest()


@pytest.mark.parametrize(
    "changes",
    [
        {"started_at": "2022-08-10 00:00:00Z"},
        {"started_at": "2022-08-10T08:00:00.000+0800", "ended_at": "2022-08-09T20:20:00-04"},
        {"distance_km": "2.50"},
        {"distance_km": "25e-1"},
        {"distance_km": " +2.5"},
        {"steps": "12"},  # a bike ride has none
        {"power": ""},
    ],
)
def test_a_record_written_in_another_way_has_the_same_content(changes: dict[str, str]) -> None:
    assert _content(RIDE, **changes) == _content(RIDE)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "u2"},
        {"scene": "bus"},
        {"started_at": "2022-08-10T08:00:00.000001+08:00"},
        {"ended_at": "2022-08-10T08:20:00.000001+08:00"},
        {"region": "420107"},
        {"evidence": "vehicle_record"},
        {"reference": None},
        {"reference": "t-8"},
        {"asset": None},
        {"reference": "b7", "asset": "t-9"},
        {"distance_km": "2.500000000000001"},
        {"distance_km": "0"},
    ],
)
def test_a_record_that_says_something_else_has_another_content(
    changes: dict[str, str | None],
) -> None:
    assert _content(RIDE, **changes) != _content(RIDE)


def test_who_reports_and_under_which_id_is_the_key_and_not_the_content() -> None:
    assert _content(RIDE, record_id="r2", partner="amap") == _content(RIDE)


def test_a_scene_that_joins_the_programme_changes_no_content() -> None:
    (before,) = received([RIDE], programme_scenes=("bike",))
    (after,) = received([RIDE], programme_scenes=OURS)

    assert before["content"] == after["content"]


pieces = st.text(alphabet="0123456789:;=.@-ab界", max_size=6)
sayings = st.tuples(
    pieces.map(lambda text: f"s{text}"), st.none() | pieces, st.none() | pieces,
    st.sampled_from(["0", "1", "1.5", "10", "0.1"]), st.sampled_from([None, "gas", "electric"]),
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(sayings, min_size=2, max_size=40))
def test_no_two_contents_collide_however_their_texts_are_cut(
    said: list[tuple[str, str | None, str | None, str, str | None]],
) -> None:
    names = ("subject", "reference", "asset", "distance_km", "power")
    found = received([{**BUS, **dict(zip(names, row, strict=True))} for row in said])

    # An empty text is null.
    meant = {tuple(text or None for text in row) for row in said}
    assert all(row["refused"] is None for row in found)
    assert len({row["content"] for row in found}) == len(meant)


numbers = st.floats(0, 1e15, allow_subnormal=False).map(lambda x: x if x >= 2**-10 else x + 1)


@settings(max_examples=15)
@given(st.lists(numbers, min_size=1, max_size=40))
def test_no_two_numbers_collide(given_numbers: list[float]) -> None:
    found = received([{**BIKE, "distance_km": repr(number)} for number in given_numbers])

    assert len({row["content"] for row in found}) == len(set(given_numbers))


# -- mapped quantities -----------------------------------------------------------------------------


def _mapped(rule: QuantityRule, rows: list[Texts]) -> list[str]:
    mapping = FileMapping(Words("", ""), None, None, {}, {"distance_km": rule}, "")
    columns = (*COLUMNS, "metres", "lat1", "lon1", "lat2", "lon2")
    return [row["content"] for row in received(rows, mapping=mapping, columns=columns)]


def test_metres_and_kilometres_of_one_length_have_one_content() -> None:
    rule = FromNumber("metres", Decimal("0.001"))

    assert _mapped(rule, [{**RIDE, "metres": "2500"}]) == [_content(RIDE)]


def test_the_content_of_a_straight_line_is_its_two_places() -> None:
    rule = FromCoordinates(("lat1", "lon1", "lat2", "lon2"), Decimal(1))
    line: Texts = {**RIDE, "lat1": "40.7", "lon1": "-74.0", "lat2": "40.8", "lon2": "-74.0"}
    rows = [
        line,
        {**line, "lat1": "40.70", "lon2": "-74"},
        {**line, "lat1": "40.8", "lat2": "40.7"},  # as long, and the other way
        {**line, "lon1": "74.0", "lon2": "74.0"},
    ]

    first, alike, back, elsewhere = _mapped(rule, rows)

    assert first == alike
    assert len({first, back, elsewhere, _content(TRIP)}) == 4
