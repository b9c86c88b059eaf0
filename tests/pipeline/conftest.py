"""What the tests of the pipeline share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipeline.store import Store, store


@pytest.fixture
def open_store(tmp_path: Path) -> Callable[[str], Store]:
    """Opens an empty store for a programme."""
    return lambda name: store(name, tmp_path / name)
