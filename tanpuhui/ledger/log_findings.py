"""What can disagree between the sealed log of a programme, its published files, and the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.ledger.findings import Finding

_DATABASE_BACK = (
    "stop posting; restore the last back-up into a new home and compare this row there\n"
    "(docs/guides/keep-it-safe.md). What was published shows which of the two was signed:\n"
    "tanpuhui ledger verify FILE --key KEY"
)


@dataclass(eq=False, kw_only=True)
class EntryDisagrees(Finding):
    """An entry of the log is not what the rows of its batch come to.

    It names another batch, other sums, another number of lines, or another manifest; a posted batch
    has no entry, an entry has no batch, or places are not numbered from 0 without a gap. An entry
    is written once and signed, so mostly the batch or its manifest was changed.
    """

    code: ClassVar[str] = "LDG-146"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class LogDisagrees(Finding):
    """The row of a log, or of one of its keys, is not what its entries and checkpoints say."""

    code: ClassVar[str] = "LDG-147"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class CheckpointDisagrees(Finding):
    """A checkpoint of the log is missing, or not of the entries, or not signed by the log's key."""

    code: ClassVar[str] = "LDG-148"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class SealDisagrees(Finding):
    """A line is not the one that was sealed, or the tree of a batch does not lead to its root.

    Each line is committed to anew, with the secret of its person, and held against the tree file.
    A line whose person had the secret erased is closed for good and is left out.
    """

    code: ClassVar[str] = "LDG-149"

    def remedy(self) -> str:
        return (
            "stop posting; put the lines and the tree file of this batch back from a back-up, run\n"
            "'tanpuhui ledger reconcile' again, and find out who changed them"
        )


@dataclass(eq=False, kw_only=True)
class PublishedFinding(Finding):
    """Something is wrong with a published file of a log, which can be made again.

    Args:
        programme: whose log it is.
    """

    programme: str

    def remedy(self) -> str:
        return f"tanpuhui ledger seal publish --programme {self.programme} --whole"


@dataclass(eq=False, kw_only=True)
class LogFileGone(PublishedFinding):
    """A file of the published log is missing: a tile, a bundle of entries, or the checkpoint."""

    code: ClassVar[str] = "LDG-150"


@dataclass(eq=False, kw_only=True)
class LogFileDamaged(PublishedFinding):
    """A file of the published log is cut short, longer, or has other bytes than the log."""

    code: ClassVar[str] = "LDG-164"


@dataclass(eq=False, kw_only=True)
class LogFileForeign(PublishedFinding):
    """A file lies in the folder of a published log and is none of its files.

    Whoever reads the log may take it for a part of it, so publishing the whole log removes it.
    """

    code: ClassVar[str] = "LDG-165"

    def remedy(self) -> str:
        return (
            "move it away if you want to keep it; this removes it:\n"
            f"tanpuhui ledger seal publish --programme {self.programme} --whole"
        )


@dataclass(eq=False, kw_only=True)
class LogBehind(PublishedFinding):
    """The published log lacks the last batches, or witnesses' signatures. It is no error.

    A batch that was just posted is being published, or whoever posted it died before; the next one
    who posts catches up.
    """

    code: ClassVar[str] = "LDG-166"

    def remedy(self) -> str:
        return (
            "nothing; the next posting catches up, and so does\n"
            f"tanpuhui ledger seal publish --programme {self.programme}"
        )
