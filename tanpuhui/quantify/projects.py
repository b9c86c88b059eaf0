"""The rows of projects through one methodology: one result a project and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import engine
from tanpuhui.engine import ProjectKernel, ProjectPlan, ProjectTables
from tanpuhui.rules import Output


@dataclass(frozen=True)
class QuantifiedProjects:
    """What came of the rows of some projects.

    Args:
        table: one row a project and year: ``project`` str, ``year`` int64, each term of the
            methodology as a double in its unit, ``baseline_mg``, ``activity_mg``, ``leakage_mg``,
            ``reduction_mg`` int64 mgCO2e (null where refused or not given), ``refused`` str (empty
            where the year counts) and ``because`` str (which rows were refused, and why).
        received: rows handed in.
        years: results, one for each year of each project.
        counted: of those, how many are not refused.
        refused: how many years were refused, by code.
        totals: sums over the years that count, mgCO2e; None where the methodology gives no such.
        tables: the rows as they were computed, for whoever explains them.
    """

    table: pa.Table
    received: int
    years: int
    counted: int
    refused: Mapping[str, int]
    totals: Mapping[Output, int | None]
    tables: ProjectTables


def quantify_projects(
    table: pa.Table, plan: ProjectPlan, kernel: ProjectKernel, *, region: str, day: date
) -> QuantifiedProjects:
    """Quantify each year of each project of a table.

    Args:
        table: one row a monitored unit and year; every column text.
        kernel: of this plan, by ``engine.project_quantifier``; made once for many tables.
        region: GB/T 2260 code for projects that do not say where.
        day: on which the projects are computed; it picks validity and dated parameters.

    Raises:
        MissingColumns: a column that every project needs is not there.
        UnknownColumns: a column is none of the methodology's.
    """
    tables = engine.project_tables(table, plan, region=region, day=day)
    found = kernel(tables)
    counts = pc.is_null(found["refused"])
    columns = {name: tables.years[name] for name in ("project", "year")}
    columns |= {term.name: found[term.name] for term in plan.project.terms}
    totals: dict[Output, int | None] = {}
    for output in engine.OUTPUTS:
        given = output in plan.outputs()
        amount = found[f"{output}_mg"] if given else pa.nulls(found.num_rows, pa.int64())
        columns[f"{output}_mg"] = amount
        totals[output] = sum(mg for mg in amount.to_pylist() if mg is not None) if given else None
    columns["refused"] = pc.fill_null(found["refused"], "")
    columns["because"] = pa.array(tables.because, pa.string())
    codes = pc.value_counts(pc.drop_null(found["refused"]))
    return QuantifiedProjects(
        table=pa.table(columns),
        received=table.num_rows,
        years=found.num_rows,
        counted=int(pc.sum(counts).as_py() or 0),
        refused={str(pair["values"].as_py()): int(pair["counts"].as_py()) for pair in codes},
        totals=totals,
        tables=tables,
    )
