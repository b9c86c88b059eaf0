"""⑤ for a batch: each record by the methodology that the programme names for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import ibis
import pyarrow as pa

from tanpuhui import engine
from tanpuhui.engine import Plan, Session
from tanpuhui.pipeline.imported import ImportedPlan, is_imported, results
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.reading import count_of
from tanpuhui.rules import Methodology, Programme, SceneRule
from tanpuhui.terms import DayRange, Regions

# One row a record: ``rule`` is the number of the rule plan, null where none takes the record;
# ``code`` why it is refused.
AMOUNTS = pa.schema(
    [
        ("position", pa.int64()),
        ("person_id", pa.int64()),
        ("rule", pa.int32()),
        *((f"{output}_mg", pa.int64()) for output in engine.OUTPUTS),
        ("code", pa.string()),
    ]
)
_QUANTIFIED = pa.schema([*AMOUNTS, ("inexact", pa.bool_())])
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
    alike: dict[tuple[object, ...], list[SceneRule]] = {}
    for rules in order.programme.scenes.values():
        for rule in rules:
            key = (rule.methodology, rule.stand_in, rule.regions, rule.days, repr(rule.fleet))
            alike.setdefault(key, []).append(rule)
    plans: list[AnyPlan] = []
    for group in alike.values():
        methodology = order.library.methodology(group[0].methodology)
        plan = engine.plan_of(methodology, order.library.regions)
        plans.append(RulePlan(tuple(group), methodology, plan))
    plans += [ImportedPlan(imported) for imported in order.programme.imported]
    return tuple(plans)


def amounts(session: Session, order: Order, records: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """What each record is worth before limits, or the code under which it is refused.

    Args:
        records: the columns of ``intake.received``, ``position`` and ``person_id``.

    Returns:
        One row a record, shaped as ``AMOUNTS``.
    """
    own = records
    if order.programme.imported:
        own = records.filter(~is_imported(records, order.programme))
    parts = [
        _of_plan(own, order.programme, number, found)
        if isinstance(found, RulePlan)
        else results(records, number, found, AMOUNTS)
        for number, found in enumerate(plans)
    ]
    computed = session.keep("computed", reduce(lambda a, b: a.union(b), parts), _QUANTIFIED)
    found = computed
    large = computed.filter(computed.inexact)
    if count_of(session, large):
        exact = _exact(session, records, large, plans)
        found = computed.filter(~computed.inexact).drop("inexact").union(exact)
    else:
        found = computed.drop("inexact")
    if not _takes_all(order.programme):
        found = found.union(_untaken(records, computed))
    return found


def _takes_all(programme: Programme) -> bool:
    """True where every record of the programme's scenes, regions and days has its rule."""
    return all(
        len(rules) == 1 and rules[0].regions is None and rules[0].days == DayRange(None, None)
        for rules in programme.scenes.values()
    )


def _untaken(records: Any, computed: Any) -> Any:
    """The records that no rule of the programme takes, for their region or day."""
    untaken = records.anti_join(computed, "position")
    none = {f"{output}_mg": ibis.null("int64") for output in engine.OUTPUTS}
    return untaken.select(
        untaken.position,
        untaken.person_id,
        rule=ibis.null("int32"),
        **none,
        code=ibis.literal(NOT_TAKEN),
    )


def _of_plan(records: Any, programme: Programme, number: int, found: RulePlan) -> Any:
    mine = _as_looked_up(records.filter(_fits(records, found.rules)), found)
    result = engine.quantified(mine, found.plan, carried=("position", "person_id"))
    outputs = found.plan.outputs()
    return result.select(
        "position",
        "person_id",
        rule=ibis.literal(number, type="int32"),
        **{
            f"{output}_mg": result[f"{output}_mg"] if output in outputs else ibis.null("int64")
            for output in engine.OUTPUTS
        },
        code=result.refused,
        inexact=result.inexact,
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


def _exact(session: Session, records: Any, large: Any, plans: tuple[AnyPlan, ...]) -> Any:
    """The few records that doubles cannot hold, judged in Decimal: shaped as ``AMOUNTS``."""
    judged: list[pa.Table] = []
    rules = session.fetch(large.select("rule").distinct(), pa.schema([("rule", pa.int32())]))
    for number in rules["rule"].to_pylist():
        found = plans[cast(int, number)]
        assert isinstance(found, RulePlan), "an imported result is never computed"
        mine = records.semi_join(large.filter(large.rule == number), "position")
        looked_up = _as_looked_up(mine, found)
        names = {
            "position": pa.int64(), "person_id": pa.int64(), "scene": pa.string(),
            "region": pa.string(), "day": pa.date32(), "evidence": pa.string(),
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
        "person_id": given["person_id"],
        "rule": pa.array([number] * rows, pa.int32()),
        **{
            f"{output}_mg": result[f"{output}_mg"]
            if f"{output}_mg" in result.column_names
            else pa.nulls(rows, pa.int64())
            for output in engine.OUTPUTS
        },
        "code": result["refused"],
    }
    return pa.table(columns, schema=AMOUNTS)
