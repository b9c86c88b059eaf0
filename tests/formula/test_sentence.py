"""A formula as people read it, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui import formula
from tanpuhui.formula import Language, Lookup, Name, Number, Text
from tests.formula.language import condition, mass

VALUES = {"distance_km": "10 km", "per_km": "46.7 gCO2e/km", "steps": "7250 step", "mode": "bus"}


def _leaf(node: Number | Text | Name | Lookup) -> str:
    """The name of a name; a number and its unit."""
    match node:
        case Number(value=value, unit=unit):
            return str(value) if unit is None else f"{value} {unit}"
        case Text(value=text):
            return text
        case Name(name=name):
            return name
        case Lookup(table=table):
            return table


def _value(node: Number | Text | Name | Lookup) -> str:
    """The value and the unit of a name."""
    return VALUES[node.name] if isinstance(node, Name) else _leaf(node)


def _said(text: str, language: Language = "en") -> str:
    return formula.sentence(mass(text), _leaf, language)


def test_a_sentence_has_the_numbers_in_the_place_of_the_names() -> None:
    said = formula.sentence(mass("distance_km * per_km"), _value, "en")

    assert said == "10 km × 46.7 gCO2e/km"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grams * (x - y)", "grams × (x − y)"),
        ("grams * x - grams * y", "grams × x − grams × y"),
        ("grams - (grams - grams)", "grams − (grams − grams)"),
        ("(grams - grams) - grams", "grams − grams − grams"),
        ("grams - (grams + grams)", "grams − (grams + grams)"),
        ("grams / (x * y)", "grams ÷ (x × y)"),
        ("grams / (x / y)", "grams ÷ (x ÷ y)"),
        ("grams / x / y", "grams ÷ x ÷ y"),
        ("(grams + grams) * x", "(grams + grams) × x"),
        ("-(grams + grams)", "−(grams + grams)"),
        ("grams - -grams", "grams − (−grams)"),
        ("-grams * x", "(−grams) × x"),
        ("grams * -x", "grams × (−x)"),
        ("grams * (-x) ^ 2", "grams × (−x)^2"),
        ("-x ^ 2 * grams", "(−x^2) × grams"),
        ("grams * x ^ -2", "grams × x^(−2)"),
        ("grams * (x ^ y) ^ 2", "grams × (x^y)^2"),
        ("grams * x ^ y ^ 2", "grams × x^(y^2)"),
        ("grams * (x + y) ^ 2", "grams × (x + y)^2"),
        ("exp(-x) * grams", "exp(−x) × grams"),
        ("(x + exp(x - y)) * grams", "(x + exp(x − y)) × grams"),
    ],
)
def test_a_sentence_keeps_the_brackets_that_its_meaning_needs(text: str, said: str) -> None:
    assert _said(text) == said


def test_a_power_of_an_amount_has_the_amount_in_brackets() -> None:
    # (10 km)^2 is 100 km2; 10 km^2 would be a tenth of that.
    said = formula.sentence(mass("distance_km ^ 2 / 1 km * per_km"), _value, "en")

    assert said == "(10 km)^2 ÷ 1 km × 46.7 gCO2e/km"


def test_a_conversion_is_told_as_its_factor() -> None:
    assert _said("500 m * per_km") == "500 m × per_km × 0.001"
    assert _said("grams + (1 - x) * 1 kgCO2e") == "grams + (1 − x) × 1 kgCO2e × 1000"


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("x > 1", "x > 1", "x > 1"),
        ("x <= 1", "x ≤ 1", "x ≤ 1"),
        ("x >= 1", "x ≥ 1", "x ≥ 1"),
        ("x == 1", "x = 1", "x = 1"),
        ("x != 1", "x ≠ 1", "x ≠ 1"),
        ("x > 1 and y > 1", "x > 1 and y > 1", "x > 1 且 y > 1"),
        ("x > 1 or y > 1", "x > 1 or y > 1", "x > 1 或 y > 1"),
        ("not x > 1", "not (x > 1)", "并非 (x > 1)"),
        (
            "(x > 1 or y > 1) and given(x)",
            "(x > 1 or y > 1) and x is given",
            "(x > 1 或 y > 1) 且 x 已提供",
        ),
        (
            "x > 1 or y > 1 and x < y",
            "x > 1 or (y > 1 and x < y)",
            "x > 1 或 (y > 1 且 x < y)",
        ),
        ("mode in ('bus', 'metro')", "mode is one of bus, metro", "mode 属于 bus，metro"),
    ],
)
def test_a_condition_is_told_in_both_languages(text: str, english: str, chinese: str) -> None:
    tree = condition(text)

    assert formula.sentence(tree, _leaf, "en") == english
    assert formula.sentence(tree, _leaf, "zh") == chinese


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "if(x > 1, grams, 2 * grams)",
            "(if x > 1, then grams, else 2 × grams)",
            "(若 x > 1 则 grams，否则 2 × grams)",
        ),
        (
            "otherwise(grams, 1 gCO2e)",
            "(grams, or else 1 gCO2e)",
            "(grams，缺省为 1 gCO2e)",
        ),
        (
            "min(grams, 200 gCO2e)",
            "(the smaller of grams, 200 gCO2e)",
            "(取较小者 grams，200 gCO2e)",
        ),
        (
            "max(grams, 200 gCO2e)",
            "(the larger of grams, 200 gCO2e)",
            "(取较大者 grams，200 gCO2e)",
        ),
        (
            "clip(grams, 0 gCO2e, 200 gCO2e)",
            "(kept within limits: grams, 0 gCO2e, 200 gCO2e)",
            "(限定范围 grams，0 gCO2e，200 gCO2e)",
        ),
    ],
)
def test_a_function_is_told_in_both_languages(text: str, english: str, chinese: str) -> None:
    assert _said(text, "en") == english
    assert _said(text, "zh") == chinese


def test_a_function_stays_together_inside_a_product() -> None:
    assert _said("if(x > 1, x, y) * grams") == "(if x > 1, then x, else y) × grams"


def test_a_table_is_told_as_its_cell() -> None:
    cell = Decimal("52")

    said = formula.sentence(
        mass("distance_km * by_mode[mode]"),
        lambda node: f"{cell} gCO2e/km" if isinstance(node, Lookup) else _value(node),
        "en",
    )

    assert said == "10 km × 52 gCO2e/km"
