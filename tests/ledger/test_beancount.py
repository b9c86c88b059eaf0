"""A day of the journal as Beancount writes it; numbers worked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from tanpuhui.ledger import (
    BOOK_SUMS,
    PERSON_POINT_SUMS,
    PERSON_SUMS,
    POINT_SUMS,
    AccountDay,
    Books,
    DayOfBatch,
    Total,
    as_beancount,
)

DAY = date(2024, 2, 29)
AT = datetime(2024, 3, 1, 1, tzinfo=UTC)
WALKS = {"partner": "hankou-bank", "region": "420100", "scene": "walk"}


def _batch(
    books: list[dict[str, Any]], persons: dict[int, int], points: int = 0, **given: Any
) -> DayOfBatch:
    return DayOfBatch(
        **{"batch": "hankou-1", "posted_at": AT, "kind": "records", "reason": None, **given},
        books=pa.Table.from_pylist(books, BOOK_SUMS),
        points=pa.Table.from_pylist(
            [{**WALKS, "currency": "tan_bi", "points": points}] if points else [], POINT_SUMS
        ),
        persons=pa.Table.from_pylist(
            [{"person_id": p, "credited_mg": mg} for p, mg in persons.items()], PERSON_SUMS
        ),
        person_points=pa.Table.from_pylist(
            [{"person_id": 1, "currency": "tan_bi", "points": points}] if points else [],
            PERSON_POINT_SUMS,
        ),
    )  # fmt: skip


def _books(reduction_mg: int, credited_mg: int, points: int | None = None) -> Books:
    whole = Total(1, reduction_mg, credited_mg, {} if points is None else {"tan_bi": points})
    return Books({"hankou-bank": whole}, {"420100": whole}, {"walk": whole}, whole)


def test_acts_stand_against_accounts_and_what_limits_cut_off() -> None:
    # 10,001 steps of 0.02 g are 200.02 g, of which 200 g are credited, and 7 points granted.
    batch = _batch([{**WALKS, "reduction_mg": 200_020, "credited_mg": 200_000}], {1: 200_000}, 7)

    text = as_beancount(AccountDay("hankou", DAY, [batch], _books(200_020, 200_000, 7)))

    assert text.split("\n\n", 3)[3].splitlines() == [
        '2024-02-29 * "records" "hankou-1"',
        '  posted-at: "2024-03-01T01:00:00+00:00"',
        "  Assets:Persons:P1  200000 MGCO2E",
        "  Assets:Persons:P1  7 TAN-BI",
        "  Expenses:Limits:Walk  20 MGCO2E",
        "  Income:Hankou-bank:420100:Walk  -200020 MGCO2E",
        "  Income:Hankou-bank:420100:Walk  -7 TAN-BI",
        "",
        "2024-03-01 balance Assets:Persons  200000 MGCO2E",
        "2024-03-01 balance Expenses:Limits  20 MGCO2E",
        "2024-03-01 balance Assets:Persons  7 TAN-BI",
        "2024-03-01 balance Income:Hankou-bank  -200020 MGCO2E",
        "2024-03-01 balance Income:Hankou-bank  -7 TAN-BI",
    ]


def test_a_correction_is_a_transaction_of_its_own_that_says_why() -> None:
    first = _batch([{**WALKS, "reduction_mg": 145_000, "credited_mg": 145_000}], {1: 145_000})
    back = _batch(
        [{**WALKS, "reduction_mg": -145_000, "credited_mg": -145_000}], {1: -145_000},
        batch="hankou-2", kind="withdrawal", reason="partner-error",
    )  # fmt: skip

    text = as_beancount(AccountDay("hankou", DAY, [first, back], _books(0, 0)))

    assert '2024-02-29 * "withdrawal: partner-error" "hankou-2"' in text
    assert "  Assets:Persons:P1  -145000 MGCO2E" in text
    assert "2024-03-01 balance Assets:Persons  0 MGCO2E" in text


def test_a_day_without_a_line_is_a_file_without_a_transaction_that_says_so() -> None:
    text = as_beancount(AccountDay("hankou", DAY, [], Books({}, {}, {}, Total(0, 0, 0, {}))))

    assert "; 当日无入账记录 · nothing has been posted for this day" in text
    assert " * " not in text
    assert text.endswith("balance Assets:Persons  0 MGCO2E\n2024-03-01 balance Expenses:Limits  "
                         "0 MGCO2E\n")  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("bus_ride", "bus-ride"), ("a.b", "a_b")])
def test_two_ids_never_share_an_account(one: str, other: str) -> None:
    rows = [
        {**WALKS, "scene": scene, "reduction_mg": mg, "credited_mg": mg}
        for scene, mg in ((one, 1), (other, 2))
    ]

    text = as_beancount(AccountDay("hankou", DAY, [_batch(rows, {1: 3})], _books(3, 3)))

    income = [line.split() for line in text.splitlines() if line.startswith("  Income")]
    assert sorted(number for _, number, _ in income) == ["-1", "-2"]
    assert len({account for account, _, _ in income}) == 2
