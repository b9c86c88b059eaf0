"""The engines that run the part in columns."""

from __future__ import annotations

from typing import cast

import pytest

from tanpuhui.engine import RelationalBackend, open_backend


@pytest.fixture(scope="session", params=["duckdb"])
def backend(request: pytest.FixtureRequest) -> RelationalBackend:
    """Each back end that runs any Ibis expression."""
    return cast(RelationalBackend, open_backend(request.param))
