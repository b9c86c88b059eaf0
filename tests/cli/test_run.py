"""``tanpuhui run`` and ``tanpuhui ledger`` as they are typed, one home for the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tanpuhui import ledger
from tests.tidy.house import ROOT

Typed = Callable[..., subprocess.CompletedProcess[str]]
OPEN_DATA = ROOT / "examples" / "programmes" / "open-data.yaml"
CITIBIKE = ROOT / "examples" / "maps" / "citibike.yaml"

STEPS = """\
record_id,subject,scene,started_at,ended_at,region,evidence,steps
s-1,anna,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,7250
s-2,bo,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,10001
s-3,chen,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,many
"""
# As Citi Bike writes its trips; the last goes nowhere. 0.01 degrees of latitude are 1.1119508 km.
TRIPS = """\
"tripduration","starttime","stoptime","start station latitude","start station longitude",\
"end station latitude","end station longitude","bikeid"
600,"2020-03-01 08:00:00.1230","2020-03-01 08:10:00.4560",40.71,-74.0,40.72,-74.0,30001
600,"2020-03-01 09:00:00.1230","2020-03-01 09:10:00.4560",40.72,-74.0,40.71,-74.0,30001
600,"2020-03-01 08:00:00.1230","2020-03-01 08:10:00.4560",40.71,-74.0,40.71,-74.0,30002
"""
KEYS = {
    "batch", "received", "counted", "duplicate", "refused", "held", "baseline_mg", "reduction_mg",
    "credited_mg", "points", "people", "seconds", "books",
}  # fmt: skip


def command_of(home: Path) -> Typed:
    """The command in a process of its own, with this home."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        given = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "TANPUHUI_HOME": str(home)}
        return subprocess.run(
            [sys.executable, "-m", "tanpuhui", *map(str, words)],
            env=given, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Typed:
    """The command on a home that lasts as long as these tests, in which only ``first`` is posted
    under Hankou's rules, so that the order of tests decides nothing."""
    return command_of(tmp_path_factory.mktemp("home"))


@pytest.fixture
def typed_elsewhere(tmp_path: Path) -> Typed:
    """The command on a home of the test's own."""
    return command_of(tmp_path / "home")


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("in") / "steps.csv"
    file.write_text(STEPS, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def first(typed: Typed, steps: Path) -> subprocess.CompletedProcess[str]:
    """The first time the steps are posted."""
    return typed("run", "--programme", "hankou", "--partner", "hankou-bank", "--json", steps)


def test_a_run_says_as_json_what_scripts_rely_on(
    first: subprocess.CompletedProcess[str],
) -> None:
    result: dict[str, Any] = json.loads(first.stdout)

    assert set(result) >= KEYS
    assert (result["received"], result["counted"], result["people"]) == (3, 2, 2)
    assert result["refused"] == {"unreadable-steps": 1}
    # 7,250 steps are 145 g, 10,001 are 200.02 g of which 200 g are credited.
    assert (result["reduction_mg"], result["credited_mg"]) == (345_020, 345_000)
    assert result["books"]["person"]["credited_mg"] == 345_000
    assert result["books"]["partner"]["hankou-bank"]["points"] == {"tanbi": None}


def test_a_run_in_which_a_record_was_refused_ends_with_one(
    first: subprocess.CompletedProcess[str],
) -> None:
    assert first.returncode == 1
    assert first.stderr == ""


def test_the_same_file_again_is_answered_with_the_first_result(
    first: subprocess.CompletedProcess[str], typed: Typed, steps: Path
) -> None:
    again = typed("run", "--programme", "hankou", "--partner", "hankou-bank", "--json", steps)

    answers = [json.loads(text) for text in (first.stdout, again.stdout)]
    assert [answer.pop("repeated") for answer in answers] == [False, True]
    assert answers[0] == answers[1]


def test_the_lines_and_verdicts_of_a_batch_are_written_where_asked(
    first: subprocess.CompletedProcess[str], typed: Typed, steps: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    typed("run", "--programme", "hankou", "--partner", "hankou-bank", "--out", out, steps)

    lines = pq.read_table(out / "lines.parquet")
    verdicts = pq.read_table(out / "verdicts.parquet").to_pylist()
    assert lines.schema.equals(ledger.LINES)
    assert lines["credited_mg"].to_pylist() in ([145_000, 200_000], [200_000, 145_000])
    assert [(row["record_id"], row["verdict"], row["code"], row["reason"]) for row in verdicts] == [
        ("s-1", "counted", None, None),
        ("s-2", "counted", None, None),
        ("s-3", "refused", "unreadable-steps", "many"),
    ]


def test_the_books_of_a_programme_are_its_journal_summed(
    first: subprocess.CompletedProcess[str], typed: Typed
) -> None:
    told = typed("ledger", "books", "--programme", "hankou", "--json")
    shown = typed("ledger", "books", "--programme", "hankou")

    assert told.returncode == 0
    assert json.loads(told.stdout)["books"] == json.loads(first.stdout)["books"]
    assert "个人账本" in shown.stdout
    assert "345 g" in shown.stdout


def test_books_of_days_without_an_act_are_empty(
    first: subprocess.CompletedProcess[str], typed: Typed
) -> None:
    told = typed("ledger", "books", "--programme", "hankou", "--from", "2026-03-02")

    assert "nothing has been posted" in told.stdout


def test_a_statement_explains_each_line_and_what_a_limit_took(
    first: subprocess.CompletedProcess[str], typed: Typed
) -> None:
    person = ("--subject", "bo", "--partner", "hankou-bank")

    told = typed("ledger", "statement", "--programme", "hankou", *person)

    assert "reduction = 10,001 step × 0.02 gCO2e/step = 200.02 gCO2e" in told.stdout
    assert "减排量 = 10,001 步 × 0.02 克二氧化碳当量/步" in told.stdout
    assert "a limit took 0.02 g" in told.stdout
    assert "合计 total  200 g" in told.stdout


def test_a_person_nobody_knows_has_no_statement(typed: Typed) -> None:
    told = typed(
        "ledger", "statement", "--programme", "hankou", "--subject", "who", "--partner", "x"
    )

    assert told.returncode == 2
    assert "nobody is bound" in told.stderr


def test_a_statement_needs_one_name_of_the_person(typed: Typed) -> None:
    told = typed("ledger", "statement", "--programme", "hankou")

    assert told.returncode == 2
    assert "--subject and --partner" in told.stderr


def test_trips_of_a_foreign_file_count_once_each_with_a_distance(
    typed: Typed, tmp_path: Path
) -> None:
    trips = tmp_path / "trips.csv"
    trips.write_text(TRIPS, encoding="utf-8")

    told = typed("run", "--programme", OPEN_DATA, "--map", CITIBIKE, "--json", trips)

    result = json.loads(told.stdout)
    assert (result["counted"], result["refused"]) == (2, {"no-distance": 1})
    # 2 x floor(1.1119508 km x 48.70 g/km), in milligrams.
    assert result["credited_mg"] == 2 * 54_152


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_posted(
    typed_elsewhere: Typed, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(b"PAR1 and no more")
    good = tmp_path / "good.csv"
    good.write_text(STEPS.replace("s-", "t-").replace("many", "10"), encoding="utf-8")

    told = typed_elsewhere("run", "--programme", "hankou", "--partner", "hankou-bank", torn, good)

    assert told.returncode == 1
    assert "torn.parquet" in told.stderr
    assert "Do this" in told.stderr
    assert "计入 counted                 0" not in told.stdout


def test_where_nothing_could_be_posted_no_empty_books_are_shown(
    typed: Typed, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.csv"
    bare.write_text("a,b\n1,2\n", encoding="utf-8")

    told = typed("run", "--programme", "hankou", "--partner", "hankou-bank", bare)

    assert told.returncode == 1
    assert "nothing was posted" in told.stdout
    assert "企业账本" not in told.stdout
    assert "no column 'record_id'" in told.stderr
    assert "\n             where nothing names the partner" in told.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--programme", "hankou", "nowhere.csv"), "there is no nowhere.csv"),
        (("--programme", "hankuo", str(CITIBIKE)), "hankou"),
        (("--programme", "hankou", "--map", "none.yaml", str(CITIBIKE)), "there is no file"),
        (("--programme", "hankou", str(CITIBIKE), str(CITIBIKE)), "is named twice"),
        ((str(CITIBIKE),), "--programme"),
    ],
)
def test_a_wrong_command_says_what_is_wrong_and_posts_nothing(
    typed: Typed, words: tuple[str, ...], said: str
) -> None:
    told = typed("run", *words)

    assert told.returncode == 2
    assert said in told.stderr
    assert told.stdout == ""
