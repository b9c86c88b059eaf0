"""Mapping files: how the columns of a partner's own file become the fields of a record.

A partner hands in the file it has. Which column is which field, what its words and units mean and
which clock its times follow is written down once, in a mapping, and not in anyone's script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from tanpuhui.records import EVIDENCE, FIELDS
from tanpuhui.rules.factors import read_unit
from tanpuhui.rules.faults import NotOneOf, NotYaml
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.scenes import Quantity, Scene
from tanpuhui.rules.strict_yaml import Leaf, read_yaml, shown_path
from tanpuhui.terms import Fault, Faults, Place, Unit, UnitMismatch, Units

KILOMETRE = "km"  # what a straight line is measured in
_FIELD_FORM = "{from: COLUMN} or {constant: …}"
_NUMBER_FORM = "{from: COLUMN, unit: …}, {haversine_km: [lat1, lon1, lat2, lon2]} or {constant: …}"


@dataclass(frozen=True)
class FromColumns:
    """A text from the file.

    Args:
        names: the columns; several are joined by a hyphen, and one that is empty empties the whole.
        values: what the file's words mean here; a word that is not listed stays as it is.
    """

    names: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(frozen=True)
class FromConstant:
    """The same text in every record; for a number, its digits in the scene's unit."""

    text: str


@dataclass(frozen=True)
class FromNumber:
    """A number from the file.

    Args:
        name: the column.
        scale: how many of the scene's unit make one of the file's.
    """

    name: str
    scale: Decimal


@dataclass(frozen=True)
class FromCoordinates:
    """The length of the straight line between two places.

    Args:
        names: the columns with latitude and longitude of the first place, then of the second, in
            degrees.
        scale: how many of the scene's unit make one kilometre.
    """

    names: tuple[str, str, str, str]
    scale: Decimal


FieldRule = FromColumns | FromConstant
QuantityRule = FromColumns | FromConstant | FromNumber | FromCoordinates


@dataclass(frozen=True)
class FileMapping:
    """How the columns of a file become the fields and quantities of records.

    Args:
        time_zone: whose wall clock a time without offset shows; None where such a time is refused.
        partner: who reports, where neither the file nor the caller says.
        fields: by field of a record; one that is not named is read from its own column.
        quantities: by quantity of the library's scenes, likewise.
    """

    title: Words
    time_zone: str | None
    partner: str | None
    fields: Mapping[str, FieldRule]
    quantities: Mapping[str, QuantityRule]
    sha256: str

    def columns(self) -> tuple[str, ...]:
        """Every column of the file that the mapping names, once each."""
        rules = [*self.fields.values(), *self.quantities.values()]
        return tuple(dict.fromkeys(name for rule in rules for name in _columns_of(rule)))


def read_mapping(path: Path, *, scenes: Mapping[str, Scene], units: Units) -> FileMapping:
    """The mapping in a file.

    Args:
        scenes: those of the library; they say which quantities there are, and in which unit.

    Raises:
        Faults: everything that is wrong with the file, each with its line.
    """
    try:
        file = read_yaml(path)
    except OSError as error:
        problem = (error.strerror or "it cannot be opened").lower()
        raise Faults([NotYaml(place=Place(shown_path(path)), problem=problem)]) from error
    faults: list[Fault] = []
    top = Fields(file.top, file=file.name, of="The mapping", faults=faults)
    found = FileMapping(
        title=top.words("title"),
        time_zone=_time_zone(top),
        partner=top.optional_text("partner"),
        fields=_field_rules(top, scenes),
        quantities=_quantity_rules(top, scenes, units),
        sha256=file.sha256,
    )
    if found.partner is not None and "partner" in found.fields:
        top.wrong("partner", "nothing, where 'fields' says how the partner is read")
    top.finish()
    if faults:
        raise Faults(faults)
    return found


def _columns_of(rule: QuantityRule) -> tuple[str, ...]:
    match rule:
        case FromColumns(names=names) | FromCoordinates(names=names):
            return names
        case FromNumber(name=name):
            return (name,)
        case FromConstant():
            return ()


def _time_zone(top: Fields) -> str | None:
    name = top.optional_text("time_zone")
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not known; a folder of zones; no name at all
        top.wrong("time_zone", "an IANA zone such as Asia/Shanghai")
    return name


# -- fields ----------------------------------------------------------------------------------------


def _field_rules(top: Fields, scenes: Mapping[str, Scene]) -> dict[str, FieldRule]:
    block = top.optional_block("fields", "The mapping, fields")
    if block is None:
        return {}
    choices: Mapping[str, Iterable[str]] = {"scene": tuple(scenes), "evidence": EVIDENCE}
    found = {}
    for name in (field.name for field in FIELDS):
        rule = _field_rule(block, name, choices.get(name, ()))
        if rule is not None:
            found[name] = rule
    block.finish()
    return found


