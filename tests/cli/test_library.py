"""``tanpuhui library list|show|check``: what the rules are, and whether their files hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tanpuhui.rules import Library
from tests.cli.command_line import TRIALS, Typed

HANKOU = "rates.hankou_2022"


def test_list_names_every_methodology_with_standing_and_titles(typed: Typed) -> None:
    result = typed("library", "list")

    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith(HANKOU)]
    assert "enterprise_algorithm" in line
    assert "汉口银行个人碳账户" in line
    assert "Hankou Bank personal carbon account" in line


@pytest.mark.parametrize(
    ("kind", "keys", "some_id"),
    [
        (
            "methodology",
            ["id", "status", "standing", "text", "grades", "lacking", "because", "zh", "en"],
            HANKOU,
        ),
        ("factor", ["id", "unit", "zh", "en"], "rates.hankou_step"),
        ("scene", ["id", "family", "zh", "en"], "walk"),
        (
            "checklist",
            ["id", "status", "standing", "text", "grades", "lacking", "because", "zh", "en"],
            "guideline.acef_031_2022",
        ),
    ],
)
def test_list_in_json_has_one_object_a_thing(
    kind: str, keys: list[str], some_id: str, typed: Typed, trials: Library
) -> None:
    rows = json.loads(
        typed("library", "list", "--kind", kind, "--json", "--library", TRIALS).stdout
    )

    present = [row["id"] for row in rows if row.get("status") != "planned"]
    assert present == list(trials.ids(kind))
    assert some_id in {row["id"] for row in rows}
    assert {tuple(row) for row in rows} == {tuple(keys)}


def test_list_without_a_kind_has_methodologies_and_checklists_in_one_order(
    typed: Typed, trials: Library
) -> None:
    rows = json.loads(typed("library", "list", "--json", "--library", TRIALS).stdout)

    both = [*trials.ids("methodology"), *trials.ids("checklist")]
    present = [row["id"] for row in rows if row["status"] == "present"]
    assert present == sorted(both)


def test_show_tells_of_a_checklist_what_was_read_and_what_was_not(typed: Typed) -> None:
    shown = typed("library", "show", "guideline.acef_031_2022").stdout
    found = json.loads(typed("library", "show", "guideline.acef_031_2022", "--json").stdout)

    for text in ("listed: 26 of 40", "光盘行动", "unread:", "reported (tacef_031_huaxia_2022)"):
        assert text in shown
    assert found["lists"] == "behaviours"
    assert len(found["items"]) == 26
    assert found["unread"]


def test_list_names_what_is_planned_and_why_it_is_not_there_yet(typed: Typed) -> None:
    rows = json.loads(typed("library", "list", "--json").stdout)

    planned = {row["id"]: row for row in rows if row["status"] == "planned"}
    greenway = planned["land.greenway.cd_2020"]
    assert greenway["standing"] == "normative_document"
    assert greenway["because"]["en"]
    assert "land.greenway.cd_2020" in typed("library", "list").stdout
    assert "planned" in typed("library", "show", "land.greenway.cd_2020").stdout


def test_list_shows_every_grade_and_what_has_no_value_in_one_table(typed: Typed) -> None:
    rows = {row["id"]: row for row in json.loads(typed("library", "list", "--json").stdout)}

    assert rows[HANKOU]["grades"] == ["read"]
    assert rows["mobility.bicycle.gd_2019001_v01"]["lacking"]
    (line,) = [
        line for line in typed("library", "list").stdout.splitlines() if line.startswith(HANKOU)
    ]
    assert " read " in line


def test_list_of_an_unknown_kind_is_a_wrong_command(typed: Typed) -> None:
    assert typed("library", "list", "--kind", "programmes").exit_code == 2


def test_show_tells_what_a_methodology_asks_for_and_by_what_it_computes(typed: Typed) -> None:
    shown = typed("library", "show", HANKOU).stdout
    found = json.loads(typed("library", "show", HANKOU, "--json").stdout)

    for text in ("汉口银行个人碳账户", "steps * per_step", "no-steps", "0.02", "ccpr_report_2023",
                 "at most 200 g for each person, local_day"):  # fmt: skip
        assert text in shown
    walk = found["cases"][0]
    assert found["id"] == HANKOU
    assert walk["scenes"] == ["walk"]
    assert walk["inputs"] == ["steps (step)"]
    assert walk["conditions"] == {"no-steps": "steps > 0 step"}
    assert walk["formula"] == {"reduction": "steps * per_step"}
    assert walk["limits"] == ["at most 200 g for each person, local_day"]
    assert len(found["sha256"]) == 64


def test_show_lists_every_column_with_unit_and_meaning(typed: Typed) -> None:
    shown = typed("library", "show", "mobility.public_transport.sz_2021").stdout
    found = json.loads(
        typed("library", "show", "mobility.public_transport.sz_2021", "--json").stdout
    )

    columns = {column["name"]: column for column in found["columns"]}
    assert list(columns) == ["scene", "distance_km", "power"]
    assert columns["distance_km"]["unit"] == "km"
    assert columns["distance_km"]["scenes"] == ["bus_ride", "metro_ride"]
    assert columns["power"]["choices"] == ["electric", "hybrid", "diesel", "gas", "hydrogen"]
    for column in columns.values():
        assert column["meaning"]["zh"]
        assert column["name"] in shown
    assert "FILE.csv: scene,distance_km,power" in shown


def test_show_lists_everything_that_set_can_give(typed: Typed) -> None:
    found = json.loads(typed("library", "show", "trial.without_value", "--json", "--library",
                             TRIALS).stdout)  # fmt: skip
    tabled = json.loads(typed("library", "show", "rates.hubei_tantanxingqiu_2021", "--json").stdout)

    assert [row["has_value"] for row in found["set"]].count(False) >= 1
    assert "per_ride.photo" in [row["set"] for row in tabled["set"]]
    shown = typed("library", "show", "rates.hubei_tantanxingqiu_2021").stdout
    assert "--set per_ride.EVIDENCE=VALUE" in shown


def test_show_tells_a_factor_with_its_values_and_sources(typed: Typed) -> None:
    shown = typed("library", "show", "rates.hankou_step").stdout
    found = json.loads(typed("library", "show", "rates.hankou_step", "--json").stdout)

    assert "0.02 in 420100 from 2022-08-25 on, 原文读到 read (ccpr_report_2023, 2.2.2.8)" in shown
    assert found["unit"] == "gCO2e/step"
    assert found["values"][0]["known_since"] == "2023-01-01"


def test_show_tells_a_value_that_is_not_at_hand_as_such(typed: Typed) -> None:
    result = typed("library", "show", "trial.not_at_hand", "--library", TRIALS)

    assert "no official value at hand in 100000" in result.stdout


def test_show_tells_a_scene_with_its_quantities_and_what_is_one_act(typed: Typed) -> None:
    found = json.loads(typed("library", "show", "navigated_trip", "--json").stdout)

    assert found["quantities"]["distance_km"] == "km, required"
    assert found["quantities"]["mode"] == "walk | bicycle | bus | metro, required"
    assert found["same_act"] == {"by": ["reference", "period"], "exclusive_class": "trip"}


def test_show_of_an_id_that_is_not_there_says_which_are_near(typed: Typed) -> None:
    result = typed("library", "show", "rates.hankou")

    assert result.exit_code == 2
    assert result.stderr.startswith("LIB-111")
    assert HANKOU in result.stderr


def test_show_of_a_methodology_without_value_says_what_is_lacking(typed: Typed) -> None:
    result = typed("library", "show", "trial.without_value", "--library", TRIALS)

    assert result.exit_code == 0
    assert "no official value at hand" in result.stdout


# -- check -----------------------------------------------------------------------------------------


def test_check_counts_the_files_and_says_that_all_hold(typed: Typed) -> None:
    told = typed("library", "check")
    found = json.loads(typed("library", "check", "--json").stdout)

    assert told.exit_code == 0
    assert told.stdout.rstrip().endswith(": all hold")
    assert found["faults"] == []
    assert found["methodology"] >= 9
    assert found["vectors"] >= 4 * found["methodology"]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A private library whose factor has a value without grade, on line 6."""
    library = tmp_path / "private"
    for kind in ("scenes", "factors", "methodologies", "vocabulary"):
        (library / kind).mkdir(parents=True)
    source = Path(TRIALS)
    shutil.copy(source / "vocabulary" / "sources.yaml", library / "vocabulary" / "sources.yaml")
    factor = (source / "factors" / "trial" / "carried.yaml").read_text(encoding="utf-8")
    (library / "factors" / "trial").mkdir()
    (library / "factors" / "trial" / "carried.yaml").write_text(
        factor.replace("    grade: assumed\n", ""), encoding="utf-8"
    )
    return library


def test_check_names_file_line_and_remedy_of_what_does_not_hold(broken: Path, typed: Typed) -> None:
    result = typed("library", "check", "--library", broken)

    assert result.exit_code == 1
    assert "LIB-208" in result.stderr
    assert "factors/trial/carried.yaml:5" in result.stderr
    assert "add 'grade:'" in result.stderr
    assert result.stdout.rstrip().endswith(": 1 faults")


def test_check_in_json_has_each_fault_with_its_place(broken: Path, typed: Typed) -> None:
    found = json.loads(typed("library", "check", "--library", broken, "--json").stdout)

    (fault,) = found["faults"]
    assert fault["code"] == "LIB-208"
    assert fault["where"]["file"].endswith("factors/trial/carried.yaml")
    assert fault["where"]["line"] == 5
    assert fault["do"]
    assert fault["read"] == "docs/reference/errors.md#lib-208"


def test_a_broken_file_is_a_fault_of_every_command_that_reads_it(
    broken: Path, typed: Typed
) -> None:
    result = typed("library", "show", "trial.carried", "--library", broken, "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["faults"][0]["code"] == "LIB-208"
