"""How fast a batch is sealed: commitments and leaves, then the tree, for made-up lines in columns.

Before any time is printed the root is compared with that of a tree in memory over the same leaves,
and some commitments with those of the reference, line by line.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from benchmarks.city_day.measure import Time, now
from tanpuhui import ledger, pipeline
from tanpuhui.engine import Session
from tanpuhui.ledger import seals

LINES = 1_000_000
PEOPLE = 400_000
ROUNDS = 3
COMPARED = 50
BAR_LEAVES = 300_000  # a second, on two cores
_LEAVES = pa.schema([("line", pa.int64()), ("hash", pa.binary())])
_SECRETS = pa.schema([("person_id", pa.int64()), ("secret", pa.string())])
_ROW: dict[str, Any] = {
    "schema_version": 1, "batch": "city-000001-00000000", "posted_order": 1, "line_kind": "act",
    "domain": "420000", "programme": "city", "programme_sha256": "0" * 64, "partner": "meituan",
    "scene": "shared_bike_ride", "region": "420100", "evidence": "vehicle_record",
    "started_at": datetime(2026, 3, 1, 8, tzinfo=UTC),
    "ended_at": datetime(2026, 3, 1, 8, 20, tzinfo=UTC), "local_day": date(2026, 3, 1),
    "methodology": "mobility.shared_cycling.edc_cec_2021", "methodology_sha256": "1" * 64,
    "factor_set": "2" * 64, "library_version": "0.1.0", "reduction_mg": 97_400,
    "credited_mg": 97_400, "distance_km": 2.0,
}  # fmt: skip


def lines_of(count: int, people: int) -> pa.Table:
    """Lines that differ in number, person and key, as wide as those of a city."""
    columns = {
        **{name: pa.repeat(pa.scalar(value, ledger.LINES.field(name).type), count)
           for name, value in _ROW.items()},
        "line": pa.array(range(count), pa.int64()),
        "person_id": pa.array([number % people for number in range(count)], pa.int64()),
        "record_key": pa.array(range(count), pa.int64()).cast(ledger.KEY),
    }  # fmt: skip
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in ledger.LINES]
    return pa.table(arrays, schema=ledger.LINES)


def measure(count: int = LINES, people: int = PEOPLE) -> tuple[Time, Time]:
    """What the leaves take, and the whole seal with its file, each in the middle round."""
    write_tree = import_module("tanpuhui.pipeline.seal").write_tree  # this step alone is measured
    rows = lines_of(count, people)
    secrets = pa.table([range(people), [f"{n:032x}" for n in range(people)]], schema=_SECRETS)
    times: list[tuple[Time, Time]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.tree"
        for _ in range(ROUNDS):
            with pipeline.open_engine().session() as session:
                lines, known = session.table("lines", rows), session.table("secrets", secrets)
                began = now()
                leaves = _leaves(session, lines, known)
                middle = now()
                root = write_tree(session, leaves, path)
                times.append((middle - began, now() - began))
    _compare(rows, leaves, root)
    leaf, whole = (Time(median(t.clock for t in one), median(t.processor for t in one))
                   for one in zip(*times, strict=True))  # fmt: skip
    return leaf, whole


def _leaves(session: Session, lines: Any, secrets: Any) -> pa.Table:
    committed = seals.committed(lines, secrets, digits=seals.batch_digits(str(_ROW["batch"])))
    return session.fetch(committed.order_by("line"), _LEAVES)


def _compare(rows: pa.Table, leaves: pa.Table, root: bytes) -> None:
    hashes = leaves["hash"].to_pylist()
    assert root == seals.root(seals.HashedLeaves(hashes), len(hashes))
    for line in range(0, len(rows), max(1, len(rows) // COMPARED)):
        row = rows.slice(line, 1).to_pylist()[0]
        salt = seals.salt(f"{row['person_id']:032x}", row["batch"], line)
        assert hashes[line] == seals.commitment(salt, row)


def main() -> None:
    """Print the table."""
    of_leaves, whole = measure()
    print(f"sealing {LINES:,} lines in columns (bar {BAR_LEAVES:,} leaves a second, by the clock)")
    for name, took in (("leaves, from lines", of_leaves), ("with the tree and its file", whole)):
        print(f"{name:<44} {took.clock:>8.2f} s {LINES / took.clock:>12,.0f} a second; processors "
              f"{took.processor:.2f} s {LINES / took.processor:,.0f} a second")  # fmt: skip


if __name__ == "__main__":
    main()
