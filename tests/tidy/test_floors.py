"""The floors of ARCHITECTURE.md hold, and each contract bites when one forbidden import is planted.

The contracts stand in pyproject.toml under [tool.importlinter].
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.house import PACKAGE, ROOT

FLOORS = "A floor imports only lower floors"
BACK_ENDS = "duckdb and pyspark only in engine.backends"
IBIS = "ibis only in engine, pipeline and the wide steps"
DJANGO = "Django only in web"
DATA_APPS = "A data app of web knows only the apps before it"


def test_the_import_contracts_hold() -> None:
    checked = _lint_imports(ROOT)

    assert checked.returncode == 0, f"\n{checked.stdout}\n{checked.stderr}"
    assert "0 broken" in checked.stdout


@pytest.mark.parametrize(
    ("package", "line", "contract"),
    [
        ("terms", "import tanpuhui.cli", FLOORS),
        ("rules", "import tanpuhui.engine", FLOORS),
        ("rules", "import duckdb", BACK_ENDS),
        ("quantify", "import duckdb", BACK_ENDS),
        ("engine", "import pyspark", BACK_ENDS),
        ("rules", "import ibis", IBIS),
        ("formula", "def late() -> None:\n    import ibis", IBIS),
        ("terms", "import django", DJANGO),
        ("web/participants", "import tanpuhui.web.ledger", DATA_APPS),
        ("web/ledger", "import tanpuhui.web.store", DATA_APPS),
    ],
)
def test_a_planted_import_breaks_its_contract(
    tmp_path: Path, package: str, line: str, contract: str
) -> None:
    copy = _copy_of_the_package(tmp_path)
    assert (copy / package / "__init__.py").is_file(), f"there is no package {package}"

    (copy / package / "planted.py").write_text(f'"""Planted by a test."""\n\n{line}\n')

    checked = _lint_imports(tmp_path)
    assert checked.returncode == 1, f"\n{checked.stdout}\n{checked.stderr}"
    broken = [row for row in checked.stdout.splitlines() if " BROKEN" in row]
    assert [contract in row for row in broken] == [True], checked.stdout


def test_a_step_that_imports_its_neighbour_breaks_the_floors(tmp_path: Path) -> None:
    copy = _copy_of_the_package(tmp_path)

    (copy / "dedup").mkdir(exist_ok=True)
    (copy / "dedup" / "__init__.py").write_text("import tanpuhui.quantify\n")

    checked = _lint_imports(tmp_path)
    assert checked.returncode == 1, checked.stdout
    assert "tanpuhui.dedup is not allowed to import tanpuhui.quantify" in checked.stdout


def test_a_package_on_no_floor_breaks_the_floors(tmp_path: Path) -> None:
    copy = _copy_of_the_package(tmp_path)

    (copy / "attic").mkdir()
    (copy / "attic" / "__init__.py").touch()

    checked = _lint_imports(tmp_path)
    assert checked.returncode == 1, checked.stdout
    assert "attic" in checked.stdout


def test_what_a_floor_may_import_breaks_nothing(tmp_path: Path) -> None:
    copy = _copy_of_the_package(tmp_path)

    (copy / "engine" / "backends" / "planted.py").write_text("import duckdb\nimport pyspark.sql\n")
    (copy / "dedup").mkdir(exist_ok=True)
    (copy / "dedup" / "__init__.py").write_text("import ibis\nimport tanpuhui.engine\n")
    (copy / "web").mkdir(exist_ok=True)
    (copy / "web" / "__init__.py").write_text("import django\n")
    planted = "import django.db\nimport tanpuhui.dedup\nimport tanpuhui.web.participants\n"
    (copy / "web" / "ledger" / "planted.py").write_text(planted)

    checked = _lint_imports(tmp_path)
    assert checked.returncode == 0, checked.stdout


def _copy_of_the_package(folder: Path) -> Path:
    copy = folder / PACKAGE.name
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return copy


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the contracts of a folder's pyproject.toml on the package in that folder."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": "", "PYTHONUTF8": "1", "COLUMNS": "200"},
    )
