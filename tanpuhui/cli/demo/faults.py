"""What can be wrong before the demo runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NoSceneKnown(Fault):
    """The simulated city knows none of the acts that the programme counts."""

    code: ClassVar[str] = "CLI-101"
    programme: str
    scenes: tuple[str, ...]
    known: tuple[str, ...]

    def what(self) -> str:
        return f"The simulated city does none of what the programme {self.programme!r} counts."

    def details(self) -> tuple[tuple[str, str], ...]:
        return (("Counts", ", ".join(self.scenes)), ("Known", ", ".join(self.known)))

    def remedy(self) -> str:
        return "choose another programme ('tanpuhui library list programme')"


@dataclass(eq=False, kw_only=True)
class FolderNotEmpty(Fault):
    """The folder into which the city's files should be written holds something already.

    Nothing of anyone's is overwritten, and files of two cities are never mixed.
    """

    code: ClassVar[str] = "CLI-102"
    folder: str

    def what(self) -> str:
        return f"{self.folder} is not an empty folder; the city's files are not written into it."

    def remedy(self) -> str:
        return "name a folder that is empty or not there yet"
