"""The engine that runs the columns."""

from __future__ import annotations

import pytest

from tanpuhui.engine import RelationalBackend
from tanpuhui.pipeline import open_engine


@pytest.fixture(scope="session")
def backend() -> RelationalBackend:
    """A back end that runs any Ibis expression."""
    return open_engine()
