"""One run: a history happens to the platform and to the model, and they are compared throughout."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
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
from tests.pipeline.model import Batch
from tests.pipeline.store import library, library_with
from tests.pipeline.worlds import RATES, SCENES
from tests.simulation.answer import Answer
from tests.simulation.expected import Expected
from tests.simulation.history import (
    Crash,
    History,
    OpenAccount,
    Post,
    Restate,
    SentFile,
    Withdraw,
)

_VERDICT = (
    "partner", "record_id", "verdict", "code", "winner_partner", "winner_record_id", "credited_mg",
)  # fmt: skip


class Chain(Protocol):
    """The platform from files to books, with a store that can die."""

    def programme(self) -> Programme:
        """Whose journal it is."""
        ...

    def post(self, files: Sequence[Path], rules: Library, crash: Crash | None) -> Answer | None:
        """Hand in files as one batch; None where the poster died before it answered."""
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

    def totals(self, by: str) -> dict[Any, tuple[Any, ...]]:
        """The books, as ``Model.total`` has them; ``by`` partner, region or person_id."""
        ...

    def standing(self) -> dict[int, dict[str, Any]]:
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
        answer = self.chain.post(paths, self.rules, crash)
        known = self.expected.answered_before(question)
        if known is None and crash is not None and crash.when != "after the commit":
            assert answer is None, f"{where}: a dead poster answered"
            return
        batch = self.expected.posts(event, question) if known is None else known
        if batch is None:
            assert answer is not None, f"{where}: nobody answered"
            assert answer.batch is None, f"{where}: posted, though no file can be read"
        elif crash is not None and crash.when == "after the commit":
            assert answer is None, f"{where}: a dead poster answered"
        else:
            assert answer is not None, f"{where}: nobody answered"
            assert answer.repeated == (known is not None), f"{where}: repeated {answer.repeated}"
            _compare(answer, batch, where)

    def withdraw(self, event: Withdraw, where: str) -> None:
        """Records are withdrawn, and what follows compared."""
        model = self.expected.model
        left = sorted(name for name, r in model.claimed.items() if r not in model.withdrawn)
        if not left:
            return
        records = sorted({left[pick % len(left)] for pick in event.picks})
        question = asked.withdrawal(
            records, programme=self.chain.programme(), library=self.rules, because="partner-error",
            note=None, clawback=None,
        )  # fmt: skip
        self._correct(question, event.crash, lambda: model.withdraw(records), where)

    def restate(self, event: Restate, where: str) -> None:
        """The rules change, lines are computed again, and what follows is compared."""
        model = self.expected.model
        if not model.batches:
            return
        rates, values = RATES[event.rates]
        self.rules = library_with(*values)
        first, last = event.days
        days = DayRange(first, last + timedelta(days=1))
        question = asked.restatement(
            event.methodology, days, programme=self.chain.programme(), library=self.rules,
            note=None, clawback=None,
        )  # fmt: skip

        def said() -> Batch:
            model.rates = rates
            found = model.restate(SCENES[event.methodology], first, last)
            model.batches -= not found.lines
            return found

        self._correct(question, event.crash, said, where)

    def _correct(
        self, question: Asked, crash: Crash | None, said: Callable[[], Batch], where: str
    ) -> None:
        """Asked until somebody answers."""
        lived = crash is not None and self.chain.correct(question, crash) is not None
        before = self.expected.model.batches
        batch = said()
        answer = self.chain.correct(question, None)
        assert answer is not None, f"{where}: nobody answered"
        changed = self.expected.model.batches > before
        assert (answer.batch is not None) == changed, f"{where}: posted {answer.batch}"
        # What changes nothing writes nothing, so nobody dies in the writing.
        assert not (lived and changed), f"{where}: a dead poster answered"
        committed = changed and crash is not None and crash.when == "after the commit"
        assert answer.repeated == committed, f"{where}: repeated {answer.repeated}"
        _compare(answer, batch, where)


def play(history: History, chain: Chain, folder: Path) -> int:
    """Run a history, and compare.

    Args:
        folder: where partners' files are written.

    Returns:
        How many batches were posted.

    Raises:
        AssertionError: the platform and the model differ; the text says in what.
    """
    run = Run(chain, Expected.of(history, chain.programme().id))
    for number, event in enumerate(history.events):
        where = f"event {number} of seed {history.seed}"
        match event:
            case OpenAccount(person):
                chain.open_account(person)
                run.expected.opens(person)
            case Withdraw():
                run.withdraw(event, where)
            case Restate():
                run.restate(event, where)
            case Post():
                inside = folder / f"{number}"
                inside.mkdir(parents=True)
                run.post(event, inside, where)
    _compare_books(chain, run.expected, f"seed {history.seed}")
    chain.close()
    return run.expected.model.batches


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


def _compare_books(chain: Chain, expected: Expected, where: str) -> None:
    model = expected.model
    standing = {key: line["credited_mg"] for key, line in chain.standing().items()}
    assert standing == {act.key: act.credited_mg for act in model.acts}, (
        f"{where}: other acts stand"
    )
    _same(
        f"{where}: the book by partner", chain.totals("partner"), model.total(lambda r: r.partner)
    )
    _same(f"{where}: the book by region", chain.totals("region"), model.total(lambda r: r.region))
    _same(f"{where}: the book by scene", chain.totals("scene"), model.total(lambda r: r.scene))
    persons = model.total(lambda r: chain.person(r.person))
    _same(f"{where}: the book by person", chain.totals("person_id"), persons)


def _same(book: str, found: dict[Any, Any], said: dict[Any, Any]) -> None:
    names = sorted({*found, *said}, key=str)
    unlike = [name for name in names if found.get(name) != said.get(name)]
    shown = "".join(f"\n  {name}: {found.get(name)}, model {said.get(name)}" for name in unlike)
    assert not unlike, f"{book} differs{shown}"
