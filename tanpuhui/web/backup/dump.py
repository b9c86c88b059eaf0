"""The database as a file, and back: pg_dump and pg_restore."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from tanpuhui.web.backup.faults import ProgramFailed
from tanpuhui.web.postgres import client_program
from tanpuhui.web.postgres.programs import ENVIRONMENT

_LAST_LINES = 8
# What Django calls a part of the address, and libpq does.
_NAMES = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}


def dumped(path: Path, snapshot: str) -> None:
    """Write the database as it is in an exported snapshot.

    Raises:
        ProgramFailed: pg_dump gave up.
        ProgramsMissing: there is none.
    """
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # pg_dump keeps the mode
    _run(
        "pg_dump",
        [
            "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
            f"--file={path}",
        ],
    )  # fmt: skip


def loaded(path: Path) -> None:
    """Load a dump into an empty database, all of it or nothing.

    Raises:
        ProgramFailed: pg_restore gave up.
        ProgramsMissing: there is none.
    """
    _run(
        "pg_restore",
        ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(path)],
    )


def _run(program: str, arguments: Sequence[str]) -> None:
    settings: dict[str, Any] = connection.settings_dict
    address = {ours: settings[theirs] for theirs, ours in _NAMES.items() if settings[theirs]}
    address |= settings["OPTIONS"]
    environment = _environment()
    if settings["PASSWORD"]:  # never an argument, which everybody on the machine can read
        environment["PGPASSWORD"] = settings["PASSWORD"]
    ended = subprocess.run(
        [client_program(program), f"--dbname={make_conninfo(**address)}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if ended.returncode:
        said = ended.stdout.decode(errors="replace").splitlines()
        raise ProgramFailed(program=program, lines=tuple(said[-_LAST_LINES:]))


def _environment() -> dict[str, str]:
    """Of the caller's environment only where certificates and password files are looked for."""
    kept = {name: os.environ[name] for name in ("HOME", "PGPASSFILE") if name in os.environ}
    return {**ENVIRONMENT, **kept}
