"""A home with a database that is not started, and the promise that no test leaves one running."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanpuhui.web import postgres
from tests.web.postgres.clients import (
    ENVIRONMENT,
    IS_ROOT,
    PATIENCE_SECONDS,
    nothing_runs,
    processes,
    wait_until,
)

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


@pytest.fixture(scope="session")
def python_of_nobody() -> str:
    """A Python that the user ``nobody`` can run, with the packages of this one."""
    if not IS_ROOT:
        pytest.skip("only root starts a process as someone else")
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            tried = subprocess.run(
                [python, "-c", "import psycopg, tanpuhui.web.postgres"],
                user="nobody",
                extra_groups=[],
                env=ENVIRONMENT,
                capture_output=True,
                check=False,
                timeout=PATIENCE_SECONDS,
            )
            if tried.returncode == 0:
                return python
    pytest.skip("nobody can run no Python with our packages here")


@pytest.fixture
def nobodys_home(made_home: Path) -> Iterator[Path]:
    """A stopped home that the user ``nobody`` made, in a folder that all may enter."""
    with tempfile.TemporaryDirectory(prefix="tanpuhui-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        copy_of(made_home, home)
        for path in [home, *home.rglob("*")]:
            shutil.chown(path, "nobody")
        with nothing_left(home):
            yield home


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
