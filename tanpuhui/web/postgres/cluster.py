"""The data folder: how it is made, checked and served.

Everything here happens under the lock ``server``, so one process at a time does it. The programs
are started inside the data folder and are told ``.`` for it, so no other user has to pass through
the folders above, and no character of the path can trouble a shell.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from tanpuhui.terms import Fault
from tanpuhui.web.postgres import programs, supervisor
from tanpuhui.web.postgres.faults import (
    DiskFull,
    FolderNotOurs,
    HomeNotWritable,
    NotReadyInTime,
    NoUserToRunAs,
    OtherMajorVersion,
    StartFailed,
)
from tanpuhui.web.postgres.places import Places
from tanpuhui.web.postgres.programs import Owner

PORT = 5432  # part of the socket's name; nothing listens on a network
ROLE = "tanpuhui"
DATABASE = "tanpuhui"
START_SECONDS = 600.0  # recovery of 2.4 GB of journal took 73 s

# The address of a socket holds 108 bytes on Linux, 104 elsewhere, the last of them a zero.
MOST_BYTES_OF_A_SOCKET = 107 if sys.platform == "linux" else 103
MOST_LINES_SHOWN = 15
MOST_BYTES_OF_THE_LOG = 10_000_000

# Written into postgresql.conf of a new folder, where an operator may change them. Meant for two
# cores and 8 GB upwards. What makes commits durable (fsync, synchronous_commit, full_page_writes)
# is left on, as PostgreSQL has it.
SETTINGS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# Containers have 64 MB of shared memory, too little for one parallel join.
LEAST_SHARED_MEMORY_BYTES = 512 * 2**20

# The application's role owns its database and may make others (for tests), but is no superuser.
SETUP_SQL = f"""\
CREATE ROLE {ROLE} LOGIN CREATEDB;
CREATE DATABASE {DATABASE} OWNER {ROLE};
"""


def refuse_foreign_folder(places: Places) -> None:
    """Refuse a data folder that this user cannot serve, whatever else is right or wrong with it.

    Raises:
        FolderNotOurs: it belongs to another user, and we are not root.
    """
    if not places.data.exists() or os.geteuid() == 0:
        return
    uid = places.data.stat().st_uid
    if uid != os.geteuid():
        raise FolderNotOurs(
            folder=str(places.data),
            reason=f"belongs to {programs.name_of(uid)}, and you are not that user",
            do="run the command as who made the folder (root, if that was with sudo or in a\n"
            "container); or set TANPUHUI_HOME to another folder",
        )


@dataclass(frozen=True)
class Start:
    """A server that was started and may not be up yet.

    Args:
        log_start: where its part of the log begins, bytes.
        printed: what pg_ctl said.
    """

    log_start: int
    printed: str


def start(places: Places, server_lock: int) -> Start:
    """Start the server on the data folder, which is made if it is not there; wait for nothing.

    pg_ctl would wait, but compares clocks: where the time of the machine is set back in between,
    it never sees the server that it started.

    Args:
        places: the home.
        server_lock: the descriptor of the lock, which every process of the server inherits.

    Raises:
        Fault: any of this package but `NotReadyInTime`.
    """
    is_new = not _is_a_data_folder(places)
    if not is_new:
        _refuse_server_by_hand(places)
    owner = _owner(places)
    found = programs.reachable_by(owner)
    if is_new:
        _make(places, owner, found, server_lock)
    private = _private_folder(places, owner)
    _clear_stale(places, private or places.data)
    log_start = _begin_log(places)
    options = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": "." if private is None else _quoted(private),
        "unix_socket_permissions": "0700",
        "cluster_name": "tanpuhui",
        "recovery_init_sync_method": _sync_method(),
        **_shared_memory(),
    }
    code, printed = programs.run(
        [
            *(found / "pg_ctl", "start", "-D", _here(owner), "-l", places.log.name, "-W", "-s"),
            *("-o", shlex.join(f"--{name}={value}" for name, value in options.items())),
        ],
        owner=owner,
        folder=places.data,
        heirs_of=[server_lock],
    )
    if code != 0:
        raise failure(places, "starting the server", printed)
    return Start(log_start, printed)


def start_failed(places: Places, start: Start) -> Fault:
    """The fault that the server ended before it was up, with what it said."""
    logged = _log_since(places, start.log_start)
    return failure(places, "starting the server", logged or start.printed)


def _here(owner: Owner) -> str:
    """The name of the current folder for a program of PostgreSQL.

    Given ``.`` the server asks for the absolute path and enters that, which another user than the
    folder's may be unable to do. This name leads to the same place without the way there.
    """
    return "." if owner.is_me() or sys.platform != "linux" else "/proc/self/cwd"


# -- the folder -----------------------------------------------------------------------------------


def _is_a_data_folder(places: Places) -> bool:
    """Whether the data folder is made; what is not ours is refused before anything touches it."""
    if not places.data.exists() or not any(places.data.iterdir()):
        return False
    version = places.data / "PG_VERSION"
    if not version.is_file():
        raise FolderNotOurs(
            folder=str(places.data),
            reason="holds files, but is no data folder of PostgreSQL",
            do="look at what is in it and move it away, or set TANPUHUI_HOME to another folder",
        )
    found = version.read_text(encoding="ascii", errors="replace").strip()
    if found != str(programs.MAJOR_VERSION):
        raise OtherMajorVersion(folder=str(places.data), found=found, wanted=programs.MAJOR_VERSION)
    return True


def _owner(places: Places) -> Owner:
    """Whom the data folder belongs to, or will; what root copied there is given to nobody."""
    if not places.data.exists():
        return programs.owner_of_new_folders()
    about = places.data.stat()
    if about.st_uid != 0:
        return Owner(about.st_uid, about.st_gid)
    owner = programs.owner_of_new_folders()
    _give(places.data, owner)
    return owner


def _give(folder: Path, owner: Owner) -> None:
    try:
        for path in [*folder.rglob("*"), folder]:
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
        folder.chmod(0o700)
    except OSError as error:
        reason = f"this root may not give files away ({error.strerror})"
        raise NoUserToRunAs(reason=reason) from None


def _make(places: Places, owner: Owner, found: Path, server_lock: int) -> None:
    """Make the data folder, under another name until it is whole."""
    new = places.unfinished
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if not owner.is_me():
        _give(new, owner)
    for doing, given, command in _steps(found, _here(owner)):
        code, printed = programs.run(
            command, owner=owner, folder=new, heirs_of=[server_lock], given=given
        )
        if code != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise failure(places, doing, printed)
    new.rename(places.data)
    _sync(places.home)


def _steps(found: Path, here: str) -> list[tuple[str, str, list[str | Path]]]:
    """What makes a data folder: what is done, what the program reads, and its command.

    The data is put on disk once, when all is done.
    """
    initdb, single = found / "initdb", found / "postgres"
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    making: list[str | Path] = [
        *(initdb, "-D", here, "--username=postgres", "--no-instructions", "--no-sync"),
        *("--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", *settings),
    ]
    naming: list[str | Path] = [
        *(single, "--single", "-D", here, "-F", "--exit_on_error=on", "--log_checkpoints=off"),
        "postgres",
    ]
    return [
        ("making the data folder", "", making),
        ("making the database", SETUP_SQL, naming),
        (
            "writing to disk",
            "",
            [initdb, "-D", here, "--sync-only", f"--sync-method={_sync_method()}"],
        ),
    ]


def _sync_method() -> str:
    """How a whole data folder is put on disk, after it was made and before recovery.

    File by file (fsync) takes seconds, the whole disk at once (syncfs) a tenth of one; but older
    Linux does not report what could not be written that way.
    """
    if sys.platform != "linux":
        return "fsync"
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return "syncfs" if release and (int(release[1]), int(release[2])) >= (5, 8) else "fsync"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_server_by_hand(places: Places) -> None:
    pid = supervisor.postmaster_of(str(places.data))
    if pid is not None:
        raise FolderNotOurs(
            folder=str(places.data),
            reason=f"is served by process {pid}, which tanpuhui did not start",
            do=f"stop that server (kill -INT {pid}) and run the command again; or, to use it,\n"
            "set TANPUHUI_DATABASE_URL to its address",
        )


def _clear_stale(places: Places, socket_folder: Path) -> None:
    """Remove the pid files of a server that is dead; its pid may be another process's by now.

    PostgreSQL asks only whether a process with that pid lives, and then refuses to start. After a
    restart of a container, which numbers its processes alike each time, that is the rule; and a
    dead process that nobody has asked for yet counts as living.
    """
    (places.data / "postmaster.pid").unlink(missing_ok=True)
    (socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


# -- the socket, the log, the memory --------------------------------------------------------------


def _private_folder(places: Places, owner: Owner) -> Path | None:
    """A folder for the socket, where clients cannot use its path in the data folder; else None."""
    if _clients_can_use(places.data):
        return None
    mark = hashlib.sha256(os.fsencode(places.home)).hexdigest()[:16]
    for folder in programs.temporary_folders():
        private = folder / f"tanpuhui-{mark}"
        if _clients_can_use(private) and _is_private(private, owner):
            return private
    raise HomeNotWritable(
        home=str(places.home),
        reason=f"its path cannot be that of a socket (longer than {MOST_BYTES_OF_A_SOCKET} bytes "
        "with the socket's name, or a comma in it, or not UTF-8), and neither $TMPDIR nor /tmp "
        "can hold one for you alone",
    )


def _clients_can_use(folder: Path) -> bool:
    """Whether a socket in this folder has an address: libpq splits at commas, psycopg has text."""
    name = os.fsencode(folder / f".s.PGSQL.{PORT}")
    is_text = name.decode(errors="ignore").encode() == name
    return len(name) <= MOST_BYTES_OF_A_SOCKET and b"," not in name and is_text


def _quoted(folder: Path) -> str:
    """The folder as PostgreSQL reads it in a list of folders."""
    return '"' + str(folder).replace('"', '""') + '"'


def _is_private(folder: Path, owner: Owner) -> bool:
    """Whether the folder is there, or can be made, for the owner alone.

    Someone else may have made one of this name in a folder that all may write in.
    """
    with contextlib.suppress(OSError):
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, owner.uid, owner.gid)
        about = folder.lstat()
        is_ours = stat.S_ISDIR(about.st_mode) and about.st_uid == owner.uid
        if is_ours and not about.st_mode & 0o077:
            entered = programs.run(
                ["/bin/sh", "-c", 'cd "$0"', folder], owner=owner, folder=Path("/")
            )
            return entered[0] == 0
    return False


def _begin_log(places: Places) -> int:
    """Where the log of this start begins, bytes; a large log is put aside, and one is kept."""
    try:
        size = places.log.lstat().st_size
    except FileNotFoundError:
        return 0
    if size <= MOST_BYTES_OF_THE_LOG:
        return size
    places.log.replace(places.log.with_suffix(".log.1"))
    return 0


def _log_since(places: Places, start: int) -> str:
    try:
        descriptor = os.open(places.log, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        file.seek(start)
        return file.read(MOST_BYTES_OF_THE_LOG).decode(errors="replace")


def _shared_memory() -> dict[str, str]:
    """Where processes of one query meet: in files of the data folder, if memory is scarce."""
    try:
        about = os.statvfs("/dev/shm")
    except OSError:
        return {}
    is_scarce = about.f_blocks * about.f_frsize < LEAST_SHARED_MEMORY_BYTES
    return {"dynamic_shared_memory_type": "mmap"} if is_scarce else {}


def failure(places: Places, doing: str, printed: str) -> Fault:
    """The fault that the last words of a program speak of."""
    if "No space left on device" in printed or "Disk quota exceeded" in printed:
        return disk_full(places, doing)
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    return StartFailed(doing=doing, log=str(places.log), lines=tuple(lines[-MOST_LINES_SHOWN:]))


def disk_full(places: Places, doing: str) -> DiskFull:
    """The fault that the disk is full, with what is free by now."""
    folder = next(path for path in (places.home, *places.home.parents) if path.exists())
    free_bytes = shutil.disk_usage(folder).free
    return DiskFull(folder=str(places.data), free_bytes=free_bytes, doing=doing)


def late(places: Places, waited_seconds: float, doing: str) -> NotReadyInTime:
    """The fault that the server is not there yet."""
    return NotReadyInTime(
        folder=str(places.data),
        waited_seconds=waited_seconds,
        log=str(places.log),
        doing=doing,
    )
