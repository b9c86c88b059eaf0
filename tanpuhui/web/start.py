"""How a process sets up Django on a database, and opens the ledger.

with web.opened(os.environ) as store:
    store.books("hankou")
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from tanpuhui.web import postgres
from tanpuhui.web.database import database_settings
from tanpuhui.web.faults import DatabaseGone, NewerTables, UnfinishedRestore
from tanpuhui.web.ledger.places import places_of
from tanpuhui.web.store import Store

DEFAULT_HOME = ".tanpuhui"
RESTORING = "RESTORING"  # a file of a home into which a restore has not ended
MIGRATION_LOCK = 7_217_003  # any number that only this uses


def home(environment: Mapping[str, str]) -> Path:
    """The folder of the embedded database, the lake and the keys.

    Args:
        environment: ``TANPUHUI_HOME``; empty is as good as not there.
    """
    return Path(environment.get("TANPUHUI_HOME") or DEFAULT_HOME)


@contextlib.contextmanager
def opened(environment: Mapping[str, str]) -> Iterator[Store]:
    """The ledger of a home, with its database up and its tables those of this release.

    Args:
        environment: ``TANPUHUI_HOME``, ``TANPUHUI_LAKE`` and ``TANPUHUI_DATABASE_URL``.

    Raises:
        Fault: the database cannot be had, or is lost in the middle; see ``postgres`` and this
            package.
    """
    folder = home(environment).resolve()
    if (folder / RESTORING).exists():
        raise UnfinishedRestore(home=str(folder))
    with postgres.url(environment, folder) as url:
        django_over(url)
        import psycopg
        from django.db import InterfaceError, OperationalError, connection

        # Django's own, and the driver's, which COPY raises past Django.
        gone = (
            OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError,
        )  # fmt: skip
        try:
            migrate()
            yield Store(places_of(environment, folder))
        except gone as error:
            said = str(error).strip().splitlines()
            raise DatabaseGone(reason=said[0] if said else type(error).__name__) from error
        finally:
            connection.close()


def django_over(url: str) -> None:
    """Set up Django on this database, for the rest of the process. Connects to nothing yet.

    The URL does not go into the environment: a child process would take it for the operator's own
    database, hold no lease on the embedded server, and lose it when this process ends.

    Args:
        url: as ``postgres.url`` gives it; the caller keeps that open as long as Django is used,
            and closes Django's connections before.

    Raises:
        NotAPostgresUrl: nothing is changed then.
    """
    wanted = database_settings(url)
    django_for_reading()
    from django.conf import settings
    from django.db import connections

    if "default" not in settings.DATABASES or not settings.DATABASES["default"].get("NAME"):
        # It was set up for reading before. Django fills in the other keys in this very mapping.
        settings.DATABASES["default"] = wanted
        connections.configure_settings(settings.DATABASES)
        del connections["default"]
    in_use = {name: settings.DATABASES["default"][name] for name in wanted}
    assert in_use == wanted, "Django is set up once a process; this one has another database"


def django_for_reading() -> None:
    """Set up Django for what reads its models and asks no database: tests, types, documents."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tanpuhui.web.settings"
    import django  # only here, so that to import tanpuhui.web costs nothing

    django.setup()


def migrate() -> None:
    """Bring the tables to those of this release; quick where they are.

    Of several processes that start at once one works and the others wait for it.

    Raises:
        NewerTables: a newer release has changed them.
    """
    from django.core.management import call_command
    from django.db import connection

    if not _missing_migrations():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            if _missing_migrations():
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def _missing_migrations() -> bool:
    """Whether tables are older than this release."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = set(loader.disk_migrations)
    labels = {label for label, _ in ours}
    newer = {key for key in loader.applied_migrations if key[0] in labels} - ours
    if newer:
        raise NewerTables(migrations=tuple(sorted(f"{app}.{name}" for app, name in newer)))
    return bool(ours - set(loader.applied_migrations))
