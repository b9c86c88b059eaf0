"""How a process is hit, and where: after a time, or at a named point of its work.

It is killed; or its connection to the database is cut; or the server of the database is killed; or
the disk is full.

The hooks are put in by the forked child itself; nothing of the product knows of them.
"""

from __future__ import annotations

import errno
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
OF_CORRECTIONS = ("dedup", "limits", "ledger", "incentives", "books", "commit")
KILL, CUT, SERVER, FULL = "kill", "cut", "kill the server", "disk full"
POINTS = (
    *(f"step {name}" for name in STEPS),
    "fsync", "written", "unlink", "on disk", "batch row", "sums", "manifest",
    "sealed", "before COMMIT", "in COMMIT", "after COMMIT", "publish", "log file",
    "half a log file",
)  # fmt: skip
_NTH = {
    "fsync": 24,
    "written": 6,
    "unlink": 4,
    "log file": 3,
    "half a log file": 3,
}  # which of several calls is hit, at most
_NEVER = ("unlink",)  # in a correction that meets no dead batch's files


@dataclass(frozen=True)
class Blow:
    """A way to be hit.

    Args:
        deed: what is done there.
        point: one of ``POINTS``; None where it is a moment.
        nth: at which call of the point.
        after_seconds: of a moment: since the child was forked. Of ``in COMMIT``: since it was sent.
    """

    point: str | None
    nth: int
    after_seconds: float
    deed: str = KILL

    def __str__(self) -> str:
        if self.point is None:
            return f"{self.deed} after {self.after_seconds:.3f} s"
        nth = f" {self.nth}" if self.point in _NTH else ""
        return f"{self.deed} at {self.point}{nth}"


def drawn(draw: random.Random, run_seconds: float, *, corrects: bool, deed: str = KILL) -> Blow:
    """A blow at a moment within a run's time, or at a named point, both as often.

    Args:
        corrects: whether the work is a correction, which has other steps than a run.
        deed: another than a kill has always a point.
    """
    if deed == KILL and draw.random() < 0.5:
        return Blow(None, 1, draw.uniform(0, run_seconds * 0.95))
    if deed == FULL:
        points: Sequence[str] = ("fsync", "written", "log file")
    elif corrects:
        steps = tuple(f"step {name}" for name in OF_CORRECTIONS)
        points = (*steps, *(p for p in POINTS if not p.startswith("step") and p not in _NEVER))
    else:
        points = POINTS
    point = draw.choice(points)
    return Blow(point, draw.randint(1, _NTH.get(point, 1)), draw.uniform(0, 0.004), deed)


def armed(blow: Blow) -> Callable[[str], None]:
    """Put the hooks of a blow into this process; called with each step that begins."""
    deed = _DEEDS[blow.deed]
    _hook(blow, deed)

    def told(step: str) -> None:
        if blow.point == f"step {step}":
            deed()

    return told


def die() -> None:
    """The end, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def cut() -> None:
    """End the connection to the database from the other side."""
    import psycopg
    from django.db import connection

    ours = connection.connection
    with psycopg.connect(ours.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ours.info.backend_pid])


def kill_server() -> None:
    """Kill the first process of the server; the others of it end by themselves."""
    from django.db import connection

    socket = Path(connection.settings_dict["HOST"])
    (lock,) = socket.glob(".s.PGSQL.*.lock")
    os.kill(int(lock.read_text(encoding="utf-8").splitlines()[0]), signal.SIGKILL)


def fill_disk() -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere in the lake")


_DEEDS: dict[str, Callable[[], None]] = {
    KILL: die, CUT: cut, SERVER: kill_server, FULL: fill_disk,
}  # fmt: skip


def _hook(blow: Blow, deed: Callable[[], None]) -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from tanpuhui.engine.backends.duckdb import DuckDBSession
    from tanpuhui.web.ledger import durable, lake, publishing, sealing, services
    from tanpuhui.web.ledger.models import Batch

    point, nth = blow.point, blow.nth
    # mypy forbids to put another function in a method's place, which is all that this one is for;
    # and Django's types do not know ``_commit``.
    if point == "fsync":
        os.fsync = _before(deed, os.fsync, nth)
    elif point == "unlink":
        Path.unlink = _before(deed, Path.unlink, nth)  # type: ignore[method-assign]
    elif point == "written":
        DuckDBSession.write = _after(deed, DuckDBSession.write, nth)  # type: ignore[method-assign]
    elif point == "on disk":
        lake.put_on_disk = _after(deed, lake.put_on_disk)
    elif point == "batch row":
        Batch.save = _after(deed, Batch.save)  # type: ignore[method-assign]
    elif point == "sums":
        services._record_sums = _after(deed, services._record_sums)
    elif point == "manifest":
        services._record_files = _after(deed, services._record_files)
    elif point == "sealed":
        sealing.seal = _after(deed, sealing.seal)
    elif point == "publish":
        publishing.publish = _before(deed, publishing.publish)
    elif point == "log file":
        durable.replace = _before(deed, durable.replace, nth)
    elif point == "half a log file":  # it is written beside the one that it replaces
        Path.replace = _before(deed, Path.replace, nth)  # type: ignore[method-assign]
    elif point == "before COMMIT":
        BaseDatabaseWrapper._commit = _before(deed, BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]
    elif point == "in COMMIT":
        commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]
        BaseDatabaseWrapper._commit = _during(deed, commit, blow.after_seconds)  # type: ignore[attr-defined]
    elif point == "after COMMIT":
        BaseDatabaseWrapper._commit = _after(deed, BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]


def _before(deed: Callable[[], None], function: Any, nth: int = 1) -> Any:
    calls = iter(range(1, 1_000_000))

    def hooked(*given: Any, **named: Any) -> Any:
        if next(calls) == nth:
            deed()
        return function(*given, **named)

    return hooked


def _after(deed: Callable[[], None], function: Any, nth: int = 1) -> Any:
    calls = iter(range(1, 1_000_000))

    def hooked(*given: Any, **named: Any) -> Any:
        found = function(*given, **named)
        if next(calls) == nth:
            deed()
        return found

    return hooked


def _during(deed: Callable[[], None], function: Any, after_seconds: float) -> Any:
    def hooked(*given: Any, **named: Any) -> Any:
        if deed is not die:  # of the connection that is busy nothing else can be asked
            return function(*given, **named)
        threading.Timer(after_seconds, die).start()
        found = function(*given, **named)
        time.sleep(after_seconds)
        return found

    return hooked
