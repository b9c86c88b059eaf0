"""The public library, read once for all of these tests."""

from __future__ import annotations

import pytest

from tanpuhui.rules import Library
from tests.tidy.house import LIBRARY


@pytest.fixture(scope="session")
def library() -> Library:
    """The public library."""
    return Library((LIBRARY,))
