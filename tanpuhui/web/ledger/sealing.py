"""A batch is sealed where it is posted: its record goes into the log in the same transaction.

So there is no batch without an entry and no entry without a batch, whoever dies when. The files of
the log follow after the commit (``publishing``), since they can be made again from the database.
"""

from __future__ import annotations

from collections.abc import Iterable

from tanpuhui import pipeline
from tanpuhui.ledger import seals
from tanpuhui.web.ledger import log_keys, publishing
from tanpuhui.web.ledger.models import Batch, Checkpoint, Domain, Log, LogEntry, LogKey, Segment
from tanpuhui.web.ledger.places import Places


def refuse_unready(programme: str, domain: Domain, places: Places) -> None:
    """Look whether a batch could be sealed, before it is computed. Nothing is changed.

    Raises:
        LogKeyLost: the log's key is not there.
        ForeignLogKey, BadLogOrigin: the log cannot begin.
        LogAhead: the published log has more batches than the database.
    """
    log = Log.objects.filter(pk=programme).first()
    if log is None:
        origin = log_keys.origin_of(programme, domain, places)
        log_keys.refuse_foreign(programme, origin, places)
        publishing.refuse_ahead(programme, origin, 0, places)
    else:
        log_keys.signing_key(log, places)
        publishing.refuse_ahead(programme, log.origin, log.size, places)


def seal(
    batch: Batch, staged: pipeline.Staged, segments: Iterable[Segment], places: Places
) -> None:
    """Append a batch to the log of its programme, and sign the log's new checkpoint.

    Called in the transaction that posts the batch, with its domain locked.

    Args:
        segments: the rows of its files.

    Raises:
        As ``refuse_unready``; LakeNotWritable: the key of a new log cannot be kept.
    """
    log, key = _opened(batch, places)
    record = record_of(batch, staged, segments).to_bytes()
    edge = seals.Edge.from_bytes(bytes(log.edge), log.size)
    grown = edge.grown(seals.leaf_hash(record))
    LogEntry.objects.create(batch=batch, log=log, place=log.size, record=record.decode())
    log.size, log.edge = grown.size, grown.to_bytes()
    log.save(update_fields=["size", "edge"])
    note = seals.Checkpoint(log.origin, log.size, grown.root()).signed(key)
    Checkpoint.objects.create(log=log, size=log.size, note=note.to_bytes().decode())


def record_of(
    batch: Batch, staged: pipeline.Staged, segments: Iterable[Segment]
) -> seals.BatchRecord:
    """What is sealed of a batch."""
    total = staged.books.person
    return seals.BatchRecord(
        batch=batch.name,
        programme=batch.programme,
        domain=batch.domain_id,
        posted_order=batch.posted_order,
        posted_at=batch.posted_at,
        library_version=batch.library_version,
        programme_sha256=batch.programme_sha256,
        kind=batch.kind,
        lines=staged.seal.lines,
        root=staged.seal.root,
        count=total.count,
        reduction_mg=total.reduction_mg,
        credited_mg=total.credited_mg,
        manifest=seals.manifest_digest(manifest(segments)),
    )


def manifest(segments: Iterable[Segment]) -> list[seals.ManifestRow]:
    """The rows of the manifest whose files are sealed, by path."""
    rows = []
    for segment in sorted(segments, key=lambda one: one.path):
        if segment.kind not in pipeline.SEALED_KINDS:
            continue
        assert segment.sha256 is not None, "a sealed file was hashed when it was posted"
        row = seals.ManifestRow(
            kind=segment.kind, path=segment.path, local_day=segment.local_day,
            starts=segment.starts, ends=segment.ends, has_corrections=segment.has_corrections,
            rows=segment.rows, bytes=segment.bytes, sha256=segment.sha256,
        )  # fmt: skip
        rows.append(row)
    return rows


def _opened(batch: Batch, places: Places) -> tuple[Log, seals.SigningKey]:
    """The log of a batch's programme, locked, and the key that signs it; it begins if it must."""
    log = Log.objects.select_for_update().filter(pk=batch.programme).first()
    if log is not None:
        publishing.refuse_ahead(log.programme, log.origin, log.size, places)
        return log, log_keys.signing_key(log, places)
    origin = log_keys.origin_of(batch.programme, batch.domain, places)
    publishing.refuse_ahead(batch.programme, origin, 0, places)
    key = log_keys.first_key(batch.programme, origin, places)
    log = Log.objects.create(programme=batch.programme, origin=origin)
    LogKey.objects.create(log=log, vkey=key.verifier().to_text(), from_size=1)
    return log, key
