"""A small sealed ledger to prove things of: two batches before, one of five lines, a signed log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tanpuhui import ledger
from tanpuhui.ledger import seals

Row = dict[str, Any]

KEY = seals.new_signing_key("example.org/carbon/hankou", seed=bytes(range(32)))
OLD_KEY = seals.new_signing_key("example.org/carbon/hankou", seed=bytes(range(1, 33)))
OTHER_KEY = seals.new_signing_key("example.org/carbon/hankou", seed=bytes(range(2, 34)))
WITNESS = seals.new_signing_key("witness.example/w1", seed=bytes(range(3, 35)))
TRUST = seals.Trust((KEY.verifier(),))
LINES = 5
POSTED = datetime(2026, 3, 3, 1, 2, 3, 4, tzinfo=UTC)


def row_of(line: int) -> Row:
    """A journal line: a walk of 7,250 steps and more, 20 mg a step."""
    steps = 7250.0 + line
    later = min(line // 3, 1)  # three lines of the first day, all others of the second
    started = datetime(2026, 2, 28, 16, tzinfo=UTC) + timedelta(days=later)
    amounts = dict.fromkeys((*ledger.AMOUNT_QUANTITIES, *ledger.TEXT_QUANTITIES, ledger.FURTHER))
    told: Row = {
        "schema_version": 1,
        "batch": "hankou-000003-1e46d731",
        "posted_order": 3,
        "line": line,
        "line_kind": "act",
        "corrects_batch": None,
        "corrects_line": None,
        "domain": "420000",
        "programme": "hankou",
        "programme_sha256": "ab" * 32,
        "partner": "hankou-bank",
        "record_key": Decimal(2**119 + line),
        "person_id": 17 + line // 2,
        "scene": "walk",
        "region": "420100",
        "evidence": "device_sensor",
        "reference_key": None,
        "asset_key": None,
        "started_at": started,
        "ended_at": started + timedelta(days=1),
        "local_day": date(2026, 3, 1 + later),
        "methodology": "rates.hankou_2022",
        "methodology_sha256": "cd" * 32,
        "factor_set": "ef" * 32,
        "factor_region": "420100",
        "factor_day": date(2026, 3, 1 + later),
        "library_version": "0.1.0",
        "imported_algorithm": None,
        **amounts,
        "steps": steps,
        "baseline_mg": None,
        "activity_mg": None,
        "leakage_mg": None,
        "reduction_mg": int(steps) * 20,
        "credited_mg": int(steps) * 20,
    }
    return {name: told[name] for name in ledger.LINES.names}


def salt_of(line: int) -> bytes:
    return hashlib.sha256(b"salt of line %d" % line).digest()


def manifest_row(path: str, *, kind: str = "grants", content: bytes = b"") -> seals.ManifestRow:
    return seals.ManifestRow(
        kind=kind,
        path=path,
        local_day=None,
        starts=None,
        ends=None,
        has_corrections=False,
        rows=0,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def record_of(
    root: bytes, *, lines: int, manifest: tuple[seals.ManifestRow, ...] = (), **more: Any
) -> seals.BatchRecord:
    found = seals.BatchRecord(
        batch="hankou-000003-1e46d731",
        programme="hankou",
        domain="420000",
        posted_order=3,
        posted_at=POSTED,
        library_version="0.1.0",
        programme_sha256="ab" * 32,
        kind="records",
        lines=lines,
        root=root.hex(),
        count=lines,
        reduction_mg=1_000,
        credited_mg=900,
        manifest=seals.manifest_digest(manifest),
    )
    return replace(found, **more)


@dataclass(frozen=True)
class Sealed:
    """A batch and the log that holds it."""

    rows: list[Row]
    salts: list[bytes | None]
    leaves: list[bytes]
    record: seals.BatchRecord
    entries: list[bytes]

    def log(self) -> seals.HashedLeaves:
        return seals.HashedLeaves(seals.leaf_hash(entry) for entry in self.entries)

    def checkpoint(self, size: int | None = None, key: seals.SigningKey = KEY) -> seals.Note:
        size = len(self.entries) if size is None else size
        root = seals.root(self.log(), size)
        return seals.Checkpoint(key.name, size, root).signed(key)

    def in_log(self, size: int | None = None) -> seals.Inclusion:
        size = len(self.entries) if size is None else size
        return seals.Inclusion(2, size, seals.inclusion_path(self.log(), 2, size))

    def proof(self, line: int) -> seals.LineProof:
        salt = salt_of(line)
        path = seals.inclusion_path(seals.HashedLeaves(self.leaves), line, len(self.leaves))
        return seals.LineProof(
            line=self.rows[line],
            salt=salt,
            commitment=seals.commitment(salt, self.rows[line]),
            in_batch=seals.Inclusion(line, len(self.leaves), path),
            record=self.record.to_bytes(),
            in_log=self.in_log(),
            checkpoint=self.checkpoint(),
            key=KEY.verifier().to_text(),
        )

    def growth(self, *sizes: int) -> seals.ConsistencyProof:
        log = self.log()
        pairs = pairwise(sizes)
        return seals.ConsistencyProof(
            checkpoints=tuple(self.checkpoint(size) for size in sizes),
            paths=tuple(seals.consistency_path(log, old, new) for old, new in pairs),
            key=KEY.verifier().to_text(),
        )


def sealed(manifest: tuple[seals.ManifestRow, ...] = (), *, lines: int = LINES) -> Sealed:
    rows = [row_of(line) for line in range(lines)]
    leaves = [seals.commitment(salt_of(line), row) for line, row in enumerate(rows)]
    root = seals.root(seals.HashedLeaves(leaves), lines)
    record = record_of(root, lines=lines, manifest=manifest)
    entries = [b"an earlier record", b"another", record.to_bytes(), b"a later record"]
    return Sealed(rows, [salt_of(line) for line in range(lines)], leaves, record, entries)


def exported(folder: Path, *, erased: tuple[int, ...] = (), lines: int = LINES) -> Sealed:
    """The batch as a folder, its lines in a segment a day; salts of erased lines are gone."""
    work = folder.parent / f"{folder.name}-lake"
    work.mkdir()
    by_day: dict[date, list[Row]] = {}
    for row in (row_of(line) for line in range(lines)):
        by_day.setdefault(row["local_day"], []).append(row)
    rows, segments, files = [], {}, {}
    for day, of_day in by_day.items():
        path = f"lines/programme=hankou/local_day={day}/batch.parquet"
        file = work / f"{day}.parquet"
        pq.write_table(pa.Table.from_pylist(of_day, schema=ledger.LINES), file)
        entry = manifest_row(path, kind="lines", content=file.read_bytes())
        rows.append(replace(entry, local_day=day, rows=len(of_day)))
        segments[path], files[path] = f"segments/{day}.parquet", file
    manifest = (*rows, manifest_row("grants/batch.parquet"))
    found = sealed(manifest, lines=lines)
    seals.write_tree_file(work / "batch.tree", found.leaves)
    seals.BatchExport(
        record=found.record.to_bytes(),
        in_log=found.in_log(),
        checkpoint=found.checkpoint(),
        key=KEY.verifier().to_text(),
        manifest=manifest,
        segments=segments,
    ).write(
        folder,
        tree=work / "batch.tree",
        salts=[None if line in erased else salt for line, salt in enumerate(found.salts)],
        files=files,
    )
    return found


def failed(report: seals.Report) -> list[str]:
    """The names of the steps that do not hold."""
    return [step.step for step in report.steps if not step.holds]


def changed(row: Mapping[str, Any], **values: Any) -> Row:
    return {**row, **values}
