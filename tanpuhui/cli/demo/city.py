"""What happens in the simulated city, and who reports it: pure, and the same for the same seed.

Four partners, each of a kind of its own (``ROLES``), see the same rides with different eyes. A
fare gate has a ticket number; a bike has a plate; an app sees where a person went, and sometimes
hands on the other's order number. So most rides that several report share a key, and the journal
may hold each once only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tanpuhui.cli.demo import habits
from tanpuhui.cli.demo.faults import NoSceneKnown
from tanpuhui.cli.demo.habits import Clock, Doing
from tanpuhui.cli.demo.reports import Report, mistakes
from tanpuhui.rules import Library, Programme
from tanpuhui.terms import Regions

SHARED = "k:"  # before a subject that means one person for every partner

# What the partners are, by their place in the programme's list: the fare gates (CSV), an app with
# orders and bikes of its own (CSV in its own columns), a bike company (JSON Lines), and an app for
# everything, which also sells the bike company's rides (Parquet).
ROLES = ("fares", "orders", "bikes", "everyday")
INVENTED = ("example-transit", "example-orders", "example-bikes", "example-everyday")
BIKES = ("shared_bike_ride", "shared_ebike_ride")
FARES = ("bus_ride", "metro_ride")
ORDERS = ("no_tableware", "small_portion")
FIRST_DAY = date(2026, 3, 2)  # a Monday

# Of a hundred acts of the kind; the everyday app is on many phones, and not always awake.
TRACKED, TICKET_SHOWN, SOLD_IN_APP, PLATE_SCANNED = 34, 6, 32, 14
STEPS_STATED, ORDER_SHOWN, ONLY_AT_ONE = 12, 10, 8
SENT_TWICE, SENT_AGAIN_NEXT_DAY, CONFLICTING, LATE = 1.2, 0.8, 0.4, 3.0


@dataclass(frozen=True)
class Act:
    """What somebody did.

    Args:
        person: number in the city, from 0.
        reference: the ticket or order number that comes with it; empty where there is none.
        asset: the plate of the bike; empty where there is none.
        sold_by: the role whose record is the first one made of it.
    """

    person: int
    region: str
    doing: Doing
    reference: str
    asset: str
    sold_by: str


@dataclass(frozen=True)
class City:
    """A simulated city.

    Args:
        partners: by role; a programme with fewer partners than roles gives one several.
        days: the local days, one after the other.
        reports: all of them, in the order of handing in.
    """

    programme: str
    seed: int
    people: int
    time_zone: str
    partners: Mapping[str, str]
    days: tuple[date, ...]
    acts: tuple[Act, ...]
    reports: tuple[Report, ...]

    def handed_in(self, day: int, role: str) -> tuple[Report, ...]:
        """What a partner hands in on a day, from 0."""
        return tuple(r for r in self.reports if r.handed_in_day == day and r.role == role)

    def subject(self, person: int) -> str:
        """The keyed hash by which all partners know a person."""
        return _shared_subject(self.seed, person)


def simulated(programme: Programme, library: Library, *, seed: int, people: int, days: int) -> City:
    """A city that lives by a programme.

    Args:
        people: how many live in it.
        days: how many days pass.

    Raises:
        NoSceneKnown: the programme counts nothing that the city does.
    """
    scenes = frozenset(programme.scenes) & frozenset(habits.SCENES)
    if not scenes:
        counted = tuple(sorted(programme.scenes))
        raise NoSceneKnown(programme=programme.id, scenes=counted, known=habits.SCENES)
    random = Random(f"{programme.id} {seed}")
    regions = _regions(programme, library)
    calendar = tuple(_first_day(programme, days) + timedelta(days=n) for n in range(days))
    homes = [_home(random, regions) for _ in range(people)]
    commutes = [_there(habits.commute_of(random, scenes), home, regions, scenes) for home in homes]
    zone = ZoneInfo(programme.time_zone)
    acts: list[Act] = []
    reports: list[Report] = []
    witness = _Witness(random, seed, days, zone)
    for number, day in enumerate(calendar):
        today: list[Act] = []
        for person in range(people):
            doings = habits.day_of(random, Clock(day, zone), scenes, commutes[person])
            today += [_act(random, person, homes[person], doing) for doing in doings]
        acts += today
        found = witness.reports_of(today, number)
        reports += found + mistakes(random, found, number)
    return City(
        programme.id, seed, people, programme.time_zone, _partners(programme), calendar,
        tuple(acts), tuple(reports),
    )  # fmt: skip


def _partners(programme: Programme) -> dict[str, str]:
    named = INVENTED if programme.partners is None else programme.partners
    return {role: named[place % len(named)] for place, role in enumerate(ROLES)}


def _first_day(programme: Programme, days: int) -> date:
    """The usual one, or the nearest from which all days are the programme's."""
    first = FIRST_DAY
    if programme.valid.until_day is not None:
        first = min(first, programme.valid.until_day - timedelta(days=days))
    return max(first, programme.valid.from_day or first)


