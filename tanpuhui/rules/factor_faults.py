"""What can be wrong with a number of a factor, in words for the person who copied it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class FractionWritten(Fault):
    """A number of a factor is written as a fraction.

    Cut to a decimal it would be another number (2/37 is not 0.054054), and a file that may hold
    either could not be held beside its source. A formula computes a quotient, and cuts nothing.
    """

    code: ClassVar[str] = "LIB-212"
    fraction: str
    factor: str

    def what(self) -> str:
        return f"A number of the factor {self.factor!r} is written as the fraction {self.fraction}."

    def remedy(self) -> str:
        above, _, below = self.fraction.partition("/")
        return (
            f"write its two numbers, {above.strip()} here and {below.strip()} in the formula of the"
            f" methodology ('… * per_part / {below.strip()}'), or both there; cut no decimal"
        )
