"""What a run asks: the same question gets the first answer again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tanpuhui.rules import FileMapping, Library, Programme
from tanpuhui.terms import hash_of_parts
from tanpuhui.web.ledger.faults import FileChanged

UNREADABLE = "unreadable"  # stands for a file that cannot be opened


@dataclass(frozen=True)
class Question:
    """The hash of what is asked, and how the files looked when they were hashed.

    Args:
        sha256: over the programme, its file, the library's version, the partner, the mapping and
            the contents of the files, whatever their names and order.
    """

    sha256: str
    files: tuple[Path, ...]
    looks: tuple[tuple[int, ...] | None, ...]

    def refuse_changed(self) -> None:
        """Look whether the files are still those that were hashed.

        Raises:
            FileChanged: one was written to, replaced or removed since.
        """
        for path, look in zip(self.files, self.looks, strict=True):
            if _look(path) != look:
                raise FileChanged(file=str(path))


def question_of(
    files: Sequence[Path],
    *,
    partner: str | None,
    mapping: FileMapping | None,
    programme: Programme,
    library: Library,
) -> Question:
    """What is asked with these files."""
    looks = tuple(_look(path) for path in files)
    contents = sorted(_sha256(path) for path in files)
    parts = (
        programme.id, programme.sha256, library.version,
        "any partner" if partner is None else f"partner {partner}",
        "no mapping" if mapping is None else mapping.sha256,
        *contents,
    )  # fmt: skip
    return Question(hash_of_parts(parts), tuple(files), looks)


def _look(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is written to; None where there is none."""
    try:
        about = os.stat(path)
    except OSError:
        return None
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return UNREADABLE