def _regions(programme: Programme, library: Library) -> tuple[str, ...]:
    """The cities in which the programme counts, or itself; the first of them is the largest."""
    outer = programme.regions or ("110000",)
    inside = tuple(
        region.code
        for region in library.regions
        if region.code.endswith("00") and not region.code.endswith("0000")
        if any(Regions.covers(code, region.code) for code in outer)
    )
    return inside[:6] or outer


def _home(random: Random, regions: Sequence[str]) -> str:
    """Where somebody lives: one in two in the first city, one in two of the others in the next."""
    for region in regions[:-1]:
        if random.random() < 0.5:
            return region
    return regions[-1]


def _there(
    commute: str | None, home: str, regions: Sequence[str], scenes: frozenset[str]
) -> str | None:
    """How one goes to work where one lives: only the largest city has a metro."""
    if commute == "metro_ride" and home != regions[0]:
        return "bus_ride" if "bus_ride" in scenes else None
    return commute


def _act(random: Random, person: int, region: str, doing: Doing) -> Act:
    number = f"{random.randrange(16**10):010x}"
    match doing.scene:
        case "bus_ride" | "metro_ride":
            return Act(person, region, doing, f"T{number}", "", "fares")
        case "shared_bike_ride" | "shared_ebike_ride":
            company = "orders" if random.random() < 0.45 else "bikes"
            # There are so many bikes that two rides of one at a time do not come about by chance.
            plate = f"{region[:4]}-{random.randrange(10**8):08d}"
            return Act(person, region, doing, f"B{number}", plate, company)
        case "no_tableware" | "small_portion":
            return Act(person, region, doing, f"M{number}", "", "orders")
        case "used_clothes" | "bill_payment":
            return Act(person, region, doing, f"E{number}", "", "everyday")
        case _:
            return Act(person, region, doing, "", "", "everyday")


