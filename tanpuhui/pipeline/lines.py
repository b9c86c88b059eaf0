"""⑥ for a batch: journal lines, as they are before they are sorted, numbered and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session
from tanpuhui.pipeline.acts import Acts
from tanpuhui.pipeline.amounts import (
    NULLS,
    AnyPlan,
    factor_day,
    factor_region,
    fleet_of,
    outputs_of,
)
from tanpuhui.pipeline.further import further_quantities, packed
from tanpuhui.pipeline.imported import scenes_of
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.reading import Found
from tanpuhui.records import EVIDENCE

# What is the same for every line of a batch, or for all that one rule computes, is said where the
# line is written, and carried by no table before.
_SAME = (
    "schema_version", "batch", "posted_order", "domain", "programme", "programme_sha256",
    "library_version",
)  # fmt: skip
_BY_RULE = (
    "methodology", "methodology_sha256", "factor_set", "factor_region", "factor_day",
    "imported_algorithm",
)  # fmt: skip
_QUANTITIES = (*ledger.AMOUNT_QUANTITIES, *ledger.TEXT_QUANTITIES, ledger.FURTHER)
# The order of lines in a batch, and of their numbers. It is total: a batch has one act a key.
_SORTED_BY = ("local_day", "person_id", "started_at", "record_key", "line_kind")
_WHOLE = pa.schema(
    [
        ("record_position", pa.int64()),
        ("before_mg", pa.int64()),
        *(field for field in ledger.LINES if field.name != "line"),
    ]
)
# Of lines as they are read: where they come from, and what the act was credited before.
_BESIDES = ("record_position", "before_mg")
_NOTHING = ibis.literal(0, type="int64")
_OWN = pa.schema([field for field in ledger.LINES if field.name not in (*_SAME, "line")])


@dataclass(frozen=True)
class Lines:
    """The journal lines of a batch, sorted and numbered.

    Args:
        whole: shaped as ``ledger.LINES``, and ``record_position`` of the record that made the line,
            null for lines of earlier records; and ``before_mg``, what the act that a line corrects
            was credited so far, 0 where it corrects none. What is the same in many lines is added
            as it is read, and held nowhere.
        texts: of columns that hold few different texts, all that may occur.
    """

    whole: Any
    texts: Mapping[str, Sequence[str]]


def act_lines(
    session: Session, order: Order, acts: Any, plans: tuple[AnyPlan, ...], found: Found
) -> Lines:
    """The lines of the batch's own acts.

    Args:
        acts: records with ``rule``, the amounts, and ``credited_mg``.
        found: what the records have in common.
    """
    quantities = _quantities(acts, order, plans)
    # What no act has is held nowhere: a column of nulls is sorted like any other.
    for name in found.lacking:
        if name in quantities and not _stand_ins(acts, name, order, plans):
            del quantities[name]
    absent = {*found.lacking, *(set(ledger.AMOUNTS) - outputs_of(plans) - {"credited_mg"})}
    elsewhere = {*_BY_RULE, *_QUANTITIES, *_CORRECTS, *absent}
    plain = [name for name in _OWN.names if name not in elsewhere]
    schema = pa.schema(
        [
            ("record_position", pa.int64()),
            ("rule", pa.int32()),
            *(ledger.LINES.field(name) for name in (*plain, *quantities)),
        ]
    )
    own = acts.mutate(**quantities).rename(record_position="position")
    texts = {**_texts(order, plans), "partner": found.partners, "region": found.regions}
    by = [name for name in _SORTED_BY if name in schema.names]
    if len(found.days) == 1:
        by.remove("local_day")  # to sort by what is the same costs a third more
    in_table = {name: texts[name] for name in texts if name in schema.names}
    kept = session.keep_numbered("lines", own.select(*schema.names), schema, by=by, texts=in_table)
    whole = whole_lines(order, kept.rename(line="position"), plans)
    whole = whole.mutate(before_mg=_NOTHING).select(*_BESIDES, *ledger.LINES.names)
    return Lines(whole, texts)


def own_lines(order: Order, acts: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """The batch's own acts, as ``with_corrections`` takes lines.

    Args:
        acts: as for ``act_lines``.
    """
    own = whole_lines(order, acts.mutate(**_quantities(acts, order, plans)), plans)
    return own.rename(record_position="position").mutate(before_mg=_NOTHING)


def with_corrections(session: Session, own: Any | None, others: Iterable[Any]) -> Lines:
    """The lines of the batch's own acts and of what they correct.

    Args:
        own: as ``own_lines`` gives them; None for none.
        others: lines with all columns but ``line``: reversals, differences, earlier reports.
    """
    nowhere = ibis.null("int64")
    parts = [part.mutate(record_position=nowhere).select(*_WHOLE.names) for part in others]
    if own is not None:
        parts.insert(0, own.select(*_WHOLE.names))
    kept = session.keep_numbered("lines", ibis.union(*parts), _WHOLE, by=_SORTED_BY)
    whole = kept.rename(line="position").select(*_BESIDES, *ledger.LINES.names)
    return Lines(whole, {})


def _texts(order: Order, plans: tuple[AnyPlan, ...]) -> dict[str, Sequence[str]]:
    """The texts that may stand in the columns of the batch's own acts that hold few."""
    same = {
        "batch": order.batch,
        "line_kind": ledger.ACT,
        "domain": order.programme.domain,
        "programme": order.programme.id,
        "programme_sha256": order.programme.sha256,
        "library_version": order.library.version,
    }
    return {
        **{name: (text,) for name, text in same.items()},
        "scene": scenes_of(order.programme),
        "evidence": EVIDENCE,
        "methodology": [plan.methodology_id for plan in plans],
        "methodology_sha256": [
            plan.methodology_sha256 for plan in plans if plan.methodology_sha256
        ],
        "factor_set": [plan.factor_set for plan in plans if plan.factor_set],
    }


