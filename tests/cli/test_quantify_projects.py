"""``tanpuhui quantify`` with a methodology of projects: rows in, a result a project and year."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.command_line import TRIALS, Typed

LIBRARY = ("--library", TRIALS)
FAST = ("--engine", "reference")
ROWS = "project,year,discount,distance_km\nan,1,0.15,4\nan,1,,6\nbo,2,0,1\n"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_each_year_of_each_project_is_a_row_with_its_terms(typed: Typed, rows: Path) -> None:
    result = typed("quantify", "trial.project_terms", rows, *LIBRARY, *FAST)

    an, bo = csv.DictReader(io.StringIO(result.stdout))
    # (446 - 10 - 0.5) g x 0.85; (44.6 - 1 - 0.5) g.
    assert (an["project"], an["year"], an["distance"]) == ("an", "1", "10.0")
    assert (an["reduction_mg"], bo["reduction_mg"]) == ("370175", "43100")
    assert result.stderr.rstrip().endswith("reduction_mg 413275 (413.275 g)")
    assert "3 rows · 2 of 2 years counted" in result.stderr
    assert result.exit_code == 0


def test_json_tells_every_term_as_a_sentence(typed: Typed, rows: Path) -> None:
    result = typed("quantify", "trial.project_terms", rows, *LIBRARY, *FAST, "--json")

    answer = json.loads(result.stdout)
    assert answer["totals"]["reduction_mg"] == 413275
    assert answer["terms"]["distance"]["formula"] == "distance_km"
    sentences = answer["rows"][0]["sentences"]
    counted = "distance = Σ distance_km (over 2 rows of the year) = 10 km"
    assert sentences["distance"]["en"] == counted
    assert sentences["released"]["zh"] == "released = 1 − 0 = 1"
    assert sentences["reduction"]["en"].endswith("× (1 − 0.15) = 370.175 gCO2e")


def test_a_refused_year_ends_the_command_with_one(typed: Typed, rows: Path) -> None:
    rows.write_text(f"{ROWS}bo,2,,-5\n", encoding="utf-8")

    result = typed("quantify", "trial.project_terms", rows, *LIBRARY, *FAST)

    _, bo = csv.DictReader(io.StringIO(result.stdout))
    assert (bo["refused"], bo["because"]) == ("row-refused", "row 4: negative-distance_km")
    assert bo["reduction_mg"] == ""
    assert "1 refused (row-refused 1)" in result.stderr
    assert result.exit_code == 1


def test_a_column_that_is_not_read_is_a_fault(typed: Typed, rows: Path) -> None:
    rows.write_text(ROWS.replace("discount", "discuont"), encoding="utf-8")

    result = typed("quantify", "trial.project_terms", rows, *LIBRARY, *FAST)

    assert result.stderr.startswith(
        "ENG-108  trial.project_terms does not read the column discuont"
    )
    assert "did you mean discount?" in result.stderr
    assert result.exit_code == 2


def test_a_column_that_every_project_needs_is_asked_for(typed: Typed, rows: Path) -> None:
    rows.write_text("project,distance_km\nan,1\n", encoding="utf-8")

    result = typed("quantify", "trial.project_terms", rows, *LIBRARY, *FAST)

    assert "ENG-102  The records have no column year, discount" in result.stderr
    assert result.exit_code == 2


def test_one_record_is_not_what_a_project_is_made_of(typed: Typed) -> None:
    result = typed("explain", "trial.project_terms", "distance_km=1", *LIBRARY)

    assert result.stderr.startswith("ENG-109  trial.project_terms judges the years of a project")
    assert "tanpuhui quantify trial.project_terms FILE --json" in result.stderr
    assert result.exit_code == 2


def test_library_show_lists_every_column_choice_and_term(typed: Typed) -> None:
    result = typed("library", "show", "trial.project_terms", *LIBRARY)

    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "mode: bus | metro | walk | train; 默认 default bus" in lines
    assert "least: gCO2e; 可缺 optional" in lines
    assert "captured: share; 默认 default 0" in lines
    assert "行 rows of runs，必有 needed" in lines
    assert "distance_km: km; 必填 required" in lines
    assert "distance (km) = Σ distance_km, rows of runs, 当年 of the year" in lines
    assert "折扣 discount = discount" in lines
    assert "减排量 reduction = (baseline - activity - leakage) * (1 - discount)" in lines


def test_library_show_in_json_has_each_column_and_all_that_can_be_set(typed: Typed) -> None:
    result = typed("library", "show", "trial.project_terms", *LIBRARY, "--json")

    answer = json.loads(result.stdout)
    columns = {column["name"]: column for column in answer["columns"]}
    assert list(columns)[:4] == ["project", "year", "region", "credited_from"]
    assert (columns["mode"]["of"], columns["mode"]["default"]) == ("project", "bus")
    assert columns["distance_km"]["of"] == "rows of runs"
    settable = [one["set"] for one in answer["set"]]
    assert settable[:4] == ["mode", "least", "captured", "discount"]
    assert "by_mode.bus" in settable
    assert [term["id"] for term in answer["project"]["terms"]] == [
        "distance",
        "released",
        "emitted",
    ]
