"""From the columns of a file to the texts of a record: what a mapping says, and nothing more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from tanpuhui.intake.faults import MissingColumns
from tanpuhui.records import FIELDS
from tanpuhui.rules import FieldRule, FileMapping, FromColumns, FromConstant, Scene
from tanpuhui.terms import Place

JOINED_BY = "-"


def wanted_columns(mapping: FileMapping | None, scenes: Iterable[Scene]) -> tuple[str, ...]:
    """Every column that may be read from a file; a scan needs no other.

    Args:
        mapping: of the file; None where it uses the platform's own columns.
        scenes: those of the programme.
    """
    fields = {} if mapping is None else mapping.fields
    quantities = {} if mapping is None else mapping.quantities
    own = [field.name for field in FIELDS if field.name not in fields]
    own += [name for scene in scenes for name in scene.quantities if name not in quantities]
    return tuple(dict.fromkeys([*(() if mapping is None else mapping.columns()), *own]))


def check_columns(
    found: Collection[str],
    *,
    mapping: FileMapping | None,
    partner: str | None,
    scenes: Collection[Scene],
    place: Place | None = None,
) -> None:
    """Look whether a file has the columns without which no record of it could count.

    Args:
        found: the columns of the file.
        mapping: as for ``received``, like the other arguments.
        scenes: those of the programme.
        place: the file, for the message.

    Raises:
        MissingColumns: a column that the mapping names, or that every record needs, is not there.
    """
    named = () if mapping is None else mapping.columns()
    fields = {} if mapping is None else mapping.fields
    needed = [field.name for field in FIELDS if field.required and field.name not in fields]
    if partner is not None or (mapping is not None and mapping.partner is not None):
        needed = [name for name in needed if name != "partner"]
    possible = _possible_scenes(mapping, scenes)
    if any(scene.period == "instant" for scene in possible):
        needed = [name for name in needed if name != "ended_at"]
    missing = [name for name in dict.fromkeys([*named, *needed]) if name not in found]
    missing += _quantities_without_column(found, mapping, possible)
    if missing:
        raise MissingColumns(place=place, missing=tuple(missing), found=tuple(found))


def _possible_scenes(mapping: FileMapping | None, scenes: Collection[Scene]) -> list[Scene]:
    rule = None if mapping is None else mapping.fields.get("scene")
    if isinstance(rule, FromConstant):
        return [scene for scene in scenes if scene.id == rule.text]
    return list(scenes)


def _quantities_without_column(
    found: Collection[str], mapping: FileMapping | None, scenes: Iterable[Scene]
) -> list[str]:
    """What is lacking where no scene has all that it must carry; empty where one has."""
    read = {*found, *(() if mapping is None else mapping.quantities)}
    lacking = [
        [name for name, quantity in scene.quantities.items() if quantity.required]
        for scene in scenes
    ]
    lacking = [[name for name in names if name not in read] for names in lacking]
    if not lacking or not all(lacking):
        return []
    return sorted({name for names in lacking for name in names})


def field_text(raw: ir.Table, name: str, mapping: FileMapping | None, partner: str | None) -> Any:
    """A field's text in each row; null where the file does not say."""
    rule = None if mapping is None else mapping.fields.get(name)
    text = own_text(raw, name) if rule is None else ruled_text(raw, rule)
    if name != "partner":
        return text
    otherwise = partner or (None if mapping is None else mapping.partner)
    return text if otherwise is None else text.coalesce(ibis.literal(otherwise))


def own_text(raw: ir.Table, column: str) -> Any:
    """The text of a column; null where it is empty, and everywhere where there is no column."""
    return raw[column].nullif("") if column in raw.columns else ibis.null("string")


def ruled_text(raw: ir.Table, rule: FieldRule) -> Any:
    """The text that a rule of a mapping gives in each row; null where it gives none."""
    match rule:
        case FromConstant(text=text):
            return ibis.literal(text)
        case FromColumns(names=names, values=values):
            text = reduce(_joined, (own_text(raw, name) for name in names))
            if not values:
                return text
            meanings = [(text == word, ibis.literal(meaning)) for word, meaning in values.items()]
            return ibis.cases(*meanings, else_=text)


def _joined(left: Any, right: Any) -> Any:
    return left.concat(JOINED_BY, right)


def one_of(text: Any, choices: Iterable[str]) -> Any:
    """True where a text is one of a few."""
    # Not isin: DuckDB turns a list of any length into a join over all records.
    truths = [text == choice for choice in choices]
    return reduce(lambda a, b: a | b, truths, ibis.literal(value=False))
