"""A home in which files are posted by children, and what can be said of it afterwards."""

from __future__ import annotations

import atexit
import functools
import importlib
import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tanpuhui import ledger, pipeline, rules, web
from tanpuhui.rules import Library, Programme
from tanpuhui.terms import DayRange
from tests.crash import bits, blows, log_laws
from tests.crash.children import Child, Say, child
from tests.pipeline import store as memory
from tests.tidy.house import LIBRARY
from tests.web.ledger import trial_city as city
from tests.web.ledger.hand_in import figures

DOMAIN = "trial"


@functools.cache
def library() -> Library:
    """The public library."""
    return Library(rules.library_folders({}))


def warmed() -> None:
    """Load everything that children need, before anything is forked; no thread is begun by it."""
    web.django_for_reading()
    importlib.import_module("tanpuhui.web.ledger.services")
    importlib.import_module("tanpuhui.web.ledger.reconciling")
    importlib.import_module("tanpuhui.web.ledger.corrections")
    importlib.import_module("tanpuhui.engine.backends.duckdb")
    programme()
    city.programme(raised())


def plans_warmed(folder: Path, seed: int) -> None:
    """Have the plans of batches and corrections written once: children find them in memory.

    Plans that are keyed with a secret are the same only under one secret, so every home gets it.
    """
    trial = memory.Store(programme(), folder, rules=library())
    for number in range(4):
        trial.post(city.any_file(folder / f"warm{number}.csv", number, seed))
    lines = [row for row in trial.lines() if row["line_kind"] == ledger.ACT]
    assert lines, "something counted"
    known = [
        (row["partner"], row["record_id"])
        for staged in trial.posted
        for row in memory.verdicts_of(staged)
        if row["verdict"] == "counted"
    ]
    trial.withdraw(*known[:2])
    trial.programme, trial.rules = city.programme(raised()), raised()
    trial.restate(STEPS)


@functools.cache
def programme() -> Programme:
    """The rules of the trial city."""
    return city.programme(library())


STEPS = "rates.hankou_2022"


@functools.cache
def raised() -> Library:
    """The library with 0.03 g a step in the place of 0.02."""
    folder = Path(tempfile.mkdtemp(prefix="tanpuhui-raised-")) / "library"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    shutil.copytree(LIBRARY, folder)
    file = folder / "factors" / "rates" / "hankou_step.yaml"
    text = file.read_text(encoding="utf-8")
    assert "value: 0.02" in text
    file.write_text(text.replace("value: 0.02", "value: 0.03"), encoding="utf-8")
    return Library((folder,))


@dataclass(frozen=True)
class Work:
    """What a process is asked to do: to post a file, to withdraw records, or to restate all walks.

    Args:
        records: to withdraw, each by partner and id.
        raised: of a restatement: under the raised factor, or under the library's own.
    """

    file: Path | None = None
    records: tuple[tuple[str, str], ...] = ()
    raised: bool = False

    def __str__(self) -> str:
        if self.file is not None:
            return f"post {self.file.stem}"
        return f"withdraw {len(self.records)}" if self.records else f"restate {self.raised}"

    def corrects(self) -> bool:
        """Whether it is a correction."""
        return self.file is None


