"""What the tests of the pipeline share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.pipeline.store import Store, store


@pytest.fixture
def open_store(tmp_path: Path) -> Callable[[str], Store]:
    """Opens an empty store for a programme."""
    return lambda name: store(name, tmp_path / name)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A number for random worlds, another for each test and run.

    A run of the main job takes most of a second, however few the rows, so a law has one large world
    and not many small ones. ``--randomly-seed``, which is printed at the head of each run, makes
    the number again; a failure is shown as it is, since a smaller seed is no simpler world.
    """
    run = request.config.getoption("randomly_seed")
    return Random(f"{run} {request.node.name}").randrange(2**32)
