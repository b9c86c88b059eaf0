"""Every document that the library set out to hold is there, or is planned with a reason."""

from __future__ import annotations

from tests.tidy.house import LIBRARY, complaint, named, read_yaml

PLAN = LIBRARY / "planned.yaml"
KINDS = ("methodologies", "checklists")
# The ids were fixed before the files were written; other people's scripts rely on them.
WANTED = [
    "conformance.bank_personal_carbon_account_zj",
    "conformance.ceca_incentive_2022",
    "conformance.db36t_1476_2021",
    "conformance.db36t_1477_2021",
    "conformance.enterprise_carbon_account_quzhou",
    "energy.airport_ground_power.cd_2020",
    "energy.distributed_pv.gd_2017003_v01",
    "energy.distributed_pv.gd_2017003_v02",
    "energy.distributed_pv.gd_2017003_v03",
    "energy.efficient_air_conditioner.gd_2017004_v01",
    "energy.efficient_air_conditioner.gd_2017004_v02",
    "energy.efficient_air_conditioner.gd_2017004_v03",
    "energy.energy_saving_retrofit.cd_2020",
    "energy.grid_renewables.cq_2021",
    "energy.heat_pump_water_heater.gd_2017005_v01",
    "energy.heat_pump_water_heater.gd_2017005_v02",
    "energy.heat_pump_water_heater.gd_2017005_v03",
    "energy.heating_boiler_switch.cd_2020",
    "energy.household_electricity.sz_2022",
    "energy.new_building.cq_2021",
    "energy.self_use_renewables.cq_2021",
    "food.clean_plate.beijing_handbook_2023",
    "food.clean_plate.guangpan_daka_2019",
    "food.clean_plate.luzhou_2024",
    "food.less_waste.cca_2022",
    "food.no_tableware.eleme_2022",
    "food.small_portion.acef_eleme_2022",
    "food.small_portion.caas_2023",
    "footprint.gathering",
    "footprint.person",
    "footprint.silk_road_gansu_2021",
    "goods.no_bag.ant_2022",
    "goods.no_bag.hema_2019",
    "goods.original_packaging.jd_2022",
    "goods.own_cup.reported_2024",
    "goods.parcel_box_return.cainiao_2023",
    "goods.second_hand_platform.ceta_2022",
    "goods.used_clothes.gd_2020_trial",
    "goods.used_clothes.gd_2022",
    "guideline.acef_031_2022",
    "home.smart_waste_sorting.acef_161_2024",
    "land.afforestation.cq_2021",
    "land.afforestation_care.cd_2020",
    "land.crop_growth.psbc_2022",
    "land.forest_management.cq_2021",
    "land.forest_management.gd_2017002_v01",
    "land.forest_protection.gd_2017001_v01",
    "land.forest_sink.gd_2017001_v02",
    "land.forest_sink.gd_2017001_v04",
    "land.greenway.cd_2020",
    "land.linpan.cd_2020",
    "land.rice_water.cq_2021",
    "land.soil_tested_fertilising.cd_2020",
    "land.wetland.cd_2020",
    "mobility.bicycle.gd_2019001_v01",
    "mobility.bus.acef_106_2023",
    "mobility.bus_rapid_transit.cq_2021",
    "mobility.car_not_driven.acef_2023",
    "mobility.car_not_driven.beijing_2017",
    "mobility.carpool.ccaa_38_2021",
    "mobility.charging_station.cm_098_v01",
    "mobility.charging_station.cq_2021",
    "mobility.digital_refuelling.ees_0009_2022",
    "mobility.electric_hybrid_vehicle.cms_048_v01",
    "mobility.electric_hybrid_vehicle.cq_2021",
    "mobility.electric_vehicle.csae_235_2021",
    "mobility.etc_lane.acef_108_2023",
    "mobility.etc_lane.ant_2022",
    "mobility.etc_lane.beijing_2014",
    "mobility.flight.google_tim_3",
    "mobility.flight.icao_v13",
    "mobility.freight_matching.2022",
    "mobility.low_carbon_travel.bj_2020",
    "mobility.low_carbon_travel.db11t_3043_2024",
    "mobility.low_carbon_travel.qd_2022",
    "mobility.metro.acef_107_2023",
    "mobility.new_energy_vehicle.cas_536_2021",
    "mobility.petrol_to_electric_car.bj_2022",
    "mobility.public_transport.sz_2021",
    "mobility.shared_cycling.edc_cec_2021",
    "mobility.shared_cycling.hello_2022",
    "office.e_invoice.ant_2022",
    "office.online_document.acef_2022",
    "office.online_meeting.ceec_2021",
    "office.paperless.yuanta_2023",
    "rates.ant_forest_2022",
    "rates.beijing_handbook_2023",
    "rates.hankou_2022",
    "rates.hubei_tantanxingqiu_2021",
    "rates.luzhou_2024",
    "rates.pingan_2022",
    "rates.spdb_2022",
    "rates.winter_olympics_2022",
    "venue.hotel.cd_2021",
    "venue.restaurant.cd_2021",
    "venue.scenic_area.cd_2021",
    "venue.shop.cd_2021",
    "waste.alternative_treatment.cq_2021",
    "waste.household_recyclables.qz_db3308t_102_2022",
    "waste.landfill_gas.cq_2021",
    "waste.manure_compost.cq_2021",
    "waste.wastewater_methane.cq_2021",
]


def test_nothing_is_both_planned_and_present() -> None:
    both = sorted(_planned() & _present())

    assert not both, complaint(
        f"{named(PLAN)} names what is not there yet.", both, "take its row out: the file is there"
    )


def test_every_id_of_the_plan_is_present_or_planned() -> None:
    lost = sorted(set(WANTED) - _planned() - _present())

    assert not lost, complaint(
        "Each document of the plan is a file, or a row that says why it is none yet.",
        lost,
        f"write the file, or a row in {named(PLAN)} with id, title, standing and because",
    )


def _planned() -> set[str]:
    return {row["id"] for row in read_yaml(PLAN)["planned"]}


def _present() -> set[str]:
    found = set()
    for kind in KINDS:
        top = LIBRARY / kind
        for path in top.rglob("*.yaml"):
            if not path.name.endswith(".vectors.yaml"):
                found.add(".".join(path.relative_to(top).with_suffix("").parts))
    return found
