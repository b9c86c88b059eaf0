"""A plan as columns: records in, amounts and refusals out, as one Ibis expression.

The checks stand in the order in which ``judge.py`` makes them, and the first that applies gives the
code. Whether a region exists is asked in ``run.py``, of the few regions of a table. Constant
questions are answered when the expression is built: a parameter with one value for all covered
regions and days costs nothing a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from tanpuhui.engine.compile import Table, column, double, size
from tanpuhui.engine.plan import CasePlan, Piece, Plan, Series, parameters_in
from tanpuhui.engine.rounding import EXACT_FROM_GRAMS, whole_mg_column
from tanpuhui.formula import SIZE_LIMIT, Node
from tanpuhui.rules import Condition, Input, Output
from tanpuhui.terms import CHINA, WORLD, DayRange, Regions

Branch = tuple[Any, str]

_TRUE = ibis.literal(value=True)
_FALSE = ibis.literal(value=False)


def quantified(
    records: ir.Table, plan: Plan, *, carried: tuple[str, ...] = (), among: str | None = None
) -> ir.Table:
    """The amounts of each record.

    It is built in three layers, so that an engine computes a formula once, and asks why a record is
    refused only of records that are.

    Args:
        records: one row a record. ``scene`` str; ``region`` str, a code of the vocabulary; ``day``
            date, the programme's local day; each input of the plan, double or str; ``evidence`` str
            where it is known.
        plan: what to compute.
        carried: columns of the records to hand on untouched.
        among: a boolean column, true of the records that the plan is asked about; None for all.
            Nothing is said of the others: neither an amount nor why they are refused.

    Returns:
        One row a record, in order: what is carried; ``<output>_mg`` int64 for each output of the
        plan, null where refused; ``refused`` str, null where it counts; ``inexact`` bool, true
        where the record is too large for doubles and must be computed by the judge.
    """
    outputs = plan.outputs()
    given = records.mutate(**{found.name: _input(records, found) for found in plan.inputs()})
    amounts = given.mutate(**_by_case(given, plan, "g"), **_by_case(given, plan, "size"))
    counts = _counts(amounts, plan)
    judged = amounts.mutate(counts=counts if among is None else amounts[among] & counts)
    others = [] if among is None else [(~judged[among], ibis.null("string"))]
    large = _any(judged[f"{output}_size"] >= double(EXACT_FROM_GRAMS) for output in outputs)
    return judged.select(
        *carried,
        **{
            f"{output}_mg": ibis.cases((judged.counts, whole_mg_column(judged[f"{output}_g"])))
            for output in outputs
        },
        refused=ibis.cases(
            (judged.counts, ibis.null("string")),
            *others,
            *_refusals(judged, plan),
            else_=ibis.null("string"),
        ),
        inexact=(judged.counts & large).fill_null(_FALSE),
    )


def _by_case(records: ir.Table, plan: Plan, what: Literal["g", "size"]) -> dict[str, Any]:
    """Each output's grams or size, by the case of the record; null where its case has none."""
    cases = [_CaseColumns(records, case, plan) for case in plan.cases]
    return {
        f"{output}_{what}": ibis.cases(
            *(
                (case.here, case.grams(output) if what == "g" else case.size(output))
                for case in cases
                if output in case.plan.trees
            ),
            else_=ibis.null("float64"),
        )
        for output in plan.outputs()
    }


def _counts(records: ir.Table, plan: Plan) -> Any:
    """True where every check holds; false or null where one does not."""
    applies = [_covered(records, plan), *_inside(records.day, _crediting_days(plan), DayRange())]
    cases = [_CaseColumns(records, case, plan) for case in plan.cases]
    return _all([*applies, records.day.notnull(), _any(case.counts() for case in cases)])


def _refusals(records: ir.Table, plan: Plan) -> list[Branch]:
    """Every check in its order, as what fails and the code."""
    cases = [_CaseColumns(records, case, plan) for case in plan.cases]
    day = records.day
    return [
        (~_any(case.here for case in cases).fill_null(_FALSE), "scene-not-covered"),
        (~_covered(records, plan).fill_null(_FALSE), "region-not-covered"),
        (day.isnull(), "missing-day"),
        *((~inside, "outside-validity") for inside in _inside(day, plan.valid, DayRange())),
        *(
            (~inside, "outside-crediting-window")
            for inside in _inside(day, plan.crediting, DayRange())
        ),
        *(branch for case in cases for branch in case.refusals()),
    ]


