"""Reads the keys of a block one by one, each into a type, and collects what is wrong.

A reader never stops at the first slip: it notes the fault, gives a harmless stand-in and goes on,
    so
that an author sees all of a file's faults at once. Nobody uses what was read while there are
faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from tanpuhui.rules.faults import EmptyRange, MissingKey, NoSource, NotOneOf, UnknownKey, WrongForm
from tanpuhui.rules.strict_yaml import Block, Leaf, Listing, Written
from tanpuhui.terms import DayRange, Fault, Place

Item = TypeVar("Item")
Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True)
class Words:
    """A text that people read, in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Source:
    """Where something was read: a document of the vocabulary, and the place in it."""

    document: str
    place: str | None


class Fields:
    """The keys of one block.

    Args:
        block: what was written.
        file: the file's name, for faults.
        of: what the block is, as the subject of a sentence ("The factor rates.hankou_step").
        faults: the list that faults are added to.
    """

    def __init__(self, block: Block, *, file: str, of: str, faults: list[Fault]) -> None:
        self._block = block
        self._read: set[str] = set()
        self.file = file
        self.of = of
        self.faults = faults

    # -- places and faults ------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Where the block begins."""
        return Place(self.file, self._block.line)

    def place_of(self, key: str) -> Place:
        """Where the key stands; where the block begins if it is not there."""
        return Place(self.file, self._block.key_lines.get(key, self._block.line))

    def has(self, key: str) -> bool:
        """True where the key is there and not null."""
        self._read.add(key)
        written = self._block.entries.get(key)
        return not (written is None or (isinstance(written, Leaf) and written.value is None))

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        for key in self._block.entries:
            if key not in self._read:
                nearest = tuple(get_close_matches(key, self._read, n=2))
                place = self.place_of(key)
                self.faults.append(UnknownKey(place=place, key=key, of=self.of, nearest=nearest))

    def wrong(self, key: str, wanted: str) -> None:
        """Report that the key's value is of the wrong form."""
        found = _shown(self._block.entries.get(key))
        place = self.place_of(key)
        self.faults.append(WrongForm(place=place, key=key, found=found, wanted=wanted))

    # -- single values ----------------------------------------------------------------------------

    def text(self, key: str) -> str:
        """A text that must be there."""
        return self._must(key, self.optional_text(key), "")

    def optional_text(self, key: str) -> str | None:
        """A text, or None where it is absent or null."""
        return self._leaf(key, str, "a text")

    def number(self, key: str) -> Decimal:
        """A number that must be there."""
        return self._must(key, self.optional_number(key), Decimal(0))

    def optional_number(self, key: str) -> Decimal | None:
        """A number, or None where it is absent or null."""
        return self._leaf(key, Decimal, "a number")

    def day(self, key: str) -> date:
        """A day that must be there."""
        return self._must(key, self.optional_day(key), date.max)

    def optional_day(self, key: str) -> date | None:
        """A day, or None where it is absent or null."""
        return self._leaf(key, date, "a day such as 2022-08-25")

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self._leaf(key, bool, "true or false")
        return default if found is None else found

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        """One of a closed set, that must be there."""
        found = self.text(key)
        return self._chosen(key, found, choices) if found else choices[0]

    def optional_choice(self, key: str, choices: tuple[Choice, ...]) -> Choice | None:
        """One of a closed set, or None."""
        found = self.optional_text(key)
        return None if found is None else self._chosen(key, found, choices)

    # -- values of several parts ------------------------------------------------------------------

    def words(self, key: str) -> Words:
        """A text in both languages, that must be there."""
        return self._must(key, self.optional_words(key), Words("", ""))

    def optional_words(self, key: str) -> Words | None:
        """A text in both languages, or None."""
        fields = self.optional_block(key, f"{key!r}")
        return None if fields is None else _words(fields)

    def days(self, key: str) -> DayRange:
        """A half-open range ``{from, until}`` that must be there; a null end is open."""
        fields = self.block(key, f"{self.of}, {key}")
        if fields is None:
            return DayRange()
        days = fields.days_here()
        fields.finish()
        return days

    def days_here(self) -> DayRange:
        """The keys ``from`` and ``until`` of this block, as a range."""
        days = DayRange(self.day("from"), self.optional_day("until"))
        self._read.add("until")
        if days.is_empty():
            fault = EmptyRange(place=self.place_of("until"), of=self.of, days=str(days))
            self.faults.append(fault)
        return days

    def source(self, documents: Mapping[str, object]) -> Source:
        """The key ``source``, whose document the vocabulary must have."""
        self._read.add("source")
        if not self.has("source"):
            self.faults.append(NoSource(place=self.place, of=self.of))
            return Source("", None)
        fields = self.block("source", f"{self.of}, source")
        if fields is None:
            return Source("", None)
        found = Source(fields.text("document"), fields.optional_text("place"))
        fields.finish()
        if found.document and found.document not in documents:
            nearest = tuple(get_close_matches(found.document, documents, n=3)) or (
                "an existing id",
            )
            self.faults.append(
                NotOneOf(
                    place=fields.place_of("document"),
                    key="document",
                    found=found.document,
                    choices=(*nearest, "(or add the document to vocabulary/sources.yaml)"),
                )
            )
        return found

    def block(self, key: str, of: str) -> Fields | None:
        """The block under a key that must be there; None (and a fault) where it is no block."""
        if not self.has(key):
            self._must(key, None, None)
            return None
        return self.optional_block(key, of)

    def optional_block(self, key: str, of: str) -> Fields | None:
        """The block under a key, or None."""
        self._read.add(key)
        written = self._block.entries.get(key)
        if not self.has(key):
            return None
        if not isinstance(written, Block):
            self.wrong(key, "a mapping of keys to values")
            return None
        return Fields(written, file=self.file, of=of, faults=self.faults)

    def entries(self, key: str, of: str) -> Iterator[tuple[str, Fields]]:
        """Each entry of the block under a key, where each is a block."""
        fields = self.optional_block(key, of)
        if fields is None:
            return
        for name in fields.keys():  # noqa: SIM118 - Fields is no mapping
            inner = fields.block(name, f"{of} {name!r}")
            if inner is not None:
                yield name, inner

    def keys(self) -> tuple[str, ...]:
        """The keys of this block, in order."""
        return tuple(self._block.entries)

    def items(
        self, key: str, read: Callable[[Written, Place], Item | None], *, required: bool = False
    ) -> tuple[Item, ...]:
        """The items of a list, each through ``read``; absent is empty unless required."""
        self._read.add(key)
        if not self.has(key):
            if required:
                self._must(key, None, None)
            return ()
        written = self._block.entries[key]
        if not isinstance(written, Listing):
            self.wrong(key, "a list")
            return ()
        found = [read(item, Place(self.file, item.line)) for item in written.items]
        return tuple(item for item in found if item is not None)

    def at_least_one(self, *keys: str) -> None:
        """Report the lists among these keys that are there and empty."""
        for key in keys:
            written = self._block.entries.get(key)
            if isinstance(written, Listing) and not written.items:
                self.wrong(key, "a list of at least one")

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""

        def read(item: Written, place: Place) -> str | None:
            if isinstance(item, Leaf) and isinstance(item.value, str):
                return item.value
            self.faults.append(
                WrongForm(place=place, key=key, found=_shown(item), wanted="a list of texts")
            )
            return None

        return self.items(key, read, required=required)

    def blocks(self, key: str, of: str, *, required: bool = False) -> tuple[Fields, ...]:
        """A list of blocks, each as fields."""

        def read(item: Written, place: Place) -> Fields | None:
            if isinstance(item, Block):
                return Fields(item, file=self.file, of=of, faults=self.faults)
            self.faults.append(
                WrongForm(place=place, key=key, found=_shown(item), wanted="a list of mappings")
            )
            return None

        return self.items(key, read, required=required)

    def all_words(self, key: str) -> tuple[Words, ...]:
        """A list of texts in both languages."""
        return tuple(_words(fields) for fields in self.blocks(key, f"{self.of}, {key}"))

    def scalars(
        self, skip: tuple[str, ...] = ()
    ) -> Mapping[str, str | Decimal | date | bool | None]:
        """Every key of this block with its single value, but those to skip."""
        found: dict[str, str | Decimal | date | bool | None] = {}
        for key, written in self._block.entries.items():
            if key in skip:
                continue
            self._read.add(key)
            if isinstance(written, Leaf):
                found[key] = written.value
            else:
                self.wrong(key, "a single value")
        return found

    def written(self, key: str) -> Written | None:
        """The value as it was written, for forms of its own; None where absent."""
        self._read.add(key)
        return self._block.entries.get(key)

    # -- how ---------------------------------------------------------------------------------------

    def _leaf(self, key: str, kind: type[Item], wanted: str) -> Item | None:
        self._read.add(key)
        written = self._block.entries.get(key)
        if written is None or (isinstance(written, Leaf) and written.value is None):
            return None
        if isinstance(written, Leaf) and isinstance(written.value, kind):
            return written.value
        self.wrong(key, wanted)
        return None

    def _must(self, key: str, found: Item | None, stand_in: Item) -> Item:
        if found is not None:
            return found
        if not self.has(key):
            place = self.place
            self.faults.append(MissingKey(place=place, key=key, of=self.of))
        return stand_in

    def _chosen(self, key: str, found: str, choices: tuple[Choice, ...]) -> Choice:
        for choice in choices:
            if choice == found:
                return choice
        place = self.place_of(key)
        self.faults.append(NotOneOf(place=place, key=key, found=found, choices=choices))
        return choices[0]


def _words(fields: Fields) -> Words:
    words = Words(fields.text("en"), fields.text("zh"))
    fields.finish()
    return words


def _shown(written: Written | None) -> str:
    match written:
        case Leaf(value=None) | None:
            return "empty"
        case Leaf(value=bool() as value):
            return "true" if value else "false"
        case Leaf(value=Decimal() as value):
            return f"the number {value}"
        case Leaf(value=date() as value):
            return f"the day {value}"
        case Leaf(value=value):
            return f"the text {value!r}"
        case Listing():
            return "a list"
        case Block():
            return "a mapping"
