"""What was posted before and a batch may meet: the lines of the times and people concerned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session, composed
from tanpuhui.pipeline.order import Order, Segment
from tanpuhui.pipeline.reading import count_of
from tanpuhui.pipeline.staged import REFERENCES, WITHDRAWN

# A local day begins and ends less than a day from any instant in it, in every zone.
_DAY = timedelta(days=1)
_SPAN = pa.schema(
    [
        ("starts", pa.timestamp("us", tz="UTC")),
        ("ends", pa.timestamp("us", tz="UTC")),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
    ]
)
POSTED = pa.schema([("position", pa.int64()), *ledger.LINES])
AGAIN = pa.schema([("position", pa.int64()), *ledger.SUPPRESSED])


@dataclass(frozen=True)
class Span:
    """Between which instants and on which local days the acts of a batch took place."""

    starts: datetime
    ends: datetime
    first_day: date
    last_day: date


def span_of(session: Session, acts: Any) -> Span | None:
    """The span of some acts; None where there are none."""
    found = session.fetch(
        acts.aggregate(
            starts=acts.started_at.min(), ends=acts.ended_at.max(),
            first_day=acts.local_day.min(), last_day=acts.local_day.max(),
        ),
        _SPAN,
    ).to_pylist()[0]  # fmt: skip
    return None if found["starts"] is None else Span(**found)


def posted(session: Session, order: Order, acts: Any, span: Span | None) -> Any:
    """The standing lines that an act of the batch may repeat, shaped as ``POSTED``.

    Positions count down from -1. A line may be met in time by its person or asset, and at any time
    by its reference.

    Args:
        acts: ``person_id``, ``reference_key`` and ``asset_key`` of the batch's.
    """
    if span is None or not order.earlier.lines:
        return session.table("posted", POSTED.empty_table())
    days = days_around(session, order, acts)
    segments = [segment for segment in order.earlier.lines if segment.local_day in days]
    lines = standing(session, "posted_lines", segments)
    here = _here(session, lines, span)
    met = ibis.union(
        here.semi_join(acts, "person_id").select("batch", "line"),
        here.filter(here.asset_key.notnull()).semi_join(acts, "asset_key").select("batch", "line"),
        lines.filter(lines.reference_key.notnull())
        .semi_join(acts, "reference_key")
        .select("batch", "line"),
        distinct=True,
    )
    found = lines.semi_join(met, ["batch", "line"])
    return session.keep("posted", counted_down(found), POSTED)


def days_around(session: Session, order: Order, acts: Any, turn: int = 0) -> frozenset[date]:
    """The local days on which what was posted or lost may meet some acts.

    Whole days are read, since what corrects a line, or counts a report that had lost, stands in a
    segment of the same day, though perhaps in one that lies far from the acts.

    Args:
        acts: ``local_day``, ``started_at``, ``ended_at`` and ``reference_key``.
        turn: how often it was asked before in the session.
    """
    by_day = acts.group_by("local_day").aggregate(
        starts=acts.started_at.min(), ends=acts.ended_at.max(),
        first_day=acts.local_day.min(), last_day=acts.local_day.max(),
    )  # fmt: skip
    spans = [Span(**row) for row in session.fetch(by_day.select(*_SPAN.names), _SPAN).to_pylist()]
    segments = (*order.earlier.lines, *order.earlier.suppressed)
    near = {s.local_day for s in segments if any(_near(s, span) for span in spans)}
    return _days_of_references(session, order, acts, turn) | near


def posted_on(session: Session, order: Order, days: Collection[date], turn: int) -> Any:
    """Every standing line of some local days, shaped as ``POSTED``; positions count down from -1.

    Where a stronger report supersedes, one act may set another free, and that a third.
    """
    segments = [segment for segment in order.earlier.lines if segment.local_day in days]
    lines = standing(session, f"posted_lines_{turn}", segments)
    return session.keep(f"posted_{turn}", counted_down(lines), POSTED)


def idle_on(
    session: Session,
    order: Order,
    days: Collection[date],
    lines: Any,
    first_position: int,
    turn: int,
) -> Any:
    """Reports that lost before, or were taken back, and are no lines now; shaped as ``AGAIN``.

    Not those that were withdrawn: they are gone for good.

    Args:
        lines: what ``posted_on`` gives for the same days.
        first_position: theirs count up from there.
    """
    name = order.programme.id  # another programme's reports are not ours to post
    lost = [s.path for s in order.earlier.suppressed if s.local_day in days and s.programme == name]
    once = [s for s in order.earlier.lines if s.local_day in days and s.programme == name]
    if not any(segment.has_corrections for segment in once):
        once = []  # nothing was taken back
    taken_back = earlier_lines(session, f"once_{turn}", [s.path for s in once])
    nothing = {"lost_by": ibis.null("string"), "winner_key": ibis.null("decimal(38, 0)")}
    acts = corrected(taken_back).mutate(**nothing)
    before = earlier_lines(session, f"suppressed_{turn}", lost, ledger.SUPPRESSED)
    reports = before.union(acts)
    idle = reports.anti_join(lines, ["programme", "record_key"])
    if order.earlier.withdrawn:
        gone = session.parquet(f"withdrawn_{turn}", order.earlier.withdrawn, WITHDRAWN)
        idle = idle.anti_join(gone, "record_key")
    newest = ibis.window(
        group_by=[idle.programme, idle.record_key], order_by=[ibis.desc(idle.posted_order)]
    )
    ranked = idle.mutate(place=ibis.row_number().over(newest))
    once_each = ranked.filter(ranked.place == 0)
    order_by = ibis.window(order_by=[once_each.programme, once_each.record_key])
    first = session.give("first position", first_position)
    numbered = once_each.mutate(position=ibis.row_number().over(order_by) + first)
    return session.keep(f"again_{turn}", numbered.select(*AGAIN.names), AGAIN)


def standing(session: Session, name: str, segments: Iterable[Segment]) -> Any:
    """The acts of some segments that were not taken back, each with the sum of its differences."""
    segments = tuple(segments)
    lines = earlier_lines(session, name, [segment.path for segment in segments])
    if not any(segment.has_corrections for segment in segments):
        return lines
    reversals = lines.filter(lines.line_kind == ledger.REVERSAL)
    gone = reversals.select(batch="corrects_batch", line="corrects_line")
    return corrected(lines).anti_join(gone, ["batch", "line"])


def earlier_lines(
    session: Session, name: str, paths: Sequence[Path], schema: pa.Schema = ledger.LINES
) -> Any:
    """Segments of lines, or of reports that lost, of whatever version of the line's schema."""
    return session.parquet(name, paths, schema, appended=tuple(ledger.APPENDED))


