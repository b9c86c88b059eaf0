"""What ``tanpuhui library show`` says of a methodology of projects."""

from __future__ import annotations

from typing import Any

from tanpuhui.engine import shown
from tanpuhui.rules import Column, Project, ProjectTerm

TABLE = {
    "project": "text; which project the row belongs to; a table of one project need not have it",
    "year": "a calendar year, or the project's own year counted from 1; every row has one",
    "region": "GB/T 2260 code; default --region",
    "credited_from": "the first year that gives a result; earlier rows are summed only; default: "
    "the project's first year",
}


def project_facts(project: Project) -> dict[str, Any]:
    """The columns, terms and formulas of a project, as lines for a reader."""
    facts: dict[str, Any] = {
        "a CSV with these columns": TABLE,
        "one value a project (a column on any row, or --set)": _columns(project.choices),
        "one value a project and year (a column on any row of it, or --set)": _columns(
            project.year
        ),
    }
    for kind in project.rows:
        title = "" if kind.title is None else f": {kind.title.zh} · {kind.title.en}"
        needed = ", needed" if kind.needed else ""
        facts[f"rows of {kind.name}{needed}{title}"] = {
            **_columns(kind.columns),
            **{f"else refused as {c.code}": c.text for c in kind.conditions},
        }
    return {
        **facts,
        "terms": {term.name: _term(term) for term in project.terms},
        "conditions": {condition.code: condition.text for condition in project.conditions},
        "formula": dict(project.texts),
        "credited_years": project.credited_years,
    }


def _columns(columns: tuple[Column, ...]) -> dict[str, str]:
    return {column.name: _column(column) for column in columns}


def _column(column: Column) -> str:
    parts = [str(column.unit) if column.unit else " | ".join(column.choices)]
    if column.default is not None:
        default = column.default if isinstance(column.default, str) else shown(column.default)
        parts.append(f"default {default}")
    elif not column.required:
        parts.append("optional")
    if column.title is not None:
        parts.append(f"{column.title.zh} · {column.title.en}")
    return "; ".join(parts)


def _term(term: ProjectTerm) -> str:
    title = "" if term.title is None else f"{term.title.zh} · {term.title.en}: "
    if term.of is None:
        return f"{title}{term.text} ({term.unit})"
    over = "of the year" if term.years == "this" else "of all years until it; age is how long ago"
    return f"{title}sum of {term.text} over the rows of {term.of} {over} ({term.unit})"
