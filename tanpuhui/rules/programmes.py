"""Programmes: one real platform a file, which chooses among rules and makes none of its own.

A file names methodologies, scenes, limits, precedence, rates of points and names. It holds no
formula and no factor; a published limit it may only tighten. Where no methodology of the library
holds for the programme's own region or days, a scene is left out, or borrows one as a declared
stand-in, which can never be issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tanpuhui.rules.fields import Source, Words
from tanpuhui.rules.methodologies import Limit
from tanpuhui.rules.programme_grades import Acceptance
from tanpuhui.terms import DayRange, Place, Regions

OpenedBy = Literal["partner", "person"]
OPENED_BY: tuple[OpenedBy, ...] = ("partner", "person")
AlreadyPosted = Literal["stays", "superseded_by_stronger_evidence"]
ALREADY_POSTED: tuple[AlreadyPosted, ...] = ("stays", "superseded_by_stronger_evidence")
PointUnit = Literal["whole", "hundredth"]
POINT_UNITS: tuple[PointUnit, ...] = ("whole", "hundredth")
# Why a programme takes no record of a scene, region and day, in the order in which it is asked.
NotTaken = Literal["scene-not-in-programme", "region-not-in-programme", "outside-programme"]


@dataclass(frozen=True)
class StandIn:
    """Where and when a scene's factors are looked up, instead of where and when the act happened.

    Args:
        region: None for the record's own.
        day: None for the record's own.
    """

    region: str | None
    day: date | None


@dataclass(frozen=True)
class Fleet:
    """What the programme states, once, for records that leave it out.

    Args:
        quantities: texts by the name of the quantity ("power": "electric"); never an amount.
    """

    quantities: Mapping[str, str]
    source: Source


@dataclass(frozen=True)
class SceneRule:
    """By what methodology a scene is computed, where and when.

    Args:
        methodology: its id.
        regions: where this entry holds; None for wherever the programme works.
        days: when it holds, within the programme's own days.
        place: where it is written.
    """

    scene: str
    methodology: str
    regions: tuple[str, ...] | None
    days: DayRange
    fleet: Fleet | None
    stand_in: StandIn | None
    place: Place

    def looked_up_as(self, region: str, day: date) -> tuple[str, date]:
        """The region and the day for which the methodology and its factors are asked."""
        if self.stand_in is None:
            return region, day
        return self.stand_in.region or region, self.stand_in.day or day


@dataclass(frozen=True)
class ProgrammeLimit(Limit):
    """A limit that the programme sets, over all records of its scenes together."""

    scenes: tuple[str, ...]


@dataclass(frozen=True)
class ScenePoints:
    """So many points for each whole so much of a quantity.

    Args:
        quantity: the name of the record's quantity that is counted.
        each: how much of it, in the quantity's own unit.
        points: for each whole ``each``, in the currency's unit: points, or hundredths of one.
    """

    quantity: str
    each: Decimal
    points: int

    def of(self, amount: Decimal) -> int:
        """The points of a record that carries so much of the quantity.

        >>> ScenePoints("steps", Decimal(500), 1).of(Decimal(1499))
        2
        """
        return int(amount // self.each) * self.points


@dataclass(frozen=True)
class PerGram:
    """Points by credited mass: so many in the currency's unit for each gram of CO2e."""

    points: Decimal


@dataclass(frozen=True)
class PerScene:
    """Points by a table; a scene that is not in it earns none."""

    scenes: Mapping[str, ScenePoints]


@dataclass(frozen=True)
class Currency:
    """A unit of points.

    Args:
        unit: what is counted in integers: whole points, or hundredths of one.
        rate: None where it is not published: no points are granted.
    """

    id: str
    title: Words
    unit: PointUnit
    rate: PerGram | PerScene | None

    def per_point(self) -> int:
        """How many of the currency's unit make one point."""
        return 100 if self.unit == "hundredth" else 1


@dataclass(frozen=True)
class Imported:
    """Results that a partner can only hand over in grams: points only, never pooled.

    Args:
        algorithm: the id of a methodology, or what the partner calls it.
        scenes: the scenes of the library that the results are of.
    """

    partner: str
    algorithm: str
    scenes: tuple[str, ...]


@dataclass(frozen=True)
class ProgrammeCase:
    """What a programme says of a scene, a region and a day: a rule, or why there is none."""

    rule: SceneRule | None
    code: NotTaken | None

    @property
    def methodology(self) -> str | None:
        """The id of the methodology; None where the record is not taken."""
        return None if self.rule is None else self.rule.methodology


@dataclass(frozen=True)
class Programme:
    """A programme as rules; ``sha256`` is that of its file.

    Args:
        jurisdiction: whose rulings hold; None where no authority stands behind it.
        domain: among whose programmes one act is credited once.
        partners: in order of precedence; None for any partner, in the order of their ids.
        regions: where acts count; None for anywhere.
        points: what may earn points.
        issuance: what may be pooled for issuance; never a stand-in's lines.
        scenes: by scene, its rules; no two of them fit one record.
        limits: besides those of the methodologies, in the order of the file.
    """

    id: str
    title: Words
    operator: Words
    authority: Words | None
    jurisdiction: str | None
    domain: str
    time_zone: str
    regions: tuple[str, ...] | None
    valid: DayRange
    opened_by: OpenedBy
    partners: tuple[str, ...] | None
    already_posted: AlreadyPosted
    points: Acceptance
    issuance: Acceptance
    scenes: Mapping[str, tuple[SceneRule, ...]]
    imported: tuple[Imported, ...]
    limits: tuple[ProgrammeLimit, ...]
    currencies: tuple[Currency, ...]
    source: Source
    notes: tuple[Words, ...]
    file: str
    sha256: str

    def case_for(self, scene: str, region: str, day: date) -> ProgrammeCase:
        """By what rule a record is computed.

        Args:
            scene: the record's scene.
            region: where the act happened, GB/T 2260.
            day: the local day of its start, in the programme's time zone.
        """
        rules = self.scenes.get(scene)
        if rules is None:
            return ProgrammeCase(None, "scene-not-in-programme")
        here = [rule for rule in rules if covered(rule.regions, region)]
        if not here or not covered(self.regions, region):
            return ProgrammeCase(None, "region-not-in-programme")
        found = next((rule for rule in here if day in rule.days and day in self.valid), None)
        return ProgrammeCase(found, "outside-programme" if found is None else None)

    def partner_rank(self, partner: str) -> int | None:
        """The partner's place in precedence, 0 first; ties go by partner id. None for no partner.

        Where any partner may hand in records, all have rank 0.
        """
        if self.partners is None:
            return 0
        return self.partners.index(partner) if partner in self.partners else None

    def methodologies(self) -> tuple[str, ...]:
        """The id of every methodology that a scene names, in order."""
        return tuple(sorted({rule.methodology for rules in self.scenes.values() for rule in rules}))


def covered(regions: tuple[str, ...] | None, region: str) -> bool:
    """True where the region is one of these or lies in one; None is anywhere."""
    return regions is None or any(Regions.covers(outer, region) for outer in regions)
