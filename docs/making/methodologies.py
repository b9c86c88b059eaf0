"""The pages of each methodology, rendered from the file that runs: one in each language."""

from __future__ import annotations

from collections.abc import Iterable

from docs.making.examples import example_lines, first_day
from docs.making.markdown import fenced, table
from docs.making.projects import project_lines
from docs.making.tongue import Tongue
from docs.making.words import EACH, GRADE, ONLY, SHOWS, STANDING, TEXT, WORDING
from tanpuhui import formula, rules, terms

NOTICE = (
    "Made by `docs/build_reference.py`; change what it is made from, not this page.",
    "本页由 `docs/build_reference.py` 生成；修改请改其来源文件，不要改本页。",
)


def methodology_list(library: rules.Library, tongue: Tongue) -> list[str]:
    """All methodologies in one table."""
    say = tongue.say
    found = [library.methodology(name) for name in library.ids("methodology")]
    rows = [
        (
            f"[{m.id}]({m.id}.md)", tongue.of(m.title), tongue.told(STANDING, m.standing),
            tongue.told(TEXT, m.text), tongue.days(m.valid),
        )
        for m in found
    ]  # fmt: skip
    guide = say("../../guides/read-a-methodology.md", "../read-a-methodology.md")
    return [
        f"# {say('Methodologies', '方法学')}", "", say(*NOTICE), "",
        say(
            "One page for each, made from the file that runs: what stands here is what is "
            f"computed. [How to read a page]({guide}). [中文]({tongue.other}/README.md)",
            "每份方法学一页，由实际参与计算的文件生成：页面写什么，就算什么。"
            f"[怎样读]({guide})。[English]({tongue.other}/README.md)",
        ),
        *table(
            ("id", say("title", "名称"), say("standing", "效力层级"), say("text", "文本"),
             say("acts", "行为日期")), rows,
        ),
    ]  # fmt: skip


def methodology(library: rules.Library, found: rules.Methodology, tongue: Tongue) -> list[str]:
    """The page of a methodology in one language."""
    other = tongue.say("中文", "English")
    lines = [
        f"# {tongue.of(found.title)}", "", tongue.say(*NOTICE),
        f"[{other}]({tongue.other}/{found.id}.md)",
        *table(("", ""), _facts(library, found, tongue)),
    ]  # fmt: skip
    for heading, words in (
        (("Scope", "适用范围"), found.scope),
        (("Baseline scenario", "基准线情景"), found.baseline_scenario),
        (("Project scenario", "项目情景"), found.project_scenario),
    ):
        lines += tongue.headed(heading, [tongue.of(words)] if words else [])
    for number, case in enumerate(found.cases, start=1):
        lines += _case(library, case, number, tongue)
    lines += project_lines(found.project, tongue) if found.project else []
    limits = [_limit(limit, tongue) for limit in found.limits]
    lines += tongue.headed(("Limits over all cases", "总上限"), limits)
    factors = found.factors().values()
    parameters = [line for one in factors for line in _factor(library, found, one, tongue)]
    lines += tongue.headed(("Parameters", "参数"), parameters)
    for heading, items in (
        (("Monitoring", "监测"), found.monitoring),
        (("Quality", "质量要求"), found.quality),
        (("Notes", "说明"), found.notes),
    ):
        lines += tongue.headed(heading, tongue.bullets(items))
    return [*lines, *_vectors(library, found, tongue), *example_lines(library, found, tongue)]


