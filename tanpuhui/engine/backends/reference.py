"""The reference back end: Decimal, row by row. Slow, plain, and the judge of the others.

It computes formulas and limits, never relational plans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import localcontext
from typing import Any, cast

import pyarrow as pa

from tanpuhui.engine.backends.base import Kernel
from tanpuhui.engine.judge import Judge
from tanpuhui.engine.plan import Plan, limits_of
from tanpuhui.engine.project_judge import ProjectJudge
from tanpuhui.engine.projects import ProjectKernel, ProjectPlan
from tanpuhui.engine.shapes import CREDITED, quantified_schema
from tanpuhui.formula import EXACT
from tanpuhui.rules import Limit, LimitKey

Row = Mapping[str, Any]


class ReferenceBackend:
    """Judges records one by one."""

    name = "reference"

    def quantifier(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """See ``Backend``."""
        judge = Judge(plan)
        schema = quantified_schema(plan)

        def quantify(records: pa.Table) -> pa.Table:
            rows = []
            with localcontext(EXACT):
                for record in records.to_pylist():
                    judged = judge.judge(record)
                    mg = {f"{output}_mg": amount for output, amount in judged.mg.items()}
                    rows.append({**mg, "refused": judged.refused, "inexact": False})
            return pa.Table.from_pylist(rows, schema=schema)

        return quantify

    def creditor(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """See ``Backend``."""

        def credit(records: pa.Table) -> pa.Table:
            rows = sorted(records.to_pylist(), key=lambda row: cast(int, row["position"]))
            credited = {row["position"]: row["reduction_mg"] or 0 for row in rows}
            for scenes, limit in limits_of(plan):
                _fill(limit, [row for row in rows if row["scene"] in scenes], credited)
            return pa.table(
                {"position": list(credited), "credited_mg": list(credited.values())},
                schema=CREDITED,
            )

        return credit

    def project_quantifier(self, plan: ProjectPlan) -> ProjectKernel:
        """See ``Backend``."""
        judge = ProjectJudge(plan)
        return lambda tables: judge.table(tables, range(tables.years.num_rows))


def _fill(limit: Limit, rows: list[Row], credited: dict[int, int]) -> None:
    """Trim what the rows are credited, in order, until the limit of their group is full."""
    used: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        position = row["position"]
        group = tuple(_key(row, key) for key in limit.each)
        held = max(credited[position], 0)
        if limit.reduction_mg is not None:
            credited[position] = min(credited[position], max(0, limit.reduction_mg - used[group]))
            used[group] += held
        else:
            assert limit.count is not None
            if used[group] >= limit.count:
                credited[position] -= held
            used[group] += held > 0


def _key(row: Row, key: LimitKey) -> Any:
    day = cast(date | None, row["day"])
    match key:
        case "record":
            return row["position"]
        case "local_day":
            return day
        case "local_month":
            return day and (day.year, day.month)
        case "local_year":
            return day and day.year
        case _:
            return row[key]
