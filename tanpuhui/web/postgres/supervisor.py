"""Stops a server that nobody uses; run as a program, waits for that moment first.

Three files in the folder ``postgres.leases`` carry locks of the kernel (flock), which end with the
last process that holds them, whatever ends it; nothing is ever swept, and no pid is compared:

* ``clients``: shared by every process with a lease; taken alone by who stops the server.
* ``server``: taken by who starts the server, and inherited by every process of the server; so it
  is free when, and only when, no process of a server lives, orphans of a crash included.
* ``supervisor``: held by the supervisor.

The supervisor sleeps in the kernel until it has ``clients`` for itself, which is when the last
lease has ended. It is started as a file, with a bare interpreter, by the first client, which hands
it the locked ``supervisor`` file as its standard error; so this file imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

if sys.platform != "win32":  # there the package refuses before it locks anything
    import fcntl

CLIENTS = "clients"
SERVER = "server"
SUPERVISOR = "supervisor"

STOP_SECONDS = 600.0
POLL_SECONDS = 0.02


def open_lock(folder: str, name: str) -> int:
    """A new descriptor of a lock file, which is made where it is not there yet."""
    return os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def lock_shared(descriptor: int) -> bool:
    """Whether the lock could be had at once, together with others that share it."""
    return _lock(descriptor, fcntl.LOCK_SH)


def lock_alone(descriptor: int) -> bool:
    """Whether the lock could be had at once, for this descriptor and its heirs alone."""
    return _lock(descriptor, fcntl.LOCK_EX)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop(leases: str, data: str, how: int, wait_seconds: float = STOP_SECONDS) -> bool:
    """Whether no process of the server lives any more, after it was told to stop.

    The caller holds ``clients`` alone. A server that still starts is told when it is up, however
    long that takes: recovery that is broken off begins again from the start. No program of
    PostgreSQL is called: they may have been deleted with their environment while the server ran.

    Args:
        leases: the folder of the lock files.
        data: the data folder.
        how: SIGINT, the fast way, which ends sessions and leaves nothing to recover; or SIGQUIT,
            which leaves recovery to the next start and loses no commit either.
        wait_seconds: how long to wait once it was told, or is dead.
    """
    deadline = time.monotonic() + wait_seconds
    told: int | None = None
    socket_folder = ""
    descriptor = open_lock(leases, SERVER)
    try:
        while not lock_alone(descriptor):
            pid = postmaster_of(data)
            if pid is not None and pid != told:
                deadline = time.monotonic() + wait_seconds
                if status_of(data) not in ("", "starting"):
                    socket_folder = socket_folder_of(data)
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, how)
                    told = pid
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
    finally:
        os.close(descriptor)
    if os.path.basename(socket_folder).startswith("tanpuhui-"):
        with contextlib.suppress(OSError):
            os.rmdir(socket_folder)
    return True


def postmaster_of(data: str) -> int | None:
    """The pid of the server's first process, if ``postmaster.pid`` names a living one.

    A stale file may name a pid that something else has now, or a process that is dead and not yet
    reaped; neither is the server.
    """
    first = _lines_of_pid_file(data)[:1]
    if not first or not first[0].isdigit():
        return None
    pid = int(first[0])
    return pid if _is_postgres(pid) and not _works_elsewhere(pid, data) else None


def socket_folder_of(data: str) -> str:
    """The folder of the socket, as the server in this data folder wrote it down; or ''."""
    lines = _lines_of_pid_file(data)
    return os.path.join(data, lines[4]).removesuffix("/.") if len(lines) > 4 else ""


def status_of(data: str) -> str:
    """What the server in this data folder last said of itself: starting, ready, stopping; or ''."""
    lines = _lines_of_pid_file(data)
    return lines[7] if len(lines) > 7 else ""


def _lines_of_pid_file(data: str) -> list[str]:
    """pid, data folder, start, port, socket folder, address, shared memory, status."""
    path = os.path.join(data, "postmaster.pid")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return [line.strip() for line in file]
    except OSError:
        return []


def _is_postgres(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = os.fsdecode(file.read().split(b"\0")[0])  # empty for the dead
    except OSError:
        if os.path.isdir("/proc/self"):
            return False
        command = _command_by_ps(pid)
    return os.path.basename(command).startswith("postgres")


def _command_by_ps(pid: int) -> str:
    """The program of a process, where there is no /proc (macOS)."""
    import subprocess

    asked = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _works_elsewhere(pid: int, data: str) -> bool:
    """Whether it is known that the process serves another data folder.

    A server sits in its folder, and runs as who owns it; where another user's server sits, we may
    not see.
    """
    try:
        if os.stat(f"/proc/{pid}").st_uid != os.stat(data).st_uid:
            return True
        return not os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False


def main() -> None:
    """Detach, wait until the last lease has ended, stop the server, go."""
    leases, data = sys.argv[1:]
    if os.fork():
        os._exit(0)
    clients = open_lock(leases, CLIENTS)
    fcntl.flock(clients, fcntl.LOCK_EX)
    if not stop(leases, data, signal.SIGINT):
        stop(leases, data, signal.SIGQUIT)
    # The place of the supervisor is free before a new client can ask whether it is taken.
    os.close(sys.stderr.fileno())
    os._exit(0)


if __name__ == "__main__":
    main()
