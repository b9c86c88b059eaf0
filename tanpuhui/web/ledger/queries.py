"""What the books say: sums in the database, lines from the lake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from django.db.models import QuerySet, Sum

from tanpuhui import ledger, pipeline
from tanpuhui.records import RECORDS
from tanpuhui.terms import DayRange
from tanpuhui.web.ledger import lake
from tanpuhui.web.ledger.answers import PersonLines, PostedBatch
from tanpuhui.web.ledger.models import (
    Balance,
    Batch,
    BookLine,
    PointBalance,
    PointLine,
    Segment,
)
from tanpuhui.web.ledger.places import Places

_ORDERS = ("partner", "region", "scene")  # the books told apart by an id
_SUMS = ("count", "reduction_mg", "credited_mg")
_BOOK = pa.schema([f for f in ledger.BOOK_LINES if f.name in (*_ORDERS, *_SUMS)])
_POINTS = pa.schema([f for f in ledger.POINT_LINES if f.name in (*_ORDERS, "currency", "points")])
_PERSONS = pa.schema([f for f in ledger.BALANCES if f.name in _SUMS])
_PERSONS_POINTS = pa.schema([f for f in ledger.POINT_BALANCES if f.name != "person_id"])
_ALL_DAYS = DayRange(None, None)


def programmes() -> tuple[str, ...]:
    """The ids of all programmes that have posted, in order."""
    found = Batch.objects.order_by("programme").values_list("programme", flat=True)
    return tuple(found.distinct())


def batches(programme: str) -> tuple[PostedBatch, ...]:
    """Every batch of a programme, in the order of posting."""
    return tuple(
        PostedBatch(
            name=batch.name,
            programme=batch.programme,
            domain=batch.domain_id,
            posted_order=batch.posted_order,
            partner=batch.partner,
            posted_at=batch.posted_at,
            result=batch.answer(),
            kind=batch.kind,
        )
        for batch in Batch.objects.filter(programme=programme).order_by("number")
    )


def currencies(programme: str | None = None, known_at: datetime | None = None) -> dict[str, bool]:
    """Each currency, and whether its rate was published for any batch.

    Args:
        programme: None for all.
        known_at: as for ``books``.
    """
    found: dict[str, bool] = {}
    of = Batch.objects.all() if programme is None else Batch.objects.filter(programme=programme)
    for named in (
        _known(of, known_at, "posted_at").order_by("number").values_list("currencies", flat=True)
    ):
        for currency, published in named.items():
            found[currency] = published or found.get(currency, False)
    return found


def books(
    programme: str,
    places: Places,
    days: DayRange = _ALL_DAYS,
    known_at: datetime | None = None,
) -> ledger.Books:
    """The three books of a programme, and the one by scene.

    The persons' book is summed over other rows than the rest, so that ``agree`` means something:
    over balances, which know no day; for a range of days over the lines in the lake.

    Args:
        days: of the acts, local days of the programme.
        known_at: only batches that were posted until then, that moment included; None for all.

    Raises:
        SegmentsMissing: a file of the journal is gone.
    """
    lines = _known(_on_days(BookLine.objects.filter(programme=programme), days), known_at)
    points = _known(_on_days(PointLine.objects.filter(programme=programme), days), known_at)
    if days == _ALL_DAYS:
        of_persons = _known(Balance.objects.filter(batch__programme=programme), known_at)
        persons = _table([of_persons.aggregate(**_sums(*_SUMS))], _PERSONS)
        granted = _known(PointBalance.objects.filter(batch__programme=programme), known_at)
        persons_points = _table(
            granted.values("currency").annotate(**_sums("points")), _PERSONS_POINTS
        )
    else:
        segments = _known(_of_days(programme, days), known_at)
        persons = _persons_of_lines(segments, places)
        persons_points = _points_of_grants(segments, places)
    return ledger.books_of(
        _table(lines.values(*_ORDERS).annotate(**_sums(*_SUMS)), _BOOK),
        _table(points.values(*_ORDERS, "currency").annotate(**_sums("points")), _POINTS),
        persons,
        persons_points,
        currencies(programme, known_at),
    )


def balance(
    person_id: int, programme: str | None = None, known_at: datetime | None = None
) -> ledger.Total:
    """What a person has gained; zeros for a number that nobody has. Points may be below zero.

    Args:
        programme: of this one only; None for all.
        known_at: as for ``books``.
    """
    of: dict[str, Any] = {"person_id": person_id}
    if programme is not None:
        of["batch__programme"] = programme
    gained = _known(Balance.objects.filter(**of), known_at)
    (sums,) = _table([gained.aggregate(**_sums(*_SUMS))], _PERSONS).to_pylist()
    points = (
        _known(PointBalance.objects.filter(**of), known_at)
        .values("currency")
        .annotate(**_sums("points"))
    )
    granted = {
        row["currency"]: row["points"] for row in _table(points, _PERSONS_POINTS).to_pylist()
    }
    return ledger.Total(
        **sums,
        points={
            currency: granted.get(currency, 0) if published else None
            for currency, published in currencies(programme, known_at).items()
        },
    )


def most_credited(programme: str, count: int) -> tuple[int, ...]:
    """The numbers of the persons with the most credited mass, most first, then by number."""
    rows = Balance.objects.filter(batch__programme=programme).values("person_id")
    ranked = rows.annotate(whole_mg=Sum("credited_mg")).order_by("-whole_mg", "person_id")
    return tuple(row["person_id"] for row in ranked[:count])


def lines_of(
    person_id: int,
    places: Places,
    programme: str | None = None,
    *,
    days: DayRange = _ALL_DAYS,
    known_at: datetime | None = None,
) -> PersonLines:
    """A person's part of the journal, read from the segments of the batches that concern them.

    Args:
        programme: of this one only; None for all.
        days, known_at: as for ``books``.

    Raises:
        SegmentsMissing: one of these segments is gone.
    """
    concerned = Balance.objects.filter(person_id=person_id).values("batch_id")
    segments = _known(_on_days(Segment.objects.filter(batch__in=concerned), days), known_at)
    if programme is not None:
        segments = segments.filter(batch__programme=programme)
    theirs = pc.field("person_id") == person_id
    lines = _dataset(segments, "lines", places, ledger.LINES).to_table(filter=theirs)
    grants = _dataset(segments, "grants", places, ledger.GRANTS).to_table(filter=theirs)
    in_batch = [("batch", "ascending"), ("line", "ascending")]
    return PersonLines(
        lines.sort_by([("started_at", "ascending"), ("posted_order", "ascending"), *in_batch]),
        grants.sort_by([("local_day", "ascending"), *in_batch, ("currency", "ascending")]),
        _causes(lines, places),
    )


def _causes(lines: pa.Table, places: Places) -> dict[str, ledger.Cause]:
    """What the corrections among the batches of some lines say of themselves, by name."""
    names = set(lines["batch"].to_pylist())
    keys = pc.field("record_key").isin(lines["record_key"].unique())
    found: dict[str, ledger.Cause] = {}
    for batch in Batch.objects.filter(name__in=names).exclude(kind=RECORDS):
        files = Segment.objects.filter(batch=batch)
        withdrawn = _dataset(files, "withdrawn", places, pipeline.WITHDRAWN).to_table(filter=keys)
        gone = frozenset(int(key) for key in withdrawn["record_key"].to_pylist())
        found[batch.name] = ledger.Cause(batch.kind, batch.reason, batch.note, gone)
    return found


def suppressed_of(person_id: int, places: Places, programme: str) -> pa.Table:
    """A person's reports that lost to another, shaped as ``ledger.SUPPRESSED``, by time.

    Raises:
        SegmentsMissing: a segment of theirs is gone.
    """
    segments = Segment.objects.filter(batch__programme=programme)
    theirs = pc.field("person_id") == person_id
    found = _dataset(segments, "suppressed", places, ledger.SUPPRESSED).to_table(filter=theirs)
    return found.sort_by([("started_at", "ascending"), ("posted_order", "ascending")])


def people_count(programme: str) -> int:
    """How many persons have an account line in a programme."""
    of = Balance.objects.filter(batch__programme=programme)
    return of.values("person_id").distinct().count()


# -- sums in the database -------------------------------------------------------------------------


def _sums(*names: str) -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in names}


def _known(
    rows: QuerySet[Any], known_at: datetime | None, posted_at: str = "batch__posted_at"
) -> QuerySet[Any]:
    """The rows of the batches that were posted until an instant; all for None."""
    return rows if known_at is None else rows.filter(**{f"{posted_at}__lte": known_at})


def _on_days(rows: QuerySet[Any], days: DayRange) -> QuerySet[Any]:
    if days.from_day is not None:
        rows = rows.filter(local_day__gte=days.from_day)
    if days.until_day is not None:
        rows = rows.filter(local_day__lt=days.until_day)
    return rows


def _table(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows of sums as a table; PostgreSQL sums whole numbers to a Decimal, nothing to null."""
    plain = [
        {name: row[name] if name in row else int(row[f"sum_{name}"] or 0) for name in schema.names}
        for row in rows
    ]
    return pa.Table.from_pylist(plain, schema=schema)


