"""Random small worlds: pairs of people whose reports chain, pile up and share numbers.

One world holds many pairs that never meet, so that one run of the main job tries many cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.pipeline.model import PARTNERS, STRANGER, ZONE, Rates, Report

EVIDENCE_OF = {
    "walk": ("device_sensor", "statement"),
    "bus_ride": ("fare_record", "navigation_track", "photo", "statement"),
    "metro_ride": ("fare_record", "navigation_track", "photo", "statement"),
    "shared_bike_ride": ("fare_record", "vehicle_record", "navigation_track"),
}
# Neighbours, a fortnight later, and another month; the hour before midnight leads into the next.
DAYS = ((6, 3), (6, 3), (6, 3), (6, 4), (6, 20), (7, 2))
HANKOU, BIKES = "rates.hankou_2022", "mobility.shared_cycling.edc_cec_2021"
SCENES = {HANKOU: ("walk", "bus_ride", "metro_ride"), BIKES: ("shared_bike_ride",)}
# As the library has them, and twice corrected.
RATES = (
    (Rates(), ("0.02", "80", "48.70")),
    (Rates(15, 65_000, 60_000), ("0.015", "65", "60")),
    (Rates(40, 110_000, 13_000), ("0.04", "110", "13")),
)
REGIONS = ("420100", "420106", "420111")


@dataclass(frozen=True)
class World:
    """Reports, each with the number of its batch; some come twice, or changed."""

    batches: tuple[tuple[Report, ...], ...]

    def all_reports(self) -> list[Report]:
        return [report for batch in self.batches for report in batch]


def world(seed: int, *, batches: int, pairs: int = 20, conflicts: bool = True) -> World:
    """The world of a seed."""
    chance = Random(seed)
    found: list[list[Report]] = [[] for _ in range(batches)]
    for pair in range(pairs):
        for report in reports_of_pair(chance, pair):
            home = chance.randrange(batches)
            found[home].append(report)
            if chance.random() < 0.1:
                found[chance.randrange(home, batches)].append(report)
            if conflicts and home < batches - 1 and chance.random() < 0.05:
                changed = replace(report, region="420115")
                found[chance.randrange(home + 1, batches)].append(changed)
    for batch in found:
        chance.shuffle(batch)
    return World(tuple(tuple(batch) for batch in found))


def reports_of_pair(chance: Random, pair: int) -> Iterable[Report]:
    """Up to nine reports of two people, who share tickets and bikes."""
    evening = chance.random() < 0.3
    for number in range(chance.randrange(2, 10)):
        scene = chance.choice(("walk", "bus_ride", "bus_ride", "metro_ride", "shared_bike_ride",
                               "shared_bike_ride"))  # fmt: skip
        month, day = chance.choice(DAYS)
        hour = 23 if evening else 8
        start = datetime(2024, month, day, hour, 0, chance.choice((0, 0, 30)), tzinfo=ZONE)
        start += timedelta(minutes=chance.randrange(0, 90, 10))
        end = start + timedelta(minutes=chance.choice((0, 5, 10, 10, 15, 20, 60)))
        if scene == "walk":
            start = start.replace(hour=0, minute=0)
            end = start + timedelta(hours=chance.choice((1, 23)))
        yield Report(
            record_id=f"{pair}-{number}",
            partner=chance.choice(PARTNERS),
            person=STRANGER if chance.random() < 0.03 else f"k:{pair}-{chance.choice('aab')}",
            scene=scene,
            start=start,
            end=end,
            evidence=chance.choice(EVIDENCE_OF[scene]),
            reference=_one_of(chance, 0.35, [f"{pair}-T{n}" for n in range(3)]),
            asset=_one_of(chance, 0.6, [f"{pair}-B{n}" for n in range(2)]),
            amount=_amount(chance, scene),
            region=chance.choice(REGIONS),
        )


def _one_of(chance: Random, share: float, names: Sequence[str]) -> str | None:
    return chance.choice(names) if chance.random() < share else None


def _amount(chance: Random, scene: str) -> Decimal | None:
    if chance.random() < 0.05 and scene in ("walk", "shared_bike_ride"):
        return Decimal(0)
    match scene:
        case "walk":
            return Decimal(chance.choice((999, 1_000, 4_321, 7_250, 10_001)))
        case "shared_bike_ride":
            return Decimal(chance.randrange(1, 400)) / 100
        case _:
            return None
