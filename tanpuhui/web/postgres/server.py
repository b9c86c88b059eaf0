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
SUPERVISOR_SECONDS = 60.0  # for a bare interpreter to come up, on a machine that is very busy
ASK_SECONDS = 10.0  # more than the 3 s that pg_isready itself takes at most

# A child forked while another thread starts the server must not keep the locks of the start. No
# fork happens while a descriptor is open and not in the list, or closed and still in it.
_held_for_a_start: set[int] = set()
_listing = threading.Lock()


def _drop_in_child() -> None:
    for descriptor in _held_for_a_start:
        with contextlib.suppress(OSError):
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
        places: where it lies.
        lease: the descriptor that holds the lock.
        socket_folder: where clients find the server's socket.
    """

    def __init__(self, places: Places, lease: int, socket_folder: str) -> None:
        self._places = places
        self._lease: int | None = lease
        self._socket_folder = socket_folder

    def url(self) -> str:
        """Where the database is, for psycopg and every other client made with libpq.

        The role owns the database and is no superuser.
        """
        host = urllib.parse.quote(os.fsencode(self._socket_folder), safe="")
        return f"postgresql://{cluster.ROLE}@/{cluster.DATABASE}?host={host}&port={cluster.PORT}"

    def ready(self) -> bool:
        """Whether the server takes connections at this moment."""
        return _takes_connections(supervisor.socket_folder_of(str(self._places.data)))

    def release(self) -> None:
        """Give the lease back; if it was the last, the server is stopped before this returns.

        Only where several leave in the same instant may it be stopped a moment later. Giving back
        twice is giving back once. In a forked child this gives back the child's part only.
        """
        lease, self._lease = self._lease, None
        if lease is None:
            return
        os.close(lease)
        _stop_if_last(self._places)


def _shared_in_time(descriptor: int) -> bool:
    """Whether the lock could be shared before the time for a stop was over."""
    deadline = time.monotonic() + supervisor.STOP_SECONDS
    while not supervisor.lock_shared(descriptor):
        if time.monotonic() > deadline:
            return False
        time.sleep(supervisor.POLL_SECONDS)
    return True


def _stop_if_last(places: Places) -> None:
    leases = str(places.leases)
    try:
        descriptor = supervisor.open_lock(leases, supervisor.CLIENTS)
    except FileNotFoundError:  # the home is gone; the supervisor still has its own file
        return
    try:
        # Waits while another one, mostly the supervisor, stops the server. Two that leave at once
        # both share the lock here; asking to have it alone gives it up first, so one of them, or
        # the supervisor, gets it, and the other waits for that one.
        if _shared_in_time(descriptor):
            if supervisor.lock_alone(descriptor):
                supervisor.stop(leases, str(places.data), signal.SIGINT)
            else:
                _shared_in_time(descriptor)
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
    if "\n" in str(places.home):
        raise HomeNotWritable(home=str(home), reason="its path has a line break in it")
    cluster.refuse_foreign_folder(places)
    places.leases.mkdir(mode=0o700, exist_ok=True)
    descriptor = supervisor.open_lock(str(places.leases), supervisor.CLIENTS)
    try:
        if not _shared_in_time(descriptor):
            raise cluster.late(places, supervisor.STOP_SECONDS, "stopping")
        _ensure_supervisor(places)
        return Server(places, descriptor, _ensure_server(places))
    except BaseException:
        os.close(descriptor)
        raise


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
                timeout=SUPERVISOR_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            log = places.leases / supervisor.SUPERVISOR
            raise StartFailed(
                doing="starting the supervisor", log=str(log), lines=(str(error),)
            ) from None


def _ensure_server(places: Places) -> str:
    """The folder of the socket of a server that is joined, started, or started by someone else.

    If the one who starts it gives up, this one takes over. Recovery after a crash is part of a
    start, and may take minutes.
    """
    deadline = time.monotonic() + cluster.START_SECONDS
    started: cluster.Start | None = None
    while True:
        with _opened(places, supervisor.SERVER) as descriptor:
            if supervisor.lock_alone(descriptor):  # so no process of a server lives
                if started is not None:
                    raise cluster.start_failed(places, started)
                started = cluster.start(places, descriptor)
        if supervisor.status_of(str(places.data)) == "ready":
            socket_folder = supervisor.socket_folder_of(str(places.data))
            if _takes_connections(socket_folder):
                return socket_folder
        if time.monotonic() > deadline:
            raise cluster.late(places, cluster.START_SECONDS, "starting, or ending after a crash")
        time.sleep(supervisor.POLL_SECONDS)


def _takes_connections(socket_folder: str) -> bool:
    """Whether the server of this socket takes them at this moment; '' is no socket."""
    if not socket_folder:
        return False
    asked = ["-q", "-t", "3", "-h", socket_folder, "-p", str(cluster.PORT)]
    try:
        answer = subprocess.run(
            [programs.find() / "pg_isready", *asked, "-U", cluster.ROLE, "-d", cluster.DATABASE],
            env=programs.ENVIRONMENT,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=ASK_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
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
