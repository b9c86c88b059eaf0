"""One record, exactly: the judge.

Computes a record in Decimal as the plan says, and keeps every step, so that ``explain`` can tell
them and the reference back end can hold the others to them. The order in which a record is refused
is the order of the checks below; the columns of ``columns.py`` follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from tanpuhui import formula
from tanpuhui.engine.plan import CasePlan, Plan, Series, parameters_in
from tanpuhui.engine.rounding import LIMIT_GRAMS, whole_mg
from tanpuhui.formula import SIZE_LIMIT, Evaluator, Node, Value
from tanpuhui.rules import Cells, Output

Record = Mapping[str, Any]

_SIZE_LIMIT = float(SIZE_LIMIT)  # a float that is no number compares with floats only
_SIZE_LIMIT_DIGITS = SIZE_LIMIT.adjusted() - 1


@dataclass(frozen=True)
class Judged:
    """What came of one record.

    Args:
        refused: the code under which it is refused; None where it counts.
        case: the number of the case that took it; None where none did.
        values: what each name of the case's formulas stood for.
        grams: by output, the exact amount in gCO2e, before rounding.
        mg: by output, whole milligrams.
    """

    refused: str | None
    case: int | None
    values: Mapping[str, Value]
    grams: Mapping[Output, Decimal]
    mg: Mapping[Output, int]


class Judge:
    """Judges the records of one plan. Call it with ``formula.EXACT`` as the decimal context."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._cases = [_JudgeOfCase(case) for case in plan.cases]
        self._regions: dict[str, str | None] = {}

    def judge(self, record: Record) -> Judged:
        """What comes of a record.

        Args:
            record: ``scene`` str; ``region`` GB/T 2260 str; ``day`` date, the programme's local
                day; the inputs, numbers as Decimal, int or float; ``evidence`` where it is known.
        """
        found = self._plan.case_of(record.get("scene"))
        if found is None:
            return _refused("scene-not-covered", None)
        number, _ = found
        code = self._not_applicable(record)
        if code is not None:
            return _refused(code, number)
        return self._cases[number].judge(number, record)

    def _not_applicable(self, record: Record) -> str | None:
        region, day = record.get("region"), record.get("day")
        if region not in self._regions:
            self._regions[cast(str, region)] = region_code(self._plan, region)
        code = self._regions[cast(str, region)]
        if code is not None:
            return code
        if day is None:
            return "missing-day"
        if day not in self._plan.valid:
            return "outside-validity"
        return None if day in self._plan.crediting else "outside-crediting-window"


def region_code(plan: Plan, region: str | None) -> str | None:
    """Why a plan does not cover a region; None where it does."""
    regions = plan.listed_regions
    if region is None or region not in regions:
        return "region-unknown"
    covered = any(regions.covers(outer, region) for outer in plan.regions)
    return None if covered else "region-not-covered"


def cells_of(series: Mapping[str, Series], region: str, day: date) -> dict[str, Value]:
    """What each parameter is in a region on a day: a number, or for a table its cells."""
    found: dict[str, Value] = {}
    for name, one in series.items():
        cells: Cells = one.cells(region, day)
        found[name] = cells if one.axes else cells.get(())
    return found


class _JudgeOfCase:
    def __init__(self, case: CasePlan) -> None:
        self.case = case
        self.conditions = [
            (c.code, formula.evaluator(c.tree), lookups_in([c.tree], case.series))
            for c in case.conditions
        ]
        self.outputs: list[tuple[Output, Evaluator]] = [
            (output, formula.evaluator(tree)) for output, tree in case.trees.items()
        ]
        self.lookups = lookups_in(list(case.trees.values()), case.series)
        self.cells: dict[tuple[str, date], dict[str, Value]] = {}

    def judge(self, number: int, record: Record) -> Judged:
        values: dict[str, Value] = {}
        code = self._inputs(record, values)
        if code is not None:
            return Judged(code, number, values, {}, {})
        values |= self._parameters(cast(str, record["region"]), cast(date, record["day"]))
        code = self._failed_condition(values)
        if code is not None:
            return Judged(code, number, values, {}, {})
        grams = {output: evaluate(values) for output, evaluate in self.outputs}
        if None in grams.values():
            code = without_value(self.lookups, values) or "no-result"
            return Judged(code, number, values, {}, {})
        exact = cast(dict[Output, Decimal], grams)
        if any(abs(amount) >= LIMIT_GRAMS for amount in exact.values()):
            return Judged("out-of-range", number, values, {}, {})
        mg = {output: whole_mg(amount) for output, amount in exact.items()}
        return Judged(None, number, values, exact, mg)

    def _inputs(self, record: Record, values: dict[str, Value]) -> str | None:
        """Put the inputs into ``values``; the code of the first that does not do."""
        evidence = record.get("evidence")
        if self.case.evidence and evidence is not None and evidence not in self.case.evidence:
            return "evidence-not-accepted"
        for given in self.case.inputs:
            quantity = given.quantity
            found = record.get(given.name)
            if quantity.unit is None:
                if found is not None and found not in quantity.choices:
                    return f"unknown-{given.name}"
                values[given.name] = found
            else:
                values[given.name] = amount = exact_number(found, quantity.default)
                if amount is not None and amount < 0:
                    return f"negative-{given.name}"
            if values[given.name] is None and quantity.required:
                return f"missing-{given.name}"
        return None

    def _parameters(self, region: str, day: date) -> dict[str, Value]:
        found = self.cells.get((region, day))
        if found is None:
            found = cells_of(self.case.series, region, day)
            self.cells[region, day] = found
        return found

    def _failed_condition(self, values: Mapping[str, Value]) -> str | None:
        for code, holds, lookups in self.conditions:
            truth = holds(values)
            if truth is None:
                return without_value(lookups, values) or code
            if not truth:
                return code
        return None


def exact_number(found: Any, default: Decimal | None) -> Decimal | None:
    """A record's number as a Decimal, a float by its shortest form; NaN and such are null."""
    if found is None:
        return default
    if isinstance(found, float):
        return Decimal(repr(found)) if abs(found) <= _SIZE_LIMIT else default
    exact = Decimal(found)
    sized = exact.is_finite() and exact.adjusted() <= _SIZE_LIMIT_DIGITS
    return exact if sized else default


def _refused(code: str, case: int | None) -> Judged:
    return Judged(code, case, {}, {}, {})


def lookups_in(trees: Iterable[Node], series: Mapping[str, Series]) -> list[tuple[str, Evaluator]]:
    """Each parameter that the trees use: its name, and how to look it up."""
    used = parameters_in(trees, series)
    return [(name, formula.evaluator(node)) for node, name in used.items()]


def without_value(lookups: list[tuple[str, Evaluator]], values: Mapping[str, Value]) -> str | None:
    """The code of the first parameter that has no value; None where all have."""
    for name, look_up in lookups:
        if look_up(values) is None:
            return f"no-value-{name}"
    return None
