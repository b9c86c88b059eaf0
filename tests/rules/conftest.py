"""What the tests of the rules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small_library import SmallLibrary


@pytest.fixture
def small(tmp_path: Path) -> SmallLibrary:
    """A small library without fault, in a folder of its own."""
    return SmallLibrary(tmp_path / "library")
