"""Lines against their batch, and against what the manifest says of their segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.ledger import Finding, LinesDisagree, RowDisagrees

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

_UTC = pa.timestamp("us", tz="UTC")
_SEGMENTS = pa.schema(
    [
        ("batch", pa.string()), ("local_day", pa.date32()), ("rows", pa.int64()),
        ("starts", _UTC), ("ends", _UTC), ("has_corrections", pa.bool_()),
    ]
)  # fmt: skip
_SAME = ("domain", "programme", "programme_sha256", "library_version")
_BATCHES = pa.schema(
    [
        ("batch", pa.string()), ("rows", pa.int64()), ("first", pa.int64()), ("last", pa.int64()),
        ("numbers", pa.int64()), ("least_order", pa.int64()), ("most_order", pa.int64()),
        *((f"{end}_{name}", pa.string()) for end in ("least", "most") for name in _SAME),
    ]
)  # fmt: skip


def rows_describe_lines(look: Look) -> Iterator[Finding]:
    """The manifest's days, times, corrections and numbers of rows are those of the lines.

    A segment whose times are wrong would not be read by the batch that repeats its acts.
    """
    for kind, table in (("lines", look.lines), ("suppressed", look.suppressed)):
        by_segment = table.group_by("batch", "local_day").aggregate(
            rows=table.count(), starts=table.started_at.min(), ends=table.ended_at.max(),
            has_corrections=(table.line_kind != ledger.ACT).any(),
        )  # fmt: skip
        found = look.session.fetch(by_segment, _SEGMENTS).to_pylist()
        wanted = {(row["batch"], row["local_day"]): row for row in found}
        names = {batch.number: batch.name for batch in look.whole.values()}
        for file in look.files(kind):
            row = wanted.pop((names[file.batch], file.local_day), None)
            yield from _compared(f"ledger_segment {file.path}", row, file)
        for batch, day in wanted:
            yield RowDisagrees(
                at=f"{kind} of batch {batch} on {day}", expected="a row of the manifest",
                found="none with this batch and day",
            )  # fmt: skip


def _compared(at: str, row: Mapping[str, Any] | None, file: object) -> Iterator[Finding]:
    if row is None:
        yield RowDisagrees(at=at, expected="lines of its batch and day", found="none in the file")
        return
    for name in ("rows", "starts", "ends", "has_corrections"):
        if row[name] != getattr(file, name):
            yield RowDisagrees(
                at=at, expected=f"{name} {row[name]}, as in the file",
                found=str(getattr(file, name)),
            )  # fmt: skip


def lines_are_the_batch(look: Look) -> Iterator[Finding]:
    """The lines of a batch bear its order and programme, and are numbered from 0 without a gap."""
    lines = look.lines
    ends = {
        f"{end}_{name}": getattr(lines[name], how)()
        for end, how in (("least", "min"), ("most", "max"))
        for name in _SAME
    }
    by_batch = lines.group_by("batch").aggregate(
        rows=lines.count(), first=lines.line.min(), last=lines.line.max(),
        numbers=lines.line.nunique(), least_order=lines.posted_order.min(),
        most_order=lines.posted_order.max(), **ends,
    )  # fmt: skip
    for row in look.session.fetch(by_batch.order_by("batch"), _BATCHES).to_pylist():
        at = f"lines of batch {row['batch']}"
        batch = look.whole.get(row["batch"])
        if batch is None:
            yield LinesDisagree(at=at, expected="a batch of this name", found="none")
            continue
        n = row["rows"]
        if (row["first"], row["last"], row["numbers"]) != (0, n - 1, n):
            yield LinesDisagree(
                at=at, expected=f"numbers 0 to {n - 1:,}",
                found=f"{row['numbers']:,} numbers from {row['first']} to {row['last']:,}",
            )  # fmt: skip
        said = {
            "domain": look.kept.domain, "programme": batch.programme,
            "programme_sha256": batch.programme_sha256, "library_version": batch.library_version,
            "order": batch.posted_order,
        }  # fmt: skip
        for name, value in said.items():
            wrong = {row[f"least_{name}"], row[f"most_{name}"]} - {value}
            if wrong:
                yield LinesDisagree(
                    at=f"ledger_batch {batch.name}", found=str(value),
                    expected=f"{_column(name)} {min(map(str, wrong))}, as in its lines",
                )  # fmt: skip


def _column(name: str) -> str:
    return "posted_order" if name == "order" else name
