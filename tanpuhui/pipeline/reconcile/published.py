"""The published files of a log, byte by byte, against the entries and checkpoints that they show.

They were listed before the rows were read, and whoever posts writes them after the rows are
committed. So each of them can be made from the rows, and what the rows have beyond them was posted
just now, or its publisher died.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tanpuhui.ledger import (
    EntryDisagrees,
    FileLeft,
    Finding,
    LogBehind,
    LogFileDamaged,
    LogFileForeign,
    LogFileGone,
    seals,
)
from tanpuhui.pipeline.reconcile.kept_logs import KeptLog

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

CHECKPOINT = "checkpoint"
_UNFINISHED = re.compile(r".+\.[0-9]+\.new")


def published_files_are_the_log(look: Look) -> Iterator[Finding]:
    """The checkpoint is one of the log's, each tile holds what it should, and no other file is."""
    for log in look.kept.logs:
        if log.origin is None:  # it has no row, which was told
            continue
        yield from _checkpoint(log)
        yield from _missing(log)
        for path in log.published.files:
            if log.is_signed:
                yield from _file(log, path)
            else:
                yield from _other_entries(log, path)


def _at(log: KeptLog, path: str) -> str:
    return f"log/{log.programme}/{path}"


def _checkpoint(log: KeptLog) -> Iterator[Finding]:
    at, found = _at(log, CHECKPOINT), log.published.checkpoint
    if found is None:
        # Of a programme whose first batch is being published it was written since.
        if log.checkpoints and not (log.published.folder / CHECKPOINT).is_file():
            yield LogFileGone(
                at=at, programme=log.programme, expected=f"the checkpoint of size {log.newest:,}",
                found="none",
            )  # fmt: skip
        return
    problem = _problem(log, found)
    if problem is not None:
        yield LogFileDamaged(
            at=at, programme=log.programme, expected="a checkpoint of the log", found=problem
        )
        return
    last = [one.note for one in log.checkpoints if one.size == log.newest]
    if last and found != _bytes(last[0]):
        yield LogBehind(
            at=at, programme=log.programme, expected=f"the last checkpoint, of size {log.newest:,}",
            found=f"one of size {_size(found)}",
        )  # fmt: skip


def _size(content: bytes) -> str:
    return content.decode("utf-8", "replace").split("\n")[1]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _problem(log: KeptLog, found: bytes) -> str | None:
    """Why a published checkpoint is none of the log's; None where it is.

    It may have fewer signatures than the row, where witnesses signed since. Where it holds by
    itself and the row does not, the row was changed, which was told.
    """
    try:
        note = seals.Note.from_bytes(found)
        said = seals.Checkpoint.from_text(note.text)
    except seals.NotInForm as fault:
        return fault.problem
    kept = [one.note for one in log.checkpoints if one.size == said.size]
    if _bytes(kept[0]) == found if kept else False:
        return None
    for text in kept:
        try:
            whole = seals.Note.from_bytes(_bytes(text))
        except seals.NotInForm:  # told with the rows
            continue
        if whole.text == note.text and note.signatures == whole.signatures[: len(note.signatures)]:
            return None
    if _holds(log, found) and not any(_holds(log, _bytes(text)) for text in kept):
        return None
    if not kept:
        return f"one of size {said.size:,}, which the log does not have"
    return f"other bytes than those of size {said.size:,}"


def _holds(log: KeptLog, content: bytes) -> bool:
    """Whether a checkpoint is of the entries, and signed by keys of the log."""
    keys = []
    for kept in log.keys:
        with contextlib.suppress(seals.NotAKey):
            keys.append(seals.VerifierKey.from_text(kept.vkey))
    try:
        note = seals.Note.from_bytes(content)
        said = seals.Checkpoint.from_text(note.text)
        note.verified(keys)
    except (seals.NotInForm, seals.WrongSignature, seals.UnknownSigner):
        return False
    is_there = said.origin == log.origin and said.size <= log.grown.size
    return is_there and said.root == log.grown.roots[said.size]


def _missing(log: KeptLog) -> Iterator[Finding]:
    """Every tile of the published size is there; a partial one need not be beside its full one."""
    found = log.published.checkpoint
    if found is None or _problem(log, found) is not None:
        return
    files = set(log.published.files)
    for tile in seals.tiles_of(int(_size(found))):
        full = seals.Tile(tile.level, tile.index)
        if tile.path() not in files and full.path() not in files:
            yield LogFileGone(
                at=_at(log, tile.path()), programme=log.programme,
                expected=f"a file of the log of size {_size(found)}", found="none",
            )  # fmt: skip


def _other_entries(log: KeptLog, path: str) -> Iterator[Finding]:
    """Where the rows are not what was signed: the entries that were published otherwise.

    What was published is not called wrong then, since to publish anew would lose the better copy.
    """
    try:
        tile = seals.Tile.from_path(path)
        content = (log.published.folder / path).read_bytes()
        if tile.level is None:
            listed = [seals.leaf_hash(one) for one in seals.from_bundle(content, width=tile.width)]
        elif tile.level == 0:
            listed = [*seals.from_hash_tile(content, width=tile.width)]
        else:
            return
    except (OSError, seals.NotInForm):
        return
    wanted = dict(enumerate(listed, start=tile.index * seals.TILE_WIDTH))
    for entry in log.entries:
        leaf = seals.leaf_hash(_bytes(entry.record))
        if wanted.get(entry.place, leaf) != leaf:
            yield EntryDisagrees(
                at=log.at(entry), expected=f"the record that was published in {path}",
                found="another",
            )  # fmt: skip


def _file(log: KeptLog, path: str) -> Iterator[Finding]:
    """A file that was listed: whose it is, and whether its bytes are right."""
    at = _at(log, path)
    if _UNFINISHED.fullmatch(path):
        if (log.published.folder / path).exists():
            yield FileLeft(at=at, expected="a file of the log, finished", found="one that is not")
        return
    try:
        tile = seals.Tile.from_path(path)
    except seals.NotInForm:
        yield LogFileForeign(
            at=at, programme=log.programme, expected="no file of this name in a log", found="one"
        )
        return
    wanted = log.grown.tile(tile)
    if wanted is None:
        if log.grown.size == len(log.entries):  # else what is wrong was told with the entries
            yield LogFileForeign(
                at=at, programme=log.programme,
                expected=f"no such tile in a log of {log.grown.size:,} entries", found="one",
            )  # fmt: skip
        return
    try:
        content = (log.published.folder / path).read_bytes()
    except FileNotFoundError:
        if tile.width == seals.TILE_WIDTH:
            yield LogFileGone(
                at=at, programme=log.programme, expected="a full tile, which stays", found="none"
            )
        return
    except OSError as error:
        said = error.strerror or str(error)
        yield LogFileDamaged(
            at=at, programme=log.programme, expected="a file that can be read", found=said
        )
        return
    if content != wanted:
        yield LogFileDamaged(
            at=at, programme=log.programme, expected=f"{len(wanted):,} bytes of the log",
            found=_difference(content, wanted),
        )  # fmt: skip


def _difference(content: bytes, wanted: bytes) -> str:
    """In what some bytes are not those that were wanted."""
    both = zip(content, wanted, strict=False)
    first = next((n for n, (one, other) in enumerate(both) if one != other), None)
    length = f"{len(content):,} bytes"
    if first is None:
        return f"{length}, {'cut short' if len(content) < len(wanted) else 'longer'}"
    return f"{length}, others from byte {first:,} on"
