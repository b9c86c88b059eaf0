"""The text of a new methodology's files: every key, a remark what belongs there, null for gaps."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tanpuhui.rules import (
    DOCUMENT_KINDS,
    GRADES,
    STANDINGS,
    Library,
    Planned,
    Quantity,
    Scene,
    Words,
)
from tanpuhui.rules import TEXTS as FORMULA_KNOWN

COLUMN = 58  # where remarks begin


@dataclass(frozen=True)
class Draft:
    """What is known of a methodology before anybody wrote it."""

    id: str
    scenes: tuple[Scene, ...]
    planned: Planned | None

    @property
    def path(self) -> str:
        """Its path below the folder of methodologies, without an ending."""
        return self.id.replace(".", "/")

    @property
    def factor(self) -> str:
        """The id of its first factor: the family, then the rest in one word."""
        family, _, rest = self.id.partition(".")
        return f"{family}.{rest.replace('.', '_')}"

    @property
    def document(self) -> str:
        """The key of the document that it comes from."""
        return self.id.replace(".", "_")


def drafted(library: Library, draft: Draft) -> dict[str, str]:
    """The files of a draft, by their path in a library."""
    factor = draft.factor.replace(".", "/")
    return {
        "vocabulary/sources.yaml": _sources(draft),
        f"factors/{factor}.yaml": _factor(draft),
        f"methodologies/{draft.path}.yaml": _methodology(library, draft),
        f"methodologies/{draft.path}.vectors.yaml": _vectors(draft),
    }


def _line(text: str, remark: str) -> str:
    return f"{text:<{COLUMN}}  # {remark}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _words(words: Words | None) -> str:
    return (
        "{en: null, zh: null}" if words is None else f"{{en: {_quoted(words.en)}, zh: {words.zh}}}"
    )


def _sources(draft: Draft) -> str:
    lines = [
        "sources:",
        f"  {draft.document}:",
        _line("    title: {en: null, zh: null}", "the document's title, in both languages"),
        _line("    issuer: {en: null, zh: null}", "who issued it; 'issuer: null' where unknown"),
        _line("    date: null", 'a day, or a quoted month "2023-05" or year "2023"'),
        _line("    kind: null", " | ".join(DOCUMENT_KINDS)),
        _line("    read: null", "whole | part | secondary: how much of it YOU read"),
        _line("    url: null", "where the copy that was read stood; null where there is none"),
        _line("    note: {en: null, zh: null}", "what was read, what was not; may be null"),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _factor(draft: Draft) -> str:
    lines = [
        f"# factors/{draft.factor.replace('.', '/')}.yaml: the path is the id.",
        "# One number of the document a file; copy the file for a further number. Where the",
        "# official value is not at hand, leave 'value: null': nothing is invented to fill a gap.",
        f"id: {draft.factor}",
        _line("title: {en: null, zh: null}", "whose number it is and of what, in both languages"),
        _line("unit: null", "as gCO2e/km; 'tanpuhui library list --kind factor' shows others"),
        "values:",
        _line("  - value: null", "the number as printed; null: not at hand, and nothing invented"),
        _line("    region: null", 'GB/T 2260 in quotes: "100000" all China, "420100" Wuhan'),
        _line("    from: null", "the first day it applies, as 2022-08-25"),
        _line("    until: null", "the first day it no longer does; null: open"),
        _line("    known_since: null", "the first day on which the publisher had said so"),
        _line("    grade: null", f"{' | '.join(GRADES)}; null with 'value: null'"),
        _line("    wording: exact", "exact | average | at_least, as the document says it"),
        _line(f"    source: {{document: {draft.document}, place: null}}", "chapter, table, page"),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _methodology(library: Library, draft: Draft) -> str:
    planned = draft.planned
    standing = "null" if planned is None else planned.standing
    lines = [
        f"# methodologies/{draft.path}.yaml: the path is the id.",
        "# Say in a comment which chapter each part came from. 'null' is a gap: fill it, or take",
        "# the line out where its remark says that it may go.",
        f"id: {draft.id}",
        _line(f"title: {_words(None if planned is None else planned.title)}", "in both languages"),
        _line(f"standing: {standing}", " | ".join(STANDINGS)),
        _line("text: null", f"how the FORMULA is known: {' | '.join(FORMULA_KNOWN)}"),
        _line("number: null", "as T/ACEF 031-2022; may go"),
        _line("issuer: {en: null, zh: null}", "may go"),
        _line("issued: null", "the day of issue; may go"),
        _line("supersedes: null", "the id of the edition that it replaces; may go"),
        _line("maps_to: null", "as {CDM: AMS-III.C, CCER: CMS-048-V01}; may go"),
        _line("gases: []", "as [CO2, CH4]; may stay empty"),
        _line("scope: {en: null, zh: null}", "whose act, where, instead of what; may go"),
        _line("baseline_scenario: {en: null, zh: null}", "what would happen without it; may go"),
        _line("project_scenario: {en: null, zh: null}", "what happens with it; may go"),
        _line(f"source: {{document: {draft.document}, place: null}}", "chapter or table"),
        _line("valid: {from: null, until: null}", "days of acts; until: the first day outside"),
        _line("regions: []", 'where acts count, as ["100000"] or ["420100"]'),
        _line("cases:", "one a behaviour"),
    ]  # fmt: skip
    cases = [_case(library, draft, scene) for scene in draft.scenes] or [_no_case(draft)]
    lines += [line for case in cases for line in case]
    lines += [
        _line("limits: []", "over all cases together; may stay empty"),
        _line("monitoring: []", "what must be kept, each {en: …, zh: …}"),
        _line("quality: []", "what the document asks of the data, each {en: …, zh: …}"),
        _line("notes: []", "what a reader must know, each {en: …, zh: …}"),
    ]
    return "\n".join(lines) + "\n"


def _case(library: Library, draft: Draft, scene: Scene) -> list[str]:
    carried = [_carried(library, quantity) for quantity in scene.quantities.values()]
    lines = [
        _line(f"  - scenes: [{scene.id}]", f"{scene.title.zh} · {scene.title.en}"),
        _line(f"    inputs: [{', '.join(scene.quantities)}]", "keep those that the formula needs"),
        *(f"                                    #   {line}" for line in carried),
        _line("    evidence: []", f"keep empty for any of: {', '.join(scene.evidence)}"),
        _line("    conditions:", "what must hold, else the record is refused by this code"),
    ]
    for quantity in _numbers(scene):
        code, that = f"no-{_hyphens(quantity.name)}", f"{quantity.name} > 0 {quantity.unit}"
        lines.append(f"      - {{code: {code}, that: {_quoted(that)}}}")
    return [
        *lines,
        _line(f"    parameters: {{rate: {draft.factor}}}", "name in the formula: id of a factor"),
        _line("    formula: {reduction: null}", 'as "item_count * rate"; or baseline and activity'),
        _line("    limits: []", "as {each: [person, local_day], reduction: 200 gCO2e}"),
    ]


def _no_case(draft: Draft) -> list[str]:
    return [
        _line("  - scenes: []", "'tanpuhui library list --kind scene' shows what there is"),
        _line("    inputs: []", "what the scene's records carry and the formula needs"),
        _line(f"    parameters: {{rate: {draft.factor}}}", "name in the formula: id of a factor"),
        _line("    formula: {reduction: null}", 'as "item_count * rate"; or baseline and activity'),
    ]


def _carried(library: Library, quantity: Quantity) -> str:
    unit = " | ".join(quantity.choices) or str(quantity.unit)
    words = library.quantity_words.get(quantity.name)
    return f"{quantity.name} ({unit})" + ("" if words is None else f": {words.zh} · {words.en}")


def _numbers(scene: Scene) -> list[Quantity]:
    return [quantity for quantity in scene.quantities.values() if quantity.unit is not None]


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


def _vectors(draft: Draft) -> str:
    lines = [
        "# Worked by hand, with the arithmetic in a comment above each; published examples first.",
        f"methodology: {draft.id}",
        "vectors:",
    ]
    for scene in draft.scenes[:1]:
        given = "".join(f", {name}: null" for name in scene.quantities)
        for shows, remark in (
            ("ordinary", "a usual record"),
            ("boundary", "the last that counts, or the first above a limit"),
            ("rounding", "a result with a fraction of a milligram, cut down; only where measured"),
        ):
            lines += [
                "  # null x null = null g",
                _line("  - name: null", f"a sentence: {remark}"),
                f"    shows: {shows}",
                f"    given: [{{scene: {scene.id}{given}}}]",
                _line("    expect: {reduction_mg: null}", "whole milligrams"),
            ]
        for quantity in _numbers(scene)[:1]:
            lines += [
                f"  - name: a record without {_hyphens(quantity.name)} is refused",
                f"    given: [{{scene: {scene.id}, {quantity.name}: 0}}]",
                f"    refuse: no-{_hyphens(quantity.name)}",
            ]
    if not draft.scenes:
        lines += [
            _line("  - name: null", "a sentence"),
            _line("    given: [{scene: null}]", "and the scene's quantities"),
            _line("    expect: {reduction_mg: null}", "whole milligrams"),
        ]
    return "\n".join(lines) + "\n"
