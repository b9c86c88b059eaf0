"""Many simulated runs, by command.

    python -m tests.simulation --runs 2000 [--seed N] [--processes 2] [--store memory|web]

Prints each seed that differs, in what, and the command that runs it alone. Exit code 1 if any did.
"""

from __future__ import annotations

import argparse
import sys

from tests.simulation.many import run_many


def main() -> int:
    """Read the words of the command, run, and say what came out."""
    words = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    words.add_argument("--runs", type=int, default=100, help="how many seeds")
    words.add_argument("--seed", type=int, default=1, help="the first of them")
    words.add_argument("--processes", type=int, default=2)
    words.add_argument("--store", choices=("memory", "web"), default="memory")
    given = words.parse_args()
    return run_many(given.seed, given.runs, processes=given.processes, store=given.store)


if __name__ == "__main__":
    sys.exit(main())
