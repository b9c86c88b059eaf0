"""``tanpuhui compare``: one act through every rule that counts it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import Typed
from tests.tidy.house import ROOT

BUS = ROOT / "examples" / "compare" / "bus_rides.csv"
BIKE = ROOT / "examples" / "compare" / "bike_rides.csv"
FAST = ("--engine", "reference", "--day", "2024-06-01")


def test_the_bus_ride_has_at_least_eight_published_values_in_one_table(typed: Typed) -> None:
    result = typed("compare", "--scene", "bus_ride", BUS, *FAST)
    found = json.loads(typed("compare", "--scene", "bus_ride", BUS, *FAST, "--json").stdout)

    assert result.exit_code == 0
    assert found["figures"] >= 8
    figured = [row for row in found["methodologies"] if row["status"] == "computed"]
    for row in figured:
        assert row["methodology"] in result.stdout
        assert row["title"]["zh"] in result.stdout
    assert "104 克/公里" in result.stdout  # DB11/T 3043 prints its baseline
    assert "未公布" in result.stdout


def test_the_shared_bike_has_at_least_four(typed: Typed) -> None:
    found = json.loads(typed("compare", "--scene", "shared_bike_ride", BIKE, *FAST,
                             "--json").stdout)  # fmt: skip

    assert found["figures"] >= 4
    # The least of ten rides by the handbook is 52 g a ride, whatever its length.
    assert found["lowest"] == "rates.beijing_handbook_2023"


def test_the_answer_says_which_are_farthest_apart_and_how_far(typed: Typed) -> None:
    found = json.loads(typed("compare", "--scene", "bus_ride", BUS, *FAST, "--json").stdout)

    by_id = {row["methodology"]: row["record"] for row in found["methodologies"]}
    low, high = by_id[found["lowest"]], by_id[found["highest"]]
    assert found["times"] == high["median_mg"] / low["median_mg"] > 10


def test_a_parameter_is_set_in_one_methodology_or_in_all_that_have_it(typed: Typed) -> None:
    one = typed("compare", "--scene", "walk", _steps(), *FAST,
                "--set", "rates.hankou_2022:per_step=1", "--json")  # fmt: skip

    rows = {row["methodology"]: row for row in json.loads(one.stdout)["methodologies"]}
    assert rows["rates.hankou_2022"]["set"] == {"per_step": "1"}
    assert rows["rates.hankou_2022"]["record"]["median_mg"] == 7_250_000
    assert [row["set"] for name, row in rows.items() if name != "rates.hankou_2022"].count({}) == (
        len(rows) - 1
    )


def _steps() -> Path:
    return ROOT / "examples" / "first_numbers" / "a_day_in_wuhan.csv"


def test_a_parameter_that_no_methodology_of_the_scene_has_is_a_fault(typed: Typed) -> None:
    result = typed("compare", "--scene", "walk", _steps(), *FAST, "--set", "per_stp=1")

    assert result.exit_code == 2
    assert "LIB-309" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scene", "bus_rides"), "LIB-111"),
        (("--scene", "bus_ride", "--region", "42"), "LIB-201"),
        (("--scene", "bus_ride", "--out", "spread.pdf"), ".svg or .png"),
        (("--scene", "bus_ride", "--out", "nowhere/spread.svg"), "no folder"),
        ((), "--scene"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(
    words: tuple[str, ...], said: str, typed: Typed
) -> None:
    result = typed("compare", BUS, *words, *FAST)

    assert result.exit_code == 2
    assert said in result.stderr


def test_where_no_methodology_gives_a_figure_the_exit_code_says_so(
    typed: Typed, tmp_path: Path
) -> None:
    empty = tmp_path / "none.csv"
    empty.write_text("distance_km\n", encoding="utf-8")

    result = typed("compare", "--scene", "shared_bike_ride", empty, *FAST)

    assert result.exit_code == 1
    assert "no methodology gave a figure" in result.stdout


@pytest.mark.parametrize(("name", "begins"), [("s.svg", b"<svg"), ("s.png", b"\x89PNG")])
def test_the_picture_is_written_in_the_form_of_its_ending(
    name: str, begins: bytes, typed: Typed, tmp_path: Path
) -> None:
    result = typed("compare", "--scene", "bus_ride", BUS, *FAST, "--out", tmp_path / name)

    assert result.exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_without_the_package_that_draws_the_message_says_what_to_install(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)

    result = typed("compare", "--scene", "bus_ride", BUS, *FAST, "--out", tmp_path / "s.svg")

    assert result.exit_code == 2
    assert "CMP-101" in result.stderr
    assert "tanpuhui[pictures]" in result.stderr
