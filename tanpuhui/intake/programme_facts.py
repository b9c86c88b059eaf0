"""What the checks ask of a programme and its library: a few facts, each an argument of the step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis

from tanpuhui.engine import any_of
from tanpuhui.rules import Quantity, Scene
from tanpuhui.terms import DayRange

# From a column of instants in UTC, and the name of a zone, to the column of local days.
LocalDay = Callable[[Any, str], Any]
# The places of the scenes that ask for a quantity alike, and what they ask.
Asked = tuple[tuple[tuple[int, ...], Quantity], ...]


@dataclass(frozen=True)
class ProgrammeFacts:
    """What a record is checked against.

    Args:
        known_scenes: those of the library.
        scene_ids: those of the programme, each in ``known_scenes``.
        partners: who may report; None for anyone.
        regions: where acts count; None for anywhere.
        unknown_regions: codes in the records that the vocabulary does not have.
        days: on which acts count.
        time_zone: IANA name; its calendar gives the local day.
        local_day: the engine's primitive.
    """

    known_scenes: Mapping[str, Scene]
    scene_ids: tuple[str, ...]
    partners: Collection[str] | None
    regions: Collection[str] | None
    unknown_regions: Collection[str]
    days: DayRange
    time_zone: str
    local_day: LocalDay

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """The programme's scenes; inside a plan a scene is its place in this list."""
        return tuple(self.known_scenes[scene_id] for scene_id in self.scene_ids)

    def numbers_where(self, holds: Callable[[Scene], bool]) -> tuple[int, ...]:
        """The places of the scenes for which something holds."""
        return tuple(number for number, scene in enumerate(self.scenes) if holds(scene))

    @cached_property
    def quantities(self) -> dict[str, Asked]:
        """Each quantity that a scene of the programme carries, by name."""
        asked: dict[str, list[tuple[int, Quantity]]] = {}
        for number, scene in enumerate(self.scenes):
            for name, quantity in scene.quantities.items():
                asked.setdefault(name, []).append((number, quantity))
        return {
            name: tuple(_grouped(alike))
            for name, alike in sorted(asked.items())
        }  # fmt: skip


def _grouped(asked: list[tuple[int, Quantity]]) -> Iterable[tuple[tuple[int, ...], Quantity]]:
    kinds: list[Quantity] = []
    for _, quantity in asked:
        if quantity not in kinds:
            kinds.append(quantity)
    for kind in kinds:
        yield tuple(number for number, quantity in asked if quantity == kind), kind


def in_scenes(records: Any, numbers: Iterable[int]) -> Any:
    """True where the record's scene is one of those in these places."""
    return any_of(records.scene_number == ibis.literal(number, "int32") for number in numbers)
