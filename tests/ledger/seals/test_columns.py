"""Commitments in columns are those of the reference, line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, cast

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tanpuhui import engine
from tanpuhui.engine import RelationalBackend
from tanpuhui.ledger import LINES
from tanpuhui.ledger.lines import APPENDED, SCHEMA_VERSION
from tanpuhui.ledger.seals import canonical, columns
from tests.ledger.seals.test_canonical import LINE

SECRETS = {9: "0" * 32, 10: "0123456789abcdef" * 2}
_SECRETS = pa.schema([("person_id", pa.int64()), ("secret", pa.string())])
_LEAVES = pa.schema([("line", pa.int64()), ("hash", pa.binary())])


@cache
def _backend() -> RelationalBackend:
    return cast(RelationalBackend, engine.open_backend("duckdb"))


# What PostgreSQL, Arrow and DuckDB all hold; a text with a null character is refused at intake.
_TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8)
_WHOLE = st.integers(-(2**63), 2**63 - 1)
_INSTANTS = st.integers(-(2**52), 2**52).map(
    lambda at: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
)
_OF_TYPE: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.int64(): _WHOLE,
    pa.string(): _TEXTS,
    pa.float64(): st.floats(),
    pa.date32(): st.dates(date(1, 1, 1)),
    pa.timestamp("us", tz="UTC"): _INSTANTS,
    pa.decimal128(38, 0): st.integers(0, 2**120 - 1).map(Decimal),
}


def _of_its_version(row: dict[str, Any]) -> dict[str, Any]:
    """The line without the columns that came after its schema version, of which it has none."""
    later = {name for name, since in APPENDED.items() if since > row["schema_version"]}
    return {name: None if name in later else value for name, value in row.items()}


_LINES = st.fixed_dictionaries(
    {
        **{field.name: _OF_TYPE[field.type] for field in LINES if field.name in canonical.ALWAYS},
        **{
            field.name: st.none() | _OF_TYPE[field.type]
            for field in LINES
            if field.name not in canonical.ALWAYS
        },
        "batch": st.just("b"),
        "person_id": st.sampled_from(sorted(SECRETS)),
        "schema_version": st.integers(1, SCHEMA_VERSION),
    }
).map(_of_its_version)


def _commitments(rows: list[dict[str, Any]]) -> dict[int, bytes]:
    secrets = [{"person_id": person, "secret": secret} for person, secret in SECRETS.items()]
    with _backend().session() as session:
        lines = session.table("lines", pa.Table.from_pylist(rows, LINES))
        known = session.table("secrets", pa.Table.from_pylist(secrets, _SECRETS))
        found = session.fetch(columns.committed(lines, known, batch="b"), _LEAVES)
    return {row["line"]: row["hash"] for row in found.to_pylist()}


def _by_row(row: dict[str, Any]) -> bytes:
    salt = canonical.salt(SECRETS[row["person_id"]], "b", row["line"])
    return canonical.commitment(salt, row)


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=4, unique_by=lambda row: row["line"]))
def test_any_lines_have_the_commitments_in_columns_that_they_have_one_by_one(
    rows: list[dict[str, Any]],
) -> None:
    assert _commitments(rows) == {row["line"]: _by_row(row) for row in rows}


def test_odd_values_have_the_bytes_of_the_reference() -> None:
    odd: list[dict[str, Any]] = [
        {"steps": 0.0}, {"steps": -0.0}, {"steps": float("inf")}, {"steps": 5e-324},
        {"partner": ""}, {"partner": "车" * 70}, {"partner": "1:1,"}, {"corrects_line": 0},
        {"started_at": datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)},
        {"local_day": date(1969, 12, 31)}, {"record_key": Decimal(2**120 - 1)},
        {"credited_mg": -(2**63)}, {"reduction_mg": 2**63 - 1}, {"reference_key": Decimal(0)},
        {"factor_day": date(1, 1, 1)}, {"factor_day": date(9999, 12, 31)},
        {"steps": float("nan")}, {"kind": ""}, {"kind": "1:1,"}, {"mode": "1:1,"},
    ]  # fmt: skip
    rows = [{**LINE, **one, "line": number} for number, one in enumerate(odd)]

    assert _commitments(rows) == {row["line"]: _by_row(row) for row in rows}


def test_lines_that_differ_in_what_many_share_are_not_taken_for_each_other() -> None:
    names = [name for name in canonical.SHARED if LINES.field(name).type == pa.string()]
    others = [
        {**LINE, name: value} for name in names if name != "batch"
        for value in ("", "x", *(() if name in canonical.ALWAYS else (None,)))
    ]  # fmt: skip
    rows = [{**row, "line": number} for number, row in enumerate([LINE, *others])]

    assert _commitments(rows) == {row["line"]: _by_row(row) for row in rows}


def test_nodes_have_the_prefix_of_the_rfc() -> None:
    one, two = sha256(b"1").digest(), sha256(b"2").digest()
    with _backend().session() as session:
        pairs = pa.table([[0], pa.array([one + two], pa.binary(64))], names=["place", "pair"])
        nodes = columns.nodes(session.table("p", pairs)).select("hash", line="place")
        ((node),) = session.fetch(nodes.select("line", "hash"), _LEAVES).to_pylist()

    assert node == {"line": 0, "hash": sha256(b"\x01" + one + two).digest()}


def test_a_line_of_a_person_without_a_secret_at_hand_has_no_commitment() -> None:
    rows = [LINE, {**LINE, "line": 1, "person_id": 11}]

    assert set(_commitments(rows)) == {0}


def test_an_instant_is_the_same_whatever_zone_it_was_read_in() -> None:
    later = {**LINE, "ended_at": LINE["started_at"] + timedelta(hours=8)}

    assert _commitments([later]) == {0: _by_row(later)}
