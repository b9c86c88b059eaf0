"""The files of a log, as anybody may fetch them: tiles, bundles of entries, and the checkpoint.

They are made from the database and can be made again. After each commit those that are new are
written, the checkpoint last; where somebody died in between, the next one catches up.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tanpuhui.ledger import seals
from tanpuhui.web.ledger import durable
from tanpuhui.web.ledger.log_faults import LogAhead, LogNotPublished, NoLog
from tanpuhui.web.ledger.models import Batch, Checkpoint, Log, LogEntry, LogKey
from tanpuhui.web.ledger.places import Places

CHECKPOINT = "checkpoint"
_FOR_ALL = 0o644
_UNFINISHED = re.compile(r".+\.[0-9]+\.new")  # of a publisher who died; see durable.replace


def published(programme: str, places: Places) -> seals.Checkpoint | None:
    """What the published checkpoint says; None where there is none, or it is damaged.

    One that names a key of the log and was not signed so by it is damaged. One by keys that this
    database does not know is read: the log may have got a new key since.
    """
    try:
        content = (places.log_of(programme) / CHECKPOINT).read_bytes()
        note = seals.Note.from_bytes(content)
        found = seals.Checkpoint.from_text(note.text)
        note.verified([*_keys(programme)])
    except (OSError, seals.NotInForm, seals.WrongSignature):
        return None
    except seals.UnknownSigner:
        pass
    return found


def _keys(programme: str) -> Iterator[seals.VerifierKey]:
    for vkey in LogKey.objects.filter(log_id=programme).values_list("vkey", flat=True):
        with contextlib.suppress(seals.NotAKey):  # a row that reconcile tells
            yield seals.VerifierKey.from_text(vkey)


def refuse_ahead(programme: str, origin: str, size: int, places: Places) -> None:
    """Raise LogAhead where the published log is another one, or longer than the database's."""
    found = published(programme, places)
    if found is not None and (found.origin != origin or found.size > size):
        raise LogAhead(
            folder=str(places.log_of(programme)),
            published=f"{found.origin} with {found.size:,} entries",
            known=f"{origin} with {size:,}",
        )


def publish(programme: str, places: Places) -> bool:
    """Write what is missing of a log since its published checkpoint; whether something was.

    Raises:
        NoLog: the programme has none.
        LogAhead: the published log has more batches than the database.
        LogNotPublished: its folder cannot be written.
    """
    return _written(programme, places, is_whole=False)


def publish_whole(programme: str, places: Places) -> bool:
    """Have every file of a log as it should be, and no other in its folder; whether one was not.

    Raises:
        As ``publish`` does.
    """
    return _written(programme, places, is_whole=True)


def catch_up(programme: str, places: Places) -> None:
    """As ``publish``, for a programme that may have no log."""
    if Log.objects.filter(pk=programme).exists():
        publish(programme, places)


def _written(programme: str, places: Places, *, is_whole: bool) -> bool:
    folder = places.log_of(programme)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with durable.alone(folder.with_name(f"{folder.name}.lock"), waits=lambda: None):
            return _caught_up(programme, places, is_whole=is_whole)
    except OSError as error:
        path, reason = error.filename or folder, error.strerror or str(error)
        raise LogNotPublished(programme=programme, path=str(path), reason=reason) from error


def _caught_up(programme: str, places: Places, *, is_whole: bool) -> bool:
    log = Log.objects.filter(pk=programme).first()
    if log is None:
        unsealed = Batch.objects.filter(programme=programme).count()
        raise NoLog(programme=programme, unsealed=unsealed)
    refuse_ahead(programme, log.origin, log.size, places)
    folder = places.log_of(programme)
    last = Checkpoint.objects.get(log=log, size=log.size).note.encode()
    before = published(programme, places)
    start = 0 if is_whole or before is None else before.size
    changed = _swept(folder)
    for tile in seals.new_tiles(start, log.size):
        path = folder / tile.path()
        changed |= _put(path, _content(log, tile, folder))
        if tile.width == seals.TILE_WIDTH:
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
    if is_whole:
        changed |= _mended(log, folder)
    return _put(folder / CHECKPOINT, last) or changed


def _files_in(folder: Path) -> Iterator[Path]:
    for inside, _, names in os.walk(folder):
        yield from (Path(inside, name) for name in names)


def _swept(folder: Path) -> bool:
    """Delete what publishers who died have left half written; nobody else publishes now."""
    left = [path for path in _files_in(folder) if _UNFINISHED.fullmatch(path.name)]
    for path in left:
        path.unlink()
    return bool(left)


def _mended(log: Log, folder: Path) -> bool:
    """Have the tiles of earlier sizes as they were, and delete what is none of the log's files."""
    changed = False
    for path in sorted(_files_in(folder)):
        name = path.relative_to(folder).as_posix()
        if name == CHECKPOINT:
            continue
        tile = _tile(name, log.size)
        if tile is None:
            path.unlink()
            changed = True
        else:
            changed |= _put(path, _content(log, tile, folder))
    return changed


def _tile(name: str, size: int) -> seals.Tile | None:
    """The tile that a file of a log of this size is; None where it is none."""
    try:
        tile = seals.Tile.from_path(name)
    except seals.NotInForm:
        return None
    counts = seals.level_counts(size)
    level = tile.level or 0
    count = counts[level] if level < len(counts) else 0
    return tile if tile.index * seals.TILE_WIDTH + tile.width <= count else None


def _content(log: Log, tile: seals.Tile, folder: Path) -> bytes:
    """The content of a tile or bundle: from the database, or from the full tiles below it."""
    if tile.level in (None, 0):
        entries = list(_entries(log, tile.index * seals.TILE_WIDTH, tile.width))
        assert len(entries) == tile.width, "a log has an entry at each place below its size"
        if tile.level is None:
            return seals.to_bundle(entries)
        return seals.to_hash_tile([seals.leaf_hash(entry) for entry in entries])
    below = tile.index * seals.TILE_WIDTH
    return seals.to_hash_tile(
        [_root_of(folder, tile.level - 1, index) for index in range(below, below + tile.width)]
    )


def _entries(log: Log, first: int, count: int) -> Iterator[bytes]:
    rows = LogEntry.objects.filter(log=log, place__gte=first, place__lt=first + count)
    for record in rows.order_by("place").values_list("record", flat=True):
        yield record.encode()


def _root_of(folder: Path, level: int, index: int) -> bytes:
    """The hash over a full tile."""
    content = (folder / seals.Tile(level, index).path()).read_bytes()
    hashes = seals.from_hash_tile(content, width=seals.TILE_WIDTH)
    return seals.root(seals.HashedLeaves(hashes), len(hashes))


def _put(path: Path, content: bytes) -> bool:
    """Write a file where it is missing or another; whether it was."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.replace(path, content, mode=_FOR_ALL)
    return True
