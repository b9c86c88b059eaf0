"""What a checklist's file says: what was read of a document, and what was not."""

from __future__ import annotations

import pytest

from tanpuhui.rules import Checklist
from tests.rules.small_library import SmallLibrary

CHECKLIST = "checklists/a_guide.yaml"
TEXT = """\
id: a_guide
title: {en: A guide, zh: 一份导则}
standing: group_standard
lists: behaviours
text: reported
number: T/A 1
source: {document: a_report, place: null}
valid: {from: 2022-05-05, until: null}
regions: ["100000"]
count: 3
items:
  - id: walking
    title: {en: Walking, zh: 步行}
    group: {en: travel, zh: 行}
    scenes: [walk]
    grade: reported
    source: {document: a_report, place: "1"}
  - id: toys
    title: {en: Toys rented, zh: 租赁玩具}
    grade: read
    source: {document: a_report, place: "2"}
unread:
  - {en: The third behaviour., zh: 第三项行为。}
"""


@pytest.fixture
def guided(small: SmallLibrary) -> SmallLibrary:
    small.write(CHECKLIST, TEXT)
    return small


@pytest.fixture
def guide(guided: SmallLibrary) -> Checklist:
    return guided.open().checklist("a_guide")


def test_a_checklist_says_what_was_read_and_what_was_not(guide: Checklist) -> None:
    assert (guide.lists, guide.text, guide.count) == ("behaviours", "reported", 3)
    assert [item.id for item in guide.items] == ["walking", "toys"]
    assert [words.zh for words in guide.unread] == ["第三项行为。"]


def test_an_item_names_its_scenes_its_group_and_how_it_is_known(guide: Checklist) -> None:
    walking, toys = guide.items

    assert (walking.scenes, walking.grade, walking.source.place) == (("walk",), "reported", "1")
    assert walking.group is not None
    assert walking.group.zh == "行"
    assert (toys.scenes, toys.group, toys.grade) == ((), None, "read")


def test_a_checklist_that_is_whole_needs_no_word_on_what_was_not_read(
    guided: SmallLibrary,
) -> None:
    guided.change(CHECKLIST, "text: reported", "text: read")
    guided.change(CHECKLIST, "count: 3", "count: 2")
    guided.change(CHECKLIST, "unread:\n  - {en: The third behaviour., zh: 第三项行为。}\n", "")

    assert guided.faults() == []


@pytest.mark.parametrize(
    "changes",
    [
        {},  # reported, and two of three
        {"text: reported": "text: read"},  # two of three
        {"text: reported": "text: read", "count: 3\n": ""},  # two of who knows how many
        {"count: 3": "count: 2"},  # all of them, but none was read in the document
    ],
)
def test_a_list_that_is_not_whole_must_say_what_is_missing(
    guided: SmallLibrary, changes: dict[str, str]
) -> None:
    guided.change(CHECKLIST, "unread:\n  - {en: The third behaviour., zh: 第三项行为。}\n", "")
    for old, new in changes.items():
        guided.change(CHECKLIST, old, new)

    fault = guided.only_fault()

    assert fault.code == "LIB-601"
    assert "names nothing as unread" in str(fault)
    assert guided.where(fault)[0] == CHECKLIST


def test_more_items_than_the_document_has_are_refused(guided: SmallLibrary) -> None:
    guided.change(CHECKLIST, "count: 3", "count: 1")

    fault = guided.only_fault()

    assert fault.code == "LIB-602"
    assert "lists 2 items; its document has 1" in str(fault)
    assert guided.where(fault) == guided.at(CHECKLIST, "count: 1")


def test_a_document_of_which_nothing_is_known_has_no_items(guided: SmallLibrary) -> None:
    guided.change(CHECKLIST, "text: reported", "text: unread")

    assert guided.only_fault().code == "LIB-603"


def test_a_document_of_which_nothing_is_known_may_stand_with_its_title_alone(
    guided: SmallLibrary,
) -> None:
    head, _, rest = TEXT.partition("items:\n")
    text = head.replace("text: reported", "text: unread").replace("count: 3\n", "")
    text = text.replace("valid: {from: 2022-05-05, until: null}\n", "")
    guided.write(CHECKLIST, text + "unread:" + rest.partition("unread:")[2])

    assert guided.faults() == []
    assert guided.open().checklist("a_guide").valid is None


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("scenes: [walk]", "scenes: [wak]", "LIB-111", "wak"),
        ("    grade: read\n", "", "LIB-208", "id: toys"),
        ('"2"}', '"2"}\n    colour: red', "LIB-106", "colour"),
        ("id: toys", "id: walking", "LIB-306", "items:"),
        ('regions: ["100000"]', 'regions: ["999999"]', "LIB-201", "regions"),
        ("count: 3", "count: 2.5", "LIB-107", "count"),
        ("lists: behaviours", "lists: wishes", "LIB-109", "lists"),
        ("a_report, place: \"2\"", "a_rumour, place: \"2\"", "LIB-109", "a_rumour"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_checklist_is_named_with_its_line(
    guided: SmallLibrary, old: str, new: str, code: str, at: str
) -> None:
    guided.change(CHECKLIST, old, new)

    fault = guided.only_fault()

    assert fault.code == code
    assert guided.where(fault) == guided.at(CHECKLIST, at)


def test_a_checklist_carries_the_id_of_its_path(guided: SmallLibrary) -> None:
    guided.change(CHECKLIST, "id: a_guide", "id: b_guide")

    assert guided.only_fault().code == "LIB-108"
