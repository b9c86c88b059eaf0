"""One run: a history happens to the platform and to the model, and they are compared throughout."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from tests.pipeline.comparison import differences
from tests.pipeline.model import Batch
from tests.simulation.answer import Answer
from tests.simulation.expected import Expected
from tests.simulation.history import Crash, History, OpenAccount, Post, SentFile

_VERDICT = (
    "partner", "record_id", "verdict", "code", "winner_partner", "winner_record_id", "credited_mg",
)  # fmt: skip


class Chain(Protocol):
    """The platform from files to books, with a store that can die."""

    def post(self, files: Sequence[Path], crash: Crash | None) -> Answer | None:
        """Hand in files as one batch; None where the poster died before it answered."""
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


def play(history: History, chain: Chain, folder: Path) -> int:
    """Run a history, and compare.

    Args:
        folder: where partners' files are written.

    Returns:
        How many batches were posted.

    Raises:
        AssertionError: the platform and the model differ; the text says in what.
    """
    expected = Expected.of(history)
    for number, event in enumerate(history.events):
        match event:
            case OpenAccount(person):
                chain.open_account(person)
                expected.opens(person)
            case Post():
                inside = folder / f"{number}"
                inside.mkdir(parents=True)
                _post(event, chain, expected, inside, f"event {number} of seed {history.seed}")
    _compare_books(chain, expected)
    chain.close()
    return expected.model.batches


def _post(event: Post, chain: Chain, expected: Expected, folder: Path, where: str) -> None:
    paths, contents = [], []
    for place, file in enumerate(event.files):
        text = written(file)
        path = folder / f"{place}.{file.form}"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
        contents.append(sha256(text.encode()).hexdigest())
    crash = event.crash
    answer = chain.post(paths, crash)
    known = expected.answered_before(contents)
    if known is None:
        if crash is not None and crash.when != "after the commit":
            assert answer is None, f"{where}: a dead poster answered"
            return
        batch = expected.posts(event, contents)
    else:
        batch = known
    if batch is None:
        assert answer is not None, f"{where}: nobody answered"
        assert answer.batch is None, f"{where}: posted, though no file can be read"
    elif crash is not None and crash.when == "after the commit":
        assert answer is None, f"{where}: a dead poster answered"
    else:
        assert answer is not None, f"{where}: nobody answered"
        assert answer.repeated == (known is not None), f"{where}: repeated {answer.repeated}"
        _compare(answer, batch, where)


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


def _compare_books(chain: Chain, expected: Expected) -> None:
    model = expected.model
    standing = {key: line["credited_mg"] for key, line in chain.standing().items()}
    assert standing == {act.key: act.credited_mg for act in model.acts}, "other acts stand"
    _same("partner", chain.totals("partner"), model.total(lambda r: r.partner))
    _same("region", chain.totals("region"), model.total(lambda r: r.region))
    _same("scene", chain.totals("scene"), model.total(lambda r: r.scene))
    persons = model.total(lambda r: chain.person(r.person))
    _same("person", chain.totals("person_id"), persons)


def _same(book: str, found: dict[Any, Any], said: dict[Any, Any]) -> None:
    names = sorted({*found, *said}, key=str)
    unlike = [name for name in names if found.get(name) != said.get(name)]
    shown = "".join(f"\n  {name}: {found.get(name)}, model {said.get(name)}" for name in unlike)
    assert not unlike, f"the book by {book} differs{shown}"
