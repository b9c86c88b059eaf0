"""Checklists: documents that name behaviours or ask for something, and compute nothing.

A guide says which behaviours count, a platform standard says what a platform must have. Neither has
a formula, so neither is a methodology. Only what was read is listed; the rest is named as unread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tanpuhui.rules.checklist_faults import ItemsOfAnUnreadText, MoreThanThereAre, SilentOnTheRest
from tanpuhui.rules.factors import GRADES, Grade
from tanpuhui.rules.faults import NameTwice, NoGrade
from tanpuhui.rules.fields import Fields, Source, Words
from tanpuhui.rules.methodologies import STANDINGS, Standing
from tanpuhui.rules.scenes import Scene
from tanpuhui.terms import DayRange, Fault, Regions, UnknownRegion

Lists = Literal["behaviours", "demands"]
LISTS: tuple[Lists, ...] = ("behaviours", "demands")
ChecklistText = Literal["read", "reported", "unread"]
CHECKLIST_TEXTS: tuple[ChecklistText, ...] = ("read", "reported", "unread")


@dataclass(frozen=True)
class ChecklistItem:
    """One behaviour that a document names, or one thing that it asks for.

    Args:
        group: the part of the document it stands in; None where that was not read.
        scenes: the scenes of the library that record this behaviour; empty where there is none.
        grade: how it is known that the document has it.
    """

    id: str
    title: Words
    group: Words | None
    scenes: tuple[str, ...]
    grade: Grade | None
    source: Source
    note: Words | None


@dataclass(frozen=True)
class Checklist:
    """A document as the list of what it names; ``sha256`` is that of its file.

    Args:
        lists: whether its items are behaviours that count or demands to be met.
        valid: the days on which the document holds; None where they were not read.
        text: how the items are known; ``unread`` where none is.
        count: how many items the document has; None where that is not known.
        unread: what of the document was not read.
    """

    id: str
    title: Words
    standing: Standing
    lists: Lists
    text: ChecklistText
    number: str | None
    issuer: Words | None
    issued: date | None
    scope: Words | None
    source: Source
    valid: DayRange | None
    regions: tuple[str, ...]
    count: int | None
    items: tuple[ChecklistItem, ...]
    unread: tuple[Words, ...]
    notes: tuple[Words, ...]
    file: str
    sha256: str


@dataclass(frozen=True)
class ChecklistSurroundings:
    """What a checklist refers to."""

    regions: Regions
    documents: Mapping[str, object]
    scene: Callable[[str], Scene]


def read_checklist(top: Fields, around: ChecklistSurroundings, *, sha256: str) -> Checklist:
    """The checklist of a file; what is wrong is added to the fields' faults."""
    name = top.text("id")
    found = Checklist(
        id=name,
        title=top.words("title"),
        standing=top.choice("standing", STANDINGS),
        lists=top.choice("lists", LISTS),
        text=top.choice("text", CHECKLIST_TEXTS),
        number=top.optional_text("number"),
        issuer=top.optional_words("issuer"),
        issued=top.optional_day("issued"),
        scope=top.optional_words("scope"),
        source=top.source(around.documents),
        valid=top.days("valid") if top.has("valid") else None,
        regions=_regions(top, around.regions, name),
        count=_count(top),
        items=tuple(
            _item(fields, around) for fields in top.blocks("items", f"An item of {name}")
        ),
        unread=top.all_words("unread"),
        notes=top.all_words("notes"),
        file=top.file,
        sha256=sha256,
    )  # fmt: skip
    top.at_least_one("regions")
    top.finish()
    _compare(top, found)
    return found


def _regions(top: Fields, regions: Regions, name: str) -> tuple[str, ...]:
    codes = top.texts("regions", required=True)
    for code in codes:
        if code not in regions:
            place = top.place_of("regions")
            top.faults.append(UnknownRegion(place=place, region=code, wanted_by=name))
    return codes


def _count(top: Fields) -> int | None:
    count = top.optional_number("count")
    if count is not None and (count != int(count) or count < 1):
        top.wrong("count", "a whole number from 1")
        return None
    return None if count is None else int(count)


def _item(fields: Fields, around: ChecklistSurroundings) -> ChecklistItem:
    scenes = fields.texts("scenes")
    for scene in scenes:
        try:
            around.scene(scene)
        except Fault as fault:
            fault.place = fault.place or fields.place_of("scenes")
            fields.faults.append(fault)
    grade = fields.optional_choice("grade", GRADES)
    if grade is None:
        fields.faults.append(NoGrade(place=fields.place, of=fields.of))
    item = ChecklistItem(
        id=fields.text("id"),
        title=fields.words("title"),
        group=fields.optional_words("group"),
        scenes=scenes,
        grade=grade,
        source=fields.source(around.documents),
        note=fields.optional_words("note"),
    )
    fields.finish()
    return item


def _compare(top: Fields, found: Checklist) -> None:
    """Report items that stand twice, and what is listed against what the document has."""
    listed = len(found.items)
    ids = [item.id for item in found.items]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        place = top.place_of("items")
        top.faults.append(NameTwice(place=place, name=name, kinds="the id of two items"))
    place = top.place_of("count") if found.count is not None else top.place_of("items")
    if found.count is not None and listed > found.count:
        top.faults.append(
            MoreThanThereAre(place=place, checklist=found.id, listed=listed, count=found.count)
        )
    if found.text == "unread" and listed:
        top.faults.append(ItemsOfAnUnreadText(place=place, checklist=found.id, listed=listed))
    whole = found.text == "read" and listed == found.count
    if not whole and not found.unread:
        top.faults.append(
            SilentOnTheRest(place=place, checklist=found.id, listed=listed, count=found.count)
        )
