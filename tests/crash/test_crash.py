"""The short form: a few blows and flips, in processes of their own. The long form is a command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.tidy.house import ROOT

PATIENCE_SECONDS = 600


def _said(module: str, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, check=False, capture_output=True,
        text=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_by_killing_posters_and_correctors(
    pytestconfig: pytest.Config,
) -> None:
    seed = pytestconfig.getoption("randomly_seed")

    said = _said("tests.crash", "--kills", "3", "--seed", str(seed), "--quiet")

    assert "lost 0, doubled 0, disagreements 0" in said


@pytest.mark.slow
def test_flipped_bits_of_files_and_of_the_manifest_are_found_and_named(
    pytestconfig: pytest.Config,
) -> None:
    seed = pytestconfig.getoption("randomly_seed")

    said = _said("tests.crash.flips", "--flips", "12", "--seed", str(seed))

    assert "12 found and named, 0 not" in said
