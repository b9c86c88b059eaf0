"""What lines cite, and what finds them again: other lines, keys, references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.ledger import ActTwice, CitedLineMissing, Finding, IndexDisagrees

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

_ZERO, _ONE = ibis.literal(0), ibis.literal(1)
# What a grant carries of its line.
_CARRIED = (
    "batch", "line", "programme", "partner", "person_id", "region", "scene", "methodology",
    "local_day",
)  # fmt: skip
_CITED = pa.schema([(name, ledger.LINES.field(name).type) for name in ("batch", "line")])
_CORRECTIONS = pa.schema([*_CITED, ("corrects_batch", pa.string()), ("corrects_line", pa.int64())])
_OF_KEY = pa.schema(
    [("batch", pa.string()), ("record_key", ledger.KEY), ("indexed", pa.int64()),
     ("claimed", pa.int64())]
)  # fmt: skip
_OF_REFERENCE = pa.schema(
    [("batch", pa.string()), ("reference_key", ledger.KEY), ("local_day", pa.date32()),
     ("indexed", pa.int64()), ("claimed", pa.int64())]
)  # fmt: skip
_STANDING = pa.schema(
    [("first", pa.string()), ("last", pa.string()), ("record_key", ledger.KEY), ("n", pa.int64())]
)


def cited_lines_exist(look: Look) -> Iterator[Finding]:
    """Each grant cites a line, and each correction an act of the same person and record."""
    lines, grants = look.lines, look.grants
    lost = grants.anti_join(lines, list(_CARRIED)).select("batch", "line")
    yield from look.told(
        lost, _CITED,
        lambda row: CitedLineMissing(
            at=f"a grant of batch {row['batch']}", expected=f"its line {row['line']:,}",
            found="no line of that number with the same person, keys and day",
        ),
    )  # fmt: skip
    acts = lines.filter(lines.line_kind == ledger.ACT).select(
        "programme", "person_id", "record_key", corrects_batch=lines.batch, corrects_line=lines.line
    )
    corrections = lines.filter(lines.line_kind != ledger.ACT)
    if look.broken_names:
        corrections = corrections.filter(
            corrections.corrects_batch.isnull()
            | corrections.corrects_batch.notin(look.broken_names)
        )
    by = ["corrects_batch", "corrects_line", "programme", "person_id", "record_key"]
    yield from look.told(
        corrections.anti_join(acts, by).select(*_CORRECTIONS.names), _CORRECTIONS,
        lambda row: CitedLineMissing(
            at=f"line {row['line']:,} of batch {row['batch']}",
            expected=f"the act it corrects, line {row['corrects_line']} of {row['corrects_batch']}",
            found="no act of that number with the same person and record",
        ),
    )  # fmt: skip


def acts_stand_once(look: Look) -> Iterator[Finding]:
    """No report stands more than once: it is posted once more than it is taken back, at most.

    Compared only where every batch is whole: what took a line back may stand in any of them.
    """
    if look.broken:
        return
    lines = look.lines
    signed = ibis.cases(
        (lines.line_kind == ledger.ACT, 1), (lines.line_kind == ledger.REVERSAL, -1), else_=0
    )
    by_key = lines.group_by("record_key").aggregate(
        first=lines.batch.min(), last=lines.batch.max(), n=signed.sum()
    )
    wrong = (by_key.n > 1) | (by_key.n < 0)
    yield from look.told(
        by_key.filter(wrong).select(*_STANDING.names), _STANDING,
        lambda row: ActTwice(
            at=f"record_key {row['record_key']}, batches {row['first']} to {row['last']}",
            expected="0 or 1 that stand", found=str(row["n"]),
        ),
    )  # fmt: skip


def keys_hold_every_report(look: Look) -> Iterator[Finding]:
    """The keys of all reports that were counted or lost to another, each once, and no others.

    A file of keys does not say its batch, so this is compared only where every batch is whole.
    """
    if look.broken:
        return
    acts = look.lines.filter(look.lines.line_kind == ledger.ACT)
    nothing = ibis.null("string")
    both = ibis.union(
        acts.select("record_key", "batch", indexed=_ZERO, claimed=_ONE),
        look.suppressed.select("record_key", "batch", indexed=_ZERO, claimed=_ONE),
        look.keys.select("record_key", batch=nothing, indexed=_ONE, claimed=_ZERO),
    )
    by_key = both.group_by("record_key").aggregate(
        batch=both.batch.min(), indexed=both.indexed.sum(), claimed=both.claimed.sum()
    )
    wrong = by_key.filter((by_key.indexed != 1) | (by_key.claimed == 0))
    yield from look.told(
        wrong.select(*_OF_KEY.names), _OF_KEY,
        lambda row: IndexDisagrees(
            at=f"keys, record_key {row['record_key']} (batch {row['batch'] or 'unknown'})",
            expected="it once" if row["claimed"] else "no such key, since no report has it",
            found=f"it {row['indexed']} times",
        ),
    )  # fmt: skip


def references_hold_every_line(look: Look) -> Iterator[Finding]:
    """The references of all lines and lost reports with the days on which they stand."""
    if look.broken:
        return
    nothing = ibis.null("string")
    named = [
        table.filter(table.reference_key.notnull()).select(
            "reference_key", "local_day", "batch", indexed=_ZERO, claimed=_ONE
        )
        for table in (look.lines, look.suppressed)
    ]
    held = look.references.select(
        "reference_key", "local_day", batch=nothing, indexed=_ONE, claimed=_ZERO
    )
    both = ibis.union(*named, held)
    by_key = both.group_by("reference_key", "local_day").aggregate(
        batch=both.batch.min(), indexed=both.indexed.sum(), claimed=both.claimed.sum()
    )
    wrong = by_key.filter((by_key.indexed == 0) | (by_key.claimed == 0))
    yield from look.told(
        wrong.select(*_OF_REFERENCE.names), _OF_REFERENCE,
        lambda row: IndexDisagrees(
            at=f"references, reference_key {row['reference_key']} on {row['local_day']} "
            f"(batch {row['batch'] or 'unknown'})",
            expected="it" if row["claimed"] else "no such reference, since no line has it",
            found=f"it {row['indexed']} times",
        ),
    )  # fmt: skip
