"""Desks at which the tests hand in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tanpuhui import web
from tanpuhui.rules import Library
from tests.tidy.house import ROOT
from tests.web.ledger.hand_in import Desk, Outside


@pytest.fixture
def hankou(store: web.Store, library: Library) -> Desk:
    """Walks in Wuhan; the programme and its dedup domain are both called so."""
    return Desk(store, library.programme("hankou"), library)


@pytest.fixture
def shanxi(store: web.Store, library: Library) -> Desk:
    """Rides in Shanxi, reported by several partners."""
    return Desk(store, library.programme("shanxi-sanjin-green-life"), library)


@pytest.fixture
def open_data_with(
    store: web.Store, library: Library, tmp_path: Path
) -> Callable[[str, str], Desk]:
    """A desk of the programme for open data, one text of whose file is replaced."""

    def made(old: str, new: str) -> Desk:
        text = (ROOT / "examples/programmes/open-data.yaml").read_text(encoding="utf-8")
        assert old in text
        file = tmp_path / "open-data.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return Desk(store, library.programme_file(file), library)

    return made


@pytest.fixture
def outside(store: web.Store, database: str, tmp_path: Path) -> Outside:
    """Other processes on the same database, lake and keys."""
    return Outside(tmp_path, database)
