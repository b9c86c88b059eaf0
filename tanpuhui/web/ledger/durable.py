"""Files that are whole and on disk, or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def write_once(path: Path, text: str) -> str:
    """What stands in a small file of the owner's, which is made if it is not there.

    Of several processes that make it at once one prevails, and all get its text. After a crash the
    file is there whole or not at all.

    Args:
        text: what is written if the file is not there.

    Raises:
        OSError: the folder cannot be written, or the file cannot be read.
    """
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii")
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)  # unlike rename, this replaces nothing
    finally:
        unfinished.unlink(missing_ok=True)
    put_on_disk([path.parent])
    return path.read_text(encoding="ascii")


def put_on_disk(paths: Iterable[Path]) -> None:
    """Have the content of files and the entries of folders written to the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The hash of a file's content, 64 hex digits.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def alone(path: Path, waits: Callable[[], None]) -> Iterator[None]:
    """One process of this machine at a time; the lock ends with the process, however it ends.

    Args:
        path: the file that is locked; made if it is not there.
        waits: called once, if somebody else has the lock.
    """
    if sys.platform == "win32":  # there the lock on the domain's row has to do
        yield
        return
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
