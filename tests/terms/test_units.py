"""Units are the vocabulary's alone, and their scales are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.terms import Unit, UnitMismatch, Units, UnknownUnit

UNITS = Units(
    {
        "gCO2e": "base",
        "kgCO2e": "1000 gCO2e",
        "m": "base",
        "km": "1000 m",
        "pkm": "1 km",
        "m2": "1 m * m",
        "ha": "10000 m2",
        "kg": "base",
        "MJ": "base",
        "kWh": "3.6 MJ",
        "step": "base",
        "share": "1",
    }
)
POWERS = st.dictionaries(st.sampled_from(UNITS.names()), st.integers(-3, 3), max_size=4)


def _scale(found: str, wanted: str) -> Decimal:
    return UNITS.scale(UNITS.parse(found), UNITS.parse(wanted))


@pytest.mark.parametrize(
    ("found", "wanted", "scale"),
    [
        ("km", "m", "1000"),
        ("m", "km", "0.001"),
        ("pkm", "km", "1"),  # a record is one person's act
        ("kWh", "MJ", "3.6"),  # not 3.6000000000000001
        ("ha", "m2", "10000"),
        ("ha", "km*km", "0.01"),
        ("kgCO2e/kWh", "gCO2e/kWh", "1000"),
        ("gCO2e/m", "kgCO2e/km", "1"),  # a thousand up and a thousand down
        ("gCO2e/pkm", "gCO2e/m", "0.001"),
        ("km/m", "share", "1000"),
        ("km^2", "ha", "100"),
    ],
)
def test_a_scale_says_exactly_how_many_of_the_wanted_make_one_of_the_found(
    found: str, wanted: str, scale: str
) -> None:
    assert _scale(found, wanted) == Decimal(scale)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [("kg", "kgCO2e"), ("km", "kg"), ("gCO2e/km", "gCO2e*km"), ("step", "share"), ("m2", "m")],
)
def test_units_that_measure_different_things_have_no_scale(found: str, wanted: str) -> None:
    with pytest.raises(UnitMismatch) as refusal:
        _scale(found, wanted)

    assert refusal.value.code == "LIB-203"
    assert (refusal.value.found, refusal.value.wanted) == (found, wanted)
    assert "check the formula and the unit of each of its factors" in refusal.value.remedy()


def test_a_unit_that_the_vocabulary_lacks_is_refused_with_those_that_look_like_it() -> None:
    with pytest.raises(UnknownUnit) as refusal:
        UNITS.parse("gCO2/km")

    assert refusal.value.code == "LIB-202"
    assert "'gCO2'" in refusal.value.what()
    assert "did you mean gCO2e" in refusal.value.remedy()
    assert "library/vocabulary/units.yaml" in refusal.value.remedy()


@pytest.mark.parametrize("name", ["mile", "kilometre", "hour", "kWhs", "Km", "kkm", "percent"])
def test_units_of_a_general_table_prefixes_and_plurals_are_unknown(name: str) -> None:
    with pytest.raises(UnknownUnit):
        UNITS.parse(name)


@pytest.mark.parametrize("text", ["gCO2e/", "/km", "2 km", "km^x", "*"])
def test_what_is_no_product_of_units_is_refused(text: str) -> None:
    with pytest.raises(UnknownUnit):
        UNITS.parse(text)


def test_units_multiply_divide_and_cancel() -> None:
    per_km, km = UNITS.parse("gCO2e/km"), UNITS.parse("km")

    product = UNITS.multiply(per_km, km)
    quotient = UNITS.divide(product, UNITS.parse("step"))

    assert product == Unit("gCO2e")
    assert quotient == Unit("gCO2e/step")
    assert UNITS.divide(km, km) == UNITS.none()


def test_a_length_by_a_length_in_another_unit_is_a_pure_number() -> None:
    ratio = UNITS.divide(UNITS.parse("km"), UNITS.parse("m"))

    assert UNITS.is_number(ratio)
    assert not UNITS.is_number(UNITS.parse("km"))


def test_the_root_of_an_area_is_a_length() -> None:
    side = UNITS.power(UNITS.parse("ha"), Decimal("0.5"))

    # The side of a square hectare is 100 m.
    assert UNITS.alike(side, UNITS.parse("m"))
    assert UNITS.scale(side, UNITS.parse("m")) == 100


@given(POWERS)
def test_the_text_of_a_computed_unit_reads_back_to_the_same_unit(powers: dict[str, int]) -> None:
    unit = UNITS.none()
    for name, power in powers.items():
        unit = UNITS.multiply(unit, UNITS.power(UNITS.parse(name), Decimal(power)))

    again = UNITS.parse(unit.text)

    assert UNITS.alike(again, unit)
    assert UNITS.scale(again, unit) == 1


def test_two_tables_of_units_do_not_know_each_other() -> None:
    _ = Units({"mile": "base"})

    with pytest.raises(UnknownUnit):
        UNITS.parse("mile")
