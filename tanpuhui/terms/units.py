"""Units: which the vocabulary has, which may be added to which, and by what exact number.

The arithmetic of units is pint's; the units are ours alone (library/vocabulary/units.yaml), so that
"km" can never quietly mean something that a general table thought useful. Scales are Decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, ClassVar

import pint

from tanpuhui.terms.faults import Fault

BASE = "base"
NONE = "share"


@dataclass(eq=False, kw_only=True)
class UnknownUnit(Fault):
    """A unit that the vocabulary does not have.

    Units are the keys of library/vocabulary/units.yaml, joined by ``*`` and ``/`` and raised by
    ``^`` to whole numbers, without spaces: ``gCO2e/km``.
    """

    code: ClassVar[str] = "LIB-202"
    unit: str
    nearest: tuple[str, ...] = ()

    def what(self) -> str:
        return f"There is no unit {self.unit!r}."

    def remedy(self) -> str:
        meant = f"did you mean {' or '.join(self.nearest)}? " if self.nearest else ""
        return f"{meant}Units are the keys of library/vocabulary/units.yaml, joined by * and /"


@dataclass(eq=False, kw_only=True)
class UnitMismatch(Fault):
    """Two units that measure different things where one was asked for the other.

    Kilometres are no kilograms. Often a factor was divided where it should be multiplied, or the
    factor's own unit is written the wrong way round.
    """

    code: ClassVar[str] = "LIB-203"
    found: str
    wanted: str
    where: str = ""

    def what(self) -> str:
        at = f" in {self.where}" if self.where else ""
        return f"Found {self.found}, wanted {self.wanted}{at}."

    def remedy(self) -> str:
        return (
            "check the formula and the unit of each of its factors: each side must measure the same"
        )


@dataclass(frozen=True)
class Unit:
    """A unit of the vocabulary, as text that reads back to the same unit."""

    text: str

    def __str__(self) -> str:
        return self.text


class Units:
    """The table of units, and the arithmetic between them.

    Args:
        definitions: by unit name, ``base`` or a number and units already defined
            ("1000 gCO2e"), in an order in which each uses only earlier ones.

    >>> units = Units({"m": "base", "km": "1000 m", "g": "base"})
    >>> units.scale(units.parse("g/m"), units.parse("g/km"))
    Decimal('1000')
    """

    def __init__(self, definitions: Mapping[str, str]) -> None:
        self._names = tuple(definitions)
        self._registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(
            None, non_int_type=Decimal, cache_folder=None
        )
        self._written: dict[Unit, pint.Unit] = {}
        for name, meaning in definitions.items():
            body = f"[{name}]" if meaning == BASE else meaning
            self._registry.define(f"{name} = {body}")

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def names(self) -> tuple[str, ...]:
        """Every unit name of the table."""
        return self._names

    def parse(self, text: str) -> Unit:
        """The unit written ``text``.

        Raises:
            UnknownUnit: a name is not in the table, or the text is no product of names.
        """
        unit = Unit(text)
        if unit not in self._written:
            names = re.findall(r"[^\W\d]\w*", text)
            for name in names:
                if name not in self._names:
                    nearest = tuple(get_close_matches(name, self._names, n=2))
                    raise UnknownUnit(unit=name, nearest=nearest)
            try:
                self._written[unit] = self._registry.parse_units(text.replace("^", "**"))
            except Exception as error:
                raise UnknownUnit(unit=text) from error
        return unit

    def none(self) -> Unit:
        """The unit of pure numbers."""
        return self.parse(NONE)

    def multiply(self, left: Unit, right: Unit) -> Unit:
        """The unit of a product."""
        return self._write(self._pint(left) * self._pint(right))

    def divide(self, left: Unit, right: Unit) -> Unit:
        """The unit of a quotient."""
        return self._write(self._pint(left) / self._pint(right))

    def power(self, unit: Unit, exponent: Decimal) -> Unit:
        """The unit of a power."""
        whole = int(exponent) if exponent == int(exponent) else exponent
        return self._write(self._pint(unit) ** whole)

    def alike(self, left: Unit, right: Unit) -> bool:
        """True where the two measure the same thing, at whatever scale."""
        return bool(self._pint(left).dimensionality == self._pint(right).dimensionality)

    def is_number(self, unit: Unit) -> bool:
        """True for a pure number."""
        return bool(self._pint(unit).dimensionless)

    def scale(self, found: Unit, wanted: Unit) -> Decimal:
        """How many ``wanted`` make one ``found``, exact.

        Raises:
            UnitMismatch: they measure different things.
        """
        if not self.alike(found, wanted):
            raise UnitMismatch(found=found.text, wanted=wanted.text)
        left, right = self._root(found), self._root(wanted)
        return _tidy(left / right)

    def _root(self, unit: Unit) -> Decimal:
        magnitude = self._registry.Quantity(Decimal(1), self._pint(unit)).to_root_units().magnitude
        return Decimal(magnitude)

    def _pint(self, unit: Unit) -> pint.Unit:
        return self._written[self.parse(unit.text)]

    def _write(self, unit: Any) -> Unit:
        parts = sorted((name, Decimal(str(power))) for name, power in unit._units.items())
        above = [_raised(name, power) for name, power in parts if power > 0 and name != NONE]
        below = [_raised(name, -power) for name, power in parts if power < 0 and name != NONE]
        return self.parse("/".join(["*".join(above) or NONE, *below]))


def _raised(name: str, exponent: Decimal) -> str:
    return name if exponent == 1 else f"{name}^{_tidy(exponent)}"


def _tidy(number: Decimal) -> Decimal:
    plain = number.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain
