"""What may be corrected, and what makes two corrections the same question; without Django."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from tanpuhui import pipeline
from tanpuhui.records import RESTATEMENT, WITHDRAWAL
from tanpuhui.rules import Library, Programme
from tanpuhui.terms import DayRange, hash_of_parts


@dataclass(frozen=True)
class Asked:
    """A correction that is asked for.

    Args:
        question: what tells it from others, as texts.
        while_last: True where the first answer holds only as long as its batch is the last one:
            after another there may be more to correct.
        reason: of ``records.REASONS``; None for a restatement.
    """

    programme: Programme
    library: Library
    what: pipeline.Withdrawal | pipeline.Restatement
    kind: str
    question: tuple[str, ...]
    while_last: bool
    reason: str | None
    note: str | None

    def sha256(self) -> str:
        """The hash of the question."""
        return hash_of_parts((self.kind, self.programme.id, *self.question))


def withdrawal(
    records: Iterable[tuple[str, str]],
    *,
    programme: Programme,
    library: Library,
    because: str,
    note: str | None,
    clawback: str | None,
) -> Asked:
    """Records, each by partner and record id, that are to be taken back.

    Their withdrawal is the same question whatever the library says meanwhile.
    """
    named = sorted(set(records))
    table = pa.table(
        {"partner": [partner for partner, _ in named], "record_id": [name for _, name in named]},
        schema=pipeline.NAMED_RECORDS,
    )
    texts = (because, *_said(note, clawback), *(text for record in named for text in record))
    what = pipeline.Withdrawal(table, clawback)
    return Asked(programme, library, what, WITHDRAWAL, texts, False, because, note)


def restatement(
    methodology: str,
    days: DayRange,
    *,
    programme: Programme,
    library: Library,
    note: str | None,
    clawback: str | None,
) -> Asked:
    """Lines of a methodology that are to be computed again under the rules of the library."""
    texts = (
        programme.sha256, library.version, methodology, str(days.from_day), str(days.until_day),
        *_said(note, clawback),
    )  # fmt: skip
    what = pipeline.Restatement(methodology, days, clawback)
    return Asked(programme, library, what, RESTATEMENT, texts, True, None, note)


def _said(*texts: str | None) -> Iterable[str]:
    return ("nothing" if text is None else f"said {text}" for text in texts)
