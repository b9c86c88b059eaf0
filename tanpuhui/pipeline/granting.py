"""Points of a batch: what its lines earn, and what is taken back of what was granted before."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import incentives, ledger
from tanpuhui.engine import Session
from tanpuhui.pipeline.further import further_quantities, unpacked
from tanpuhui.pipeline.order import Order

_DAYS = pa.schema([("local_day", pa.date32())])


def grants_of(session: Session, order: Order, lines: Any) -> Any:
    """What the lines of a batch grant, shaped as ``ledger.GRANTS``.

    A line that brings its act to nothing takes back the points that the act was granted, and no
    others: the rate may have changed since, or not have been published then. Any other line earns
    or loses at the rates of today.

    Args:
        lines: journal lines with ``before_mg``, see ``incentives.grants``.
    """
    lines = lines.mutate(**unpacked(lines, further_quantities(order)))
    corrects = lines.corrects_batch.notnull()
    at_nothing = corrects & (lines.before_mg + lines.credited_mg == 0)
    earned = incentives.grants(lines.filter(~at_nothing), order.programme.currencies)
    taken_back = _taken_back(session, order, lines.filter(at_nothing))
    both = [part for part in (earned, taken_back) if part is not None]
    if not both:
        return session.table("grants", ledger.GRANTS.empty_table())
    found = both[0] if len(both) == 1 else ibis.union(*both)
    return session.keep("grants", found, ledger.GRANTS)


def _taken_back(session: Session, order: Order, lines: Any) -> Any | None:
    """The grants of the acts that come to nothing, below zero; None where there are none.

    Args:
        lines: those that bring them there.
    """
    if not order.earlier.grants:
        return None
    days = set(session.fetch(lines.select("local_day").distinct(), _DAYS)["local_day"].to_pylist())
    paths = [path for day in sorted(days) for path in order.earlier.grants.get(day, ())]
    if not paths:
        return None
    granted = session.parquet("granted", paths, ledger.GRANTS)
    # A grant names its line: an act, or a difference of one.
    posted = [s.path for s in order.earlier.lines if s.local_day in days and s.has_corrections]
    others = session.parquet("granted_lines", posted, ledger.LINES)
    others = others.filter(others.line_kind == ledger.DIFFERENCE)
    others = others.select("batch", "line", "corrects_batch", "corrects_line")
    named = granted.left_join(others, ["batch", "line"])
    of_act = named.select(
        "currency", "points",
        act_batch=named.corrects_batch.coalesce(named.batch),
        act_line=named.corrects_line.coalesce(named.line),
    )  # fmt: skip
    sums = of_act.group_by(["act_batch", "act_line", "currency"]).aggregate(
        granted_points=of_act.points.sum()
    )
    met = lines.inner_join(
        sums, (lines.corrects_batch == sums.act_batch) & (lines.corrects_line == sums.act_line)
    )
    kept = [name for name in ledger.GRANTS.names if name not in ("currency", "points")]
    found = met.select(*kept, "currency", points=-met.granted_points)
    return found.filter(found.points != 0)
