"""The three books: sums over the same journal lines, so that they always agree."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanpuhui.ledger.lines import ACT, REVERSAL

BOOK_KEYS = ("partner", "region", "scene", "methodology", "local_day")
_KEY_FIELDS = [(name, pa.date32() if name == "local_day" else pa.string()) for name in BOOK_KEYS]

# ``count``: acts that stand; a reversal takes one away.
BOOK_LINES = pa.schema(
    [
        *_KEY_FIELDS,
        ("count", pa.int64()),
        ("baseline_mg", pa.int64()),  # null where no line has one
        ("reduction_mg", pa.int64()),
        ("credited_mg", pa.int64()),
    ]
)
BALANCES = pa.schema(
    [
        ("person_id", pa.int64()),
        ("count", pa.int64()),
        ("reduction_mg", pa.int64()),
        ("credited_mg", pa.int64()),
    ]
)
POINT_LINES = pa.schema([*_KEY_FIELDS, ("currency", pa.string()), ("points", pa.int64())])
POINT_BALANCES = pa.schema(
    [("person_id", pa.int64()), ("currency", pa.string()), ("points", pa.int64())]
)


def book_lines(lines: ir.Table) -> ir.Table:
    """What each partner brought in each region, scene, methodology and day.

    Args:
        lines: journal lines, at least ``line_kind``, ``BOOK_KEYS`` and the amounts int64 mg.

    Returns:
        One row for each combination that occurs, shaped as ``BOOK_LINES``.
    """
    return sums(lines, BOOK_KEYS, ("baseline_mg", "reduction_mg", "credited_mg"))


def balances(lines: ir.Table) -> ir.Table:
    """What each person gained: one row a person, shaped as ``BALANCES``."""
    return sums(lines, ("person_id",), ("reduction_mg", "credited_mg"))


def point_lines(grants: ir.Table) -> ir.Table:
    """The points of each book line and currency, shaped as ``POINT_LINES``."""
    return grants.group_by([*BOOK_KEYS, "currency"]).aggregate(points=grants.points.sum())


def point_balances(grants: ir.Table) -> ir.Table:
    """The points of each person and currency, shaped as ``POINT_BALANCES``."""
    return grants.group_by(["person_id", "currency"]).aggregate(points=grants.points.sum())


def sums(lines: ir.Table, keys: Iterable[str], amounts: Iterable[str]) -> ir.Table:
    """Lines summed by some of their columns: ``count`` acts that stand, and the amounts, int64."""
    totals = {name: lines[name].sum() for name in amounts}
    acts = ibis.cases((lines.line_kind == ACT, 1), (lines.line_kind == REVERSAL, -1), else_=0)
    return lines.group_by(list(keys)).aggregate(count=acts.sum(), **totals)
