"""Names in the files of programmes: plain, named once, and known to the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tanpuhui.rules.fields import Fields
from tanpuhui.rules.methodologies import Methodology
from tanpuhui.rules.programme_faults import NamedTwice, WrongName
from tanpuhui.rules.scenes import Scene
from tanpuhui.terms import Fault, Place, Regions, Units, UnknownRegion

Thing = TypeVar("Thing")

_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class ProgrammeSurroundings:
    """What a programme refers to."""

    units: Units
    regions: Regions
    documents: Mapping[str, object]
    scene: Callable[[str], Scene]
    methodology: Callable[[str], Methodology]


def plain_name(fields: Fields, key: str, name: str | None, what_it_names: str) -> None:
    """Report an id that cannot stand in paths and keys."""
    if name and not _PLAIN.fullmatch(name):
        place = fields.place_of(key)
        fields.faults.append(WrongName(place=place, what_it_names=what_it_names, name=name))


def no_twins(fields: Fields, key: str, what_it_names: str, names: tuple[str, ...]) -> None:
    """Report each name that stands twice in a list."""
    for name in dict.fromkeys(name for name in names if name and names.count(name) > 1):
        place = fields.place_of(key)
        fields.faults.append(NamedTwice(place=place, what_it_names=what_it_names, name=name))


def known_regions(fields: Fields, codes: tuple[str, ...] | None, regions: Regions) -> None:
    """Report each code under ``regions`` that the vocabulary does not have."""
    for code in codes or ():
        if code not in regions:
            place = fields.place_of("regions")
            fields.faults.append(UnknownRegion(place=place, region=code, wanted_by=fields.of))


def looked_up(
    find: Callable[[str], Thing], thing_id: str, place: Place, faults: list[Fault]
) -> Thing | None:
    """What the library has under this id; None (and a fault) where it has nothing."""
    if not thing_id:
        return None
    try:
        return find(thing_id)
    except Fault as fault:
        fault.place = fault.place or place
        faults.append(fault)
        return None
