"""Units are checked once, and every conversion is put into the tree."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui.formula import FormulaFault
from tests.formula.language import condition, grams, holds, mass


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 500 m are half a kilometre; 0.5 x 46.7 = 23.35 g
        ("500 m * per_km", "23.35"),
        ("distance_km * per_km", "467"),
        ("distance_km * per_pkm", "467"),  # pkm = km: a record is one person's act
        ("10 pkm * per_km", "467"),
        # 2 kg x 1.5 kgCO2e/kg = 3 kgCO2e = 3,000 gCO2e
        ("mass_kg * per_kg", "3000"),
        # 2,000 g of goods are 2 kg
        ("2000 g * per_kg", "3000"),
        ("0.467 kgCO2e", "467"),
        ("467 gCO2e + 1 kgCO2e", "1467"),
        ("1 kgCO2e + 467 gCO2e", "1467"),  # the sum is in kilograms, the result in grams
        ("1 kgCO2e - 467 gCO2e", "533"),
        # 10 kWh = 36 MJ; 36 x 2 = 72
        ("10 kWh * 2 gCO2e/MJ", "72"),
        # 10 km / 500 m = 20, a pure number
        ("distance_km / 500 m * 1 gCO2e", "20"),
        ("(1 + distance_km / 500 m) * 1 gCO2e", "21"),
        ("(distance_km / 500 m) ^ 2 * 1 gCO2e", "400"),
        ("2 ^ (distance_km / 5000 m) * 1 gCO2e", "4"),
        # (10 km)^2 / 100 km = 1 km
        ("distance_km ^ 2 / 100 km * per_km", "46.7"),
        ("distance_km ^ -1 * 100 km^2 * per_km", "467"),
        # a square of 250,000 m2 has sides of 500 m
        ("sqrt(area) * per_km", "23.35"),
        ("area ^ 0.5 * per_km", "23.35"),
        ("min(grams, 0.2 kgCO2e)", "200"),
        ("max(grams, 1 kgCO2e)", "1000"),
        ("clip(grams, 0.1 kgCO2e, 0.2 kgCO2e)", "200"),
        ("if(distance_km > 5000 m, 0.1 kgCO2e, 1 gCO2e)", "100"),
        ("if(distance_km < 5000 m, 0.1 kgCO2e, 1 gCO2e)", "1"),
        ("otherwise(grams, 1 kgCO2e)", "467"),
        ("otherwise(absent, 1 kgCO2e)", "1000"),
        ("-grams", "-467"),
        ("0.5 share * grams", "233.5"),
    ],
)
def test_units_that_fit_are_brought_to_one_another(text: str, expected: str) -> None:
    values = {
        "distance_km": Decimal(10),
        "per_km": Decimal("46.7"),
        "per_pkm": Decimal("46.7"),
        "mass_kg": Decimal(2),
        "per_kg": Decimal("1.5"),
        "grams": Decimal(467),
        "area": Decimal(250_000),
        "x": None,
    }

    found = grams(text.replace("absent", "x * grams"), values)

    assert found == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("distance_km == 10000 m", True),
        ("distance_km > 9999 m", True),
        ("distance_km < 9999 m", False),
        ("2 kWh >= 7.2 MJ", True),
    ],
)
def test_two_units_of_one_kind_are_compared_as_what_they_measure(text: str, truth: bool) -> None:
    assert holds(text, {"distance_km": Decimal(10)}) is truth


@pytest.mark.parametrize(
    ("text", "column", "found", "wanted"),
    [
        # the result
        ("mass_kg", 0, "kg", "a mass of CO2e"),  # kilograms of goods are none of CO2e
        ("distance_km / per_km", 12, "km^2/gCO2e", "a mass of CO2e"),
        ("x", 0, "a pure number", "a mass of CO2e"),
        ("mode", 0, "a text", "a mass of CO2e"),
        ("distance_km > 1 km", 12, "a truth", "a mass of CO2e"),
        # sums and signs
        ("grams + mass_kg", 8, "kg", "gCO2e"),
        ("grams + 1", 8, "a pure number", "gCO2e"),
        ("1 + grams", 4, "gCO2e", "a pure number"),
        ("grams + mode", 8, "a text", "an amount"),
        ("-mode", 1, "a text", "an amount"),
        ("grams * (x > 1)", 11, "a truth", "an amount"),
        # powers
        ("distance_km ^ x * per_km", 14, "a computed exponent", "a written number"),
        ("x ^ distance_km * grams", 4, "km", "a pure number"),
        # functions
        ("min(grams, mass_kg)", 11, "kg", "gCO2e"),
        ("max(grams, 1)", 11, "a pure number", "gCO2e"),
        ("clip(grams, 0 gCO2e, 1 km)", 21, "km", "gCO2e"),
        ("if(grams, grams, grams)", 3, "gCO2e", "a condition"),
        ("if(x > 1, grams, mass_kg)", 17, "kg", "gCO2e"),
        ("if(x > 1, mode, grams)", 10, "a text", "an amount"),
        ("exp(distance_km) * grams", 4, "km", "a pure number"),
        ("ln(mass_kg) * grams", 3, "kg", "a pure number"),
        ("sqrt(mode) * grams", 5, "a text", "an amount"),
        ("otherwise(grams, distance_km)", 17, "km", "gCO2e"),
        ("by_mode[x] * distance_km", 8, "a pure number", "a text"),
    ],
)
def test_a_formula_whose_units_do_not_fit_is_refused_at_the_part_that_does_not(
    text: str, column: int, found: str, wanted: str
) -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass(text)

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-105", column)
    assert fault.what().startswith(f"Found {found} where {wanted}")
    assert "whether a number lacks its unit (write '0 step', not '0')" in fault.remedy()


@pytest.mark.parametrize(
    ("text", "column", "found", "wanted"),
    [
        ("steps > 0", 8, "a pure number", "step"),
        ("steps > 0 km", 8, "km", "step"),
        ("steps", 0, "step", "a condition"),
        ("steps > 0 step and steps", 19, "step", "a condition"),
        ("steps or steps > 0 step", 0, "step", "a condition"),
        ("not steps", 4, "step", "a condition"),
        ("mode > 'bus'", 0, "a text", "an amount, to compare with >"),
        ("mode == steps", 8, "step", "a text"),
        ("steps == 'bus'", 9, "a text", "step"),
        ("steps in ('bus')", 0, "step", "a text"),
        ("(x > 1) == (y > 1)", 3, "a truth", "an amount"),
    ],
)
def test_a_condition_whose_units_do_not_fit_is_refused_at_the_part_that_does_not(
    text: str, column: int, found: str, wanted: str
) -> None:
    with pytest.raises(FormulaFault) as refusal:
        condition(text)

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-105", column)
    assert fault.what().startswith(f"Found {found} where {wanted}")


def test_a_unit_that_the_vocabulary_lacks_is_refused_with_the_nearest_and_the_way_to_multiply() -> (
    None
):
    with pytest.raises(FormulaFault) as refusal:
        mass("grams + 2 gCO2")

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-105", 8)
    assert "gCO2e was wanted" in fault.what().replace(" or kgCO2e", "")
    assert "write '*' to multiply" in fault.what()


# -- names, functions and choices ------------------------------------------------------------------


def test_a_name_that_is_no_input_and_no_parameter_is_refused_at_its_column() -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass("distance_km * per_mile")

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-102", 14)
    assert "'per_mile'" in fault.what()
    assert "per_km" in fault.what()  # those that there are
    assert "inputs" in fault.remedy()
    assert "parameters" in fault.remedy()


def test_a_table_that_is_not_there_is_refused_as_a_name() -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass("by_weather[mode] * distance_km")

    assert (refusal.value.code, refusal.value.at) == ("FML-102", 0)


def test_a_function_that_the_language_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass("2 * round(grams)")

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-103", 4)
    assert "min, max, clip, if, exp, ln, sqrt, given, otherwise" in fault.what()
    assert "use one of these" in fault.remedy()


@pytest.mark.parametrize(
    ("text", "column", "wanted"),
    [
        ("min(grams)", 0, "min(a, b, …)"),
        ("max(grams)", 0, "max(a, b, …)"),
        ("clip(grams, grams)", 0, "clip(x, low, high)"),
        ("if(x > 1, grams)", 0, "if(condition, a, b)"),
        ("exp(x, x) * grams", 0, "exp(x)"),
        ("ln(x, x) * grams", 0, "ln(x)"),
        ("sqrt(x, x) * grams", 0, "sqrt(x)"),
        ("otherwise(grams)", 0, "otherwise(x, y)"),
        ("if(given(grams, x), grams, grams)", 3, "given(name)"),
        ("if(given(2 * x), grams, grams)", 11, "the name of an input"),
        ("distance_km * by_mode", 14, "by_mode[mode]"),
        ("distance_km * by_two[mode]", 14, "2 keys (mode, power)"),
        ("distance_km * per_km[mode]", 14, "no keys"),
    ],
)
def test_a_function_or_a_table_with_another_number_of_arguments_is_refused(
    text: str, column: int, wanted: str
) -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass(text)

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-104", column)
    assert wanted in fault.what()
    assert "give it what it takes" in fault.remedy()


def test_sixteen_arguments_of_min_are_taken_and_seventeen_refused() -> None:
    mass(f"min({', '.join(['grams'] * 16)})")

    with pytest.raises(FormulaFault) as refusal:
        mass(f"min({', '.join(['grams'] * 17)})")
    assert refusal.value.code == "FML-104"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("if(mode == 'tram', grams, grams)", 11),
        ("if('tram' == mode, grams, grams)", 3),
        ("if(mode != 'tram', grams, grams)", 11),
        ("if(mode in ('bus', 'tram'), grams, grams)", 19),
    ],
)
def test_a_text_that_an_input_can_never_be_is_refused_at_its_column(text: str, column: int) -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass(text)

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-106", column)
    assert "mode is never 'tram'; it is one of walk, bus, metro" in fault.what()
    assert "`one_of`" in fault.remedy()


def test_a_text_input_without_a_closed_set_may_be_compared_with_any_text() -> None:
    assert holds("note == 'tram'", {"note": "tram"}) is True


def test_a_fault_shows_the_formula_with_a_mark_under_the_column() -> None:
    with pytest.raises(FormulaFault) as refusal:
        mass("grams + mass_kg")

    lines = str(refusal.value).splitlines()

    at = next(number for number, line in enumerate(lines) if line.lstrip().startswith("Formula"))
    assert lines[at].index("mass_kg") == lines[at + 1].index("^")
