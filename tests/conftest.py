"""What all tests share: how random records are made, so that a printed seed makes them again."""

from __future__ import annotations

import pytest
from hypothesis import core, settings

# From the default, not from hypothesis' own profile for CI, which draws the same records each time.
# No deadline: a busy machine is not a wrong answer. The blob lets a failure be replayed by hand.
settings.register_profile(
    "tanpuhui", settings.get_profile("default"), deadline=None, print_blob=True
)
settings.load_profile("tanpuhui")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Hypothesis draws from the seed that pytest-randomly prints at the head of each run."""
    if session.config.getoption("hypothesis_seed", None) is None:
        core.global_force_seed = session.config.getoption("randomly_seed", None)
