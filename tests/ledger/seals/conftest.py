"""A stand-in for the canonical bytes of a line, which these tests take as given."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest


def stand_in(row: Mapping[str, Any]) -> bytes:
    """Different bytes for different lines: that is all that a proof asks of them."""
    return json.dumps({name: repr(value) for name, value in row.items()}).encode()


@pytest.fixture(autouse=True)
def canonical(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "tanpuhui.ledger.seals.canonical"
    module = ModuleType(name)
    module.canonical_bytes = stand_in  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
