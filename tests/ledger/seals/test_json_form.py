from __future__ import annotations

import json
import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.ledger import seals
from tanpuhui.ledger.seals import json_form

VALUES = st.one_of(
    st.none(),
    st.text(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 2**120 - 1).map(Decimal),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
)


def _read(columns: dict[str, Any]) -> dict[str, Any]:
    content = json_form.written({"line": columns})
    fields = json_form.Fields(json_form.read(content, form="line proof"), form="line proof")
    found = fields.columns("line")
    fields.done()
    return found


@given(st.dictionaries(st.text(), VALUES, max_size=8))
def test_every_value_of_a_line_survives_json_with_its_type(row: dict[str, Any]) -> None:
    again = _read(json_form.columns_written(row))

    assert again == row
    assert [type(value) for value in again.values()] == [type(value) for value in row.values()]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_survives_to_its_last_bit(value: float) -> None:
    again = _read(json_form.columns_written({"x": value}))["x"]

    assert struct.pack(">d", again) == struct.pack(">d", value)  # -0.0 too


def test_the_whole_numbers_that_a_reader_with_53_bits_would_lose_are_texts() -> None:
    assert json_form.columns_written({"a": 2**53 + 1, "b": Decimal(2**119), "c": 0.1}) == {
        "a": ["int64", "9007199254740993"],
        "b": ["decimal", "664613997892457936451903530140172288"],
        "c": ["float64", "0.1"],
    }


def test_days_and_instants_are_written_as_the_standards_write_them() -> None:
    row = {"a": date(2026, 3, 1), "b": datetime(2026, 3, 1, 2, 3, 4, 5, tzinfo=UTC), "c": None}

    assert json_form.columns_written(row) == {
        "a": ["day", "2026-03-01"],
        "b": ["instant", "2026-03-01T02:03:04.000005Z"],
        "c": None,
    }


@pytest.mark.parametrize(
    "value",
    [
        ["int64", "01"],
        ["int64", "+1"],
        ["int64", "1.0"],
        ["int64", "9223372036854775808"],
        ["int64", 1],
        ["int64", "1", "2"],
        ["int32", "1"],
        ["float64", "0.10"],
        ["float64", "1e0"],
        ["float64", "nan"],
        ["float64", "Infinity"],
        ["float64", "1e999"],
        ["decimal", "1.5"],
        ["decimal", "1" * 39],
        ["day", "20260301"],
        ["day", "2026-02-30"],
        ["instant", "2026-03-01T00:00:00Z"],
        ["instant", "2026-03-01T00:00:00.000000+00:00"],
        "text",
        1,
        True,
        [],
    ],
)
def test_a_value_in_any_other_form_is_refused_with_its_column(value: Any) -> None:
    with pytest.raises(seals.NotInForm, match=r"line\.x"):
        _read({"x": value})


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1 is not JSON"),
        (b"[]", "not one object"),
        (b'{"a": 1, "a": 1}', "stands twice"),
        (b'{"a": 1.0}', "1.0 is no whole number"),
        (b'{"a": 1e3}', "1e3 is no whole number"),
        (b'{"a": NaN}', "NaN is no whole number"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b"\xff{}", "UTF-8"),
        (b'{"a":' + b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "a number too long"),
    ],
)
def test_json_that_two_readers_would_read_differently_is_refused(
    content: bytes, problem: str
) -> None:
    with pytest.raises(seals.NotInForm, match=problem):
        json_form.read(content, form="line proof")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, "n is missing"),
        ({"n": "1"}, "n is no whole number"),
        ({"n": True}, "n is no whole number"),
        ({"n": -1}, "n is below zero"),
        ({"n": 1, "more": 1}, "more is unknown"),
    ],
)
def test_each_field_is_there_once_with_its_type_and_no_other(
    content: dict[str, Any], problem: str
) -> None:
    fields = json_form.Fields(content, form="line proof")

    def taken() -> None:
        fields.number("n")
        fields.done()

    with pytest.raises(seals.NotInForm, match=problem):
        taken()


def test_what_is_written_is_json_that_ends_its_line() -> None:
    content = json_form.written({"a": "碳"})

    assert content.endswith(b"}\n")
    assert json.loads(content) == {"a": "碳"}
    assert "碳".encode() in content
