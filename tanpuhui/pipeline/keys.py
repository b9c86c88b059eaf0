"""A repeated record id: a retry, answered with the first result, or a conflict, refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session, hex_number, leading
from tanpuhui.pipeline.keyed import NUMBER_DIGITS, key_of, keyed_number, keyed_text
from tanpuhui.pipeline.order import SUBJECTS, Order
from tanpuhui.pipeline.staged import KEYS

RETRY, CONFLICT = "retry", "conflict"
SHARED = "k:"  # before a subject that means one person for every partner

_SUBJECT, _RECORD = ("subject",), ("record",)
_CONTENT_DIGITS = 15  # 60 bits
# What is hashed of each record when it is received.
HASHED = pa.schema([*KEYS, *SUBJECTS, ("reference_key", ledger.KEY), ("asset_key", ledger.KEY)])
_CLAIMED = pa.schema([("record_key", ledger.KEY), ("n", pa.int64())])
_REPEATED = pa.schema([("position", pa.int64()), ("code", pa.string())])


def hashed(records: Any, *, secret: str, programme: str) -> dict[str, Any]:
    """The columns of ``HASHED`` for some records, in the shape of ``intake.received``."""
    shared = records.subject.startswith(SHARED).fill_null(ibis.literal(value=False))
    scope = ibis.cases((shared, ""), else_=records.partner)
    return {
        "record_key": _record_key(secret, programme, records.partner, records.record_id),
        "content": hex_number(leading(records.content, _CONTENT_DIGITS)),
        "scope": scope,
        "subject_key": keyed_text(secret, _SUBJECT, scope, records.subject),
        **{
            f"{name}_key": keyed_number(secret, (name,), records.scene, records[name])
            for name in ("reference", "asset")
        },
    }


def subject_key(secret: str, partner: str, subject: str) -> str:
    """The key of one subject, as ``hashed`` has it: 32 hex digits."""
    scope = "" if subject.startswith(SHARED) else partner
    return key_of(secret, _SUBJECT, scope, subject)


def record_number(secret: str, programme: str, partner: str, record_id: str) -> int:
    """The key of one record, as ``record_key`` has it."""
    return int(key_of(secret, (*_RECORD, programme), partner, record_id)[:NUMBER_DIGITS], 16)


def record_key(order: Order, partner: Any, record_id: Any) -> Any:
    """The key of a record: of its programme, partner and the partner's own id."""
    return _record_key(order.secret, order.programme.id, partner, record_id)


def _record_key(secret: str, programme: str, *texts: Any) -> Any:
    return keyed_number(secret, (*_RECORD, programme), *texts)


def seen_before(session: Session, records: Any, earlier: tuple[Path, ...]) -> Any:
    """The records whose key an earlier batch has claimed.

    Args:
        records: ``position`` and the columns of ``KEYS``.
        earlier: files shaped as ``KEYS``.

    Returns:
        One row for each of them: position, and code ``retry`` (the same content) or ``conflict``.
    """
    posted = session.parquet("posted_keys", earlier, KEYS)
    met = records.inner_join(posted, "record_key")
    before = met.select(
        records.position,
        code=ibis.cases((records.content == posted.content, RETRY), else_=CONFLICT),
    ).distinct()
    return session.keep("seen_before", before, _REPEATED)


def repeated(session: Session, reports: Any) -> Any:
    """The computable records whose key another computable one of the batch claims.

    Of several the first by content counts, then by position of equal content, so the order of rows
    decides nothing that can be told apart. A record that is refused or held claims no key, so the
    one that mends it may stand in the same batch.

    Args:
        reports: the records that can be computed: ``position`` and the columns of ``KEYS``.

    Returns:
        Shaped as ``seen_before``.
    """
    counts = reports.group_by("record_key").aggregate(n=reports.count())
    claimed = session.keep("claimed_twice", counts.filter(counts.n > 1), _CLAIMED)
    twice = reports.semi_join(claimed, "record_key")
    window = ibis.window(group_by=twice.record_key, order_by=[twice.content, twice.position])
    ranked = twice.mutate(
        place=ibis.row_number().over(window), first_content=twice.content.first().over(window)
    )
    later = ranked.filter(ranked.place > 0)
    found = later.select(
        later.position,
        code=ibis.cases((later.content == later.first_content, RETRY), else_=CONFLICT),
    )
    return session.keep("repeated", found, _REPEATED)
