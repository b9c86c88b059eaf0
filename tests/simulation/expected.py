"""What the model says of a whole run: the pipeline's model, with what surrounds it.

The model of ``tests.pipeline`` knows reports. Here it also knows broken rows, ids that come twice
with something else in one batch, files that cannot be read, and which questions were asked before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.pipeline.model import QUANTITY, Batch, Model, Report, verdict_row
from tests.simulation.history import History, Post, Sent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass
class Expected:
    """A run, as it should be.

    Args:
        models: of each programme.
        asked: by what was asked, what was answered.
    """

    models: list[Model]
    asked: dict[tuple[object, ...], Batch] = field(default_factory=dict)

    @staticmethod
    def of(history: History, programmes: Iterable[str]) -> Expected:
        """Nothing has happened yet.

        Args:
            programmes: the ids that keys of records are made with.
        """
        models = [
            Model(programme, supersedes="supersedes" in name, limited="limited" in name)
            for programme, name in zip(programmes, history.programmes, strict=True)
        ]
        for model in models:
            model.nobody = set(history.nobody)
        return Expected(models)

    def batches(self) -> int:
        """How many were posted in the domain."""
        return max(model.batches for model in self.models)

    def turn(self, programme: int) -> Model:
        """The model of a programme, which sees what the others posted."""
        model = self.models[programme]
        model.batches = self.batches()
        model.others = [act for other in self.models if other is not model for act in other.acts]
        return model

    def answered_before(self, programme: int, contents: Iterable[str]) -> Batch | None:
        """The first answer to this question; None where it is new, or held some records.

        Args:
            contents: hashes of the files, and the version of the library.
        """
        found = self.asked.get((programme, *sorted(contents)))
        return None if found is None or _holds(found) else found

    def posts(
        self, post: Post, contents: Iterable[str], left_out: Collection[Report]
    ) -> Batch | None:
        """What a batch comes to that is posted now; None where no file can be read.

        Args:
            left_out: earlier reports that do not compete.
        """
        rows = [sent for file in post.files if not file.torn for sent in file.rows]
        if not rows:
            return None
        good = sorted((sent.report for sent in rows if sent.damage is None), key=content)
        found = self.turn(post.programme).post(good, left_out)
        for sent in rows:
            if sent.damage is not None:
                found.verdicts[_refusal(sent)] += 1
        self.asked[(post.programme, *sorted(contents))] = found
        return found

    def opens(self, person: str) -> None:
        """A person opens an account."""
        for model in self.models:
            model.nobody.discard(person)


def content(report: Report) -> int:
    """The number of what a report says: of two with one id in a batch the lower counts.

    Written from the words of tanpuhui/intake/content.py.
    """
    start = (report.start - _EPOCH) // _MICROSECOND
    length = (report.end - _EPOCH) // _MICROSECOND - start
    sized = "".join(
        f"{'' if text is None else len(text)}:{text or ''}"
        for text in (report.person, report.reference, report.asset)
    )
    said = f"2;{sized}{report.scene};{report.region};{report.evidence};{start};{length};"
    if report.amount is not None:
        whole, fraction = divmod(float(report.amount), 1)
        said += f"{QUANTITY[report.scene]}={int(whole)}.{int(fraction * 2.0**62)};"
    return int(hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def _refusal(sent: Sent) -> tuple[object, ...]:
    assert sent.damage is not None
    row: Mapping[str, object] = sent.row()
    named = verdict_row(sent.report, "refused", sent.damage.code)
    return (row["partner"], row["record_id"], *named[2:])


def _holds(batch: Batch) -> bool:
    return any(row[2] == "held" for row in batch.verdicts)