def _field_rule(block: Fields, name: str, choices: Iterable[str]) -> FieldRule | None:
    inner = block.optional_block(name, f"The mapping, {name}")
    if inner is None:
        return None
    if inner.has("from") == inner.has("constant"):
        block.wrong(name, _FIELD_FORM)
        return None
    if inner.has("constant"):
        text = inner.text("constant")
        _check_chosen(inner, "constant", text, choices)
        inner.finish()
        return FromConstant(text)
    return _text_from(inner, choices)


def _text_from(inner: Fields, choices: Iterable[str]) -> FromColumns:
    is_one = isinstance(inner.written("from"), Leaf)
    names = (inner.text("from"),) if is_one else inner.texts("from")
    if not names:
        inner.wrong("from", "a column or a list of columns")
    values: dict[str, str] = {}
    words = inner.optional_block("values", f"{inner.of}, values")
    if words is not None:
        for word in words.keys():  # noqa: SIM118 - Fields is no mapping
            values[word] = words.text(word)
            _check_chosen(words, word, values[word], choices)
    inner.finish()
    return FromColumns(names, values)


def _check_chosen(fields: Fields, key: str, found: str, choices: Iterable[str]) -> None:
    known = tuple(choices)
    if known and found and found not in known:
        nearest = tuple(get_close_matches(found, known, n=3, cutoff=0.4)) or known
        place = fields.place_of(key)
        fields.faults.append(NotOneOf(place=place, key=key, found=found, choices=nearest))


# -- quantities ------------------------------------------------------------------------------------


def _quantity_rules(
    top: Fields, scenes: Mapping[str, Scene], units: Units
) -> dict[str, QuantityRule]:
    block = top.optional_block("quantities", "The mapping, quantities")
    if block is None:
        return {}
    found = {}
    for name, quantity in _quantities_of(scenes).items():
        rule = _quantity_rule(block, name, quantity, units)
        if rule is not None:
            found[name] = rule
    block.finish()
    return found


def _quantities_of(scenes: Mapping[str, Scene]) -> dict[str, Quantity]:
    """Each quantity once; where a text may be other words in other scenes, it may be any."""
    found: dict[str, Quantity] = {}
    for scene in scenes.values():
        for name, quantity in scene.quantities.items():
            if name not in found:
                found[name] = quantity
            elif found[name].choices != quantity.choices:
                both = dict.fromkeys([*found[name].choices, *quantity.choices])
                found[name] = Quantity(name, quantity.unit, tuple(both), False, None, None)
    return dict(sorted(found.items()))


def _quantity_rule(
    block: Fields, name: str, quantity: Quantity, units: Units
) -> QuantityRule | None:
    if quantity.unit is None:
        return _field_rule(block, name, quantity.choices)
    inner = block.optional_block(name, f"The mapping, {name}")
    if inner is None:
        return None
    kinds = [kind for kind in ("from", "haversine_km", "constant") if inner.has(kind)]
    if len(kinds) != 1:
        block.wrong(name, _NUMBER_FORM)
        return None
    rule: QuantityRule | None
    if kinds == ["constant"]:
        rule = FromConstant(f"{inner.number('constant'):f}")
    elif kinds == ["haversine_km"]:
        rule = _from_coordinates(inner, quantity.unit, units)
    else:
        rule = FromNumber(inner.text("from"), _scale_of_unit(inner, quantity.unit, units))
    inner.finish()
    return rule


def _from_coordinates(inner: Fields, wanted: Unit, units: Units) -> FromCoordinates | None:
    names = inner.texts("haversine_km")
    scale = _scale(inner, "haversine_km", units.parse(KILOMETRE), wanted, units)
    if len(names) != 4:
        inner.wrong("haversine_km", "the columns of [lat1, lon1, lat2, lon2]")
        return None
    return FromCoordinates((names[0], names[1], names[2], names[3]), scale)


def _scale_of_unit(inner: Fields, wanted: Unit, units: Units) -> Decimal:
    if not inner.has("unit"):
        return Decimal(1)
    faults = len(inner.faults)
    given = read_unit(inner, "unit", units)
    is_known = len(inner.faults) == faults
    return _scale(inner, "unit", given, wanted, units) if is_known else Decimal(1)


def _scale(inner: Fields, key: str, given: Unit, wanted: Unit, units: Units) -> Decimal:
    try:
        return units.scale(given, wanted)
    except UnitMismatch as fault:
        fault.place = inner.place_of(key)
        fault.where = inner.of
        inner.faults.append(fault)
        return Decimal(1)
