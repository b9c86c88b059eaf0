"""``tanpuhui library new``: a skeleton with every key, and a check that names every gap."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command_line import Typed

OWN_BOWL = "food.own_bowl.example_2026"
SOURCES = Path("vocabulary", "sources.yaml")
FACTOR = Path("factors", "food", "own_bowl_example_2026.yaml")
METHOD = Path("methodologies", "food", "own_bowl", "example_2026.yaml")
VECTORS = Path("methodologies", "food", "own_bowl", "example_2026.vectors.yaml")


def filled(path: Path, *pairs: tuple[str, str]) -> None:
    """Fills gaps of a file, each text once."""
    text = path.read_text(encoding="utf-8")
    for gap, value in pairs:
        assert gap in text, gap
        text = text.replace(gap, value, 1)
    path.write_text(text, encoding="utf-8")


def test_new_writes_document_factor_methodology_and_vectors(typed: Typed, tmp_path: Path) -> None:
    result = typed("library", "new", OWN_BOWL, "--scene", "clean_plate", "--into", tmp_path,
                   "--json")  # fmt: skip

    assert result.exit_code == 0
    assert json.loads(result.stdout)["files"] == [
        str(tmp_path / file) for file in (SOURCES, FACTOR, METHOD, VECTORS)
    ]
    assert "inputs: [item_count]" in (tmp_path / METHOD).read_text(encoding="utf-8")


def test_check_names_every_gap_of_a_skeleton_and_holds_once_they_are_filled(
    typed: Typed, tmp_path: Path
) -> None:
    typed("library", "new", OWN_BOWL, "--scene", "clean_plate", "--into", tmp_path)

    def gaps() -> list[str]:
        told = typed("library", "check", "--library", tmp_path, "--json",
                     environment={"COLUMNS": "90"})  # fmt: skip
        faults = json.loads(told.stdout)["faults"]
        return [f"{Path(fault['where']['file']).name} {fault['code']}" for fault in faults]

    assert set(gaps()) == {"sources.yaml LIB-105"}
    filled(tmp_path / SOURCES, ("title: {en: null, zh: null}", "title: {en: Example, zh: 示例}"),
           ("issuer: {en: null, zh: null}", "issuer: null"), ("kind: null", "kind: enterprise"),
           ("read: null", "read: whole"), ("note: {en: null, zh: null}", "note: null"))  # fmt: skip

    named = {gap.split()[0] for gap in gaps()}
    assert named == {"own_bowl_example_2026.yaml", "example_2026.vectors.yaml"}
    filled(tmp_path / FACTOR, ("{en: null, zh: null}", "{en: Own bowl, zh: 自带餐具}"),
           ("unit: null", "unit: gCO2e/item"), ("- value: null", "- value: 12.5"),
           ("region: null", 'region: "100000"'), ("from: null", "from: 2026-01-01"),
           ("known_since: null", "known_since: 2026-01-01"),
           ("grade: null", "grade: read"))  # fmt: skip
    # A methodology is read once its document and its factors can be.
    assert {gap.split()[0] for gap in gaps()} == {"example_2026.yaml", "example_2026.vectors.yaml"}
    filled(tmp_path / METHOD,
           ("title: {en: null, zh: null}", "title: {en: Own bowl, zh: 自带餐具}"),
           ("standing: null", "standing: enterprise_algorithm"), ("text: null", "text: read"),
           ("issuer: {en: null, zh: null}", ""), ("scope: {en: null, zh: null}", ""),
           ("baseline_scenario: {en: null, zh: null}", ""),
           ("project_scenario: {en: null, zh: null}", ""),
           ("valid: {from: null", "valid: {from: 2026-01-01"),
           ("regions: []", 'regions: ["100000"]'),
           ("{reduction: null}", '{reduction: "item_count * rate"}'))  # fmt: skip
    vectors = (tmp_path / VECTORS).read_text(encoding="utf-8")
    begin, end = vectors.index("  # null x"), vectors.rindex("  - name:")
    (tmp_path / VECTORS).write_text(
        vectors[:begin]
        + "  # 2 x 12.5 = 25 g\n  - name: two meals\n"
        + "    given: [{scene: clean_plate, item_count: 2}]\n    expect: {reduction_mg: 25000}\n"
        + vectors[end:],
        encoding="utf-8",
    )

    assert gaps() == []


def test_a_planned_id_brings_its_titles_and_standing_along(typed: Typed, tmp_path: Path) -> None:
    typed("library", "new", "land.greenway.cd_2020", "--into", tmp_path)

    text = (tmp_path / "methodologies" / "land" / "greenway" / "cd_2020.yaml").read_text("utf-8")
    assert "成都市天府绿道" in text
    assert "standing: normative_document" in text


def test_new_never_writes_over_a_file(typed: Typed, tmp_path: Path) -> None:
    typed("library", "new", OWN_BOWL, "--into", tmp_path)
    before = (tmp_path / METHOD).read_text(encoding="utf-8")

    again = typed("library", "new", OWN_BOWL, "--scene", "walk", "--into", tmp_path)

    assert again.exit_code == 2
    assert "CLI-202" in again.stderr
    assert (tmp_path / METHOD).read_text(encoding="utf-8") == before


def test_a_second_skeleton_adds_its_document_to_the_list(typed: Typed, tmp_path: Path) -> None:
    typed("library", "new", OWN_BOWL, "--into", tmp_path)
    typed("library", "new", "food.own_cup.example_2026", "--into", tmp_path)

    text = (tmp_path / SOURCES).read_text(encoding="utf-8")
    assert text.count("sources:") == 1
    assert "food_own_cup_example_2026:" in text


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("Own Bowl", "CLI-203"),
        ("bowl", "CLI-203"),
        ("../etc.passwd", "CLI-203"),
        ("rates.hankou_2022", "CLI-202"),
    ],
)
def test_an_id_that_no_file_can_have_is_refused(
    given: str, code: str, typed: Typed, tmp_path: Path
) -> None:
    result = typed("library", "new", given, "--into", tmp_path)

    assert result.exit_code == 2
    assert code in result.stderr
    assert not list(tmp_path.iterdir())
