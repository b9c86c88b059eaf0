"""The files of a batch: segments by local day, and what is one file a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session
from tanpuhui.pipeline.lines import Lines
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.staged import FileKind, StagedFile

_SPANS = pa.schema(
    [
        ("local_day", pa.date32()),
        ("starts", pa.timestamp("us", tz="UTC")),
        ("ends", pa.timestamp("us", tz="UTC")),
        ("has_corrections", pa.bool_()),
    ]
)
_DAYS = pa.schema([("local_day", pa.date32())])
_WRITTEN = "day that is written"


def write_lines(session: Session, order: Order, lines: Lines) -> list[StagedFile]:
    """Segments of journal lines, in their order."""
    files: list[StagedFile] = []
    for span in _spans(session, lines.whole):
        path = path_of(order, "lines", span["local_day"])
        mine = lines.whole.filter(
            lines.whole.local_day == session.give(_WRITTEN, span["local_day"])
        )
        rows = session.write(mine, ledger.LINES, path, texts=lines.texts)
        files.append(StagedFile("lines", path, rows, **span))
    return files


def write_suppressed(session: Session, order: Order, reports: Any) -> list[StagedFile]:
    """Segments of reports that lost to another.

    Args:
        reports: shaped as ``ledger.SUPPRESSED``.
    """
    kept = session.keep("lost_reports", reports.select(*ledger.SUPPRESSED.names), ledger.SUPPRESSED)
    files = []
    for span in _spans(session, kept):
        path = path_of(order, "suppressed", span["local_day"])
        mine = kept.filter(kept.local_day == session.give(_WRITTEN, span["local_day"]))
        rows = session.write(mine.order_by("line"), ledger.SUPPRESSED, path)
        files.append(StagedFile("suppressed", path, rows, **span))
    return files


def write_grants(session: Session, order: Order, grants: Any) -> list[StagedFile]:
    """Grants by local day, in the order of the lines that they cite."""
    days = session.fetch(grants.select("local_day").distinct().order_by("local_day"), _DAYS)
    files = []
    for day in days["local_day"].to_pylist():
        path = path_of(order, "grants", day)
        mine = grants.filter(grants.local_day == session.give(_WRITTEN, day))
        rows = session.write(mine.order_by("line", "currency"), ledger.GRANTS, path)
        files.append(StagedFile("grants", path, rows, day))
    return files


def write_whole(
    session: Session,
    order: Order,
    kind: FileKind,
    rows: Any,
    schema: pa.Schema,
    *,
    texts: Mapping[str, Sequence[str]] | None = None,
) -> list[StagedFile]:
    """The rows in one file of the batch; none where there are no rows.

    Args:
        texts: as for ``Session.write``.
    """
    path = path_of(order, kind, None)
    written = session.write(rows, schema, path, texts=texts)
    if not written:
        path.unlink()
        return []
    return [StagedFile(kind, path, written)]


def _spans(session: Session, lines: Any) -> list[dict[str, Any]]:
    """Each local day of some lines, between which instants its acts took place."""
    spans = lines.group_by("local_day").aggregate(
        starts=lines.started_at.min(),
        ends=lines.ended_at.max(),
        has_corrections=(lines.line_kind != ledger.ACT).any(),
    )
    found: list[dict[str, Any]] = session.fetch(spans, _SPANS).sort_by("local_day").to_pylist()
    return found


def path_of(order: Order, kind: FileKind, day: date | None, ending: str = "parquet") -> Path:
    """Where a file of the batch lies; its folder is made."""
    folder = order.folder / kind / f"programme={order.programme.id}"
    if day is not None:
        folder = folder / f"local_day={day.isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{order.batch}.{ending}"
