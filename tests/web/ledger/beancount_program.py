"""Beancount, in an environment of its own: an independent program that closes our books.

Its licence is the GPL, so it is never a dependency of the project, and only its words are heard.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tidy.house import ROOT

PINNED = "beancount==3.2.3"
HOME = ROOT / ".venv" / "beancount-3.2.3"  # `make clean` takes it away
PATIENCE_SECONDS = 240
_CLOSE = """\
import collections, json, sys
from beancount import loader
from beancount.core import data
entries, errors, _ = loader.load_file(sys.argv[1])
sums = collections.defaultdict(int)
for entry in entries:
    for posting in entry.postings if isinstance(entry, data.Transaction) else ():
        sums[posting.account + " " + posting.units.currency] += posting.units.number
print(json.dumps({
    "errors": [error.message for error in errors],
    "transactions": sum(isinstance(entry, data.Transaction) for entry in entries),
    "balances": sum(isinstance(entry, data.Balance) for entry in entries),
    "sums": {name: str(number) for name, number in sums.items()},
}))
"""


class NotInstalled(Exception):
    """The program cannot be had here; says why in a line."""


@dataclass(frozen=True)
class Closed:
    """What the program says of a file.

    Args:
        balances: how many assertions it looked at.
        sums: by account and commodity, in units of it.
    """

    errors: list[str]
    transactions: int
    balances: int
    sums: dict[str, int]

    def whole(self, root: str, commodity: str) -> int:
        """The sum of an account and those below it."""
        return sum(
            number
            for name, number in self.sums.items()
            if name.startswith(f"{root}:") and name.endswith(f" {commodity}")
        )


def closed(file: Path) -> Closed:
    """Load a file with the program and let it balance it.

    Raises:
        NotInstalled: the package registry cannot be reached.
    """
    said = _run([str(_python()), "-c", _CLOSE, str(file)])
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    sums = {name: int(number) for name, number in found["sums"].items()}
    return Closed(found["errors"], found["transactions"], found["balances"], sums)


def _python() -> Path:
    """The interpreter of the environment, which is made when it is not there."""
    python = HOME / "bin" / "python"
    done = HOME / ".ready"
    if not done.exists():
        for words in (
            [sys.executable, "-m", "venv", str(HOME)],
            [str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install", PINNED],
        ):
            said = _run(words)
            if said.returncode:
                last = (said.stderr.strip().splitlines() or ["no word"])[-1]
                raise NotInstalled(f"{PINNED} cannot be installed here: {last}")
        done.touch()
    return python


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
