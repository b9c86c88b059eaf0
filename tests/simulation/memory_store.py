"""The real pipeline on a store in memory, which dies where ``web.ledger`` may die.

What is modelled on it: the same question gets the first answer unless records were held; files are
swept that no committed batch names; accounts are opened with the batch or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from tanpuhui import pipeline
from tanpuhui.engine.backends.duckdb import DuckDBBackend
from tanpuhui.pipeline import Corrected, Earlier, Order, Staged
from tanpuhui.rules import Library, Programme
from tanpuhui.web.ledger.asked import Asked
from tanpuhui.web.ledger.question import question_of
from tests.pipeline.comparison import sums_by
from tests.pipeline.store import (
    SECRET,
    Row,
    Store,
    assert_nothing_is_lost,
    lines_of,
    programme,
    standing_of,
    subject_key,
    verdicts_of,
)
from tests.simulation.answer import REFUSALS, Answer, Died, dying
from tests.simulation.history import Crash, History


@cache
def engine() -> DuckDBBackend:
    """One engine for all runs of a process. On few rows a second thread only costs."""
    return DuckDBBackend(threads=1)


@dataclass
class MemoryStore:
    """A dedup domain; see ``play.Chain``."""

    store: Store
    own: tuple[Programme, ...]
    of: list[int] = field(default_factory=list)  # the programme of each batch
    answers: dict[str, Staged] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)  # the fault of each correction that was

    @staticmethod
    def opened(history: History, folder: Path) -> MemoryStore:
        """Empty, but for those who have no account."""
        own = tuple(programme(name) for name in history.programmes)
        store = Store(own[0], folder)
        for person in history.nobody:
            store.people.leave_unbound("", person)
        return MemoryStore(store, own)

    def open_account(self, person: str) -> None:
        """See ``play.Chain``."""
        self.store.people.forget("", person)

    def programmes(self) -> Sequence[Programme]:
        """See ``play.Chain``."""
        return self.own

    def lock(self, programme: int, keys: Collection[int], pool: str) -> None:
        """See ``play.Chain``."""
        standing = self.standing(programme)
        lines = [(standing[key]["batch"], standing[key]["line"]) for key in sorted(keys)]
        self.store.locked += [(batch, line, pool) for batch, line in lines]

    def post(
        self, programme: int, files: Sequence[Path], rules: Library, crash: Crash | None
    ) -> Answer | None:
        """See ``play.Chain``."""
        own = self.own[programme]
        question = question_of(files, partner=None, mapping=None, programme=own, library=rules)
        self._sweep()
        known = self.answers.get(question.sha256)
        if known is None or known.counts.held:
            people = dict(self.store.people.numbers)
            try:
                known = self._computed(own, files, rules, crash)
            except Died:
                self.store.people.numbers = people
                return None
            if not known.counts.received:
                return Answer(None, repeated=False, verdicts=[], lines=[])
            assert_nothing_is_lost(known)
            self._keep(programme, known)
            self.answers[question.sha256] = known
            repeated = False
        else:
            repeated = True
        if crash is not None and crash.is_committed:
            return None
        return Answer(known.batch, repeated, verdicts_of(known), lines_of(known))

    def correct(self, asked: Asked, crash: Crash | None) -> Answer | None:
        """See ``play.Chain``."""
        self._sweep()
        known = self.answers.get(asked.sha256())
        is_last = known is not None and known is self.store.posted[-1]
        repeated = known is not None and (is_last or not asked.while_last)
        if not repeated:
            try:
                found = self._corrected(asked, crash)
            except Died:
                return None
            except REFUSALS as fault:
                self.refused.append(type(fault).__name__)
                return Answer.of_fault(fault)
            known = found.staged
            if found.changes_nothing():
                known = None
            else:
                self._keep(self.own.index(asked.programme), known)
                self.answers[asked.sha256()] = known
        if crash is not None and crash.is_committed:
            return None
        if known is None:
            return Answer(None, repeated=False, verdicts=[], lines=[])
        return Answer(known.batch, repeated, [], lines_of(known))

    def _keep(self, programme: int, staged: Staged) -> None:
        self.store.posted.append(staged)
        self.of.append(programme)

    def _earlier(self) -> Earlier:
        """What was posted, each segment with its programme, as the folder says."""
        found = self.store.earlier()
        lines, suppressed = (
            tuple(replace(s, programme=_programme_of(s.path)) for s in segments)
            for segments in (found.lines, found.suppressed)
        )
        return replace(found, lines=lines, suppressed=suppressed)

    def _order(self, programme: Programme, files: Sequence[Path], rules: Library) -> Order:
        number = len(self.store.posted) + 1
        return Order(
            batch=f"batch{number}", posted_order=number, files=tuple(files), partner=None,
            mapping=None, programme=programme, library=rules,
            bindings=self.store.people, earlier=self._earlier(), secret=SECRET,
            folder=self.store.folder / "lake",
        )  # fmt: skip

    def _computed(
        self, programme: Programme, files: Sequence[Path], rules: Library, crash: Crash | None
    ) -> Staged:
        staged = pipeline.compute(self._order(programme, files, rules), engine(), told=dying(crash))
        if crash is not None and crash.when == "before the commit":
            _lose(staged, crash.lost)
            raise Died
        return staged

    def _corrected(self, asked: Asked, crash: Crash | None) -> Corrected:
        order = self._order(asked.programme, (), asked.library)
        found = pipeline.correct(order, asked.what, engine(), told=dying(crash))
        if crash is not None and crash.when == "before the commit":
            _lose(found.staged, crash.lost)
            raise Died
        return found

    def _sweep(self) -> None:
        """Deletes what no committed batch names; what one names must be there."""
        named = {file.path for staged in self.store.posted for file in staged.files}
        found = set(_files_below(self.store.folder / "lake"))
        assert named <= found, f"files of the journal are gone: {sorted(named - found)}"
        for path in found - named:
            path.unlink()

    def totals(self, programme: int, by: str) -> dict[Any, tuple[Any, ...]]:
        """See ``play.Chain``."""
        persons = by == "person_id"
        amounts, points = (
            ("balances", "point_balances") if persons else ("book_lines", "point_lines")
        )
        return sums_by(self._posted(programme), amounts, points, by)

    def person(self, name: str) -> int | None:
        """See ``play.Chain``."""
        return self.store.people.numbers.get(subject_key("", name))

    def standing(self, programme: int) -> dict[int, Row]:
        """See ``play.Chain``."""
        return standing_of(line for staged in self._posted(programme) for line in lines_of(staged))

    def _posted(self, programme: int) -> list[Staged]:
        pairs = zip(self.store.posted, self.of, strict=True)
        return [staged for staged, whose in pairs if whose == programme]

    def close(self) -> None:
        """See ``play.Chain``."""
        self._sweep()
        assert all(staged.books.agree() for staged in self.store.posted)


def _lose(staged: Staged, lost: Sequence[int]) -> None:
    """Of the files that a dead poster left behind, some are gone and some torn."""
    files = sorted({file.path for file in staged.files})
    for number in lost if files else ():
        path = files[number % len(files)]
        if number % 2:
            path.unlink(missing_ok=True)
        elif path.exists():
            os.truncate(path, path.stat().st_size // 2)


def _programme_of(path: Path) -> str:
    """The programme of a segment, by its folder."""
    return path.parent.parent.name.removeprefix("programme=")


def _files_below(folder: Path) -> list[Path]:
    return [Path(inside, name) for inside, _, names in os.walk(folder) for name in names]
