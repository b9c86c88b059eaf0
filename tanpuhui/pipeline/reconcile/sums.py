"""Balances and book lines against the lines and grants that they sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tanpuhui import ledger
from tanpuhui.ledger import BalanceDisagrees, BookDisagrees, Finding
from tanpuhui.pipeline.reconcile.kept import (
    KEPT_BALANCES,
    KEPT_BOOK_LINES,
    KEPT_POINT_BALANCES,
    KEPT_POINT_LINES,
)

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

_AMOUNTS = ("reduction_mg", "credited_mg")


def balances_agree(look: Look) -> Iterator[Finding]:
    """What each person gained in each batch is the sum over the person's lines, and grants."""
    for first, last in look.kept.sums.persons():
        lines = look.lines.filter(look.lines.person_id.between(first, last))
        wanted = _numbered(look, ledger.sums(lines, ("batch", "person_id"), _AMOUNTS))
        found = look.not_broken(
            look.session.table("kept_balances", look.kept.sums.balances(first, last))
        )
        yield from look.differences(
            wanted, found, KEPT_BALANCES, keys=("batch_number", "person_id"),
            finding=lambda row, expected, said: BalanceDisagrees(
                at=f"ledger_balance, {_person(look, row)}", expected=expected, found=said
            ),
        )  # fmt: skip
        grants = look.grants.filter(look.grants.person_id.between(first, last))
        keys = ("batch", "person_id", "currency")
        wanted = _numbered(look, grants.group_by(list(keys)).aggregate(points=grants.points.sum()))
        found = look.not_broken(
            look.session.table("kept_point_balances", look.kept.sums.point_balances(first, last))
        )
        yield from look.differences(
            wanted, found, KEPT_POINT_BALANCES, keys=("batch_number", "person_id", "currency"),
            finding=lambda row, expected, said: BalanceDisagrees(
                at=f"ledger_pointbalance, {_person(look, row)}, {row['currency']}",
                expected=expected, found=said,
            ),
        )  # fmt: skip


def book_lines_agree(look: Look) -> Iterator[Finding]:
    """What each batch added to the books is the sum over its lines, and grants."""
    keys = ("batch", "programme", *ledger.BOOK_KEYS)
    wanted = _numbered(look, ledger.sums(look.lines, keys, ("baseline_mg", *_AMOUNTS)))
    found = look.not_broken(look.session.table("kept_book_lines", look.kept.sums.book_lines()))
    key = ("batch_number", "programme", *ledger.BOOK_KEYS)
    yield from look.differences(
        wanted, found, KEPT_BOOK_LINES, keys=key,
        finding=lambda row, expected, said: BookDisagrees(
            at=f"ledger_bookline, {_key(look, row, key)}", expected=expected, found=said
        ),
    )  # fmt: skip
    grants = look.grants
    summed = grants.group_by([*keys, "currency"]).aggregate(points=grants.points.sum())
    found = look.not_broken(look.session.table("kept_point_lines", look.kept.sums.point_lines()))
    with_currency = (*key, "currency")
    yield from look.differences(
        _numbered(look, summed), found, KEPT_POINT_LINES, keys=with_currency,
        finding=lambda row, expected, said: BookDisagrees(
            at=f"ledger_pointline, {_key(look, row, with_currency)}", expected=expected, found=said
        ),
    )  # fmt: skip


def _numbered(look: Look, sums: Any) -> Any:
    """Sums with the number of their batch in the place of its name."""
    return sums.inner_join(look.numbers, "batch")


def _batch(look: Look, number: int) -> str:
    names = {batch.number: batch.name for batch in look.kept.batches}
    return names.get(number, f"number {number}, which does not exist")


def _person(look: Look, row: dict[str, Any]) -> str:
    return f"person {row['person_id']}, batch {_batch(look, row['batch_number'])}"


def _key(look: Look, row: dict[str, Any], names: Sequence[str]) -> str:
    parts = [f"batch {_batch(look, row['batch_number'])}"]
    return ", ".join([*parts, *(f"{row[name]}" for name in names[1:])])
