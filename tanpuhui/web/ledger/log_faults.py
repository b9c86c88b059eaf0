"""What can be wrong with the log of a programme, its key, and proofs that are asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

_GUIDE = "docs/guides/seal-the-ledger.md"


@dataclass(eq=False, kw_only=True)
class LogKeyLost(Fault):
    """The key that signs the log of a programme is lost, or another one lies in its place.

    What is posted is sealed in the same transaction, so without the key nothing is posted. A new
    key is never made by itself: whoever verifies has the old one, and must learn of the new.
    """

    code: ClassVar[str] = "LDG-151"
    programme: str
    file: str
    reason: str
    wanted: str

    def what(self) -> str:
        return f"The key of the log of {self.programme!r} {self.reason}: {self.file}."

    def details(self) -> Iterable[tuple[str, str]]:
        yield "Wanted", f"the private half of {self.wanted}"

    def remedy(self) -> str:
        return (
            "put the file back from a back-up of the folder keys; only if it is lost for good,\n"
            "give the log a new key and publish that; what the old one signed stays valid:\n"
            f"tanpuhui ledger seal rotate --programme {self.programme} --lost-key"
        )

    def read(self) -> str:
        return f"{_GUIDE}, The key"


@dataclass(eq=False, kw_only=True)
class ForeignLogKey(Fault):
    """A log is to begin, and the file of its key holds the key of another log.

    It belongs to another database, or the origin of logs was changed before the first batch. Two
    histories signed by one key convict it, so the key is not used.
    """

    code: ClassVar[str] = "LDG-152"
    file: str
    found: str
    wanted: str

    def what(self) -> str:
        return f"{self.file} is no key of the log {self.wanted!r}, which is to begin; {self.found}."

    def remedy(self) -> str:
        return (
            "use the database to which these keys belong; if it is gone for good, move the file\n"
            f"to another folder: mv {self.file} {self.file}.old"
        )

    def read(self) -> str:
        return f"{_GUIDE}, The key"


@dataclass(eq=False, kw_only=True)
class LogAhead(Fault):
    """The published log knows batches that the database does not.

    The database is older than the log, as after restoring an old back-up, or is another one. To go
    on would sign a second history for sizes that were published, and convict the log's key.
    """

    code: ClassVar[str] = "LDG-153"
    folder: str
    published: str
    known: str

    def what(self) -> str:
        return f"The log in {self.folder} is {self.published}; the database knows {self.known}."

    def remedy(self) -> str:
        return (
            "restore database and lake from one moment, the latest there is. If the published\n"
            "batches are gone for good, move this folder away and tell all who hold its checkpoints"
        )

    def read(self) -> str:
        return f"{_GUIDE}, After a restore"


@dataclass(eq=False, kw_only=True)
class BadLogOrigin(Fault):
    """TANPUHUI_LOG_ORIGIN cannot begin the name of a log."""

    code: ClassVar[str] = "LDG-154"
    origin: str

    def what(self) -> str:
        return f"TANPUHUI_LOG_ORIGIN is {self.origin!r}, which cannot begin the name of a log."

    def remedy(self) -> str:
        return (
            "set it to an address of yours without scheme, spaces and plus signs, such as\n"
            "carbon.example.org/logs; a log keeps the name it began with"
        )

    def read(self) -> str:
        return f"{_GUIDE}, The name of a log"


@dataclass(eq=False, kw_only=True)
class NoLog(Fault):
    """A programme has no log: nothing was posted, or all of it before batches were sealed."""

    code: ClassVar[str] = "LDG-155"
    programme: str
    unsealed: int

    def what(self) -> str:
        what = "nothing was posted"
        if self.unsealed:
            what = f"its batches, {self.unsealed}, were posted by a release that did not seal"
        return f"{self.programme!r} has no log: {what}."

    def remedy(self) -> str:
        return (
            "post a batch, and the log begins with it; if something was posted, look whether\n"
            "TANPUHUI_HOME and TANPUHUI_DATABASE_URL are those with which it was"
        )

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class NotSealed(Fault):
    """A batch is not sealed: it was posted by a release that did not seal yet.

    A seal that is made later shows nothing about the time before, so none is made.
    """

    code: ClassVar[str] = "LDG-156"
    batch: str

    def what(self) -> str:
        return f"Batch {self.batch} is not sealed: it was posted before batches were."

    def remedy(self) -> str:
        return "nothing proves it; its lines can be read with 'tanpuhui ledger statement'"

    def read(self) -> str:
        return f"{_GUIDE}, Batches from before"


@dataclass(eq=False, kw_only=True)
class NoSuchBatch(Fault):
    """No batch of that name was posted."""

    code: ClassVar[str] = "LDG-157"
    batch: str

    def what(self) -> str:
        return f"No batch {self.batch!r} was posted."

    def remedy(self) -> str:
        return "write it as 'tanpuhui run' answered it; a line of a statement names it too"

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class NothingToProve(Fault):
    """A record has no journal line: it was never received, refused, held, or lost to another."""

    code: ClassVar[str] = "LDG-158"
    programme: str
    partner: str
    record_id: str
    known: str

    def what(self) -> str:
        return f"{self.programme!r} has no line of record {self.record_id} of {self.partner}."

    def details(self) -> Iterable[tuple[str, str]]:
        yield "Known", self.known

    def remedy(self) -> str:
        return (
            "write partner and record id as they stood in the file that was posted; what is not\n"
            "counted has no line that could be proved"
        )

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class SecretErased(Fault):
    """A line cannot be opened: its person had their secret erased, and nobody can make it again.

    The commitment stays in the tree, so the proofs of all other lines hold.
    """

    code: ClassVar[str] = "LDG-159"
    batch: str
    line: int

    def what(self) -> str:
        return (
            f"Line {self.line} of batch {self.batch} cannot be opened: its person's secret was "
            "erased."
        )

    def remedy(self) -> str:
        return (
            "nobody can prove this line any more, which is what erasing is for; export the batch\n"
            f"to show that it is whole: tanpuhui ledger seal export {self.batch} --out DIR"
        )

    def read(self) -> str:
        return "docs/mechanism/proofs.md, Threats, and what is left of them"


@dataclass(eq=False, kw_only=True)
class SealBroken(Fault):
    """A line, a tree file or the published log is not what was sealed.

    A proof is verified before it is handed out, so none leaves that does not hold.
    """

    code: ClassVar[str] = "LDG-160"
    batch: str
    findings: tuple[str, ...]

    def what(self) -> str:
        return f"What is kept of batch {self.batch} is not what was sealed; no proof is given."

    def details(self) -> Iterable[tuple[str, str]]:
        return [("Found", finding) for finding in self.findings]

    def remedy(self) -> str:
        return (
            "where it is the log: tanpuhui ledger seal publish --whole --programme …; where it is\n"
            "a file of the lake, put it back from a back-up, and find out who changed it"
        )

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class NoCheckpoint(Fault):
    """A log has no checkpoint of that size."""

    code: ClassVar[str] = "LDG-161"
    programme: str
    wanted: int
    size: int

    def what(self) -> str:
        return (
            f"The log of {self.programme!r} has no checkpoint of size {self.wanted:,}; it has "
            f"{self.size:,} entries."
        )

    def remedy(self) -> str:
        return f"name a size from 1 to {self.size}: the second line of the checkpoint that you keep"

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class NoCosignature(Fault):
    """What was given has no signature that can be added to a checkpoint of the log."""

    code: ClassVar[str] = "LDG-162"
    file: str
    problem: str

    def what(self) -> str:
        return f"{self.file} adds no signature: {self.problem}."

    def remedy(self) -> str:
        return (
            "give the checkpoint as the witness signed it, and the witness's public key:\n"
            "tanpuhui ledger seal cosign FILE --programme ID --witness-key VKEY"
        )

    def read(self) -> str:
        return f"{_GUIDE}, Witnesses"


@dataclass(eq=False, kw_only=True)
class LogNotPublished(Fault):
    """A batch is posted and sealed, and its log cannot be written to the folder of the log.

    Nothing is lost: the log stands in the database, and is published with the next batch.
    """

    code: ClassVar[str] = "LDG-163"
    programme: str
    path: str
    reason: str

    def what(self) -> str:
        return (
            f"The log of {self.programme!r} is not published, {self.path}: {self.reason}. What was "
            "posted stays posted."
        )

    def remedy(self) -> str:
        return (
            "make room, or let the folder be written; then run the command again, which posts\n"
            f"nothing twice, or: tanpuhui ledger seal publish --programme {self.programme}"
        )

    def read(self) -> str:
        return _GUIDE
