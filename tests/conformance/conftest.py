"""The back ends that the suite runs on, and what is done where one lacks something."""

from __future__ import annotations

from typing import cast

import pytest

from tanpuhui.engine import Backend, RelationalBackend
from tests.conformance import trial_library


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is not possible is skipped with its reason; what is not yet done must fail so far."""
    for item in items:
        for mark in item.iter_markers("not_possible"):
            item.add_marker(pytest.mark.skip(reason=f"not possible: {mark.args[0]}"))
        for mark in item.iter_markers("not_yet"):
            item.add_marker(pytest.mark.xfail(reason=f"not yet: {mark.args[0]}", strict=True))


@pytest.fixture(params=trial_library.that_can("quantify"))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each back end in turn."""
    return trial_library.opened(request.param)


@pytest.fixture(params=trial_library.that_can("relational"))
def relational(request: pytest.FixtureRequest) -> RelationalBackend:
    """Each back end that runs any Ibis expression."""
    return cast(RelationalBackend, trial_library.opened(request.param))
