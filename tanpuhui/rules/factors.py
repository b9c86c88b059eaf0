"""Factors: dated, regional numbers with a unit, a source and a grade.

Every value has two clocks: from when it applies (``from``, ``until``) and since when it was known
(``known_since``). Publishers restate the past; so any day can be computed again as it was known
then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Literal

from tanpuhui.rules.factor_faults import FractionWritten
from tanpuhui.rules.faults import Gap, MissingKey, NoGrade, NoValueInForce, Overlap, WrongCells
from tanpuhui.rules.fields import Fields, Source, Words
from tanpuhui.rules.strict_yaml import Block, Leaf, Scalar, Written
from tanpuhui.terms import DayRange, Fault, Place, Regions, Unit, Units, UnknownRegion, UnknownUnit

Grade = Literal["read", "reported", "third_party", "derived", "assumed"]
GRADES: tuple[Grade, ...] = ("read", "reported", "third_party", "derived", "assumed")
Wording = Literal["exact", "average", "at_least"]
WORDINGS: tuple[Wording, ...] = ("exact", "average", "at_least")

BY_HAND = "given by hand"  # in the place of a document

_FRACTION = re.compile(r"[-+]?[\d.]+ */ *[\d.]+")

Cells = Mapping[tuple[str, ...], Decimal | None]


@dataclass(frozen=True)
class FactorValue:
    """One value of a factor.

    Args:
        cells: the numbers by their keys, in the order of the factor's axes; a single value has the
            one key ``()``. None where the official value is not known.
        region: GB/T 2260 code; the value holds there and in every region inside that has none.
        days: the days it applies.
        known_since: the first day on which the publisher had said so.
        grade: how it is known; None only where every cell is None.
        wording: whether the source calls it exact, an average or a least value.
        by_hand: the cells that an operator gave for one computation: source, grade and wording are
            not theirs.
    """

    cells: Cells
    region: str
    days: DayRange
    known_since: date
    grade: Grade | None
    wording: Wording
    source: Source
    note: Words | None
    place: Place
    by_hand: frozenset[tuple[str, ...]] = frozenset()

    def of_cell(self, keys: tuple[str, ...]) -> FactorValue:
        """The value as one of its cells stands: what was given by hand says so, and is assumed."""
        if keys not in self.by_hand:
            return self
        return replace(
            self, grade="assumed", wording="exact", source=Source(BY_HAND, None), note=None
        )

    def is_empty(self) -> bool:
        """True where no number is known."""
        return all(number is None for number in self.cells.values())


@dataclass(frozen=True)
class Factor:
    """A parameter of the library, with all its values.

    Args:
        axes: names of the keys of a table, in order; empty for a single value.
        carry_forward: the issuer says that the last value stays in force after its end.
    """

    id: str
    title: Words
    unit: Unit
    axes: tuple[str, ...]
    values: tuple[FactorValue, ...]
    carry_forward: bool
    notes: tuple[Words, ...]
    place: Place
    sha256: str

    def regions(self) -> tuple[str, ...]:
        """The regions that have values of their own, in the order of the file."""
        return tuple(dict.fromkeys(value.region for value in self.values))

    def timeline(self, region: str, known_on: date | None = None) -> tuple[FactorValue, ...]:
        """The values of exactly this region, in order of time, no two on the same day.

        Where values known at different times cover a day, the one known last holds.

        Args:
            region: GB/T 2260 code; regions around it are not asked.
            known_on: leave out what was known only after this day; None for all that is known.
        """
        values = [
            value
            for value in self.values
            if value.region == region and (known_on is None or value.known_since <= known_on)
        ]
        starts = {value.days.from_day or date.min for value in values}
        ends = {value.days.until_day or date.max for value in values}
        pieces = []
        for begin, end in pairwise(sorted(starts | ends)):
            holding = [value for value in values if begin in value.days]
            if holding:
                last = max(holding, key=lambda value: value.known_since)
                pieces.append(replace(last, days=DayRange(begin, None if end == date.max else end)))
        if self.carry_forward and pieces:
            last_piece = pieces[-1]
            pieces[-1] = replace(last_piece, days=DayRange(last_piece.days.from_day, None))
        return tuple(_joined(pieces))

    def in_force(
        self, region: str, day: date, *, known_on: date | None = None, wanted_by: str = ""
    ) -> FactorValue:
        """The value for a region and a day: the region's own, else that of the nearest around it.

        Raises:
            NoValueInForce: neither the region nor any around it has one.
        """
        for place in Regions.lineage(region):
            for value in self.timeline(place, known_on):
                if day in value.days:
                    return value
        known = tuple(f"{value.region} {value.days}" for value in self.values)
        raise NoValueInForce(
            place=self.place, factor=self.id, region=region, day=day.isoformat(),
            known=known, wanted_by=wanted_by,
        )  # fmt: skip


def _joined(pieces: list[FactorValue]) -> Iterator[FactorValue]:
    """Neighbouring pieces of one written value, as one piece."""
    current: FactorValue | None = None
    for piece in pieces:
        if (
            current is not None
            and current.days.until_day == piece.days.from_day
            and current.place == piece.place
        ):
            current = replace(current, days=DayRange(current.days.from_day, piece.days.until_day))
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def read_factor(
    top: Fields, *, units: Units, regions: Regions, documents: Mapping[str, object], sha256: str
) -> Factor:
    """The factor of a file; what is wrong is added to the fields' faults."""
    unit = read_unit(top, "unit", units)
    axes = top.texts("by")
    factor = Factor(
        id=top.text("id"),
        title=top.words("title"),
        unit=unit,
        axes=axes,
        values=tuple(
            _value(fields, axes, regions, documents, top.text("id"))
            for fields in top.blocks("values", "value", required=True)
        ),
        carry_forward=top.flag("carry_forward", default=False),
        notes=top.all_words("notes"),
        place=top.place,
        sha256=sha256,
    )
    top.finish()
    top.faults.extend(_faults_in_time(factor))
    return factor


