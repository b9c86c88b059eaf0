"""Limits as columns: what each record is credited once the limits of its methodology have filled.

Records fill a limit in the order of ``position``; the one that crosses it counts in part, later
ones count zero. Limits apply one after the other, a case's own first: each trims what the one
before left. A limit by count lets the first so many records through that still hold something.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from tanpuhui.engine.composing import composed
from tanpuhui.engine.functions import any_of
from tanpuhui.engine.plan import Plan, limits_of
from tanpuhui.rules import Limit, LimitKey


def credited(records: ir.Table, plan: Plan) -> ir.Table:
    """What each record is credited.

    Args:
        records: one row a record. ``position`` int64, unique: the order in which limits fill;
            ``scene`` str; ``reduction_mg`` int64, null where refused; ``person`` str; ``day`` date;
            ``reference``, ``asset`` str where a limit asks for them.

    Returns:
        One row a record, in no order: ``position``, and ``credited_mg`` int64, 0 where refused.
    """
    staged = records.mutate(credited_mg=records.reduction_mg.fill_null(0))
    limits = tuple((frozenset(scenes), limit) for scenes, limit in limits_of(plan))
    return limited(staged, limits, scene="scene").select("position", "credited_mg")


@composed
def limited(
    records: ir.Table,
    limits: tuple[tuple[frozenset[str], Limit], ...],
    *,
    scene: str,
    order_by: tuple[str, ...] = ("position",),
) -> ir.Table:
    """The records with ``credited_mg`` trimmed by some limits, one after the other.

    Args:
        records: as for ``credited``, with ``credited_mg`` int64, mg, as it is before these limits.
        limits: each with the scenes whose records it counts.
        scene: the column that names the scene of a record.
        order_by: where records have the column ``record``, it tells them apart; else ``position``.
            The columns by which records fill limits, the order total.
    """
    for scenes, limit in limits:
        records = _limited(records, limit, records[scene].isin(sorted(scenes)), order_by)
    return records


@composed
def of_full_groups(
    records: ir.Table,
    limits: tuple[tuple[frozenset[str], Limit], ...],
    groups: tuple[ir.Table, ...],
    *,
    scene: str,
) -> ir.Table:
    """The records that some limit may trim, with all others of their groups.

    Most people stay far below a limit. A group that holds no more than its limit is not trimmed,
    whatever other limits leave of it, and adding up is much cheaper than filling in order.

    Args:
        records, limits, scene: as for ``limited``.
        groups: for each limit what ``full_groups`` finds.
    """
    marked = records
    for number, ((_, limit), group) in enumerate(zip(limits, groups, strict=True)):
        full = group.rename(**{f"full_{number}": "total"})
        # Records without a reference are a group too.
        alike = [_key(marked, key).identical_to(full[f"of_{key}"]) for key in limit.each]
        marked = marked.left_join(full, alike).drop(*(f"of_{key}" for key in limit.each))
    trimmed = any_of(
        marked[f"full_{number}"].notnull() & marked[scene].isin(sorted(scenes))
        for number, (scenes, _) in enumerate(limits)
    )
    return marked.filter(trimmed).select(*records.columns)


@composed
def full_groups(records: ir.Table, scenes: frozenset[str], limit: Limit, *, scene: str) -> ir.Table:
    """The groups that hold more than a limit: a column ``of_<key>`` for each key, and ``total``.

    Args:
        records, scene: as for ``limited``.
    """
    here = records.filter(records[scene].isin(sorted(scenes)))
    held = ibis.greatest(here.credited_mg, 0)
    groups = here.group_by(**{f"of_{key}": _key(here, key) for key in limit.each})
    if limit.reduction_mg is not None:
        found = groups.aggregate(total=held.sum())
        return found.filter(found.total > limit.reduction_mg)
    found = groups.aggregate(total=(held > 0).sum())
    return found.filter(found.total > limit.count)


def _limited(records: ir.Table, limit: Limit, here: Any, order_by: tuple[str, ...]) -> ir.Table:
    earlier = ibis.window(
        group_by=[here, *(_key(records, key) for key in limit.each)],
        order_by=[records[name] for name in order_by],
        preceding=(None, 1),
    )
    held = ibis.greatest(records.credited_mg, 0)
    if limit.reduction_mg is not None:
        used_mg = held.sum().over(earlier).fill_null(0)
        room_mg = ibis.greatest(0, limit.reduction_mg - used_mg)
        trimmed = ibis.least(records.credited_mg, room_mg)
    else:
        taken = (held > 0).cast("int64").sum().over(earlier).fill_null(0)
        trimmed = ibis.ifelse(taken < limit.count, records.credited_mg, records.credited_mg - held)
    left = ibis.ifelse(here, trimmed, records.credited_mg)
    return records.mutate(credited_mg=left.cast("int64"))  # whole already: sums of whole milligrams


def _key(records: ir.Table, key: LimitKey) -> Any:
    match key:
        case "record":
            return records["record"] if "record" in records.columns else records.position
        case "local_day":
            return records.day
        case "local_month":
            return records.day.year() * 12 + records.day.month()
        case "local_year":
            return records.day.year()
        case _:
            return records[key]
