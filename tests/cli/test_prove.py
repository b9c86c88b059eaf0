"""``ledger prove``, ``ledger seal`` and ``ledger verify`` as they are typed, from file to proof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import cryptography
import pytest

from tests.cli.test_run import Typed, command_of
from tests.tidy.house import ROOT

pytestmark = pytest.mark.slow  # each command is a process, which starts a database

HANKOU = ("--programme", "hankou")
STEPS = """\
record_id,subject,scene,started_at,ended_at,region,evidence,steps,partner
s-1,anna,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,7250,hankou-bank
s-2,bo,walk,2026-03-01T00:00:00+08:00,2026-03-02T00:00:00+08:00,420100,device_sensor,500,hankou-bank
"""


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Typed:
    """The command on a home in which two walks are posted, and one is withdrawn."""
    folder = tmp_path_factory.mktemp("sealed")
    command = command_of(folder / "home")
    steps = folder / "steps.csv"
    steps.write_text(STEPS, encoding="utf-8")
    _told(command, "run", *HANKOU, steps)
    _told(command, "ledger", "correct", *HANKOU, "--record", "hankou-bank", "s-2",
          "--because", "partner-error")  # fmt: skip
    return command


def _told(typed: Typed, *words: str | Path) -> dict[str, Any]:
    done = typed(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_posted_record_is_proved_and_verified_elsewhere_without_database_or_lake(
    typed: Typed, tmp_path: Path
) -> None:
    told = _told(typed, "ledger", "prove", *HANKOU, "--record", "hankou-bank", "s-1",
                 "--out", tmp_path / "proofs")  # fmt: skip
    status = _told(typed, "ledger", "seal", "status", *HANKOU)
    batch = told["proofs"][0]["batch"]
    _told(typed, "ledger", "seal", "export", batch, "--out", tmp_path / "batch")
    _told(typed, "ledger", "seal", "consistency", *HANKOU, "--from", "1",
          "--out", tmp_path / "grown.json")  # fmt: skip

    assert (status["size"], status["behind"], status["unsealed_batches"]) == (2, False, 0)
    assert told["proofs"][0]["credited_mg"] == 145_000
    files = [told["proofs"][0]["file"], str(tmp_path / "batch"), str(tmp_path / "grown.json")]
    keys = [word for key in status["keys"] for word in ("--key", key["vkey"])]
    assert told["key"] in keys
    done = _verified_elsewhere(tmp_path / "elsewhere", *files, *keys, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    reports = json.loads(done.stdout)["files"]
    assert [report["what"] for report in reports] == ["line proof", "batch", "consistency proof"]
    assert reports[1]["counts"] == {"lines": 2, "opened": 2, "closed": 0, "wrong": 0}


def _verified_elsewhere(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``ledger verify`` in an environment of its own, which has neither Django nor an engine.

    The wheel's content and the few libraries that verification needs are linked into it, since a
    test fetches nothing.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, site], check=True)
    ours = Path(cryptography.__file__).parents[1]
    for name in ("click", "cryptography", "cffi", "_cffi_backend", "pyarrow", "yaml", "_yaml",
                 "lark", "rich", "ruamel", "pint", "flexparser", "flexcache", "platformdirs",
                 "typing_extensions.py"):  # fmt: skip
        for found in (ours / name, *ours.glob(f"{name}.*")):
            if found.exists() and not (site / found.name).exists():
                (site / found.name).symlink_to(found)
    assert not any((site / name).exists() for name in ("django", "ibis", "duckdb", "psycopg"))
    return subprocess.run(
        [folder / "bin" / "python", "-P", "-m", "tanpuhui", "ledger", "verify", *words],
        env={"PATH": "", "PYTHONUTF8": "1"}, cwd=folder,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_what_cannot_be_proved_is_told_with_the_reason(typed: Typed, tmp_path: Path) -> None:
    unknown = typed("ledger", "prove", *HANKOU, "--record", "hankou-bank", "s-9",
                    "--out", tmp_path)  # fmt: skip
    no_batch = typed("ledger", "seal", "export", "hankou-9", "--out", tmp_path / "out")
    no_size = typed("ledger", "seal", "consistency", *HANKOU, "--from", "7",
                    "--out", tmp_path / "out.json")  # fmt: skip

    for done, code in ((unknown, "LDG-158"), (no_batch, "LDG-157"), (no_size, "LDG-161")):
        assert done.returncode == 2
        assert code in done.stderr
    assert "never received" in unknown.stderr


def test_a_new_key_is_told_and_the_status_names_both(typed: Typed) -> None:
    before = _told(typed, "ledger", "seal", "status", *HANKOU)["keys"]

    told = _told(typed, "ledger", "seal", "rotate", *HANKOU)
    shown = typed("ledger", "seal", "status", *HANKOU)

    assert shown.returncode == 0
    assert told["vkey"] in shown.stdout
    assert before[0]["vkey"] in shown.stdout
    assert "up to date" in shown.stdout


def test_publishing_again_writes_nothing_and_says_so(typed: Typed) -> None:
    assert _told(typed, "ledger", "seal", "publish", *HANKOU)["changed"] is False
    assert "nothing was missing" in typed("ledger", "seal", "publish", *HANKOU, "--whole").stdout
