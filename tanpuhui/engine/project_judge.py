"""Years of projects, exactly: the judge, in Decimal, with every term kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, cast

import pyarrow as pa

from tanpuhui import formula
from tanpuhui.engine.judge import cells_of, lookups_in, without_value
from tanpuhui.engine.project_rows import cell_value
from tanpuhui.engine.projects import ProjectPlan, ProjectTables, project_schema
from tanpuhui.engine.rounding import LIMIT_GRAMS, whole_mg
from tanpuhui.formula import EXACT, Evaluator, Value
from tanpuhui.rules import PROJECT_AGE, Output, ProjectTerm


@dataclass(frozen=True)
class JudgedYear:
    """What came of one year of a project.

    Args:
        refused: the code under which it is refused; None where it counts.
        values: what each name of its formulas stood for, terms included.
        summed: by term, how many rows were added up.
        grams: by output, the exact amount in gCO2e, before rounding.
        mg: by output, whole milligrams.
    """

    refused: str | None
    values: Mapping[str, Value]
    summed: Mapping[str, int]
    grams: Mapping[Output, Decimal]
    mg: Mapping[Output, int]


class ProjectJudge:
    """Judges the years of some projects."""

    def __init__(self, plan: ProjectPlan) -> None:
        self._plan = plan
        self._terms = [_Term(term, plan) for term in plan.project.terms]
        self._conditions = [
            (c.code, formula.evaluator(c.tree), lookups_in([c.tree], plan.series))
            for c in plan.project.conditions
        ]
        self._outputs: list[tuple[Output, Evaluator]] = [
            (output, formula.evaluator(plan.project.trees[output])) for output in plan.outputs()
        ]
        self._lookups = lookups_in(list(plan.project.trees.values()), plan.series)

    def judge(self, tables: ProjectTables, positions: Sequence[int]) -> list[JudgedYear]:
        """What comes of the years at some positions, in their order."""
        rows = {kind: _by_project(table) for kind, table in tables.rows.items()}
        years = tables.years.to_pylist()
        with localcontext(EXACT):
            return [self._year(years[position], rows) for position in positions]

    def table(self, tables: ProjectTables, positions: Sequence[int]) -> pa.Table:
        """The same as a table, in the schema of the plan's kernels."""
        found = []
        for judged in self.judge(tables, positions):
            terms = {
                term.name: _double(judged.values.get(term.name))
                for term in self._plan.project.terms
            }
            mg = {f"{output}_mg": amount for output, amount in judged.mg.items()}
            found.append({**terms, **mg, "refused": judged.refused, "inexact": False})
        return pa.Table.from_pylist(found, schema=project_schema(self._plan))

    def _year(
        self, year: Mapping[str, Any], rows: Mapping[str, Mapping[str, list[dict[str, Any]]]]
    ) -> JudgedYear:
        if year["refused"] is not None:
            return JudgedYear(year["refused"], {}, {}, {}, {})
        parameters = cells_of(self._plan.series, year["region"], cast(date, year["day"]))
        values: dict[str, Value] = dict(parameters)
        for column in self._plan.year_columns():
            values[column.name] = cell_value(year[column.name])
        summed: dict[str, int] = {}
        absent: str | None = None
        for term in self._terms:
            code = term.compute(year, rows, parameters, values, summed)
            absent = absent or code
        code = self._failed_condition(values, absent)
        if code is not None:
            return JudgedYear(code, values, summed, {}, {})
        grams = {output: evaluate(values) for output, evaluate in self._outputs}
        if None in grams.values():
            code = absent or without_value(self._lookups, values) or "no-result"
            return JudgedYear(code, values, summed, {}, {})
        exact = cast(dict[Output, Decimal], grams)
        if any(abs(amount) >= LIMIT_GRAMS for amount in exact.values()):
            return JudgedYear("out-of-range", values, summed, {}, {})
        mg = {output: whole_mg(amount) for output, amount in exact.items()}
        return JudgedYear(None, values, summed, exact, mg)

    def _failed_condition(self, values: Mapping[str, Value], absent: str | None) -> str | None:
        for code, holds, lookups in self._conditions:
            truth = holds(values)
            if truth is None:
                return absent or without_value(lookups, values) or code
            if not truth:
                return code
        return None


class _Term:
    """One term: a formula over what the year has, or a sum over rows."""

    def __init__(self, term: ProjectTerm, plan: ProjectPlan) -> None:
        self.term = term
        self.evaluate = formula.evaluator(term.tree)
        self.lookups = lookups_in([term.tree], plan.series)
        self.needed = term.of is not None and plan.project.kind(term.of).needed

    def compute(
        self,
        year: Mapping[str, Any],
        rows: Mapping[str, Mapping[str, list[dict[str, Any]]]],
        parameters: Mapping[str, Value],
        values: dict[str, Value],
        summed: dict[str, int],
    ) -> str | None:
        """Put the term into ``values``; the code of what it lacks, None where it has a value."""
        name, of = self.term.name, self.term.of
        if of is None:
            values[name] = self.evaluate(values)
            return without_value(self.lookups, values) if values[name] is None else None
        total, code = Decimal(0), None
        added = 0
        for row in rows[of].get(year["project"], ()):
            age = year["year"] - row["year"]
            if age < 0 or (age > 0 and self.term.years == "this"):
                continue
            added += 1
            names = {**parameters, **row["values"], PROJECT_AGE: Decimal(age)}
            amount = self.evaluate(names)
            if amount is None:
                code = code or without_value(self.lookups, names) or "no-result"
            else:
                total += cast(Decimal, amount)
        summed[name] = added
        if self.needed and not added:
            code = f"no-{of}"
        values[name] = total if code is None else None
        return code


def _by_project(table: pa.Table) -> Mapping[str, list[dict[str, Any]]]:
    """Each project's rows: their year, and their cells as the judge reads them."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    apart = {"project", "year", "region", "day"}
    for row in table.to_pylist():
        values = {name: cell_value(cell) for name, cell in row.items() if name not in apart}
        found[row["project"]].append({"year": row["year"], "values": values})
    return found


def _double(value: Value) -> float | None:
    return float(value) if isinstance(value, Decimal) else None
