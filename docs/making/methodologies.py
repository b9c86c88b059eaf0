"""The page of each methodology, rendered from the file that runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from docs.making.markdown import NOTICE, both, bullets, fenced, table
from docs.making.projects import project_lines
from docs.making.vocabulary import quantity
from docs.making.words import EACH, GRADE, STANDING, TEXT, WORDING, named, told
from tanpuhui import engine, formula, quantify, rules, terms


def methodology_list(library: rules.Library) -> list[str]:
    """All methodologies in one table."""
    found = [library.methodology(name) for name in library.ids("methodology")]
    rows = [
        (
            f"[{m.id}]({m.id}.md)", both(m.title), told(STANDING, m.standing),
            told(TEXT, m.text), str(m.valid),
        )
        for m in found
    ]  # fmt: skip
    return [
        "# Methodologies · 方法学", "", NOTICE, "",
        "One page for each, made from the file that runs: what stands here is what is computed.",
        "How to read a page: [in English](../../guides/read-a-methodology.md),",
        "[中文](../../zh/read-a-methodology.md).",
        *table(("id", "名称 · title", "效力层级 · standing", "文本 · text", "行为 · acts"), rows),
    ]  # fmt: skip


def methodology(library: rules.Library, found: rules.Methodology) -> list[str]:
    """The page of a methodology."""
    lines = [f"# {both(found.title)}", "", NOTICE, *table(("", ""), _facts(library, found))]
    for heading, words in (
        ("适用范围 · Scope", found.scope),
        ("基准线情景 · Baseline scenario", found.baseline_scenario),
        ("项目情景 · Project scenario", found.project_scenario),
    ):
        lines += ["", f"## {heading}", "", words.zh, "", words.en, ""] if words else []
    for number, case in enumerate(found.cases, start=1):
        lines += _case(library, case, number)
    lines += project_lines(found.project) if found.project else []
    if found.limits:
        lines += ["", "## 总上限 · Limits over all cases", "", *map(_limit, found.limits), ""]
    lines += ["", "## 参数 · Parameters", ""] if found.factors() else []
    for factor in found.factors().values():
        lines += _factor(library, found, factor)
    for heading, items in (
        ("监测 · Monitoring", found.monitoring),
        ("质量要求 · Quality", found.quality),
        ("说明 · Notes", found.notes),
    ):
        lines += ["", f"## {heading}", "", *bullets(items), ""] if items else []
    return [*lines, *_vectors(library, found), *_example(library, found)]


def _facts(library: rules.Library, found: rules.Methodology) -> Iterable[tuple[str, str]]:
    path = f"library/methodologies/{found.id.replace('.', '/')}.yaml"
    yield "id", f"`{found.id}` ([file](../../../{path}))"
    if found.supersedes:
        yield "取代 · supersedes", f"`{found.supersedes}`"
    yield "编号 · number", found.number or ""
    yield "发布机构 · issuer", both(found.issuer)
    yield "发布日 · issued", str(found.issued or "")
    yield "效力层级 · standing", named(STANDING, found.standing)
    yield "文本 · text", named(TEXT, found.text)
    yield "有效期 · validity", f"acts {found.valid}"
    if found.crediting.from_day is not None:
        yield "计入期 · crediting window", f"acts {found.crediting}"
    yield "区域 · regions", ", ".join(_place(library, code) for code in found.regions)
    yield "气体 · gases", ", ".join(found.gases)
    for scheme, name in found.maps_to.items():
        yield "对应 · maps to", f"{scheme}: {name}"
    yield "来源 · source", _source(library, found.source)


def _case(library: rules.Library, case: rules.Case, number: int) -> list[str]:
    titles = [library.scene(scene).title for scene in case.scenes]
    title = both(case.title) if case.title else " / ".join(map(both, titles))
    scenes = ", ".join(f"[{scene}](../scenes.md#{scene})" for scene in case.scenes)
    evidence = ", ".join(f"`{name}`" for name in case.evidence)
    conditions = [(f"`{c.code}`", f"`{c.text}`", both(c.says)) for c in case.conditions]
    where = [
        f"- `{name}`: {both(factor.title)} (`{factor.id}`)"
        for name, factor in case.parameters.items()
    ]
    limits = ["", "上限 · limits", "", *map(_limit, case.limits), ""] if case.limits else []
    return [
        "", f"## {number} {title}", "", f"场景 · scenes: {scenes}", "",
        *([f"只接受 · evidence accepted: {evidence}", ""] if evidence else []),
        *table(
            ("输入量 · input", "unit or choices · 单位或可选值", "required · 必填"),
            (quantity(given.quantity) for given in case.inputs),
        ),
        *table(("须满足 · must hold", "否则拒绝 · else refused as", "says · 说明"),
               ((that, code, says) for code, that, says in conditions)),
        *fenced("\n".join(_formulas(case))), *where, "", *limits,
    ]  # fmt: skip


def _formulas(case: rules.Case) -> Iterable[str]:
    """The formulas that are computed, conversions of units included."""
    for output, tree in case.trees.items():
        if output in case.texts:
            yield f"{output} = {formula.sentence(tree, _written, 'en')}"
        else:
            yield f"{output} = {' − '.join(other for other in case.trees if other != output)}"


def _written(node: formula.Number | formula.Text | formula.Name | formula.Lookup) -> str:
    """A leaf of a formula by its name."""
    match node:
        case formula.Number(value=value, unit=unit):
            return f"{value:f}" if unit is None else f"{value:f} {unit}"
        case formula.Text(value=text):
            return f"'{text}'"
        case formula.Name(name=name):
            return name
        case formula.Lookup(table=name, keys=keys):
            return f"{name}[{', '.join(formula.sentence(key, _written, 'en') for key in keys)}]"


def _factor(library: rules.Library, found: rules.Methodology, factor: rules.Factor) -> list[str]:
    """One factor with all its values, and the names under which the formulas use it."""
    path = f"../../../library/factors/{factor.id.replace('.', '/')}.yaml"
    used = [name for own in found.parameters() for name, f in own.items() if f is factor]
    by = f", by {' and '.join(factor.axes)}" if factor.axes else ""
    rows = [
        (
            _value(value), _place(library, value.region), str(value.days),
            value.known_since.isoformat(), told(GRADE, value.grade) if value.grade else "",
            told(WORDING, value.wording), _source(library, value.source),
        )
        for value in factor.values
    ]  # fmt: skip
    notes = {note: None for value in factor.values if (note := value.note)}
    forward = ["- 期满后沿用最后一个数值。", "  <br>The last value stays in force after its end."]
    return [
        "", f"### {factor.id}", "", f"{both(factor.title)}; `{factor.unit}`{by}; "
        f"{', '.join(f'`{name}`' for name in dict.fromkeys(used))} ([file]({path}))",
        *table(
            ("数值 · value", "区域 · region", "适用日期 · days", "公布日 · known since",
             "等级 · grade", "表述 · wording", "来源 · source"), rows,
        ),
        *(forward if factor.carry_forward else []), *bullets(notes), *bullets(factor.notes),
    ]  # fmt: skip


def _value(value: rules.FactorValue) -> str:
    """The number of a value, or the cells of a table."""
    if value.is_empty():
        return "**缺 · not at hand**"
    return ", ".join(
        f"{' '.join(keys)} {'—' if number is None else f'{number:f}'}".strip()
        for keys, number in value.cells.items()
    )


def _limit(found: rules.Limit) -> str:
    each = " and ".join(EACH[key][0] for key in found.each)
    each_zh = "".join(EACH[key][1] for key in found.each)
    if found.reduction_mg is not None:
        mass = terms.Mass(found.reduction_mg)
        return f"- {each_zh}至多 {mass} · at most {mass} for each {each}"
    return f"- {each_zh}至多 {found.count} 次 · at most {found.count} records for each {each}"


def _place(library: rules.Library, code: str) -> str:
    region = library.regions.of(code)
    return f"{code} {region.zh} {region.en}"


def _source(library: rules.Library, found: rules.Source) -> str:
    """A source with its place, linked to what is known of the document."""
    document = library.documents[found.document]
    at = f", {found.place}" if found.place else ""
    return f"《[{document.title.zh}](../sources.md#{document.id})》{document.title.en}{at}"


def _vectors(library: rules.Library, found: rules.Methodology) -> list[str]:
    rows = []
    for vector in library.vectors(found.id):
        where = f"{vector.region or found.regions[0]}, {vector.day or _first_day(found)}"
        where += f", year {vector.year}" if vector.year else ""
        given = "<br>".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in vector.given)
        result = "<br>".join(f"{column} {mg:,}" for column, mg in vector.expect.items())
        published = f"<br>{both(vector.published)}" if vector.published else ""
        rows.append(
            (vector.name + published, vector.shows, where, given,
             result or f"refused: `{vector.refuse}`")
        )  # fmt: skip
    return [
        "", "## 算例 · Worked vectors", "",
        "`tanpuhui library check` runs each on every back end.",
        *table(("case · 算例", "shows · 类别", "region, day · 区域、日期", "given · 输入",
                "result · 结果, mg"), rows),
    ]  # fmt: skip


def _example(library: rules.Library, found: rules.Methodology) -> list[str]:
    """The first vector of a single record, as ``explain`` tells it."""
    for vector in library.vectors(found.id):
        alone = len(vector.given) == 1 and found.project is None
        if alone and vector.expect and not vector.set:
            told_by = quantify.explain(
                engine.Explainer(found, library),
                {key: str(value) for key, value in vector.given[0].items()},
                region=vector.region or found.regions[0],
                day=vector.day or _first_day(found),
            )
            sentences = told_by.sentences.values()
            text = "\n".join([*(s.zh for s in sentences), *(s.en for s in sentences)])
            return [f"As `explain` tells it: {vector.name}.", *fenced(text)]
    return []


def _first_day(found: rules.Methodology) -> date:
    """The day on which vectors happen that name none."""
    return max(day for day in (found.valid.from_day, found.crediting.from_day) if day)
