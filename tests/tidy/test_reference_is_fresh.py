"""The pages say what the code does: those that are made, and what commands print in the others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.house import ROOT, files, named

MAKER = Path("docs", "build_reference.py")
# What the pages are made from, and the pages themselves. One page that is written by hand stands
# for all: what the others print is looked at in the tree itself, and some of it takes long.
NEEDED = ("docs/", "examples/", "library/", "tanpuhui/")
BY_HAND = "docs/start.md"
MADE = ("docs/reference/", "docs/zh/methodologies/")


def test_every_page_shows_what_the_code_makes_and_prints_now() -> None:
    checked = _check(ROOT)

    assert checked.returncode == 0, f"\n{checked.stdout}\n{checked.stderr}"


@pytest.mark.slow
def test_pages_that_are_stale_dead_or_missing_are_named_and_made_as_they_are_here(
    tmp_path: Path,
) -> None:
    copy = _copy(tmp_path)
    reference = copy / "docs" / "reference"
    (reference / "errors.md").write_text("# Errors\n", encoding="utf-8")
    (reference / "units.md").unlink()
    (reference / "attic.md").write_text("# Attic\n", encoding="utf-8")
    start = copy / BY_HAND
    start.write_text(start.read_text(encoding="utf-8").replace("97.4 gCO2e", "97.5 gCO2e"))
    wrong = [
        "docs/reference/attic.md: dead",
        "docs/reference/errors.md: stale",
        "docs/reference/units.md: stale",
        "docs/start.md: stale",
    ]

    checked = _check(copy)

    assert checked.returncode == 1, checked.stderr
    assert checked.stdout.splitlines() == [
        *wrong, "Do this: run `python docs/build_reference.py` and look at what changed",
    ]  # fmt: skip
    shutil.rmtree(reference / "methodologies")

    made = _run(copy)

    assert made.returncode == 0, made.stderr
    assert set(wrong) < set(made.stdout.splitlines())
    assert {path.relative_to(copy) for path in reference.rglob("*.md")} == {
        path.relative_to(ROOT) for path in (ROOT / "docs" / "reference").rglob("*.md")
    }
    for path in (*reference.rglob("*.md"), start):
        twin = ROOT / path.relative_to(copy)
        assert path.read_bytes() == twin.read_bytes(), named(twin)


def _copy(folder: Path) -> Path:
    for path in files():
        name = named(path)
        made = path.suffix != ".md" or name.startswith(MADE) or name == BY_HAND
        if name.startswith(NEEDED) and made:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / name)
    return folder


def _check(root: Path) -> subprocess.CompletedProcess[str]:
    return _run(root, "--check")


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / MAKER), *arguments],
        cwd=root,
        env={"PATH": "", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