def _facts(
    library: rules.Library, found: rules.Methodology, tongue: Tongue
) -> Iterable[tuple[str, str]]:
    say = tongue.say
    path = f"library/methodologies/{found.id.replace('.', '/')}.yaml"
    yield "id", f"`{found.id}` ([{say('file', '文件')}](../../../{path}))"
    if found.supersedes:
        before = f"[`{found.supersedes}`]({found.supersedes}.md)"
        yield say("supersedes", "取代"), before
    yield say("number", "编号"), found.number or ""
    yield say("issuer", "发布机构"), tongue.of(found.issuer)
    yield say("issued", "发布日"), str(found.issued or "")
    yield (
        say("standing", "效力层级"),
        f"{tongue.told(STANDING, found.standing)} (`{found.standing}`)",
    )
    if found.only is not None:
        yield say("only for", "只用于"), f"{tongue.told(ONLY, found.only)} (`{found.only}`)"
    yield say("text", "文本"), f"{tongue.told(TEXT, found.text)} (`{found.text}`)"
    yield say("acts", "行为日期"), tongue.days(found.valid)
    if found.crediting.from_day is not None:
        yield say("crediting window", "计入期"), tongue.days(found.crediting)
    yield say("regions", "区域"), "; ".join(_place(library, code, tongue) for code in found.regions)
    yield say("gases", "气体"), ", ".join(found.gases)
    for scheme, name in found.maps_to.items():
        yield say("maps to", "对应"), f"{scheme}: {name}"
    yield say("source", "来源"), _source(library, found.source, tongue)


def _case(library: rules.Library, case: rules.Case, number: int, tongue: Tongue) -> list[str]:
    say = tongue.say
    titles = [library.scene(scene).title for scene in case.scenes]
    title = tongue.of(case.title) if case.title else " / ".join(map(tongue.of, titles))
    scenes = ", ".join(f"[{scene}]({tongue.reference}/scenes.md#{scene})" for scene in case.scenes)
    evidence = ", ".join(f"`{name}`" for name in case.evidence)
    conditions = [(f"`{c.text}`", f"`{c.code}`", tongue.of(c.says)) for c in case.conditions]
    where = [
        f"- `{name}`: {tongue.of(factor.title)} (`{factor.id}`)"
        for name, factor in case.parameters.items()
    ]
    limits = [_limit(limit, tongue) for limit in case.limits]
    return [
        "", f"## {number} {title}", "", f"{say('Scenes', '场景')}: {scenes}", "",
        *([f"{say('Evidence accepted', '只接受')}: {evidence}", ""] if evidence else []),
        *table(
            (say("input", "输入量"), say("unit or choices", "单位或可选值"),
             say("required", "必填")),
            (_quantity(given.quantity, tongue) for given in case.inputs),
        ),
        *table(
            (say("must hold", "须满足"), say("else refused as", "否则拒绝"), say("says", "说明")),
            conditions,
        ),
        *fenced("\n".join(_formulas(case, tongue))), *where, "",
        *(["", say("Limits", "上限"), "", *limits, ""] if limits else []),
    ]  # fmt: skip


def _quantity(found: rules.Quantity, tongue: Tongue) -> tuple[str, str, str]:
    """A quantity as a row: name, unit or choices, whether a record must carry it."""
    choices = ", ".join(f"`{choice}`" for choice in found.choices)
    required = tongue.say("yes", "是") if found.required else tongue.say("no", "否")
    if found.default is not None:
        required = tongue.say(f"no, default {found.default}", f"否，缺省 {found.default}")
    return f"`{found.name}`", choices if found.unit is None else f"`{found.unit}`", required


def _formulas(case: rules.Case, tongue: Tongue) -> Iterable[str]:
    """The formulas that are computed, conversions of units included."""
    for output, tree in case.trees.items():
        if output in case.texts:
            yield f"{output} = {formula.sentence(tree, written_in(tongue), tongue.code)}"
        else:
            yield f"{output} = {' − '.join(other for other in case.trees if other != output)}"


def written_in(tongue: Tongue) -> formula.Leaf:
    """A leaf of a formula by its name."""

    def written(node: formula.Number | formula.Text | formula.Name | formula.Lookup) -> str:
        match node:
            case formula.Number(value=value, unit=unit):
                return f"{value:f}" if unit is None else f"{value:f} {unit}"
            case formula.Text(value=text):
                return f"'{text}'"
            case formula.Name(name=name):
                return name
            case formula.Lookup(table=name, keys=keys):
                found = ", ".join(formula.sentence(key, written, tongue.code) for key in keys)
                return f"{name}[{found}]"

    return written


