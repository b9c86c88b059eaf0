"""The main job once more, in plain Python: every report against every winner, every act against
every limit. It shares nothing with the pipeline but the words, and knows the trial programmes only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.pipeline.store import record_key

ZONE = ZoneInfo("Asia/Shanghai")
PARTNERS = ("zebra", "amap", "bank")
EVIDENCE = (
    "fare_record", "meter_record", "vehicle_record", "navigation_track", "device_sensor", "photo",
    "statement",
)  # fmt: skip
STRANGER = "k:nobody"
QUANTITY = {"walk": "steps", "shared_bike_ride": "distance_km"}


@dataclass(frozen=True)
class Rates:
    """What a step, a ride by bus or metro and a kilometre on a shared bike are worth."""

    step_mg: int = 20
    ride_mg: int = 80_000
    km_mg: int = 48_700


@dataclass(frozen=True)
class Report:
    """A record as a partner hands it in."""

    record_id: str
    partner: str
    person: str
    scene: str
    start: datetime
    end: datetime
    evidence: str
    reference: str | None = None
    asset: str | None = None
    amount: Decimal | None = None
    region: str = "420106"

    def row(self) -> dict[str, object]:
        """As a row of a file."""
        found: dict[str, object] = {
            "record_id": self.record_id, "partner": self.partner, "subject": self.person,
            "scene": self.scene, "started_at": self.start.isoformat(),
            "ended_at": self.end.isoformat(), "region": self.region, "evidence": self.evidence,
            "reference": self.reference, "asset": self.asset, "steps": None, "distance_km": None,
        }  # fmt: skip
        return found | ({} if self.amount is None else {QUANTITY[self.scene]: self.amount})

    @property
    def day(self) -> date:
        return self.start.astimezone(ZONE).date()

    def refused(self) -> str | None:
        if self.amount == 0:
            return {"walk": "no-steps", "shared_bike_ride": "no-distance"}[self.scene]
        return None

    def reduction_mg(self, rates: Rates) -> int:
        match self.scene:
            case "walk":
                return int((self.amount or 0) * rates.step_mg)
            case "shared_bike_ride":
                return int((self.amount or 0) * rates.km_mg)
            case _:
                return rates.ride_mg

    def claims(self) -> tuple[datetime, datetime]:
        """The time that the report claims: its day, its second, or from start to end."""
        if self.scene == "walk":
            midnight = datetime.combine(self.day, datetime.min.time(), ZONE)
            return midnight, midnight + timedelta(days=1)
        if self.end <= self.start:
            second = self.start.replace(microsecond=0)
            return second, second + timedelta(seconds=1)
        return self.start, self.end

    def strength(self) -> tuple[Any, ...]:
        return (
            EVIDENCE.index(self.evidence),
            PARTNERS.index(self.partner),
            self.partner,
            self.start.astimezone(UTC),
        )


def shared_key(one: Report, other: Report) -> str | None:
    """Why two reports may be one act."""
    if one.scene == other.scene and one.reference and one.reference == other.reference:
        return "same-reference"
    (a, b), (c, d) = one.claims(), other.claims()
    if not (a < d and c < b):
        return None
    bikes = one.scene == other.scene == "shared_bike_ride"
    if bikes and one.asset and one.asset == other.asset:
        return "same-asset"
    steps = {one.scene == "walk", other.scene == "walk"}
    return "same-time" if one.person == other.person and len(steps) == 1 else None


@dataclass
class Act:
    """A line that stands.

    Args:
        pool: which has locked it.
    """

    report: Report
    key: int
    posted: int
    credited_mg: int = 0
    pool: str | None = None


class Refusal(Exception):
    """A correction that is not posted.

    Args:
        fault: the name of the fault.
        pools: which have locked lines that it would lower.
    """

    def __init__(self, fault: str, pools: Iterable[str] = ()) -> None:
        super().__init__(fault)
        self.fault, self.pools = fault, tuple(sorted(set(pools)))


@dataclass
class Batch:
    """What the model says of a batch: verdicts and lines, each with how often it occurs."""

    verdicts: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    lines: Counter[tuple[Any, ...]] = field(default_factory=Counter)


@dataclass
class Model:
    """A programme and its books.

    Args:
        batches: how many were posted in its dedup domain.
        others: the acts of other programmes of the domain.
    """

    programme: str
    supersedes: bool = False
    limited: bool = False
    nobody: set[str] = field(default_factory=lambda: {STRANGER})  # who has no account
    claimed: dict[tuple[str, str], Report] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    batches: int = 0
    rates: Rates = field(default_factory=Rates)
    figures: dict[Report, int] = field(default_factory=dict)
    withdrawn: set[Report] = field(default_factory=set)
    others: list[Act] = field(default_factory=list)

    def post(self, reports: Iterable[Report], left_out: Collection[Report] = ()) -> Batch:
        """One batch.

        Args:
            left_out: earlier reports that do not compete.
        """
        self.batches += 1
        found = Batch()
        new: list[Report] = []
        for report in reports:
            code = self._not_taken(report)
            if code is None:
                self.claimed[report.partner, report.record_id] = report
                self.figures[report] = report.reduction_mg(self.rates)
                new.append(report)
            else:
                found.verdicts[verdict_row(report, *code)] += 1
        self._resolve(new, found, left_out)
        return found

    def _not_taken(self, report: Report) -> tuple[str, str] | None:
        before = self.claimed.get((report.partner, report.record_id))
        if before == report:
            return "duplicate", "retry"
        if before is not None:
            return "refused", "conflict"
        if report.person in self.nobody:
            return "held", "no-account"
        code = report.refused()
        return None if code is None else ("refused", code)

    def key(self, report: Report) -> int:
        return record_key(self.programme, report.partner, report.record_id)

    def withdraw(
        self,
        records: Iterable[tuple[str, str]],
        *,
        clawback: str | None = None,
        left_out: Collection[Report] = (),
    ) -> Batch:
        """The records are gone for good; who lost to them alone may count.

        Args:
            clawback: the pool whose lines may be taken back.
            left_out: reports that do not compete.

        Raises:
            Refusal: a record was withdrawn before; a line is another pool's; or a pool is named
                that has none of them.
        """
        gone = {self.claimed[record] for record in records}
        if gone & self.withdrawn:
            raise Refusal("AlreadyWithdrawn")
        free = self._clawed_back([act for act in self.acts if act.report in gone], clawback)
        self.batches += 1
        found = Batch()
        self.withdrawn |= gone
        winners, _ = self._contest(self._firm(gone), self._rivals(left_out))
        self._write({w.report for w in winners if self._is_ours(w)}, found, free=free)
        return found

    def restate(
        self, scenes: Iterable[str], first: date, last: date, *, clawback: str | None = None
    ) -> Batch:
        """Acts of these scenes and days are worth what the rates say now.

        Raises:
            Refusal: as for ``withdraw``, of lines whose figure falls below what they are credited.
        """
        figures = {
            act.report: act.report.reduction_mg(self.rates)
            for act in self.acts
            if act.report.scene in scenes and first <= act.report.day <= last
        }
        low = [a for a in self.acts if figures.get(a.report, a.credited_mg) < a.credited_mg]
        free = self._clawed_back(low, clawback)
        self.batches += 1
        found = Batch()
        before = dict(self.figures)
        self.figures |= figures
        self._write({act.report for act in self.acts}, found, before, free=free)
        return found

    def _clawed_back(self, lowered: Iterable[Act], clawback: str | None) -> set[int]:
        """The keys of the lines that a pool gives back for this batch."""
        pools = {act.key: act.pool for act in lowered if act.pool is not None}
        if any(pool != clawback for pool in pools.values()):
            raise Refusal("LinesLocked", pools.values())
        if clawback is not None and not pools:
            raise Refusal("NothingToClawBack")
        return set(pools)

    def lock(self, keys: Collection[int], pool: str) -> None:
        """A pool takes lines."""
        for act in self.acts:
            if act.key in keys:
                act.pool = pool

    def free_unseen(self) -> set[Report]:
        """Reports that nothing beats any longer, and that no batch of the programme has looked at.

        Another programme took back what they had lost to. They count with the next batch of their
        own programme that looks at their day, whichever that is.
        """
        standing = {act.report for act in self.acts}
        left: set[Report] = set()
        while True:
            winners, _ = self._contest(self._firm(set()), self._rivals(left))
            ours = {w.report for w in winners if self._is_ours(w)}
            more = ours - standing
            if not more:
                return left
            left |= more

    def _is_ours(self, act: Act) -> bool:
        return act.key == self.key(act.report)

    def _firm(self, gone: Collection[Report]) -> list[Act]:
        """The lines that whatever competes loses to."""
        own = [act for act in self.acts if act.report not in gone]
        if self.supersedes:
            own = [act for act in own if act.pool is not None]
        return [*own, *self.others]

    def _rivals(self, left_out: Collection[Report] = ()) -> list[Report]:
        """The reports that compete once more: idle ones; where a stronger one supersedes, all."""
        firm = {act.report for act in self.acts if act.pool is not None or not self.supersedes}
        gone = {*self.withdrawn, *firm, *left_out}
        reports = [report for report in self.claimed.values() if report not in gone]
        return sorted(reports, key=lambda r: (*r.strength(), str(self.key(r))))

    def _contest(
        self, stay: list[Act], rest: list[Report]
    ) -> tuple[list[Act], dict[Report, tuple[Act, str]]]:
        """Who wins, in the total order; and to whom the others lose, and why."""
        winners = sorted(stay, key=lambda a: (a.posted, *a.report.strength(), str(a.key)))
        lost: dict[Report, tuple[Act, str]] = {}
        for report in rest:
            rivals = ((winner, shared_key(report, winner.report)) for winner in winners)
            loss = next(((winner, key) for winner, key in rivals if key), None)
            if loss is None:
                winners.append(Act(report, self.key(report), self.batches))
            else:
                lost[report] = loss
        return winners, lost

    def _resolve(self, new: list[Report], found: Batch, left_out: Collection[Report]) -> None:
        if self.supersedes:
            rivals = self._rivals(left_out)
        else:
            rivals = sorted(new, key=lambda r: (*r.strength(), r.record_id))
        winners, lost = self._contest(self._firm(set()), rivals)
        self._write({w.report for w in winners if self._is_ours(w)}, found)
        credited = {act.report: act.credited_mg for act in self.acts}
        for report in new:
            if report in lost:
                act, key = lost[report]
                # To another programme nothing is said of a record but whose it is.
                name = act.report.record_id if self._is_ours(act) else None
                row = verdict_row(report, "duplicate", key, act.report.partner, name)
            else:
                row = verdict_row(report, "counted", credited=credited[report])
            found.verdicts[row] += 1

    def _write(
        self,
        winners: set[Report],
        found: Batch,
        before: dict[Report, int] | None = None,
        *,
        free: Collection[int] = (),
    ) -> None:
        """Lines: what is taken back, what is new, and what rates and limits give or take."""
        old = self.figures if before is None else before
        standing = {act.report for act in self.acts}
        for act in self.acts:
            if act.report not in winners:
                found.lines["reversal", act.key, -old[act.report], -act.credited_mg] += 1
        kept = [act for act in self.acts if act.report in winners]
        kept += [Act(r, self.key(r), self.batches) for r in winners - standing]
        self.acts = sorted(kept, key=lambda a: (a.posted, a.report.start.astimezone(UTC), a.key))
        credited = self._credited(free)
        for act in self.acts:
            now, figure = credited[act.key], self.figures[act.report]
            more = figure - old[act.report]
            if act.posted == self.batches:
                found.lines["act", act.key, figure, now] += 1
            elif more or now != act.credited_mg:
                found.lines["difference", act.key, more, now - act.credited_mg] += 1
            act.credited_mg = now

    def _credited(self, free: Collection[int] = ()) -> dict[int, int]:
        """By key what each act is credited: limits fill in the order of posting.

        A line that a pool has locked is not lowered: such lines fill limits first, with what they
        are credited, and others get less.

        Args:
            free: lines that their pool gives back for this batch.
        """
        locked = {a.key: a for a in self.acts if a.pool is not None and a.key not in free}
        held: set[int] = set()
        while True:
            left = self._filled(held)
            low = {key for key, act in locked.items() if left[key] < act.credited_mg} - held
            if not low:
                break
            held |= low
        return left | {key: max(left[key], act.credited_mg) for key, act in locked.items()}

    def _filled(self, held: Collection[int]) -> dict[int, int]:
        """One limit after the other; those that are held come first."""
        acts = sorted(self.acts, key=lambda act: act.key not in held)
        left = {a.key: a.credited_mg if a.key in held else self.figures[a.report] for a in acts}
        limits = [WALK_A_DAY, *(LIMITS if self.limited else ())]
        for scenes, group, most_mg, most_count in limits:
            used: dict[Any, int] = defaultdict(int)
            for act in acts:
                if act.report.scene not in scenes:
                    continue
                name, mine = group(act.report), left[act.key]
                if most_mg is not None:
                    left[act.key] = min(mine, max(0, most_mg - used[name]))
                    used[name] += mine
                else:
                    assert most_count is not None
                    left[act.key] = mine if used[name] < most_count else 0
                    used[name] += mine > 0
        return left

    def points(self, act: Act) -> Counter[str]:
        """By currency: 0.037 a gram, and the table."""
        found = Counter({"grams": act.credited_mg * 37 // 1_000_000})
        if act.credited_mg:
            amount = act.report.amount or Decimal(0)
            match act.report.scene:
                case "walk":
                    found["table"] = int(amount // 1_000)
                case "bus_ride":
                    found["table"] = 2
                case "shared_bike_ride":
                    found["table"] = int(amount // Decimal("0.1")) * 3
        return +found

    def total(self, of: Callable[[Report], Any]) -> dict[Any, tuple[Any, ...]]:
        """By partner, region or whatever is asked: acts, reduction, credited, and points."""
        found: dict[Any, list[Act]] = defaultdict(list)
        for act in self.acts:
            found[of(act.report)].append(act)
        return {name: self._sum(acts) for name, acts in found.items()}

    def _sum(self, acts: Sequence[Act]) -> tuple[Any, ...]:
        points: Counter[str] = sum((self.points(act) for act in acts), Counter())
        reduction = sum(self.figures[act.report] for act in acts)
        return len(acts), reduction, sum(act.credited_mg for act in acts), dict(points)


def verdict_row(
    report: Report,
    verdict: str,
    code: str | None = None,
    winner_partner: str | None = None,
    winner_record_id: str | None = None,
    credited: int | None = None,
) -> tuple[Any, ...]:
    """A row of the verdicts, without its reason and its file."""
    return (
        report.partner, report.record_id, verdict, code, winner_partner, winner_record_id, credited,
    )  # fmt: skip


# Each limit: the scenes that it counts, its groups, and the most in mg or in number.
Limit = tuple[tuple[str, ...], Callable[[Report], Any], int | None, int | None]
_TRIPS = ("bus_ride", "metro_ride", "shared_bike_ride")
WALK_A_DAY: Limit = (("walk",), lambda r: (r.person, r.day), 200_000, None)
LIMITS: tuple[Limit, ...] = (
    (("shared_bike_ride",), lambda r: (r.partner, r.record_id), 90_000, None),
    (_TRIPS, lambda r: (r.person, r.day), 250_000, None),
    (("bus_ride", "metro_ride"), lambda r: (r.person, r.day.year, r.day.month), None, 4),
    (("shared_bike_ride", "walk"), lambda r: (r.person, r.day.year, r.day.month), 400_000, None),
)
