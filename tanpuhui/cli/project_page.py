"""What ``tanpuhui library show`` says of a methodology of projects."""

from __future__ import annotations

from typing import Any

from tanpuhui.cli.words import OUTPUT_ZH
from tanpuhui.engine import shown
from tanpuhui.rules import Column, Project, ProjectTerm, Words

_PROJECT = Words("which project; a table of one need not say", "项目名称，仅一个项目时可不填")
_YEAR = Words(
    "a calendar year, or the project's own year counted from 1", "公历年，或从1起的项目年度"
)
_REGION = Words("where; default --region", "行政区划代码，默认取--region")
_CREDITED_FROM = Words(
    "the first year that gives a result; what lies before is summed only",
    "首个计入年份，此前的行只参与累计",
)
EVERY_TABLE = (
    ("project", "text", "optional", _PROJECT),
    ("year", "integer", "required", _YEAR),
    ("region", "GB/T 2260", "optional", _REGION),
    ("credited_from", "integer", "optional", _CREDITED_FROM),
)
OF_PROJECT = Words(
    "one value a project: on any of its rows, or by --set", "每个项目一个值：任一行，或--set"
)
OF_YEAR = Words(
    "one value a project and year: on any row of that year, or by --set",
    "每个项目年度一个值：当年任一行，或--set",
)


def project_page(project: Project) -> list[str]:
    """The columns of a project's table, its terms and formulas, as lines."""
    lines = [
        "—— 项目数据表：一行为一个监测单元的一个年度"
        " · A table of the project: one row a monitored unit and year ——",
        *(_line(name, kind, asked, title) for name, kind, asked, title in EVERY_TABLE),
    ]
    for heading, columns in ((OF_PROJECT, project.choices), (OF_YEAR, project.year)):
        if columns:
            lines += [f"  {heading.zh} · {heading.en}", *(_column(c) for c in columns)]
    for kind in project.rows:
        title = "" if kind.title is None else f"{kind.title.zh} · {kind.title.en}"
        needed = "，必有 needed" if kind.needed else ""
        lines += [
            f"  行 rows of {kind.name}{needed}: {title}".rstrip(": "),
            *map(_column, kind.columns),
        ]
        lines += [f"    {c.text}   → {c.code}" for c in kind.conditions]
    lines += ["  计算 terms", *(f"    {_term(term)}" for term in project.terms)]
    if project.conditions:
        lines.append("  须满足，否则拒绝 must hold, else refused as")
        lines += [f"    {c.text}   → {c.code}" for c in project.conditions]
    lines.append("  公式 formula")
    lines += [f"    {_output(output)} = {text}" for output, text in project.texts.items()]
    if "reduction" in project.trees and "reduction" not in project.texts:
        parts = " - ".join(output for output in project.texts if output != "discount")
        kept = f"({parts}) * (1 - discount)" if "discount" in project.texts else parts
        lines.append(f"    {_output('reduction')} = {kept}")
    if project.credited_years is not None:
        lines.append(f"  计入年数 credited years: {project.credited_years}")
    return [*lines, "  参数 parameters (--set)"] if project.parameters else lines


def project_facts(project: Project) -> dict[str, Any]:
    """The terms, conditions and formulas of a project, for ``--json``."""
    return {
        "needed_rows": [kind.name for kind in project.rows if kind.needed],
        "terms": [
            {
                "id": term.name,
                "title": None if term.title is None else vars(term.title),
                "unit": term.unit.text,
                "formula": term.text,
                "sum_of": term.of,
                "years": None if term.of is None else term.years,
            }
            for term in project.terms
        ],
        "conditions": {c.code: c.text for c in project.conditions},
        "row_conditions": {c.code: c.text for kind in project.rows for c in kind.conditions},
        "formula": dict(project.texts),
        "credited_years": project.credited_years,
    }


def project_columns(project: Project) -> list[dict[str, Any]]:
    """Every column of a project's table, for ``--json``: name, unit, choices, need, meaning."""
    found: list[dict[str, Any]] = [
        {
            "name": name, "of": "table", "unit": None, "choices": [],
            "required": asked == "required", "default": None, "meaning": vars(title),
        }
        for name, _, asked, title in EVERY_TABLE
    ]  # fmt: skip
    scopes = [("project", project.choices), ("year", project.year)]
    scopes += [(f"rows of {kind.name}", kind.columns) for kind in project.rows]
    for scope, columns in scopes:
        for column in columns:
            found.append({
                "name": column.name,
                "of": scope,
                "unit": None if column.unit is None else column.unit.text,
                "choices": list(column.choices),
                "required": column.required,
                "default": _default(column),
                "meaning": None if column.title is None else vars(column.title),
            })  # fmt: skip
    return found


def _column(column: Column) -> str:
    kind = str(column.unit) if column.unit else " | ".join(column.choices)
    default = _default(column)
    if default is not None:
        asked = f"default {default}"
    else:
        asked = "required" if column.required else "optional"
    return _line(column.name, kind, asked, column.title)


def _line(name: str, kind: str, asked: str, title: Words | None) -> str:
    meaning = "" if title is None else f"; {title.zh} · {title.en}"
    return f"    {name}: {kind}; {_ASKED[asked.split()[0]]} {asked}{meaning}"


_ASKED = {"required": "必填", "optional": "可缺", "default": "默认"}


def _default(column: Column) -> str | None:
    default = column.default
    return default if default is None or isinstance(default, str) else shown(default)


def _term(term: ProjectTerm) -> str:
    title = "" if term.title is None else f"   {term.title.zh} · {term.title.en}"
    if term.of is None:
        return f"{term.name} ({term.unit}) = {term.text}{title}"
    over = "当年 of the year" if term.years == "this" else "截至当年 of all years until it"
    return f"{term.name} ({term.unit}) = Σ {term.text}, rows of {term.of}, {over}{title}"


def _output(output: str) -> str:
    words = {**OUTPUT_ZH, "discount": "折扣"}
    return f"{words[output]} {output}"
