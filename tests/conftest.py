"""What all tests share: how random records are made, so that a printed seed makes them again."""

from __future__ import annotations

import gc

import pytest
from hypothesis import core, settings

# From the default, not from hypothesis' own profile for CI, which draws the same records each time.
# No deadline: a busy machine is not a wrong answer. The blob lets a failure be replayed by hand.
settings.register_profile(
    "tanpuhui", settings.get_profile("default"), deadline=None, print_blob=True
)
settings.load_profile("tanpuhui")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Hypothesis draws from the seed that pytest-randomly prints at the head of each run.

    And the collector of Python looks for rings less often. A plan is thousands of small objects
    above all that Django, Ibis and the library hold: by default an eighth of a batch went there.
    """
    gc.set_threshold(50_000, 20, 100)
    if session.config.getoption("hypothesis_seed", None) is None:
        core.global_force_seed = session.config.getoption("randomly_seed", None)
