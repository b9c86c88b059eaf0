"""What can disagree in a ledger: between the manifest, the files, balances and books.

A finding is a fault that is collected and not raised: one look names all of them. Each says where,
what should stand there, what stands there, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

_FILE_BACK = (
    "put this file back from a back-up that has it with the expected size and sha256\n"
    "(its MANIFEST.json says both), then run 'tanpuhui ledger reconcile' again. Nothing is\n"
    "swept or rewritten meanwhile"
)
_DATABASE_BACK = (
    "stop posting; restore the last back-up into a new home and compare this place there\n"
    "(docs/guides/keep-it-safe.md). The lines in the lake are the truth: sums are made from them"
)


@dataclass(eq=False, kw_only=True)
class Finding(Fault):
    """One disagreement of a ledger.

    Args:
        at: the file from the lake's root, or the table and the key.
        expected, found: what should stand there, and what does.
    """

    at: str
    expected: str
    found: str

    def what(self) -> str:
        return f"{self.at}: expected {self.expected}, found {self.found}."

    def read(self) -> str:
        return "docs/mechanism/when-something-disagrees.md"


@dataclass(eq=False, kw_only=True)
class FileGone(Finding):
    """The manifest names a file that is not in the lake."""

    code: ClassVar[str] = "LDG-130"

    def remedy(self) -> str:
        return _FILE_BACK


@dataclass(eq=False, kw_only=True)
class FileLeft(Finding):
    """A file of the lake that no row of the manifest names. It is told, and is no error.

    A batch that died left it, or one that is being posted has just written it. It does not count,
    and the next posting in its dedup domain sweeps it.
    """

    code: ClassVar[str] = "LDG-131"

    def remedy(self) -> str:
        return "nothing; the next posting in the dedup domain sweeps it"


@dataclass(eq=False, kw_only=True)
class FileDamaged(Finding):
    """A file of the lake is not the one that was put on disk: its size or its hash is another.

    The same is told where the manifest's row was changed and the file was not. A back-up tells them
    apart: the file and the row stand in it too.
    """

    code: ClassVar[str] = "LDG-132"

    def remedy(self) -> str:
        return _FILE_BACK


@dataclass(eq=False, kw_only=True)
class RowDisagrees(Finding):
    """A row of the manifest says of its file what is not in it.

    Its batch, kind, path, number of rows, local day, the times of its acts, whether it holds
    corrections; or the file has other columns than its kind.
    """

    code: ClassVar[str] = "LDG-133"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class LinesDisagree(Finding):
    """Lines do not bear the batch, order, programme or numbers of the batch that they belong to.

    Lines of a batch are numbered from 0 without a gap.
    """

    code: ClassVar[str] = "LDG-134"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class BalanceDisagrees(Finding):
    """What a person gained in a batch is not the sum over the person's lines, or grants, in it."""

    code: ClassVar[str] = "LDG-135"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class BookDisagrees(Finding):
    """A book line is not the sum over the lines, or grants, with its keys; or books differ."""

    code: ClassVar[str] = "LDG-136"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class CitedLineMissing(Finding):
    """A grant or a correction names a line that does not exist, or is another act's."""

    code: ClassVar[str] = "LDG-137"

    def remedy(self) -> str:
        return (
            "stop posting; put the files of both batches back from a back-up, and if it is still\n"
            "told, keep this home as it is and report it with the two files"
        )


@dataclass(eq=False, kw_only=True)
class IndexDisagrees(Finding):
    """The index of keys or references does not hold what lines and suppressed reports hold.

    By it a report is known again: with a key missing, a retry would be credited a second time.
    """

    code: ClassVar[str] = "LDG-138"

    def remedy(self) -> str:
        return (
            "stop posting in this dedup domain; put the keys and references files of the batches\n"
            "concerned back from a back-up, then run 'tanpuhui ledger reconcile' again"
        )


@dataclass(eq=False, kw_only=True)
class AnswerDisagrees(Finding):
    """What was answered for a batch is not what its verdicts, balances and book lines come to.

    Received = counted + duplicate + refused + held, in the file of verdicts and in the answer.
    """

    code: ClassVar[str] = "LDG-139"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class BatchesDisagree(Finding):
    """The batches of a dedup domain are not numbered from 1 without a gap, or misnamed.

    Or a batch has files that its kind has not: only one of records has verdicts, and only a
    withdrawal the keys of records that were withdrawn.
    """

    code: ClassVar[str] = "LDG-140"

    def remedy(self) -> str:
        return _DATABASE_BACK


@dataclass(eq=False, kw_only=True)
class ActTwice(Finding):
    """One report stands more than once in the journal, or is taken back more often than posted."""

    code: ClassVar[str] = "LDG-141"

    def remedy(self) -> str:
        return (
            "stop posting in this dedup domain and report it with the batches named here;\n"
            "credits of this act are wrong until one line is taken back"
        )


@dataclass(eq=False, kw_only=True)
class More(Finding):
    """Further findings of one check, which are counted and not listed."""

    code: ClassVar[str] = "LDG-142"

    def remedy(self) -> str:
        return "mend what is listed above; the others mostly have the same cause"


@dataclass(eq=False, kw_only=True)
class ReversalDisagrees(Finding):
    """An act that was taken back does not come to nothing.

    The act, its differences and its one reversal sum to 0, in every amount.
    """

    code: ClassVar[str] = "LDG-143"

    def remedy(self) -> str:
        return (
            "stop posting in this dedup domain; put the files of the batches named here back from\n"
            "a back-up, and if it is still told, keep this home as it is and report it"
        )


@dataclass(eq=False, kw_only=True)
class WithdrawnDisagrees(Finding):
    """A record that was withdrawn counts all the same, was never received, or was withdrawn twice.

    What is withdrawn is gone for good, whatever is posted later.
    """

    code: ClassVar[str] = "LDG-144"

    def remedy(self) -> str:
        return (
            "stop posting in this dedup domain; put the withdrawn files of the domain back from a\n"
            "back-up, then run 'tanpuhui ledger reconcile' again"
        )


@dataclass(eq=False, kw_only=True)
class LockDisagrees(Finding):
    """A pool has locked a line that is no act, or one that was taken back without a claw-back."""

    code: ClassVar[str] = "LDG-145"

    def remedy(self) -> str:
        return (
            "stop issuing from this pool; restore the last back-up into a new home and compare\n"
            "the table ledger_lock there (docs/guides/keep-it-safe.md)"
        )
