"""The three books as sums over lines, and as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from tanpuhui import ledger
from tanpuhui.engine import RelationalBackend
from tanpuhui.pipeline import open_engine

DAY = date(2024, 6, 3)
_USUAL = {
    "line_kind": "act", "partner": "amap", "region": "420100", "scene": "bus_ride",
    "methodology": "rates.hankou_2022", "local_day": DAY, "person_id": 1, "baseline_mg": None,
    "reduction_mg": 100, "credited_mg": 60,
}  # fmt: skip
_LINES = pa.schema([ledger.LINES.field(name) for name in _USUAL])
_POINTS = {
    **{name: _USUAL[name] for name in ledger.BOOK_KEYS}, "person_id": 1, "currency": "tanbi",
    "points": 5,
}  # fmt: skip
_GRANTS = pa.schema([ledger.GRANTS.field(name) for name in _POINTS])
_IBIS = {pa.date32(): "date", pa.int64(): "int64", pa.string(): "string"}


@pytest.fixture(scope="module")
def backend() -> RelationalBackend:
    return open_engine()


def _table(schema: pa.Schema, name: str) -> Any:
    return ibis.table({field.name: _IBIS[field.type] for field in schema}, name=name)


def _sums(
    backend: RelationalBackend, lines: Sequence[dict[str, Any]], grants: Sequence[dict[str, Any]]
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Book lines, point lines, balances and point balances."""
    journal = pa.Table.from_pylist([{**_USUAL, **line} for line in lines], _LINES)
    granted = pa.Table.from_pylist([{**_POINTS, **grant} for grant in grants], _GRANTS)
    of_lines, of_grants = _table(_LINES, "lines"), _table(_GRANTS, "grants")
    return (
        backend.fetch(ledger.book_lines(of_lines), ledger.BOOK_LINES, {"lines": journal}),
        backend.fetch(ledger.point_lines(of_grants), ledger.POINT_LINES, {"grants": granted}),
        backend.fetch(ledger.balances(of_lines), ledger.BALANCES, {"lines": journal}),
        backend.fetch(ledger.point_balances(of_grants), ledger.POINT_BALANCES, {"grants": granted}),
    )


def _books(
    backend: RelationalBackend,
    lines: Sequence[dict[str, Any]],
    grants: Sequence[dict[str, Any]] = (),
    **currencies: bool,
) -> ledger.Books:
    return ledger.books_of(*_sums(backend, lines, grants), currencies)


def test_persons_partners_and_regions_are_three_sums_over_the_same_lines(
    backend: RelationalBackend,
) -> None:
    books = _books(
        backend,
        [{}, {"partner": "bank", "person_id": 2}, {"region": "420111", "credited_mg": 0}],
        [{}, {"partner": "bank", "person_id": 2, "points": 7}],
        tanbi=True,
    )

    assert books.agree()
    assert books.person == ledger.Total(3, 300, 120, {"tanbi": 12})
    assert books.partner == {
        "amap": ledger.Total(2, 200, 60, {"tanbi": 5}),
        "bank": ledger.Total(1, 100, 60, {"tanbi": 7}),
    }
    assert books.region["420111"] == ledger.Total(1, 100, 0, {"tanbi": 0})


def test_a_reversal_takes_its_act_away_and_a_difference_is_no_act(
    backend: RelationalBackend,
) -> None:
    books = _books(
        backend,
        [
            {},
            {"line_kind": "difference", "reduction_mg": 0, "credited_mg": 40},
            {"line_kind": "reversal", "reduction_mg": -100, "credited_mg": -100},
        ],
    )

    assert books.person == ledger.Total(0, 0, 0, {})
    assert books.agree()


def test_a_currency_without_a_published_rate_is_null_everywhere(
    backend: RelationalBackend,
) -> None:
    books = _books(backend, [{}], tanbi=True, growth=False).to_json()

    assert books["person"]["points"] == {"tanbi": 0, "growth": None}
    assert books["scene"]["bus_ride"]["points"] == {"tanbi": 0, "growth": None}


def test_a_baseline_is_null_only_where_no_line_has_one(backend: RelationalBackend) -> None:
    book_lines, *_ = _sums(
        backend, [{}, {"scene": "metro_ride"}, {"scene": "metro_ride", "baseline_mg": 7}], []
    )

    found = {row["scene"]: row["baseline_mg"] for row in book_lines.to_pylist()}
    assert found == {"bus_ride": None, "metro_ride": 7}


def test_sums_of_a_billion_tonnes_are_exact(backend: RelationalBackend) -> None:
    # 10^18 mg and a milligram: a double would lose it.
    billion = 10**18

    books = _books(
        backend,
        [{"reduction_mg": billion, "credited_mg": billion}, {"reduction_mg": 1, "credited_mg": 1}],
    )

    assert books.person.credited_mg == billion + 1
    assert books.agree()


def test_books_that_lack_a_milligram_do_not_agree(backend: RelationalBackend) -> None:
    book_lines, points, balances, point_balances = _sums(backend, [{}, {"person_id": 2}], [])

    books = ledger.books_of(book_lines, points, balances.slice(1), point_balances, {})

    assert not books.agree()


def test_no_lines_make_books_of_nothing_that_agree(backend: RelationalBackend) -> None:
    books = _books(backend, [], tanbi=True)

    assert books.agree()
    assert books.person == ledger.Total(0, 0, 0, {"tanbi": 0})


def test_each_partner_region_scene_methodology_and_day_has_its_own_book_line(
    backend: RelationalBackend,
) -> None:
    changes: list[dict[str, Any]] = [
        {}, {"partner": "b"}, {"region": "420111"}, {"scene": "metro_ride"},
        {"methodology": "rates.luzhou_2024"}, {"local_day": date(2024, 6, 4)},
    ]  # fmt: skip

    book_lines, *_ = _sums(backend, [*changes, {"person_id": 2}], [])

    assert sorted(row["count"] for row in book_lines.to_pylist()) == [1, 1, 1, 1, 1, 2]
