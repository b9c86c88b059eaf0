"""Worked vectors: cases of a methodology, worked by hand, beside its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tanpuhui.rules.faults import MissingKey, WrongForm
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.terms import Place

Shows = Literal["ordinary", "boundary", "rounding", "refusal", "published"]
SHOWS: tuple[Shows, ...] = ("ordinary", "boundary", "rounding", "refusal", "published")
EXPECTED = ("baseline_mg", "activity_mg", "leakage_mg", "reduction_mg", "credited_mg")

Given = Mapping[str, str | Decimal]


@dataclass(frozen=True)
class Vector:
    """One worked case: the records of one person on one day, and what comes of them.

    Args:
        region, day: of every record; None for the methodology's first region and first day.
        year: of a project, the year that is meant; None for all of them, and of records.
        given: the records, each a scene with its quantities; of a project, its rows.
        expect: sums over the records or years, mg, by column; empty where they are refused.
        refuse: the code under which every record or year is refused; None where they count.
        published: what the publisher printed, where that differs, and why.
        set: parameters given for this vector ("80 gCO2e/item").
    """

    name: str
    shows: Shows
    region: str | None
    day: date | None
    year: int | None
    set: Mapping[str, str]
    given: tuple[Given, ...]
    expect: Mapping[str, int]
    refuse: str | None
    published: Words | None
    place: Place


def read_vectors(top: Fields) -> tuple[str, tuple[Vector, ...]]:
    """The methodology's id that the file names, and its vectors."""
    methodology = top.text("methodology")
    vectors = tuple(_vector(fields) for fields in top.blocks("vectors", "A vector", required=True))
    top.finish()
    return methodology, vectors


def _vector(fields: Fields) -> Vector:
    fields.of = f"Vector {fields.text('name')!r}"
    refuse = fields.optional_text("refuse")
    chosen = fields.block("set", f"{fields.of}, set") if fields.has("set") else None
    year = fields.optional_number("year")
    given = tuple(
        _given(inner) for inner in fields.blocks("given", f"{fields.of}, given", required=True)
    )
    expected = _expected(fields)
    if not expected and refuse is None:
        fields.faults.append(MissingKey(place=fields.place, key="expect", of=fields.of))
    if expected and refuse is not None:
        fields.wrong("refuse", "either 'expect' or 'refuse'")
    fields.at_least_one("given")
    vector = Vector(
        name=fields.text("name"),
        shows=fields.optional_choice("shows", SHOWS) or ("refusal" if refuse else "ordinary"),
        region=fields.optional_text("region"),
        day=fields.optional_day("day"),
        year=None if year is None else int(year),
        set={} if chosen is None else {k: str(v) for k, v in chosen.scalars().items()},
        given=given,
        expect=expected,
        refuse=refuse,
        published=_published(fields),
        place=fields.place,
    )
    fields.finish()
    return vector


def _given(fields: Fields) -> Given:
    found: dict[str, str | Decimal] = {}
    for key, value in fields.scalars().items():
        if isinstance(value, str | Decimal):
            found[key] = value
        else:
            fields.wrong(key, "a number or a text")
    return found


def _expected(fields: Fields) -> dict[str, int]:
    inner = fields.optional_block("expect", f"{fields.of}, expect")
    if inner is None:
        return {}
    found: dict[str, int] = {}
    for key in EXPECTED:
        number = inner.optional_number(key)
        if number is None:
            continue
        if number != int(number):
            place = inner.place_of(key)
            form = WrongForm(place=place, key=key, found=f"{number}", wanted="a whole number of mg")
            fields.faults.append(form)
        found[key] = int(number)
    inner.finish()
    return found


def _published(fields: Fields) -> Words | None:
    inner = fields.optional_block("published", f"{fields.of}, published")
    if inner is None:
        return None
    printed, says = inner.text("reduction"), inner.words("says")
    inner.finish()
    return Words(f"{printed}: {says.en}", f"{printed}：{says.zh}")