def _factor(
    library: rules.Library, found: rules.Methodology, factor: rules.Factor, tongue: Tongue
) -> list[str]:
    """One factor with all its values, and the names under which the formulas use it."""
    say = tongue.say
    path = f"../../../library/factors/{factor.id.replace('.', '/')}.yaml"
    used = [name for own in found.parameters() for name, f in own.items() if f is factor]
    axes = say(" and ", "、").join(factor.axes)
    by = say(f", by {axes}", f"，按{axes}") if factor.axes else ""
    rows = [
        (
            _value(value, tongue), _place(library, value.region, tongue), tongue.days(value.days),
            value.known_since.isoformat(), tongue.told(GRADE, value.grade) if value.grade else "",
            tongue.told(WORDING, value.wording), _source(library, value.source, tongue),
        )
        for value in factor.values
    ]  # fmt: skip
    notes = {note: None for value in factor.values if (note := value.note)}
    forward = say("- The last value stays in force after its end.", "- 期满后沿用最后一个数值。")
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(used))
    file = f"[{say('file', '文件')}]({path})"
    return [
        "", f"### {factor.id}", "",
        f"{tongue.of(factor.title)}; `{factor.unit}`{by}; {names} ({file})",
        *table(
            (say("value", "数值"), say("region", "区域"), say("days", "适用日期"),
             say("known since", "公布日"), say("grade", "等级"), say("wording", "表述"),
             say("source", "来源")), rows,
        ),
        *([forward] if factor.carry_forward else []), *tongue.bullets(notes),
        *tongue.bullets(factor.notes),
    ]  # fmt: skip


def _value(value: rules.FactorValue, tongue: Tongue) -> str:
    """The number of a value, or the cells of a table."""
    if value.is_empty():
        return f"**{tongue.say('not at hand', '缺')}**"
    return ", ".join(
        f"{' '.join(keys)} {'—' if number is None else f'{number:f}'}".strip()
        for keys, number in value.cells.items()
    )


def _limit(found: rules.Limit, tongue: Tongue) -> str:
    each = " and ".join(EACH[key][0] for key in found.each)
    each_zh = "".join(EACH[key][1] for key in found.each)
    if found.reduction_mg is not None:
        mass = terms.Mass(found.reduction_mg)
        return tongue.say(f"- at most {mass} for each {each}", f"- {each_zh}至多 {mass}")
    count = found.count
    return tongue.say(f"- at most {count} records for each {each}", f"- {each_zh}至多 {count} 次")


def _place(library: rules.Library, code: str, tongue: Tongue) -> str:
    region = library.regions.of(code)
    return f"{code} {tongue.say(region.en, region.zh)}"


def _source(library: rules.Library, found: rules.Source, tongue: Tongue) -> str:
    """A source with its place, linked to what is known of the document."""
    document = library.documents[found.document]
    at = tongue.say(f", {found.place}", f"，{found.place}") if found.place else ""
    title = tongue.say(document.title.en, f"《{document.title.zh}》")
    return f"[{title}]({tongue.reference}/sources.md#{document.id}){at}"


def _vectors(library: rules.Library, found: rules.Methodology, tongue: Tongue) -> list[str]:
    say = tongue.say
    rows = []
    for vector in library.vectors(found.id):
        where = f"{vector.region or found.regions[0]}, {vector.day or first_day(found)}"
        where += say(f", year {vector.year}", f"，第 {vector.year} 年") if vector.year else ""
        rows_given = [", ".join(f"{k} {v}" for k, v in row.items()) for row in vector.given]
        given = "<br>".join([*(f"`--set {k}={v}`" for k, v in vector.set.items()), *rows_given])
        result = "<br>".join(f"{column} {mg:,}" for column, mg in vector.expect.items())
        published = f"<br>{tongue.of(vector.published)}" if vector.published else ""
        refused = f"{say('refused', '拒绝')}: `{vector.refuse}`"
        rows.append(
            (
                vector.name + published,
                tongue.told(SHOWS, vector.shows),
                where,
                given,
                result or refused,
            )
        )
    return [
        "", f"## {say('Worked vectors', '算例')}", "",
        say(
            "`tanpuhui library check` runs each on every back end.",
            "`tanpuhui library check` 在每个计算后端上逐一核对（算例名称为英文）。",
        ),
        *table((say("case", "算例"), say("shows", "类别"), say("region, day", "区域、日期"),
                say("given", "输入"), say("result, mg", "结果，mg")), rows),
    ]  # fmt: skip