@composed
def corrected(lines: Any) -> Any:
    """Every act of some lines as its differences have left it, were it taken back or not.

    Its amounts are sums. What it pins, and the quantities that the formula saw, are those of its
    latest difference: a batch writes one a line at most.

    Args:
        lines: of whole local days, so that an act's corrections are among them.
    """
    acts = lines.filter(lines.line_kind == ledger.ACT)
    others = lines.filter(lines.line_kind == ledger.DIFFERENCE)
    of_line = [others.corrects_batch, others.corrects_line]
    latest = ibis.window(group_by=of_line, order_by=[ibis.desc(others.posted_order)])
    ranked = others.mutate(place=ibis.row_number().over(latest))
    newest = ranked.filter(ranked.place == 0).select(
        batch="corrects_batch",
        line="corrects_line",
        is_corrected=ibis.literal(value=True),
        **{f"new_{name}": name for name in ledger.SEEN},
    )
    sums = others.group_by(batch=others.corrects_batch, line=others.corrects_line).aggregate(
        **{f"more_{name}": others[name].sum() for name in ledger.AMOUNTS}
    )
    found = acts.left_join(newest, ["batch", "line"]).drop("batch_right", "line_right")
    found = found.left_join(sums, ["batch", "line"]).drop("batch_right", "line_right")
    return found.mutate(
        **{
            name: ibis.ifelse(found.is_corrected.notnull(), found[f"new_{name}"], found[name])
            for name in ledger.SEEN
        },
        # Whole already: sums of whole milligrams. Null only where every part is.
        **{
            name: ibis.ifelse(
                found[f"more_{name}"].isnull(),
                found[name],
                found[name].fill_null(0) + found[f"more_{name}"],
            ).cast("int64")
            for name in ledger.AMOUNTS
        },
    ).select(*ledger.LINES.names)


def _near(segment: Segment, span: Span) -> bool:
    return segment.ends >= span.starts - _DAY and segment.starts <= span.ends + _DAY


def _here(session: Session, lines: Any, span: Span) -> Any:
    """The lines that may overlap the span: by instants, or by local days."""
    starts, ends = session.give("span starts", span.starts), session.give("span ends", span.ends)
    first, last = session.give("first day", span.first_day), session.give("last day", span.last_day)
    by_instant = (lines.ended_at >= starts) & (lines.started_at <= ends)
    return lines.filter(by_instant | lines.local_day.between(first, last))


@composed
def counted_down(lines: Any) -> Any:
    """Lines with ``position``, from -1 down, in the order of posting."""
    by_name = ibis.window(order_by=[lines.posted_order, lines.batch, lines.line])
    numbered = lines.mutate(position=-1 - ibis.row_number().over(by_name))
    return numbered.select("position", *ledger.LINES.names)


def _days_of_references(session: Session, order: Order, acts: Any, turn: int) -> frozenset[date]:
    """The local days on which lines or lost reports with a reference of the acts stand."""
    if not order.earlier.references:
        return frozenset()
    named = acts.filter(acts.reference_key.notnull())
    asked = named.select("reference_key").distinct()
    index = session.parquet(f"references_{turn}", order.earlier.references, REFERENCES)
    met = index.semi_join(asked, "reference_key")
    days = met.select("local_day").distinct()
    found = session.fetch(days, pa.schema([("local_day", pa.date32())]))
    return frozenset(found["local_day"].to_pylist())


def by_file(
    session: Session, keys: Any, paths: Iterable[Path], name: str, schema: pa.Schema
) -> Iterable[tuple[str, Any]]:
    """The batches whose file has some of the keys, and these.

    Args:
        keys: with ``record_key``.
        paths: one file a batch, of its name, each shaped as the schema.
        name: of what is read, in the session.
    """
    for number, path in enumerate(paths):
        index = session.parquet(f"{name}_{number}", [path], schema)
        met = keys.semi_join(index, "record_key")
        if count_of(session, met):
            yield path.stem, met
