"""Where a process is hit: after a time, or at a named point of its work.

The hooks are put in by the forked child itself; nothing of the product knows of them.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STEPS = (
    "sweep", "intake", "people", "quantify", "dedup", "limits", "ledger", "incentives", "verdicts",
    "books", "commit",
)  # fmt: skip
POINTS = (
    *(f"step {name}" for name in STEPS),
    "fsync", "written", "unlink", "on disk", "batch row", "sums", "manifest",
    "before COMMIT", "in COMMIT", "after COMMIT",
)  # fmt: skip
_NTH = {"fsync": 24, "written": 8, "unlink": 6}  # which of several calls is hit, at most


@dataclass(frozen=True)
class Blow:
    """A way to die.

    Args:
        point: one of ``POINTS``; None where it is a moment.
        nth: at which call of the point.
        after_seconds: of a moment: since the child was forked. Of ``in COMMIT``: since it was sent.
    """

    point: str | None
    nth: int
    after_seconds: float

    def __str__(self) -> str:
        if self.point is None:
            return f"after {self.after_seconds:.3f} s"
        return f"{self.point} {self.nth}" if self.point in _NTH else self.point


def drawn(draw: random.Random, run_seconds: float) -> Blow:
    """A blow at a moment within a run's time, or at a named point, both as often."""
    if draw.random() < 0.5:
        return Blow(None, 1, draw.uniform(0, run_seconds * 1.05))
    point = draw.choice(POINTS)
    return Blow(point, draw.randint(1, _NTH.get(point, 1)), draw.uniform(0, 0.004))


def die(*_: Any, **__: Any) -> None:
    """The end, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def armed(blow: Blow) -> Callable[[str], None]:
    """Put the hooks of a blow into this process; called with each step that begins."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    from tanpuhui.engine.backends.duckdb import DuckDBSession
    from tanpuhui.web.ledger import lake, services
    from tanpuhui.web.ledger.models import Batch

    point, nth = blow.point, blow.nth
    if point == "fsync":
        os.fsync = _before(os.fsync, nth)
    elif point == "unlink":
        Path.unlink = _before(Path.unlink, nth)  # type: ignore[method-assign]
    elif point == "written":
        DuckDBSession.write = _after(DuckDBSession.write, nth)  # type: ignore[method-assign]
    elif point == "on disk":
        lake.put_on_disk = _after(lake.put_on_disk)
    elif point == "batch row":
        Batch.save = _after(Batch.save)  # type: ignore[method-assign]
    elif point == "sums":
        services._record_sums = _after(services._record_sums)
    elif point == "manifest":
        services._record_files = _after(services._record_files)
    elif point == "before COMMIT":
        BaseDatabaseWrapper._commit = _before(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]
    elif point == "in COMMIT":
        commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]
        BaseDatabaseWrapper._commit = _during(commit, blow.after_seconds)  # type: ignore[attr-defined]
    elif point == "after COMMIT":
        BaseDatabaseWrapper._commit = _after(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]

    def told(step: str) -> None:
        if point == f"step {step}":
            die()

    return told


def _before(function: Any, nth: int = 1) -> Any:
    calls = iter(range(1, 1_000_000))

    def hooked(*given: Any, **named: Any) -> Any:
        if next(calls) == nth:
            die()
        return function(*given, **named)

    return hooked


def _after(function: Any, nth: int = 1) -> Any:
    calls = iter(range(1, 1_000_000))

    def hooked(*given: Any, **named: Any) -> Any:
        found = function(*given, **named)
        if next(calls) == nth:
            die()
        return found

    return hooked


def _during(function: Any, after_seconds: float) -> Any:
    def hooked(*given: Any, **named: Any) -> Any:
        threading.Timer(after_seconds, die).start()
        found = function(*given, **named)
        time.sleep(after_seconds)
        return found

    return hooked


def spread(blows: Sequence[str]) -> str:
    """How often each was hit, the most first."""
    counted = {name: blows.count(name) for name in dict.fromkeys(blows)}
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {count}" for name, count in ranked)
