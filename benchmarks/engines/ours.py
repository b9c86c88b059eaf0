"""Our engine at the work of the comparison, in a process of its own.

python -m benchmarks.engines.ours RECORDS ONE_BY_ONE RUNS    prints one JSON object
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import kernel
from tanpuhui import __version__, engine
from tanpuhui.engine import Explainer


def main() -> None:
    """Measure each way and print."""
    count, one_by_one, runs = (int(word) for word in sys.argv[1:4])
    library = kernel.library()
    methodology = library.methodology(kernel.METHODOLOGY)
    plan = engine.plan_of(methodology, library.regions)
    table = kernel.trips(count)[2]
    kinds = dict(zip(table.column_names, table.schema.types, strict=True))
    columns = engine.open_backend("duckdb").quantifier(plan, kinds)
    explainer = Explainer(methodology, library)
    rows = table.slice(0, one_by_one).to_pylist()
    found = [
        {"way": "whole columns, each record its own day", "records": count,
         **timed(partial(of_columns, columns, table), runs)},
        {"way": "one record at a time, with its explanation", "records": one_by_one,
         **timed(partial(of_rows, explainer, rows), runs)},
    ]  # fmt: skip
    print(json.dumps({"engine": f"tanpuhui {__version__}", "lines": found}))


def of_columns(columns: Callable[[pa.Table], pa.Table], table: pa.Table) -> int:
    """The sum in milligrams, each record rounded down."""
    return int(pc.sum(columns(table)["reduction_mg"]).as_py())


def of_rows(explainer: Explainer, rows: list[dict[str, Any]]) -> int:
    """The same, a record at a time."""
    return sum(explainer.explain(row).mg["reduction"] for row in rows)


def timed(work: Callable[[], int], runs: int) -> dict[str, float]:
    """The total, and the best of the runs in seconds of the clock and of the processor."""
    total = work()
    seconds = processor = float("inf")
    for _ in range(runs):
        begun, before = time.perf_counter(), time.process_time()
        total = work()
        seconds = min(seconds, time.perf_counter() - begun)
        processor = min(processor, time.process_time() - before)
    return {"total_mg": total, "seconds": seconds, "processor": processor}


if __name__ == "__main__":
    main()
