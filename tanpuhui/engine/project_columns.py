"""Years of projects as columns: rows joined to the years that sum them, terms, amounts.

Only what counts and is small is decided here. A year that does not count, and one that is too large
for doubles, is marked ``inexact`` and judged in Decimal, so that the code of a refusal has one
source.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from tanpuhui.engine.columns import looked_up
from tanpuhui.engine.compile import Table, column, double, size
from tanpuhui.engine.projects import ProjectPlan
from tanpuhui.engine.rounding import EXACT_FROM_GRAMS, whole_mg_column
from tanpuhui.rules import PROJECT_AGE, ProjectTerm

_TRUE = ibis.literal(value=True)
_FALSE = ibis.literal(value=False)


def project_quantified(
    years: ir.Table, rows: Mapping[str, ir.Table], plan: ProjectPlan
) -> ir.Table:
    """The amounts of each year of each project.

    Args:
        years: as ``ProjectTables.years``.
        rows: by kind, as ``ProjectTables.rows``.

    Returns:
        One row a year, in the order of ``position``: the columns of ``projects.project_schema``.
    """
    table = years
    for term in plan.project.terms:
        table = _summed(table, rows, term, plan) if term.of is not None else _is(table, term, plan)
    return _amounts(table, plan).order_by("position").drop("position")


def _summed(
    table: ir.Table, rows: Mapping[str, ir.Table], term: ProjectTerm, plan: ProjectPlan
) -> ir.Table:
    """The years with a term that adds up rows; null where one of them has no value."""
    assert term.of is not None
    row = rows[term.of].rename(project_of_row="project", year_of_row="year")
    inside = [table.project == row.project_of_row]
    inside.append(
        table.year == row.year_of_row if term.years == "this" else row.year_of_row <= table.year
    )
    joined = table.select("position", "project", "year").join(row, inside)
    joined = joined.mutate(
        **{PROJECT_AGE: (joined.year - joined.year_of_row).cast("float64")}  # whole already
    )
    kind = plan.project.kind(term.of)
    names = [c.name for c in (*plan.project.choices, *kind.columns)]
    inputs = {name: joined[name] for name in (*names, PROJECT_AGE)}
    value, large = _computed(joined, term, plan, inputs, {})
    each = joined.select("position", value=value, large=large)
    sums = each.group_by("position").aggregate(
        total=each.value.sum(),
        large_total=each.large.sum(),
        lacking=each.value.isnull().cast("int64").sum(),  # whole already: a truth
    )
    with_sums = table.left_join(sums, "position", rname="{name}_of_sum")
    none = double(0.0)
    if kind.needed:
        total = with_sums.total
    else:
        total = ibis.ifelse(with_sums.lacking.isnull(), none, with_sums.total)
    return with_sums.mutate(
        **{
            term.name: ibis.ifelse(with_sums.lacking.coalesce(0) == 0, total, ibis.null("float64")),
            _size(term.name): with_sums.large_total.coalesce(none),
        }
    ).select(*table.columns, term.name, _size(term.name))


def _is(table: ir.Table, term: ProjectTerm, plan: ProjectPlan) -> ir.Table:
    """The years with a term that is a formula of what they have."""
    inputs, sizes = _names(table, plan)
    value, large = _computed(table, term, plan, inputs, sizes)
    return table.mutate(**{term.name: value, _size(term.name): large})


def _computed(
    table: ir.Table,
    term: ProjectTerm,
    plan: ProjectPlan,
    inputs: Mapping[str, Any],
    sizes: Mapping[str, Any],
) -> tuple[Any, Any]:
    parameters = _parameters(table, plan)
    value = column(term.tree, inputs, parameters)
    large = size(term.tree, inputs, parameters, _largest(plan), sizes=sizes)
    return value, large.coalesce(double(0.0))


def _amounts(table: ir.Table, plan: ProjectPlan) -> ir.Table:
    inputs, sizes = _names(table, plan)
    parameters, largest = _parameters(table, plan), _largest(plan)
    trees = {output: plan.project.trees[output] for output in plan.outputs()}
    amounts = table.mutate(
        **{f"{output}_g": column(tree, inputs, parameters) for output, tree in trees.items()},
        **{
            f"{output}_size": size(tree, inputs, parameters, largest, sizes=sizes)
            for output, tree in trees.items()
        },
        holds=_all([_TRUE] + [column(c.tree, inputs, parameters) for c in plan.project.conditions]),
    )
    decided = _all(
        [
            amounts.holds.fill_null(_FALSE),
            *(amounts[f"{output}_g"].notnull() for output in trees),
            *(amounts[f"{output}_size"] < double(EXACT_FROM_GRAMS) for output in trees),
        ]
    ).fill_null(_FALSE)
    refused = amounts.refused.notnull()
    return amounts.select(
        "position",
        *(term.name for term in plan.project.terms),
        **{
            f"{output}_mg": ibis.cases(
                (decided & ~refused, whole_mg_column(amounts[f"{output}_g"]))
            )
            for output in trees
        },
        refused=amounts.refused,
        inexact=~decided & ~refused,
    )


def _names(table: ir.Table, plan: ProjectPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a formula of the year may name, and how large the terms among it were made of."""
    terms = [term.name for term in plan.project.terms if term.name in table.columns]
    names = [*(c.name for c in plan.year_columns()), *terms]
    return {name: table[name] for name in names}, {name: table[_size(name)] for name in terms}


def _parameters(table: ir.Table, plan: ProjectPlan) -> dict[str, Table]:
    return {name: looked_up(table, s, plan.frame) for name, s in plan.series.items()}


def _largest(plan: ProjectPlan) -> dict[str, float]:
    return {name: series.largest() for name, series in plan.series.items()}


def _size(term: str) -> str:
    return f"{term} size"


def _all(truths: list[Any]) -> Any:
    return functools.reduce(lambda a, b: a & b, truths)
