"""⑤ for a batch: each record by the methodology that the programme names for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import ibis
import pyarrow as pa

from tanpuhui import engine, ledger
from tanpuhui.engine import Plan, Session, any_of, composed
from tanpuhui.pipeline.imported import (
    ImportedPlan,
    is_imported,
    is_imported_by,
    result_columns,
    scenes_of,
)
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.reading import Found, count_of
from tanpuhui.records import EVIDENCE
from tanpuhui.rules import Library, Methodology, Programme, SceneRule
from tanpuhui.terms import DayRange, Regions

_UTC = pa.timestamp("us", tz="UTC")
# What is known of a record when its amounts are computed, and is needed of it later. ``live``: it
# was accepted, it is new, and its person is known, so that its amounts were computed.
_KNOWN = pa.schema(
    [
        ("position", pa.int64()),
        ("partner", pa.string()),
        ("record_id", pa.string()),
        ("refused", pa.string()),
        ("reason", pa.string()),
        ("again_code", pa.string()),
        ("person_id", pa.int64()),
        ("live", pa.bool_()),
        ("record_key", ledger.KEY),
        ("content", pa.int64()),
        ("reference_key", ledger.KEY),
        ("asset_key", ledger.KEY),
        ("started_at", _UTC),
        ("ended_at", _UTC),
        ("local_day", pa.date32()),
    ]
)
# Of accepted records only, and coded: they hold few different texts.
_CODED = ("scene", "region", "evidence")
_OUTPUTS = tuple(f"{output}_mg" for output in engine.OUTPUTS)
# What is computed of a record: ``rule`` is the number of the rule plan, null where none takes the
# record; ``code`` why it is refused.
_AMOUNTS = pa.schema(
    [("rule", pa.int32()), *((output, pa.int64()) for output in _OUTPUTS), ("code", pa.string())]
)
_SAID = frozenset((*_AMOUNTS.names, "inexact"))
_AT_ONCE = 16  # plans that one pass over the records computes
_OWN = "own "  # before the name of a column while a plan reads another under this name
NOT_TAKEN = "outside-programme"


@dataclass(frozen=True)
class RulePlan:
    """The rules of a programme that are computed alike, and their plan."""

    rules: tuple[SceneRule, ...]
    methodology: Methodology
    plan: Plan

    algorithm = None  # of imported results

    @property
    def methodology_id(self) -> str:
        """The id that lines pin."""
        return self.methodology.id

    @property
    def methodology_sha256(self) -> str:
        """The hash of its file."""
        return self.methodology.sha256

    @property
    def factor_set(self) -> str:
        """The hash of the files of its factors."""
        return self.methodology.factor_set()


AnyPlan = RulePlan | ImportedPlan


def rule_plans(order: Order) -> tuple[AnyPlan, ...]:
    """The programme's rules, those computed alike together; and the results that it imports."""
    return _rule_plans(order.programme, order.library)


@composed  # so that what is built of the plans can be
def _rule_plans(programme: Programme, library: Library) -> tuple[AnyPlan, ...]:
    alike: dict[tuple[object, ...], list[SceneRule]] = {}
    for rules in programme.scenes.values():
        for rule in rules:
            key = (rule.methodology, rule.stand_in, rule.regions, rule.days, repr(rule.fleet))
            alike.setdefault(key, []).append(rule)
    plans: list[AnyPlan] = []
    for group in alike.values():
        methodology = library.methodology(group[0].methodology)
        plan = engine.plan_of(methodology, library.regions)
        plans.append(RulePlan(tuple(group), methodology, plan))
    plans += [ImportedPlan(imported) for imported in programme.imported]
    return tuple(plans)


