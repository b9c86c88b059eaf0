"""What can be wrong with what proves a ledger: keys, notes, records, tiles, proofs, tree files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

_GUIDE = "docs/guides/check-a-proof.md"


@dataclass(eq=False, kw_only=True)
class NotInForm(Fault):
    """A signed note, checkpoint, record, tile or proof is not written as its format asks.

    Every format of the seals has one way only to write a thing, so that no bit of a file can change
    unseen. What does not have the form proves nothing, whatever else it says.
    """

    code: ClassVar[str] = "SEA-101"
    form: str
    problem: str

    def what(self) -> str:
        return f"This is no {self.form}: {self.problem}."

    def remedy(self) -> str:
        return "ask whoever gave it to you for the file as it was written; do not mend it by hand"

    def read(self) -> str:
        return "docs/mechanism/proofs.md, The formats"


@dataclass(eq=False, kw_only=True)
class NotAKey(Fault):
    """The text given as a key is not the text form of a public key."""

    code: ClassVar[str] = "SEA-102"
    text: str
    problem: str

    def what(self) -> str:
        return f"{self.text!r} is no verifier key: {self.problem}."

    def remedy(self) -> str:
        return (
            "give the key as its owner publishes it, in quotes and in one piece:\n"
            "--key 'example.org/carbon+1a2b3c4d+AbCd…'"
        )

    def read(self) -> str:
        return f"{_GUIDE}, The key"


@dataclass(eq=False, kw_only=True)
class NothingToVerify(Fault):
    """A file or folder that was to be verified cannot be read, or is nothing that proves."""

    code: ClassVar[str] = "SEA-103"
    path: str
    reason: str

    def what(self) -> str:
        return f"{self.path} cannot be verified: {self.reason}."

    def remedy(self) -> str:
        return (
            "name a proof (.json), a checkpoint, or the folder of an exported batch:\n"
            "tanpuhui ledger verify FILE --key VKEY"
        )

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class TreeFileTorn(Fault):
    """The tree file of a batch is not as long as a tree of so many lines is."""

    code: ClassVar[str] = "SEA-104"
    file: str
    leaves: int
    found_bytes: int
    wanted_bytes: int

    def what(self) -> str:
        return (
            f"{self.file} has {self.found_bytes:,} bytes; the tree of {self.leaves:,} lines has "
            f"{self.wanted_bytes:,}."
        )

    def remedy(self) -> str:
        return "put the file back from a back-up; it can be made again from the lines and the salts"


@dataclass(eq=False, kw_only=True)
class NoSuchLeaf(Fault):
    """A proof was asked for of something that the tree does not hold."""

    code: ClassVar[str] = "SEA-105"
    wanted: str
    size: int

    def what(self) -> str:
        return f"There is no proof of {self.wanted}: the tree has {self.size:,} leaves."

    def remedy(self) -> str:
        return (
            "ask for a leaf below the size, or for a size up to it; what was posted after a\n"
            "checkpoint is proved by a later checkpoint"
        )


@dataclass(eq=False, kw_only=True)
class UnknownSigner(Fault):
    """No signature under a note is by a key that was given, so nobody you trust has signed it.

    Keys change: an old log keeps the signature of its old key. The note says which key signed it,
    by name and number, so that the right one can be asked for.
    """

    code: ClassVar[str] = "SEA-106"
    signers: tuple[str, ...]
    given: tuple[str, ...]

    def what(self) -> str:
        return "None of the keys given has signed this."

    def details(self) -> Iterable[tuple[str, str]]:
        yield "Signed by", "\n".join(self.signers)
        yield "Given", "\n".join(self.given) or "no key"

    def remedy(self) -> str:
        return (
            "get the key of that name and number from its owner, on another way than the proof\n"
            "came, and give it too: --key may be repeated, and an old key stays valid for what\n"
            "it signed"
        )

    def read(self) -> str:
        return f"{_GUIDE}, The key"


@dataclass(eq=False, kw_only=True)
class WrongSignature(Fault):
    """A key that was given is named under a note, but did not make that signature."""

    code: ClassVar[str] = "SEA-107"
    signer: str

    def what(self) -> str:
        return f"The signature by {self.signer} does not belong to this text: one was changed."

    def remedy(self) -> str:
        return "do not rely on this file; ask whoever gave it to you, and tell the log's operator"

    def read(self) -> str:
        return _GUIDE
