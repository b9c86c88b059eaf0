"""Amounts of greenhouse gas: whole milligrams of CO2e, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

MG_PER_GRAM = 1000
_MG_PER_KILOGRAM = 1_000_000
_MG_PER_TONNE = 1_000_000_000


@dataclass(frozen=True, order=True)
class Mass:
    """A mass of CO2e in whole milligrams. Only masses add to masses.

    >>> Mass(145_000) + Mass(55_000)
    Mass(mg=200000)
    >>> str(Mass(145_000)), str(Mass(3_467_440_000_000)), str(Mass(-20))
    ('145 g', '3,467.44 t', '-0.02 g')
    """

    mg: int

    def __add__(self, other: Mass) -> Mass:
        if not isinstance(other, Mass):
            return NotImplemented
        return Mass(self.mg + other.mg)

    def __str__(self) -> str:
        """The mass as a person reads it, exact: g below 10 kg, kg below 10 t, else t."""
        size = abs(self.mg)
        if size < 10 * _MG_PER_KILOGRAM:
            return f"{_exact(self.mg, MG_PER_GRAM)} g"
        if size < 10 * _MG_PER_TONNE:
            return f"{_exact(self.mg, _MG_PER_KILOGRAM)} kg"
        return f"{_exact(self.mg, _MG_PER_TONNE)} t"


def _exact(mg: int, per_unit: int) -> str:
    text = f"{Decimal(mg) / per_unit:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
