"""One run: a history happens to the platform and to the model, and they are compared throughout."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from tanpuhui.rules import Library, Programme
from tanpuhui.terms import DayRange
from tanpuhui.web.ledger import asked
from tanpuhui.web.ledger.asked import Asked
from tests.pipeline.comparison import differences
from tests.pipeline.model import Batch, Model, Refusal, Report
from tests.pipeline.store import library, library_with
from tests.pipeline.worlds import RATES, SCENES
from tests.simulation.answer import Answer
from tests.simulation.expected import Expected
from tests.simulation.history import (
    POOLS,
    Crash,
    History,
    Lock,
    OpenAccount,
    Post,
    Restate,
    SentFile,
    Withdraw,
)

_VERDICT = (
    "partner", "record_id", "verdict", "code", "winner_partner", "winner_record_id", "credited_mg",
)  # fmt: skip
_TRIES = 3  # of a correction: with a pool or without, with the right one, and no more


class Chain(Protocol):
    """The platform from files to books, with a store that can die."""

    def programmes(self) -> Sequence[Programme]:
        """Whose journal it is; a programme is named by its place among these."""
        ...

    def post(
        self, programme: int, files: Sequence[Path], rules: Library, crash: Crash | None
    ) -> Answer | None:
        """Hand in files as one batch; None where the poster died before it answered."""
        ...

    def lock(self, programme: int, keys: Collection[int], pool: str) -> None:
        """Lock the acts with these record keys for a pool."""
        ...

    def correct(self, asked: Asked, crash: Crash | None) -> Answer | None:
        """Withdraw or restate; None where the poster died before it answered."""
        ...

    def open_account(self, person: str) -> None:
        """A person who had no account has one from now on."""
        ...

    def person(self, name: str) -> int | None:
        """The number of a person; None for nobody."""
        ...

    def totals(self, programme: int, by: str) -> dict[Any, tuple[Any, ...]]:
        """The books, as ``Model.total`` has them; ``by`` partner, region or person_id."""
        ...

    def standing(self, programme: int) -> dict[int, dict[str, Any]]:
        """By record key, the acts that stand."""
        ...

    def close(self) -> None:
        """Look that no file is without a row and no row without a file."""
        ...


@dataclass
class Run:
    """A run at work.

    Args:
        rules: the library as it is now.
    """

    chain: Chain
    expected: Expected
    rules: Library = field(default_factory=library)

    def post(self, event: Post, folder: Path, where: str) -> None:
        """Files are handed in, and the answer compared."""
        paths, question = [], [self.rules.version]
        for place, file in enumerate(event.files):
            text = written(file)
            path = folder / f"{place}.{file.form}"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
            question.append(sha256(text.encode()).hexdigest())
        crash = event.crash
        unseen = self.expected.turn(event.programme).free_unseen()
        answer = self.chain.post(event.programme, paths, self.rules, crash)
        known = self.expected.answered_before(event.programme, question)
        if known is None and crash is not None and not crash.is_committed:
            assert answer is None, f"{where}: a dead poster answered"
            return
        batch = known
        if batch is None:
            batch = self.expected.posts(event, question, self._unseen(event.programme, unseen))
        if batch is None:
            assert answer is not None, f"{where}: nobody answered"
            assert answer.batch is None, f"{where}: posted, though no file can be read"
        elif crash is not None and crash.is_committed:
            assert answer is None, f"{where}: a dead poster answered"
        else:
            assert answer is not None, f"{where}: nobody answered"
            assert answer.repeated == (known is not None), f"{where}: repeated {answer.repeated}"
            _compare(answer, batch, where)

    def _unseen(self, programme: int, unseen: set[Report]) -> set[Report]:
        """Of reports that another programme has set free those that were not looked at now.

        Which days a batch looks at is the platform's affair; that what it counts was free is not.
        """
        if not unseen:
            return set()
        standing = self.chain.standing(programme)
        model = self.expected.models[programme]
        return {report for report in unseen if model.key(report) not in standing}

    def lock(self, event: Lock) -> None:
        """A pool takes lines that no other has."""
        model = self.expected.models[event.programme]
        free = sorted(act.key for act in model.acts if act.pool is None)
        if free:
            keys = {free[pick % len(free)] for pick in event.picks}
            self.chain.lock(event.programme, keys, event.pool)
            model.lock(keys, event.pool)

    def withdraw(self, event: Withdraw, where: str) -> None:
        """Records are withdrawn, and what follows compared."""
        model = self.expected.turn(event.programme)
        claimed = sorted(model.claimed.items())
        left = [name for name, r in claimed if r not in model.withdrawn]
        if not left:
            return
        picked = {left[pick % len(left)] for pick in event.picks}
        gone = [name for name, r in claimed if r in model.withdrawn]
        if event.again is not None and gone:
            picked.add(gone[event.again % len(gone)])
        records = sorted(picked)

        def question(clawback: str | None) -> Asked:
            return asked.withdrawal(
                records, programme=self.chain.programmes()[event.programme], library=self.rules,
                because="partner-error", note=None, clawback=clawback,
            )  # fmt: skip

        def said(clawback: str | None, unseen: set[Report]) -> Batch | Refusal:
            try:
                return model.withdraw(records, clawback=clawback, left_out=unseen)
            except Refusal as refusal:
                return refusal

        # Some name a pool though they need not, which is refused too.
        first = POOLS[0] if event.picks[0] % 10 == 0 else None
        self._correct(event, _Correction(question, said), first, where)

    def restate(self, event: Restate, where: str) -> None:
        """The rules change, lines are computed again, and what follows is compared."""
        model = self.expected.turn(event.programme)
        if not self.expected.batches():
            return
        rates, values = RATES[event.rates]
        self.rules = library_with(*values)
        for other in self.expected.models:
            other.rates = rates
        first, last = event.days
        days = DayRange(first, last + timedelta(days=1))

        def question(clawback: str | None) -> Asked:
            return asked.restatement(
                event.methodology, days, programme=self.chain.programmes()[event.programme],
                library=self.rules, note=None, clawback=clawback,
            )  # fmt: skip

        def said(clawback: str | None, unseen: set[Report]) -> Batch | Refusal:
            try:
                found = model.restate(SCENES[event.methodology], first, last, clawback=clawback)
            except Refusal as refusal:
                return refusal
            model.batches -= not found.lines
            return found

        self._correct(event, _Correction(question, said), None, where)

    def _correct(
        self, event: Withdraw | Restate, asking: _Correction, clawback: str | None, where: str
    ) -> None:
        """Asked until somebody answers; where that is a refusal, by the way that it names."""
        for _ in range(_TRIES):
            refusal = self._corrected(event, asking, clawback, where)
            if refusal is None or refusal.fault == "AlreadyWithdrawn":
                return
            clawback = refusal.pools[0] if refusal.pools else None

    def _corrected(
        self, event: Withdraw | Restate, asking: _Correction, clawback: str | None, where: str
    ) -> Refusal | None:
        """One question; the refusal that the model foresaw, and that came."""
        crash, question = event.crash, asking.question(clawback)
        model = self.expected.turn(event.programme)
        unseen, before = model.free_unseen(), model.batches
        lived = crash is not None and self.chain.correct(question, crash) is not None
        answer = self.chain.correct(question, None)
        assert answer is not None, f"{where}: nobody answered"
        batch = asking.said(clawback, self._unseen(event.programme, unseen))
        if isinstance(batch, Refusal):
            assert answer.refused == batch.fault, f"{where}: {answer.refused}, not {batch}"
            return batch
        assert answer.refused is None, f"{where}: refused, {answer.refused}"
        changed = model.batches > before
        assert (answer.batch is not None) == changed, f"{where}: posted {answer.batch}"
        # What changes nothing writes nothing, so nobody dies in the writing.
        assert not (lived and changed), f"{where}: a dead poster answered"
        committed = changed and crash is not None and crash.is_committed
        assert answer.repeated == committed, f"{where}: repeated {answer.repeated}"
        _compare(answer, batch, where)
        return None


@dataclass(frozen=True)
class _Correction:
    """What is asked, with the pool that is named; and what the model says of it."""

    question: Callable[[str | None], Asked]
    said: Callable[[str | None, set[Report]], Batch | Refusal]


def play(history: History, chain: Chain, folder: Path) -> int:
    """Run a history, and compare.

    Args:
        folder: where partners' files are written.

    Returns:
        How many batches were posted.

    Raises:
        AssertionError: the platform and the model differ; the text says in what.
    """
    run = Run(chain, Expected.of(history, [programme.id for programme in chain.programmes()]))
    for number, event in enumerate(history.events):
        where = f"event {number} of seed {history.seed}"
        match event:
            case OpenAccount(person):
                chain.open_account(person)
                run.expected.opens(person)
            case Lock():
                run.lock(event)
            case Withdraw():
                run.withdraw(event, where)
            case Restate():
                run.restate(event, where)
            case Post():
                inside = folder / f"{number}"
                inside.mkdir(parents=True)
                run.post(event, inside, where)
    for programme, name in enumerate(history.programmes):
        model = run.expected.models[programme]
        _compare_books(chain, programme, model, f"seed {history.seed}, {name}")
    chain.close()
    return run.expected.batches()


def written(file: SentFile) -> str:
    """A file's text."""
    rows = [sent.row() for sent in file.rows]
    if file.form == "jsonl":
        return "".join(json.dumps(row, default=float) + "\n" for row in rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    found = text.getvalue()
    if file.torn:
        last = found.rindex("\n", 0, len(found) - 1) + 1
        found = found[: found.index(",", last) + 1]
    return found


# -- comparing -------------------------------------------------------------------------------------


def _compare(answer: Answer, batch: Batch, where: str) -> None:
    verdicts = Counter(tuple(row[name] for name in _VERDICT) for row in answer.verdicts)
    assert verdicts == batch.verdicts, (
        f"{where}: verdicts differ{differences(verdicts, batch.verdicts)}"
    )
    lines = Counter(
        (line["line_kind"], int(line["record_key"]), line["reduction_mg"], line["credited_mg"])
        for line in answer.lines
    )
    assert lines == batch.lines, f"{where}: lines differ{differences(lines, batch.lines)}"


def _compare_books(chain: Chain, programme: int, model: Model, where: str) -> None:
    standing = {key: line["credited_mg"] for key, line in chain.standing(programme).items()}
    assert standing == {act.key: act.credited_mg for act in model.acts}, (
        f"{where}: other acts stand"
    )
    _same(
        f"{where}: the book by partner",
        chain.totals(programme, "partner"),
        model.total(lambda r: r.partner),
    )
    _same(
        f"{where}: the book by region",
        chain.totals(programme, "region"),
        model.total(lambda r: r.region),
    )
    _same(
        f"{where}: the book by scene",
        chain.totals(programme, "scene"),
        model.total(lambda r: r.scene),
    )
    persons = model.total(lambda r: chain.person(r.person))
    _same(f"{where}: the book by person", chain.totals(programme, "person_id"), persons)


def _same(book: str, found: dict[Any, Any], said: dict[Any, Any]) -> None:
    names = sorted({*found, *said}, key=str)
    unlike = [name for name in names if found.get(name) != said.get(name)]
    shown = "".join(f"\n  {name}: {found.get(name)}, model {said.get(name)}" for name in unlike)
    assert not unlike, f"{book} differs{shown}"
