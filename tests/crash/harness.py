"""Kills processes that post, runs their files again, and holds the home to the laws.

After each kill: the file is run again and is answered; reconcile finds nothing; no file is without
a row and no row without a file; the books agree. In the end the home equals one in which the same
files were posted in the same order and nobody was ever killed.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.blows import Blow, drawn
from tests.crash.children import Child
from tests.crash.home import DOMAIN, Home, warmed
from tests.web.ledger import trial_city as city

_TOGETHER, _SAME_FILE = 0.3, 0.3  # the share of rounds with two posters; of these, with one file
_CUT = ("results", "books", "balances", "lines")


@dataclass
class Report:
    """What a number of kills came to.

    Args:
        hits: of each kill, the step that ran.
        committed: kills of a batch that stood already, since its COMMIT had been answered or was
            carried out by the server alone.
        lost, doubled: records that stand less often, or more often, than in the untouched home.
        disagreements: every broken law, in words.
    """

    seed: int
    kills: int = 0
    rounds: int = 0
    together: int = 0
    committed: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    disagreements: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        hit = ", ".join(f"{name} {count}" for name, count in self.hits.most_common())
        wrong = "".join(f"\n  {one}" for one in self.disagreements[:20])
        return (
            f"seed {self.seed}: {self.kills} kills in {self.rounds} rounds, {self.together} of "
            f"them with two posters; {self.committed} batches stood already\n"
            f"hit in  {hit}\n"
            f"lost {self.lost}, doubled {self.doubled}, "
            f"disagreements {len(self.disagreements)}{wrong}"
        )


def killed(
    folder: Path, *, kills: int, seed: int, tell: Callable[[str], None] = lambda line: None
) -> Report:
    """Kill until there were enough, and compare with a home that was never touched.

    Args:
        folder: an empty one, for both homes.
        seed: of files, blows and who posts together.
        tell: called with a line for each round.
    """
    warmed()
    draw = random.Random(seed)
    report = Report(seed)
    home = Home(folder / "killed")
    home.folder.mkdir(parents=True)
    files = folder / "files"
    files.mkdir()
    run_seconds = _measured(home, city.any_file(files / "0.csv", 0, seed))
    posted = [files / "0.csv", files / "measured.csv"]
    while report.kills < kills:
        report.rounds += 1
        handed = [city.any_file(files / f"{len(posted)}.csv", len(posted), seed)]
        if draw.random() < _TOGETHER:
            report.together += 1
            other = city.any_file(files / f"{len(posted) + 1}.csv", len(posted) + 1, seed)
            handed.append(handed[0] if draw.random() < _SAME_FILE else other)
        dying = [drawn(draw, run_seconds * len(handed)) for _ in handed]
        _round(home, report, handed, dying, tell)
        posted += [path for path in dict.fromkeys(handed) if path not in posted]
    _compare(report, home, folder, posted)
    return report


def _measured(home: Home, file: Path) -> float:
    """How long a run takes that nobody kills: the second, since the first makes the database."""
    home.poster(file).answer()
    other = city.any_file(file.with_name("measured.csv"), 999_999, 1)
    began = time.monotonic()
    home.poster(other).answer()
    return time.monotonic() - began


def _round(
    home: Home,
    report: Report,
    handed: list[Path],
    dying: list[Blow],
    tell: Callable[[str], None],
) -> None:
    """One or two posters with a blow each; then the files again, and the laws."""
    began = time.monotonic()
    posters = [home.poster(file, blow) for file, blow in zip(handed, dying, strict=True)]
    moments = sorted((blow.after_seconds, n) for n, blow in enumerate(dying) if blow.point is None)
    for after_seconds, n in moments:
        time.sleep(max(0.0, began + after_seconds - time.monotonic()))
        posters[n].kill()
    dead = [poster for poster in posters if poster.was_killed()]
    for poster in posters:
        if poster not in dead:
            _refuse_fault(report, poster)
    report.kills += len(dead)
    report.hits.update(poster.step() for poster in dead)
    files = list(dict.fromkeys(handed))
    found = home.again_and_looked(files)
    stood = sum(
        found["answers"][files.index(file)]["repeated"]
        for file, poster in zip(handed, posters, strict=True)
        if poster in dead
    )
    report.committed += stood
    where = f"round {report.rounds} ({', '.join(map(str, dying))})"
    _laws(report, found, where)
    tell(
        f"{report.kills:4} kills  {where}: hit in "
        f"{', '.join(poster.step() for poster in dead) or 'nobody'}"
    )


def _refuse_fault(report: Report, poster: Child) -> None:
    answer = poster.answer()
    if "fault" in answer:
        report.disagreements.append(f"a poster that was not killed: {answer['text']}")


def _laws(report: Report, found: dict[str, Any], where: str) -> None:
    report.disagreements += [f"{where}: {one}" for one in found["findings"]]
    report.disagreements += [f"{where}: a file without a row, {one}" for one in found["left"]]
    if not found["agree"]:
        report.disagreements.append(f"{where}: the books do not agree")
    for answer in found["answers"]:
        said = answer["counted"] + answer["duplicate"]
        said += sum(answer["refused"].values()) + sum(answer["held"].values())
        if answer["received"] != said or not answer["received"]:
            report.disagreements.append(f"{where}: {answer['received']} received, {said} told")


def _compare(report: Report, home: Home, folder: Path, posted: list[Path]) -> None:
    """The home against one that nobody touched, in which the files were posted in its order."""
    ours = home.contents()
    untouched = Home(folder / "untouched")
    (untouched.path / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy(home.path / "keys" / f"{DOMAIN}.secret", untouched.path / "keys")
    again = home.again_and_looked(posted)
    of = {answer["batch"]: file for answer, file in zip(again["answers"], posted, strict=True)}
    if any(not answer["repeated"] for answer in again["answers"]) or set(of) != set(
        ours["results"]
    ):
        report.disagreements.append(
            "a file was posted that had been answered before, or a batch is"
        )
    theirs = untouched.posted_in_order([of[name] for name in ours["results"] if name in of])
    for name in _CUT:
        if ours[name] != theirs[name]:
            report.disagreements.append(f"{name} are not those of a home that was never killed")
    for key in {*ours["acts"], *theirs["acts"]}:
        mine, other = (side["acts"].get(key, [0, 0])[0] for side in (ours, theirs))
        report.lost += mine < other
        report.doubled += mine > other
