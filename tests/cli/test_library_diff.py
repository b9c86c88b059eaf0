"""``tanpuhui library diff``: what a change of the rules changes, in grams, for whom."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Typed
from tests.tidy.house import LIBRARY

STEP = "factors/rates/hankou_step.yaml"
HANKOU = "rates.hankou_2022"
Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the library with one text of one file replaced."""

    def make(file: str, old: str, new: str) -> Path:
        copy = tmp_path / "copy"
        if not copy.exists():
            shutil.copytree(LIBRARY, copy)
        text = (copy / file).read_text(encoding="utf-8")
        assert text.count(old) >= 1
        (copy / file).write_text(text.replace(old, new), encoding="utf-8")
        return copy

    return make


def compared(typed: Typed, *sides: str | Path) -> Any:
    result = typed("library", "diff", *sides, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_library_does_not_differ_from_itself(typed: Typed) -> None:
    found = compared(typed, LIBRARY, LIBRARY)

    assert (found["methodologies"], found["scenes"], found["programmes"]) == ([], [], [])
    assert "没有差别" in typed("library", "diff", LIBRARY, LIBRARY).stdout


def test_a_changed_value_says_which_programmes_regions_days_and_grams_it_moves(
    typed: Typed, edited: Edit
) -> None:
    found = compared(typed, LIBRARY, edited(STEP, "value: 0.02", "value: 0.03"))

    (change,) = found["methodologies"]
    assert (change["id"], change["change"], change["keys"]) == (HANKOU, "changed", [])
    assert change["values"] == [
        {"factor": "rates.hankou_step", "unit": "gCO2e/step", "region": "420100",
         "from": "2022-08-25", "until": None, "old": {"": "0.02"}, "new": {"": "0.03"}}
    ]  # fmt: skip
    # 7,250 steps: 7250 x 0.02 = 145 g, 7250 x 0.03 = 217.5 g.
    walk = next(act for act in change["acts"] if act["old_mg"] == 145_000)
    assert (walk["new_mg"], walk["difference_mg"]) == (217_500, 72_500)
    assert (walk["region"], walk["day"]) == ("420100", "2022-08-25")
    assert change["programmes"]["hankou"] == ["walk", "bus_ride", "metro_ride", "bill_payment"]
    shown = typed("library", "diff", LIBRARY, edited(STEP, "value: 0.03", "value: 0.03")).stdout
    assert "145 g → 217.5 g（+72.5 g, +50.0%）" in shown


def test_a_value_that_is_new_from_a_day_moves_acts_of_that_day_and_not_earlier_ones(
    typed: Typed, edited: Edit
) -> None:
    text = (LIBRARY / STEP).read_text(encoding="utf-8")
    begin = text.index("  - value: 0.02")
    later = text[begin:].replace("0.02", "0.025").replace("from: 2022-08-25", "from: 2026-01-01")
    copy = edited(STEP, "    until: null", "    until: 2026-01-01")
    (copy / STEP).write_text((copy / STEP).read_text("utf-8").rstrip() + "\n" + later, "utf-8")

    (change,) = compared(typed, LIBRARY, copy)["methodologies"]

    (value,) = change["values"]
    assert (value["from"], value["until"]) == ("2026-01-01", None)
    assert {act["day"] for act in change["acts"]} == {"2026-01-01"}


def test_another_formula_names_its_key_and_the_acts_that_it_moves(
    typed: Typed, edited: Edit
) -> None:
    file = "methodologies/rates/hankou_2022.yaml"
    copy = edited(file, '"steps * per_step"', '"2 * steps * per_step"')

    (change,) = compared(typed, LIBRARY, copy)["methodologies"]

    assert change["keys"] == ["walk.formula"]
    assert 2.0 in {act["new_mg"] / act["old_mg"] for act in change["acts"]}


def test_another_title_is_a_change_that_moves_no_gram(typed: Typed, edited: Edit) -> None:
    file = "methodologies/rates/hankou_2022.yaml"
    copy = edited(file, "zh: 汉口银行个人碳账户", "zh: 汉口银行碳账户")

    (change,) = compared(typed, LIBRARY, copy)["methodologies"]

    assert (change["keys"], change["acts"]) == (["title"], [])


def test_a_methodology_that_is_gone_or_new_is_named(typed: Typed, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(LIBRARY, copy)
    for file in (copy / "methodologies" / "goods" / "own_cup").iterdir():
        file.unlink()

    gone = compared(typed, LIBRARY, copy)["methodologies"]
    new = compared(typed, copy, LIBRARY)["methodologies"]

    assert [(c["id"], c["change"]) for c in gone] == [("goods.own_cup.reported_2024", "removed")]
    assert [(c["id"], c["change"]) for c in new] == [("goods.own_cup.reported_2024", "added")]


def test_a_programme_that_differs_names_its_keys(typed: Typed, edited: Edit) -> None:
    copy = edited("programmes/hankou.yaml", "already_posted: stays ",
                  "already_posted: superseded_by_stronger_evidence ")  # fmt: skip

    found = compared(typed, LIBRARY, copy)

    assert found["methodologies"] == []
    assert found["programmes"] == [
        {"id": "hankou", "change": "changed", "keys": ["already_posted"]}
    ]


def test_two_methodologies_are_compared_each_in_its_own_region_and_time(typed: Typed) -> None:
    (change,) = compared(
        typed, "food.clean_plate.luzhou_2024", "food.clean_plate.guangpan_daka_2019"
    )["methodologies"]

    # Luzhou prints 144 g a plate, Guangpan Daka 250 g.
    assert (144_000, 250_000) in {(act["old_mg"], act["new_mg"]) for act in change["acts"]}


def test_a_revision_of_git_is_a_version(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(LIBRARY, tmp_path / "library")
    monkeypatch.chdir(tmp_path)
    _git("init", "-q", ".")
    _git("add", "library")
    _git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first")
    step = tmp_path / "library" / STEP
    step.write_text(step.read_text("utf-8").replace("value: 0.02", "value: 0.03"), "utf-8")

    (change,) = compared(typed, "HEAD", tmp_path)["methodologies"]

    assert change["id"] == HANKOU


def _git(*words: str) -> None:
    subprocess.run(["git", *words], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("side", ["no-such-revision", "--output=x", "tests"])
def test_what_is_no_version_is_a_wrong_command(side: str, typed: Typed) -> None:
    result = typed("library", "diff", "--", side)

    assert result.exit_code == 2
    assert "CLI-201" in result.stderr
