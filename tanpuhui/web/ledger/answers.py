"""What the ledger answers: plain values, without Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from tanpuhui.ledger import Cause, FileLeft, LogBehind
    from tanpuhui.terms import Fault


@dataclass(frozen=True)
class Posted:
    """The answer to a run.

    Args:
        result: as the contract of ``tanpuhui run --json`` has it; ``batch`` is null where nothing
            was posted, since no file could be read or none held a record.
        repeated: whether this is the first answer to a question that was asked before.
        lines: the batch's segments of journal lines, by local day.
        verdicts: the batch's file of verdicts; None where nothing was posted.
    """

    result: Mapping[str, Any]
    repeated: bool
    lines: tuple[Path, ...]
    verdicts: Path | None


@dataclass(frozen=True)
class Correction:
    """The answer to a correction.

    Args:
        result: as ``ledger correct --json`` and ``ledger restate --json`` have it; ``batch`` is
            null where nothing was posted, since it was a dry run or there is nothing to change.
        repeated: whether this is the first answer to a question that was asked before.
    """

    result: Mapping[str, Any]
    repeated: bool


@dataclass(frozen=True)
class PostedBatch:
    """A batch of a programme, as posted.

    Args:
        name: its id.
        posted_order: its number in its dedup domain.
        partner: None where the records say it.
        result: as it was answered.
        kind: ``records``, ``withdrawal`` or ``restatement``.
    """

    name: str
    programme: str
    domain: str
    posted_order: int
    partner: str | None
    posted_at: datetime
    result: Mapping[str, Any]
    kind: str


@dataclass(frozen=True)
class PersonLines:
    """A person's part of the journal.

    Args:
        lines: shaped as ``ledger.LINES``, by start, then batch and line.
        grants: shaped as ``ledger.GRANTS``, by day, then batch and line.
        causes: of the batches among them that are corrections, by name.
    """

    lines: pa.Table
    grants: pa.Table
    causes: Mapping[str, Cause]


@dataclass(frozen=True)
class Reconciled:
    """What was compared in a dedup domain, and what disagrees.

    Args:
        programmes: that have posted in it.
        bytes: of all files, each of which was read.
        without_sha256: files whose row has no hash, since an older release posted them.
        findings: what is wrong.
        left: files without a row, which is not wrong by itself.
        behind: published logs that lack the last batches, which the next posting mends.
    """

    domain: str
    programmes: tuple[str, ...]
    batches: int
    files: int
    bytes: int
    lines: int
    without_sha256: int
    findings: tuple[Fault, ...]
    left: tuple[FileLeft, ...]
    behind: tuple[LogBehind, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``tanpuhui ledger reconcile --json`` prints it."""
        return {
            "domain": self.domain,
            "programmes": list(self.programmes),
            "batches": self.batches,
            "files": self.files,
            "bytes": self.bytes,
            "lines": self.lines,
            "files_without_sha256": self.without_sha256,
            "findings": [fault.to_json() for fault in self.findings],
            "left": [fault.to_json() for fault in self.left],
            "behind": [fault.to_json() for fault in self.behind],
        }
