"""What can be wrong with what is typed for the library's commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NoSuchVersion(Fault):
    """A side of ``library diff`` is no folder, no revision and no methodology.

    A folder is a library, or holds one named ``library``; a revision is one of the git repository
    that you stand in, and has a folder ``library``. Two ids compare two methodologies.
    """

    code: ClassVar[str] = "CLI-201"
    given: str
    problem: str

    def what(self) -> str:
        return f"{self.given!r} names no version of the library: {self.problem}."

    def remedy(self) -> str:
        return (
            "give a folder laid out like 'library/', a git revision such as v1.2 or HEAD~1,\n"
            "or the ids of two methodologies"
        )


@dataclass(eq=False, kw_only=True)
class FileExists(Fault):
    """``library new`` would write over a file.

    It writes only where nothing is, so that no work is lost to a slip.
    """

    code: ClassVar[str] = "CLI-202"
    file: str

    def what(self) -> str:
        return f"There is a file {self.file} already."

    def remedy(self) -> str:
        return "choose another id, or another folder with --into; or remove the file first"


@dataclass(eq=False, kw_only=True)
class WrongNewId(Fault):
    """An id that no file of the library can have: its parts become folders and a file."""

    code: ClassVar[str] = "CLI-203"
    id: str
    problem: str

    def what(self) -> str:
        return f"{self.id!r} can be no id: {self.problem}."

    def remedy(self) -> str:
        return (
            "write family.subject.publisher_year in small letters, digits and underscores,\n"
            "such as food.own_bowl.example_2026"
        )
