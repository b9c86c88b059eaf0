"""What can be wrong with a file of records as a whole.

Such a fault stops the file it names and no other; a record that is wrong is no fault, but refused.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NoRecords(Fault):
    """A file of records cannot be opened, or holds nothing, not even a header."""

    code: ClassVar[str] = "ITK-101"
    problem: str

    def what(self) -> str:
        return f"There are no records: {self.problem}."

    def remedy(self) -> str:
        return "check the path; a CSV file begins with a row that names its columns"


@dataclass(eq=False, kw_only=True)
class UnknownForm(Fault):
    """The name of a file does not say that it is CSV, JSON Lines or Parquet."""

    code: ClassVar[str] = "ITK-102"
    ending: str

    def what(self) -> str:
        return f"A file of records ending in {self.ending or 'nothing'} cannot be read."

    def remedy(self) -> str:
        return "hand in .csv, .jsonl (or .ndjson) or .parquet; a spreadsheet saves as CSV UTF-8"


@dataclass(eq=False, kw_only=True)
class NotUtf8(Fault):
    """A file of text is not UTF-8, so that its characters cannot be told."""

    code: ClassVar[str] = "ITK-103"
    byte: int

    def what(self) -> str:
        return f"The file is not UTF-8: byte {self.byte} begins no character."

    def remedy(self) -> str:
        file = "FILE" if self.place is None else shlex.quote(self.place.file)
        return (
            "files of Chinese spreadsheets are often GB 18030:\n"
            f"iconv -f GB18030 -t UTF-8 {file} > utf8.csv"
        )


@dataclass(eq=False, kw_only=True)
class ColumnTwice(Fault):
    """Two columns of a file have one name, so that it is not clear which one counts.

    Capital and small letters are not told apart here, since engines do not tell them apart.
    """

    code: ClassVar[str] = "ITK-104"
    columns: tuple[str, ...]

    def what(self) -> str:
        return f"Two columns have one name: {' and '.join(map(repr, self.columns))}."

    def remedy(self) -> str:
        return "rename one of them, or take it out"


@dataclass(eq=False, kw_only=True)
class MissingColumns(Fault):
    """A file lacks a column that its mapping names, or one without which no record counts."""

    code: ClassVar[str] = "ITK-105"
    missing: tuple[str, ...]
    found: tuple[str, ...]

    def what(self) -> str:
        return f"The file has no column {', '.join(map(repr, self.missing))}."

    def details(self) -> tuple[tuple[str, str], ...]:
        """The columns that are there."""
        return (("Found", ", ".join(map(repr, self.found)) or "no column"),)

    def remedy(self) -> str:
        return (
            "rename the column in the file, or say in a mapping file (--map) which column it is;\n"
            "where nothing names the partner, add --partner"
        )

    def read(self) -> str:
        return "docs/mechanism/03-intake.md"


@dataclass(eq=False, kw_only=True)
class RaggedRow(Fault):
    """A row of a CSV file has another number of cells than its header, so values may be shifted."""

    code: ClassVar[str] = "ITK-106"
    cells: int
    columns: int

    def what(self) -> str:
        return f"A row has {self.cells} cells, and the header names {self.columns} columns."

    def remedy(self) -> str:
        return "put a text that holds a comma, a quote or a line break into double quotes"


@dataclass(eq=False, kw_only=True)
class NotJsonLines(Fault):
    """A line of a JSON Lines file is no JSON object."""

    code: ClassVar[str] = "ITK-107"
    problem: str

    def what(self) -> str:
        return f"The line is no JSON object: {self.problem}."

    def remedy(self) -> str:
        return "write each record as one object on one line, with no comma after it"


@dataclass(eq=False, kw_only=True)
class DamagedFile(Fault):
    """A file breaks off, or is not of the form that its name says."""

    code: ClassVar[str] = "ITK-108"
    form: str
    problem: str
    hint: str | None = None  # how to mend it, where that is known

    def what(self) -> str:
        return f"The file cannot be read as {self.form}: {self.problem}."

    def remedy(self) -> str:
        again = "ask for the file again, and compare its size with the sender's; nothing was kept"
        return self.hint or again


@dataclass(eq=False, kw_only=True)
class StrangeRegions(Fault):
    """The region column of a file holds something else than codes of GB/T 2260."""

    code: ClassVar[str] = "ITK-109"
    count: int
    most: int
    examples: tuple[str, ...]

    def what(self) -> str:
        return (
            f"The file names {self.count:,} regions that do not exist, "
            f"such as {', '.join(self.examples)}; more than {self.most:,} are no slips."
        )

    def remedy(self) -> str:
        return (
            "give six-digit codes of GB/T 2260 in the column 'region', or map another column to it"
        )