@dataclass(frozen=True)
class _Witness:
    """Who reports an act, and how well."""

    random: Random
    seed: int
    days: int
    zone: ZoneInfo

    def reports_of(self, acts: Iterable[Act], day: int) -> list[Report]:
        """All reports of a day's acts, with those that are sent twice, late or with a slip."""
        found: list[Report] = []
        for act in acts:
            for report in self._seen(act, day):
                found += self._sent(report)
        return found

    def chance(self, of_a_hundred: float) -> bool:
        """True so many times of a hundred."""
        return self.random.random() * 100 < of_a_hundred

    def _seen(self, act: Act, day: int) -> list[Report]:
        scene = act.doing.scene
        if scene == "walk":
            first = self._report("everyday", act, day, evidence="device_sensor")
            return [first, *self._steps_stated(act, day)]
        if scene in FARES:
            return self._seen_at_the_gate(act, day)
        if scene in BIKES:
            return self._seen_on_a_bike(act, day)
        evidence = {"clean_plate": "photo", "cycle_own": "navigation_track"}.get(
            scene, "fare_record"
        )
        found = [self._report(act.sold_by, act, day, evidence=evidence)]
        if scene in ORDERS and self.chance(ORDER_SHOWN):
            found.append(self._report("everyday", act, day, evidence="fare_record"))
        return found

    def _steps_stated(self, act: Act, day: int) -> list[Report]:
        """The orders' app asks people for their steps; they round up."""
        if not self.chance(STEPS_STATED):
            return []
        steps = 500.0 * (1 + act.doing.quantities["steps"] // 500)
        stated = replace(act, doing=replace(act.doing, quantities={"steps": steps}))
        return [self._report("orders", stated, day, evidence="statement")]

    def _seen_at_the_gate(self, act: Act, day: int) -> list[Report]:
        found = [self._report("fares", act, day, evidence="fare_record")]
        if self.chance(TRACKED):
            found.append(self._track(act, day))
        elif self.chance(TICKET_SHOWN):
            found.append(self._report("everyday", act, day, evidence="photo"))
        return found

    def _seen_on_a_bike(self, act: Act, day: int) -> list[Report]:
        """The bike company knows its lock; who is paid for the ride has the better evidence."""
        paid = act.sold_by == "orders"
        evidence = "fare_record" if paid else "vehicle_record"
        found = [self._report(act.sold_by, act, day, evidence=evidence)]
        if not paid and self.chance(SOLD_IN_APP):
            plain = replace(act, asset="")
            found.append(self._report("everyday", plain, day, evidence="fare_record"))
        elif self.chance(PLATE_SCANNED):
            plain = replace(act, reference="")
            found.append(self._report("everyday", plain, day, evidence="navigation_track"))
        elif self.chance(TRACKED):
            found.append(self._track(act, day))
        return found

    def _track(self, act: Act, day: int) -> Report:
        """A phone's track: no number of anything, begins before the ride and ends after it.

        One in five goes on for half an hour, and so meets the ride that follows too.
        """
        after = 32 if self.chance(20) else self.random.randrange(1, 5)
        doing = act.doing
        measured = round(doing.quantities["distance_km"] * self.random.uniform(0.93, 1.09), 2)
        seen = replace(
            doing,
            started_at=doing.started_at - timedelta(minutes=self.random.randrange(1, 6)),
            ended_at=doing.ended_at + timedelta(minutes=after),
            quantities={"distance_km": measured},
        )
        plain = replace(act, doing=seen, reference="", asset="")
        return self._report("everyday", plain, day, evidence="navigation_track")

    def _report(self, role: str, act: Act, day: int, *, evidence: str) -> Report:
        quantities = {name: _number(value) for name, value in act.doing.quantities.items()}
        fields = {
            "record_id": f"SIM-{role}-{self.random.randrange(16**12):012x}",
            "subject": self._subject(role, act),
            "scene": act.doing.scene,
            "started_at": self._written(act.doing.started_at),
            "ended_at": self._written(act.doing.ended_at),
            "region": act.region,
            "evidence": evidence,
            "reference": act.reference,
            "asset": act.asset,
        }
        return Report(role, day, fields | quantities)

    def _subject(self, role: str, act: Act) -> str:
        """The key that all partners share; of a few customers of one partner, its own number."""
        if role == "orders" and act.doing.scene in ORDERS and act.person % 100 < ONLY_AT_ONE:
            return f"customer-{act.person:06d}"
        return _shared_subject(self.seed, act.person)

    def _written(self, instant: datetime) -> str:
        return instant.astimezone(self.zone).isoformat(timespec="seconds")

    def _sent(self, report: Report) -> list[Report]:
        """The report as it arrives: once, twice, again the next day, late, or changed."""
        more = report.handed_in_day + 1 < self.days
        if more and self.chance(LATE):
            return [replace(report, handed_in_day=report.handed_in_day + 1)]
        if self.chance(SENT_TWICE):
            return [report, report]
        if more and self.chance(SENT_AGAIN_NEXT_DAY):
            return [report, replace(report, handed_in_day=report.handed_in_day + 1)]
        if more and "distance_km" in report.fields and self.chance(CONFLICTING):
            longer = _number(float(report.fields["distance_km"]) + 1.5)
            changed = replace(
                report,
                handed_in_day=report.handed_in_day + 1,
                fields={**report.fields, "distance_km": longer},
            )
            return [report, changed]
        return [report]


def _shared_subject(seed: int, person: int) -> str:
    digest = hashlib.sha256(f"simulated {seed} {person}".encode()).hexdigest()
    return f"{SHARED}{digest[:32]}"


def _number(value: float) -> str:
    """A number in the fewest digits: 2.5, and 7250 without a point."""
    return str(int(value)) if value == int(value) else repr(value)
