"""The record of a back-up: what is in it, with sizes and hashes, and when it is whole.

FOLDER/database.dump    the database, as pg_dump writes it
FOLDER/lake/…           the files that the manifest names, and the mark of each dedup domain
FOLDER/MANIFEST.json    this record
FOLDER/COMPLETE         the hash of MANIFEST.json; written last
FOLDER/UNFINISHED       only as long as the back-up is being made
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanpuhui.web.backup.faults import BackUpDamaged, BackUpUnfinished
from tanpuhui.web.ledger import durable

DUMP, LAKE, MANIFEST, COMPLETE, UNFINISHED = (
    "database.dump", "lake", "MANIFEST.json", "COMPLETE", "UNFINISHED",
)  # fmt: skip
FORM = 1  # of the record; a later one is refused


@dataclass(frozen=True)
class SavedFile:
    """A file of the back-up.

    Args:
        path: from the back-up's folder.
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class SavedDomain:
    """A dedup domain as it was.

    Args:
        posted_order: of its last batch in the back-up.
        secret_check: shows whether a secret is the one that keyed its hashes, and tells nothing.
    """

    id: str
    posted_order: int
    secret_check: str


@dataclass(frozen=True)
class SavedLog:
    """The log of a programme as it was.

    Args:
        vkey: the public half of the key that signed it.
    """

    programme: str
    vkey: str


@dataclass(frozen=True)
class BackUp:
    """What a back-up holds.

    Args:
        id: a number that no other back-up has.
        made_at: the moment whose state it is, RFC 3339, by the clock of the database.
        release: of tanpuhui.
        migrations: what the tables have seen, as ``app.name``.
        batches: how many were posted by then.
        files: everything but the record itself.
    """

    id: str
    made_at: str
    release: str
    migrations: tuple[str, ...]
    batches: int
    domains: tuple[SavedDomain, ...]
    logs: tuple[SavedLog, ...]
    files: tuple[SavedFile, ...]

    def bytes(self) -> int:
        """Of all files."""
        return sum(file.bytes for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """As MANIFEST.json has it."""
        return {"form": FORM, **dataclasses.asdict(self)}


def written(back_up: BackUp, folder: Path) -> None:
    """Write the record, and then the mark of a whole back-up."""
    text = json.dumps(back_up.to_json(), indent=1, sort_keys=True) + "\n"
    manifest = folder / MANIFEST
    manifest.unlink(missing_ok=True)
    durable.write_once(manifest, text)
    durable.write_once(folder / COMPLETE, durable.sha256_of(manifest))


def read(folder: Path) -> BackUp:
    """The record of a whole back-up.

    Raises:
        BackUpUnfinished: there is none, or it is of a later release.
        BackUpDamaged: the record is not what was written.
    """
    manifest, complete = folder / MANIFEST, folder / COMPLETE
    if not complete.is_file():
        reason = "it was interrupted" if (folder / UNFINISHED).exists() else "it has no COMPLETE"
        raise BackUpUnfinished(folder=str(folder), reason=reason)
    if not manifest.is_file():
        raise BackUpDamaged(folder=str(folder), count=1, first=f"{MANIFEST} (gone)")
    if durable.sha256_of(manifest) != complete.read_text("ascii", errors="replace").strip():
        raise BackUpDamaged(folder=str(folder), count=1, first=f"{MANIFEST} (another hash)")
    found = json.loads(manifest.read_text(encoding="ascii"))
    if found.pop("form") != FORM:
        raise BackUpUnfinished(folder=str(folder), reason="a newer tanpuhui made it")
    return BackUp(
        **{
            **found,
            "migrations": tuple(found["migrations"]),
            "domains": tuple(SavedDomain(**one) for one in found["domains"]),
            "logs": tuple(SavedLog(**one) for one in found["logs"]),
            "files": tuple(SavedFile(**one) for one in found["files"]),
        }
    )


def refuse_damaged(back_up: BackUp, folder: Path) -> None:
    """Read every byte of a back-up.

    Raises:
        BackUpDamaged: a file is gone or another one.
    """
    wrong = [*_wrong(back_up, folder)]
    if wrong:
        raise BackUpDamaged(folder=str(folder), count=len(wrong), first=wrong[0])


def _wrong(back_up: BackUp, folder: Path) -> Iterator[str]:
    for file in back_up.files:
        path = folder / file.path
        try:
            if path.stat().st_size != file.bytes:
                yield f"{file.path} (another size)"
            elif durable.sha256_of(path) != file.sha256:
                yield f"{file.path} (another hash)"
        except FileNotFoundError:
            yield f"{file.path} (gone)"
        except OSError as error:
            yield f"{file.path} ({error.strerror or error})"