def amounts(
    session: Session,
    order: Order,
    records: Any,
    *,
    people: Any,
    plans: tuple[AnyPlan, ...],
    found: Found,
    quantities: tuple[str, ...],
) -> Any:
    """What each record is worth before limits, or the code under which it is refused.

    Every later step reads records from here: what it needs of them is held beside the amounts, so
    that none has to look for it by position among all that was received.

    Args:
        records: the columns of ``intake.received`` and of ``keys.HASHED``, ``position``, and
            ``again_code`` of records that were posted before.
        people: shaped as ``people.known`` gives them.
        found: what the accepted records have in common.
        quantities: the names of the quantities among the columns.

    Returns:
        One row a record received, in no order: who, when and what; ``person_id``,
        null where nobody is bound; ``live``; ``scene``, ``region`` and ``evidence``, null of
        refused ones; the keys; the quantities; ``rule``, the amounts and ``code``, null where not
        live.
    """
    bound = records.left_join(people, "subject_key").drop("subject_key_right")
    accepted = bound.refused.isnull()
    shown = bound.mutate(
        live=accepted & bound.again_code.isnull() & bound.person_id.notnull(),
        region=ibis.cases((accepted, bound.region)),
    )
    kinds = [
        (name, pa.string() if shown[name].type().is_string() else pa.float64())
        for name in quantities
    ]
    known = pa.schema([*_KNOWN, *((name, pa.string()) for name in _CODED), *kinds])
    computed = _computed(session, shown.select(*known.names), order.programme, plans)
    # What no record has is held nowhere, and added as the table is read.
    absent = {*found.lacking, *(set(_OUTPUTS) - outputs_of(plans))}
    whole = pa.schema([*known, *_AMOUNTS])
    held = pa.schema([*(f for f in whole if f.name not in absent), ("inexact", pa.bool_())])
    texts = {"scene": scenes_of(order.programme), "region": found.regions, "evidence": EVIDENCE}
    kept = session.keep("worth", computed.select(*held.names), held, texts=texts)
    worth = kept.mutate(
        **{name: ibis.null(NULLS[whole.field(name).type]) for name in whole.names if name in absent}
    ).select(*whole.names, "inexact")
    return _with_exact(session, worth, plans).select(*whole.names)


