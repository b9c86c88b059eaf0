"""The wheel that `pip install .` builds carries the whole library, and runs from anywhere."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tidy.house import LIBRARY, PACKAGE, ROOT, files

pytestmark = pytest.mark.slow

# The first worked example of the README: 10 km by Shenzhen metro save 467 g.
QUESTION = (
    "explain",
    "mobility.public_transport.sz_2021",
    "scene=metro_ride",
    "distance_km=10",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_every_module_and_every_file_of_the_library(wheel: Path) -> None:
    modules = [p.relative_to(ROOT) for p in files() if p.is_relative_to(PACKAGE)]
    rules = [PACKAGE.relative_to(ROOT) / p.relative_to(ROOT) for p in files() if _is_rule(p)]

    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert {path.as_posix() for path in modules + rules} == held


def test_an_installed_wheel_answers_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)

    imported = _python(
        "-P", "-c", "import tanpuhui; print(tanpuhui.__file__)", cwd=tmp_path, site=site
    )
    answer = _python("-P", "-m", "tanpuhui", *QUESTION, cwd=tmp_path, site=site)

    assert imported.stdout.startswith(str(site)), imported.stdout + imported.stderr
    assert answer.returncode == 0, answer.stderr
    assert "467 g" in answer.stdout


def _is_rule(path: Path) -> bool:
    return path.is_relative_to(LIBRARY)


def _python(
    *arguments: str, cwd: Path, site: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs this Python; the package in ``site`` goes before the one that is installed."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={"PATH": "", "PYTHONUTF8": "1"} | ({"PYTHONPATH": str(site)} if site else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
