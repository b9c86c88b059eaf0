"""A day's account totals for ``tanpuhui.ledger.beancount``, batch by batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from tanpuhui import ledger
from tanpuhui.terms import DayRange
from tanpuhui.web.ledger import queries
from tanpuhui.web.ledger.models import Batch, BookLine, PointLine, Segment
from tanpuhui.web.ledger.places import Places

_ORDERS = ("partner", "region", "scene")
_Rows = dict[int, list[dict[str, Any]]]


def day_totals(
    programme: str, day: date, places: Places, known_at: datetime | None = None
) -> ledger.AccountDay:
    """What each batch added to a local day of a programme.

    Args:
        known_at: only batches that were posted until then; None for all.

    Raises:
        SegmentsMissing: a file of the journal is gone.
    """
    days = DayRange(day, day + timedelta(days=1))
    of = Batch.objects.filter(programme=programme)
    if known_at is not None:
        of = of.filter(posted_at__lte=known_at)
    books = _booked(BookLine, programme, day, _ORDERS, ("reduction_mg", "credited_mg"))
    points = _booked(PointLine, programme, day, (*_ORDERS, "currency"), ("points",))
    found = []
    for batch in of.order_by("number"):
        segments = Segment.objects.filter(batch=batch, local_day=day)
        persons, person_points = _of_persons(segments, places)
        mine, granted = books.get(batch.number, []), points.get(batch.number, [])
        if mine or granted or persons.num_rows or person_points.num_rows:
            found.append(
                ledger.DayOfBatch(
                    batch.name,
                    batch.posted_at,
                    batch.kind,
                    batch.reason,
                    pa.Table.from_pylist(mine, ledger.BOOK_SUMS),
                    pa.Table.from_pylist(granted, ledger.POINT_SUMS),
                    persons,
                    person_points,
                )
            )
    return ledger.AccountDay(
        programme, day, found, queries.books(programme, places, days, known_at)
    )


def _booked(
    model: type[BookLine] | type[PointLine],
    programme: str,
    day: date,
    keys: Iterable[str],
    amounts: Iterable[str],
) -> _Rows:
    """By the batch's number, the sums of its rows in the database."""
    rows = model.objects.filter(programme=programme, local_day=day)
    summed = rows.values("batch_id", *keys).annotate(**queries.sums(*amounts))
    found: _Rows = defaultdict(list)
    for row in summed.order_by("batch_id", *keys):
        found[row["batch_id"]].append(_plain(row, keys, amounts))
    return dict(found)


def _plain(row: Mapping[str, Any], keys: Iterable[str], amounts: Iterable[str]) -> dict[str, Any]:
    return {k: row[k] for k in keys} | {a: int(row[f"sum_{a}"] or 0) for a in amounts}


def _of_persons(segments: Any, places: Places) -> tuple[pa.Table, pa.Table]:
    """Each person's sums over the lines and grants of the lake."""
    lines = queries.dataset(segments, "lines", places, ledger.LINES)
    grants = queries.dataset(segments, "grants", places, ledger.GRANTS)
    return (
        _summed(lines, ["person_id"], "credited_mg", ledger.PERSON_SUMS),
        _summed(grants, ["person_id", "currency"], "points", ledger.PERSON_POINT_SUMS),
    )


def _summed(rows: ds.Dataset, keys: list[str], amount: str, schema: pa.Schema) -> pa.Table:
    found = rows.to_table(columns=[*keys, amount]).group_by(keys).aggregate([(amount, "sum")])
    named = found.rename_columns([n.removesuffix("_sum") for n in found.column_names])
    return named.select(schema.names).cast(schema).sort_by([(key, "ascending") for key in keys])
