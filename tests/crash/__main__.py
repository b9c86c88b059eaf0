"""Hit processes at work, as often as asked: ``python -m tests.crash --kills 200 [--seed N]``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.harness import hit


def main() -> int:
    """The number of kills that were asked for, and whether every law held."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--quiet", action="store_true", help="no line for each round")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(2**31) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tanpuhui-crash-") as folder:
        report = hit(
            Path(folder), kills=asked.kills, seed=seed,
            tell=(lambda line: None) if asked.quiet else (lambda line: print(line, flush=True)),
        )  # fmt: skip
    print(report)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if report.lost or report.doubled or report.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
