"""What the log of a programme says of itself, and what it proves."""

from __future__ import annotations

from tanpuhui.ledger import seals
from tanpuhui.web.ledger import log_keys, publishing
from tanpuhui.web.ledger.log_answers import LogStatus
from tanpuhui.web.ledger.log_faults import NoCheckpoint, NoLog, SealBroken
from tanpuhui.web.ledger.models import Batch, Checkpoint, Log, LogEntry
from tanpuhui.web.ledger.places import Places


def log_of(programme: str) -> Log:
    """The log of a programme.

    Raises:
        NoLog: it has none.
    """
    found = Log.objects.filter(pk=programme).first()
    if found is None:
        raise NoLog(programme=programme, unsealed=_unsealed(programme))
    return found


def status(programme: str, places: Places) -> LogStatus:
    """How a log stands.

    Raises:
        NoLog: the programme has none.
    """
    log = log_of(programme)
    note = note_at(log, log.size)
    published = publishing.published(programme, places)
    return LogStatus(
        programme=programme,
        origin=log.origin,
        size=log.size,
        root=seals.Edge.from_bytes(bytes(log.edge), log.size).root().hex(),
        keys=tuple(log.keys.order_by("from_size", "pk").values_list("vkey", "from_size")),
        signers=tuple(signature.signer() for signature in note.signatures),
        checkpoint=note.to_bytes().decode(),
        published_size=None if published is None else published.size,
        folder=str(places.log_of(programme)),
        unsealed=_unsealed(programme),
    )


def note_at(log: Log, size: int) -> seals.Note:
    """The signed checkpoint of a size.

    Raises:
        NoCheckpoint: there is none.
    """
    found = Checkpoint.objects.filter(log=log, size=size).first()
    if found is None:
        raise NoCheckpoint(programme=log.programme, wanted=size, size=log.size)
    return seals.Note.from_bytes(found.note.encode())


def published_tree(log: Log, places: Places) -> seals.LogTiles:
    """The tree of a log, from its published files, which are brought up to date.

    Raises:
        LogAhead, LogNotPublished: as ``publishing.publish`` does.
    """
    found = publishing.published(log.programme, places)
    if found is None or (found.origin, found.size) != (log.origin, log.size):
        publishing.publish(log.programme, places)
    folder = places.log_of(log.programme)
    return seals.LogTiles(lambda path: (folder / path).read_bytes(), log.size)


def in_log(log: Log, entry: LogEntry, places: Places) -> seals.Inclusion:
    """That an entry is in the log as it is now, from the published tiles.

    Raises:
        SealBroken: a tile is missing or damaged.
    """
    try:
        path = seals.inclusion_path(published_tree(log, places), entry.place, log.size)
    except (FileNotFoundError, seals.NotInForm) as error:
        found = (f"a tile of the published log is missing or damaged: {error}",)
        raise SealBroken(batch=entry.batch.name, findings=found) from error
    return seals.Inclusion(entry.place, log.size, path)


def consistency(programme: str, old_size: int, places: Places) -> bytes:
    """The proof that an earlier checkpoint of a log is the beginning of its last one.

    Args:
        old_size: of the earlier checkpoint, 1 or more.

    Raises:
        NoLog: the programme has none.
        NoCheckpoint: there is none of that size.
        SealBroken: the published log does not show it.
    """
    log = log_of(programme)
    notes = (note_at(log, old_size), note_at(log, log.size))
    try:
        path = seals.consistency_path(published_tree(log, places), old_size, log.size)
    except (FileNotFoundError, seals.NotInForm) as error:
        found = (f"a tile of the published log is missing or damaged: {error}",)
        raise SealBroken(batch=programme, findings=found) from error
    key = log_keys.key_at(log, log.size).vkey
    proof = seals.ConsistencyProof(notes, (path,), key).to_bytes()
    refuse_broken(proof, log, about=programme)
    return proof


def refuse_broken(proof: bytes, log: Log, *, about: str) -> None:
    """Verify a proof as anybody would, with the log's own keys, before it is handed out.

    Raises:
        SealBroken: it does not hold.
    """
    keys = [seals.VerifierKey.from_text(key.vkey) for key in log.keys.all()]
    report = seals.verify_bytes(proof, seals.Trust(keys), file=about)
    if not report.holds:
        said = tuple(f"{step.step}: {step.said}" for step in report.steps if not step.holds)
        raise SealBroken(batch=about, findings=said)


def _unsealed(programme: str) -> int:
    return Batch.objects.filter(programme=programme, entry__isnull=True).count()
