"""What can be wrong with a comparison that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class NoPictures(Fault):
    """A picture is asked for, and the package that draws it is not installed.

    It is not asked for by default, since it is large and only ``tanpuhui compare --out`` needs it.
    """

    code: ClassVar[str] = "CMP-101"
    file: str

    def what(self) -> str:
        return f"{self.file} cannot be drawn: the package vl-convert-python is not installed."

    def remedy(self) -> str:
        return "install it (pip install 'tanpuhui[pictures]'), or leave --out away for the table"
