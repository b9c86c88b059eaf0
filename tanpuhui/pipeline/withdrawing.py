"""Which records are withdrawn: their keys, and the days on which their acts are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session
from tanpuhui.pipeline.acts import Gone
from tanpuhui.pipeline.faults import (
    MOST_NAMED,
    AlreadyWithdrawn,
    NothingToWithdraw,
    UnknownRecords,
)
from tanpuhui.pipeline.history import by_file
from tanpuhui.pipeline.keys import record_key
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.reading import count_of
from tanpuhui.pipeline.staged import KEYS, VERDICTS, WITHDRAWN

# A record as its partner names it.
NAMED_RECORDS = pa.schema([("partner", pa.string()), ("record_id", pa.string())])
_KEYED = pa.schema([*NAMED_RECORDS, ("record_key", ledger.KEY)])
_KNOWN = pa.schema([*NAMED_RECORDS, ("known", pa.string())])
_DAYS = pa.schema([("local_day", pa.date32())])
NEVER_SENT = "never received"


@dataclass(frozen=True)
class Withdrawal:
    """The records that are to be taken back.

    Args:
        records: shaped as ``NAMED_RECORDS``.
        clawback: the pool whose lines may be taken back; None for none.
    """

    records: pa.Table
    clawback: str | None = None


def gone(session: Session, order: Order, asked: Withdrawal) -> Gone:
    """The keys of the records, and the local days of their acts.

    The index of keys says in which batch each was received, so only the segments of those batches
    are looked into.

    Raises:
        NothingToWithdraw: no record is named.
        UnknownRecords: one is not in the journal.
        AlreadyWithdrawn: one was withdrawn before.
    """
    given = session.table("records_asked", asked.records.cast(NAMED_RECORDS))
    keyed = given.distinct().mutate(record_key=record_key(order, given.partner, given.record_id))
    keys = session.keep("records_gone", keyed, _KEYED)
    if not count_of(session, keys):
        raise NothingToWithdraw(programme=order.programme.id)
    batches = _refuse_unknown(session, order, keys)
    _refuse_withdrawn(session, order, keys)
    days: set[date] = set()
    for kind, segments in (("l", order.earlier.lines), ("s", order.earlier.suppressed)):
        paths = [segment.path for segment in segments if segment.path.stem in batches]
        schema = ledger.LINES if kind == "l" else ledger.SUPPRESSED
        acts = session.parquet(f"acts_asked_{kind}", paths, schema).semi_join(keys, "record_key")
        found = session.fetch(acts.select("local_day").distinct(), _DAYS)
        days.update(found["local_day"].to_pylist())
    return Gone(keys, frozenset(days))


def _refuse_unknown(session: Session, order: Order, keys: Any) -> frozenset[str]:
    """The batches that received the records."""
    found = dict(by_file(session, keys, order.earlier.keys, "keys_asked", KEYS))
    known = session.parquet("all_keys", order.earlier.keys, KEYS)
    unknown = session.keep("unknown", keys.anti_join(known, "record_key"), _KEYED)
    count = count_of(session, unknown)
    if not count:
        return frozenset(found)
    paths = tuple(order.earlier.verdicts.values())
    said = session.parquet("verdicts_asked", paths, VERDICTS)
    met = said.semi_join(unknown, ["partner", "record_id"])
    told = met.select("partner", "record_id", known=met.verdict + ", " + met.code.coalesce(""))
    fates = {
        (row["partner"], row["record_id"]): row["known"]
        for row in session.fetch(told.distinct(), _KNOWN).to_pylist()
    }
    records = _named(session, unknown)[:MOST_NAMED]
    raise UnknownRecords(
        programme=order.programme.id,
        count=count,
        records=tuple((*record, fates.get(record, NEVER_SENT)) for record in records),
    )


def _refuse_withdrawn(session: Session, order: Order, keys: Any) -> None:
    before = [
        (*record, batch)
        for batch, met in by_file(
            session, keys, order.earlier.withdrawn, "withdrawn_asked", WITHDRAWN
        )
        for record in _named(session, met)
    ]
    if before:
        raise AlreadyWithdrawn(
            programme=order.programme.id, count=len(before), records=tuple(before[:MOST_NAMED])
        )


def _named(session: Session, records: Any) -> list[tuple[str, str]]:
    rows = session.fetch(records.select(*NAMED_RECORDS.names), NAMED_RECORDS).to_pylist()
    return sorted((row["partner"], row["record_id"]) for row in rows)
