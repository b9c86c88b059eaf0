"""Makes a back-up of a home, while others post in it."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tanpuhui
from tanpuhui.web.backup import copying, record
from tanpuhui.web.backup.faults import FolderTaken, HomeDamaged
from tanpuhui.web.backup.record import BackUp, SavedDomain, SavedFile, SavedLog
from tanpuhui.web.ledger import durable
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.start import home, opened

Told = Callable[[str], None]
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_UNFINISHED = """\
This back-up is not whole. Type 'tanpuhui backup' with this folder again to finish it, or delete it.
"""


@dataclass(frozen=True)
class BackedUp:
    """A back-up that was made.

    Args:
        keys: where the keys were saved; None where they were not.
        kept: files that an interrupted try had copied already.
    """

    folder: Path
    keys: Path | None
    record: BackUp
    kept: int

    def to_json(self) -> dict[str, Any]:
        """As ``tanpuhui backup --json`` prints it."""
        return {
            "folder": str(self.folder),
            "keys": None if self.keys is None else str(self.keys),
            "id": self.record.id,
            "made_at": self.record.made_at,
            "batches": self.record.batches,
            "domains": {one.id: one.posted_order for one in self.record.domains},
            "files": len(self.record.files),
            "bytes": self.record.bytes(),
            "kept_from_before": self.kept,
        }


def back_up(
    environment: Mapping[str, str],
    folder: Path,
    *,
    keys: Path | None = None,
    told: Told = lambda step: None,
) -> BackedUp:
    """Save the home as it is at one moment. Posting may go on.

    Args:
        environment: as for ``opened``.
        folder: new or empty, or that of an interrupted back-up, which is finished.
        keys: where the keys are saved too; None saves none.
        told: called with the name of each step when it begins.

    Raises:
        FolderTaken: one of the folders cannot be used.
        HomeDamaged: a file of the lake is not what was posted.
        FolderUnwritable: a folder cannot be written.
        ProgramFailed: the database could not be dumped.
    """
    folder = folder.resolve()
    with opened(environment) as store:
        _refuse_folders(folder, keys, store.places, home(environment).resolve())
        with copying.telling(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            durable.write_once(folder / record.UNFINISHED, _UNFINISHED)
        saved, kept = _saved(folder, store.places, told)
        if keys is not None:
            told("keys")
            _save_keys(saved, keys.resolve(), store.places)
            _save_log_keys(saved, keys.resolve(), store.places)
        with copying.telling(folder):
            record.written(saved, folder)
            (folder / record.UNFINISHED).unlink()
            durable.put_on_disk([folder])
    return BackedUp(folder, None if keys is None else keys.resolve(), saved, kept)


def _refuse_folders(folder: Path, keys: Path | None, places: Places, home_folder: Path) -> None:
    for inside in (home_folder, places.lake, places.keys):
        if folder.is_relative_to(inside):
            raise FolderTaken(folder=str(folder), reason=f"lies inside {inside}, which it saves")
    if folder.exists() and not folder.is_dir():
        raise FolderTaken(folder=str(folder), reason="is a file")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / record.UNFINISHED).exists():
        whole = (folder / record.COMPLETE).exists()
        reason = "holds a whole back-up already" if whole else "is not empty"
        raise FolderTaken(folder=str(folder), reason=reason)
    if keys is None:
        return
    apart = keys.resolve()
    if apart.is_relative_to(folder) or folder.is_relative_to(apart):
        raise FolderTaken(folder=str(apart), reason="is not apart from the back-up")
    if apart.is_dir() and stat.S_IMODE(apart.stat().st_mode) & 0o077:
        raise FolderTaken(folder=str(apart), reason=f"is open to others (chmod 700 {apart})")


def _saved(folder: Path, places: Places, told: Told) -> tuple[BackUp, int]:
    """Everything but keys and record: read in one snapshot, dumped in it, then copied."""
    from django.db import connection, transaction

    from tanpuhui.web.backup import dump
    from tanpuhui.web.ledger import log_keys
    from tanpuhui.web.ledger.models import Batch, Domain, Log, Segment

    with transaction.atomic(), connection.cursor() as cursor:
        told("database")
        cursor.execute(_SNAPSHOT)
        cursor.execute("SELECT pg_export_snapshot(), gen_random_uuid()::text, now()")
        snapshot, name, made_at = cursor.fetchone()
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = tuple(row[0] for row in cursor.fetchall())
        domains = tuple(Domain.objects.order_by("pk"))
        logs = tuple(
            SavedLog(log.programme, log_keys.key_at(log, log.size).vkey)
            for log in Log.objects.order_by("pk")
        )
        batches = Batch.objects.count()
        rows = Segment.objects.order_by("path").values_list("path", "bytes", "sha256")
        named = {path: (size, sha256) for path, size, sha256 in rows}
        with copying.telling(folder):
            dump.dumped(folder / record.DUMP, snapshot)
    told("lake")
    marks = {f"domain={row.pk}/mark": (len(str(row.lake_mark)), None) for row in domains}
    marks = {path: about for path, about in marks.items() if (places.lake / path).exists()}
    with copying.telling(folder):
        files, kept = _copied(folder, places.lake, {**named, **marks})
        dumped = folder / record.DUMP
        durable.put_on_disk([dumped])
    database = SavedFile(record.DUMP, dumped.stat().st_size, durable.sha256_of(dumped))
    saved = BackUp(
        id=name,
        made_at=made_at.isoformat(),
        release=tanpuhui.__version__,
        migrations=migrations,
        batches=batches,
        domains=tuple(SavedDomain(row.pk, row.posted_order, row.secret_check) for row in domains),
        logs=logs,
        files=(database, *files),
    )
    return saved, kept


def _copied(
    folder: Path, lake: Path, named: Mapping[str, tuple[int, str | None]]
) -> tuple[list[SavedFile], int]:
    """Copies of the files of the lake; how many of them an interrupted try had left whole.

    Raises:
        HomeDamaged: some are gone or not what was posted; the others are copied.
    """
    files: list[SavedFile] = []
    wrong: list[str] = []
    kept = 0
    for path, (size, sha256) in named.items():
        target = folder / record.LAKE / path
        if _is_there(target, size, sha256):
            assert sha256 is not None, "only a file with a hash is known again"
            kept += 1
            files.append(SavedFile(f"{record.LAKE}/{path}", size, sha256))
            continue
        try:
            found_size, found = copying.copied(lake / path, target)
        except FileNotFoundError:
            wrong.append(f"{path} is gone")
            continue
        if found_size != size or sha256 not in (None, found):
            target.unlink()
            wrong.append(f"{path} is not what was posted")
            continue
        files.append(SavedFile(f"{record.LAKE}/{path}", found_size, found))
    if wrong:
        raise HomeDamaged(count=len(wrong), first=wrong[0])
    copying.put_on_disk(folder, [folder / file.path for file in files])
    return files, kept


def _is_there(target: Path, size: int, sha256: str | None) -> bool:
    try:
        return (
            sha256 is not None
            and target.stat().st_size == size
            and durable.sha256_of(target) == sha256
        )
    except FileNotFoundError:
        return False


def _save_keys(saved: BackUp, folder: Path, places: Places) -> None:
    """The secrets of the domains, for the owner alone; one that is there already must be the same.

    Raises:
        WrongSecret: a secret is lost or another, so there is none to save.
    """
    from tanpuhui.web.ledger.secret import domain_and_secret

    with copying.telling(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for domain in saved.domains:
            _, secret = domain_and_secret(domain.id, places)
            if durable.write_once(folder / f"{domain.id}.secret", secret) != secret:
                reason = f"holds the secret of another dedup domain {domain.id}"
                raise FolderTaken(folder=str(folder), reason=reason)


def _save_log_keys(saved: BackUp, folder: Path, places: Places) -> None:
    """The keys that sign the logs; an older one of the same log is replaced.

    Raises:
        LogKeyLost: a key is not among the keys, so there is none to save.
    """
    from tanpuhui.web.ledger import log_keys

    with copying.telling(folder):
        for log in saved.logs:
            key = log_keys.held(log.programme, log.vkey, places)
            target = folder / places.log_key_of(log.programme).name
            if target.exists() and log_keys.names_in(target) != {key.name}:
                reason = f"holds the key of another log in {target.name}"
                raise FolderTaken(folder=str(folder), reason=reason)
            durable.replace(target, f"{key.to_text()}\n".encode("ascii"), mode=0o600)
