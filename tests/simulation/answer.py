"""What a store says to whoever hands in files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tanpuhui import pipeline
from tanpuhui.terms import Fault
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
        refused: the fault with which a correction was refused.
    """

    batch: str | None
    repeated: bool
    verdicts: Sequence[dict[str, Any]]
    lines: Sequence[dict[str, Any]]
    refused: str | None = None

    @staticmethod
    def of_fault(fault: Fault) -> Answer:
        """A refusal."""
        return Answer(None, repeated=False, verdicts=[], lines=[], refused=type(fault).__name__)


REFUSALS = (pipeline.LinesLocked, pipeline.NothingToClawBack, pipeline.AlreadyWithdrawn)


def dying(crash: Crash | None) -> Callable[[str], None]:
    """What is told each step when it begins, and dies in the one that the crash names."""

    def told(step: str) -> None:
        if crash is not None and crash.when in ("in a step", "cut off") and crash.step == step:
            raise Died

    return told
