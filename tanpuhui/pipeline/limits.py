"""The limits of a batch: what of its reductions is credited, given what was credited before.

Limits fill in posting order, then in time. So that a split into batches changes nothing, they are
filled anew by every standing line of the periods concerned, with what it was worth before limits,
and the batch's records come after those. Where a line was taken back, what it had used is free
again: earlier lines that were trimmed are filled up first, by lines of the difference. Under a
limit by number a line that holds something again may push out a later one, by such a line too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import engine, ledger
from tanpuhui.engine import Session, composed
from tanpuhui.pipeline.amounts import AnyPlan, RulePlan
from tanpuhui.pipeline.history import standing
from tanpuhui.pipeline.order import Order, Segment
from tanpuhui.rules import Limit

Scoped = tuple[frozenset[str], Limit]

_CREDITED = pa.schema([("position", pa.int64()), ("credited_mg", pa.int64())])
_TRIMMED = pa.schema(
    [("batch", pa.string()), ("line", pa.int64()), *_CREDITED, ("posted_mg", pa.int64())]
)
_NAMED = pa.schema([("batch", pa.string()), ("line", pa.int64())])
_FILLED_BY = ("turn", "posted_order", "started_at", "record_key")
# Whose turn it is to fill limits: lines that must keep what they have, then those posted, then new.
_HELD, _POSTED, _NEW = 0, 1, 2
# The types of what limits group by, where they are not whole numbers.
_KEYS: dict[str, pa.DataType] = {
    "local_day": pa.date32(), "record": ledger.KEY, "reference": ledger.KEY, "asset": ledger.KEY
}  # fmt: skip
_SHAPED = pa.schema(
    [
        *_NAMED, ("turn", pa.int64()), ("posted_order", pa.int64()), ("position", pa.int64()),
        ("started_at", pa.timestamp("us", tz="UTC")), ("record_key", ledger.KEY),
        ("act_name", pa.string()), ("person", pa.int64()), ("day", pa.date32()),
        ("record", ledger.KEY), ("reference", ledger.KEY), ("asset", ledger.KEY),
        ("credited_mg", pa.int64()), ("posted_mg", pa.int64()),
    ]
)  # fmt: skip
_DAYS = pa.schema([("local_day", pa.date32())])


def limits_of(order: Order, plans: Iterable[AnyPlan]) -> tuple[Scoped, ...]:
    """Every limit in the order of application, with the acts that it counts.

    An act is named by its methodology and scene. The limits of methodologies come first, then those
    of the programme.
    """
    found: dict[str, tuple[Scoped, ...]] = {}
    plans = tuple(plans)
    for plan in plans:
        if not isinstance(plan, RulePlan):
            continue
        name = plan.methodology.id
        found[name] = tuple(
            (frozenset(act_name(name, scene) for scene in scenes), limit)
            for scenes, limit in engine.limits_of(plan.plan)
        )
    acts = [
        (plan.methodology_id, scene)
        for plan in plans
        for scene in (
            [rule.scene for rule in plan.rules]
            if isinstance(plan, RulePlan)
            else plan.imported.scenes
        )
    ]
    own = tuple(
        (frozenset(act_name(*act) for act in acts if act[1] in limit.scenes), limit)
        for limit in order.programme.limits
    )
    return (*(scoped for scopeds in found.values() for scoped in scopeds), *own)


def act_name(methodology: Any, scene: Any) -> Any:
    """What a limit counts acts by; of two texts or of two columns."""
    return methodology + "/" + scene


@dataclass(frozen=True)
class Before:
    """What a batch changes of what was posted, as far as limits are concerned.

    Args:
        taken_back: lines that it takes back, shaped as ``history.POSTED``.
        restated: lines that it computes anew: ``batch``, ``line``, ``person_id``, ``local_day``,
            ``new_methodology`` and ``new_reduction_mg``; None for none.
    """

    taken_back: Any
    restated: Any | None = None


def limited(
    session: Session, order: Order, acts: Any, limits: tuple[Scoped, ...], before: Before | None
) -> tuple[Any, Any]:
    """What each act under a limit is credited, and which earlier lines are filled up.

    Args:
        acts: ``position``, ``act_name``, ``person_id``, ``local_day``, ``started_at``,
            ``record_key``, ``reference_key``, ``asset_key``, ``reduction_mg``, ``methodology``,
            ``scene``.
        before: None where the batch changes nothing that was posted.

    Returns:
        One row an act that a limit may trim, and one an earlier line that one may or had trimmed,
        with all that share a limit with them: ``batch`` and ``line`` null
        for an act; ``position``; ``credited_mg``; ``posted_mg``, what it was credited so far. And
        the earlier lines themselves, shaped as ``ledger.LINES``.
    """
    nothing = session.table("no_lines", ledger.LINES.empty_table())
    named = frozenset(name for names, _ in limits for name in names)
    if not named:
        return session.table("limited", _TRIMMED.empty_table()), nothing
    scenes = sorted({name.rpartition("/")[2] for name in named})
    # By scene first, which is coded, so that few names are put together.
    mine = acts.filter(acts.scene.isin(scenes) & acts.act_name.isin(sorted(named)))
    rows = _shaped(mine, is_new=True)
    concerned = acts.select("person_id", "local_day")
    if before is not None:
        concerned = concerned.union(before.taken_back.select("person_id", "local_day"))
        if before.restated is not None:
            concerned = concerned.union(before.restated.select("person_id", "local_day"))
    earlier = _earlier(session, order, concerned, (limits, named), before)
    if earlier is not None:
        rows = rows.union(_shaped(earlier, is_new=False))
    if earlier is not None and len(order.earlier.locked):
        # A line that is held may fill a group which was not full.
        kept = _filled(session, order, rows, limits)
    else:
        few = _of_full_groups(session, rows, limits, alone=earlier is None)
        trimmed = engine.limited(few, limits, scene="act_name", order_by=_FILLED_BY)
        kept = session.keep("limited", trimmed.select(*_TRIMMED.names), _TRIMMED)
    return kept, nothing if earlier is None else earlier.select(*ledger.LINES.names)


def _filled(session: Session, order: Order, rows: Any, limits: tuple[Scoped, ...]) -> Any:
    """What limits leave of each row. A line that a pool has locked is never lowered.

    Those that would be are filled first, with what they are credited, and the rest anew after
    them: so the limits hold, and it is others that get less.
    """
    held = session.table("held_0", _NAMED.empty_table())
    turn = 0
    while True:
        trimmed = engine.limited(rows, limits, scene="act_name", order_by=_FILLED_BY)
        kept = session.keep(f"limited_{turn}", trimmed.select(*_TRIMMED.names), _TRIMMED)
        locked = session.table("locked_lines", order.earlier.locked)
        low = kept.filter(kept.credited_mg < kept.posted_mg).semi_join(locked, ["batch", "line"])
        low = low.anti_join(held, ["batch", "line"])
        low_now = session.fetch(low.select(*_NAMED.names), _NAMED)
        if not len(low_now):
            break
        turn += 1
        more = session.table(f"low_{turn}", low_now)
        held = session.keep(f"held_{turn}", held.union(more), _NAMED)
        rows = _with_held_first(rows, more)
    # A limit that was tightened since may trim them still.
    firm = kept.semi_join(locked, ["batch", "line"])
    raised = firm.mutate(credited_mg=ibis.greatest(firm.credited_mg, firm.posted_mg))
    rest = kept.filter(kept.batch.isnull()).union(
        kept.filter(kept.batch.notnull()).anti_join(locked, ["batch", "line"])
    )
    return session.keep("limited_held", rest.union(raised).select(*_TRIMMED.names), _TRIMMED)


def _with_held_first(rows: Any, held: Any) -> Any:
    marked = held.mutate(is_held=ibis.literal(value=True))
    found = rows.left_join(marked, ["batch", "line"]).drop("batch_right", "line_right")
    return found.mutate(
        turn=ibis.ifelse(found.is_held.notnull(), _HELD, found.turn),
        credited_mg=ibis.ifelse(found.is_held.notnull(), found.posted_mg, found.credited_mg),
    ).drop("is_held")


def _of_full_groups(session: Session, rows: Any, limits: tuple[Scoped, ...], *, alone: bool) -> Any:
    """The rows that a limit may trim, those that one had trimmed, and all of their groups.

    Args:
        alone: no earlier line is among them.
    """
    # Read once for each limit and once more, so held, its names coded.
    names = sorted({name for scoped, _ in limits for name in scoped})
    rows = session.keep("under_limits", rows.select(*_SHAPED.names), _SHAPED,
                        texts={"act_name": names})  # fmt: skip
    full = engine.of_full_groups(rows, limits, _full(session, rows, limits), scene="act_name")
    if alone:
        return full
    # Where a limit had trimmed a line and does so no longer, its group may not be full.
    apart = rows.filter(rows.batch.notnull() & (rows.posted_mg != rows.credited_mg))
    return full.union(apart, distinct=True)


def _full(session: Session, rows: Any, limits: tuple[Scoped, ...]) -> tuple[Any, ...]:
    """The groups of each limit that hold more than it."""
    found = []
    for number, (names, limit) in enumerate(limits):
        groups = engine.full_groups(rows, names, limit, scene="act_name")
        schema = pa.schema(
            [
                *((f"of_{key}", _KEYS.get(key, pa.int64())) for key in limit.each),
                ("total", pa.int64()),
            ]
        )
        found.append(session.keep(f"full_{number}", groups.select(*schema.names), schema))
    return tuple(found)


@composed
def _shaped(acts: Any, *, is_new: bool) -> Any:
    """Acts of the batch, or lines, in the columns that limits read."""
    return acts.select(
        batch=ibis.null("string") if is_new else acts.batch,
        line=ibis.null("int64") if is_new else acts.line,
        turn=ibis.literal(_NEW if is_new else _POSTED, type="int64"),
        posted_order=ibis.literal(0, type="int64") if is_new else acts.posted_order,
        position=acts.position if is_new else ibis.null("int64"),
        started_at=acts.started_at,
        record_key=acts.record_key,
        act_name=acts.act_name,
        person=acts.person_id,
        day=acts.local_day,
        record=acts.record_key,
        reference=acts.reference_key,
        asset=acts.asset_key,
        credited_mg=acts.reduction_mg if is_new else acts.whole_mg,
        posted_mg=ibis.literal(0, type="int64") if is_new else acts.credited_mg,
    )


def _earlier(
    session: Session,
    order: Order,
    acts: Any,
    scoped: tuple[tuple[Scoped, ...], frozenset[str]],
    before: Before | None,
) -> Any | None:
    """The standing lines of the periods concerned; None where there can be none.

    Args:
        acts: ``person_id`` and ``local_day`` of what uses limits, or has used them no longer.

    Returns:
        Shaped as ``ledger.LINES``, and what limits see of them: ``act_name`` and ``whole_mg``, the
        reduction, both as the batch computes them anew where it does.
    """
    limits, named = scoped
    ours = [s for s in order.earlier.lines if s.programme == order.programme.id]
    if not ours:
        return None
    found = session.fetch(acts.select("local_day").distinct(), _DAYS)["local_day"].to_pylist()
    segments = _of_periods(ours, {day for day in found if day is not None}, limits)
    if not segments:
        return None
    lines = standing(session, "limit_lines", segments)
    methodology, whole_mg = lines.methodology, lines.reduction_mg
    if before is not None:
        lines = lines.anti_join(before.taken_back, ["batch", "line"])
        methodology, whole_mg = lines.methodology, lines.reduction_mg
        if before.restated is not None:
            names = ("batch", "line", "new_methodology", "new_reduction_mg")
            lines = lines.left_join(before.restated.select(*names), ["batch", "line"])
            lines = lines.drop("batch_right", "line_right")
            methodology = lines.new_methodology.coalesce(lines.methodology)
            whole_mg = lines.new_reduction_mg.coalesce(lines.reduction_mg)
    lines = lines.mutate(act_name=act_name(methodology, lines.scene), whole_mg=whole_mg)
    lines = lines.filter(lines.act_name.isin(sorted(named)))
    if all("person" in limit.each for _, limit in limits):
        lines = lines.semi_join(acts, "person_id")
    return lines


def _of_periods(
    segments: Iterable[Segment], days: Collection[date], limits: tuple[Scoped, ...]
) -> list[Segment]:
    """The segments of the longest period of any limit that holds one of the days."""
    keys = [limit.each for _, limit in limits if "record" not in limit.each]
    if not keys:
        return []
    periods = [
        next((p for p in ("local_day", "local_month", "local_year") if p in each), "ever")
        for each in keys
    ]
    if "ever" in periods:
        return list(segments)
    longest = max(periods, key=("local_day", "local_month", "local_year").index)
    named = {_period(day, longest) for day in days}
    return [s for s in segments if _period(s.local_day, longest) in named]


def _period(day: date, period: str) -> tuple[int, ...]:
    match period:
        case "local_day":
            return day.year, day.month, day.day
        case "local_month":
            return day.year, day.month
        case _:
            return (day.year,)
