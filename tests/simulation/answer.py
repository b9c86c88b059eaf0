"""What a store says to whoever hands in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Died(Exception):
    """The poster is dead."""


@dataclass(frozen=True)
class Answer:
    """An answer.

    Args:
        batch: None where nothing was posted.
        repeated: whether it is the first answer to a question asked before.
        verdicts, lines: the rows of the batch's files.
    """

    batch: str | None
    repeated: bool
    verdicts: Sequence[dict[str, Any]]
    lines: Sequence[dict[str, Any]]
