"""Leases: who uses the embedded server, and so when it starts and stops.

A lease is a shared lock on one file. It ends when it is released, or with the process that holds
it, killed or not. A forked child inherits the lease of its parent: the server stays until both
have ended. A program that a process starts (exec) inherits nothing and takes a lease of its own;
and a process that closes all its files, to become a daemon, takes its lease after that.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path

from tanpuhui.terms import Fault
from tanpuhui.web.postgres import cluster, programs, supervisor
from tanpuhui.web.postgres.faults import HomeNotWritable, StartFailed
from tanpuhui.web.postgres.places import Places

OWN_DATABASE = "TANPUHUI_DATABASE_URL"

# A child forked while another thread starts the server must not keep the locks of the start. No
# fork happens while a descriptor is open and not in the list, or closed and still in it.
_held_for_a_start: set[int] = set()
_listing = threading.Lock()


def _drop_in_child() -> None:
    for descriptor in _held_for_a_start:
        os.close(descriptor)
    _held_for_a_start.clear()
    _listing.release()


if sys.platform != "win32":
    os.register_at_fork(
        before=_listing.acquire, after_in_parent=_listing.release, after_in_child=_drop_in_child
    )


class Server:
    """A running server, and the lease that keeps it running.

    Args:
        home: the platform's home folder.
        lease: the descriptor that holds the lock.
    """

    def __init__(self, home: Path, lease: int) -> None:
        self.home = home
        self._places = Places(home)
        self._lease: int | None = lease
        self._socket_folder = supervisor.socket_folder_of(str(self._places.data))

    def url(self) -> str:
        """Where the database is, for psycopg and every other client made with libpq.

        The role owns the database and is no superuser.
        """
        host = urllib.parse.quote(os.fsencode(self._socket_folder), safe="")
        return f"postgresql://{cluster.ROLE}@/{cluster.DATABASE}?host={host}&port={cluster.PORT}"

    def ready(self) -> bool:
        """Whether the server takes connections at this moment."""
        return _takes_connections(self._places)

    def release(self) -> None:
        """Give the lease back; whoever was the last stops the server before this returns.

        Giving back twice is giving back once. In a forked child this gives back the child's part
        only.
        """
        if self._lease is None:
            return
        os.close(self._lease)
        self._lease = None
        _stop_if_last(self._places)


def _stop_if_last(places: Places) -> None:
    leases = str(places.leases)
    try:
        descriptor = supervisor.open_lock(leases, supervisor.CLIENTS)
    except FileNotFoundError:  # the home is gone; the supervisor still has its own file
        return
    try:
        # Waits while another one stops the server. Two that leave at once both share the lock
        # here; asking to have it alone gives it up first, so one of them gets it.
        deadline = time.monotonic() + supervisor.STOP_SECONDS
        while not supervisor.lock_shared(descriptor) and time.monotonic() < deadline:
            time.sleep(supervisor.POLL_SECONDS)
        if supervisor.lock_alone(descriptor):
            supervisor.stop(leases, str(places.data), signal.SIGINT)
    finally:
        os.close(descriptor)


def lease(home: Path) -> Server:
    """A running server with a lease on it, for as long as the process runs.

    For a process with a beginning and an end in one place, `server` is shorter. After
    `Server.release`, or when the process ends in whatever way, the lease has ended.

    Args:
        home: the platform's home folder; made if it is not there.

    Raises:
        Fault: the server cannot run here; see the faults of this package.
    """
    if sys.platform == "win32":
        raise programs.refuse_windows()
    try:
        return _leased(home)
    except OSError as error:
        raise _fault_of(home, error) from error


def _fault_of(home: Path, error: OSError) -> Fault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return cluster.disk_full(Places(home), "writing there")
    reason = error.strerror or str(error)
    at = f" ({error.filename})" if error.filename else ""
    return HomeNotWritable(home=str(home), reason=f"{reason}{at}")


def _leased(home: Path) -> Server:
    home.mkdir(parents=True, exist_ok=True)
    places = Places(home.resolve())
    cluster.refuse_foreign_folder(places)
    places.leases.mkdir(mode=0o700, exist_ok=True)
    descriptor = supervisor.open_lock(str(places.leases), supervisor.CLIENTS)
    try:
        _wait_while_it_stops(places, descriptor)
        _ensure_supervisor(places)
        _ensure_server(places)
        return Server(places.home, descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _wait_while_it_stops(places: Places, descriptor: int) -> None:
    deadline = time.monotonic() + supervisor.STOP_SECONDS
    while not supervisor.lock_shared(descriptor):
        if time.monotonic() > deadline:
            raise cluster.late(places, supervisor.STOP_SECONDS, "stopping")
        time.sleep(supervisor.POLL_SECONDS)


@contextlib.contextmanager
def _opened(places: Places, name: str) -> Iterator[int]:
    """A lock file, for the time of a start."""
    with _listing:
        descriptor = supervisor.open_lock(str(places.leases), name)
        _held_for_a_start.add(descriptor)
    try:
        yield descriptor
    finally:
        with _listing:
            os.close(descriptor)
            _held_for_a_start.discard(descriptor)


def _ensure_supervisor(places: Places) -> None:
    """One supervisor, started before the server, so that no server is ever without."""
    with _opened(places, supervisor.SUPERVISOR) as descriptor:
        if not supervisor.lock_alone(descriptor):
            return
        bare = [sys.executable, "-I", "-S", supervisor.__file__]
        try:
            subprocess.run(
                [*bare, str(places.leases), str(places.data)],
                cwd="/",
                env=programs.ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=descriptor,
                start_new_session=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            log = places.leases / supervisor.SUPERVISOR
            raise StartFailed(
                doing="starting the supervisor", log=str(log), lines=(str(error),)
            ) from None


def _ensure_server(places: Places) -> None:
    """Join the server, start it, or wait for who starts it; and take over if that one gives up."""
    deadline = time.monotonic() + cluster.START_SECONDS
    while True:
        with _opened(places, supervisor.SERVER) as descriptor:
            if supervisor.lock_alone(descriptor):
                cluster.start(places, descriptor)
                return
        if _takes_connections(places):
            return
        if time.monotonic() > deadline:
            raise cluster.late(places, cluster.START_SECONDS, "starting, or ending after a crash")
        time.sleep(supervisor.POLL_SECONDS)


def _takes_connections(places: Places) -> bool:
    socket_folder = supervisor.socket_folder_of(str(places.data))
    if not socket_folder:
        return False
    asked = ["-q", "-t", "3", "-h", socket_folder, "-p", str(cluster.PORT)]
    answer = subprocess.run(
        [programs.find() / "pg_isready", *asked, "-U", cluster.ROLE, "-d", cluster.DATABASE],
        env=programs.ENVIRONMENT,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return answer.returncode == 0


@contextlib.contextmanager
def server(home: Path) -> Iterator[Server]:
    """A running server inside the ``with``; it is joined if it runs, and stopped by the last.

    Args and Raises: as for `lease`.
    """
    leased = lease(home)
    try:
        yield leased
    finally:
        leased.release()


@contextlib.contextmanager
def url(environment: Mapping[str, str], home: Path) -> Iterator[str]:
    """The URL of the database to use: the operator's own, or that of the embedded server.

    Args:
        environment: where TANPUHUI_DATABASE_URL is looked up; if set, nothing is started.
        home: as for `lease`.
    """
    own = environment.get(OWN_DATABASE, "").strip()
    if own:
        yield own
        return
    with server(home) as started:
        yield started.url()
