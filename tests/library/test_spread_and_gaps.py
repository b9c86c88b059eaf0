"""What the published rates of one act differ by, and what a rule without its values says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from tanpuhui.engine import Judge, plan_of
from tanpuhui.formula import EXACT
from tanpuhui.rules import Library, ParameterWithoutValue

# Scope known, values not: each must refuse until the official values are put in.
WITHOUT_VALUES = [
    "energy.distributed_pv.gd_2017003_v01",
    "energy.distributed_pv.gd_2017003_v02",
    "energy.distributed_pv.gd_2017003_v03",
    "energy.efficient_air_conditioner.gd_2017004_v01",
    "energy.efficient_air_conditioner.gd_2017004_v02",
    "energy.efficient_air_conditioner.gd_2017004_v03",
    "energy.heat_pump_water_heater.gd_2017005_v01",
    "energy.heat_pump_water_heater.gd_2017005_v02",
    "energy.heat_pump_water_heater.gd_2017005_v03",
    "energy.household_electricity.sz_2022",
    "food.less_waste.cca_2022",
    "food.small_portion.acef_eleme_2022",
    "footprint.silk_road_gansu_2021",
    "goods.original_packaging.jd_2022",
    "goods.second_hand_platform.ceta_2022",
    "goods.used_clothes.gd_2020_trial",
    "goods.used_clothes.gd_2022",
    "home.smart_waste_sorting.acef_161_2024",
    "office.low_carbon_meeting.acef_2023",
    "office.online_document.acef_2022",
    "office.paperless.acef_2023",
    "rates.winter_olympics_2022",
    "waste.household_recyclables.qz_db3308t_102_2022",
]


def _grams(library: Library, methodology: str, **record: Any) -> Decimal:
    found = library.methodology(methodology)
    there = {"region": found.regions[0], "day": date(2024, 6, 1)}
    with localcontext(EXACT):
        judged = Judge(plan_of(found, library.regions)).judge({**there, **record})
    assert judged.refused is None, judged.refused
    return judged.grams["reduction"]


@pytest.mark.parametrize(
    ("methodology", "grams"),
    [
        ("rates.hankou_2022", 80),
        ("rates.luzhou_2024", 80),
        ("rates.ant_forest_2022", 80),
        ("rates.beijing_handbook_2023", 80),
        ("rates.spdb_2022", 1022),
    ],
)
def test_a_bus_ride_is_worth_eighty_grams_and_at_one_bank_twelve_times_as_much(
    library: Library, methodology: str, grams: int
) -> None:
    ride = {"scene": "bus_ride", "item_count": Decimal(1)}

    assert _grams(library, methodology, **ride) == grams


@pytest.mark.parametrize(
    ("methodology", "grams"),
    [
        ("food.clean_plate.luzhou_2024", 144),
        ("food.clean_plate.guangpan_daka_2019", 250),
        ("food.clean_plate.beijing_handbook_2023", 449),
    ],
)
def test_a_clean_plate_has_three_published_values(
    library: Library, methodology: str, grams: int
) -> None:
    meal = {"scene": "clean_plate", "item_count": Decimal(1)}

    assert _grams(library, methodology, **meal) == grams


@pytest.mark.parametrize(
    ("alone", "in_list", "record"),
    [
        ("food.clean_plate.luzhou_2024", "rates.luzhou_2024",
         {"scene": "clean_plate", "item_count": Decimal(2)}),
        ("food.clean_plate.beijing_handbook_2023", "rates.beijing_handbook_2023",
         {"scene": "clean_plate", "item_count": Decimal(2)}),
        ("goods.no_bag.ant_2022", "rates.ant_forest_2022",
         {"scene": "no_bag", "item_count": Decimal(2)}),
        ("office.e_invoice.ant_2022", "rates.ant_forest_2022",
         {"scene": "e_invoice", "item_count": Decimal(2)}),
    ],
)  # fmt: skip
def test_a_rule_that_also_stands_in_a_list_of_rates_gives_the_same_grams(
    library: Library, alone: str, in_list: str, record: dict[str, Any]
) -> None:
    assert _grams(library, alone, **record) == _grams(library, in_list, **record)


def test_what_beijing_prints_as_not_less_than_is_kept_as_a_least_value(library: Library) -> None:
    factors = library.methodology("rates.beijing_handbook_2023").factors()

    wordings = {value.wording for factor in factors.values() for value in factor.values}
    assert wordings == {"at_least"}


def test_rides_alone_would_have_to_be_worth_six_floors_each_to_meet_the_first_month(
    library: Library,
) -> None:
    # Nearly 30,000 t by shared bike: even if all 88 million acts were rides, 340.9 g each, against
    # "not less than 52 g" in the handbook. So the claim is flagged; the floor is not the rate.
    (floor,) = library.factor("rates.beijing_bicycle").values
    at_least = Decimal(30_000_000_000) / 88_000_000

    assert round(at_least, 1) == Decimal("340.9")
    assert floor.cells[()] == 52
    assert at_least > 6 * 52


def test_the_mean_act_of_the_first_month_in_beijing_is_above_every_floor(library: Library) -> None:
    # 40,000 t over 88 million acts of the first month: 4e10 g / 8.8e7 = 454.5 g an act. With the
    # floors alone the total cannot be met, so the platform counts more, or claims more.
    factors = library.methodology("rates.beijing_handbook_2023").factors()
    floors = {name: value.cells[()] for name, f in factors.items() for value in f.values}

    mean = Decimal(40_000_000_000) / 88_000_000
    assert int(mean) == 454
    assert all(floor is not None and floor < mean for floor in floors.values())


@pytest.mark.parametrize(
    ("methodology", "record"),
    [
        ("rates.pingan_2022", {"scene": "green_asset_day", "amount_fen": Decimal(2_000_000)}),
        ("land.crop_growth.psbc_2022", {"scene": "crop_growth", "area_ha": Decimal(2)}),
    ],
)
def test_what_earns_points_only_counts_with_no_gram(
    library: Library, methodology: str, record: dict[str, Any]
) -> None:
    assert _grams(library, methodology, **record) == 0
    assert library.methodology(methodology).standing == "enterprise_algorithm"


@pytest.mark.parametrize("methodology", WITHOUT_VALUES)
def test_a_rule_whose_values_were_not_at_hand_refuses_and_names_the_file(
    library: Library, methodology: str
) -> None:
    with pytest.raises(ParameterWithoutValue) as refused:
        plan_of(library.methodology(methodology), library.regions)

    place = refused.value.place
    assert place is not None
    assert place.file.startswith("library/factors/")


def test_no_other_rule_of_the_library_lacks_a_value(library: Library) -> None:
    lacking = [
        name
        for name in library.ids("methodology")
        for factor in library.methodology(name).factors().values()
        if all(value.is_empty() for value in factor.values)
    ]

    assert set(lacking) - {name for name in lacking if name.startswith("mobility.")} == set(
        WITHOUT_VALUES
    )
