"""The drill of the guide: what was lost comes back, and goes on as if nothing had happened."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.tidy.house import ROOT

PATIENCE_SECONDS = 400


@pytest.mark.slow
@pytest.mark.parametrize("database", ["embedded", "external"])
def test_a_home_that_is_lost_comes_back_and_posts_on_as_if_nothing_had_happened(
    database: str,
) -> None:
    found = _drilled(database)

    # Two batches stood before the back-up; the third was being posted meanwhile: whole or not.
    stood = found["restored"]["batches"]
    assert stood in (2, 3)
    assert stood == found["backed_up"]["batches"] == len(found["stood"])
    assert found["restored"]["agrees"]
    assert found["repeated"] == [True] * stood + [False] * (5 - stood)
    assert found["again"] == found["answers"]
    assert found["alike"]
    assert found["findings"] == []


@pytest.mark.slow
def test_a_back_up_holds_no_secret_and_is_not_restored_over_a_home() -> None:
    found = _drilled("embedded")

    assert not found["says_secret"]
    assert found["refused"] == "BAK-108"


_found: dict[str, dict[str, Any]] = {}


def _drilled(database: str) -> dict[str, Any]:
    """One drill of each kind for all tests of this file."""
    if database not in _found:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.crash.drill", database], cwd=ROOT, check=False,
            capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        _found[database] = json.loads(ended.stdout)
    return _found[database]
