"""What can be wrong with a formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class FormulaFault(Fault):
    """Something is wrong at one column of a formula.

    Args:
        formula: its text.
        at: the column, from 0.
    """

    formula: str
    at: int

    def details(self) -> tuple[tuple[str, str], ...]:
        """The formula, with a mark under the column."""
        return (("Formula", f"{self.formula}\n{' ' * self.at}^"),)


@dataclass(eq=False, kw_only=True)
class NotAFormula(FormulaFault):
    """The text does not follow the grammar of formulas.

    A formula is written with names, numbers with units (``7250 step``), + - * / ^, comparisons,
    ``and or not``, ``x in ('a', 'b')``, table look-ups ``factor[mode]`` and the functions of
    docs/reference/formula.md.
    """

    code: ClassVar[str] = "FML-101"
    found: str
    wanted: str

    def what(self) -> str:
        return f"Found {self.found} where {self.wanted} was wanted."

    def remedy(self) -> str:
        return "mend the formula at the mark; docs/reference/formula.md shows the whole grammar"


@dataclass(eq=False, kw_only=True)
class UnknownName(FormulaFault):
    """A formula uses a name that is neither an input nor a parameter of its case."""

    code: ClassVar[str] = "FML-102"
    name: str
    known: tuple[str, ...]

    def what(self) -> str:
        return f"There is no input or parameter {self.name!r} here; there are {_list(self.known)}."

    def remedy(self) -> str:
        return (
            "add it to the inputs (quantities of the scenes) or parameters of the case, or mend it"
        )


@dataclass(eq=False, kw_only=True)
class UnknownFunction(FormulaFault):
    """A formula calls a function that the language does not have."""

    code: ClassVar[str] = "FML-103"
    name: str
    known: tuple[str, ...]

    def what(self) -> str:
        return f"There is no function {self.name!r}; there are {_list(self.known)}."

    def remedy(self) -> str:
        return "use one of these; docs/reference/formula.md says what each does"


@dataclass(eq=False, kw_only=True)
class WrongArguments(FormulaFault):
    """A function or a table got another number of arguments than it takes."""

    code: ClassVar[str] = "FML-104"
    name: str
    wanted: str
    found: int

    def what(self) -> str:
        return f"{self.name} takes {self.wanted}; it got {self.found}."

    def remedy(self) -> str:
        return (
            "give it what it takes; docs/reference/formula.md shows each function with an example"
        )


@dataclass(eq=False, kw_only=True)
class WrongUnit(FormulaFault):
    """The units of a formula do not fit.

    Amounts that are added, compared or chosen between must measure the same thing, and the result
    of a formula must be a mass of CO2e. A pure number needs its unit: ``steps > 0 step``, not
    ``steps > 0``.
    """

    code: ClassVar[str] = "FML-105"
    found: str
    wanted: str

    def what(self) -> str:
        return f"Found {self.found} where {self.wanted} was wanted."

    def remedy(self) -> str:
        return (
            "check whether a factor should divide instead of multiply, whether the factor's file\n"
            "has the right unit, and whether a number lacks its unit (write '0 step', not '0')"
        )


@dataclass(eq=False, kw_only=True)
class UnknownChoice(FormulaFault):
    """A formula compares a text input with a text that the input can never be."""

    code: ClassVar[str] = "FML-106"
    text: str
    name: str
    choices: tuple[str, ...]

    def what(self) -> str:
        return f"{self.name} is never {self.text!r}; it is one of {_list(self.choices)}."

    def remedy(self) -> str:
        return "correct the text, or add it to `one_of` of the quantity in the scene's file"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names) if names else "none"
