"""From the columns of a file to the texts of a record: what a mapping says, and nothing more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from tanpuhui.engine import any_of
from tanpuhui.intake.faults import MissingColumns
from tanpuhui.intake.files import RecordFile, check_named_once
from tanpuhui.intake.limits import COMPARED_LIMIT
from tanpuhui.records import FIELDS
from tanpuhui.rules import FieldRule, FileMapping, FromColumns, FromConstant, Scene
from tanpuhui.terms import Place

JOINED_BY = "-"


def scanned_columns(
    file: RecordFile,
    *,
    mapping: FileMapping | None,
    partner: str | None,
    scenes: Collection[Scene],
) -> tuple[str, ...]:
    """The columns that an engine is to read from a file, once it is clear that they are enough.

    Of a table they are all it has. A key of JSON Lines may first come after the head, so there they
    are those that may be read at all, and only one that every record needs must be in the head.

    Args:
        mapping: as for ``received``, like ``partner``.
        scenes: those of the programme.

    Raises:
        MissingColumns: a column that the mapping names, or that every record needs, is not there.
        ColumnTwice: two keys to be read differ in capital and small letters alone.
    """
    if file.form != "jsonl":
        check_columns(
            file.columns, mapping=mapping, partner=partner, scenes=scenes, place=file.place
        )
        return file.columns
    needed = _needed_fields(mapping, partner, _possible_scenes(mapping, scenes))
    rules = {} if mapping is None else mapping.fields
    named = [name for field in needed for name in _columns_of(rules.get(field))]
    _check(named, file.columns, mapping=mapping, partner=partner, scenes=scenes, place=file.place)
    columns = _wanted_columns(mapping, scenes)
    check_named_once(columns, file.place)
    return columns


def check_columns(
    found: Collection[str],
    *,
    mapping: FileMapping | None,
    partner: str | None,
    scenes: Collection[Scene],
    place: Place | None = None,
) -> None:
    """Look whether a table has the columns without which no record of it could count.

    Args:
        found: the columns of the table.
        mapping: as for ``received``, like ``partner``.
        scenes: those of the programme.
        place: the file, for the message.

    Raises:
        MissingColumns: a column that the mapping names, or that every record needs, is not there.
    """
    named = () if mapping is None else mapping.columns()
    _check(named, found, mapping=mapping, partner=partner, scenes=scenes, place=place)


def _check(
    named: Iterable[str],
    found: Collection[str],
    *,
    mapping: FileMapping | None,
    partner: str | None,
    scenes: Collection[Scene],
    place: Place | None,
) -> None:
    possible = _possible_scenes(mapping, scenes)
    fields = {} if mapping is None else mapping.fields
    own = [name for name in _needed_fields(mapping, partner, possible) if name not in fields]
    missing = [name for name in dict.fromkeys([*named, *own]) if name not in found]
    missing += _quantities_without_column(found, mapping, possible)
    if missing:
        raise MissingColumns(place=place, missing=tuple(missing), found=tuple(found))


def _needed_fields(
    mapping: FileMapping | None, partner: str | None, scenes: Iterable[Scene]
) -> list[str]:
    """The fields that every record must fill in from the file."""
    given = set()
    if partner is not None or (mapping is not None and mapping.partner is not None):
        given.add("partner")
    if any(scene.period == "instant" for scene in scenes):
        given.add("ended_at")
    return [field.name for field in FIELDS if field.required and field.name not in given]


def _wanted_columns(mapping: FileMapping | None, scenes: Iterable[Scene]) -> tuple[str, ...]:
    """Every column that may be read from a file; a scan needs no other."""
    fields = {} if mapping is None else mapping.fields
    quantities = {} if mapping is None else mapping.quantities
    own = [field.name for field in FIELDS if field.name not in fields]
    own += [name for scene in scenes for name in scene.quantities if name not in quantities]
    return tuple(dict.fromkeys([*(() if mapping is None else mapping.columns()), *own]))


def _columns_of(rule: FieldRule | None) -> tuple[str, ...]:
    return rule.names if isinstance(rule, FromColumns) else ()


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
    """True where a text is one of these; null where there is none."""
    listed = sorted(choices)
    if len(listed) <= COMPARED_LIMIT:
        return any_of(text == choice for choice in listed)
    return text.isin(listed)
