"""``tanpuhui ledger export`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_correct import HANKOU, STEPS
from tests.cli.test_run import command_of

pytestmark = pytest.mark.slow  # each command is a process, which starts a database

DAY = ("--beancount", "2026-03-01")


def test_a_day_is_written_to_stdout_or_a_file_and_an_empty_one_says_so(tmp_path: Path) -> None:
    typed = command_of(tmp_path / "home")
    steps, file = tmp_path / "steps.csv", tmp_path / "day.beancount"
    steps.write_text(STEPS, encoding="utf-8")
    assert typed("run", *HANKOU, steps).returncode == 0

    shown = typed("ledger", "export", *HANKOU, *DAY)
    told = typed("ledger", "export", *HANKOU, *DAY, "--out", file, "--json")
    empty = typed("ledger", "export", *HANKOU, "--beancount", "2026-03-02")
    nowhere = typed("ledger", "export", *HANKOU, *DAY, "--out", tmp_path / "no" / "day")
    nobody = typed("ledger", "export", "--programme", "nobody-knows", *DAY)

    # Two walks, 7,250 and 500 steps of 0.02 g.
    assert "balance Assets:Persons  155000 MGCO2E" in shown.stdout
    found = json.loads(told.stdout)
    assert (found["day"], found["credited_mg"], len(found["batches"])) == ("2026-03-01", 155_000, 1)
    assert file.read_text(encoding="utf-8") == shown.stdout
    assert (empty.returncode, shown.stderr) == (0, "")
    assert "2026-03-02 当日无入账记录" in empty.stderr
    assert "balance Assets:Persons  0 MGCO2E" in empty.stdout
    assert (nowhere.returncode, "--out" in nowhere.stderr) == (2, True)
    assert (nobody.returncode, "LIB-111" in nobody.stderr) == (2, True)
