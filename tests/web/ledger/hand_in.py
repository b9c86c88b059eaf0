"""What the tests of the ledger hand in: files of walks and rides, and processes that post them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from tanpuhui import web
from tanpuhui.rules import Library, Programme
from tests.tidy.house import ROOT

SITE = Path(psycopg.__file__).parents[1]
PATIENCE_SECONDS = 100.0
_HEADER = "record_id,subject,scene,started_at,ended_at,region,evidence,steps,distance_km,partner"


def walk(record_id: str, subject: str, steps: int, day: str = "2026-03-01") -> str:
    """A day's steps in Wuhan, 0.02 g each."""
    until = f"{day[:-2]}{int(day[-2:]) + 1:02d}"
    times = f"{day}T00:00:00+08:00,{until}T00:00:00+08:00"
    return f"{record_id},{subject},walk,{times},420100,device_sensor,{steps},,hankou-bank"


def ride(
    record_id: str,
    subject: str,
    km: float,
    hour: int = 8,
    *,
    partner: str = "meituan",
    evidence: str = "vehicle_record",
) -> str:
    """Half an hour on a shared bike in Taiyuan, 48.70 g a kilometre."""
    times = f"2026-03-01T{hour:02d}:00:00+08:00,2026-03-01T{hour:02d}:30:00+08:00"
    return f"{record_id},{subject},shared_bike_ride,{times},140100,{evidence},,{km},{partner}"


def write(path: Path, *records: str) -> Path:
    """A file with these records."""
    path.write_text("\n".join([_HEADER, *records, ""]), encoding="utf-8")
    return path


@dataclasses.dataclass(frozen=True)
class Desk:
    """Where files are handed in for one programme."""

    store: web.Store
    programme: Programme
    library: Library

    def post(self, *files: Path, partner: str | None = None, **further: Any) -> web.Posted:
        """Post the files as one batch."""
        return self.store.post(
            files, partner=partner, mapping=None, programme=self.programme, library=self.library,
            **further,
        )  # fmt: skip


def figures(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result without what differs from run to run."""
    return {name: value for name, value in result.items() if not name.startswith("seconds")}


# -- other processes ------------------------------------------------------------------------------

POSTER = """\
import json, os, signal, sys
from pathlib import Path
from tanpuhui import rules, web
programme, moment, *files = sys.argv[1:]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def told(step):
    print(step, flush=True)
    if step == moment:
        die()
    if "pause " + step == moment:
        sys.stdin.readline()
with web.opened(os.environ) as store:
    from tanpuhui.web.ledger import lake, services
    if moment == "after fsync":
        put = lake.put_on_disk
        lake.put_on_disk = lambda *given: (put(*given), die())
    if moment == "before the end":
        services._record_files = lambda batch, staged, places, of=services._record_files: (
            of(batch, staged, places), die())
    library = rules.Library(rules.library_folders({}))
    posted = store.post([Path(file) for file in files], partner=None, mapping=None,
                        programme=library.programme(programme), library=library, told=told)
    print(json.dumps(posted.result), flush=True)
"""


class Poster:
    """Another process that posts files, until it ends, is killed or is told to go on."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def said(self, line: str) -> None:
        """Wait until it has said this."""
        assert self.process.stdout is not None
        heard = []
        for spoken in self.process.stdout:
            heard.append(spoken.strip())
            if heard[-1] == line:
                return
        raise AssertionError(f"it ended without saying {line!r}: {heard}")

    def go_on(self) -> None:
        """End its pause."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """What it was answered."""
        out, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        assert self.process.returncode == 0, out
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found

    def died(self) -> bool:
        """Wait for its end; whether it was killed."""
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode == -9


@dataclasses.dataclass(frozen=True)
class Outside:
    """What is done beside the test's own process and its connection.

    Args:
        home: where lake and keys lie.
        database: its URL.
    """

    home: Path
    database: str

    @contextlib.contextmanager
    def poster(self, programme: str, moment: str, *files: Path) -> Iterator[Poster]:
        """A poster that does not outlive the test.

        Args:
            moment: the name of a step at which it dies; ``pause`` and the name of one at which it
                waits for `go_on`; or ``after fsync``, ``before the end``, at which it dies.
        """
        process = subprocess.Popen(
            [sys.executable, "-c", POSTER, programme, moment, *map(str, files)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                "PATH": os.defpath,
                "PYTHONPATH": f"{ROOT}{os.pathsep}{SITE}",
                "TANPUHUI_HOME": str(self.home),
                "TANPUHUI_DATABASE_URL": self.database,
            },
        )
        try:
            yield Poster(process)
        finally:
            process.kill()
            process.communicate()

    def rows_of(self, table: str) -> int:
        """How many rows a table has."""
        with psycopg.connect(self.database) as connection:
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert found is not None
        return int(found[0])
