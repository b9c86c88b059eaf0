"""A home with a database that is not started, and the promise that no test leaves one running."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanpuhui.web import postgres
from tests.web.postgres.clients import nothing_runs, processes, wait_until

if not Path("/proc/self").exists():  # these tests look for processes there; macOS has none
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database is made: that takes a second, so the tests use it or a copy of it."""
    home = tmp_path_factory.mktemp("made") / "home"
    with postgres.server(home):
        pass
    return home


@pytest.fixture
def home(made_home: Path) -> Iterator[Path]:
    """A stopped home that tests share one after the other, and leave as they found it."""
    with nothing_left(made_home):
        yield made_home


@pytest.fixture
def own_home(made_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A stopped home that the test may spoil."""
    copy_of(made_home, tmp_path / "home")
    with nothing_left(tmp_path / "home"):
        yield tmp_path / "home"


@pytest.fixture
def fresh_home(tmp_path: Path) -> Iterator[Path]:
    """A home that nobody has made yet."""
    with nothing_left(tmp_path / "home"):
        yield tmp_path / "home"


def copy_of(made_home: Path, home: Path) -> None:
    """Copy a home; where root does it the files become root's, as in any copy made by hand."""
    shutil.copytree(made_home, home)


@contextlib.contextmanager
def nothing_left(home: Path) -> Iterator[None]:
    """Refuse a test that leaves a process behind, after ending that process."""
    try:
        yield
        wait_until(lambda: nothing_runs(home), "no process of the server")
    finally:
        for pid in processes(str(home)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