def recomputed(session: Session, order: Order, lines: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """What acts come to whose persons are known, such as posted ones under the rules of now.

    Args:
        lines: ``position``, ``person_id``, ``scene``, ``region``, ``evidence``, ``local_day`` and
            every quantity that a plan reads.

    Returns:
        One row a line: ``position`` and the columns of ``_AMOUNTS``.
    """
    known = lines.mutate(live=ibis.literal(value=True))
    computed = _computed(session, known, order.programme, plans)
    schema = pa.schema([("position", pa.int64()), *_AMOUNTS, ("inexact", pa.bool_())])
    kept = session.keep("recomputed", computed.select(*schema.names), schema)
    worth = _with_exact(session, lines.inner_join(kept, "position"), plans)
    return worth.select("position", *_AMOUNTS.names)


def _with_exact(session: Session, worth: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """The records with the amounts in Decimal of those that are inexact in doubles."""
    large = worth.filter(worth.inexact)
    if not count_of(session, large):
        return worth.drop("inexact")
    exact = large.drop(*_AMOUNTS.names).inner_join(_exact(session, large, plans), "position")
    others = worth.filter(~worth.inexact)
    return others.union(exact.select(*worth.columns)).drop("inexact")


# Of each type that a column without a value may have, what Ibis calls it.
NULLS = {
    pa.int64(): "int64",
    pa.float64(): "float64",
    pa.string(): "string",
    ledger.KEY: "decimal(38, 0)",
}


def outputs_of(plans: Iterable[AnyPlan]) -> set[str]:
    """The columns of amounts that a plan computes."""
    found = {"reduction_mg"}  # which imported results have
    for plan in plans:
        if isinstance(plan, RulePlan):
            found |= {f"{output}_mg" for output in plan.plan.outputs()}
    return found


def _computed(
    session: Session, records: Any, programme: Programme, plans: tuple[AnyPlan, ...]
) -> Any:
    """The records with the columns of ``_AMOUNTS`` and ``inexact``.

    In one pass over them, or in one for every ``_AT_ONCE`` plans. Each plan is a query around the
    one before, so what it costs to write a pass grows with the square of its plans, and some forty
    are nested deeper than Python calls itself.
    """
    computed, kept = records, ""
    for first in range(0, len(plans), _AT_ONCE):
        last = min(first + _AT_ONCE, len(plans))
        computed = _with_plans(computed, programme, plans, first, last)
        if last < len(plans):
            before, kept = kept, f"amounts_{last}"
            computed = session.keep(kept, computed, engine.schema_of(computed))
            if before:
                session.forget(before)
    return computed


@composed
def _with_plans(
    records: Any, programme: Programme, plans: tuple[AnyPlan, ...], first: int, last: int
) -> Any:
    """The records with what some of the plans say of them, beside what earlier ones said."""
    names = [name for name in records.columns if first == 0 or name not in _SAID]
    computed = records
    for number in range(first, last):
        found = plans[number]
        if isinstance(found, RulePlan):
            computed = _with_plan(computed, programme, number, found)
        else:
            mine = computed.live & is_imported_by(computed, found.imported)
            columns = result_columns(computed, mine)
            computed = computed.mutate(**{_of(number, name): columns[name] for name in columns})
    taken = [(computed[_of(number, "mine")], number) for number in range(first, last)]

    def chosen(name: str, kind: str) -> Any:
        said = [(mine, _of(number, name)) for mine, number in taken]
        branches = [(mine, computed[column]) for mine, column in said if column in computed.columns]
        before = ibis.null(kind) if first == 0 else computed[name]
        return ibis.cases(*branches, else_=before) if branches else before

    rule = ibis.cases(
        *((mine, ibis.literal(number, "int32")) for mine, number in taken),
        else_=ibis.null("int32") if first == 0 else computed.rule,
    )
    code = chosen("code", "string")
    if last == len(plans) and not _takes_all(programme):
        untaken = computed.live & ~any_of(mine for mine, _ in taken)
        if first:
            untaken = untaken & computed.rule.isnull()
        code = ibis.cases((untaken, NOT_TAKEN), else_=code)
    return computed.select(
        *names,
        rule=rule,
        **{output: chosen(output, "int64") for output in _OUTPUTS},
        code=code,
        inexact=chosen("inexact", "boolean").fill_null(ibis.literal(value=False)),
    )


def _of(number: int, name: str) -> str:
    return f"{name} of {number}"


def _takes_all(programme: Programme) -> bool:
    """True where every record of the programme's scenes, regions and days has its rule."""
    return all(
        len(rules) == 1 and rules[0].regions is None and rules[0].days == DayRange(None, None)
        for rules in programme.scenes.values()
    )


def _with_plan(records: Any, programme: Programme, number: int, found: RulePlan) -> Any:
    """The records with what one plan says of those that its rules take."""
    names = records.columns
    mine = records.live & _fits(records, found.rules)
    if programme.imported:
        mine = mine & ~is_imported(records, programme)
    own = records.mutate(
        **{_OWN + name: records[name] for name in names},
        **{_of(number, "mine"): mine.fill_null(ibis.literal(value=False))},
    )
    result = engine.quantified(
        _as_looked_up(own, found),
        found.plan,
        carried=(*(_OWN + name for name in names), _of(number, "mine")),
        among=_of(number, "mine"),
    )
    said = {f"{output}_mg": f"{output}_mg" for output in found.plan.outputs()}
    said |= {"code": "refused", "inexact": "inexact"}
    return result.select(
        **{name: result[_OWN + name] for name in names},
        **{_of(number, "mine"): result[_of(number, "mine")]},
        **{_of(number, name): result[column] for name, column in said.items()},
    )


def _fits(records: Any, rules: Iterable[SceneRule]) -> Any:
    """True where one of the rules, which differ in their scene only, takes the record."""
    rules = tuple(rules)
    rule = rules[0]
    scene = reduce(lambda a, b: a | b, (records.scene == found.scene for found in rules))
    tests = [scene, *_on_days(records.local_day, rule.days)]
    if rule.regions is not None:
        inside = (_lies_in(records.region, code) for code in rule.regions)
        tests.append(reduce(lambda a, b: a | b, inside))
    return reduce(lambda a, b: a & b, tests)


def _on_days(day: Any, days: DayRange) -> Iterable[Any]:
    if days.from_day is not None:
        yield day >= ibis.literal(days.from_day)
    if days.until_day is not None:
        yield day < ibis.literal(days.until_day)


def _lies_in(region: Any, code: str) -> Any:
    return region.between(code, Regions.last_inside(code))


def _as_looked_up(records: Any, found: RulePlan) -> Any:
    """The records with the columns that the plan reads, as the rule says."""
    columns: dict[str, Any] = {
        "day": factor_day(records.local_day, found), "region": factor_region(records.region, found)
    }  # fmt: skip
    for given in found.plan.inputs():
        if given.name not in records.columns:
            columns[given.name] = ibis.null("string" if given.quantity.unit is None else "float64")
    for name, text in fleet_of(found).items():
        columns[name] = records[name].coalesce(text)
    return records.mutate(**columns)


def factor_day(local_day: Any, found: AnyPlan) -> Any:
    """The day for which factors are looked up."""
    stand_in = found.rules[0].stand_in if isinstance(found, RulePlan) else None
    if stand_in is None or stand_in.day is None:
        return local_day
    return ibis.literal(stand_in.day)


def factor_region(region: Any, found: AnyPlan) -> Any:
    """The region for which factors are looked up."""
    stand_in = found.rules[0].stand_in if isinstance(found, RulePlan) else None
    if stand_in is None or stand_in.region is None:
        return region
    return ibis.literal(stand_in.region)


def fleet_of(found: AnyPlan) -> Mapping[str, str]:
    """What the programme states for records that leave it out."""
    fleet = found.rules[0].fleet if isinstance(found, RulePlan) else None
    return {} if fleet is None else fleet.quantities


def _exact(session: Session, large: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """The few records that doubles cannot hold, judged in Decimal: ``position`` and amounts."""
    judged: list[pa.Table] = []
    rules = session.fetch(large.select("rule").distinct(), pa.schema([("rule", pa.int32())]))
    for number in rules["rule"].to_pylist():
        found = plans[cast(int, number)]
        assert isinstance(found, RulePlan), "an imported result is never computed"
        looked_up = _as_looked_up(large.filter(large.rule == number), found)
        names = {
            "position": pa.int64(), "scene": pa.string(), "region": pa.string(),
            "day": pa.date32(), "evidence": pa.string(),
        }  # fmt: skip
        for given in found.plan.inputs():
            names[given.name] = pa.string() if given.quantity.unit is None else pa.float64()
        schema = pa.schema(list(names.items()))
        given_rows = session.fetch(looked_up.select(*names), schema)
        kernel = engine.quantifier(engine.open_backend("reference"), found.plan, names)
        judged.append(_as_amounts(given_rows, kernel(given_rows), number))
    return session.table("exact", pa.concat_tables(judged))


def _as_amounts(given: pa.Table, result: pa.Table, number: int) -> pa.Table:
    rows = result.num_rows
    columns = {
        "position": given["position"],
        "rule": pa.array([number] * rows, pa.int32()),
        **{
            output: result[output] if output in result.column_names else pa.nulls(rows, pa.int64())
            for output in _OUTPUTS
        },
        "code": result["refused"],
    }
    return pa.table(columns, schema=pa.schema([("position", pa.int64()), *_AMOUNTS]))
