"""Copies of files that are whole and on disk, or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tanpuhui.web.backup.faults import FolderUnwritable
from tanpuhui.web.ledger import durable

PART = ".part"  # after the name of a copy in the making
_AT_ONCE = 1 << 20


def copied(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file for the owner alone; its size and its hash, as they were read.

    Raises:
        OSError: it cannot be read or written.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(target.name + PART)
    part.unlink(missing_ok=True)
    seen, size = hashlib.sha256(), 0
    with source.open("rb") as given:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as taken:
            while piece := given.read(_AT_ONCE):
                taken.write(piece)
                seen.update(piece)
                size += len(piece)
            taken.flush()
            os.fsync(taken.fileno())
    part.rename(target)
    return size, seen.hexdigest()


def put_on_disk(folder: Path, files: Iterable[Path]) -> None:
    """Have the entries of all folders of some files, up to ``folder``, written to the disk."""
    above = {parent for file in files for parent in file.parents if parent.is_relative_to(folder)}
    durable.put_on_disk(sorted({*above, folder, folder.parent}))


@contextlib.contextmanager
def telling(folder: Path) -> Iterator[None]:
    """Tells what could not be written as a fault of the folder."""
    try:
        yield
    except OSError as error:
        path = error.filename or folder
        raise FolderUnwritable(path=str(path), reason=error.strerror or str(error)) from error
