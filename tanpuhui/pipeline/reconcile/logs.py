"""The rows of a sealed log against each other, and against the batches that it seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from tanpuhui.ledger import (
    CheckpointDisagrees,
    EntryDisagrees,
    Finding,
    LogDisagrees,
    More,
    seals,
)
from tanpuhui.pipeline.reconcile.kept import Kept, KeptBatch, KeptFile
from tanpuhui.pipeline.reconcile.kept_logs import KeptEntry, KeptLog
from tanpuhui.pipeline.staged import SEALED_KINDS

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

SHOWN = 10  # findings of one kind in one log that are listed


def logs_stand_on_their_entries(look: Look) -> Iterator[Finding]:
    """A log's row has the size and the edge that its entries come to, and the name of its keys."""
    for log in look.kept.logs:
        at = f"ledger_log {log.programme}"
        if log.origin is None or log.size is None or log.edge is None:
            yield LogDisagrees(
                at=at, found="none",
                expected=f"a row, since {len(log.keys)} keys, {len(log.entries)} entries and "
                f"{len(log.checkpoints)} checkpoints name it",
            )  # fmt: skip
            continue
        if log.size != len(log.entries):
            yield LogDisagrees(
                at=f"{at}, size", expected=f"{len(log.entries):,}, as it has entries",
                found=f"{log.size:,}",
            )  # fmt: skip
        if log.grown.size == len(log.entries) and log.edge != log.grown.edge.to_bytes():
            yield LogDisagrees(
                at=f"{at}, edge", expected=log.grown.edge.to_bytes().hex() or "nothing",
                found=log.edge.hex() or "nothing",
            )  # fmt: skip
        yield from _keys(log)


def _keys(log: KeptLog) -> Iterator[Finding]:
    """Every key reads, bears the log's name, and signs from the size on that its row says."""
    if not log.keys:
        yield LogDisagrees(at=f"ledger_log {log.programme}", expected="a key", found="none")
    signed_first = _first_signed(log)
    for number, kept in enumerate(log.keys):
        at = f"ledger_logkey {kept.vkey} of {log.programme}"
        try:
            key = seals.VerifierKey.from_text(kept.vkey)
        except seals.NotAKey as fault:
            yield LogDisagrees(at=at, expected="a public key", found=fault.problem)
            continue
        if key.name != log.origin:
            yield LogDisagrees(
                at=f"ledger_log {log.programme}, origin and {at}", expected=f"one name, {key.name}",
                found=str(log.origin),
            )  # fmt: skip
        first = signed_first.get(key.signer())
        if first != kept.from_size or (not number and kept.from_size != 1):
            yield LogDisagrees(
                at=f"{at}, from_size", expected=f"{first}, the first checkpoint that it signed",
                found=f"{kept.from_size:,}",
            )  # fmt: skip


def _first_signed(log: KeptLog) -> Mapping[str, int]:
    """By signer, the size of the first checkpoint that bears a signature by that name."""
    found: dict[str, int] = {}
    for checkpoint in log.checkpoints:
        note = _note(checkpoint.note)
        for signature in note.signatures if isinstance(note, seals.Note) else ():
            found.setdefault(signature.signer(), checkpoint.size)
    return found


def _note(text: str) -> seals.Note | seals.NotInForm:
    try:
        return seals.Note.from_bytes(text.encode("utf-8", "surrogateescape"))
    except seals.NotInForm as fault:
        return fault


def checkpoints_are_of_the_entries(look: Look) -> Iterator[Finding]:
    """There is a checkpoint of each size, with the root of the entries, signed by the log's key."""
    for log in look.kept.logs:
        found = [checkpoint.size for checkpoint in log.checkpoints]
        wanted = range(1, len(log.entries) + 1)
        if found != [*wanted]:
            missing = sorted(set(wanted) - set(found))
            further = sorted(size for size in found if size not in wanted or found.count(size) > 1)
            yield CheckpointDisagrees(
                at=f"ledger_checkpoint {log.programme} {_few(further or missing)}",
                expected=f"one of each size from 1 to {len(log.entries):,}",
                found=f"{_few(missing)} missing, {_few(further)} too many",
            )
        yield from _few_of([*_wrong_checkpoints(log)])


def _wrong_checkpoints(log: KeptLog) -> Iterator[Finding]:
    keys = list(_readable_keys(log))
    for kept in log.checkpoints:
        at = f"ledger_checkpoint {log.programme} {kept.size}"
        note = _note(kept.note)
        if isinstance(note, seals.NotInForm):
            yield CheckpointDisagrees(at=at, expected="a signed note", found=note.problem)
            continue
        if log.origin is not None and 0 <= kept.size <= log.grown.size:
            root = log.grown.roots[kept.size]
            text = seals.Checkpoint(log.origin, kept.size, root).to_text()
            if note.text != text:
                yield CheckpointDisagrees(at=at, expected=repr(text), found=repr(note.text))
        yield from _unsigned(at, kept.size, note, keys)


def _unsigned(
    at: str, size: int, note: seals.Note, keys: list[tuple[seals.VerifierKey, int]]
) -> Iterator[Finding]:
    """A signature that does not hold, or one that is missing."""
    known = [key for key, _ in keys]
    try:
        signers = {one.key.signer() for one in note.verified(known)}
    except (seals.WrongSignature, seals.UnknownSigner) as fault:
        yield CheckpointDisagrees(
            at=at, expected="signatures by the log's keys that hold", found=fault.what().rstrip(".")
        )
        return
    ends = [*(start for _, start in keys[1:]), None]
    wanted = {
        key.signer()
        for (key, start), end in zip(keys, ends, strict=True)
        if start <= size and (end is None or size <= end)
    }
    if not wanted <= signers:
        yield CheckpointDisagrees(
            at=at, expected=f"a signature by {', '.join(sorted(wanted - signers))}",
            found=f"signatures by {', '.join(one.signer() for one in note.signatures)}",
        )  # fmt: skip


