"""What can be wrong before the site is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NotAPostgresUrl(Fault):
    """TANPUHUI_DATABASE_URL cannot be read as the address of a PostgreSQL.

    The message never repeats the address, since a password may stand in it.
    """

    code: ClassVar[str] = "WEB-101"
    problem: str

    def what(self) -> str:
        return f"TANPUHUI_DATABASE_URL is not the address of a PostgreSQL: it {self.problem}."

    def remedy(self) -> str:
        return (
            "write postgresql://user:password@host:5432/database, or with a Unix socket\n"
            "postgresql://user@/database?host=/folder/of/the/socket; or unset it, and the\n"
            "platform starts its own"
        )

    def read(self) -> str:
        return "docs/guides/database.md, A PostgreSQL of your own"


@dataclass(eq=False, kw_only=True)
class NewerTables(Fault):
    """The tables of the database are those of a newer tanpuhui.

    Tables are brought forward by each release and never back, so an older one cannot use them.
    """

    code: ClassVar[str] = "WEB-102"
    migrations: tuple[str, ...]

    def what(self) -> str:
        return f"The database was used by a newer tanpuhui (it has {', '.join(self.migrations)})."

    def remedy(self) -> str:
        return "install that tanpuhui or a later one; or name another TANPUHUI_HOME"


@dataclass(eq=False, kw_only=True)
class NoFreePort(Fault):
    """A page cannot be served where it should be, mostly since another program listens there."""

    code: ClassVar[str] = "WEB-103"
    first: int
    last: int
    reason: str

    def what(self) -> str:
        one = self.first == self.last
        ports = f"port {self.first}" if one else f"any port from {self.first} to {self.last}"
        return f"The page cannot be served on {ports} of this machine: {self.reason}."

    def remedy(self) -> str:
        return "end the program that uses it, name another with --port, or type --no-serve"


@dataclass(eq=False, kw_only=True)
class DatabaseGone(Fault):
    """The database ended the connection in the middle, or could not be reached at all.

    A batch counts once its transaction is committed, and not before. So nothing is half posted:
    either all of it stands or nothing does, and the same command tells which.
    """

    code: ClassVar[str] = "WEB-104"
    reason: str

    def what(self) -> str:
        return f"The database went away: {self.reason}."

    def remedy(self) -> str:
        return (
            "run the same command again once the database is up: what was posted is answered with\n"
            "the first result, what was not is posted"
        )

    def read(self) -> str:
        return "docs/guides/database.md, If it does not start"


@dataclass(eq=False, kw_only=True)
class UnfinishedRestore(Fault):
    """A restore into this home was interrupted, so the home is not whole. It is not opened."""

    code: ClassVar[str] = "WEB-105"
    home: str

    def what(self) -> str:
        return f"{self.home} is not whole: a restore into it was begun and did not end."

    def remedy(self) -> str:
        return (
            f"delete {self.home} (and the lake and the tables, if TANPUHUI_LAKE or\n"
            "TANPUHUI_DATABASE_URL put them elsewhere), then restore again:\n"
            "tanpuhui restore FOLDER --keys FOLDER2"
        )

    def read(self) -> str:
        return "docs/guides/keep-it-safe.md"
