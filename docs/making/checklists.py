"""The page of checklists: documents that name behaviours or ask for something."""

from __future__ import annotations

from docs.making.markdown import NOTICE, both, bullets, table
from docs.making.words import CHECKLIST_TEXT, GRADE, LISTS, STANDING, named, told
from tanpuhui import rules

CHAPTER = "checklists-documents-that-compute-nothing"


def checklists(library: rules.Library) -> list[str]:
    """Every checklist: what was read of it, and what was not."""
    lines = [
        "# Checklists · 清单", "", NOTICE, "",
        "Documents that have no formula: guides that say which behaviours count, standards that",
        "say what a platform must have. Only what was read is listed; what was not stands below:",
        f"[what the file says](../mechanism/01-methodology.md#{CHAPTER}).",
        "",
    ]  # fmt: skip
    for checklist_id in library.ids("checklist"):
        lines += _checklist(library, library.checklist(checklist_id))
    return lines


def _checklist(library: rules.Library, found: rules.Checklist) -> list[str]:
    path = f"../../library/checklists/{found.id.replace('.', '/')}.yaml"
    facts = [
        ("id", f"`{found.id}` ([file]({path}))"),
        ("编号 · number", found.number or ""),
        ("发布机构 · issuer", both(found.issuer)),
        ("发布日 · issued", str(found.issued or "")),
        ("效力层级 · standing", named(STANDING, found.standing)),
        ("文本 · text", named(CHECKLIST_TEXT, found.text)),
        ("有效期 · validity", "" if found.valid is None else str(found.valid)),
        ("适用范围 · scope", both(found.scope)),
        ("来源 · source", _source(library, found.source)),
        (told(LISTS, found.lists), f"{len(found.items)} / {found.count or '?'}"),
    ]
    items = [
        (
            f"`{item.id}`", both(item.title), both(item.group),
            ", ".join(f"[{scene}](scenes.md#{scene})" for scene in item.scenes),
            told(GRADE, item.grade or ""), _source(library, item.source), both(item.note),
        )
        for item in found.items
    ]  # fmt: skip
    return [
        f"## {found.id}", "", both(found.title), *table(("", ""), facts),
        *table(("id", "名称 · item", "类别 · group", "场景 · scenes", "等级 · grade",
                "来源 · source", "说明 · note"), items),
        "未读到 · Not read:", "", *bullets(found.unread), "", *bullets(found.notes), "",
    ]  # fmt: skip


def _source(library: rules.Library, found: rules.Source) -> str:
    document = library.documents[found.document]
    at = f", {found.place}" if found.place else ""
    return f"《[{document.title.zh}](sources.md#{document.id})》{document.title.en}{at}"
