"""``tanpuhui ledger correct`` and ``restate`` as they are typed, each test in a home of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_run import Typed, command_of
from tests.tidy.house import LIBRARY

pytestmark = pytest.mark.slow  # each command is a process, which starts a database

HANKOU = ("--programme", "hankou")
STEPS = """\
record_id,subject,scene,started_at,ended_at,region,evidence,steps,partner
s-1,anna,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,7250,hankou-bank
s-2,bo,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,500,hankou-bank
"""


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """The command on a home of the test's own, in which two walks are posted: 145 g and 10 g."""
    command = command_of(tmp_path / "home")
    steps = tmp_path / "steps.csv"
    steps.write_text(STEPS, encoding="utf-8")
    posted = command("run", *HANKOU, steps)
    assert posted.returncode == 0, posted.stderr
    return command


def _json(typed: Typed, *words: str | Path) -> dict[str, Any]:
    done = typed(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_record_is_withdrawn_once_and_the_statement_says_why(
    typed: Typed, tmp_path: Path
) -> None:
    known_at = datetime.now(tz=UTC).isoformat()
    words = ("ledger", "correct", *HANKOU, "--record", "hankou-bank", "s-1",
             "--because", "partner-error", "--note", "ticket 12")  # fmt: skip

    tried = _json(typed, *words, "--dry-run")
    done = _json(typed, *words)
    again = _json(typed, *words)
    shown = typed(*words)

    assert (tried["batch"], tried["dry_run"], tried["credited_mg"]) == (None, True, -145_000)
    assert done["batch"].startswith("hankou-000002-")
    assert (done["kind"], done["reason"], done["note"]) == (
        "withdrawal", "partner-error", "ticket 12",
    )  # fmt: skip
    assert (done["withdrawn"], done["reversed_lines"], done["credited_mg"]) == (1, 1, -145_000)
    assert again.pop("repeated") is not done.pop("repeated")
    assert again == done
    assert "与首次结果相同" in shown.stdout
    told = typed("ledger", "statement", *HANKOU, "--subject", "anna", "--partner", "hankou-bank")
    assert "冲回：该记录已撤回，合作方上报有误（ticket 12）" in told.stdout
    assert "合计 total  0 g" in told.stdout
    # Anna's 145 g were known before.
    now = _json(typed, "ledger", "books", *HANKOU)["books"]["person"]
    then = _json(typed, "ledger", "books", *HANKOU, "--known-at", known_at)["books"]["person"]
    assert (now["credited_mg"], then["credited_mg"]) == (10_000, 155_000)


def test_a_restatement_under_the_same_rules_changes_nothing_and_says_so(typed: Typed) -> None:
    words = ("ledger", "restate", *HANKOU, "--methodology", "rates.hankou_2022",
             "--from", "2026-03-01")  # fmt: skip

    told = typed(*words)
    found = _json(typed, *words)

    assert "nothing to change" in told.stdout
    assert (found["batch"], found["read_lines"], found["difference_lines"]) == (None, 2, 0)


def test_a_restatement_under_a_programme_that_names_another_methodology_is_posted(
    typed: Typed, tmp_path: Path
) -> None:
    # 10,001 steps of 0.02 g are 200.02 g by either; Hankou's own rule credits 200 g a day.
    steps, file = tmp_path / "more.csv", tmp_path / "hankou.yaml"
    steps.write_text(STEPS.replace("7250", "10001").replace("s-1", "s-3").replace("anna", "chen")
                     .replace("s-2", "s-4").replace("bo", "dan"), encoding="utf-8")  # fmt: skip
    assert typed("run", *HANKOU, steps).returncode == 0
    text = (LIBRARY / "programmes" / "hankou.yaml").read_text(encoding="utf-8")
    old = "walk: {methodology: rates.hankou_2022}"
    assert old in text
    new = "walk: {methodology: rates.hubei_tantanxingqiu_2021}"
    accepted = "text: [read], grade: [read]"
    assert accepted in text
    text = text.replace(accepted, "text: [read, reported], grade: [read, reported]")
    file.write_text(text.replace(old, new), encoding="utf-8")
    words = ("ledger", "restate", "--programme", file, "--methodology", "rates.hankou_2022",
             "--from", "2026-03-01", "--because", "the exchange runs it now")  # fmt: skip

    done = _json(typed, *words)

    assert (done["kind"], done["note"]) == ("restatement", "the exchange runs it now")
    assert (done["read_lines"], done["difference_lines"], done["credited_mg"]) == (4, 1, 20)
    books = _json(typed, "ledger", "books", *HANKOU)["books"]["person"]
    assert books["credited_mg"] == 145_000 + 10_000 + 200_020 + 10_000


def test_many_records_are_withdrawn_by_a_file(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("record_id,partner\ns-1,hankou-bank\ns-2,hankou-bank\n", encoding="utf-8")

    done = _json(typed, "ledger", "correct", *HANKOU, "--file", file, "--because",
                 "proven-cheating")  # fmt: skip

    assert (done["withdrawn"], done["credited_mg"]) == (2, -155_000)
    assert _json(typed, "ledger", "books", *HANKOU)["books"]["person"]["count"] == 0


def test_what_cannot_be_withdrawn_is_told_with_what_to_do(typed: Typed, tmp_path: Path) -> None:
    def told(*words: str | Path) -> str:
        done = typed("ledger", "correct", *HANKOU, *words)
        assert done.returncode == 2, done.stdout
        return done.stderr

    here = ("--because", "partner-error")
    assert "PIP-111" in told("--record", "hankou-bank", "s-9", *here)
    assert "PIP-116" in told(*here)
    assert "PIP-114" in told("--record", "hankou-bank", "s-1", *here, "--clawback", "pool-1")
    assert "--note" in told("--record", "hankou-bank", "s-1", "--because", "other")
    file = tmp_path / "wrong.csv"
    file.write_text("id\n1\n", encoding="utf-8")
    assert "no column 'partner'" in told("--file", file, *here)
    file.write_text("partner,record_id\nhankou-bank,\n", encoding="utf-8")
    assert "row 1" in told("--file", file, *here)
    books = typed("ledger", "books", *HANKOU, "--known-at", "2026-03-01T00:00:00")
    assert "has no offset" in books.stderr


def test_nothing_can_be_corrected_where_nothing_was_posted(tmp_path: Path) -> None:
    empty = command_of(tmp_path / "empty")

    done = empty("ledger", "correct", *HANKOU, "--record", "a", "b", "--because", "partner-error")

    assert done.returncode == 2
    assert "LDG-121" in done.stderr
