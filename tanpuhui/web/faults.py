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
