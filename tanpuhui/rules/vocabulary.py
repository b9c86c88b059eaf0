"""The vocabulary: units, regions, sources and terms (library/vocabulary)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tanpuhui.rules.faults import MissingKey
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.strict_yaml import Leaf
from tanpuhui.terms import BASE, NONE, Region, Regions, Unit, Units

DOCUMENT_KINDS = (
    "report",
    "standard",
    "normative_document",
    "paper",
    "news",
    "enterprise",
    "handbook",
    "law",
)
READ = ("whole", "part", "secondary")
AVOIDED_IN = ("code", "text")


@dataclass(frozen=True)
class Document:
    """A document that values are taken from.

    Args:
        date: of publication: a day, a month ("2023-05") or a year ("2023"); None where unknown.
        read: how much of it was read: whole, part, or only a report of it (secondary).
        url: where the copy that was read stood; None where there is none.
    """

    id: str
    title: Words
    issuer: Words | None
    date: str | None
    kind: str
    read: str
    url: str | None
    note: Words | None


@dataclass(frozen=True)
class Avoided:
    """A wording that a term replaces."""

    text: str
    where: str
    because: str


@dataclass(frozen=True)
class Term:
    """A word of the glossary: what it is called in code, in English and in Chinese."""

    id: str
    en: str
    zh: str
    meaning: Words
    avoid: tuple[Avoided, ...]


@dataclass(frozen=True)
class UnitNames:
    """What a unit is called."""

    en: str
    zh: str
    symbol: str


# A number, then units that stand earlier in the file: "1000 gCO2e", "1 t * km", "0.01".
_MEANING = re.compile(r"\d+(?:\.\d+)?(?: [^\W\d]\w*(?: [*/] [^\W\d]\w*)*)?")


def read_units(top: Fields) -> tuple[Units, dict[str, UnitNames]]:
    """The table of units, and their names by id."""
    definitions: dict[str, str] = {}
    names: dict[str, UnitNames] = {}
    for name, fields in top.entries("units", f"{top.of}, unit"):
        meaning = _meaning(fields, tuple(definitions))
        if meaning is not None:
            definitions[name] = meaning
        names[name] = UnitNames(fields.text("en"), fields.text("zh"), fields.text("symbol"))
        fields.finish()
    top.finish()
    return Units(definitions), names


def _meaning(fields: Fields, earlier: tuple[str, ...]) -> str | None:
    """What a unit is: ``base``, or a number and units already defined; None with a fault."""
    written = fields.written("is")
    if not isinstance(written, Leaf) or written.value is None:
        fields.faults.append(MissingKey(place=fields.place, key="is", of=fields.of))
        return None
    text = str(written.value)
    used = re.findall(r"[^\W\d]\w*", text)
    if text == BASE or (_MEANING.fullmatch(text) and set(used) <= set(earlier)):
        return text
    fields.wrong("is", "'base', or a number and units that stand earlier in the file")
    return None


def read_regions(top: Fields) -> Regions:
    """Every listed region."""
    known: dict[str, Region] = {}
    for code, fields in top.entries("regions", "region"):
        known[code] = Region(code, fields.text("en"), fields.text("zh"))
        fields.finish()
        if not (code.isdigit() and len(code) == 6):
            fields.wrong("en", f"under a code of six digits; {code!r} is none")
    top.finish()
    return Regions(known)


def read_documents(top: Fields) -> dict[str, Document]:
    """Every document by id."""
    known: dict[str, Document] = {}
    for name, fields in top.entries("sources", "source"):
        known[name] = Document(
            id=name,
            title=fields.words("title"),
            issuer=fields.optional_words("issuer"),
            date=loose_date(fields, "date"),
            kind=fields.choice("kind", DOCUMENT_KINDS),
            read=fields.choice("read", READ),
            url=fields.optional_text("url"),
            note=fields.optional_words("note"),
        )
        fields.finish()
    top.finish()
    return known


def read_quantity_words(top: Fields) -> dict[str, Words]:
    """What each column of a quantity means, by its name."""
    known: dict[str, Words] = {}
    for name, fields in top.entries("quantities", "quantity"):
        known[name] = Words(fields.text("en"), fields.text("zh"))
        fields.finish()
    top.finish()
    return known


def read_terms(top: Fields) -> dict[str, Term]:
    """Every term by id."""
    known: dict[str, Term] = {}
    for fields in top.blocks("terms", "term", required=True):
        avoid = tuple(_avoided(inner) for inner in fields.blocks("avoid", "avoid"))
        term = Term(
            id=fields.text("id"),
            en=fields.text("en"),
            zh=fields.text("zh"),
            meaning=fields.words("meaning"),
            avoid=avoid,
        )
        fields.finish()
        known[term.id] = term
    top.finish()
    return known


def unit_in_words(unit: Unit, names: dict[str, UnitNames], language: str) -> str:
    """The unit as a reader of the language writes it: ``gCO2e/step``, ``克二氧化碳当量/步``."""
    if unit.text == NONE:
        return ""  # a pure number
    parts: list[str] = []
    word = ""
    for letter in f"{unit.text}\0":
        if letter.isalnum() or letter == "_":
            word += letter
            continue
        if word in names:
            parts.append(names[word].zh if language == "zh" else names[word].symbol)
        else:
            parts.append(word)
        word = ""
        parts.append("·" if letter == "*" else letter)
    return "".join(parts).removesuffix("\0")


def _avoided(fields: Fields) -> Avoided:
    avoided = Avoided(
        text=fields.text("text"),
        where=fields.choice("in", AVOIDED_IN),
        because=fields.text("because"),
    )
    fields.finish()
    return avoided


def loose_date(fields: Fields, key: str) -> str | None:
    """A day, a month or a year as text; None where it is empty."""
    written = fields.written(key)
    match written:
        case None | Leaf(value=None):
            return None
        case Leaf(value=date() as day):
            return day.isoformat()
        case Leaf(value=str() as text):
            return text
        case _:
            fields.wrong(key, 'a day, or a quoted year or month such as "2023-05"')
            return None
