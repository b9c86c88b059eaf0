"""How people of the simulated city live: when they ride, how far, how many steps they walk.

The numbers are invented, and meant to look like a city: two peaks of commuting, short bike rides,
longer ones by bus, lunch and supper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

RIDES = ("bus_ride", "metro_ride", "shared_bike_ride", "shared_ebike_ride", "cycle_own")
INSTANTS = ("no_tableware", "small_portion", "clean_plate", "used_clothes", "bill_payment")
SCENES = (*RIDES, "walk", *INSTANTS)  # those that the city knows

MORNING, EVENING, LUNCH, SUPPER = 7 * 60 + 50, 18 * 60 + 5, 12 * 60 + 10, 18 * 60 + 50
KM_PER_HOUR = {
    "bus_ride": 17.0, "metro_ride": 32.0, "shared_bike_ride": 11.0, "shared_ebike_ride": 16.0,
    "cycle_own": 13.0,
}  # fmt: skip
TYPICAL_KM = {
    "bus_ride": 5.6, "metro_ride": 9.5, "shared_bike_ride": 1.7, "shared_ebike_ride": 2.9,
    "cycle_own": 3.2,
}  # fmt: skip
SPREAD = 0.45  # of the logarithm of a distance
TYPICAL_STEPS, STEPS_SPREAD = 6200.0, 0.55

# How many of a hundred people do it on a day, with what is over after the ride to work.
OF_A_HUNDRED = {
    "walk": 62, "no_tableware": 24, "small_portion": 6, "clean_plate": 11, "used_clothes": 1,
    "bill_payment": 2,
}  # fmt: skip
# By what people go to work, of a hundred; the rest stay at home or drive.
COMMUTE_OF_A_HUNDRED = {
    "bus_ride": 27, "metro_ride": 16, "shared_bike_ride": 13, "shared_ebike_ride": 11,
    "cycle_own": 3,
}  # fmt: skip
LAST_MILE_OF_A_HUNDRED = 30  # of those who go by bus or metro ride a shared bike for the last part


@dataclass(frozen=True)
class Doing:
    """An act as its person lives it.

    Args:
        quantities: by name, in the unit of the scene.
    """

    scene: str
    started_at: datetime
    ended_at: datetime
    quantities: Mapping[str, float]


@dataclass(frozen=True)
class Clock:
    """A local day, on which minutes become instants."""

    day: date
    zone: ZoneInfo

    def at(self, minute: float) -> datetime:
        """The instant so many minutes after midnight, in whole seconds."""
        midnight = datetime.combine(self.day, time(), self.zone)
        return midnight + timedelta(seconds=round(60 * min(max(minute, 1.0), 1438.0)))

    def whole_day(self) -> tuple[datetime, datetime]:
        """From midnight to midnight."""
        midnight = datetime.combine(self.day, time(), self.zone)
        return midnight, datetime.combine(self.day + timedelta(days=1), time(), self.zone)


def commute_of(random: Random, scenes: frozenset[str]) -> str | None:
    """By which of the scenes a person goes to work; None for another way."""
    drawn = random.random() * 100
    for scene, share in COMMUTE_OF_A_HUNDRED.items():
        if drawn < share:
            return scene if scene in scenes else None
        drawn -= share
    return None


def day_of(
    random: Random, clock: Clock, scenes: frozenset[str], commute: str | None
) -> list[Doing]:
    """What a person does in a day, by time of beginning.

    Args:
        scenes: those that the programme counts.
        commute: how this person goes to work.
    """
    doings: list[Doing] = []
    works = clock.day.weekday() < 5
    if commute is not None and random.random() < (0.88 if works else 0.30):
        there = random.gauss(MORNING, 35) if works else random.gauss(11 * 60, 90)
        back = random.gauss(EVENING, 45) if works else random.gauss(16 * 60, 80)
        for minute in (there, max(back, there + 90)):
            doings += _way(random, clock, scenes, commute, minute)
    for scene, share in OF_A_HUNDRED.items():
        if scene in scenes and random.random() * 100 < share:
            doings.append(_OTHERS[scene](random, clock, scene))
    return sorted(doings, key=lambda doing: (doing.started_at, doing.scene))


def _way(
    random: Random, clock: Clock, scenes: frozenset[str], scene: str, minute: float
) -> list[Doing]:
    first = _ride(random, clock, scene, minute)
    by_rail_or_bus = scene in ("bus_ride", "metro_ride")
    if not by_rail_or_bus or "shared_bike_ride" not in scenes:
        return [first]
    if random.random() * 100 >= LAST_MILE_OF_A_HUNDRED:
        return [first]
    ended = (first.ended_at - clock.at(1)).total_seconds() / 60 + 1
    return [first, _ride(random, clock, "shared_bike_ride", ended + random.uniform(2, 6))]


def _ride(random: Random, clock: Clock, scene: str, minute: float) -> Doing:
    """A ride; a few minutes of it are waiting, at stops and at lights."""
    distance_km = round(TYPICAL_KM[scene] * math.exp(random.gauss(0, SPREAD)), 2)
    minutes = 60 * distance_km / KM_PER_HOUR[scene] + random.uniform(1, 4)
    return Doing(scene, clock.at(minute), clock.at(minute + minutes), {"distance_km": distance_km})


def _walk(random: Random, clock: Clock, scene: str) -> Doing:
    steps = float(round(TYPICAL_STEPS * math.exp(random.gauss(0, STEPS_SPREAD))))
    return Doing(scene, *clock.whole_day(), {"steps": min(steps, 45_000.0)})


def _meal(random: Random, clock: Clock, scene: str) -> Doing:
    when = clock.at(random.gauss(random.choice((LUNCH, SUPPER)), 25))
    return Doing(scene, when, when, {"item_count": 1.0})


def _clothes(random: Random, clock: Clock, scene: str) -> Doing:
    when = clock.at(random.uniform(9 * 60, 19 * 60))
    return Doing(scene, when, when, {"mass_kg": round(random.uniform(0.8, 4.0), 1)})


def _bill(random: Random, clock: Clock, scene: str) -> Doing:
    when = clock.at(random.uniform(8 * 60, 22 * 60))
    paid_fen = float(random.randrange(2_000, 40_000))
    return Doing(scene, when, when, {"item_count": 1.0, "paid_fen": paid_fen})


_OTHERS: dict[str, Callable[[Random, Clock, str], Doing]] = {
    "walk": _walk, "no_tableware": _meal, "small_portion": _meal, "clean_plate": _meal,
    "used_clothes": _clothes, "bill_payment": _bill,
}  # fmt: skip
