"""The demo as a process of its own, since Django is set up once a process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 120.0


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What comes of ``tanpuhui demo`` and the words given; temporary files lie in the folder."""
    return subprocess.run(
        [sys.executable, "-m", "tanpuhui", "demo", *words],
        env=_environment(folder) | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


@dataclass
class Served:
    """A demo that serves its page."""

    process: subprocess.Popen[str]
    address: str
    printed: str

    def interrupt(self) -> int:
        """Type Ctrl-C and wait for the end; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)


def served(folder: Path, *words: str) -> Served:
    """A demo, once it serves; its output goes into a file of the folder."""
    log = folder / "printed.txt"
    with log.open("w") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "tanpuhui", "demo", "--port", str(_free_port()), *words],
            env=_environment(folder), stdout=sink, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        printed = log.read_text()
        if found := re.search(r"http://127\.0\.0\.1:[0-9]+/", printed):
            return Served(process, found[0], printed)
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"it serves no page:\n{log.read_text()}")


def _environment(folder: Path) -> dict[str, str]:
    inside = folder / "temporary"
    inside.mkdir(exist_ok=True)
    return {"PATH": os.defpath, "TMPDIR": str(inside), "PYTHONUNBUFFERED": "1",
            "PYTHONIOENCODING": "utf-8"}  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