class _CaseColumns:
    """The columns of one case over records whose inputs have been read."""

    def __init__(self, records: ir.Table, case: CasePlan, plan: Plan) -> None:
        self.plan = case
        self.here = _one_of(records.scene, case.scenes)
        self._records = records
        self._inputs = {given.name: _with_default(records, given) for given in case.inputs}
        self._parameters = {name: looked_up(records, s, plan) for name, s in case.series.items()}

    def grams(self, output: Output) -> Any:
        """The formula of an output."""
        return self._compiled(self.plan.trees[output])

    def size(self, output: Output) -> Any:
        """How large the amounts are that the formula of an output adds and takes away."""
        largest = {name: series.largest() for name, series in self.plan.series.items()}
        return size(self.plan.trees[output], self._inputs, self._parameters, largest)

    def counts(self) -> Any:
        """True where the record is this case's and counts."""
        amounts = [self._records[f"{output}_g"] for output in self.plan.trees]
        return _all(
            [
                self.here,
                *(amount.notnull() for amount in amounts),
                *(~failed.fill_null(_FALSE) for failed, _ in self._evidence()),
                *(holds for given in self.plan.inputs for holds in self._input_holds(given)),
                *(self._compiled(condition.tree) for condition in self.plan.conditions),
            ]
        )

    def refusals(self) -> Iterable[Branch]:
        """What fails and the code, in the order of the judge."""
        case = self.plan
        missing = _any(self._records[f"{output}_g"].isnull() for output in case.trees)
        checks: list[Branch] = [
            *self._evidence(),
            *(branch for given in case.inputs for branch in self._input_refusals(given)),
            *(branch for condition in case.conditions for branch in self._unmet(condition)),
            *(
                (missing & absent, code)
                for absent, code in self._without_value(list(case.trees.values()))
            ),
            (missing, "no-result"),
        ]
        return [(self.here & failed, code) for failed, code in checks]

    def _compiled(self, tree: Node) -> Any:
        return column(tree, self._inputs, self._parameters)

    def _evidence(self) -> list[Branch]:
        if not self.plan.evidence or "evidence" not in self._records.columns:
            return []
        accepted = _one_of(self._records.evidence, self.plan.evidence)
        return [(~accepted, "evidence-not-accepted")]

    def _input_holds(self, given: Input) -> list[Any]:
        """What is true of a good value, and true or null of an absent one that may be absent."""
        found, quantity = self._inputs[given.name], given.quantity
        good = _one_of(found, quantity.choices) if quantity.unit is None else found >= double(0.0)
        return [good if quantity.required else good.fill_null(_TRUE)]

    def _input_refusals(self, given: Input) -> list[Branch]:
        found, quantity = self._inputs[given.name], given.quantity
        checks: list[Branch] = []
        if quantity.unit is None:
            checks.append((~_one_of(found, quantity.choices), f"unknown-{given.name}"))
        else:
            checks.append((found < double(0.0), f"negative-{given.name}"))
        if quantity.required:
            checks.append((found.isnull(), f"missing-{given.name}"))
        return checks

    def _unmet(self, condition: Condition) -> list[Branch]:
        """A condition that has no truth for want of a parameter's value, or does not hold."""
        truth = self._compiled(condition.tree)
        # Not `isnull`: Ibis writes that of a negation as NOT x IS NULL, which is NOT (x IS NULL).
        unknown = truth.fill_null(_TRUE) & ~truth.fill_null(_FALSE)
        return [
            *((unknown & absent, code) for absent, code in self._without_value([condition.tree])),
            (~truth.fill_null(_FALSE), condition.code),
        ]

    def _without_value(self, trees: list[Node]) -> list[Branch]:
        """Each parameter that the trees use, where it has no value, in order of appearance."""
        return [
            (self._compiled(node).isnull(), f"no-value-{name}")
            for node, name in parameters_in(trees, self.plan.series).items()
        ]


def _input(records: ir.Table, given: Input) -> Any:
    """The values of an input that are values at all."""
    found = records[given.name]
    if given.quantity.unit is None:
        return found
    # NaN compares as larger than any number, on every engine, so one test leaves only real numbers.
    return ibis.ifelse(found.abs() <= double(float(SIZE_LIMIT)), found, ibis.null("float64"))


