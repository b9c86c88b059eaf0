"""Makes a home of a back-up: everything is verified before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanpuhui.web import postgres
from tanpuhui.web.backup import copying, record
from tanpuhui.web.backup.faults import BackUpDamaged, HomeNotEmpty, KeysMissing
from tanpuhui.web.backup.record import BackUp, SavedLog
from tanpuhui.web.faults import NewerTables
from tanpuhui.web.ledger import Reconciled, durable
from tanpuhui.web.ledger.places import Places, places_of
from tanpuhui.web.postgres.server import OWN_DATABASE
from tanpuhui.web.start import RESTORING, django_for_reading, django_over, home, migrate
from tanpuhui.web.store import Store

Told = Callable[[str], None]
_RESTORING = """\
A restore into this home was begun and did not end. Delete the home and restore again.
"""


@dataclass(frozen=True)
class Restored:
    """A home that was made of a back-up, and what reconciling it found.

    Args:
        with_keys: whether batches can be posted in it.
    """

    home: Path
    record: BackUp
    with_keys: bool
    looked: tuple[Reconciled, ...]

    def agrees(self) -> bool:
        """Whether nothing disagrees."""
        return not any(one.findings for one in self.looked)

    def to_json(self) -> dict[str, Any]:
        """As ``tanpuhui restore --json`` prints it."""
        return {
            "home": str(self.home),
            "id": self.record.id,
            "made_at": self.record.made_at,
            "batches": self.record.batches,
            "with_keys": self.with_keys,
            "agrees": self.agrees(),
            "domains": [one.to_json() for one in self.looked],
        }


def restore(
    environment: Mapping[str, str],
    folder: Path,
    *,
    keys: Path | None,
    told: Told = lambda step: None,
) -> Restored:
    """Make the home that the environment names of a back-up.

    As long as it has not ended, the home has a file RESTORING, and no command opens it.

    Args:
        environment: as for ``opened``.
        keys: where the secrets are; None restores what can be read and not posted to.
        told: called with the name of each step when it begins.

    Raises:
        BackUpUnfinished, BackUpDamaged: the back-up is not whole.
        KeysMissing: a secret is not there, or another one.
        NewerTables: a newer tanpuhui made it.
        HomeNotEmpty: something is there already.
        FolderUnwritable: the home cannot be written.
        ProgramFailed: the database could not be loaded.
    """
    folder = folder.resolve()
    told("back-up")
    saved = record.read(folder)
    _refuse_newer(saved)
    secrets = {} if keys is None else _secrets(saved, keys)
    made = home(environment).resolve()
    places = places_of(environment, made)
    _refuse_taken(made, places)
    record.refuse_damaged(saved, folder)
    with copying.telling(made):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write_once(made / RESTORING, _RESTORING)
        durable.put_on_disk([made.parent])
        told("lake")
        _copy_lake(saved, folder, places)
        _write_secrets(secrets, places)
    with postgres.url(environment, made) as url:
        django_over(url)
        from django.db import connection

        try:
            told("database")
            _load(folder, environment)
            with copying.telling(made):
                (made / RESTORING).unlink()
                durable.put_on_disk([made])
            store = Store(places)
            told("log")  # what is published is no part of a back-up, and is made of it
            for log in saved.logs:
                store.publish_log(log.programme)
            told("reconcile")
            looked = tuple(store.reconcile(domain) for domain in store.domains())
        finally:
            connection.close()
    return Restored(made, saved, keys is not None, looked)


def _refuse_newer(saved: BackUp) -> None:
    django_for_reading()
    from django.db.migrations.loader import MigrationLoader

    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(saved.migrations) - ours)
    if newer:
        raise NewerTables(migrations=tuple(newer))


def _secrets(saved: BackUp, keys: Path) -> dict[str, str]:
    """What the files of the keys hold, by name.

    A domain's secret is the one that it began with, and a log's key the one that signed it.
    """
    from tanpuhui.web.ledger.secret import check_of

    secrets: dict[str, str] = {}
    for domain in saved.domains:
        try:
            secret = (keys / f"{domain.id}.secret").read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise KeysMissing(
                folder=str(keys), domains=(domain.id,), reason="cannot be read"
            ) from error
        if check_of(domain.id, secret) != domain.secret_check:
            raise KeysMissing(
                folder=str(keys), domains=(domain.id,), reason="is that of another home"
            )
        secrets[f"{domain.id}.secret"] = secret
    return {**secrets, **dict(_log_key(log, keys) for log in saved.logs)}


def _log_key(log: SavedLog, keys: Path) -> tuple[str, str]:
    from tanpuhui.web.ledger import log_keys
    from tanpuhui.web.ledger.log_faults import LogKeyLost

    kept = Places(lake=keys, keys=keys)  # the lake is not looked at
    try:
        key = log_keys.held(log.programme, log.vkey, kept)
    except LogKeyLost as error:
        raise KeysMissing(
            folder=str(keys), domains=(f"the log of {log.programme}",), reason=error.reason
        ) from error
    return kept.log_key_of(log.programme).name, f"{key.to_text()}\n"


def _refuse_taken(made: Path, places: Places) -> None:
    if (made / RESTORING).exists():
        found = "a restore into it was begun and did not end; delete it and restore again"
        raise HomeNotEmpty(where=str(made), found=found)
    for folder in (made, places.lake):
        if folder.is_dir() and (inside := sorted(path.name for path in folder.iterdir())):
            raise HomeNotEmpty(where=str(folder), found=f"it holds {', '.join(inside[:3])}")
        if folder.exists() and not folder.is_dir():
            raise HomeNotEmpty(where=str(folder), found="it is a file")


def _copy_lake(saved: BackUp, folder: Path, places: Places) -> None:
    """The files of the lake; each is hashed again while it is copied."""
    beginning = f"{record.LAKE}/"
    files = [file for file in saved.files if file.path.startswith(beginning)]
    targets = []
    for file in files:
        target = places.lake / file.path.removeprefix(beginning)
        if copying.copied(folder / file.path, target) != (file.bytes, file.sha256):
            raise BackUpDamaged(folder=str(folder), count=1, first=f"{file.path} (another hash)")
        targets.append(target)
    places.lake.mkdir(parents=True, exist_ok=True)
    copying.put_on_disk(places.lake, targets)


def _write_secrets(secrets: Mapping[str, str], places: Places) -> None:
    if secrets:
        places.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, secret in secrets.items():
        durable.write_once(places.keys / name, secret)


def _load(folder: Path, environment: Mapping[str, str]) -> None:
    """The database, all of it or nothing, with tables of this release."""
    from django.db import connection

    from tanpuhui.web.backup import dump

    tables = connection.introspection.table_names()
    if tables:
        where = OWN_DATABASE if environment.get(OWN_DATABASE) else "the new database"
        raise HomeNotEmpty(where=where, found=f"it has the table {tables[0]}")
    dump.loaded(folder / record.DUMP)
    migrate()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a dump has no statistics
