"""The pages of jurisdictions and of policies, rendered from their files."""

from __future__ import annotations

from docs.making.markdown import NOTICE, both, bullets, table
from docs.making.words import KNOWN, STATUS, told
from tanpuhui import rules
from tanpuhui.engine import shown

ABOUT = {
    "green_living": ("green living", "绿色生活"),
    "carbon_inclusion": ("carbon inclusion", "碳普惠"),
    "measures": ("plans and measures of a mechanism", "碳普惠方案和管理办法"),
}


def jurisdictions(library: rules.Library) -> list[str]:
    """Every jurisdiction: its instruments, then what it rules and how that is known."""
    lines = [
        "# Jurisdictions · 辖区", "", NOTICE, "",
        "What a province or city rules of carbon inclusion, as far as it was read, each fact with",
        "how it is known: `read` in the document, `part`: in the part of it that was at hand,",
        "`secondary`: told by others. What is not listed is not known. This is no legal advice:",
        "hold it beside the official text. 每项规定注明出处与可信程度，以官方原文为准。", "",
    ]  # fmt: skip
    for name in library.ids("jurisdiction"):
        lines += _jurisdiction(library, library.jurisdiction(name))
    return lines


def _jurisdiction(library: rules.Library, found: rules.Jurisdiction) -> list[str]:
    region = library.regions.of(found.region)
    inside = f"; inside [{found.inside}](#{found.inside})" if found.inside else ""
    instruments = [
        (
            f"《{i.title.zh}》<br>{i.title.en}", i.number or "", i.issued or "",
            rules.days_text(i.days), told(STATUS, i.status), told(KNOWN, i.known),
            _source(library, i.source) + (f"<br>{both(i.note)}" if i.note else ""),
        )
        for i in found.instruments
    ]  # fmt: skip
    facts = []
    for name, (_, words) in rules.FACTS.items():
        fact = found.facts.get(name)
        if fact is not None:
            known = "" if fact.known is None else told(KNOWN, fact.known)
            source = "" if fact.source is None else _source(library, fact.source)
            note = f"<br>{both(fact.note)}" if fact.note else ""
            facts.append((f"{words.zh}<br>{words.en}", _value(name, fact) + note, known, source))
    return [
        f"## {found.id}", "",
        f"{both(found.title)}, {region.code}{inside}; {both(found.authority)} "
        f"([file](../../library/jurisdictions/{found.id}.yaml))",
        *table(("文件 · instrument", "编号 · number", "发布 · issued", "施行 · days",
                "状态 · status", "可信程度 · known", "来源 · source"), instruments),
        *table(("规定 · rule", "内容 · value", "可信程度 · known", "来源 · source"), facts),
        *bullets(found.notes), "",
    ]  # fmt: skip


def _value(name: str, fact: rules.Fact) -> str:
    value = fact.value
    if value is None:
        return "**不详 · not known**"
    if isinstance(value, rules.Words):
        return both(value)
    if isinstance(value, bool):
        return "是 · yes" if value else "否 · no"
    if isinstance(value, str):
        return f"`{value}`"
    return f"{shown(100 * value)} %" if rules.FACTS[name][0] == "share" else shown(value)


def _source(library: rules.Library, found: rules.Source) -> str:
    place = f", {found.place}" if found.place else ""
    return f"[{library.documents[found.document].title.zh}](sources.md#{found.document}){place}"


def policies(library: rules.Library) -> list[str]:
    """Every policy in one table, oldest first."""
    rows = [
        (
            policy.issued, library.regions.of(policy.region).zh, told(ABOUT, policy.about),
            f"《{policy.title.zh}》<br>{policy.title.en}", policy.number or "", both(policy.issuer),
            both(policy.asks),
        )
        for policy in sorted(library.policies, key=lambda policy: policy.issued)
    ]  # fmt: skip
    return [
        "# Policies · 政策", "", NOTICE, "",
        "The dated policies that the report lists in its section 1.3.1, and what each asks, in our",
        "own words. 研究报告1.3.1所列政策，要点为我们的概括。",
        *table(("发布 · issued", "区域 · region", "类别 · about", "文件 · title", "编号 · number",
                "发布机构 · issuer", "要求 · asks"), rows),
    ]  # fmt: skip
