"""Corrections: records withdrawn, or lines computed again, as a batch of their own.

No line is edited. What is wrong is taken back by a reversal, or brought to the right figure by a
difference; what follows for other reports of the act and for limits is posted in the same batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import RelationalBackend, Session
from tanpuhui.pipeline import history, writing
from tanpuhui.pipeline.acts import NO_LOSSES, Acts, resolve_without
from tanpuhui.pipeline.amounts import rule_plans
from tanpuhui.pipeline.batch import (
    Steps,
    Told,
    staged_of,
)
from tanpuhui.pipeline.faults import (
    MOST_NAMED,
    ImportedNotRestated,
    LinesLocked,
    NothingToClawBack,
)
from tanpuhui.pipeline.further import refuse_names_of_lines
from tanpuhui.pipeline.granting import grants_of
from tanpuhui.pipeline.imported import PREFIX
from tanpuhui.pipeline.lines import Lines, give_what_is_same
from tanpuhui.pipeline.order import LOCKED, Order
from tanpuhui.pipeline.reading import count_of
from tanpuhui.pipeline.restating import Restatement, restated
from tanpuhui.pipeline.seal import sealed
from tanpuhui.pipeline.settling import settled
from tanpuhui.pipeline.staged import WITHDRAWN, Counts, Staged, StagedFile
from tanpuhui.pipeline.withdrawing import Withdrawal, gone

_BY_KIND = pa.schema([("line_kind", pa.string()), ("n", pa.int64())])
_BY_CODE = pa.schema([("refused", pa.string()), ("n", pa.int64())])
_NO_RECORDS = Counts(received=0, counted=0, duplicate={}, refused={}, held={}, reversed_lines=0)


@dataclass(frozen=True)
class Corrected:
    """A correction as computed.

    Args:
        staged: its files and sums; it received no records.
        withdrawn: records that were withdrawn.
        read: lines that were computed again.
        refused: of these, by code, those that the rules would refuse now; they come to 0.
        clawed_back: lines that were taken back from the pool that the claw-back names, or lowered.
        lines: its journal lines by kind.
    """

    staged: Staged
    withdrawn: int
    read: int
    refused: Mapping[str, int]
    clawed_back: int
    lines: Mapping[str, int]

    def changes_nothing(self) -> bool:
        """True where there is nothing to post."""
        return not self.staged.files

    def to_json(self) -> dict[str, Any]:
        """As ``ledger correct --json`` and ``ledger restate --json`` have it."""
        sums = self.staged.to_json()
        names = ("baseline_mg", "reduction_mg", "credited_mg", "points", "people", "books")
        return {
            "batch": self.staged.batch,
            "withdrawn": self.withdrawn,
            "read_lines": self.read,
            "refused": dict(self.refused),
            "clawed_back_lines": self.clawed_back,
            "reversed_lines": self.lines.get(ledger.REVERSAL, 0),
            "counted_again": self.lines.get(ledger.ACT, 0),
            "difference_lines": self.lines.get(ledger.DIFFERENCE, 0),
            **{name: sums[name] for name in names},
        }


@dataclass(frozen=True)
class _Change:
    """What is to be written, and what is said of it."""

    lines: Lines
    files: list[StagedFile]
    withdrawn: int
    read: int
    refused: Mapping[str, int]
    clawed_back: int


def correct(
    order: Order,
    asked: Withdrawal | Restatement,
    backend: RelationalBackend,
    *,
    told: Told = lambda step: None,
) -> Corrected:
    """A correction, computed and written to the order's folder; nothing is committed.

    Args:
        order: of no files.
        told: called with the name of each step when it begins.

    Raises:
        UnknownRecords, AlreadyWithdrawn, NothingToWithdraw: a record cannot be withdrawn.
        ImportedNotRestated: there is nothing to compute the lines from.
        LinesLocked, NothingToClawBack: a line is locked by a pool that is not named; or by none.
    """
    refuse_names_of_lines(order)
    steps = Steps(told)
    with backend.session() as session:
        if isinstance(asked, Withdrawal):
            change = _withdrawn(session, backend, order, asked, steps)
        else:
            change = _restated(session, order, asked, steps)
        with steps.step("ledger"):
            files = writing.write_lines(session, order, change.lines) + change.files
        with steps.step("seal"):
            seal, tree = sealed(session, order, change.lines.whole)
            files += tree
        with steps.step("incentives"):
            granted = grants_of(session, order, change.lines.whole)
            files += writing.write_grants(session, order, granted)
        with steps.step("books"):
            by_kind = _counts(session, change.lines.whole, "line_kind", _BY_KIND)
            counts = replace(_NO_RECORDS, reversed_lines=by_kind.get(ledger.REVERSAL, 0))
            written = (change.lines.whole, granted, counts, files)
            return Corrected(
                staged=staged_of(session, order, written, seal, steps),
                withdrawn=change.withdrawn,
                read=change.read,
                refused=change.refused,
                clawed_back=change.clawed_back,
                lines=by_kind,
            )


def _withdrawn(
    session: Session, backend: RelationalBackend, order: Order, asked: Withdrawal, steps: Steps
) -> _Change:
    with steps.step("dedup"):
        records = gone(session, order, asked)
        acts = resolve_without(session, backend, order, records)
        order, clawed_back = _unlocked(session, order, acts.withdrawn, asked.clawback)
    with steps.step("limits"):
        plans = rule_plans(order)
        give_what_is_same(session, order)
        lines = settled(session, order, acts, plans)
    keys = records.keys.order_by("record_key")
    files = writing.write_whole(session, order, "withdrawn", keys, WITHDRAWN)
    count = count_of(session, records.keys)
    return _Change(lines, files, count, read=0, refused={}, clawed_back=clawed_back)


def _restated(session: Session, order: Order, asked: Restatement, steps: Steps) -> _Change:
    if asked.methodology.startswith(PREFIX):
        raise ImportedNotRestated(programme=order.programme.id, methodology=asked.methodology)
    plans = rule_plans(order)
    give_what_is_same(session, order)
    with steps.step("quantify"):
        found = restated(session, order, asked, plans)
        lowered = found.filter(found.new_reduction_mg < found.credited_mg)
        order, clawed_back = _unlocked(session, order, lowered, asked.clawback)
    with steps.step("limits"):
        lines = settled(session, order, _no_acts(session), plans, restated=found)
    refused = _counts(session, found.filter(found.refused.notnull()), "refused", _BY_CODE)
    return _Change(lines, [], 0, count_of(session, found), refused, clawed_back)


def _no_acts(session: Session) -> Acts:
    """Nothing competes: whatever counted goes on to count."""
    posted = session.table("no_posted", history.POSTED.empty_table())
    again = session.table("no_again", history.AGAIN.empty_table())
    losses = session.table("no_losses", NO_LOSSES)
    return Acts(losses, posted, again, posted, supersedes=True)


def _unlocked(
    session: Session, order: Order, lowered: Any, clawback: str | None
) -> tuple[Order, int]:
    """The order, in which the lines that are clawed back are locked no longer; and how many.

    Args:
        lowered: lines that are taken back, or whose own figure falls below what is credited.

    Raises:
        LinesLocked: one of them is locked by a pool that is not named.
        NothingToClawBack: a pool is named, and none of them is locked.
    """
    locks = session.table("every_lock", order.earlier.locked)
    met = locks.semi_join(lowered, ["batch", "line"]).order_by(["pool", "batch", "line"])
    rows = session.fetch(met, LOCKED).to_pylist() if len(order.earlier.locked) else []
    others = [row for row in rows if row["pool"] != clawback]
    if others:
        raise LinesLocked(
            programme=order.programme.id,
            count=len(others),
            pools=tuple(dict.fromkeys(row["pool"] for row in others)),
            lines=tuple((r["pool"], r["batch"], r["line"]) for r in others[:MOST_NAMED]),
        )
    if clawback is not None and not rows:
        pools = sorted(set(order.earlier.locked["pool"].to_pylist()))
        raise NothingToClawBack(
            programme=order.programme.id, pool=clawback, pools=tuple(pools[:MOST_NAMED])
        )
    if not rows:
        return order, 0
    left = session.fetch(locks.anti_join(lowered, ["batch", "line"]), LOCKED)
    return replace(order, earlier=replace(order.earlier, locked=left)), len(rows)


def _counts(session: Session, rows: Any, by: str, schema: pa.Schema) -> dict[str, int]:
    found = session.fetch(rows.group_by(by).aggregate(n=rows.count()), schema).to_pylist()
    return {row[by]: row["n"] for row in sorted(found, key=lambda row: str(row[by]))}
