"""What the tests of the embedded server share: other processes that use it, and looks at it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from tanpuhui.web import postgres
from tests.tidy.house import ROOT

IS_ROOT = os.geteuid() == 0
SITE = Path(psycopg.__file__).parents[1]
ENVIRONMENT = {"PYTHONPATH": f"{ROOT}{os.pathsep}{SITE}", "PYTHONDONTWRITEBYTECODE": "1"}
PATIENCE_SECONDS = 60.0

HOLD = """\
import sys
from pathlib import Path
from tanpuhui import terms
from tanpuhui.web import postgres
try:
    with postgres.server(Path(sys.argv[1])) as server:
        print(server.url(), flush=True)
        sys.stdin.readline()
except terms.Fault as fault:
    print(fault.code, flush=True)
"""


ALONE = """\
import os, signal, sys, warnings
from pathlib import Path
from tanpuhui.web import postgres
warnings.simplefilter("ignore")         # newer Pythons warn of forks beside threads
home = Path(sys.argv[1])
"""


def run_alone(home: Path, program: str, **environment: str) -> list[str]:
    """The lines that a program prints; it forks, which pytest's own process had better not.

    They go through a file: a child that hangs would hold a pipe open, and the test would hang too.
    """
    with tempfile.TemporaryFile("w+") as printed:
        ran = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", ALONE + textwrap.dedent(program), home],
            env=ENVIRONMENT | dict(environment),
            stdout=printed,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        printed.seek(0)
        assert ran.returncode == 0, printed.read()
        return printed.read().splitlines()


class Client:
    """Another process with a lease, until it is told to leave or killed."""

    def __init__(self, home: Path, python: str = sys.executable, uid: int | None = None) -> None:
        self.process = subprocess.Popen(
            [python, "-c", HOLD, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
            user=uid,
            extra_groups=None if uid is None else [],
            start_new_session=True,
        )

    def said(self) -> str:
        """The URL of the server, once it is up; or the code of the fault."""
        assert self.process.stdout is not None
        spoke, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        assert spoke, f"after {PATIENCE_SECONDS} s still no server and no fault"
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        """End the ``with`` and wait for the end of the process."""
        self.be_told_to_leave()
        assert self.process.wait(PATIENCE_SECONDS) == 0

    def be_told_to_leave(self) -> None:
        """End the ``with``, without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def kill(self) -> None:
        """End it as the system ends a process that takes too much memory."""
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()


@contextlib.contextmanager
def client(home: Path, python: str = sys.executable, uid: int | None = None) -> Iterator[Client]:
    """A client that does not outlive the test."""
    found = Client(home, python, uid)
    try:
        yield found
    finally:
        found.kill()


def pid_of_server(home: Path) -> int | None:
    """The server's first process, as PostgreSQL wrote it down."""
    try:
        return int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None


def processes(text: str) -> list[int]:
    """The living processes whose command or working folder has this text."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            where = os.fsencode(os.readlink(entry / "cwd"))
            if command and (os.fsencode(text) in command or os.fsencode(text) in where):
                found.append(int(entry.name))
    return sorted(set(found) - {os.getpid()})


def supervisors(home: Path) -> list[int]:
    """The supervisors of this home."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes().split(b"\0")
            is_supervisor = any(part.endswith(b"supervisor.py") for part in command)
            if is_supervisor and os.fsencode(home / "postgres.leases") in command:
                found.append(int(entry.name))
    return found


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait for what other processes bring about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"after {PATIENCE_SECONDS} s still not: {what}"
        time.sleep(0.05)


def nothing_runs(home: Path) -> bool:
    """Whether neither a server, nor an orphan of one, nor a supervisor of this home lives."""
    return not processes(str(home))


def kill(pid: int | None, how: int = signal.SIGKILL) -> None:
    """Send a signal to a process that this test knows."""
    assert pid is not None
    os.kill(pid, how)


def superuser(server: postgres.Server) -> str:
    """The URL as the role of the database's superuser, which only tests and operators use."""
    return server.url().replace("//tanpuhui@/tanpuhui?", "//postgres@/postgres?")
