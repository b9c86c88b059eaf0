"""The pages of the vocabulary: record fields, units, glossary, scenes, sources."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from docs.making.markdown import NOTICE, both, bullets, table
from docs.making.words import READ, told
from tanpuhui import records, rules


def record_fields(library: rules.Library) -> list[str]:
    """The fields of a behaviour record, and the classes of evidence."""
    fields = [
        (f"`{f.name}`", f.form, "yes" if f.required else "no", f.en, f.zh) for f in records.FIELDS
    ]
    evidence = [
        (str(rank), f"`{name}`", term.zh, f"{term.meaning.en}<br>{term.meaning.zh}")
        for rank, name in enumerate(records.EVIDENCE, start=1)
        if (term := library.terms.get(name)) is not None
    ]
    return [
        "# A behaviour record", "", NOTICE, "",
        "One row is one report of one act by one partner. Besides these fields a record carries",
        "the quantities of its scene, such as `distance_km` or `steps` ([scenes](scenes.md)).",
        "`quantify` reads `scene`, `region`, `day`, `evidence` and the quantities, and leaves the",
        "other columns alone; those are read by intake and de-duplication, which come later.",
        *table(("field", "form", "required", "meaning", "含义"), fields),
        "## Evidence", "", "How an act is known, strongest first.",
        *table(("rank", "class", "中文", "meaning · 含义"), evidence),
    ]  # fmt: skip


def units(library: rules.Library) -> list[str]:
    """The table of units."""
    path = Path(library.folders[0], "vocabulary", "units.yaml")
    found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["units"]
    rows = [
        (
            f"`{name}`",
            "a dimension of its own" if unit["is"] == "base" else str(unit["is"]),
            *(unit["en"], unit["zh"], unit["symbol"]),
        )
        for name, unit in found.items()
    ]
    return [
        "# Units", "", NOTICE, "",
        "These units, joined by `*` and `/` and raised by `^`, are all that factors, scenes and",
        "formulas may use. CO2e is a dimension apart from the mass of goods, `pkm` is a km of one",
        "person, and counted things are dimensions: [decision 0006](../decisions/0006-units.md).",
        *table(("unit", "is", "English", "中文", "symbol"), rows),
    ]  # fmt: skip


def glossary(library: rules.Library) -> list[str]:
    """The glossary."""
    rows = [
        (
            f"`{term.id}`", term.en, term.zh, f"{term.meaning.en}<br>{term.meaning.zh}",
            "<br>".join(f"{a.text} (in {a.where}): {a.because}" for a in term.avoid),
        )
        for term in library.terms.values()
    ]  # fmt: skip
    return [
        "# Glossary · 术语表", "", NOTICE, "",
        "One word for one thing, in code, in English and in Chinese. A test refuses the wordings",
        "of the last column. 同一事物只用一个词；最后一列的写法由测试拒绝。",
        *table(("code · 代码", "English", "中文", "meaning · 含义", "not · 不用"), rows),
    ]  # fmt: skip


def scenes(library: rules.Library) -> list[str]:
    """Every scene: quantities, period, evidence, and what makes two reports one act."""
    lines = [
        "# Scenes · 场景", "", NOTICE, "",
        "What a record of each behaviour carries, how it may be known, and what makes two reports",
        "of it one act: [Scene](../mechanism/02-scene.md).", "",
    ]  # fmt: skip
    for scene_id in library.ids("scene"):
        scene = library.scene(scene_id)
        act = ", ".join(f"`{key}`" for key in scene.same_act_by)
        if scene.exclusive_class:
            act += f"; exclusive class · 互斥类 `{scene.exclusive_class}`"
        lines += [
            f"## {scene.id}", "",
            f"{both(scene.title)} ([file](../../library/scenes/{scene.id}.yaml))",
            *table(
                ("quantity · 数量", "unit or choices · 单位或可选值", "required · 必填"),
                map(quantity, scene.quantities.values()),
            ),
            f"- family `{scene.family}`, period `{scene.period}`",
            f"- evidence · 凭证: {', '.join(f'`{name}`' for name in scene.evidence)}",
            f"- one act by · 同一行为: {act}",
            *bullets(scene.notes), "",
        ]  # fmt: skip
    return lines


def quantity(found: rules.Quantity) -> tuple[str, str, str]:
    """A quantity as a row: name, unit or choices, whether a record must carry it."""
    choices = ", ".join(f"`{choice}`" for choice in found.choices)
    required = "yes · 是" if found.required else "no · 否"
    if found.default is not None:
        required = f"else · 缺省 {found.default}"
    return f"`{found.name}`", choices if found.unit is None else f"`{found.unit}`", required


def sources(library: rules.Library) -> list[str]:
    """Every document cited, and how much of it was read."""
    lines = [
        "# Sources · 来源", "", NOTICE, "",
        "Every document that a file of the library cites, and how much of it was read. Titles are",
        "quoted as they are printed.", "",
    ]  # fmt: skip
    for document in library.documents.values():
        issuer = [f"- {both(document.issuer)}"] if document.issuer else []
        kind = f"{document.kind.replace('_', ' ')}, {document.date or 'without date'}"
        url = [f"- `{document.url}`"] if document.url else []
        lines += [
            f"## {document.id}", "", f"{document.title.zh} · {document.title.en}", "",
            *issuer, f"- {kind}; {told(READ, document.read)}", *url,
            *bullets(filter(None, [document.note])), "",
        ]  # fmt: skip
    return lines