_CORRECTS = ("line_kind", "corrects_batch", "corrects_line")


def whole_lines(order: Order, acts: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """Acts with every column of a line but its number.

    Args:
        acts: as ``act_lines`` keeps them.
    """
    columns = {
        **_same(order),
        "line_kind": ibis.literal(ledger.ACT),
        "corrects_batch": ibis.null("string"),
        "corrects_line": ibis.null("int64"),
        **_pinned(acts, plans),
    }
    # What no record of the batch carries.
    may_lack = (*_QUANTITIES, *ledger.AMOUNTS, "reference_key", "asset_key")
    absent = {
        name: ibis.null(NULLS[ledger.LINES.field(name).type])
        for name in may_lack
        if name not in acts.columns
    }
    return acts.mutate(**columns, **absent)


def reversal_lines(order: Order, taken_back: Any) -> Any:
    """Lines that take back posted ones: their amounts below zero."""
    columns = {name: -taken_back[name] for name in ledger.AMOUNTS}
    return _corrections(order, taken_back, ledger.REVERSAL, columns)


def difference_lines(order: Order, filled: Any) -> Any:
    """Lines that fill up what limits had trimmed, or trim it.

    Args:
        filled: posted lines with ``more_mg``, what each is credited besides; below zero where a
            limit leaves less.
    """
    nothing: dict[str, Any] = {
        name: ibis.ifelse(filled[name].isnull(), ibis.null("int64"), 0) for name in ledger.AMOUNTS
    }
    amounts = {**nothing, "credited_mg": filled.more_mg}
    return _corrections(order, filled, ledger.DIFFERENCE, amounts)


def restated_lines(order: Order, restated: Any) -> Any:
    """Lines of the differences between what stood and what the rules say now.

    They pin these rules, and the quantities that the formula saw.

    Args:
        restated: posted lines with each column of ``ledger.SEEN`` and of ``ledger.AMOUNTS`` as it
            is now, named ``new_…``. An amount that was null and is not now counts from 0.
    """
    amounts = {}
    for name in ledger.AMOUNTS:
        new, old = restated[f"new_{name}"], restated[name]
        amounts[name] = ibis.ifelse(
            new.isnull() & old.isnull(), ibis.null("int64"), new.fill_null(0) - old.fill_null(0)
        )
    seen = {name: restated[f"new_{name}"] for name in ledger.SEEN}
    return _corrections(order, restated, ledger.DIFFERENCE, {**amounts, **seen})


def seen_now(order: Order, acts: Any, plans: tuple[AnyPlan, ...]) -> dict[str, Any]:
    """The columns of ``ledger.SEEN`` as the acts' rule plans have them.

    Args:
        acts: with ``rule`` and every quantity.
    """
    return {**_pinned(acts, plans), **_quantities(acts, order, plans)}


def _pinned(acts: Any, plans: tuple[AnyPlan, ...]) -> dict[str, Any]:
    """What a line says of the rules that computed it."""
    return {
        "methodology": by_rule(acts, plans, lambda plan: plan.methodology_id),
        "methodology_sha256": by_rule(acts, plans, lambda plan: plan.methodology_sha256),
        "factor_set": by_rule(acts, plans, lambda plan: plan.factor_set),
        "factor_region": by_rule(acts, plans, lambda plan: factor_region(acts.region, plan)),
        "factor_day": by_rule(acts, plans, lambda plan: factor_day(acts.local_day, plan)),
        "imported_algorithm": by_rule(acts, plans, lambda plan: plan.algorithm),
    }


def again_lines(order: Order, again: Any) -> Any:
    """Lines of reports that had lost before and count now; they carry ``credited_mg``."""
    columns = {
        **_same(order),
        "before_mg": _NOTHING,
        "line_kind": ibis.literal(ledger.ACT),
        "corrects_batch": ibis.null("string"),
        "corrects_line": ibis.null("int64"),
    }
    return again.mutate(**columns)


def suppressed_lines(order: Order, reports: Any, acts: Acts, plans: tuple[AnyPlan, ...]) -> Any:
    """The reports that lost, as lines would have been, with the key of the act that won."""
    lost = acts.losses.filter(acts.losses.position >= 0)
    mine = reports.semi_join(lost, "position")
    mine = mine.mutate(**_quantities(mine, order, plans), credited_mg=ibis.literal(0, type="int64"))
    keys = ibis.union(
        *(table.select("position", "record_key") for table in (reports, acts.posted, acts.again))
    )
    winners = lost.inner_join(keys, lost.winner_position == keys.position)
    named = winners.select(position=lost.position, lost_by=lost.key, winner_key=keys.record_key)
    rows = whole_lines(order, mine, plans).inner_join(named, "position")
    return rows.mutate(line=rows.position).select("position", *ledger.SUPPRESSED.names)


def by_rule(acts: Any, plans: tuple[AnyPlan, ...], of: Callable[[AnyPlan], Any]) -> Any:
    """What each act's rule plan says; null where it says None."""
    said = [of(plan) for plan in plans]
    if all(one is None for one in said):
        return ibis.null("string")
    if len(said) == 1 or all(isinstance(one, str) and one == said[0] for one in said):
        return ibis.literal(said[0]) if isinstance(said[0], str) else said[0]
    return ibis.cases(
        *((acts.rule == number, one) for number, one in enumerate(said) if one is not None)
    )


def _same(order: Order) -> dict[str, Any]:
    """What every line of the batch says alike, as columns."""
    types = {"schema_version": "int32", "posted_order": "int64"}
    return {
        name: ibis.literal(value, type=types.get(name, "string"))
        for name, value in _same_values(order).items()
    }


def _same_values(order: Order) -> dict[str, Any]:
    return {
        "schema_version": ledger.SCHEMA_VERSION,
        "batch": order.batch,
        "posted_order": order.posted_order,
        "domain": order.programme.domain,
        "programme": order.programme.id,
        "programme_sha256": order.programme.sha256,
        "library_version": order.library.version,
    }


def _corrections(order: Order, lines: Any, kind: str, amounts: dict[str, Any]) -> Any:
    columns = {
        **amounts,
        **_same(order),
        "before_mg": lines.credited_mg,
        "line_kind": ibis.literal(kind),
        "corrects_batch": lines.batch,
        "corrects_line": lines.line,
    }
    return lines.mutate(**columns)


def _quantities(acts: Any, order: Order, plans: tuple[AnyPlan, ...]) -> dict[str, Any]:
    """Each quantity that the acts carry, as the formula saw it."""
    carried = (name for name in _QUANTITIES if name in acts.columns)
    columns = {name: _quantity(acts, name, order, plans) for name in carried}
    further = {n: q for n, q in further_quantities(order).items() if n in acts.columns}
    if further:
        values = {name: _quantity(acts, name, order, plans) for name in further}
        columns[ledger.FURTHER] = packed(values, further)
    return columns


def _quantity(acts: Any, name: str, order: Order, plans: tuple[AnyPlan, ...]) -> Any:
    """A quantity as the formula saw it: where a record leaves it out, what stands in for it."""
    instead = _stand_ins(acts, name, order, plans)
    return acts[name].coalesce(ibis.cases(*instead)) if instead else acts[name]


def _stand_ins(
    acts: Any, name: str, order: Order, plans: tuple[AnyPlan, ...]
) -> list[tuple[Any, Any]]:
    """What stands in for a quantity, and where."""
    instead: list[tuple[Any, Any]] = [
        (acts.rule == number, fleet_of(plan)[name])
        for number, plan in enumerate(plans)
        if name in fleet_of(plan)
    ]
    for scene in order.programme.scenes:
        quantity = order.library.scene(scene).quantities.get(name)
        if quantity is not None and quantity.default is not None:
            instead.append((acts.scene == scene, float(quantity.default)))
    return instead
