"""Floor 4. Decides how rules become numbers: plans, and the back ends that compute them.

A methodology becomes a ``Plan``; a back end turns it into a kernel; a kernel turns records into
whole milligrams. ``reference`` judges record by record in Decimal, ``duckdb`` computes whole
columns; both give the same milligram. Loading this package loads neither Ibis nor DuckDB.

Takes: a methodology and Arrow tables of records.
Gives: amounts in whole milligrams, refusals by code, what limits leave, and explanations.
Refuses: an engine it does not have, records that lack a column, a parameter without value.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tanpuhui.engine.backends.base import Backend, FileForm, Kernel, RelationalBackend, Session
from tanpuhui.engine.explain import Explainer, Explanation, shown
from tanpuhui.engine.factors_read import FactorUsed, factors_read, factors_read_by_projects
from tanpuhui.engine.faults import (
    MissingColumns,
    NoEngine,
    RowsNeeded,
    SceneNeeded,
    StrangeEngine,
    UnknownColumns,
    UnknownKey,
    Unreadable,
    UnreadableFile,
    WrongType,
)
from tanpuhui.engine.history import history_columns, with_history
from tanpuhui.engine.judge import Judge, Judged
from tanpuhui.engine.plan import OUTPUTS, Plan, limits_of, plan_of
from tanpuhui.engine.project_explain import ProjectExplainer
from tanpuhui.engine.project_judge import JudgedYear, ProjectJudge
from tanpuhui.engine.project_rows import project_tables
from tanpuhui.engine.projects import (
    ProjectKernel,
    ProjectPlan,
    ProjectTables,
    project_plan_of,
)
from tanpuhui.engine.rounding import whole_mg
from tanpuhui.engine.run import open_backend, project_quantifier, quantifier

if TYPE_CHECKING:
    from tanpuhui.engine.columns import quantified
    from tanpuhui.engine.compile import floor
    from tanpuhui.engine.functions import (
        any_of,
        byte_count,
        bytes_joined,
        bytes_of,
        clock_at,
        digest,
        double_bits,
        hex_key,
        hex_number,
        instant_of,
        joined,
        json_text,
        leading,
        md5,
        microseconds,
        packed,
        sha256,
        utf8,
    )
    from tanpuhui.engine.limits import credited, full_groups, limited, of_full_groups
    from tanpuhui.engine.local_day import local_day as local_day_column
    from tanpuhui.engine.rounding import whole_mg_column

# What is built of Ibis expressions, for the wide steps and the pipeline. It is imported when it is
# first asked for: Ibis takes a second to load, and who judges one record need not wait for it.
_LATE = {
    "any_of": ("tanpuhui.engine.functions", "any_of"),
    "byte_count": ("tanpuhui.engine.functions", "byte_count"),
    "bytes_joined": ("tanpuhui.engine.functions", "bytes_joined"),
    "bytes_of": ("tanpuhui.engine.functions", "bytes_of"),
    "clock_at": ("tanpuhui.engine.functions", "clock_at"),
    "credited": ("tanpuhui.engine.limits", "credited"),
    "digest": ("tanpuhui.engine.functions", "digest"),
    "double_bits": ("tanpuhui.engine.functions", "double_bits"),
    "floor": ("tanpuhui.engine.compile", "floor"),
    "full_groups": ("tanpuhui.engine.limits", "full_groups"),
    "hex_key": ("tanpuhui.engine.functions", "hex_key"),
    "hex_number": ("tanpuhui.engine.functions", "hex_number"),
    "instant_of": ("tanpuhui.engine.functions", "instant_of"),
    "joined": ("tanpuhui.engine.functions", "joined"),
    "json_text": ("tanpuhui.engine.functions", "json_text"),
    "leading": ("tanpuhui.engine.functions", "leading"),
    "limited": ("tanpuhui.engine.limits", "limited"),
    "local_day_column": ("tanpuhui.engine.local_day", "local_day"),
    "md5": ("tanpuhui.engine.functions", "md5"),
    "microseconds": ("tanpuhui.engine.functions", "microseconds"),
    "packed": ("tanpuhui.engine.functions", "packed"),
    "of_full_groups": ("tanpuhui.engine.limits", "of_full_groups"),
    "quantified": ("tanpuhui.engine.columns", "quantified"),
    "sha256": ("tanpuhui.engine.functions", "sha256"),
    "utf8": ("tanpuhui.engine.functions", "utf8"),
    "whole_mg_column": ("tanpuhui.engine.rounding", "whole_mg_column"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _LATE[name]
    return getattr(importlib.import_module(module), attribute)


__all__ = [
    "OUTPUTS",
    "Backend",
    "Explainer",
    "Explanation",
    "FactorUsed",
    "FileForm",
    "Judge",
    "Judged",
    "JudgedYear",
    "Kernel",
    "MissingColumns",
    "NoEngine",
    "Plan",
    "ProjectExplainer",
    "ProjectJudge",
    "ProjectKernel",
    "ProjectPlan",
    "ProjectTables",
    "RelationalBackend",
    "RowsNeeded",
    "SceneNeeded",
    "Session",
    "StrangeEngine",
    "UnknownColumns",
    "UnknownKey",
    "Unreadable",
    "UnreadableFile",
    "WrongType",
    "any_of",
    "byte_count",
    "bytes_joined",
    "bytes_of",
    "clock_at",
    "credited",
    "digest",
    "double_bits",
    "factors_read",
    "factors_read_by_projects",
    "floor",
    "full_groups",
    "hex_key",
    "hex_number",
    "history_columns",
    "instant_of",
    "joined",
    "json_text",
    "leading",
    "limited",
    "limits_of",
    "local_day_column",
    "md5",
    "microseconds",
    "of_full_groups",
    "open_backend",
    "packed",
    "plan_of",
    "project_plan_of",
    "project_quantifier",
    "project_tables",
    "quantified",
    "quantifier",
    "sha256",
    "shown",
    "utf8",
    "whole_mg",
    "whole_mg_column",
    "with_history",
]
