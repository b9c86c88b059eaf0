"""What can be wrong when a plan runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NoEngine(Fault):
    """An engine was asked for that this installation does not have."""

    code: ClassVar[str] = "ENG-101"
    engine: str
    engines: tuple[str, ...]

    def what(self) -> str:
        return f"There is no engine {self.engine!r}."

    def remedy(self) -> str:
        return f"use one of {', '.join(self.engines)}, with --engine or TANPUHUI_ENGINE"


@dataclass(eq=False, kw_only=True)
class StrangeEngine(Fault):
    """An engine writes numbers in other bytes than those that seals are made of.

    It is not the version that was installed with this release. What it sealed, nobody could verify.
    """

    code: ClassVar[str] = "ENG-110"
    engine: str
    version: str

    def what(self) -> str:
        return f"{self.engine} {self.version} packs numbers in another way than seals need."

    def remedy(self) -> str:
        return "install the version that requirements.lock names; nothing was posted"


@dataclass(eq=False, kw_only=True)
class MissingColumns(Fault):
    """A table lacks columns that a plan reads."""

    code: ClassVar[str] = "ENG-102"
    missing: tuple[str, ...]
    found: tuple[str, ...]
    wanted_by: str

    def what(self) -> str:
        return (
            f"The records have no column {', '.join(self.missing)}, which {self.wanted_by} reads."
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """The columns that are there."""
        return (("Found", ", ".join(self.found) or "no column"),)

    def remedy(self) -> str:
        return "add the columns, named and in the units of the scene; or name another methodology"


@dataclass(eq=False, kw_only=True)
class UnreadableFile(Fault):
    """A file of records is damaged or is no file of its kind: cut off, ragged, not UTF-8.

    Nothing of it was taken in. Other files of the same run are not touched by it.
    """

    code: ClassVar[str] = "ENG-107"
    problem: str

    def what(self) -> str:
        return f"The file cannot be read: {self.problem}."

    def remedy(self) -> str:
        return (
            "ask the partner for the file again, or mend it: UTF-8, one header row, rows of one\n"
            "length; files of Chinese spreadsheets are often GB 18030: iconv -f GB18030 -t UTF-8 F"
        )


@dataclass(eq=False, kw_only=True)
class WrongType(Fault):
    """A column has another type than asked for, or one that no plan reads.

    A bug of ours, please report it.
    """

    code: ClassVar[str] = "ENG-103"
    what_has_it: str
    column: str
    found: str
    wanted: str

    def what(self) -> str:
        return f"{self.what_has_it}: column {self.column} is {self.found}, not {self.wanted}."

    def remedy(self) -> str:
        return "report it with the command you typed; nothing was kept"


@dataclass(eq=False, kw_only=True)
class SceneNeeded(Fault):
    """A record names no scene, or none that the methodology serves, so no case can take it."""

    code: ClassVar[str] = "ENG-104"
    methodology: str
    scenes: tuple[str, ...]
    given: tuple[str, ...] = ()  # the keys that do not tell which
    asked: str | None = None  # the scene that was named and is not served

    def what(self) -> str:
        if self.asked is not None:
            return f"{self.methodology} does not serve the scene {self.asked!r}."
        got = f"; {', '.join(self.given)} does not tell which" if self.given else ""
        return f"{self.methodology} serves {len(self.scenes)} scenes{got}."

    def remedy(self) -> str:
        return f"say which: scene={'|'.join(self.scenes)}"


@dataclass(eq=False, kw_only=True)
class UnknownKey(Fault):
    """A value was given under a name that the methodology does not read."""

    code: ClassVar[str] = "ENG-105"
    key: str
    known: tuple[str, ...]
    methodology: str

    def what(self) -> str:
        return f"{self.methodology} does not read {self.key!r}."

    def remedy(self) -> str:
        return f"give {', '.join(self.known)}"


@dataclass(eq=False, kw_only=True)
class Unreadable(Fault):
    """A value is no number, day or text of the kind that its name asks for."""

    code: ClassVar[str] = "ENG-106"
    key: str
    value: str
    wanted: str

    def what(self) -> str:
        return f"{self.key} is {self.value!r}; {self.wanted} was wanted."

    def remedy(self) -> str:
        return f"write it as {self.wanted}"


@dataclass(eq=False, kw_only=True)
class UnknownColumns(Fault):
    """A project's table has columns that its methodology does not read.

    A misspelt column that is passed over would change the result in silence.
    """

    code: ClassVar[str] = "ENG-108"
    unknown: tuple[str, ...]
    known: tuple[str, ...]
    nearest: tuple[str, ...]
    methodology: str

    def what(self) -> str:
        return f"{self.methodology} does not read the column {', '.join(self.unknown)}."

    def details(self) -> tuple[tuple[str, str], ...]:
        """The columns that it reads."""
        return (("Reads", ", ".join(self.known)),)

    def remedy(self) -> str:
        meant = f"did you mean {' or '.join(self.nearest)}? " if self.nearest else ""
        return (
            f"{meant}rename the column or take it out;\n"
            f"tanpuhui library show {self.methodology} lists them"
        )


@dataclass(eq=False, kw_only=True)
class RowsNeeded(Fault):
    """One record was given to a methodology that judges the years of a project from its rows."""

    code: ClassVar[str] = "ENG-109"
    methodology: str

    def what(self) -> str:
        return f"{self.methodology} judges the years of a project, not single records."

    def remedy(self) -> str:
        return (
            f"write the rows into a CSV file with the columns that 'tanpuhui library show\n"
            f"{self.methodology}' lists, and type: tanpuhui quantify {self.methodology} FILE --json"
        )
