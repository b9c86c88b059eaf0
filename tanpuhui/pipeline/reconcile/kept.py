"""What the database keeps of a dedup domain, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.pipeline.reconcile.kept_logs import KeptLog

_BATCH = ("batch_number", pa.int64())
KEPT_BALANCES = pa.schema([_BATCH, *ledger.BALANCES])
KEPT_POINT_BALANCES = pa.schema([_BATCH, *ledger.POINT_BALANCES])
KEPT_BOOK_LINES = pa.schema([_BATCH, ("programme", pa.string()), *ledger.BOOK_LINES])
KEPT_POINT_LINES = pa.schema([_BATCH, ("programme", pa.string()), *ledger.POINT_LINES])
# Lines that pools have taken.
KEPT_LOCKS = pa.schema([_BATCH, ("line", pa.int64()), ("pool", pa.string())])
# Balances by batch: how many rows, and their sums.
KEPT_BATCH_SUMS = pa.schema(
    [_BATCH, ("people", pa.int64()), *(f for f in ledger.BALANCES if f.name != "person_id")]
)
KEPT_BATCH_POINTS = pa.schema(
    [_BATCH, *(f for f in ledger.POINT_BALANCES if f.name != "person_id")]
)


@dataclass(frozen=True)
class KeptFile:
    """A row of the manifest.

    Args:
        batch: the number of the batch's row.
        path: from the lake's root.
        sha256: None in rows of releases that kept none.
    """

    batch: int
    kind: str
    path: str
    local_day: date | None
    starts: datetime | None
    ends: datetime | None
    has_corrections: bool
    rows: int
    bytes: int
    sha256: str | None


@dataclass(frozen=True)
class KeptBatch:
    """A row of the table of batches.

    Args:
        number: by which other rows name it.
        posted_at: None where it is a time that no clock shows.
        result: what was answered; empty where it cannot be read, which was told then.
        kind, reason, note, clawback: as the table of batches has them.
    """

    number: int
    name: str
    posted_order: int
    programme: str
    programme_sha256: str
    library_version: str
    posted_at: datetime | None
    question: str
    has_held: bool
    currencies: Mapping[str, bool]
    result: Mapping[str, Any]
    kind: str
    reason: str | None
    note: str | None
    clawback: str | None


class KeptSums(Protocol):
    """The rows of balances and books of a dedup domain."""

    def persons(self) -> Iterable[tuple[int, int]]:
        """Ranges of persons' numbers, both ends included, of some millions of balances each.

        Every balance of the table lies in one of them, also that of a number nobody should have.
        """
        ...

    def balances(self, first: int, last: int) -> pa.Table:
        """Shaped as ``KEPT_BALANCES``."""
        ...

    def point_balances(self, first: int, last: int) -> pa.Table:
        """Shaped as ``KEPT_POINT_BALANCES``."""
        ...

    def batch_sums(self) -> pa.Table:
        """Shaped as ``KEPT_BATCH_SUMS``."""
        ...

    def batch_points(self) -> pa.Table:
        """Shaped as ``KEPT_BATCH_POINTS``."""
        ...

    def book_lines(self) -> pa.Table:
        """Shaped as ``KEPT_BOOK_LINES``."""
        ...

    def point_lines(self) -> pa.Table:
        """Shaped as ``KEPT_POINT_LINES``."""
        ...

    def secrets(self, first: int, last: int) -> pa.Table:
        """What salts the seals of some persons who have a secret, shaped as ``order.SECRETS``."""
        ...


@dataclass(frozen=True)
class Kept:
    """All that the database keeps of a dedup domain.

    Args:
        posted_order: of the last batch, as the domain's row has it.
        lake: the root of the lake.
        locks: shaped as ``KEPT_LOCKS``.
        logs: of the programmes that posted in it, and what of a log is no programme's.
    """

    domain: str
    posted_order: int
    lake: Path
    batches: tuple[KeptBatch, ...]
    files: tuple[KeptFile, ...]
    sums: KeptSums
    locks: pa.Table
    logs: tuple[KeptLog, ...]
