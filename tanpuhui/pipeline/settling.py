"""What a batch posts where it changes what was posted: one mechanism for every kind of correction.

A stronger report that supersedes, a withdrawal and a restatement come to the same: some lines are
taken back, some reports count that had lost, some lines are computed anew, limits are filled again,
and each act gets at most one line of the batch that brings it to where it stands now.
"""

from __future__ import annotations

from typing import Any

import ibis

from tanpuhui import ledger
from tanpuhui.engine import Session, composed
from tanpuhui.pipeline.acts import Acts
from tanpuhui.pipeline.amounts import AnyPlan
from tanpuhui.pipeline.limits import Before, act_name, limited, limits_of
from tanpuhui.pipeline.lines import (
    Lines,
    again_lines,
    by_rule,
    difference_lines,
    own_lines,
    restated_lines,
    reversal_lines,
    with_corrections,
)
from tanpuhui.pipeline.order import Order

# What limits read of an act.
_LIMITED = (
    "position", "act_name", "scene", "person_id", "local_day", "started_at", "record_key",
    "reference_key", "asset_key", "reduction_mg",
)  # fmt: skip


def settled(
    session: Session,
    order: Order,
    acts: Acts,
    plans: tuple[AnyPlan, ...],
    *,
    own: Any | None = None,
    restated: Any | None = None,
) -> Lines:
    """The lines that bring the journal from where it stands to where it should.

    Args:
        acts: which lines are taken back, and which reports count again.
        own: records of the batch that count, with ``rule`` and amounts; None for none.
        restated: lines that are computed anew, as ``restating.restated`` gives them; None for none.
    """
    back = acts.again.anti_join(acts.losses, "position")
    taken_back = acts.taken_back()
    trying = back.mutate(act_name=act_name(back.methodology, back.scene)).select(*_LIMITED)
    if own is not None:
        trying = named(own, plans).select(*_LIMITED).union(trying)
    trimmed, earlier = limited(
        session, order, trying, limits_of(order, plans), Before(taken_back, restated)
    )
    changed = trimmed.filter(trimmed.batch.notnull() & (trimmed.credited_mg != trimmed.posted_mg))
    more = changed.select("batch", "line", more_mg=changed.credited_mg - changed.posted_mg)
    others = [
        again_lines(credited(back.drop("credited_mg"), trimmed)),
        reversal_lines(taken_back),
    ]
    if restated is not None:
        others.append(restated_lines(_different(restated, trimmed)))
        more = more.anti_join(restated, ["batch", "line"])
    others.append(difference_lines(earlier.inner_join(more, ["batch", "line"])))
    mine = None if own is None else own_lines(order, credited(own, trimmed), plans)
    return with_corrections(session, mine, others)


@composed
def named(acts: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """Acts with the methodology of their rule, and the name by which limits count them."""
    found = acts.mutate(methodology=by_rule(acts, plans, lambda plan: plan.methodology_id))
    return found.mutate(act_name=act_name(found.methodology, found.scene))


@composed
def credited(acts: Any, trimmed: Any) -> Any:
    """Acts with what they are credited: all of it where no limit counts them."""
    own = trimmed.filter(trimmed.position.notnull()).select("position", left_mg="credited_mg")
    found = acts.left_join(own, "position")
    return found.mutate(credited_mg=found.left_mg.coalesce(found.reduction_mg)).drop(
        "left_mg", "position_right"
    )


@composed
def _different(restated: Any, trimmed: Any) -> Any:
    """Of the lines that are computed anew those with another amount, with what they are credited.

    A line that other rules bring to the same amounts stays as it is, with the rules that it pins.
    """
    filled = trimmed.filter(trimmed.batch.notnull()).select("batch", "line", left_mg="credited_mg")
    found = restated.left_join(filled, ["batch", "line"]).drop("batch_right", "line_right")
    found = found.mutate(new_credited_mg=found.left_mg.coalesce(found.new_reduction_mg))
    differs = [
        found[f"new_{name}"].fill_null(0) != found[name].fill_null(0) for name in ledger.AMOUNTS
    ]
    return found.filter(ibis.or_(*differs)).drop("left_mg")
