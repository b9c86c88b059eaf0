"""A batch as computed: files that count once their rows are committed, and sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.ledger import Books
from tanpuhui.terms import Fault

# The key of a record that was counted or lost, and 60 bits of the hash of what it said: 24 bytes a
# record, so that a country's are scanned in seconds.
KEYS = pa.schema([("record_key", ledger.KEY), ("content", pa.int64())])

# The references of lines: by them a report of a later day finds the act that it repeats.
REFERENCES = pa.schema([("reference_key", ledger.KEY), ("local_day", pa.date32())])

# Records that were withdrawn: their reports never come back by themselves.
WITHDRAWN = pa.schema([("record_key", ledger.KEY)])

VERDICTS = pa.schema(
    [
        ("partner", pa.string()),
        ("record_id", pa.string()),
        ("verdict", pa.string()),  # counted, duplicate, refused or held
        ("code", pa.string()),  # why; null where it counts
        ("winner_partner", pa.string()),
        ("winner_record_id", pa.string()),
        ("credited_mg", pa.int64()),
        ("reason", pa.string()),  # the text that failed a check, where that helps
        ("file", pa.string()),
    ]
)

# lines, suppressed, grants: one a local day. The others: one a batch. All are Parquet but ``tree``.
FileKind = Literal[
    "lines", "suppressed", "grants", "keys", "references", "verdicts", "refused", "withdrawn",
    "tree",
]  # fmt: skip

# Kinds of files whose hash is sealed. Verdicts and refused records hold the partners' own ids, and
# are rewritten when a person is erased.
SEALED_KINDS = ("lines", "suppressed", "grants", "keys", "references", "withdrawn", "tree")


@dataclass(frozen=True)
class StagedFile:
    """A file of the batch.

    Args:
        rows: of a tree, its hashes.
        local_day: None where the file is of the whole batch.
        starts, ends: of segments of acts, between which instants they took place.
    """

    kind: FileKind
    path: Path
    rows: int
    local_day: date | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    has_corrections: bool = False


@dataclass(frozen=True)
class Counts:
    """What became of the records of a batch.

    Args:
        duplicate: by code: ``retry``, or the key that it shared with its winner.
        refused, held: by code.
        reversed_lines: lines of earlier batches that a stronger report took back.
    """

    received: int
    counted: int
    duplicate: Mapping[str, int]
    refused: Mapping[str, int]
    held: Mapping[str, int]
    reversed_lines: int


@dataclass(frozen=True)
class Seal:
    """The Merkle tree over the lines of a batch, in brief.

    Args:
        lines: how many it is over.
        root: its hash by RFC 6962, 64 hex digits; of no lines the SHA-256 of nothing.
    """

    lines: int
    root: str


@dataclass(frozen=True)
class Staged:
    """What a batch comes to.

    Args:
        balances: shaped as ``ledger.BALANCES``: what each person gains.
        point_balances: shaped as ``ledger.POINT_BALANCES``.
        book_lines: shaped as ``ledger.BOOK_LINES``.
        point_lines: shaped as ``ledger.POINT_LINES``.
        currencies: each of the programme's, and whether its rate is published.
        seal: over its lines.
        unreadable: faults of files that could not be read; the other files were.
        seconds: by step, how long it took.
    """

    batch: str
    files: tuple[StagedFile, ...]
    balances: pa.Table
    point_balances: pa.Table
    book_lines: pa.Table
    point_lines: pa.Table
    currencies: Mapping[str, bool]
    counts: Counts
    books: Books
    seal: Seal
    unreadable: tuple[Fault, ...]
    seconds: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """As the contract of ``tanpuhui run --json`` has it, but for ``seconds``."""
        counts, person = self.counts, self.books.person
        baseline = [mg for mg in self.book_lines["baseline_mg"].to_pylist() if mg is not None]
        return {
            "batch": self.batch,
            "received": counts.received,
            "counted": counts.counted,
            "duplicate": sum(counts.duplicate.values()),
            "duplicate_codes": dict(counts.duplicate),
            "refused": dict(counts.refused),
            "held": dict(counts.held),
            "reversed_lines": counts.reversed_lines,
            "baseline_mg": sum(baseline) if baseline else None,
            "reduction_mg": person.reduction_mg,
            "credited_mg": person.credited_mg,
            "points": dict(person.points),
            "people": len(self.balances),
            "books": self.books.to_json(),
            "unreadable": [fault.to_json() for fault in self.unreadable],
        }
