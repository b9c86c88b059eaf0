"""What a store says to whoever hands in files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulation.history import Crash


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


def dying(crash: Crash | None) -> Callable[[str], None]:
    """What is told each step when it begins, and dies in the one that the crash names."""

    def told(step: str) -> None:
        if crash is not None and (crash.when, crash.step) == ("in a step", step):
            raise Died

    return told
