"""Processes that post, forked from one that has loaded everything; some of them die.

A child opens the home by itself, with the embedded PostgreSQL, as the command does. What it says it
appends to a file, so that it can be read whatever became of it.
"""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanpuhui.terms import Fault

PATIENCE_SECONDS = 300.0
Say = Callable[..., None]
Work = Callable[[Say], Any]


@dataclass
class Child:
    """A process that works until it ends or is killed."""

    pid: int
    heard: Path
    status: int | None = None

    def kill(self) -> None:
        """SIGKILL, if it still lives."""
        if not self._ended():
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait for its end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._ended():
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"a child did not end; it said {self.said()}")
            time.sleep(0.002)

    def _ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None

    def was_killed(self) -> bool:
        """Whether it died by SIGKILL."""
        self.wait()
        assert self.status is not None
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    def said(self) -> list[dict[str, Any]]:
        """All that it said; a line that it died in is left out."""
        whole = self.heard.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def step(self) -> str:
        """The last step that it began."""
        steps = [one["step"] for one in self.said() if "step" in one]
        return steps[-1] if steps else "opening"

    def result(self) -> dict[str, Any]:
        """What its work came to; no fault is expected."""
        found = self.answer()
        assert "fault" not in found, found["text"]
        return dict(found)

    def answer(self) -> Any:
        """What its work came to, after its end; a fault is given as its code and text."""
        self.wait()
        last = (self.said() or [{}])[-1]
        if "failed" in last:
            raise AssertionError(last["failed"])
        assert "answer" in last or "fault" in last, f"it ended without an answer: {self.said()}"
        return last.get("answer", last)


_numbered = 0


def child(folder: Path, work: Work) -> Child:
    """Fork a process that does some work; it is given a function to say things with.

    Args:
        folder: where it may keep what it says.
    """
    global _numbered
    _numbered += 1
    heard = folder / f"said-{_numbered}.jsonl"
    heard.touch()
    pid = os.fork()
    if pid:
        return Child(pid, heard)
    try:
        os.setsid()
        descriptor = os.open(heard, os.O_WRONLY | os.O_APPEND)

        def say(**words: Any) -> None:
            os.write(descriptor, json.dumps(words, ensure_ascii=False).encode() + b"\n")

        try:
            say(answer=work(say))
        except Fault as fault:
            say(fault=fault.code, text=str(fault))
        except BaseException:  # noqa: BLE001  # told to the parent, who fails
            say(failed=traceback.format_exc())
    finally:
        os._exit(0)
