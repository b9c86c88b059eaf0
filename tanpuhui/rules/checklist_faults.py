"""What can be wrong with a checklist: items beyond what was read, or a silence about the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class SilentOnTheRest(Fault):
    """A checklist lists fewer items than the document has, and does not say what was not read.

    Whoever reads the list would take it for the whole of the document.
    """

    code: ClassVar[str] = "LIB-601"
    checklist: str
    listed: int
    count: int | None

    def what(self) -> str:
        of = "an unknown number" if self.count is None else str(self.count)
        return f"{self.checklist} lists {self.listed} items of {of}, and names nothing as unread."

    def remedy(self) -> str:
        return (
            "say under 'unread' what of the document was not read; if all of it is here, write\n"
            "'text: read' and 'count' (how many items the document has)"
        )


@dataclass(eq=False, kw_only=True)
class MoreThanThereAre(Fault):
    """A checklist lists more items than its document has."""

    code: ClassVar[str] = "LIB-602"
    checklist: str
    listed: int
    count: int

    def what(self) -> str:
        return f"{self.checklist} lists {self.listed} items; its document has {self.count}."

    def remedy(self) -> str:
        return "leave out what the document does not have, or correct 'count'"


@dataclass(eq=False, kw_only=True)
class ItemsOfAnUnreadText(Fault):
    """A checklist says that nothing of its document is known, and still lists items."""

    code: ClassVar[str] = "LIB-603"
    checklist: str
    listed: int

    def what(self) -> str:
        return f"{self.checklist} says 'text: unread' and lists {self.listed} items."

    def remedy(self) -> str:
        return "say 'text: reported' or 'text: read', or take out the items"
