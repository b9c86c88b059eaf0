"""What a verification says: step by step, what holds, and exactly what does not.

Nothing is raised for a proof that does not hold: it is a finding, and all that can still be looked
at is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tanpuhui.ledger.seals.checkpoint import Checkpoint
from tanpuhui.ledger.seals.faults import NotAKey, NotInForm, UnknownSigner, WrongSignature
from tanpuhui.ledger.seals.merkle import leaf_hash, root_by_inclusion
from tanpuhui.ledger.seals.note import Note, VerifierKey
from tanpuhui.ledger.seals.proof import Inclusion

StepName = Literal[
    "form",  # the file is written as its format asks
    "key",  # the key that the proof claims made the signature that it names
    "signature",  # a key that was given signed the checkpoint
    "origin",  # the key is that of the log named in the checkpoint
    "witness",  # a witness that was asked for signed the checkpoint too
    "log",  # the batch record is in the log
    "record",  # the record says the same as what stands beside it
    "batch",  # the commitment is in the batch's tree
    "commitment",  # the commitment opens to this line
    "manifest",  # the list of files is the one that was sealed
    "segment",  # a file is the one that was sealed, and its lines are all there
    "tree",  # the tree file is whole, and leads to the root in the record
    "consistency",  # an earlier log is the beginning of a later one
    "one view",  # nothing else was signed for the same size
]


@dataclass(frozen=True)
class Step:
    """One thing that was checked.

    Args:
        step: which.
        holds: whether it does.
        said: one sentence, with the values.
        where: file and line, where the step is about less than the whole.
        expected: what should stand there, where something else was found.
        found: what was found.
    """

    step: StepName
    holds: bool
    said: str
    where: str = ""
    expected: str | None = None
    found: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "step": self.step,
            "holds": self.holds,
            "said": self.said,
            "where": self.where or None,
            "expected": self.expected,
            "found": self.found,
        }


@dataclass(frozen=True)
class Report:
    """What came of one file.

    Args:
        file: as it was named.
        what: kind of proof; "unknown" where it could not be read.
        steps: all that was checked, failures among them.
        has_own_key: whether no key was given, so that the file's own was used: then it shows
            nothing about who signed.
        counts: of a batch: ``lines``, ``opened``, ``closed`` (a person's secret was erased).
        checkpoint: those whose signatures hold.
    """

    file: str
    what: str
    steps: tuple[Step, ...]
    has_own_key: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    checkpoints: tuple[Checkpoint, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything that was checked holds."""
        return all(step.holds for step in self.steps)

    def with_steps(self, *steps: Step) -> Report:
        """The report with further steps."""
        return replace(self, steps=(*self.steps, *steps))

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "file": self.file,
            "what": self.what,
            "holds": self.holds,
            "own_key": self.has_own_key,
            "counts": dict(self.counts),
            "checkpoints": [
                {"origin": one.origin, "size": one.size, "root": one.root.hex()}
                for one in self.checkpoints
            ],
            "steps": [step.to_json() for step in self.steps],
        }


@dataclass(frozen=True)
class Trust:
    """Whom the verifier trusts: keys that came on another way than the proof.

    Args:
        keys: of the log, old ones too; empty where none was given.
        witnesses: who must have signed beside the log, each of them.
    """

    keys: Sequence[VerifierKey] = ()
    witnesses: Sequence[VerifierKey] = ()


def not_in_form(fault: NotInForm, where: str = "") -> Step:
    """The step that says a thing is not written as its format asks."""
    return Step("form", False, fault.what(), where)


