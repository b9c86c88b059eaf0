"""The part of a methodology's page that says what its projects hand in and how they are summed."""

from __future__ import annotations

from collections.abc import Iterable

from docs.making.markdown import both, fenced, table
from tanpuhui import rules

HEAD = ("列 · column", "unit or choices · 单位或可选值", "required · 必填", "含义 · meaning")


def project_lines(project: rules.Project) -> list[str]:
    """The columns of a project's table, its terms and its formula."""
    lines = [
        "", "## 项目数据表 · The table of a project", "",
        "一行为一个监测单元的一个年度；另有 `year`，以及可选的 `project`、`region`、`credited_from`"
        "（[怎样填写](../../mechanism/projects.md)）。",
        "  <br>A row is one monitored unit in one year; beside these columns stand `year` and,",
        "where wanted, `project`, `region`, `credited_from`.", "",
        *_columns("每个项目一个值 · one value a project", project.choices),
        *_columns("每个项目年度一个值 · one value a project and year", project.year),
    ]  # fmt: skip
    for kind in project.rows:
        title = f"`{kind.name}`" + (f" {both(kind.title)}" if kind.title else "")
        needed = "（必有 · needed）" if kind.needed else ""
        lines += _columns(f"行 · rows of {title}{needed}", kind.columns)
        lines += _conditions(kind.conditions)
    lines += ["", "## 计算 · Computing", "", *table(
        ("项 · term", "名称 · title", "formula · 公式", "unit · 单位"),
        (
            (f"`{term.name}`", both(term.title), _formula(term), f"`{term.unit}`")
            for term in project.terms
        ),
    )]  # fmt: skip
    lines += _conditions(project.conditions)
    formulas = [f"{output} = {text}" for output, text in project.texts.items()]
    if "reduction" in project.trees and "reduction" not in project.texts:
        whole = " − ".join(o for o in ("baseline", "activity", "leakage") if o in project.texts)
        kept = " × (1 − discount)" if "discount" in project.texts else ""
        formulas.append(f"reduction = ({whole}){kept}" if kept else f"reduction = {whole}")
    return [*lines, *fenced("\n".join(formulas))]


def _columns(heading: str, columns: tuple[rules.Column, ...]) -> list[str]:
    if not columns:
        return []
    rows = [
        (f"`{c.name}`", f"`{c.unit}`" if c.unit else ", ".join(f"`{x}`" for x in c.choices),
         _required(c), both(c.title))
        for c in columns
    ]  # fmt: skip
    return ["", f"### {heading}", "", *table(HEAD, rows)]


def _required(column: rules.Column) -> str:
    if column.default is not None:
        return f"否，默认 {column.default} · no, default {column.default}"
    return "是 · yes" if column.required else "否 · no"


def _conditions(conditions: Iterable[rules.Condition]) -> list[str]:
    rows = [(f"`{c.text}`", f"`{c.code}`", both(c.says)) for c in conditions]
    heads = ("须满足 · must hold", "否则拒绝 · else refused as", "says · 说明")
    return ["", *table(heads, rows)] if rows else []


def _formula(term: rules.ProjectTerm) -> str:
    if term.of is None:
        return f"`{term.text}`"
    over = "当年 · of the year" if term.years == "this" else "截至当年 · of all years until it"
    return f"Σ `{term.text}` — `{term.of}`, {over}"