@dataclass(frozen=True)
class Home:
    """A home whose processes are all children of this one.

    Args:
        folder: where it lies, with all that is said of it.
        database: the operator's own; None where it is the embedded one.
    """

    folder: Path
    database: str | None = None

    def begun(self) -> None:
        """Make its folder, with the secret that all homes here have."""
        keys = self.path / "keys"
        keys.mkdir(parents=True, mode=0o700)
        (keys / f"{DOMAIN}.secret").write_text(memory.SECRET, encoding="ascii")
        (keys / f"{DOMAIN}.secret").chmod(0o600)

    @property
    def path(self) -> Path:
        """The home itself."""
        return self.folder / "home"

    @property
    def lake(self) -> Path:
        """Its lake."""
        return self.path / "lake"

    def environment(self) -> dict[str, str]:
        """What names it."""
        own = {} if self.database is None else {"TANPUHUI_DATABASE_URL": self.database}
        return {"TANPUHUI_HOME": str(self.path), **own}

    def worker(self, work: Work, blow: blows.Blow | None = None) -> Child:
        """A child that does a work, and is hit where the blow hits it."""
        return child(self.folder, lambda say: self._worked(work, blow, say))

    def _worked(self, work: Work, blow: blows.Blow | None, say: Say) -> dict[str, Any]:
        hit = None if blow is None else blows.armed(blow)

        def told(step: str) -> None:
            say(step=step)
            if hit is not None:
                hit(step)

        with web.opened(self.environment()) as store:
            return done(store, work, told)

    def again_and_looked(self, works: Sequence[Work]) -> dict[str, Any]:
        """Do works that were begun before, and look whether every law holds."""
        return child(self.folder, lambda say: self._again_and_looked(works)).result()

    def _again_and_looked(self, works: Sequence[Work]) -> dict[str, Any]:
        with web.opened(self.environment()) as store:
            before = [*log_laws.broken_in_rows(store, programme().id)]
            answers = [done(store, work, _silent) for work in works]
            found = looked(store)
            return {**found, "answers": answers, "log": [*before, *found["log"]]}

    def looked(self) -> dict[str, Any]:
        """Look whether every law holds."""

        def look(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                return looked(store)

        return child(self.folder, look).result()

    def done_in_order(self, works: Sequence[Work]) -> dict[str, Any]:
        """Do works one after the other in one process that nobody kills; and what came of it."""

        def post(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                engine = pipeline.open_engine()
                for work in works:
                    done(store, work, _silent, backend=engine)
                return {**looked(store), **contents(store)}

        return child(self.folder, post).result()

    def hurt_and_mended(self, seed: int) -> dict[str, Any]:
        """Back it up, lose or damage a file of the journal, look, put it back, and look again."""
        saved, keys = self.folder / f"saved-{seed}", self.folder / f"keys-{seed}"

        def save(say: Say) -> dict[str, Any]:
            return web.backup.back_up(self.environment(), saved, keys=keys).to_json()

        def hurt(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                return _hurt_and_mended(store, saved, random.Random(seed))

        child(self.folder, save).result()
        found = child(self.folder, hurt).result()
        shutil.rmtree(saved)
        shutil.rmtree(keys)
        return found

    def contents(self) -> dict[str, Any]:
        """Its batches, books and lines."""

        def read(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                return contents(store)

        return child(self.folder, read).result()


def _known(posted: web.Posted) -> list[tuple[str, str]]:
    """The records of a batch that are in the journal: they counted, or lost to another."""
    if posted.verdicts is None:
        return []
    rows = pq.read_table(posted.verdicts, columns=["partner", "record_id", "verdict", "code"])
    return [
        (row["partner"], row["record_id"])
        for row in rows.to_pylist()
        if row["verdict"] in ("counted", "duplicate") and row["code"] != "retry"
    ]


def _silent(step: str) -> None:
    """Nothing is said."""


def done(store: web.Store, work: Work, told: Any, **further: Any) -> dict[str, Any]:
    """Do a work; its figures, and whether they are the first answer again."""
    rules = programme()
    if work.file is not None:
        posted = store.post(
            [work.file], partner=None, mapping=None, programme=rules, library=library(), told=told,
            **further,
        )  # fmt: skip
        return {
            **figures(posted.result), "repeated": posted.repeated, "known": _known(posted),
        }  # fmt: skip
    if work.records:
        question = store.withdrawal(
            work.records, programme=rules, library=library(), because="partner-error"
        )
    else:
        under = raised() if work.raised else library()
        question = store.restatement(
            STEPS, DayRange(date(2026, 1, 1), None),
            programme=city.programme(under), library=under,
        )  # fmt: skip
    corrected = store.correct(question, told=told, **further)
    return {**figures(corrected.result), "repeated": corrected.repeated}


def _hurt_and_mended(store: web.Store, saved: Path, draw: random.Random) -> dict[str, Any]:
    """What reconcile says of a file that is lost or damaged, and once it was put back."""
    lake = store.places.lake
    files = sorted(path for path in lake.glob(f"domain={DOMAIN}/*/**/*") if path.is_file())
    path, deed = draw.choice(files), draw.choice(["deleted", "damaged", "cut"])
    content = path.read_bytes()
    if deed == "deleted":
        path.unlink()
    elif deed == "damaged":
        path.write_bytes(bits.of_bytes(content, draw.randrange(len(content) * 8)))
    else:
        path.write_bytes(content[: draw.randrange(len(content))])
    at = path.relative_to(lake).as_posix()
    named = [str(one) for one in store.reconcile(DOMAIN).findings]
    shutil.copyfile(saved / "lake" / at, path)
    return {"deed": deed, "at": at, "named": named, **looked(store)}


def looked(store: web.Store) -> dict[str, Any]:
    """What reconcile finds, what lies in the lake unnamed, and whether the books agree."""
    if not store.domains():
        return {"findings": [], "left": [], "log": [], "batches": 0, "agree": True}
    found = store.reconcile(DOMAIN)
    return {
        "findings": [str(one) for one in found.findings],
        "left": [one.at for one in (*found.left, *found.behind)],
        "log": [
            *log_laws.broken_in_rows(store, programme().id),
            *log_laws.broken_in_files(store, programme().id),
        ],
        "batches": found.batches,
        "agree": store.books(programme().id).agree(),
    }


def contents(store: web.Store) -> dict[str, Any]:
    """All that two homes with the same postings must have alike, but for persons' numbers."""
    posted = store.batches(programme().id)
    lines = [
        path for path in sorted(store.places.lake.rglob("*.parquet")) if "/lines/" in str(path)
    ]
    acts: dict[str, list[int]] = {}
    rows = []
    for path in lines:
        for row in pq.read_table(path).to_pylist():
            signed = {ledger.ACT: 1, ledger.REVERSAL: -1}.get(row["line_kind"], 0)
            found = acts.setdefault(f"{row['record_key']}", [0, 0])
            found[0] += signed
            found[1] += row["credited_mg"]
            rows.append(repr({name: value for name, value in row.items() if name != "person_id"}))
    balances = {}
    for number in range(8):
        person = store.person_of(programme(), f"k:p{number}", "")
        if person is not None:
            balances[f"k:p{number}"] = store.balance(person, programme().id).to_json()
    return {
        "results": {batch.name: figures(batch.result) for batch in posted},
        "books": store.books(programme().id).to_json(),
        "balances": balances,
        "acts": acts,
        "lines": sorted(rows),
    }
