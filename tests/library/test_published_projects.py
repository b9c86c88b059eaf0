"""Figures that others printed, from the columns that ``library show`` lists and nothing else.

None of them is in the files of the library: each is an example or a project of someone else, put
into a file as its inputs were printed, and quantified by the command.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tanpuhui.cli import command

Row = Mapping[str, object]


def quantified(
    methodology: str, rows: Sequence[Row], folder: Path, *options: str
) -> list[dict[str, Any]]:
    """What ``tanpuhui quantify`` makes of the rows, one result a record or year."""
    file = folder / "rows.csv"
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")
    typed = ["quantify", methodology, str(file), "--json", "--engine", "reference", *options]
    result = CliRunner().invoke(command, typed)
    assert result.exit_code == 0, result.output
    answer: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return answer


# -- first-order decay -----------------------------------------------------------------------------

# The IPCC Waste Model (19R_V5_Waste_Model.xls of the refinement of 2019), sheet Food, as carried in
# tests/data/test_waste_CH4_food_waste.xlsx of the public package bonsai_ipcc 0.5.3 (read whole on
# 2026-11-29): 2,300.322 Gg of food each year from 1950, DOC 0.15, DOCf 0.7, MCF 0.705, k 0.185,
# F 0.5, decay from the first day of the year after (month 13). Its column "CH4 generated", Gg:
IPCC_GG = {
    1951: 19.173192132521066, 1952: 35.1081142489792, 1953: 48.35169628281753,
    1954: 59.35849404468761, 1955: 68.50629081607181, 1956: 76.10906390057788,
    1957: 82.42776118026651, 1958: 87.6792575577805, 1959: 92.04379869376629,
}  # fmt: skip
MG_PER_GG = 10**12
MG_PER_TONNE = 10**9


def test_the_waste_model_of_the_ipcc_gives_ten_years_of_methane_from_food(tmp_path: Path) -> None:
    # The tool of the CDM lets waste decay from the year in which it is buried, the model of the
    # IPCC from the year after: our year 1950 is its 1951. A warming potential of 1 leaves methane.
    shared = {
        "phi": 1, "ox": 0, "mcf": 0.705, "methane_share": 0.5, "doc_f": 0.7, "gwp_ch4": 1,
    }  # fmt: skip
    deposit = {"waste": "food", "mass_t": 2_300_322, "doc": 0.15, "decay_rate": 0.185}
    rows = [{"year": year, **deposit, **shared} for year in range(1950, 1959)]

    years = quantified("waste.alternative_treatment.cq_2021", rows, tmp_path)

    # The sheet is computed in doubles, which hold these sums to some milligrams.
    found = {year["year"] + 1: year["baseline_mg"] for year in years}
    assert found == {year: pytest.approx(gg * MG_PER_GG, rel=1e-12) for year, gg in IPCC_GG.items()}


# -- rice ------------------------------------------------------------------------------------------


def test_a_thousand_hectares_of_rice_emit_what_the_australian_calculator_prints(
    tmp_path: Path,
) -> None:
    # github.com/aginnovationaustralia/emissions-calculators, the Greenhouse Accounting Framework of
    # Australia's primary industries: packages/calculators/src/test/Rice (rice.data.ts and
    # calculator.test.ts at 7132738, read on 2026-11-29). 1,000 ha, 100 days, regular rainfed,
    # not flooded for over 180 days before; 1.19 kg x 0.54 x 0.89 a hectare and day, methane x 28.
    # It prints riceCultivationCH4 1601.3592 t. Rainfed fields are none of ours: their factor, 0.54
    # of table 5.12, is given in the column that the method has for it.
    field = {
        "year": 2024, "zone": "world", "gwp_set": "AR5", "area_ha": 1000, "days": 100,
        "preseason": "single_crop", "water": "multiple_aeration", "sf_w_before": 0.54,
    }  # fmt: skip

    (year,) = quantified("land.rice_water.cq_2021", [field], tmp_path, "--day", "2024-01-01")

    assert year["baseline_mg"] == 1_601_359_200_000
    # Dried several times they would emit 0.55 of a flooded field, and save nothing.
    assert year["activity_mg"] == pytest.approx(year["baseline_mg"] * 0.55 / 0.54, rel=1e-12)


# -- solar power -----------------------------------------------------------------------------------


def test_a_megawatt_of_solar_power_gives_the_income_that_an_example_of_another_scheme_prints(
    tmp_path: Path,
) -> None:
    # The worked example of the source ccer_pv_income: 1 MW x 1,100 h x 0.7 t/MWh x 50 yuan/t =
    # 38,500 yuan a year. The factor is that of the example; Guangdong's own was not at hand.
    rows = [{"energy_kwh": 1_000 * 1_100}]

    (year,) = quantified(
        "energy.distributed_pv.gd_2017003_v03", rows, tmp_path, "--set", "grid=0.7"
    )

    assert Decimal(year["reduction_mg"]) / MG_PER_TONNE * 50 == Decimal(38_500)


# -- flight ----------------------------------------------------------------------------------------


def test_an_earlier_edition_of_the_travel_impact_model_printed_the_same_flight_with_less_fuel(
    tmp_path: Path,
) -> None:
    # github.com/google/travel-impact-model, README.md of version 1.9.1 (commit 118c28f, section
    # "Example emission estimation", read on 2026-11-29): Zurich to San Francisco, Boeing 787-9,
    # 1,727 kg + 52,970 kg = 54,697 kg of fuel, no freight taken off, 84.5 % of the seats occupied.
    # Economy 603.4, premium economy 905.101, business 2,413.6, first 3,017 kg, each step rounded.
    flight = {
        "body": "wide", "fuel_kg": 54_697, "economy_seats": 188, "premium_economy_seats": 21,
        "business_seats": 48, "first_seats": 0, "occupied_share": 0.845, "passenger_share": 1,
    }  # fmt: skip
    printed_kg = {"economy": 603.4, "premium_economy": 905.101, "business": 2413.6, "first": 3017}
    rows = [{"cabin": cabin, **flight} for cabin in printed_kg]

    found = quantified("mobility.flight.google_tim_3", rows, tmp_path, "--day", "2025-11-01")

    # Ours by hand: 54,697 x 3.8359 / (411.5 x 0.845) = 603.399...; x 1.5, x 4, x 5.
    assert {row["cabin"]: row["activity_mg"] / 1e6 for row in found} == {
        cabin: pytest.approx(kg, rel=4e-6) for cabin, kg in printed_kg.items()
    }
