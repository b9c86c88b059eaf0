"""One embedded database for all tests of the data apps; each finds its tables empty."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tanpuhui import rules, web
from tanpuhui.rules import Library
from tanpuhui.web.ledger import Places
from tests.web.ledger import trial_city
from tests.web.saved_city import SavedCity, saved

TABLES = (
    "participants_login, participants_person, participants_binding, ledger_domain, ledger_batch, "
    "ledger_segment, ledger_balance, ledger_pointbalance, ledger_bookline, ledger_pointline, "
    "ledger_lock, ledger_log, ledger_logkey, ledger_logentry, ledger_checkpoint"
)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that lasts as long as the tests."""
    with web.postgres.server(tmp_path_factory.mktemp("ledger")) as server:
        yield server.url()


@pytest.fixture(scope="session")
def opened_store(database: str) -> Iterator[web.Store]:
    """A store on that database."""
    with web.opened({"TANPUHUI_DATABASE_URL": database}) as store:
        yield store


@pytest.fixture
def store(opened_store: web.Store, tmp_path: Path) -> Iterator[web.Store]:
    """A store without a batch, whose lake and keys lie in ``tmp_path``."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")
    yield web.Store(Places(tmp_path / "lake", tmp_path / "keys"))
    assert not connection.in_atomic_block


@pytest.fixture(scope="session")
def library() -> Library:
    """The public library."""
    return Library(rules.library_folders({}))


_saved: list[SavedCity] = []  # of the session; made by the first test that asks for it


@pytest.fixture
def city_saved(library: Library, tmp_path: Path) -> Callable[[web.Store], None]:
    """Puts the trial city into a store without a batch."""

    def put(store: web.Store) -> None:
        if _saved:
            _saved[0].put_back(store)
            return
        folder = Path(tempfile.mkdtemp(prefix="trial-city-", dir=tmp_path.parent))
        trial_city.posted(store, library, tmp_path)
        _saved.append(saved(store, TABLES, folder))

    return put
