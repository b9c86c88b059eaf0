"""Whole histories of partners, crashes and retries come out as the model says.

Few runs here, since one takes seconds; `python -m tests.simulation --runs 2000` makes many.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tanpuhui.pipeline import Earlier, correcting
from tests.pipeline.model import ZONE, Model, Report
from tests.simulation.history import (
    Crash,
    Event,
    History,
    Lock,
    OpenAccount,
    Post,
    Restate,
    Sent,
    SentFile,
    Withdraw,
    history,
)
from tests.simulation.many import run_in_memory
from tests.simulation.memory_store import MemoryStore
from tests.simulation.play import play, written


@pytest.mark.parametrize("number", range(3))
def test_a_run_with_faults_of_every_kind_ends_as_the_model_says(
    number: int, request: pytest.FixtureRequest
) -> None:
    seed = Random(request.config.getoption("randomly_seed") + number).randrange(10**9)
    again = f"python -m tests.simulation --seed {seed} --runs 1"

    posted = run_in_memory(seed)

    assert posted >= 0, again


def test_a_seed_makes_the_same_history_again() -> None:
    assert history(20260304) == history(20260304)
    assert history(20260304) != history(20260305)


def test_a_hundred_histories_hold_every_kind_of_fault() -> None:
    kinds: set[str] = set()
    for seed in range(100):
        made = history(seed)
        kinds.add(f"programmes: {len(made.programmes)}")
        for event in made.events:
            match event:
                case OpenAccount():
                    kinds.add("an account is opened late")
                case Lock():
                    kinds.add("Lock")
                case Withdraw(again=int()):
                    kinds.add("withdrawn twice")
                case Withdraw(_, crash) | Restate(_, _, _, crash):
                    kinds |= {type(event).__name__, *_kinds_of_crash(crash)}
                case Post(files, crash):
                    kinds |= _kinds_of_crash(crash)
                    for file in files:
                        kinds.add("torn" if file.torn else file.form)
                        kinds |= _kinds_of_rows([sent for sent in file.rows])

    assert kinds == {
        "an account is opened late", "csv", "jsonl", "torn",
        "died in a step", "died before the commit", "died after the commit", "files of the dead",
        "died cut off", "died in the publishing", "programmes: 1", "programmes: 2", "Lock",
        "withdrawn twice", "Withdraw", "Restate", "twice in a file",
        "an id with something else in it", "broken", "by another partner",
    }  # fmt: skip


def _kinds_of_crash(crash: Crash | None) -> set[str]:
    if crash is None:
        return set()
    return {f"died {crash.when}"} | ({"files of the dead"} if crash.lost else set())


def _kinds_of_rows(rows: list[Sent]) -> set[str]:
    reports = [sent.report for sent in rows]
    ids = {(report.partner, report.record_id) for report in reports}
    found = {"broken" for sent in rows if sent.damage is not None}
    if len(set(reports)) < len(reports):
        found.add("twice in a file")
    if len(ids) < len(set(reports)):
        found.add("an id with something else in it")
    if any(report.record_id.count("-") > 1 for report in reports):
        found.add("by another partner")
    return found


def test_a_torn_file_ends_in_the_middle_of_its_last_row() -> None:
    (post,) = [e for e in history(0).events if isinstance(e, Post) and not e.crash][:1]
    whole = replace(post.files[0], form="csv", torn=False)

    torn = written(replace(whole, torn=True))

    assert written(whole).startswith(torn)
    assert 0 < torn.splitlines()[-1].count(",") < torn.splitlines()[0].count(",")


def test_a_platform_that_credits_one_milligram_more_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The model is made to say a milligram more a walk; somebody has to notice.
    honest = Report.reduction_mg
    monkeypatch.setattr(
        Report, "reduction_mg", lambda self, rates: honest(self, rates) + (self.scene == "walk")
    )

    with pytest.raises(AssertionError, match="differ"):
        _run_all(range(3))


def test_a_platform_that_forgets_that_a_limit_is_full_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        Model, "_credited", lambda self, free: {a.key: self.figures[a.report] for a in self.acts}
    )

    with pytest.raises(AssertionError, match="differ"):
        _run_all(range(0, 9, 3))  # those of stays-limited


# -- locks, and two programmes of one domain -------------------------------------------------------


def _ride(record_id: str, minute: int = 0) -> Report:
    start = datetime(2024, 6, 3, 8, minute, tzinfo=ZONE)
    return Report(
        record_id, "amap", "k:a", "bus_ride", start, start + timedelta(minutes=10), "fare_record"
    )


def _post(*reports: Report, programme: int = 0) -> Post:
    return Post((SentFile(tuple(map(Sent, reports))),), programme=programme)


def _played(tmp_path: Path, programmes: tuple[str, ...], *events: Event) -> MemoryStore:
    made = History(0, programmes, frozenset(), events)
    chain = MemoryStore.opened(made, tmp_path / "store")
    play(made, chain, tmp_path / "in")
    return chain


LOCKED_AND_WITHDRAWN = (_post(_ride("r1")), Lock((0,), "pool-1"), Withdraw((1,)))


def test_a_locked_line_is_withdrawn_in_a_run_by_the_claw_back_that_the_refusal_names(
    tmp_path: Path,
) -> None:
    chain = _played(tmp_path, ("supersedes",), *LOCKED_AND_WITHDRAWN)

    assert chain.refused == ["LinesLocked"]
    assert chain.standing(0) == {}


def test_a_record_is_not_withdrawn_twice_in_a_run(tmp_path: Path) -> None:
    rides = _post(_ride("r1"), _ride("r2", 20))

    chain = _played(tmp_path, ("supersedes",), rides, Withdraw((0,)), Withdraw((1,), again=0))

    # The first claw-back names a pool that has none of the lines: 0 is a number by which it does.
    assert chain.refused == ["NothingToClawBack", "AlreadyWithdrawn"]
    assert len(chain.standing(0)) == 1


def test_a_ride_reported_to_two_programmes_of_a_domain_counts_in_the_first_alone(
    tmp_path: Path,
) -> None:
    chain = _played(
        tmp_path, ("stays-limited", "supersedes"),
        _post(_ride("r1")), _post(_ride("r1"), programme=1), _post(_ride("r1"), programme=1),
    )  # fmt: skip

    assert [len(chain.standing(programme)) for programme in (0, 1)] == [1, 0]


def test_a_platform_that_takes_back_a_locked_line_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "_unlocked", lambda session, order, lowered, pool: (order, 0))

    with pytest.raises(AssertionError, match="None, not LinesLocked"):
        _played(tmp_path, ("supersedes",), *LOCKED_AND_WITHDRAWN)


def test_a_platform_that_counts_one_ride_in_two_programmes_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = MemoryStore._earlier

    def own(store: MemoryStore) -> Earlier:
        found = whole(store)
        return replace(found, lines=tuple(s for s in found.lines if s.programme == "supersedes"))

    monkeypatch.setattr(MemoryStore, "_earlier", own)

    with pytest.raises(AssertionError, match="verdicts differ"):
        _played(
            tmp_path, ("stays-limited", "supersedes"),
            _post(_ride("r1")), _post(_ride("r1"), programme=1),
        )  # fmt: skip


def _run_all(seeds: range) -> None:
    for seed in seeds:
        run_in_memory(seed)