def read_unit(fields: Fields, key: str, units: Units) -> Unit:
    """The unit under a key, which the vocabulary must have."""
    text = fields.text(key)
    try:
        return units.parse(text) if text else units.none()
    except UnknownUnit as fault:
        fault.place = fields.place_of(key)
        fields.faults.append(fault)
        return units.none()


def read_region(fields: Fields, key: str, regions: Regions, *, wanted_by: str) -> str:
    """The region code under a key, which the vocabulary must have."""
    code = fields.text(key)
    if code and code not in regions:
        place = fields.place_of(key)
        fields.faults.append(UnknownRegion(place=place, region=code, wanted_by=wanted_by))
    return code


def _value(
    fields: Fields,
    axes: tuple[str, ...],
    regions: Regions,
    documents: Mapping[str, object],
    factor: str,
) -> FactorValue:
    fields.of = f"The value of {factor}"
    if "value" not in fields.keys():  # noqa: SIM118 - Fields is no mapping
        fields.faults.append(MissingKey(place=fields.place, key="value", of=fields.of))
    cells = dict(_cells(fields, fields.written("value"), axes, factor))
    empty = all(number is None for number in cells.values())
    grade = fields.optional_choice("grade", GRADES)
    if grade is None and not empty:
        fields.faults.append(NoGrade(place=fields.place, of=fields.of))
    value = FactorValue(
        cells=cells,
        region=read_region(fields, "region", regions, wanted_by=factor),
        days=fields.days_here(),
        known_since=fields.day("known_since"),
        grade=grade,
        wording=fields.optional_choice("wording", WORDINGS) or "exact",
        source=fields.source(documents),
        note=fields.optional_words("note"),
        place=fields.place_of("value"),
    )
    fields.finish()
    return value


def _cells(
    fields: Fields, written: Written | None, axes: tuple[str, ...], factor: str
) -> Iterator[tuple[tuple[str, ...], Decimal | None]]:
    """Each number of a value with its keys."""
    if written is None:
        return
    if isinstance(written, Leaf) and (written.value is None or not axes):
        if _is_fraction(written.value):
            fields.faults.append(_fraction(fields, written, factor))
        elif isinstance(written.value, Decimal):
            yield (), written.value
        elif written.value is None:
            yield (), None
        else:
            fields.wrong("value", "a number, or null where the official value is not known")
        return
    if axes and isinstance(written, Block) and written.entries:
        for key, inner in written.entries.items():
            if len(axes) == 1 and isinstance(inner, Leaf):
                if inner.value is None or isinstance(inner.value, Decimal):
                    yield (key,), inner.value
                    continue
                if _is_fraction(inner.value):
                    fields.faults.append(_fraction(fields, inner, factor))
                    continue
            elif len(axes) > 1 and isinstance(inner, Block):
                for keys, number in _cells(fields, inner, axes[1:], factor):
                    yield (key, *keys), number
                continue
            place = Place(fields.file, inner.line)
            problem = f"under {key!r} stands no {'number' if len(axes) == 1 else 'mapping'}"
            fields.faults.append(WrongCells(place=place, factor=factor, problem=problem))
        return
    place = fields.place_of("value")
    problem = f"its axes are {', '.join(axes) or 'none'}"
    fields.faults.append(WrongCells(place=place, factor=factor, problem=problem))


def _is_fraction(value: Scalar) -> bool:
    return isinstance(value, str) and _FRACTION.fullmatch(value) is not None


def _fraction(fields: Fields, written: Leaf, factor: str) -> FractionWritten:
    place = Place(fields.file, written.line)
    return FractionWritten(place=place, fraction=str(written.value), factor=factor)


def _faults_in_time(factor: Factor) -> Iterator[Fault]:
    """Overlaps among values that were published together, and gaps in what is known today."""
    for first, second in combinations(factor.values, 2):
        if (
            first.region == second.region
            and first.known_since == second.known_since
            and first.days.overlaps(second.days)
        ):
            assert first.place.line is not None
            yield Overlap(
                place=second.place, factor=factor.id, region=second.region,
                days=str(second.days), other_line=first.place.line,
            )  # fmt: skip
    for region in factor.regions():
        for before, after in pairwise(factor.timeline(region)):
            if before.days.until_day != after.days.from_day:
                days = str(DayRange(before.days.until_day, after.days.from_day))
                yield Gap(place=after.place, factor=factor.id, region=region, days=days)
