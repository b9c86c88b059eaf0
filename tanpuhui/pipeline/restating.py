"""What posted lines come to under the rules as they are now, from the quantities in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import engine, ledger
from tanpuhui.engine import Session
from tanpuhui.pipeline.amounts import AnyPlan, RulePlan, recomputed
from tanpuhui.pipeline.further import further_quantities, unpacked
from tanpuhui.pipeline.history import POSTED, counted_down, standing
from tanpuhui.pipeline.lines import seen_now
from tanpuhui.pipeline.order import Order
from tanpuhui.rules import Programme
from tanpuhui.terms import DayRange

_OUTPUTS = tuple(f"{output}_mg" for output in engine.OUTPUTS)
RESTATED = pa.schema(
    [
        *POSTED,
        ("refused", pa.string()),
        *((f"new_{name}", ledger.LINES.field(name).type) for name in (*ledger.SEEN, *_OUTPUTS)),
    ]
)
_READ = (
    "position", "partner", "person_id", "scene", "region", "evidence", "local_day",
    *ledger.AMOUNT_QUANTITIES, *ledger.TEXT_QUANTITIES,
)  # fmt: skip


@dataclass(frozen=True)
class Restatement:
    """The lines that are to be computed again.

    Args:
        methodology: that the lines pin now.
        days: of the acts, local days of the programme.
        clawback: the pool whose lines may be lowered; None for none.
    """

    methodology: str
    days: DayRange
    clawback: str | None = None


@engine.composed  # so that what is built for the programme without them can be
def _without_imported(programme: Programme) -> Programme:
    return replace(programme, imported=())


def restated(session: Session, order: Order, asked: Restatement, plans: tuple[AnyPlan, ...]) -> Any:
    """The standing lines that are asked for, and what they come to now.

    The rule of each is the one that the programme names now for its scene, region and day. A line
    that the rules would refuse comes to 0: ``refused`` has the code.

    Returns:
        One row a line, shaped as ``RESTATED``: the line as it stands, and ``new_…``.
    """
    segments = [
        segment
        for segment in order.earlier.lines
        if segment.programme == order.programme.id and segment.local_day in asked.days
    ]
    lines = standing(session, "lines_to_restate", segments)
    lines = lines.filter(
        (lines.methodology == asked.methodology) & lines.imported_algorithm.isnull()
    )
    chosen = session.keep("chosen", counted_down(lines), POSTED)
    further = unpacked(chosen, further_quantities(order))
    chosen = chosen.mutate(**further)
    # Results that a partner hands over now were records when these lines were posted.
    computing = replace(order, programme=_without_imported(order.programme))
    rules = tuple(plan for plan in plans if isinstance(plan, RulePlan))
    worth = recomputed(session, computing, chosen.select(*_READ, *further), rules)
    found = worth.select("position", "rule", "code", **{f"new_{n}": n for n in _OUTPUTS})
    both = chosen.inner_join(found, "position")
    seen = seen_now(order, both, rules)
    ruled = both.rule.notnull()
    new = {f"new_{name}": ibis.ifelse(ruled, seen[name], both[name]) for name in ledger.SEEN}
    for name in _OUTPUTS:
        nothing = ibis.ifelse(both[name].isnull(), ibis.null("int64"), 0)
        new[f"new_{name}"] = ibis.ifelse(both.code.notnull(), nothing, both[f"new_{name}"])
    whole = both.mutate(refused=both.code, **new)
    return session.keep("restated", whole.select(*RESTATED.names), RESTATED)
