"""What is left behind by processes that died is taken over, never fought."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tanpuhui.web import postgres
from tanpuhui.web.postgres import programs, supervisor
from tests.web.postgres.clients import (
    IS_ROOT,
    PATIENCE_SECONDS,
    client,
    kill,
    nothing_runs,
    pid_of_server,
    wait_until,
)
from tests.web.postgres.conftest import copy_of, nothing_left


def test_after_a_crash_of_the_server_the_next_start_recovers_every_commit(own_home: Path) -> None:
    with client(own_home) as witness:
        with psycopg.connect(witness.said()) as connection:
            connection.execute("create table trips as select 7 as km")
            connection.commit()
            kill(pid_of_server(own_home))

        with postgres.server(own_home) as server, psycopg.connect(server.url()) as connection:
            assert connection.execute("select km from trips").fetchall() == [(7,)]
            assert "automatic recovery" in (own_home / "postgres" / "server.log").read_text()


def test_a_lease_from_before_the_crash_also_keeps_the_new_server(home: Path) -> None:
    with postgres.server(home) as server:
        kill(pid_of_server(home))
        with postgres.server(home):
            pass

        assert server.ready()

    assert pid_of_server(home) is None


@pytest.mark.slow
def test_a_client_killed_while_it_makes_the_database_leaves_nothing_in_the_way(
    fresh_home: Path,
) -> None:
    with client(fresh_home) as killed:
        wait_until((fresh_home / "postgres.new").exists, "the database is being made")
        time.sleep(0.3)
        killed.kill()

    wait_until(lambda: nothing_runs(fresh_home), "the supervisor saw to it")
    with postgres.server(fresh_home) as server:
        assert server.ready()
    assert not (fresh_home / "postgres.new").exists()


def test_a_client_killed_while_the_server_starts_leaves_no_server(home: Path) -> None:
    with client(home) as killed:
        wait_until(lambda: pid_of_server(home) is not None, "the server writes down its pid")
        killed.kill()

        wait_until(lambda: nothing_runs(home), "the supervisor stopped the server")


def test_a_server_that_recovers_is_let_finish_before_it_is_stopped(home: Path) -> None:
    with postgres.server(home) as server:
        pid_file = home / "postgres" / "postmaster.pid"
        truth = pid_file.read_text()
        pid_file.write_text(truth.replace("ready   ", "starting"))
        stopping = threading.Thread(
            target=supervisor.stop,
            args=(str(home / "postgres.leases"), str(home / "postgres"), signal.SIGINT),
            daemon=True,
        )

        stopping.start()
        time.sleep(0.3)
        assert server.ready()

        pid_file.write_text(truth)
        stopping.join(PATIENCE_SECONDS)
        assert not server.ready()


# -- a pid file that is left --------------------------------------------------------------------


@contextlib.contextmanager
def living() -> Iterator[int]:
    """A process of the server's user that has the server's old pid now."""
    other = subprocess.Popen(["sleep", "60"], user="nobody" if IS_ROOT else None)
    try:
        yield other.pid
    finally:
        other.kill()
        other.wait()


@contextlib.contextmanager
def gone() -> Iterator[int]:
    """A pid that no process has."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    yield ended.pid


@contextlib.contextmanager
def unreaped() -> Iterator[int]:
    """A process that is dead, and whose parent has not asked for it yet."""
    ended = subprocess.Popen(["true"], user="nobody" if IS_ROOT else None)
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    yield ended.pid
    ended.wait()


@pytest.mark.parametrize("holder", [living, gone, unreaped])
def test_a_stale_pid_file_stops_no_start_whoever_has_the_pid(
    home: Path, holder: Callable[[], contextlib.AbstractContextManager[int]]
) -> None:
    with holder() as pid:
        _write_pid_file(home, pid)

        with postgres.server(home) as server:
            assert server.ready()


def test_a_stale_pid_file_with_the_pid_of_another_home_s_server_harms_neither(
    home: Path, made_home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    copy_of(made_home, other)
    with nothing_left(other), postgres.server(other) as neighbour:
        pid = pid_of_server(other)
        assert pid is not None
        _write_pid_file(home, pid)

        with postgres.server(home) as server:
            assert server.url() != neighbour.url()
        assert neighbour.ready()


@pytest.mark.skipif(not IS_ROOT, reason="only root starts a process as someone else")
def test_a_stale_pid_file_with_the_pid_of_another_user_s_postgres_accuses_nobody(
    nobodys_home: Path, python_of_nobody: str
) -> None:
    # `nobody` sees the name of the other user's process, but not the folder it works in.
    other = subprocess.Popen(["postgres", "60"], executable="/bin/sleep", user="daemon")
    try:
        _write_pid_file(nobodys_home, other.pid)

        with client(nobodys_home, python_of_nobody, nobodys_home.stat().st_uid) as ordinary:
            assert ordinary.said().startswith("postgresql://")
            ordinary.leave()
    finally:
        other.kill()
        other.wait()


def _write_pid_file(home: Path, pid: int) -> None:
    data = home / "postgres"
    lines = [pid, data, 1_700_000_000, 5432, ".", "", "  2148946         5", "ready   "]
    (data / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines))


def test_a_server_that_was_started_by_hand_is_named_and_left_alone(home: Path) -> None:
    with postgres.server(home):
        pass  # as root: gives the copied folder to nobody
    data = home / "postgres"
    by_hand = subprocess.Popen(
        [programs.find() / "postgres", "-D", "/proc/self/cwd", "-k", ".", "-h", ""],
        cwd=data,
        user=data.stat().st_uid if IS_ROOT else None,
        extra_groups=[] if IS_ROOT else None,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: "ready" in _pid_file(home), "the server by hand is up")

        with pytest.raises(postgres.FolderNotOurs) as refused:
            postgres.lease(home)

        assert f"process {by_hand.pid}" in refused.value.what()
        assert by_hand.poll() is None
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait(PATIENCE_SECONDS)


def _pid_file(home: Path) -> str:
    path = home / "postgres" / "postmaster.pid"
    return path.read_text() if path.exists() else ""


def test_a_home_that_is_removed_while_it_is_served_ends_without_a_noise(own_home: Path) -> None:
    with postgres.server(own_home):
        served_by = pid_of_server(own_home)
        while own_home.exists():  # the server may write a file in between
            shutil.rmtree(own_home, ignore_errors=True)

    # A server whose folder is gone notices within a minute; the test does not wait so long.
    kill(served_by, signal.SIGQUIT)


def test_the_supervisor_loads_nothing_of_ours_and_little_else() -> None:
    shown = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", supervisor.__file__],
        capture_output=True,
        text=True,
        check=False,
    )

    loaded = {line.split("|")[-1].strip() for line in shown.stderr.splitlines() if "|" in line}
    assert "contextlib" in loaded
    assert not {name for name in loaded if name.startswith(("tanpuhui", "asyncio", "subprocess"))}