def _readable_keys(log: KeptLog) -> Iterator[tuple[seals.VerifierKey, int]]:
    for kept in log.keys:
        try:
            yield seals.VerifierKey.from_text(kept.vkey), kept.from_size
        except seals.NotAKey:  # told with the keys
            continue


def batches_are_sealed(look: Look) -> Iterator[Finding]:
    """Every batch since its programme's log began has one entry, and that is of what it posted."""
    yield from _few_of([*_unsealed_or_otherwise(look)])


def _unsealed_or_otherwise(look: Look) -> Iterator[Finding]:
    batches = {batch.number: batch for batch in look.kept.batches}
    files = _sealed_files(look.kept)
    first_order: dict[str, int] = {}
    entered: set[int] = set()
    for log in look.kept.logs:
        yield from _numbered(log)
        for entry in log.entries:
            batch = batches.get(entry.batch)
            if batch is None:
                if entry.domain is None:
                    none = f"none of number {entry.batch}"
                    yield EntryDisagrees(at=log.at(entry), expected="a batch", found=none)
                continue
            entered.add(batch.number)
            least = first_order.get(batch.programme, batch.posted_order)
            first_order[batch.programme] = min(least, batch.posted_order)
            yield from _of_batch(look, log, entry, batch, files.get(batch.number, []))
    for batch in look.kept.batches:
        since = first_order.get(batch.programme)
        if batch.number not in entered and since is not None and batch.posted_order > since:
            yield EntryDisagrees(
                at=f"ledger_batch {batch.name}", found="none",
                expected=f"an entry in the log of {batch.programme}, as earlier batches have",
            )  # fmt: skip


def _numbered(log: KeptLog) -> Iterator[Finding]:
    """Places run from 0 without a gap."""
    places = [entry.place for entry in log.entries]
    if places != [*range(len(places))]:
        wanted = set(range(len(places)))
        further = [entry for entry in log.entries if entry.place not in wanted]
        further += [one for one, two in pairwise(log.entries) if one.place == two.place]
        yield EntryDisagrees(
            at=log.at(further[0]),
            expected=f"places 0 to {len(places) - 1:,}, each once",
            found=f"without {_few(sorted(wanted - set(places)))}",
        )


def _sealed_files(kept: Kept) -> Mapping[int, list[KeptFile]]:
    files: dict[int, list[KeptFile]] = {}
    for file in kept.files:
        if file.kind in SEALED_KINDS:
            files.setdefault(file.batch, []).append(file)
    return files


def _of_batch(
    look: Look, log: KeptLog, entry: KeptEntry, batch: KeptBatch, files: list[KeptFile]
) -> Iterator[Finding]:
    """The fields of the record, each against the row or the sums that it seals."""
    at = f"{log.at(entry)} ({batch.name})"
    try:
        record = seals.BatchRecord.from_bytes(entry.record.encode("utf-8", "surrogateescape"))
    except seals.NotInForm as fault:
        yield EntryDisagrees(at=at, expected="the record of a batch", found=fault.problem)
        return
    total = look.books.of(batch).person
    wanted = {
        "batch": batch.name,
        "programme": batch.programme,
        "domain": look.kept.domain,
        "posted_order": batch.posted_order,
        "posted_at": batch.posted_at,
        "library_version": batch.library_version,
        "programme_sha256": batch.programme_sha256,
        "kind": batch.kind,
        "lines": sum(file.rows for file in files if file.kind == "lines"),
        "count": total.count,
        "reduction_mg": total.reduction_mg,
        "credited_mg": total.credited_mg,
        "manifest": _digest(files),
    }
    if record.programme != log.programme:
        yield EntryDisagrees(
            at=at, expected=f"a batch of {log.programme}", found=f"one of {record.programme}"
        )
    for name, value in wanted.items():
        sealed = getattr(record, name)
        if sealed != value:
            yield EntryDisagrees(
                at=f"{at}, {name}", expected=f"{value}, as in the rows of the batch",
                found=f"{sealed}, which was sealed",
            )  # fmt: skip


def _digest(files: list[KeptFile]) -> str:
    """The digest of the manifest as its rows are now."""
    rows = []
    for file in files:
        if file.sha256 is None:
            return f"no sha256 of {file.path}"
        row = seals.ManifestRow(
            kind=file.kind, path=file.path, local_day=file.local_day, starts=file.starts,
            ends=file.ends, has_corrections=file.has_corrections, rows=file.rows,
            bytes=file.bytes, sha256=file.sha256,
        )  # fmt: skip
        rows.append(row)
    return seals.manifest_digest(rows)


def _few(numbers: list[int]) -> str:
    if not numbers:
        return "none"
    listed = ", ".join(map(str, numbers[:5]))
    return listed if len(numbers) <= 5 else f"{listed} and {len(numbers) - 5:,} more"


def _few_of(found: list[Finding]) -> Iterator[Finding]:
    """The first of many findings, and how many more there are."""
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield More(
            at=f"{len(found) - SHOWN:,} more like {found[0].code}", expected="none",
            found=f"{len(found):,} in all",
        )  # fmt: skip
