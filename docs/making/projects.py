"""The part of a methodology's page that says what its projects hand in and how they are summed."""

from __future__ import annotations

from collections.abc import Iterable

from docs.making.markdown import fenced, table
from docs.making.tongue import Tongue
from tanpuhui import rules


def project_lines(project: rules.Project, tongue: Tongue) -> list[str]:
    """The columns of a project's table, its terms and its formula."""
    say = tongue.say
    rows_of, needed = say("rows of", "行"), say(" (needed)", "（必有）")
    lines = [
        "", f"## {say('The table of a project', '项目数据表')}", "",
        say(
            "A row is one monitored unit in one year; beside these columns stand `year` and, where "
            "wanted, `project`, `region`, `credited_from` ([how](../../mechanism/projects.md)).",
            "一行为一个监测单元的一个年度；另有 `year`，以及可选的 `project`、`region`、"
            "`credited_from`（[怎样填写](../../mechanism/projects.md)）。",
        ), "",
        *_columns(say("One value a project", "每个项目一个值"), project.choices, tongue),
        *_columns(say("One value a project and year", "每个项目年度一个值"), project.year, tongue),
    ]  # fmt: skip
    for kind in project.rows:
        title = f"`{kind.name}`" + (f" {tongue.of(kind.title)}" if kind.title else "")
        heading = f"{rows_of} {title}{needed if kind.needed else ''}"
        lines += _columns(heading[:1].upper() + heading[1:], kind.columns, tongue)
        lines += _conditions(kind.conditions, tongue)
    lines += ["", f"## {say('Computing', '计算')}", "", *table(
        (say("term", "项"), say("title", "名称"), say("formula", "公式"), say("unit", "单位")),
        (
            (f"`{term.name}`", tongue.of(term.title), _formula(term, tongue), f"`{term.unit}`")
            for term in project.terms
        ),
    )]  # fmt: skip
    lines += _conditions(project.conditions, tongue)
    formulas = [f"{output} = {text}" for output, text in project.texts.items()]
    if "reduction" in project.trees and "reduction" not in project.texts:
        whole = " − ".join(o for o in ("baseline", "activity", "leakage") if o in project.texts)
        kept = " × (1 − discount)" if "discount" in project.texts else ""
        formulas.append(f"reduction = ({whole}){kept}" if kept else f"reduction = {whole}")
    return [*lines, *fenced("\n".join(formulas))]


def _columns(heading: str, columns: tuple[rules.Column, ...], tongue: Tongue) -> list[str]:
    if not columns:
        return []
    head = (
        tongue.say("column", "列"), tongue.say("unit or choices", "单位或可选值"),
        tongue.say("required", "必填"), tongue.say("meaning", "含义"),
    )  # fmt: skip
    rows = [
        (f"`{c.name}`", f"`{c.unit}`" if c.unit else ", ".join(f"`{x}`" for x in c.choices),
         _required(c, tongue), tongue.of(c.title))
        for c in columns
    ]  # fmt: skip
    return ["", f"### {heading}", "", *table(head, rows)]


def _required(column: rules.Column, tongue: Tongue) -> str:
    if column.default is not None:
        return tongue.say(f"no, default {column.default}", f"否，默认 {column.default}")
    return tongue.say("yes", "是") if column.required else tongue.say("no", "否")


def _conditions(conditions: Iterable[rules.Condition], tongue: Tongue) -> list[str]:
    rows = [(f"`{c.text}`", f"`{c.code}`", tongue.of(c.says)) for c in conditions]
    say = tongue.say
    heads = (say("must hold", "须满足"), say("else refused as", "否则拒绝"), say("says", "说明"))
    return ["", *table(heads, rows)] if rows else []


def _formula(term: rules.ProjectTerm, tongue: Tongue) -> str:
    if term.of is None:
        return f"`{term.text}`"
    this, until = ("of the year", "当年"), ("of all years until it", "截至当年")
    over = tongue.say(*(this if term.years == "this" else until))
    return f"Σ `{term.text}` — `{term.of}`, {over}"
