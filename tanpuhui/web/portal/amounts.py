"""Masses as a reader takes them in at a glance, and the exact milligrams beside them."""

from __future__ import annotations

from dataclasses import dataclass

_UNITS = ((1_000_000_000, "t"), (1_000_000, "kg"), (1_000, "g"))


@dataclass(frozen=True)
class ShownMass:
    """A mass on a page.

    Args:
        short: cut to three decimals of the unit, never rounded up.
        exact: all milligrams.
    """

    short: str
    unit: str
    exact: str


def shown_mass(mg: int, unit: str = "") -> ShownMass:
    """A mass in a unit; without one, in the largest of which it is at least one.

    >>> shown_mass(1_803_823_651)
    ShownMass(short='1.803', unit='t', exact='1,803,823,651')
    >>> shown_mass(48_700, "kg").short
    '0.048'
    """
    fitting = next((name for size, name in _UNITS if abs(mg) >= size), "g")
    chosen = unit or fitting
    size = next(size for size, name in _UNITS if name == chosen)
    whole, rest = divmod(abs(mg), size)
    sign = "-" if mg < 0 else ""
    return ShownMass(f"{sign}{whole:,}.{rest * 1000 // size:03d}", chosen, f"{mg:,}")


def grams(mg: int) -> str:
    """The exact mass in grams, without zeros at the end.

    >>> grams(80_000), grams(1_104_560), grams(-28_020)
    ('80', '1,104.56', '-28.02')
    """
    whole, rest = divmod(abs(mg), 1_000)
    fraction = f".{rest:03d}".rstrip("0").rstrip(".")
    return f"{'-' if mg < 0 else ''}{whole:,}{fraction}"


def column_unit(whole_mg: int) -> str:
    """One unit for a column, so that its numbers can be compared: tonnes above ten of them."""
    return "t" if whole_mg >= 10 * _UNITS[0][0] else "kg"
