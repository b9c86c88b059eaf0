"""Jurisdictions and policies: what a province or city rules, each fact with how it is known.

What is not known has an empty value and a note. Nothing here is computed with; it is what a
programme of the place is set up by, and what a reader holds beside the official text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tanpuhui.rules.fields import Fields, Source, Words
from tanpuhui.rules.strict_yaml import Leaf
from tanpuhui.rules.vocabulary import loose_date
from tanpuhui.terms import DayRange, Regions, UnknownRegion

# How a fact is known: in the document itself; in the opening or another part of it; only from
# others who tell of it.
Known = Literal["read", "part", "secondary"]
KNOWN: tuple[Known, ...] = ("read", "part", "secondary")
STATUSES = ("in_force", "trial", "plan", "draft", "ended")

FactKind = Literal["text", "words", "number", "share", "flag"]
FACTS: Mapping[str, tuple[FactKind, Words]] = {
    "unit_name": ("text", Words("what a verified unit is called", "核证减排量的名称")),
    "unit_tonnes": ("number", Words("tonnes of CO2e in one unit", "一个单位的二氧化碳当量吨数")),
    "objects": ("words", Words("what is quantified", "核算对象")),
    "operator": ("words", Words("who runs the platform", "平台运营方")),
    "verified_by": ("words", Words("who verifies", "由谁审核")),
    "owned_by": ("words", Words("who owns a reduction", "减排量归谁所有")),
    "notice_days": ("number", Words("days of notice before applying", "申请前公示日数")),
    "points_are_money": ("flag", Words("points are money", "积分具有货币性质")),
    "points_transfer": ("flag", Words("points can be given to others", "积分可以转让")),
    "points_trade": ("flag", Words("points can be traded", "积分可以交易")),
    "points_years": ("number", Words("years for which points hold, at most", "积分最长有效年数")),
    "points_become": ("words", Words("what points can become", "积分可兑换为")),
    "traded_at": ("words", Words("where units are traded", "交易场所")),
    "uses": ("words", Words("what units may be used for", "减排量用途")),
    "offset_share": ("share", Words(
        "share of an emitter's duty that units may cover, at most", "可用于履约的比例上限")),
    "archive_years": ("number", Words(
        "years for which monitoring data are kept", "监测数据保存年数")),
}  # fmt: skip


@dataclass(frozen=True)
class Instrument:
    """A legal instrument of a jurisdiction.

    Args:
        issued: a day, a month ("2023-01") or a year ("2023"); None where unknown.
        days: when it is in force; open ends where they are not known.
    """

    title: Words
    number: str | None
    issued: str | None
    days: DayRange
    status: str
    known: Known
    source: Source
    note: Words | None


@dataclass(frozen=True)
class Fact:
    """One thing that a jurisdiction rules.

    Args:
        value: by the fact's kind; None where it is not known, and then a note says what is.
        known: None only where the value is.
    """

    value: str | Words | Decimal | bool | None
    known: Known | None
    source: Source | None
    note: Words | None


@dataclass(frozen=True)
class Jurisdiction:
    """What a province or city rules of carbon inclusion; ``sha256`` is that of its file.

    Args:
        inside: the jurisdiction around it, whose rules hold too; None for none.
        facts: by name; a name that is left out is not known.
    """

    id: str
    title: Words
    region: str
    inside: str | None
    authority: Words | None
    instruments: tuple[Instrument, ...]
    facts: Mapping[str, Fact]
    notes: tuple[Words, ...]
    file: str
    sha256: str


@dataclass(frozen=True)
class Policy:
    """A dated policy: who issued it for where, and what it asks of carbon inclusion.

    Args:
        issued: a day, a month or a year, as the source gives it.
        asks: in our own words.
    """

    title: Words
    number: str | None
    issuer: Words
    issued: str
    region: str
    about: str
    asks: Words
    source: Source


ABOUT = ("green_living", "carbon_inclusion", "measures")


def read_jurisdiction(
    top: Fields, *, regions: Regions, documents: Mapping[str, object], sha256: str
) -> Jurisdiction:
    """The jurisdiction of a file; what is wrong is added to the fields' faults."""
    found = Jurisdiction(
        id=top.text("id"),
        title=top.words("title"),
        region=_region(top, regions),
        inside=top.optional_text("inside"),
        authority=top.optional_words("authority"),
        instruments=tuple(
            _instrument(fields, documents)
            for fields in top.blocks("instruments", f"An instrument of {top.of}", required=True)
        ),
        facts=_facts(top, documents),
        notes=top.all_words("notes"),
        file=top.file,
        sha256=sha256,
    )
    top.finish()
    return found


