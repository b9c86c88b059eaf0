"""A small vocabulary for formulas: what the tests of the language share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

from tanpuhui import formula
from tanpuhui.formula import EXACT, TEXT, Node, Symbol, Value
from tanpuhui.terms import Unit, Units

UNITS = Units(
    {
        "gCO2e": "base",
        "kgCO2e": "1000 gCO2e",
        "m": "base",
        "km": "1000 m",
        "pkm": "1 km",
        "m2": "1 m * m",
        "g": "base",
        "kg": "1000 g",
        "MJ": "base",
        "kWh": "3.6 MJ",
        "step": "base",
        "item": "base",
        "share": "1",
    }
)
SYMBOLS = {
    "distance_km": Symbol(Unit("km")),
    "steps": Symbol(Unit("step")),
    "mass_kg": Symbol(Unit("kg")),
    "area": Symbol(Unit("m2")),
    "grams": Symbol(Unit("gCO2e")),
    "x": Symbol(Unit("share")),
    "y": Symbol(Unit("share")),
    "per_km": Symbol(Unit("gCO2e/km")),
    "per_pkm": Symbol(Unit("gCO2e/pkm")),
    "per_kg": Symbol(Unit("kgCO2e/kg")),
    "per_step": Symbol(Unit("gCO2e/step")),
    "mode": Symbol(TEXT, choices=("walk", "bus", "metro")),
    "note": Symbol(TEXT),
    "by_mode": Symbol(Unit("gCO2e/km"), axes=("mode",)),
    "by_two": Symbol(Unit("gCO2e/km"), axes=("mode", "power")),
}


def mass(text: str) -> Node:
    """The checked tree of a formula that gives a mass of CO2e."""
    return formula.checked_mass(text, SYMBOLS, UNITS)


def condition(text: str) -> Node:
    """The checked tree of a condition."""
    return formula.checked_condition(text, SYMBOLS, UNITS)


def grams(text: str, values: Mapping[str, Value] | None = None) -> Decimal | None:
    """What a formula gives for the values, in gCO2e."""
    with localcontext(EXACT):
        found = formula.evaluator(mass(text))(values or {})
    assert found is None or isinstance(found, Decimal)
    return found


def number(text: str, values: Mapping[str, Value] | None = None) -> Decimal | None:
    """What a formula of pure numbers gives."""
    return grams(f"({text}) * 1 gCO2e", values)


def holds(text: str, values: Mapping[str, Value] | None = None) -> bool | None:
    """What a condition gives for the values."""
    with localcontext(EXACT):
        found = formula.evaluator(condition(text))(values or {})
    assert found is None or isinstance(found, bool)
    return found
