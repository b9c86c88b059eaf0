"""Hits processes that post or correct, does their work again, and holds the home to the laws.

After each blow: the log has every posted batch, and its last checkpoint verifies; the work is asked
for again and is answered; reconcile finds nothing; no file is without a row and no row without a
file; the books agree; the published log is whole. Now and then a file of the journal is deleted,
cut or damaged: reconcile names it, and it comes back from a back-up. In the end the home equals one
in which the same was done in the same order and nobody was ever hit.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanpuhui import web
from tests.crash.blows import CUT, FULL, KILL, SERVER, Blow, drawn
from tests.crash.children import Child
from tests.crash.home import Home, Work, plans_warmed, warmed
from tests.web.ledger import trial_city as city

# The share of rounds with two processes; of these, with the same work; of rounds with corrections;
# of these, with a restatement; and of rounds with another blow than a kill.
_TOGETHER, _SAME, _CORRECTING, _RESTATING, _OTHER_DEED = 0.3, 0.3, 0.4, 0.3, 0.15
_MANY = 20  # kills for which it is worth while to warm the plans first, some ten seconds
_ALIKE = ("results", "books", "balances", "lines")
# What a process may end with that was not killed: the database went away; the disk is full.
_ALLOWED = {CUT: ("WEB-104",), SERVER: ("WEB-104",), FULL: ("LDG-105", "LDG-163")}
_HURTING = 0.06  # the share of rounds after which a file of the journal is lost


@dataclass
class Report:
    """What a number of blows came to.

    Args:
        kills: processes that died by SIGKILL.
        others: by blow, those that were hit in another way.
        hits: of each kill, the step that ran.
        committed: kills of a batch that stood already, since its COMMIT had been answered or was
            carried out by the server alone.
        lost, doubled: records that stand less often, or more often, than in the untouched home.
        disagreements: every broken law, in words.
    """

    seed: int
    kills: int = 0
    kills_of_corrections: int = 0
    rounds: int = 0
    together: int = 0
    committed: int = 0
    others: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    lost: int = 0
    doubled: int = 0
    disagreements: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        hit = ", ".join(f"{name} {count}" for name, count in self.hits.most_common())
        others = ", ".join(f"{name} {count}" for name, count in sorted(self.others.items()))
        wrong = "".join(f"\n  {one}" for one in self.disagreements[:20])
        return (
            f"seed {self.seed}: {self.kills} kills in {self.rounds} rounds, {self.together} of "
            f"them with two processes; {self.kills_of_corrections} kills of corrections; "
            f"{self.committed} batches stood already\n"
            f"hit in  {hit or 'nothing'}\n"
            f"other blows: {others or 'none'}; {self.batches} batches in the end\n"
            f"lost {self.lost}, doubled {self.doubled}, "
            f"disagreements {len(self.disagreements)}{wrong}"
        )


@dataclass
class _Trial:
    """A home that is hit, and what was asked of it so far.

    Args:
        of_batch: by batch, the work that it answered.
        free: records that were posted and may be withdrawn.
    """

    home: Home
    draw: random.Random
    report: Report
    tell: Callable[[str], None]
    files: Path
    seed: int
    seconds: float = 1.0
    asked: list[Work] = field(default_factory=list)
    of_batch: dict[str, Work] = field(default_factory=dict)
    free: list[tuple[str, str]] = field(default_factory=list)
    is_raised: bool = False

    def file(self) -> Work:
        """A new file to post."""
        number = sum(not work.corrects() for work in self.asked)
        path = city.any_file(self.files / f"{number}.csv", number, self.seed)
        work = Work(file=path)
        self.asked.append(work)
        return work

    def withdrawal(self) -> Work:
        """Some records to withdraw."""
        count = min(self.draw.randint(1, 3), len(self.free))
        records = tuple(sorted(self.draw.sample(self.free, count)))
        self.free = [one for one in self.free if one not in records]
        work = Work(records=records)
        self.asked.append(work)
        return work

    def restatement(self) -> Work:
        """All walks under the other of two factors."""
        self.is_raised = not self.is_raised
        return Work(raised=self.is_raised)

    def works(self) -> list[Work]:
        """What one or two processes are asked to do."""
        draw, correcting = self.draw, self.draw.random() < _CORRECTING and len(self.free) > 6
        if correcting and draw.random() < _RESTATING:
            return [self.restatement()]
        new = self.withdrawal if correcting else self.file
        works = [new()]
        if draw.random() < _TOGETHER:
            other = self.file if correcting and draw.random() < 0.5 else new
            works.append(works[0] if draw.random() < _SAME else other())
        return works


def hit(
    folder: Path, *, kills: int, seed: int, tell: Callable[[str], None] = lambda line: None
) -> Report:
    """Kill until there were enough, and compare with a home that was never touched.

    Args:
        folder: an empty one, for both homes.
        seed: of files, blows and who works together.
        tell: called with a line for each round.
    """
    warmed()
    if kills >= _MANY:
        (folder / "warm").mkdir()
        plans_warmed(folder / "warm", seed)
    home = Home(folder / "hit")
    home.begun()
    files = folder / "files"
    files.mkdir()
    trial = _Trial(home, random.Random(seed), Report(seed), tell, files, seed)
    with web.postgres.server(home.path):  # or each round would wait for a start and a stop
        for _ in range(2):  # the second run's time is measured: the first makes the tables
            work = trial.file()
            began = time.monotonic()
            _note(trial, [work], [home.worker(work).result()])
            trial.seconds = time.monotonic() - began
        while trial.report.kills < kills:
            _round(trial)
        _compare(trial, Home(folder / "untouched"))
    return trial.report


def _round(trial: _Trial) -> None:
    """One or two processes with a blow each; then their work again, and the laws."""
    draw, report = trial.draw, trial.report
    works = trial.works()
    report.rounds += 1
    report.together += len(works) - 1
    deed = draw.choice([CUT, SERVER, FULL]) if draw.random() < _OTHER_DEED else KILL
    blows = [
        drawn(draw, trial.seconds * len(works), corrects=work.corrects(), deed=deed)
        for work in works
    ]
    where = f"round {report.rounds} ({'; '.join(map(_said, works, blows))})"
    children = _hit(trial, works, blows)
    dead = [child.was_killed() for child in children]
    for child, killed in zip(children, dead, strict=True):
        if not killed:
            _refuse_fault(report, child, deed, where)
    report.kills += sum(dead)
    report.kills_of_corrections += sum(
        killed and work.corrects() for killed, work in zip(dead, works, strict=True)
    )
    report.hits.update(
        f"{'correct: ' if work.corrects() else ''}{child.step()}"
        for child, work, killed in zip(children, works, dead, strict=True)
        if killed
    )
    unique = list(dict.fromkeys(works))
    found = trial.home.again_and_looked(unique)
    answers = dict(zip(unique, found["answers"], strict=True))
    report.committed += sum(
        killed and answers[work]["repeated"] for killed, work in zip(dead, works, strict=True)
    )
    _note(trial, unique, found["answers"])
    _laws(report, found, where)
    if draw.random() < _HURTING:
        _hurt(trial, where)
    trial.tell(f"{report.kills:4} kills  {len(report.disagreements)} wrong  {where}")


def _hurt(trial: _Trial, where: str) -> None:
    """Lose a file of the journal, and have it back."""
    report = trial.report
    found = trial.home.hurt_and_mended(trial.draw.randrange(2**31))
    deed, at, named = found["deed"], found["at"], found["named"]
    report.others[f"file {deed}"] += 1
    if not named or not all(at in one for one in named):
        report.disagreements.append(f"{where}: {at} was {deed}, and named: {named}")
    _laws(report, {**found, "answers": []}, f"{where}, {at} put back")


def _said(work: Work, blow: Blow) -> str:
    return f"{work}: {blow}"


def _hit(trial: _Trial, works: list[Work], blows: list[Blow]) -> list[Child]:
    began = time.monotonic()
    children = [trial.home.worker(work, blow) for work, blow in zip(works, blows, strict=True)]
    moments = sorted((blow.after_seconds, n) for n, blow in enumerate(blows) if blow.point is None)
    for after_seconds, n in moments:
        time.sleep(max(0.0, began + after_seconds - time.monotonic()))
        children[n].kill()
    return children


def _note(trial: _Trial, works: list[Work], answers: list[dict[str, Any]]) -> None:
    """Which batch answered which work; records of files that stand may be withdrawn later."""
    for work, answer in zip(works, answers, strict=True):
        if answer["batch"] is not None:
            trial.of_batch[answer["batch"]] = work
        trial.free += [(partner, record) for partner, record in answer.get("known", ())]


def _refuse_fault(report: Report, child: Child, deed: str, where: str) -> None:
    """A process that was not killed has done its work, or told what hit it."""
    answer = child.answer()
    if "fault" not in answer:
        return
    if answer["fault"] in _ALLOWED.get(deed, ()):
        report.others[deed] += 1
    else:
        report.disagreements.append(f"{where}: a process that was not killed: {answer['text']}")


def _laws(report: Report, found: dict[str, Any], where: str) -> None:
    report.disagreements += [f"{where}: {one}" for one in found["findings"]]
    report.disagreements += [f"{where}: a file without a row, {one}" for one in found["left"]]
    report.disagreements += [f"{where}: {one}" for one in found["log"]]
    if not found["agree"]:
        report.disagreements.append(f"{where}: the books do not agree")
    for answer in found["answers"]:
        if "received" not in answer:
            continue
        said = answer["counted"] + answer["duplicate"]
        said += sum(answer["refused"].values()) + sum(answer["held"].values())
        if answer["received"] != said or not answer["received"]:
            report.disagreements.append(f"{where}: {answer['received']} received, {said} told")


def _compare(trial: _Trial, untouched: Home) -> None:
    """The home against one that nobody touched, in which the same was done in its order."""
    report = trial.report
    ours = trial.home.contents()
    report.batches = len(ours["results"])
    untouched.begun()
    again = trial.home.again_and_looked(trial.asked)
    if not all(answer["repeated"] for answer in again["answers"]):
        report.disagreements.append("what had been answered was done once more")
    if set(trial.of_batch) != set(ours["results"]):
        report.disagreements.append("there is a batch that answered nothing, or an answer without")
    order = [trial.of_batch[name] for name in ours["results"] if name in trial.of_batch]
    theirs = untouched.done_in_order(order)
    for name in _ALIKE:
        if ours[name] != theirs[name]:
            report.disagreements.append(f"{name} are not those of a home that was never hit")
    for key in {*ours["acts"], *theirs["acts"]}:
        mine, other = (side["acts"].get(key, [0, 0])[0] for side in (ours, theirs))
        report.lost += mine < other
        report.doubled += mine > other
