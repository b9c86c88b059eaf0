"""Compares what is kept with what lies in the lake. Decides nothing: it finds and names.

A new check is a function in a module here, and a line of ``CHECKS`` below. It is given all that is
known and yields findings; what it may rely on stands in ``Look``.

Takes: what the database keeps of one dedup domain and its logs, and the folder of the lake.
Gives: findings, each with a code, a place, what was expected and what was found.
Refuses: nothing, and it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tanpuhui.engine import RelationalBackend
from tanpuhui.ledger import Finding
from tanpuhui.pipeline.reconcile.answers import answers_agree, books_agree, verdicts_agree
from tanpuhui.pipeline.reconcile.corrections import (
    batches_are_of_their_kind,
    locks_hold,
    reversed_acts_come_to_nothing,
    withdrawn_records_stay_away,
)
from tanpuhui.pipeline.reconcile.files import batches_in_order, left_files, looked_at
from tanpuhui.pipeline.reconcile.indexes import (
    acts_stand_once,
    cited_lines_exist,
    keys_hold_every_report,
    references_hold_every_line,
)
from tanpuhui.pipeline.reconcile.kept import (
    KEPT_BALANCES,
    KEPT_BATCH_POINTS,
    KEPT_BATCH_SUMS,
    KEPT_BOOK_LINES,
    KEPT_LOCKS,
    KEPT_POINT_BALANCES,
    KEPT_POINT_LINES,
    Kept,
    KeptBatch,
    KeptFile,
    KeptSums,
)
from tanpuhui.pipeline.reconcile.kept_logs import (
    KeptCheckpoint,
    KeptEntry,
    KeptKey,
    KeptLog,
    Published,
)
from tanpuhui.pipeline.reconcile.lines import lines_are_the_batch, rows_describe_lines
from tanpuhui.pipeline.reconcile.logs import (
    batches_are_sealed,
    checkpoints_are_of_the_entries,
    logs_stand_on_their_entries,
)
from tanpuhui.pipeline.reconcile.look import Look
from tanpuhui.pipeline.reconcile.published import published_files_are_the_log
from tanpuhui.pipeline.reconcile.sums import balances_agree, book_lines_agree
from tanpuhui.pipeline.reconcile.trees import (
    lines_are_those_sealed,
    trees_lead_to_the_sealed_roots,
)

__all__ = [
    "CHECKS",
    "KEPT_BALANCES",
    "KEPT_BATCH_POINTS",
    "KEPT_BATCH_SUMS",
    "KEPT_BOOK_LINES",
    "KEPT_LOCKS",
    "KEPT_POINT_BALANCES",
    "KEPT_POINT_LINES",
    "Kept",
    "KeptBatch",
    "KeptCheckpoint",
    "KeptEntry",
    "KeptFile",
    "KeptKey",
    "KeptLog",
    "KeptSums",
    "Published",
    "findings",
    "left_files",
]

# Every check, in the order in which findings are told.
CHECKS: tuple[Callable[[Look], Iterable[Finding]], ...] = (
    batches_in_order,
    batches_are_of_their_kind,
    rows_describe_lines,
    lines_are_the_batch,
    balances_agree,
    book_lines_agree,
    cited_lines_exist,
    acts_stand_once,
    reversed_acts_come_to_nothing,
    withdrawn_records_stay_away,
    locks_hold,
    keys_hold_every_report,
    references_hold_every_line,
    verdicts_agree,
    books_agree,
    answers_agree,
    logs_stand_on_their_entries,
    checkpoints_are_of_the_entries,
    batches_are_sealed,
    trees_lead_to_the_sealed_roots,
    lines_are_those_sealed,
    published_files_are_the_log,
)


def findings(
    kept: Kept, backend: RelationalBackend, told: Callable[[str], None] = lambda check: None
) -> Iterator[Finding]:
    """Every disagreement of a dedup domain.

    Files are looked at first, byte by byte. A batch with a file that is gone or damaged is left out
    of what is compared afterwards, since each of its sums would be told too.

    Args:
        told: called with the name of each check when it begins.
    """
    told("files")
    looked = looked_at(kept)
    yield from looked.findings
    with backend.session() as session:
        look = Look(kept, session, looked)
        for check in CHECKS:
            told(check.__name__)
            yield from check(look)
