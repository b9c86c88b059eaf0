"""A methodology as a page on a terminal: what it asks for, what can be set, what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from rich.cells import cell_len

from tanpuhui.cli.project_page import project_columns, project_page
from tanpuhui.cli.words import GRADE_ZH, OUTPUT_ZH, STANDING_ZH, TEXT_ZH
from tanpuhui.engine import shown
from tanpuhui.rules import (
    Case,
    Factor,
    FactorValue,
    History,
    Input,
    Library,
    Limit,
    Methodology,
    Words,
)
from tanpuhui.terms import Mass

WIDTH = 96
# Columns that any methodology reads beside its inputs.
COMMON = (
    ("region", "GB/T 2260 行政区划代码 code", "行为发生地 · where; default --region"),
    ("day", "YYYY-MM-DD", "行为发生的当地日期 · when; default --day"),
)


def methodology_page(library: Library, method: Methodology) -> str:
    """The page: head, scope, one section a behaviour, what is monitored, how to try it."""
    lines = [method.title.zh, method.title.en, f"{method.id} · {method.file}", ""]
    lines += _pairs(_head(library, method))
    for heading, words in (
        ("适用范围 scope", method.scope),
        ("基准线情景 baseline scenario", method.baseline_scenario),
        ("项目情景 project scenario", method.project_scenario),
    ):
        lines += ["", heading, *_both(words)] if words else []
    for number, case in enumerate(method.cases, start=1):
        lines += ["", *_case(library, method, case, number)]
    if method.project is not None:
        lines += ["", *project_page(method.project)]
        for name, factor in method.project.parameters.items():
            lines += [f"    {line}" for line in _parameter(name, factor)]
    if method.limits:
        lines += [
            "",
            "总上限 limits over all",
            *(f"  {limit_text(limit)}" for limit in method.limits),
        ]
    for heading, items in (
        ("监测 monitoring", method.monitoring),
        ("质量要求 quality", method.quality),
        ("说明 notes", method.notes),
    ):
        lines += ["", heading] if items else []
        for words in items:
            lines += _both(words)
    return "\n".join([*lines, "", *_try(method)])


def _head(library: Library, method: Methodology) -> Iterator[tuple[str, str]]:
    document = library.documents[method.source.document]
    yield "效力 standing", f"{STANDING_ZH[method.standing]} {method.standing}"
    yield "文本 text", f"{TEXT_ZH[method.text]} {method.text}"
    yield "编号 number", method.number or ""
    yield "发布 issuer", "" if method.issuer is None else f"{method.issuer.zh} · {method.issuer.en}"
    yield "发布日 issued", str(method.issued or "")
    yield "取代 supersedes", method.supersedes or ""
    yield "行为日 acts", str(method.valid)
    if method.crediting.from_day is not None:
        yield "计入期 crediting", str(method.crediting)
    yield "区域 regions", ", ".join(_place(library, code) for code in method.regions)
    yield "气体 gases", ", ".join(method.gases)
    yield "对应 maps to", "; ".join(f"{scheme}: {name}" for scheme, name in method.maps_to.items())
    place = f", {method.source.place}" if method.source.place else ""
    yield "来源 source", f"《{document.title.zh}》 {document.id}{place}"


def _place(library: Library, code: str) -> str:
    region = library.regions.of(code)
    return f"{code} {region.zh} {region.en}"


def _case(library: Library, method: Methodology, case: Case, number: int) -> list[str]:
    titles = [library.scene(scene).title for scene in case.scenes]
    title = case.title or Words(
        en=" / ".join(words.en for words in titles), zh="、".join(words.zh for words in titles)
    )
    lines = [
        f"—— {number} {title.zh} · {title.en} ——",
        f"  场景 scenes: {', '.join(case.scenes)}",
        "  输入列 input columns",
        *(f"    {line}" for line in _aligned(_column(library, given) for given in case.inputs)),
    ]
    if case.evidence:
        lines.append(f"  只接受 evidence accepted: {', '.join(case.evidence)}")
    if case.conditions:
        lines.append("  须满足，否则拒绝 must hold, else refused as")
        for condition in case.conditions:
            lines.append(f"    {condition.text}   → {condition.code}")
            lines += [f"      {line}" for line in _both(condition.says)]
    lines.append("  公式 formula")
    for output, text in case.texts.items():
        lines.append(f"    {OUTPUT_ZH[output]} {output} = {text}")
    if "reduction" not in case.texts and "reduction" in case.trees:
        parts = [output for output in case.trees if output != "reduction"]
        lines.append(f"    减排量 reduction = {' - '.join(parts)}")
    if case.parameters:
        lines.append("  参数 parameters (--set)")
        for name, factor in case.parameters.items():
            lines += [f"    {line}" for line in _parameter(name, factor)]
    if case.limits:
        lines += ["  上限 limits", *(f"    {limit_text(limit)}" for limit in case.limits)]
    return lines


def _column(library: Library, given: Input) -> tuple[str, ...]:
    """A column of the records: name, unit or choices, whether it must be there, what it means."""
    quantity = given.quantity
    words = library.quantity_words.get(given.name)
    if quantity.required:
        asked = "必填 required"
    elif quantity.default is not None:
        asked = f"默认 default {shown(quantity.default)}"
    else:
        asked = "可缺 optional"
    meaning = "" if words is None else f"{words.zh} · {words.en}"
    if given.history is not None:
        words = history_words(given.history)
        meaning = f"{words.zh} · {words.en}"
    if given.name == "evidence":
        meaning = "凭证类别 · how the act is known"
    return given.name, " | ".join(quantity.choices) or str(quantity.unit), asked, meaning


def history_words(history: History) -> Words:
    """What an amount that is found among other records is the mean of."""
    each, keys = " and ".join(history.each), "、".join(history.each)
    if history.days == 0:
        return Words(
            f"mean of {history.mean} over all of one {each} on the day; at least {history.least}; "
            "computed from the file where the column is absent or empty",
            f"同一{keys}当日{history.mean}的平均，至少{history.least}个；列缺失或为空时由文件计算",
        )
    return Words(
        f"mean of {history.mean} of the same {each} over the {history.days} days before; at least "
        f"{history.least} days; computed from the file where the column is absent or empty",
        f"同一{keys}前{history.days}日{history.mean}的平均，至少{history.least}日；"
        "列缺失或为空时由文件计算",
    )


def _parameter(name: str, factor: Factor) -> list[str]:
    """A parameter as ``--set`` takes it, with its factor and every value that is known."""
    by = f".{'.'.join(axis.upper() for axis in factor.axes)}" if factor.axes else ""
    lines = [
        f"--set {name}{by}=VALUE   {factor.unit}   {factor.id}",
        f"  {factor.title.zh} · {factor.title.en}",
    ]
    if factor.axes:
        keys = dict.fromkeys(
            ".".join(cell) for value in factor.values for cell in value.cells if cell
        )
        lines += _wrapped(f"{' × '.join(factor.axes).upper()}: {', '.join(keys)}", "  ")
    for value in factor.values:
        lines += _wrapped(value_text(value), "  ")
    return lines if factor.values else [*lines, "  no value yet"]


def value_text(value: FactorValue) -> str:
    """A value with its region, days, grade and source, on one line."""
    numbers = ", ".join(
        f"{'.'.join(keys)} {'—' if number is None else shown(number)}".strip()
        for keys, number in value.cells.items()
    )
    if value.is_empty():
        numbers = "缺官方数值 no official value at hand"
    place = f", {value.source.place}" if value.source.place else ""
    grade = f", {GRADE_ZH[value.grade]} {value.grade}" if value.grade else ""
    return f"{numbers} in {value.region} {value.days}{grade} ({value.source.document}{place})"


def limit_text(limit: Limit) -> str:
    """A limit in words."""
    most = f"{limit.count} records" if limit.reduction_mg is None else str(Mass(limit.reduction_mg))
    return f"at most {most} for each {', '.join(limit.each)}"


def columns_of(library: Library, method: Methodology) -> list[dict[str, Any]]:
    """Every column that ``quantify`` reads, for ``--json``: name, unit, choices, need, meaning."""
    found: dict[str, dict[str, Any]] = {}
    if len(method.scenes()) > 1:
        found["scene"] = {
            "name": "scene", "unit": None, "choices": list(method.scenes()),
            "required": len(method.cases) > 1, "default": None, "scenes": [],
            "meaning": {"en": "which behaviour it is", "zh": "行为的场景"},
        }  # fmt: skip
    if method.project is not None:
        return project_columns(method.project)
    for case in method.cases:
        for given in case.inputs:
            quantity = given.quantity
            words = library.quantity_words.get(given.name)
            words = words if given.history is None else history_words(given.history)
            column = found.setdefault(given.name, {
                "name": given.name,
                "unit": None if quantity.unit is None else quantity.unit.text,
                "choices": list(quantity.choices),
                "required": quantity.required,
                "default": None if quantity.default is None else shown(quantity.default),
                "scenes": [],
                "meaning": None if words is None else vars(words),
            })  # fmt: skip
            column["scenes"] += case.scenes
    return list(found.values())


def parameters_of(method: Methodology) -> list[dict[str, Any]]:
    """Everything that ``--set`` can give, for ``--json``: one a parameter, or a cell of a table."""
    found: dict[str, dict[str, Any]] = {}
    project = method.project
    for column in () if project is None else (*project.choices, *project.year):
        unit = None if column.unit is None else column.unit.text
        has_value = column.default is not None
        found[column.name] = {
            "set": column.name, "unit": unit, "factor": None, "has_value": has_value,
        }  # fmt: skip
    for parameters in method.parameters():
        for name, factor in parameters.items():
            cells = dict.fromkeys(cell for value in factor.values for cell in value.cells if cell)
            for key in [".".join((name, *cell)) for cell in cells] if factor.axes else [name]:
                found[key] = {
                    "set": key,
                    "unit": factor.unit.text,
                    "factor": factor.id,
                    "has_value": not all(value.is_empty() for value in factor.values),
                }
    return list(found.values())


def _try(method: Methodology) -> list[str]:
    if method.project is not None:
        header = ",".join(("project", "year", *(c.name for c in method.project.columns())))
        command = f"tanpuhui quantify {method.id} FILE.csv --json"
        return ["试算 try it", f"  FILE.csv: {header}", f"  {command}"]
    several = len(method.cases) > 1
    names = (["scene"] if several else []) + [g.name for case in method.cases for g in case.inputs]
    lines = ["试算 try it"]
    lines += [f"  {line}" for line in _aligned(COMMON)]
    header = ",".join(dict.fromkeys(names))
    return [*lines, f"  FILE.csv: {header}", f"  tanpuhui quantify {method.id} FILE.csv"]


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return _aligned((name, text) for name, text in pairs if text)


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their widest cell; the last one is not padded."""
    found = list(rows)
    widths = [max(map(cell_len, column)) for column in zip(*found, strict=True)] if found else []
    return [
        "   ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in found
    ]


def _both(words: Words | None) -> list[str]:
    """Chinese, then English, indented; once where both are the same."""
    if words is None:
        return []
    texts = dict.fromkeys((words.zh, words.en))
    return [line for text in texts for line in _wrapped(text, "  ")]


def _wrapped(text: str, indent: str) -> list[str]:
    """The text in lines of a terminal; Chinese, which has no spaces, is left whole."""
    if cell_len(text) != len(text):
        return [indent + text]
    return [indent + line for line in wrap(text, WIDTH, break_long_words=False)]
