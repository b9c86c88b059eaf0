"""A stand-in for the canonical bytes of a line where the package has none yet.

Proofs take them as given: different lines have different bytes, and what is no line has none.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from hashlib import sha256
from types import ModuleType
from typing import Any

import pytest

from tanpuhui import ledger
from tanpuhui.ledger.seals.json_form import value_written

CANONICAL = "tanpuhui.ledger.seals.canonical"


def stand_in() -> ModuleType:
    def commitment(salt: bytes, row: Mapping[str, Any]) -> bytes:
        for name in ("batch", "line", "credited_mg"):
            if row.get(name) is None:
                raise ValueError(f"a line has a {name}")
        # Arrow gives instants another name for UTC than the standard library does.
        values = [value_written(row.get(name)) for name in ledger.LINES.names]
        return sha256(salt + repr(values).encode()).digest()

    module = ModuleType(CANONICAL)
    module.commitment = commitment  # type: ignore[attr-defined]
    module.NUMBERS = dict.fromkeys(ledger.LINES.names, 0)  # type: ignore[attr-defined]
    return module


@pytest.fixture(autouse=True)
def canonical(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec(CANONICAL) is None:
        monkeypatch.setitem(sys.modules, CANONICAL, stand_in())
