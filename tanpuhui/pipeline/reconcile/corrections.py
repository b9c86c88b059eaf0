"""Corrections: what was taken back comes to nothing, and stays away; what is locked stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.ledger import (
    BatchesDisagree,
    Finding,
    LockDisagrees,
    ReversalDisagrees,
    WithdrawnDisagrees,
)
from tanpuhui.pipeline.reconcile.kept import KeptBatch
from tanpuhui.records import RECORDS, RESTATEMENT, WITHDRAWAL

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

# Which kinds of files a batch of each kind has always, and never.
_FILES = {
    RECORDS: ({"verdicts"}, {"withdrawn"}),
    WITHDRAWAL: ({"withdrawn"}, {"verdicts", "refused", "keys", "references", "suppressed"}),
    RESTATEMENT: ({"lines"}, {"withdrawn", "verdicts", "refused", "keys", "references"}),
}
_OF_ACT = pa.schema(
    [("batch", pa.string()), ("line", pa.int64()), ("reversals", pa.int64()),
     *((name, pa.int64()) for name in ledger.AMOUNTS)]
)  # fmt: skip
_OF_KEY = pa.schema(
    [("record_key", ledger.KEY), ("withdrawn", pa.int64()), ("received", pa.int64()),
     ("stands", pa.int64())]
)  # fmt: skip
_OF_LOCK = pa.schema(
    [("batch", pa.string()), ("line", pa.int64()), ("pool", pa.string()), ("why", pa.string())]
)
_CLAWBACKS = pa.schema([("batch", pa.string()), ("clawback", pa.string())])


def batches_are_of_their_kind(look: Look) -> Iterator[Finding]:
    """A batch has the files of its kind, and says why where it is a withdrawal, and only there."""
    kinds: dict[int, set[str]] = {}
    for file in look.kept.files:
        kinds.setdefault(file.batch, set()).add(file.kind)
    for batch in look.whole.values():
        found = kinds.get(batch.number, set())
        if batch.kind not in _FILES:
            yield _batch(batch, expected=f"a kind of {', '.join(_FILES)}", found=batch.kind)
            continue
        always, never = _FILES[batch.kind]
        if not always <= found or never & found:
            without = ", ".join(sorted(never))
            yield _batch(
                batch, expected=f"files {', '.join(sorted(always))}, as of kind {batch.kind}, and "
                f"no {without}", found=", ".join(sorted(found)) or "no file",
            )  # fmt: skip
        if (batch.reason is not None) != (batch.kind == WITHDRAWAL):
            wanted = "a reason" if batch.kind == WITHDRAWAL else "no reason"
            yield _batch(
                batch, expected=f"{wanted}, as of kind {batch.kind}", found=str(batch.reason)
            )
        if batch.kind != RECORDS and batch.has_held:
            yield _batch(batch, expected=f"has_held false, as of kind {batch.kind}", found="true")
        if batch.kind == RECORDS and (batch.note, batch.clawback) != (None, None):
            yield _batch(
                batch, expected="neither note nor clawback, as of kind records",
                found=f"note {batch.note}, clawback {batch.clawback}",
            )  # fmt: skip


def _batch(batch: KeptBatch, *, expected: str, found: str) -> BatchesDisagree:
    return BatchesDisagree(at=f"ledger_batch {batch.name}", expected=expected, found=found)


def reversed_acts_come_to_nothing(look: Look) -> Iterator[Finding]:
    """An act that was taken back was taken back once, with all that it had come to.

    Compared only where every batch is whole: a difference may stand in any of them.
    """
    if look.broken:
        return
    lines = look.lines
    is_act = lines.line_kind == ledger.ACT
    parts = lines.select(
        batch=ibis.ifelse(is_act, lines.batch, lines.corrects_batch),
        line=ibis.ifelse(is_act, lines.line, lines.corrects_line),
        reversal=(lines.line_kind == ledger.REVERSAL).ifelse(1, 0),
        **{name: lines[name].fill_null(0) for name in ledger.AMOUNTS},
    )
    by_act = parts.group_by("batch", "line").aggregate(
        reversals=parts.reversal.sum(), **{name: parts[name].sum() for name in ledger.AMOUNTS}
    )
    left = ibis.or_(*(by_act[name] != 0 for name in ledger.AMOUNTS))
    wrong = by_act.filter((by_act.reversals > 1) | ((by_act.reversals == 1) & left))
    yield from look.told(
        wrong.select(*_OF_ACT.names), _OF_ACT,
        lambda row: ReversalDisagrees(
            at=f"line {row['line']:,} of batch {row['batch']}",
            expected="one reversal, after which every amount is 0",
            found=f"{row['reversals']} of them, and "
            + ", ".join(f"{name} {row[name]:,}" for name in ledger.AMOUNTS if row[name]),
        ),
    )  # fmt: skip


def withdrawn_records_stay_away(look: Look) -> Iterator[Finding]:
    """What was withdrawn was received, was withdrawn once, and counts no more."""
    if look.broken:
        return
    zero, one, lines = ibis.literal(0), ibis.literal(1), look.lines
    signed = ibis.cases(
        (lines.line_kind == ledger.ACT, 1), (lines.line_kind == ledger.REVERSAL, -1), else_=0
    )
    reports = [
        lines.select("record_key", withdrawn=zero, received=one, stands=signed),
        look.suppressed.select("record_key", withdrawn=zero, received=one, stands=zero),
    ]
    gone = look.withdrawn.select("record_key", withdrawn=one, received=zero, stands=zero)
    known = [table.semi_join(look.withdrawn, "record_key") for table in reports]
    both = ibis.union(gone, *known)
    by_key = both.group_by("record_key").aggregate(
        withdrawn=both.withdrawn.sum(), received=both.received.sum(), stands=both.stands.sum()
    )
    wrong = (by_key.withdrawn != 1) | (by_key.received == 0) | (by_key.stands != 0)
    yield from look.told(
        by_key.filter(wrong), _OF_KEY,
        lambda row: WithdrawnDisagrees(
            at=f"withdrawn, record_key {row['record_key']}",
            expected="a record that was received, withdrawn once, and of which no act stands",
            found=f"received {row['received']}, withdrawn {row['withdrawn']}, "
            f"acts that stand {row['stands']}",
        ),
    )  # fmt: skip


def locks_hold(look: Look) -> Iterator[Finding]:
    """Each lock is of an act; and where that was taken back, by a claw-back from its pool."""
    rows = look.session.table("kept_locks", look.kept.locks)
    locks = rows.inner_join(look.numbers, "batch_number").select("batch", "line", "pool")
    lines = look.lines
    acts = lines.filter(lines.line_kind == ledger.ACT)
    none = locks.anti_join(acts, ["batch", "line"]).mutate(why=ibis.literal("no act"))
    named = [{"batch": b.name, "clawback": b.clawback} for b in look.kept.batches]
    clawbacks = look.session.table("clawbacks", pa.Table.from_pylist(named, _CLAWBACKS))
    reversals = lines.filter(lines.line_kind == ledger.REVERSAL).select(
        by="batch", batch="corrects_batch", line="corrects_line"
    )
    by_whom = reversals.inner_join(clawbacks.select(by="batch", clawback="clawback"), "by")
    met = locks.inner_join(by_whom.select("by", "batch", "line", "clawback"), ["batch", "line"])
    taken = met.filter(met.clawback.isnull() | (met.clawback != met.pool))
    said = taken.select(
        "batch", "line", "pool", why=ibis.literal("an act that batch ") + taken.by + " took back"
    )
    yield from look.told(
        none.union(said), _OF_LOCK,
        lambda row: LockDisagrees(
            at=f"ledger_lock, line {row['line']:,} of batch {row['batch']}",
            expected=f"an act that stands, since pool {row['pool']} has it", found=row["why"],
        ),
    )  # fmt: skip
