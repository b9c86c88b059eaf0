"""The factors that many methods lean on: what was printed comes out of what was printed beside it.

Each test is a case of the notes on methods, with the numbers as their sources print them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from math import exp, log

import pytest

from tanpuhui.formula import EXACT
from tanpuhui.rules import Library

DAY = date(2025, 6, 1)
CO2_OF_CARBON = Decimal(44) / Decimal(12)


def _cells(
    library: Library, factor: str, day: date = DAY, region: str = "100000"
) -> Mapping[tuple[str, ...], Decimal]:
    found = library.factor(factor).in_force(region, day).cells
    return {keys: number for keys, number in found.items() if number is not None}


def _one(library: Library, factor: str, day: date = DAY, region: str = "100000") -> Decimal:
    return _cells(library, factor, day, region)[()]


@pytest.mark.parametrize(
    ("fuel", "printed"),
    [
        # 43.070 GJ/t x 18.9 t/TJ x 0.98 x 44/12 / 1000 = 2.925056 tCO2/t, and so on
        ("gasoline", "2.925056"),
        ("diesel", "3.095910"),
        ("lpg", "3.101330"),
        ("lng", "2.831257"),
        ("fuel_oil", "3.170461"),
        ("bituminous_coal", "1.741750"),
        ("coke", "2.860419"),
    ],
)
def test_a_fuel_emits_its_heat_by_its_carbon_by_what_burns_of_it(
    library: Library, fuel: str, printed: str
) -> None:
    heat, carbon, burnt = (
        _cells(library, f"fuel.{name}")[(fuel,)]
        for name in ("net_calorific_value", "carbon_content", "oxidation")
    )

    emitted = heat * carbon * burnt * CO2_OF_CARBON / 1000

    assert round(emitted, 6) == Decimal(printed)


def test_ten_thousand_cubic_metres_of_gas_emit_what_the_table_prints(library: Library) -> None:
    heat = _one(library, "fuel.natural_gas_calorific_value")
    carbon = _cells(library, "fuel.carbon_content")[("natural_gas",)]
    burnt = _cells(library, "fuel.oxidation")[("natural_gas",)]

    emitted = heat * 10_000 * carbon * burnt * CO2_OF_CARBON / 1000

    assert round(emitted, 6) == Decimal("21.621888")


@pytest.mark.parametrize(
    ("waste", "printed"), [("municipal", "0.557333"), ("hazardous", "1.641750")]
)
def test_waste_burnt_as_a_whole_emits_what_the_table_prints(
    library: Library, waste: str, printed: str
) -> None:
    # 0.4 x 0.4 x 0.95 x 44/12; 0.5 x 0.9 x 0.995 x 44/12
    cells = _cells(library, "waste.incinerated_carbon")

    with localcontext(EXACT):
        shares = [cells[waste, measure] for measure in ("carbon", "fossil", "burnt")]
        emitted = shares[0] * shares[1] * shares[2] * 44 / 12

    assert round(emitted, 6) == Decimal(printed)


def test_the_waste_of_an_event_has_the_factor_of_municipal_waste(library: Library) -> None:
    burnt = _cells(library, "footprint.gathering_waste")

    assert burnt == {("burnt",): Decimal("0.557333")}


@pytest.mark.parametrize(
    ("grid", "announced"),
    [
        ("north", "-6.1"),
        ("northeast", "-8.0"),
        ("east", "-2.1"),
        ("central", "-2.3"),
        ("northwest", "-5.4"),
        ("south", "4.5"),
        ("southwest", "9.0"),
    ],
)
def test_the_regional_grids_of_2022_agree_with_the_changes_that_the_ministry_announced(
    library: Library, grid: str, announced: str
) -> None:
    # North: 0.6361 / 0.6776 - 1 = -6.12 %. So the file that quotes 2022 is believed, for 2022.
    before = _cells(library, "energy.grid_average_region", date(2022, 6, 1))[(grid,)]
    after = _cells(library, "energy.grid_average_region", date(2023, 6, 1))[(grid,)]

    change = (after / before - 1) * 100

    assert abs(change - Decimal(announced)) <= Decimal("0.1")


def test_the_factor_without_traded_power_rose_by_what_was_announced(library: Library) -> None:
    # 0.6096 / 1.041 = 0.58559
    name = "energy.grid_average_without_traded"
    before, after = (_one(library, name, date(year, 6, 1)) for year in (2022, 2023))

    assert round((after / before - 1) * 100, 1) == Decimal("4.1")


def test_no_margin_of_a_grid_stands_here_from_memory(library: Library) -> None:
    (value,) = library.factor("energy.grid_margin").values

    assert value.is_empty()
    assert len(value.cells) == 14


def test_standard_coal_is_what_the_totals_imply(library: Library) -> None:
    # Shenzhen 12,000 t for 4,516 tce; the handbook 200 million t for 77 million tce
    shenzhen = _one(library, "energy.standard_coal", region="440300")
    nation = _one(library, "energy.standard_coal")

    assert int(Decimal(12_000) / 4_516 * 1000) == int(shenzhen * 1000) == 2657
    assert int(Decimal(200) / 77 * 1000) == int(nation * 1000) == 2597


def test_a_stand_of_trees_has_the_root_shoot_ratio_and_stock_of_the_worked_example(
    library: Library,
) -> None:
    # 10 ha, 80 t/ha: R = exp(-1.085 + 0.9256 ln 80) / 80 = 0.243894;
    # 44/12 x 0.47 x 80 x 10 x 1.243894 = 1,714.915 tCO2
    of = _cells(library, "land.root_shoot_coefficient")
    carbon = float(_cells(library, "land.biomass_default")[("tree_carbon",)])

    ratio = exp(float(of[("a",)]) + float(of[("b",)]) * log(80)) / 80
    stock = 44 / 12 * carbon * 80 * 10 * (1 + ratio)

    assert round(ratio, 6) == 0.243894
    assert round(stock, 3) == 1714.915


def test_the_meal_of_the_beijing_handbook_can_be_rebuilt_from_two_other_publications(
    library: Library,
) -> None:
    # 0.093 kg x 4.8296 kg/kg = 449.1 g; the handbook prints "not less than 449 g". May be chance.
    wasted = _one(library, "food.meal_waste_city")
    factor = _cells(library, "food.catering_waste_beijing", region="110000")

    assert int(wasted * factor[("low",)] * 1000) == 449
    assert _one(library, "rates.beijing_clean_plate", region="110000") == 449


def test_the_two_methods_of_the_guangzhou_metro_meet_the_totals_of_the_same_trips(
    library: Library,
) -> None:
    # 2.40e9 trips x 0.5419 kg = 1.30 Mt; x 0.5155 kg = 1.24 Mt
    a_trip = _cells(library, "mobility.guangzhou_metro_trip", date(2015, 6, 1), "440100")
    trips = Decimal("2.40e9")

    totals = {method: round(kg * trips / 10**9, 2) for (method,), kg in a_trip.items()}

    assert totals == {"substitution": Decimal("1.30"), "mean": Decimal("1.24")}


def test_an_event_has_the_factors_of_travel_that_beijing_stated(library: Library) -> None:
    # 5.98 / 22 = 0.2718...; 1.35 / 22 = 0.0614 (rounded); the difference of a day: 4.63 kg
    a_km = _cells(library, "footprint.gathering_travel", region="110000")

    assert round(Decimal("5.98") / 22, 4) == a_km[("car",)]
    assert round(Decimal("1.35") / 22, 4) == a_km[("metro",)]
    assert round(22 * (a_km[("car",)] - a_km[("metro",)]), 2) == Decimal("4.63")