def checkpoint_steps(
    note: Note, trust: Trust, *, claimed: str | None, where: str = ""
) -> tuple[list[Step], Checkpoint | None]:
    """Who signed a checkpoint, and what it says.

    Args:
        note: the signed checkpoint.
        trust: keys that were given.
        claimed: the text form of the key that the proof names; None where it names none.
        where: which file.

    Returns:
        The steps; and the checkpoint, None where it cannot be read. It is given also where nobody
        trusted has signed it, so that the rest can still be looked at.
    """
    steps: list[Step] = []
    keys = list(trust.keys)
    if claimed is not None:
        own, step = _claimed_key(note, claimed, where)
        steps.append(step)
        keys = keys or ([own] if own else [])
    signers, step = _signature(note, keys, has_own_key=not trust.keys, where=where)
    steps.append(step)
    try:
        checkpoint = Checkpoint.from_text(note.text)
    except NotInForm as fault:
        return [*steps, not_in_form(fault, where)], None
    if signers:
        names = sorted({key.name for key in signers})
        steps.append(
            Step("origin", checkpoint.origin in names,
                 f"the checkpoint is of the log {checkpoint.origin!r}, the key of {names}",
                 where, expected=checkpoint.origin, found=", ".join(names))
        )  # fmt: skip
    steps += [_witness(note, witness, where) for witness in trust.witnesses]
    return steps, checkpoint


def _claimed_key(note: Note, claimed: str, where: str) -> tuple[VerifierKey | None, Step]:
    try:
        key = VerifierKey.from_text(claimed)
        note.verified([key])
    except NotAKey as fault:
        return None, Step("key", False, fault.what(), where)
    except (UnknownSigner, WrongSignature) as fault:
        said = f"the proof names the key {claimed}, which did not sign its checkpoint"
        return None, Step("key", False, said, where, found=fault.what())
    return key, Step("key", True, f"the proof names the key {claimed}", where)


def _signature(
    note: Note, keys: Sequence[VerifierKey], *, has_own_key: bool, where: str
) -> tuple[list[VerifierKey], Step]:
    try:
        verified = [one.key for one in note.verified(keys)]
    except WrongSignature as fault:
        return [], Step("signature", False, fault.what(), where, expected="a signature of the text")
    except UnknownSigner as fault:
        given = ", ".join(fault.given) or "no key; give one with --key"
        return [], Step("signature", False,
                        "none of the keys at hand signed this checkpoint; an old checkpoint needs "
                        "the key of its time (--key may be repeated)",
                        where, expected=f"signed by {given}",
                        found=f"signed by {', '.join(fault.signers)}")  # fmt: skip
    names = ", ".join(key.signer() for key in verified)
    said = f"signed by {names}"
    if has_own_key:
        said += ", the file's own key: this shows nothing about who that is"
    return verified, Step("signature", True, said, where)


def _witness(note: Note, witness: VerifierKey, where: str) -> Step:
    try:
        (verified, *_) = note.verified([witness])
    except WrongSignature as fault:
        return Step("witness", False, fault.what(), where)
    except UnknownSigner as fault:
        return Step("witness", False, f"{witness.signer()} did not sign this checkpoint", where,
                    expected=witness.signer(), found=", ".join(fault.signers))  # fmt: skip
    at = "" if verified.time is None else f" at {verified.time} s since 1970"
    return Step("witness", True, f"{witness.signer()} signed too{at}", where)


def log_step(record: bytes, inclusion: Inclusion, checkpoint: Checkpoint, where: str = "") -> Step:
    """Whether the log of a checkpoint holds a batch record."""
    named = f"entry {inclusion.index} of the log {checkpoint.origin}, {checkpoint.size} entries"
    if inclusion.size != checkpoint.size:
        said = "the proof is of another size of the log than the checkpoint"
        return Step("log", False, said, where,
                    expected=f"size {checkpoint.size}", found=f"size {inclusion.size}")  # fmt: skip
    return tree_step("log", leaf_hash(record), inclusion, root=checkpoint.root,
                     named=f"the batch record is {named}", where=where)  # fmt: skip


def tree_step(
    step: StepName, leaf: bytes, inclusion: Inclusion, *, root: bytes, named: str, where: str
) -> Step:
    """Whether a leaf is in the tree of a root."""
    try:
        found = root_by_inclusion(
            leaf, index=inclusion.index, size=inclusion.size, path=inclusion.path
        )
    except NotInForm as fault:
        return Step(step, False, fault.what(), where)
    if found != root:
        return Step(step, False, f"not shown: {named}; the path leads to another root", where,
                    expected=root.hex(), found=found.hex())  # fmt: skip
    return Step(step, True, named, where)