def _region(fields: Fields, regions: Regions) -> str:
    code = fields.text("region")
    if code and code not in regions:
        place = fields.place_of("region")
        fields.faults.append(UnknownRegion(place=place, region=code, wanted_by=fields.of))
    return code


def _instrument(fields: Fields, documents: Mapping[str, object]) -> Instrument:
    found = Instrument(
        title=fields.words("title"),
        number=fields.optional_text("number"),
        issued=loose_date(fields, "issued"),
        days=DayRange(fields.optional_day("from"), fields.optional_day("until")),
        status=fields.choice("status", STATUSES),
        known=fields.choice("known", KNOWN),
        source=fields.source(documents),
        note=fields.optional_words("note"),
    )
    fields.finish()
    return found


def _facts(top: Fields, documents: Mapping[str, object]) -> dict[str, Fact]:
    block = top.optional_block("facts", f"{top.of}, facts")
    found: dict[str, Fact] = {}
    if block is None:
        return found
    for name, (kind, _) in FACTS.items():
        fields = block.optional_block(name, f"{top.of}, {name}")
        if fields is None:
            continue
        value = _value(fields, kind)
        fact = Fact(
            value=value,
            known=fields.choice("known", KNOWN) if value is not None else None,
            source=fields.source(documents) if value is not None or fields.has("source") else None,
            note=fields.optional_words("note"),
        )
        if value is None and fact.note is None:
            fields.wrong("note", "what is known instead, where the value is not")
        if value is None and fields.has("known"):
            fields.wrong("known", "nothing, where the value is not known")
        fields.finish()
        found[name] = fact
    block.finish()
    return found


def _value(fields: Fields, kind: FactKind) -> str | Words | Decimal | bool | None:
    match kind:
        case "text":
            return fields.optional_text("value")
        case "words":
            return fields.optional_words("value")
        case "flag":
            written = fields.written("value")
            if isinstance(written, Leaf) and written.value is None:
                return None
            return fields.flag("value", default=False)
        case "number" | "share":
            number = fields.optional_number("value")
            if number is not None and (number < 0 or (kind == "share" and number > 1)):
                fields.wrong(
                    "value", "a share from 0 to 1" if kind == "share" else "no less than 0"
                )
            return number


def read_policies(
    top: Fields, *, regions: Regions, documents: Mapping[str, object]
) -> tuple[Policy, ...]:
    """Every policy, in the order of the file; what is wrong is added to the fields' faults."""
    found = []
    for fields in top.blocks("policies", "A policy", required=True):
        policy = Policy(
            title=fields.words("title"),
            number=fields.optional_text("number"),
            issuer=fields.words("issuer"),
            issued=loose_date(fields, "issued") or "",
            region=_region(fields, regions),
            about=fields.choice("about", ABOUT),
            asks=fields.words("asks"),
            source=fields.source(documents),
        )
        if not policy.issued:
            fields.wrong("issued", 'a day, or a quoted year or month such as "2023-05"')
        fields.finish()
        found.append(policy)
    top.finish()
    return tuple(found)


def days_text(days: DayRange) -> str:
    """The days of an instrument; empty where neither end is known."""
    if days == DayRange():
        return ""
    if days.from_day is None and days.until_day is not None:
        return f"until {days.until_day.isoformat()}"
    return str(days)
