"""What is said of each record received: counted, duplicate, refused or held, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session
from tanpuhui.pipeline.acts import Acts
from tanpuhui.pipeline.history import by_file
from tanpuhui.pipeline.keys import CONFLICT, RETRY, record_key
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.reading import Received, count_of, file_of
from tanpuhui.pipeline.staged import KEYS, VERDICTS, Counts, StagedFile
from tanpuhui.pipeline.writing import write_whole

COUNTED, DUPLICATE, REFUSED, HELD = "counted", "duplicate", "refused", "held"
NO_ACCOUNT = "no-account"

_SAID = pa.schema([("position", pa.int64()), *VERDICTS])
_COUNTS = pa.schema([("verdict", pa.string()), ("code", pa.string()), ("n", pa.int64())])
_WINNERS = pa.schema(
    [("position", pa.int64()), ("partner", pa.string()), ("record_key", ledger.KEY)]
)
_BATCHES = pa.schema([("batch", pa.string())])


@dataclass(frozen=True)
class Said:
    """The verdicts: a table with ``position`` and the columns of ``VERDICTS``, and its file."""

    table: Any
    files: list[StagedFile]


def verdicts(
    session: Session,
    order: Order,
    received: Received,
    repeated: Any,
    worth: Any,
    acts: Acts,
    lines: Any,
) -> Said:
    """One row a record received, in the order of the files.

    Args:
        lines: the journal lines of the batch, with ``record_position``.
    """
    acted = lines.filter(lines.record_position.notnull())
    # Few lines are credited less than they reduce, and of the others the amount is known.
    trimmed = acted.filter(acted.credited_mg != acted.reduction_mg)
    trimmed = trimmed.select(position="record_position", own_mg="credited_mg")
    found = worth
    for facts in (
        trimmed,
        repeated.select("position", repeated_code="code"),
        _losses(session, order, received, acts),
    ):
        found = found.left_join(facts, "position").drop("position_right")
    again = found.repeated_code
    counts = found.rule.notnull() & found.code.isnull() & again.isnull() & found.key.isnull()
    code = ibis.coalesce(
        found.refused, again, found.code, found.key, ibis.cases((~found.live, NO_ACCOUNT))
    )
    verdict = ibis.cases(
        (counts, COUNTED),
        (found.key.notnull() | (again == RETRY).fill_null(ibis.literal(value=False)), DUPLICATE),
        (found.refused.notnull() | found.code.notnull() | (again == CONFLICT), REFUSED),
        else_=HELD,
    )
    shaped = found.select(
        "position", "partner", "record_id", "winner_partner", "winner_record_id", "reason",
        verdict=verdict, code=code,
        credited_mg=ibis.cases((counts, found.own_mg.coalesce(found.reduction_mg))),
        file=file_of(session, found.position, received.first_positions),
    )  # fmt: skip
    texts = {
        "verdict": (COUNTED, DUPLICATE, REFUSED, HELD),
        "file": [name for _, name in received.first_positions],
    }
    kept = session.keep("verdicts", shaped.select(*_SAID.names), _SAID, texts=texts)
    files = write_whole(
        session, order, "verdicts", kept.order_by("position"), VERDICTS, texts=texts
    )
    return Said(kept, files)


def refused_records(
    session: Session, order: Order, received: Received, said: Any
) -> list[StagedFile]:
    """What was read of refused and held records, kept so that it can be mended and sent again."""
    left = said.filter((said.verdict == REFUSED) | (said.verdict == HELD))
    left = left.select("position", "verdict", "code", "file")
    quantities = [
        (name, pa.string() if received.records[name].type().is_string() else pa.float64())
        for name in received.quantities
    ]
    own = ("partner", "record_id", "subject", "scene", "region", "evidence", "reference", "asset",
           "reason")  # fmt: skip
    instants = [(name, pa.timestamp("us", tz="UTC")) for name in ("started_at", "ended_at")]
    schema = pa.schema(
        [
            ("file", pa.string()), ("position", pa.int64()), ("verdict", pa.string()),
            ("code", pa.string()), *((name, pa.string()) for name in own), *instants, *quantities,
        ]
    )  # fmt: skip
    records = received.records
    said = {name: records[name].coalesce(records[f"said_{name}"]) for name in ("scene", "evidence")}
    rows = records.mutate(**said).inner_join(left, "position").order_by("position")
    return write_whole(session, order, "refused", rows, schema)


def counts_of(session: Session, said: Any, lines: Any) -> Counts:
    """How many records met which fate."""
    counted = said.group_by("verdict", "code").aggregate(n=said.count())
    rows = session.fetch(counted, _COUNTS).to_pylist()

    def by_code(verdict: str) -> dict[str, int]:
        found = {row["code"]: row["n"] for row in rows if row["verdict"] == verdict}
        return dict(sorted(found.items()))

    reversals = lines.filter(lines.line_kind == ledger.REVERSAL)
    taken = session.fetch(reversals.aggregate(n=reversals.count()), pa.schema([("n", pa.int64())]))
    return Counts(
        received=sum(row["n"] for row in rows),
        counted=sum(row["n"] for row in rows if row["verdict"] == COUNTED),
        duplicate=by_code(DUPLICATE),
        refused=by_code(REFUSED),
        held=by_code(HELD),
        reversed_lines=taken["n"][0].as_py(),
    )


def _losses(session: Session, order: Order, received: Received, acts: Acts) -> Any:
    """Each report that lost, with the winner as its partner knows it."""
    records = received.records
    new = records.select(winner="position", winner_partner="partner", winner_record_id="record_id")
    earlier = _earlier_winners(session, order, acts)
    winners = new if earlier is None else new.union(earlier)
    lost = acts.losses.filter(acts.losses.position >= 0)
    found = lost.left_join(winners, lost.winner_position == winners.winner)
    return found.select("position", "key", "winner_partner", "winner_record_id")


def _earlier_winners(session: Session, order: Order, acts: Acts) -> Any | None:
    """The partners' own ids of winners that earlier batches received; None where there are none.

    A line holds a keyed hash of the record id only, so the ids are looked for among the verdicts of
    its batch, as long as those are kept. A report that counts since something else was taken back
    has its line in a batch that did not receive it; then the keys say which one did.
    """
    met = acts.posted.semi_join(acts.losses, acts.posted.position == acts.losses.winner_position)
    named = met.select("position", "partner", "record_key", "batch")
    if acts.supersedes:
        others = acts.again.semi_join(
            acts.losses, acts.again.position == acts.losses.winner_position
        )
        named = named.union(others.select("position", "partner", "record_key", "batch"))
    batches = session.fetch(named.select("batch").distinct(), _BATCHES)["batch"].to_pylist()
    if not batches:
        return None
    winners = session.keep("earlier_winners", named, _WINNERS)
    ids = _ids_said(session, order, "earlier_verdicts", batches)
    elsewhere = winners.anti_join(ids, "record_key")
    if count_of(session, elsewhere):
        receiving = [b for b, _ in by_file(session, elsewhere, order.earlier.keys, "asked", KEYS)]
        ids = ids.union(_ids_said(session, order, "receiving_verdicts", receiving), distinct=True)
    found = winners.left_join(ids, "record_key")
    return found.select(
        winner=winners.position, winner_partner=winners.partner,
        winner_record_id=ids.winner_record_id,
    )  # fmt: skip


def _ids_said(session: Session, order: Order, name: str, batches: Iterable[str]) -> Any:
    """The records of some batches that counted or lost: their keys, and the partners' own ids."""
    paths = [order.earlier.verdicts[b] for b in batches if b in order.earlier.verdicts]
    said = session.parquet(name, paths, VERDICTS)
    said = said.filter(said.verdict.isin([COUNTED, DUPLICATE]))
    key = record_key(order, said.partner, said.record_id)
    return said.select(record_key=key, winner_record_id="record_id").distinct()
