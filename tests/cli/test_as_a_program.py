"""The command as a program of its own: bytes in, bytes out, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.tidy.house import ROOT


def run(
    *words: str, folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """``tanpuhui`` in a folder that knows nothing of the repository."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TANPUHUI")}
    return subprocess.run(
        [sys.executable, "-m", "tanpuhui", *words],
        cwd=folder,
        env={**plain, "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        check=False,
    )


def test_explain_runs_anywhere_and_prints_utf_8(tmp_path: Path) -> None:
    done = run("explain", "rates.hankou_2022", "steps=7250", folder=tmp_path)

    assert done.returncode == 0
    assert "减排量 = 7,250 步 × 0.02 克二氧化碳当量/步 = 145 克二氧化碳当量" in done.stdout.decode()
    assert done.stderr == b""


def test_explain_prints_chinese_where_the_machine_speaks_no_utf_8(tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = run("explain", "rates.hankou_2022", "steps=7250", folder=tmp_path, environment=plain)

    assert done.returncode == 0
    assert "145" in done.stdout.decode("utf-8", errors="replace")
    assert b"Traceback" not in done.stderr


def test_quantify_reads_a_file_and_writes_rows_totals_and_exit_code(tmp_path: Path) -> None:
    content = "scene,steps,备注\nwalk,7250,早\nwalk,0,晚\n"
    (tmp_path / "steps.csv").write_text(content, encoding="utf-8")

    done = run("quantify", "rates.hankou_2022", "steps.csv", folder=tmp_path)

    header, first, second = done.stdout.decode().splitlines()
    assert header.replace('"', "").endswith(
        "备注,baseline_mg,activity_mg,leakage_mg,reduction_mg,refused"
    )
    assert "145000" in first
    assert "no-steps" in second
    assert "1 counted · 1 refused (no-steps 1)" in done.stderr.decode().splitlines()[-1]
    assert done.returncode == 1


def test_a_wrong_command_exits_with_two_and_tells_a_program_in_json(tmp_path: Path) -> None:
    done = run("quantify", "rates.hankou_2022", "none.csv", "--json", folder=tmp_path)

    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["code"] == "REC-101"
    assert done.stderr == b""


def test_a_reader_that_leaves_early_ends_the_command_quietly(tmp_path: Path) -> None:
    lines = ["scene,steps", *("walk,7250" for _ in range(20_000))]
    (tmp_path / "steps.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "tanpuhui", "quantify", "rates.hankou_2022", "steps.csv"]
    command += ["--engine", "reference"]

    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        told = running.stderr.read().decode()

    assert "Traceback" not in told