# -- lines in the lake ----------------------------------------------------------------------------


def _dataset(
    segments: QuerySet[Segment], kind: str, places: Places, schema: pa.Schema
) -> ds.Dataset:
    """The rows of some files of the manifest, read piece by piece."""
    named = segments.filter(kind=kind).order_by("batch_id", "path").values_list("path", flat=True)
    paths = [places.lake / path for path in named]
    lake.refuse_missing(places, (path for path in paths if not path.is_file()))
    return ds.dataset([str(path) for path in paths], schema=schema, format="parquet")


def _of_days(programme: str, days: DayRange) -> QuerySet[Segment]:
    return _on_days(Segment.objects.filter(batch__programme=programme), days)


def _persons_of_lines(segments: QuerySet[Segment], places: Places) -> pa.Table:
    lines = _dataset(segments, "lines", places, ledger.LINES)
    kinds = {ledger.ACT: 1, ledger.REVERSAL: -1}
    sums = dict.fromkeys(_SUMS, 0)
    for piece in lines.to_batches(columns=["line_kind", "reduction_mg", "credited_mg"]):
        for kind, number in kinds.items():
            of_kind = pc.sum(pc.equal(piece["line_kind"], kind)).as_py() or 0
            sums["count"] += number * of_kind
        for name in ("reduction_mg", "credited_mg"):
            sums[name] += pc.sum(piece[name]).as_py() or 0
    return pa.Table.from_pylist([sums], schema=_PERSONS)


def _points_of_grants(segments: QuerySet[Segment], places: Places) -> pa.Table:
    grants = _dataset(segments, "grants", places, ledger.GRANTS)
    found = grants.to_table(columns=["currency", "points"]).group_by("currency")
    return found.aggregate([("points", "sum")]).rename_columns(["currency", "points"])
