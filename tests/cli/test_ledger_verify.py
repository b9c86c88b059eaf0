"""``tanpuhui ledger verify`` as it is typed, and what it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tanpuhui.ledger import seals
from tests.cli.command_line import Typed
from tests.ledger.seals import sealed
from tests.tidy.house import ROOT

TESSERA = ROOT / "tests" / "ledger" / "seals" / "tessera"
VKEY = sealed.KEY.verifier().to_text()


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    (tmp_path / "proof.json").write_bytes(sealed.sealed().proof(3).to_bytes())
    return tmp_path / "proof.json"


def test_a_proof_that_holds_exits_with_zero_and_says_each_step(typed: Typed, proof: Path) -> None:
    done = typed("ledger", "verify", proof, "--key", VKEY)

    assert done.exit_code == 0, done.output
    assert "全部成立 · all holds" in done.output
    assert "签名 signature: signed by example.org/carbon/hankou+" in done.output
    assert "Note: no --key" not in done.output


def test_without_a_key_it_says_that_nothing_is_shown_about_who_signed(
    typed: Typed, proof: Path
) -> None:
    done = typed("ledger", "verify", proof)

    assert done.exit_code == 0
    assert "未给出公钥" in done.output
    assert "proves nothing about who signed" in done.output


def test_a_changed_gram_exits_with_one_and_names_line_expected_and_found(
    typed: Typed, proof: Path
) -> None:
    credited = str(sealed.row_of(3)["credited_mg"])
    proof.write_text(proof.read_text().replace(credited, str(int(credited) + 1_000)))

    done = typed("ledger", "verify", proof, "--key", VKEY)

    assert done.exit_code == 1
    assert "不成立 · does not hold" in done.output
    assert "位置 where     batch hankou-000003-1e46d731, line 3" in done.output
    assert "应为 expected" in done.output


def test_json_tells_a_program_the_same(typed: Typed, proof: Path) -> None:
    done = typed("ledger", "verify", proof, "--key", VKEY, "--json")

    told = json.loads(done.stdout)
    assert told["holds"] is True
    assert told["files"][0]["what"] == "line proof"
    assert all(step["holds"] for step in told["files"][0]["steps"])
    assert told["files"][0]["own_key"] is False


def test_a_folder_of_a_batch_is_verified_whole(typed: Typed, tmp_path: Path) -> None:
    sealed.exported(tmp_path / "batch", erased=(1,))

    done = typed("ledger", "verify", tmp_path / "batch", "--key", VKEY)

    assert done.exit_code == 0, done.output
    assert "分录 lines 5 · 已核对 opened 4 · 已封闭 closed 1 · 有误 wrong 0" in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("none.json",),
        (),
        ("proof.json", "--key", "nonsense"),
        ("proof.json", "--witness-key", "a+00000000+AA=="),
    ],
)
def test_a_wrong_command_exits_with_two(
    typed: Typed, proof: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(proof.parent)

    assert typed("ledger", "verify", *words).exit_code == 2


def test_a_key_that_is_none_is_told_in_json_too(typed: Typed, proof: Path) -> None:
    done = typed("ledger", "verify", proof, "--key", "nonsense", "--json")

    assert done.exit_code == 2
    assert json.loads(done.stdout)["faults"][0]["code"] == "SEA-102"


def test_a_file_of_anything_does_not_hold(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")

    assert typed("ledger", "verify", tmp_path / "list.csv", "--key", VKEY).exit_code == 1


HEAVY = ("django", "ibis", "duckdb", "psycopg")


def _loaded_by(words: list[str], folder: Path) -> tuple[int, set[str]]:
    """The exit code, and which of the heavy packages were loaded."""
    program = (
        "import sys\n"
        "from tanpuhui import cli\n"
        "try:\n"
        f"    cli.command({words!r})\n"
        "except SystemExit as end:\n"
        f"    loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "    print('loaded:', end.code, *loaded)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "", "TANPUHUI_HOME": "/dev/null/none"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == "", done.stderr
    _, code, *loaded = done.stdout.splitlines()[-1].split()
    return int(code), set(loaded)


def test_it_needs_no_home_and_loads_no_database_no_engine_and_no_site(tmp_path: Path) -> None:
    (tmp_path / "growth.json").write_bytes(sealed.sealed().growth(3, 4).to_bytes())

    words = ["ledger", "verify", "growth.json", "--key", VKEY]

    assert _loaded_by(words, tmp_path) == (0, set())


def test_the_log_of_somebody_else_is_verified_by_the_same_command(tmp_path: Path) -> None:
    key = (TESSERA / "vkey.txt").read_text().strip()

    words = ["ledger", "verify", str(TESSERA / "checkpoint-15.txt"), "--key", key]

    assert _loaded_by(words, tmp_path) == (0, set())


def test_the_seals_alone_load_neither_arrow_nor_cryptography() -> None:
    names = ("pyarrow", "cryptography", *HEAVY)
    program = (
        "import sys\nfrom tanpuhui.ledger import seals\n"
        f"print([name for name in {names!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True,
                          text=True, check=True)  # fmt: skip

    assert done.stdout.strip() == "[]"
    assert seals.__doc__