def _with_default(records: ir.Table, given: Input) -> Any:
    found = records[given.name]
    if given.quantity.default is None:
        return found
    return found.coalesce(double(float(given.quantity.default)))


# -- parameters ------------------------------------------------------------------------------------


def looked_up(records: ir.Table, series: Series, plan: Plan) -> Table:
    """A parameter as columns: the first piece that fits the record's region and day."""
    pieces = [piece for piece in series.pieces if _may_apply(piece, plan)]

    def look_up(keys: tuple[ir.StringValue, ...]) -> Any:
        branches: list[tuple[Any, Any]] = []
        for piece in pieces:
            value = _cell(piece, keys)
            tests = list(_piece_tests(records, piece, plan))
            if not tests:
                return ibis.cases(*branches, else_=value) if branches else value
            branches.append((_all(tests), value))
        return (
            ibis.cases(*branches, else_=ibis.null("float64")) if branches else ibis.null("float64")
        )

    return look_up


def _may_apply(piece: Piece, plan: Plan) -> bool:
    return piece.days.overlaps(plan.valid) and any(
        Regions.covers(piece.region, code) or Regions.covers(code, piece.region)
        for code in plan.regions
    )


def _piece_tests(records: ir.Table, piece: Piece, plan: Plan) -> Iterable[Any]:
    """What must be asked of a record, given that it lies in a covered region on a valid day."""
    if not all(Regions.covers(piece.region, code) for code in plan.regions):
        yield _lies_in(records.region, piece.region)
    yield from _inside(records.day, piece.days, plan.valid)


def _cell(piece: Piece, keys: tuple[ir.StringValue, ...]) -> Any:
    branches = [
        (_all(key == wanted for key, wanted in zip(keys, cell, strict=True)), double(float(number)))
        for cell, number in piece.cells.items()
        if number is not None and cell
    ]
    if not keys:
        number = piece.cells.get(())
        return ibis.null("float64") if number is None else double(float(number))
    return ibis.cases(*branches, else_=ibis.null("float64")) if branches else ibis.null("float64")


def _covered(records: ir.Table, plan: Plan) -> Any:
    return _any(_lies_in(records.region, code) for code in plan.regions)


def _crediting_days(plan: Plan) -> DayRange:
    """The days that are both valid and within the crediting window."""
    begins = [day for day in (plan.valid.from_day, plan.crediting.from_day) if day is not None]
    ends = [day for day in (plan.valid.until_day, plan.crediting.until_day) if day is not None]
    return DayRange(max(begins, default=None), min(ends, default=None))


def _lies_in(region: ir.StringValue, code: str) -> Any:
    """True where the region is the code or lies in it.

    GB/T 2260 codes nest by prefix, so what lies in 420000 stands between it and 430000; texts of
    six digits compare like numbers, and engines compare them fast.
    """
    if code == WORLD:
        return region.notnull()
    if code == CHINA:
        return region != WORLD
    if code.endswith("0000"):
        return region.between(code, f"{code[:2]}9999")
    if code.endswith("00"):
        return region.between(code, f"{code[:4]}99")
    return region == code


def _one_of(text: Any, choices: Iterable[str]) -> Any:
    # Not isin: DuckDB turns a list of any length into a join over all records.
    return _any(text == choice for choice in choices)


def _inside(day: Any, days: DayRange, known: DayRange) -> Iterable[Any]:
    """The tests that a day lies in a range, but for those that the known range already answers."""
    first, last = days.from_day, days.until_day
    if first not in (None, date.min) and not (known.from_day and first <= known.from_day):
        yield day >= ibis.literal(first)
    if last is not None and not (known.until_day and known.until_day <= last):
        yield day < ibis.literal(last)


def _any(truths: Iterable[Any]) -> Any:
    return _joined(truths, lambda a, b: a | b)


def _all(truths: Iterable[Any]) -> Any:
    return _joined(truths, lambda a, b: a & b)


def _joined(truths: Iterable[Any], join: Callable[[Any, Any], Any]) -> Any:
    first, *rest = truths
    for truth in rest:
        first = join(first, truth)
    return first
