"""What can be wrong with a file of records as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NotATable(Fault):
    """A file cannot be read as a table: no header, a row of another length, not UTF-8."""

    code: ClassVar[str] = "REC-101"
    problem: str
    hint: str

    def what(self) -> str:
        return f"The file cannot be read as a table: {self.problem}."

    def remedy(self) -> str:
        return self.hint
