"""A plan names what differs from batch to batch, and is composed once for all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

import pyarrow as pa
import pytest

from tanpuhui import engine
from tanpuhui.engine import Given, RelationalBackend
from tanpuhui.engine.backends import duckdb

ROWS = pa.table({"line": pa.array([0, 1, 2], pa.int64())})


@pytest.fixture(scope="module")
def backend() -> RelationalBackend:
    return cast(RelationalBackend, engine.open_backend("duckdb"))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ('it\'s "batch" 1;--', pa.string()),
        ("", pa.string()),
        (-(2**63) + 1, pa.int64()),
        (date(2024, 2, 29), pa.date32()),
        (datetime(2024, 6, 3, 23, 59, 59, 999_999, UTC), pa.timestamp("us", tz="UTC")),
        (bytes(range(256)), pa.binary()),
    ],
)
def test_what_is_given_stands_in_each_row_as_it_was_given(
    value: Given, kind: pa.DataType, backend: RelationalBackend
) -> None:
    with backend.session() as session:
        rows = session.table("rows", ROWS)
        found = session.fetch(
            rows.select(found=session.give("what differs", value)), pa.schema([("found", kind)])
        )

    assert found["found"].to_pylist() == [value, value, value]


def test_a_second_session_with_another_value_has_the_plan_of_the_first(
    backend: RelationalBackend,
) -> None:
    schema = pa.schema([("line", pa.int64()), ("batch", pa.string())])
    counts: list[tuple[list[str], int]] = []
    for batch in ("b-000001", "b-000002"):
        with backend.session() as session:
            rows = session.table("rows of some batch", ROWS)
            rows = rows.mutate(batch=session.give("batch", batch))
            found = session.fetch(rows.filter(rows.line > 1), schema)
        counts.append((found["batch"].to_pylist(), duckdb._sql_of_node.cache_info().misses))

    assert [found for found, _ in counts] == [["b-000001"], ["b-000002"]]
    assert counts[0][1] == counts[1][1], "the second plan was composed anew"


def test_a_value_that_is_given_again_holds_from_then_on(backend: RelationalBackend) -> None:
    with backend.session() as session:
        rows = session.table("rows", ROWS)
        wanted = rows.filter(rows.line == session.give("wanted", 1))
        first = session.fetch(wanted, ROWS.schema)
        session.give("wanted", 2)
        second = session.fetch(wanted, ROWS.schema)

    assert (first["line"].to_pylist(), second["line"].to_pylist()) == ([1], [2])


def test_a_name_that_nothing_was_given_under_ends_the_work_and_is_no_null(
    backend: RelationalBackend,
) -> None:
    with backend.session() as session:
        rows = session.table("rows", ROWS)
        named = rows.mutate(batch=engine.given("nobody's batch", "string"))

        with pytest.raises(AssertionError, match="given no nobody''s batch"):
            session.fetch(named.select("batch"), pa.schema([("batch", pa.string())]))


def test_what_another_session_was_given_is_not_known(backend: RelationalBackend) -> None:
    with backend.session() as session:
        session.give("secret of one", "s")
    with backend.session() as session:
        rows = session.table("rows", ROWS)
        named = rows.select(found=engine.given("secret of one", "string"))

        with pytest.raises(AssertionError, match="secret of one"):
            session.fetch(named, pa.schema([("found", pa.string())]))
