"""What happens in a run: who sends which files when, what breaks, and who opens an account.

Everything is drawn from one seed. A history knows nothing of the platform; it is what partners,
people and machines do to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Literal

from tests.pipeline.model import PARTNERS, STRANGER, Report
from tests.pipeline.worlds import DAYS, EVIDENCE_OF, RATES, SCENES, reports_of_pair

PROGRAMMES = ("stays-limited", "supersedes-limited", "supersedes")
STEPS = (
    "intake", "people", "quantify", "dedup", "limits", "ledger", "seal", "incentives", "verdicts",
    "books",
)  # fmt: skip
CORRECTING = ("limits", "ledger", "seal", "incentives", "books")  # steps of a correction
POOLS = ("pool-1", "pool-2")
_DAYS = sorted(set(DAYS))


@dataclass(frozen=True)
class Damage:
    """A cell that is not what it should be, and the code with which its record is refused."""

    field: str
    text: str | None
    code: str


@dataclass(frozen=True)
class Sent:
    """A row of a file: a report, perhaps with a damaged cell."""

    report: Report
    damage: Damage | None = None

    def row(self) -> dict[str, object]:
        """The cells."""
        cells = self.report.row()
        if self.damage is not None:
            cells[self.damage.field] = self.damage.text
        return cells


@dataclass(frozen=True)
class SentFile:
    """A file; a torn one ends in the middle of a row."""

    rows: tuple[Sent, ...]
    form: Literal["csv", "jsonl"] = "csv"
    torn: bool = False


@dataclass(frozen=True)
class Crash:
    """When the poster dies.

    Args:
        when: at the beginning of a step; there too, but by the end of the connection to the
            database; with all files written and nothing committed; after the commit, before anyone
            was answered; or while the log is published, which is after the commit too.
        step: of the first two kinds.
        lost: which of the files that it left behind are gone or torn, as numbers from which the
            store picks; of the last kind, how many files of the log were written.
    """

    when: Literal[
        "in a step", "cut off", "before the commit", "after the commit", "in the publishing"
    ]
    step: str = ""
    lost: tuple[int, ...] = ()

    @property
    def is_committed(self) -> bool:
        """Whether what was asked is posted, though nobody was answered."""
        return self.when in ("after the commit", "in the publishing")


@dataclass(frozen=True)
class Post:
    """Files that are handed in as one batch.

    Args:
        programme: its place among the history's.
    """

    files: tuple[SentFile, ...]
    crash: Crash | None = None
    programme: int = 0


@dataclass(frozen=True)
class OpenAccount:
    """A person who had none opens an account."""

    person: str


@dataclass(frozen=True)
class Withdraw:
    """Records that counted or lost are withdrawn.

    Args:
        picks: numbers by which they are picked among those that can be.
        again: a number by which one that was withdrawn before is picked besides.
    """

    picks: tuple[int, ...]
    crash: Crash | None = None
    programme: int = 0
    again: int | None = None


@dataclass(frozen=True)
class Restate:
    """The library changes, and lines are computed again.

    Args:
        rates: the place in ``RATES`` of what acts are worth from now on.
        days: the first and the last.
    """

    rates: int
    methodology: str
    days: tuple[date, date]
    crash: Crash | None = None
    programme: int = 0


@dataclass(frozen=True)
class Lock:
    """A pool takes lines for issuance.

    Args:
        picks: numbers by which they are picked among those that stand.
    """

    picks: tuple[int, ...]
    pool: str
    programme: int = 0


Event = Post | OpenAccount | Withdraw | Restate | Lock


@dataclass(frozen=True)
class History:
    """A run.

    Args:
        programmes: one, or two of one dedup domain, to which the same rides are reported.
        nobody: persons without an account at the beginning.
    """

    seed: int
    programmes: tuple[str, ...]
    nobody: frozenset[str]
    events: tuple[Event, ...]


def history(seed: int) -> History:
    """The history of a seed."""
    chance = Random(seed)
    slots = chance.randrange(2, 4)
    programmes = _programmes(seed, chance)
    homes: list[list[Sent]] = [[] for _ in range(slots)]
    elsewhere: list[list[Sent]] = [[] for _ in range(slots)]
    opens: list[list[str]] = [[] for _ in range(slots)]
    nobody = {STRANGER}
    for pair in range(chance.randrange(2, 5)):
        if chance.random() < 0.3:
            person = f"k:{pair}-{chance.choice('ab')}"
            nobody.add(person)
            opens[chance.randrange(slots)].append(person)
        for report in reports_of_pair(chance, pair):
            _deliver(chance, report, homes)
            if len(programmes) > 1 and chance.random() < 0.5:
                _deliver(chance, report, elsewhere)
    told = [homes, elsewhere][: len(programmes)]
    return History(seed, programmes, frozenset(nobody), _events(chance, told, opens))


def _programmes(seed: int, chance: Random) -> tuple[str, ...]:
    first = PROGRAMMES[seed % len(PROGRAMMES)]
    if chance.random() < 0.65:
        return (first,)
    return first, chance.choice([name for name in PROGRAMMES if name != first])


def _deliver(chance: Random, report: Report, homes: Sequence[list[Sent]]) -> None:
    """Puts a report into the batch in which it arrives, and what goes wrong with it into others."""
    last = len(homes) - 1
    home = chance.randrange(len(homes))
    if chance.random() < 0.8:  # in the order of time, but for what is late
        earlier = sum(day < (report.start.month, report.start.day) for day in _DAYS)
        home = min(last, earlier * last // (len(_DAYS) - 1))
        while home < last and chance.random() < 0.25:
            home += 1
    homes[home].append(Sent(report))
    if chance.random() < 0.12:  # sent twice, perhaps in one file
        homes[chance.randrange(home, last + 1)].append(Sent(report))
    if chance.random() < 0.06:  # the same id with something else in it
        changed = replace(report, region="420115")
        homes[chance.randrange(home, last + 1)].append(Sent(changed))
    if chance.random() < 0.10:  # the same act, reported by another partner
        homes[chance.randrange(len(homes))].append(Sent(_by_another(chance, report)))
    if chance.random() < 0.08:  # broken at first, under the id of the good one
        homes[chance.randrange(home + 1)].append(Sent(report, chance.choice(_damages(report))))


def _by_another(chance: Random, report: Report) -> Report:
    partner = chance.choice([name for name in PARTNERS if name != report.partner])
    evidence = chance.choice(EVIDENCE_OF[report.scene])
    return replace(
        report, partner=partner, record_id=f"{report.record_id}-{partner}", evidence=evidence
    )


def _damages(report: Report) -> list[Damage]:
    """What can be wrong in a row, one cell at a time."""
    found = [
        Damage("record_id", None, "missing-record_id"),
        Damage("subject", None, "missing-subject"),
        Damage("subject", "13812345678", "personal-subject"),
        Damage("partner", "nobody-knows", "unknown-partner"),
        Damage("scene", "teleport", "unknown-scene"),
        Damage("started_at", "yesterday", "unreadable-started_at"),
        Damage("started_at", report.start.strftime("%Y-%m-%dT%H:%M:%S"), "time-without-offset"),
        Damage("ended_at", (report.start - timedelta(hours=1)).isoformat(), "end-before-start"),
        Damage("region", "429999", "unknown-region"),
        Damage("region", "110100", "region-not-in-programme"),
        Damage("evidence", "hearsay", "unknown-evidence"),
    ]
    name = {"walk": "steps", "shared_bike_ride": "distance_km"}.get(report.scene)
    if name is not None:
        found += [
            Damage(name, "many", f"unreadable-{name}"),
            Damage(name, "-5", f"negative-{name}"),
            Damage(name, None, f"missing-{name}"),
        ]
    return found


# -- files and events ------------------------------------------------------------------------------


def _events(
    chance: Random, told: Sequence[Sequence[Sequence[Sent]]], opens: Sequence[Sequence[str]]
) -> tuple[Event, ...]:
    """What happens, slot by slot.

    Args:
        told: for each programme and slot, the rows that come in.
    """
    events: list[Event] = []
    waiting: list[Post] = []  # what died, or was not whole, and comes again later
    sent: list[Post] = []
    for slot, persons in enumerate(opens):
        for programme, homes in enumerate(told):
            if homes[slot]:
                post = Post(_files(chance, homes[slot]), programme=programme)
                before = [one for one in sent if one.programme == programme]
                if before and chance.random() < 0.15:  # with files that were sent before
                    post = replace(post, files=(*post.files, *chance.choice(before).files))
                events += _tried(chance, post, waiting)
                sent.append(post)
            events += _locks(chance, programme)
            if programme:
                events += _corrections(chance, programme)
        if sent and chance.random() < 0.25:  # the whole batch again
            events.append(_again(chance, chance.choice(sent)))
        events += _corrections(chance, 0)
        for person in persons:
            events.append(OpenAccount(person))
            holding = [post for post in sent if any(_is_of(person, file) for file in post.files)]
            events += [_again(chance, chance.choice(holding))] if holding else []
        if waiting and chance.random() < 0.7:
            events.append(waiting.pop(chance.randrange(len(waiting))))
    return (*events, *waiting)


def _tried(chance: Random, post: Post, waiting: list[Post]) -> Iterable[Event]:
    """A batch as it comes in: whole, torn, or to a poster that dies."""
    fate = chance.random()
    if fate < 0.30:
        yield replace(post, crash=_crash(chance))
        waiting.append(_again(chance, post))
    elif fate < 0.42:
        place = chance.randrange(len(post.files))
        files = list(post.files)
        files[place] = replace(files[place], form="csv", torn=True)
        yield replace(post, files=tuple(files))
        waiting.append(_again(chance, post))
    else:
        yield post


def _locks(chance: Random, programme: int) -> Iterable[Event]:
    if chance.random() < 0.25:
        picks = tuple(chance.randrange(1_000) for _ in range(chance.choice((1, 3, 6))))
        yield Lock(picks, chance.choice(POOLS), programme)


def _corrections(chance: Random, programme: int) -> Iterable[Event]:
    if chance.random() < 0.25:
        picks = tuple(chance.randrange(1_000) for _ in range(chance.choice((1, 1, 2, 5))))
        crash = _crash(chance, CORRECTING) if chance.random() < 0.3 else None
        again = chance.randrange(1_000) if chance.random() < 0.1 else None
        yield Withdraw(picks, crash, programme, again)
    if chance.random() < 0.12:
        first, last = sorted(date(2024, *chance.choice(_DAYS)) for _ in range(2))
        yield Restate(
            chance.randrange(len(RATES)), chance.choice(list(SCENES)), (first, last),
            _crash(chance, CORRECTING) if chance.random() < 0.3 else None, programme,
        )  # fmt: skip


def _crash(chance: Random, steps: Sequence[str] = STEPS) -> Crash:
    fate = chance.random()
    if fate < 0.3:
        return Crash("in a step", step=chance.choice(steps))
    if fate < 0.45:
        return Crash("cut off", step=chance.choice(steps))
    lost = tuple(chance.randrange(1_000) for _ in range(chance.randrange(4)))
    if fate < 0.7:
        return Crash("before the commit", lost=lost)
    if fate < 0.85:
        return Crash("in the publishing", lost=lost)
    return Crash("after the commit")


def _again(chance: Random, post: Post) -> Post:
    """The same files, in any order."""
    return Post(tuple(chance.sample(post.files, len(post.files))), programme=post.programme)


def _files(chance: Random, rows: Sequence[Sent]) -> tuple[SentFile, ...]:
    """The rows in any order, in one file or two; perhaps one file a partner."""
    rows = chance.sample(rows, len(rows))
    fate = chance.random()
    if fate < 0.7:
        parts = [list(rows)]
    elif fate < 0.9:
        cut = chance.randrange(len(rows) + 1)
        parts = [list(rows[:cut]), list(rows[cut:])]
    else:
        parts = [[row for row in rows if row.report.partner == name] for name in PARTNERS]
    return tuple(
        SentFile(tuple(part), "jsonl" if chance.random() < 0.3 else "csv") for part in parts if part
    )


def _is_of(person: str, file: SentFile) -> bool:
    return any(sent.report.person == person for sent in file.rows)
