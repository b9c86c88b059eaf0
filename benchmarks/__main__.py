"""``make bench``: every benchmark, in one run, on this machine."""

from __future__ import annotations

import os
import platform

from benchmarks import kernel, proofs, seals
from benchmarks.city_day import measure as city_day
from benchmarks.city_day import proving, safety


def main() -> None:
    """Print the table."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}")  # fmt: skip
    print(f"{'kernel':<58} {'records':>9} {'a second':>13} {'best':>13}")
    for line in kernel.measure():
        print(line.line())
    proofs.main()
    seals.main()
    print("a simulated city-day, from CSV to posted books, beside a hand-written script")
    city_day.main()
    safety.main()
    proving.main()


if __name__ == "__main__":
    main()
