"""The trial city, and back-ups of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tanpuhui import web
from tanpuhui.rules import Library
from tests.web.ledger import trial_city
from tests.web.ledger.hand_in import Desk


@pytest.fixture
def desk(store: web.Store, library: Library, city_saved: Callable[[web.Store], None]) -> Desk:
    """The trial city, posted; its lake and keys lie in ``tmp_path``."""
    city_saved(store)
    return Desk(store, trial_city.programme(library), library)


@pytest.fixture
def environment(desk: Desk, database: str, tmp_path: Path) -> dict[str, str]:
    """What names the city's home, whose database is the one of all tests."""
    return {"TANPUHUI_HOME": str(tmp_path), "TANPUHUI_DATABASE_URL": database}


@pytest.fixture
def outer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder apart from the home."""
    return tmp_path_factory.mktemp("outer")


@pytest.fixture
def back_up(environment: dict[str, str], outer: Path) -> Callable[[], web.backup.BackedUp]:
    """Makes the back-up ``outer/saved``, with the keys in ``outer/keys``."""
    return lambda: web.backup.back_up(environment, outer / "saved", keys=outer / "keys")
