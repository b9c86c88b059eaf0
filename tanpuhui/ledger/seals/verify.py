"""Verification without the platform: what a proof shows, and exactly where it fails.

Needs the files, and the log's public key from elsewhere. No database, no lake, no network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tanpuhui.ledger.seals import json_form
from tanpuhui.ledger.seals.checkpoint import Checkpoint
from tanpuhui.ledger.seals.commitments import commitment
from tanpuhui.ledger.seals.faults import NothingToVerify, NotInForm
from tanpuhui.ledger.seals.merkle import EMPTY_ROOT, roots_by_consistency
from tanpuhui.ledger.seals.note import MOST_BYTES as MOST_NOTE_BYTES
from tanpuhui.ledger.seals.note import Note
from tanpuhui.ledger.seals.proof import (
    CONSISTENCY_FORMAT,
    LINE_FORMAT,
    MOST_BYTES,
    ConsistencyProof,
    LineProof,
)
from tanpuhui.ledger.seals.record import BatchRecord
from tanpuhui.ledger.seals.steps import (
    Report,
    Step,
    Trust,
    checkpoint_steps,
    log_step,
    not_in_form,
    tree_step,
)
from tanpuhui.ledger.seals.verify_export import verify_export

# Columns of a line that the record of its batch has too.
_SHARED = (
    "batch",
    "programme",
    "domain",
    "posted_order",
    "programme_sha256",
    "library_version",
)


def verify_files(paths: Sequence[Path], trust: Trust) -> tuple[Report, ...]:
    """Verify each file or folder, and then what they say together.

    Args:
        paths: line proofs, consistency proofs, checkpoints, folders of exported batches.
        trust: the keys.

    Returns:
        One report a path, in order. What two files contradict each other in stands in the report
        of the later one.

    Raises:
        NothingToVerify: a path cannot be read.
    """
    reports = [verify_file(path, trust) for path in paths]
    signed: dict[tuple[str, int], tuple[bytes, str]] = {}
    shown: set[tuple[str, int, bytes]] = set()
    for report in reports:
        if report.what == "consistency proof" and report.holds:
            shown |= {(one.origin, one.size, one.root) for one in report.checkpoints}
    bare: dict[str, Checkpoint] = {}
    for number, report in enumerate(reports):
        for one in report.checkpoints:
            root, first = signed.setdefault((one.origin, one.size), (one.root, report.file))
            if root != one.root:
                report = report.with_steps(_two_views(one, root, first))
        if report.what == "checkpoint":
            report = report.with_steps(*_bare_steps(report, bare, shown))
        reports[number] = report
    return tuple(reports)


def verify_file(path: Path, trust: Trust) -> Report:
    """Verify one file or folder by itself.

    Raises:
        NothingToVerify: it cannot be read, or is too large for a proof.
    """
    if path.is_dir():
        return verify_export(path, trust)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NothingToVerify(path=str(path), reason=error.strerror or str(error)) from None
    if len(content) > MOST_BYTES:
        raise NothingToVerify(path=str(path), reason=f"a proof has at most {MOST_BYTES:,} bytes")
    return verify_bytes(content, trust, file=str(path))


def verify_bytes(content: bytes, trust: Trust, *, file: str) -> Report:
    """Verify the content of a line proof, a consistency proof or a checkpoint.

    Args:
        content: of the file.
        trust: the keys.
        file: what the report calls it.
    """
    what = _what(content)
    try:
        match what:
            case "line proof":
                return verify_line(LineProof.from_bytes(content), trust, file=file)
            case "consistency proof":
                proof = ConsistencyProof.from_bytes(content)
                return verify_consistency(proof, trust, file=file)
            case "checkpoint" if len(content) <= MOST_NOTE_BYTES:
                return _verify_checkpoint(Note.from_bytes(content), trust, file=file)
    except NotInForm as fault:
        return Report(file, what, (not_in_form(fault),))
    said = "This is no proof and no checkpoint that this version knows."
    return Report(file, what, (Step("form", False, said),))


def _what(content: bytes) -> str:
    if not content.lstrip().startswith(b"{"):
        return "checkpoint"
    try:
        found = json_form.read(content, form="proof").get("format")
    except NotInForm:
        # Which proof it was meant to be, for the report; that it is none is found by its reader.
        return "line proof" if LINE_FORMAT.encode() in content else "consistency proof"
    kinds = {LINE_FORMAT: "line proof", CONSISTENCY_FORMAT: "consistency proof"}
    return kinds.get(found, "unknown") if isinstance(found, str) else "unknown"


def verify_line(proof: LineProof, trust: Trust, *, file: str) -> Report:
    """Whether a line is in a batch, the batch in the log, and the log signed."""
    steps, checkpoint = checkpoint_steps(proof.checkpoint, trust, claimed=proof.key)
    if checkpoint is not None:
        steps.append(log_step(proof.record, proof.in_log, checkpoint))
    try:
        record = BatchRecord.from_bytes(proof.record)
    except NotInForm as fault:
        steps.append(not_in_form(fault))
    else:
        steps += _line_steps(proof, record)
    signed = checkpoint is not None and _is_signed(steps)
    return Report(file, "line proof", tuple(steps), has_own_key=not trust.keys,
                  checkpoints=(checkpoint,) if signed and checkpoint else ())  # fmt: skip


def _line_steps(proof: LineProof, record: BatchRecord) -> list[Step]:
    number = proof.in_batch.index
    where = f"batch {record.batch}, line {number}"
    steps = [
        *_record_steps(proof.line, record, number=number, where=where),
        _size_step(proof.in_batch.size, record, where),
        tree_step("batch", proof.commitment, proof.in_batch,
                  root=bytes.fromhex(record.root),
                  named=f"the commitment is line {number} of {record.lines} in the batch",
                  where=where),
        commitment_step(proof.line, proof.salt, proof.commitment, where=where),
    ]  # fmt: skip
    return steps


def _record_steps(
    line: Mapping[str, Any], record: BatchRecord, *, number: int, where: str
) -> list[Step]:
    """Whether a line names the batch, the number and the rules that its proof is of."""
    wanted = {name: getattr(record, name) for name in _SHARED} | {"line": number}
    wrong = [name for name in wanted if line.get(name) != wanted[name]]
    if not wrong:
        said = f"the record is of batch {record.batch} of {record.programme}, and so is the line"
        return [Step("record", True, said, where)]
    return [
        Step("record", False, f"column {name} of the line is not what the record says", where,
             expected=str(wanted[name]), found=str(line.get(name)))
        for name in wrong
    ]  # fmt: skip


def _size_step(size: int, record: BatchRecord, where: str) -> Step:
    if size == record.lines:
        return Step("record", True, f"the batch has {size} lines", where)
    return Step("record", False, "the proof is of another size of the batch than the record", where,
                expected=f"{record.lines} lines", found=f"{size} lines")  # fmt: skip


def commitment_step(line: Mapping[str, Any], salt: bytes, wanted: bytes, *, where: str) -> Step:
    """Whether a commitment opens to a line."""
    try:
        found = commitment(salt, line)
    except ValueError as error:
        return Step("commitment", False, f"this is no journal line: {error}", where)
    if found == wanted:
        return Step("commitment", True, "the commitment opens to this line", where)
    return Step("commitment", False, "the commitment is not of this line: a value was changed",
                where, expected=wanted.hex(), found=found.hex())  # fmt: skip


def verify_consistency(proof: ConsistencyProof, trust: Trust, *, file: str) -> Report:
    """Whether each checkpoint is an earlier state of the next, all signed and of one log."""
    steps: list[Step] = []
    checkpoints: list[Checkpoint] = []
    signed: list[Checkpoint] = []
    for number, note in enumerate(proof.checkpoints, start=1):
        # The claimed key is the last one; an earlier checkpoint may have the signature of an older.
        claimed = proof.key if number == len(proof.checkpoints) or not trust.keys else None
        where = f"checkpoint {number}"
        of_note, checkpoint = checkpoint_steps(note, trust, claimed=claimed, where=where)
        steps += of_note
        if checkpoint is not None:
            checkpoints.append(checkpoint)
            signed += [checkpoint] if _is_signed(of_note) else []
    if len(checkpoints) == len(proof.checkpoints):
        pairs = zip(pairwise(checkpoints), proof.paths, strict=True)
        steps += [
            _grown(old, new, path, where=f"checkpoint {number} to {number + 1}")
            for number, ((old, new), path) in enumerate(pairs, start=1)
        ]
    return Report(file, "consistency proof", tuple(steps), has_own_key=not trust.keys,
                  checkpoints=tuple(signed))  # fmt: skip


def _grown(old: Checkpoint, new: Checkpoint, path: Sequence[bytes], *, where: str) -> Step:
    if old.origin != new.origin:
        return Step("consistency", False, "the checkpoints are of two logs", where,
                    expected=old.origin, found=new.origin)  # fmt: skip
    said = f"the log of {new.size} entries begins with the log of {old.size}"
    if old.size == 0:
        holds = old.root == EMPTY_ROOT and not path
        return Step("consistency", holds, said if holds else "an empty log has another root", where)
    try:
        roots = roots_by_consistency(old.root, old_size=old.size, size=new.size, path=path)
    except NotInForm as fault:
        return Step("consistency", False, fault.what(), where)
    for size, wanted, found in zip((old.size, new.size), (old.root, new.root), roots, strict=True):
        if wanted != found:
            return Step("consistency", False, f"not shown: {said}; the root at size {size} is not "
                        "the one that was signed", where,
                        expected=wanted.hex(), found=found.hex())  # fmt: skip
    return Step("consistency", True, said, where)


def _verify_checkpoint(note: Note, trust: Trust, *, file: str) -> Report:
    steps, checkpoint = checkpoint_steps(note, trust, claimed=None)
    signed = (checkpoint,) if checkpoint is not None and _is_signed(steps) else ()
    return Report(file, "checkpoint", tuple(steps), checkpoints=signed)


def _is_signed(steps: Sequence[Step]) -> bool:
    return all(step.holds for step in steps if step.step in ("form", "signature", "origin"))


def _two_views(one: Checkpoint, root: bytes, first: str) -> Step:
    said = (
        f"two histories: for size {one.size} the log {one.origin} signed another root in {first}; "
        "keep both files, they convict whoever holds the key"
    )
    return Step("one view", False, said, expected=root.hex(), found=one.root.hex())


def _bare_steps(
    report: Report, before: dict[str, Checkpoint], shown: set[tuple[str, int, bytes]]
) -> list[Step]:
    """Of checkpoints without a proof: whether a consistency proof given beside them covers them."""
    steps = []
    for one in report.checkpoints:
        other = before.setdefault(one.origin, one)
        covered = all((c.origin, c.size, c.root) in shown for c in (one, other))
        if other.size != one.size and not covered:
            said = (
                f"nothing given shows that the logs of {other.size} and {one.size} entries are one "
                "history; add the consistency proof of these checkpoints"
            )
            steps.append(Step("consistency", False, said))
    return steps
