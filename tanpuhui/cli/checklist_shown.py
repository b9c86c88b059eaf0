"""A checklist as ``library show`` tells it."""

from __future__ import annotations

from typing import Any

from tanpuhui.rules import Checklist, ChecklistItem


def checklist_facts(found: Checklist) -> dict[str, Any]:
    """Everything that a checklist says; what was not read stands beside what was."""
    return {
        "id": found.id,
        "title": vars(found.title),
        "number": found.number,
        "issuer": None if found.issuer is None else vars(found.issuer),
        "standing": found.standing,
        "text": found.text,
        "valid": "not known" if found.valid is None else str(found.valid),
        "regions": list(found.regions),
        "scope": None if found.scope is None else vars(found.scope),
        "source": vars(found.source),
        "lists": found.lists,
        "listed": f"{len(found.items)} of {found.count or 'an unknown number'}",
        "items": [_item_facts(item) for item in found.items],
        "unread": [vars(words) for words in found.unread],
        "notes": [vars(words) for words in found.notes],
        "file": found.file,
        "sha256": found.sha256,
    }


def _item_facts(item: ChecklistItem) -> dict[str, Any]:
    place = f", {item.source.place}" if item.source.place else ""
    return {
        "id": item.id,
        "title": vars(item.title),
        "group": None if item.group is None else vars(item.group),
        "scenes": list(item.scenes),
        "known": f"{item.grade} ({item.source.document}{place})",
        "note": None if item.note is None else vars(item.note),
    }
