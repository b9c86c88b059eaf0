"""The laws of a sealed log after a crash, looked at without reconcile's own code."""

from __future__ import annotations

from collections.abc import Iterator

from tanpuhui import web
from tanpuhui.ledger import seals


def broken_in_rows(store: web.Store, programme: str) -> Iterator[str]:
    """What the database says wrongly of a log: its size, its root, its last checkpoint.

    It holds at every moment, also between a death and the next posting.
    """
    batches = store.batches(programme)
    if not batches:
        return
    status = store.log_status(programme)
    if status.size != len(batches) or status.unsealed:
        yield f"the log has {status.size} of {len(batches)} batches, {status.unsealed} unsealed"
    note = seals.Note.from_bytes(status.checkpoint.encode())
    keys = [seals.VerifierKey.from_text(vkey) for vkey, _ in status.keys]
    try:
        note.verified(keys)
    except (seals.WrongSignature, seals.UnknownSigner) as fault:
        yield f"the last checkpoint does not verify: {fault.what()}"
    said = seals.Checkpoint(status.origin, status.size, bytes.fromhex(status.root))
    if note.text != said.to_text():
        yield f"the last checkpoint is {note.text!r} and not of the log, {said.to_text()!r}"


def broken_in_files(store: web.Store, programme: str) -> Iterator[str]:
    """What is published wrongly of a log, once somebody has published it since the last posting."""
    try:
        yield from _broken_in_files(store, programme)
    except (OSError, seals.NotInForm) as fault:
        yield f"a published file is missing or damaged: {fault}"


def _broken_in_files(store: web.Store, programme: str) -> Iterator[str]:
    batches = store.batches(programme)
    if not batches:
        return
    status = store.log_status(programme)
    folder = store.places.log_of(programme)
    if (folder / "checkpoint").read_text(encoding="utf-8") != status.checkpoint:
        yield "the published checkpoint is not the last one"
    records: list[bytes] = []
    hashes: list[bytes] = []
    for tile in seals.tiles_of(status.size):
        content = (folder / tile.path()).read_bytes()
        if tile.level is None:
            records += seals.from_bundle(content, width=tile.width)
        elif tile.level == 0:
            hashes += seals.from_hash_tile(content, width=tile.width)
    if hashes != [seals.leaf_hash(record) for record in records]:
        yield "published tiles are not of the published entries"
    if seals.root(seals.HashedLeaves(hashes), len(hashes)).hex() != status.root:
        yield "published tiles do not lead to the root"
    named = [seals.BatchRecord.from_bytes(record).batch for record in records]
    if named != [batch.name for batch in batches]:
        yield f"published entries are of {named}"
    unfinished = [path.name for path in folder.rglob("*.new")]
    if unfinished:
        yield f"a publisher who died left {', '.join(unfinished)}"
