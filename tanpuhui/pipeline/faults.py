"""What stops a whole batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class QuantityWithoutColumn(Fault):
    """A scene of the programme carries a quantity that the journal line has no column for.

    A line holds what its formula saw, so that anyone can compute it again. Its columns are fixed; a
    scene of a library of your own may carry a quantity that is none of them.
    """

    code: ClassVar[str] = "PIP-101"
    programme: str
    scene: str
    quantities: tuple[str, ...]
    columns: tuple[str, ...]

    def what(self) -> str:
        """What happened."""
        named = ", ".join(self.quantities)
        return (
            f"Scene {self.scene!r} of programme {self.programme!r} carries {named}, for which a "
            "journal line has no column."
        )

    def details(self) -> Iterable[tuple[str, str]]:
        """The columns there are."""
        return [("Columns", ", ".join(self.columns))]

    def remedy(self) -> str:
        """What to type or to change."""
        return (
            "name the quantity as one of the columns, if it is the same thing in the same unit;\n"
            "or propose a column for the next version of the line's schema"
        )

    def read(self) -> str:
        """What to read next."""
        return "docs/decisions/0011-journal-line.md"
