"""All that the database keeps of a dedup domain, as plain values for ``pipeline.reconcile``.

Whatever stands in a row is read: a time that no clock shows, or an answer that is no JSON, is a
finding and stops nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Case, DateTimeField, F, Field, TextField, When
from django.db.models.functions import Cast

from tanpuhui import pipeline
from tanpuhui.ledger import AnswerDisagrees, Finding, RowDisagrees
from tanpuhui.web import bulk
from tanpuhui.web.ledger import kept_logs
from tanpuhui.web.ledger.models import Batch, Domain, Lock, Segment
from tanpuhui.web.ledger.places import Places

rows = pipeline.reconcile

BALANCES_AT_ONCE = 4_000_000  # rows that are compared at once; some 300 MB
_LEAST, _MOST = -(2**63), 2**63 - 1  # of a number of a person, and of a sum
_TIMES = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
_DAYS = (date(1, 1, 2), date(9999, 12, 30))
_WITHIN: Mapping[str, tuple[Any, Any]] = {"starts": _TIMES, "ends": _TIMES, "local_day": _DAYS}


def of_domain(
    row: Domain, places: Places, listed: Mapping[str, rows.Published]
) -> tuple[rows.Kept, list[Finding]]:
    """What is kept of a dedup domain, and what of it cannot be read.

    Args:
        listed: the published logs, as ``kept_logs.published`` found them before.
    """
    unreadable: list[Finding] = []
    batches = tuple(_batch(batch, unreadable) for batch in _batches(row))
    files = tuple(_files(row, unreadable))
    others = Batch.objects.exclude(domain=row).values_list("number", flat=True)
    locks = Lock.objects.filter(batch__domain=row).order_by("batch_id", "line")
    taken = locks.values("line", "pool", batch_number=F("batch_id"))
    kept = rows.Kept(
        domain=row.pk,
        posted_order=row.posted_order,
        lake=places.lake,
        batches=batches,
        files=files,
        sums=Sums(tuple(others)),
        locks=pa.Table.from_pylist(list(taken), rows.KEPT_LOCKS),
        logs=kept_logs.of_domain(row, places, listed),
    )
    return kept, unreadable


def _batches(row: Domain) -> Iterator[dict[str, Any]]:
    names = (
        "number", "name", "posted_order", "programme", "programme_sha256", "library_version",
        "question", "has_held", "currencies", "result", "kind", "reason", "note", "clawback",
    )  # fmt: skip
    at = Case(When(posted_at__range=_TIMES, then=F("posted_at")), output_field=DateTimeField())
    found = Batch.objects.filter(domain=row).order_by("posted_order")
    yield from found.annotate(posted_at_within=at).values(*names, "posted_at_within")


def _batch(batch: dict[str, Any], unreadable: list[Finding]) -> rows.KeptBatch:
    at = f"ledger_batch {batch['name']}"
    batch["posted_at"] = batch.pop("posted_at_within")
    try:
        result = json.loads(batch["result"])
    except ValueError:
        result = None
    if not isinstance(result, dict):
        start = batch["result"][:60]
        unreadable.append(
            AnswerDisagrees(at=f"{at}, result", expected="an answer in JSON", found=start)
        )
        result = {}
    currencies = batch["currencies"]
    if not isinstance(currencies, dict):
        expected = "whether the rate of each currency is published"
        unreadable.append(
            AnswerDisagrees(at=f"{at}, currencies", expected=expected, found=str(currencies))
        )
        currencies = {}
    return rows.KeptBatch(**{**batch, "result": result, "currencies": currencies})


def _files(row: Domain, unreadable: list[Finding]) -> Iterator[rows.KeptFile]:
    """The rows of the manifest; a time or a day that no clock shows is told, and read as none."""
    segments = Segment.objects.filter(batch__domain=row).order_by("batch__posted_order", "path")
    for name, (least, most) in _WITHIN.items():
        strange = segments.filter(**{f"{name}__isnull": False}).exclude(
            **{f"{name}__range": (least, most)}
        )
        for path, text in strange.values_list("path", Cast(F(name), TextField())):
            at = f"ledger_segment {path}"
            unreadable.append(RowDisagrees(at=at, expected=f"{name} that can be", found=text))
    within = {
        f"{name}_within": Case(
            When(**{f"{name}__range": (least, most)}, then=F(name)),
            output_field=_field(name),
        )
        for name, (least, most) in _WITHIN.items()
    }
    names = ("kind", "path", "has_corrections", "rows", "bytes", "sha256")
    found = segments.annotate(**within).values(*names, *within, batch_number=F("batch_id"))
    for one in found:
        yield rows.KeptFile(
            batch=one["batch_number"],
            **{name: one[name] for name in names},
            **{name: one[f"{name}_within"] for name in _WITHIN},
        )


def _field(name: str) -> Field[Any, Any]:
    found = Segment._meta.get_field(name)
    assert isinstance(found, Field), "a column of the manifest"
    return found.clone()


@dataclass(frozen=True)
class Sums:
    """See ``pipeline.reconcile.KeptSums``.

    Args:
        others: the numbers of batches of other domains. A row of a batch that does not exist is so
            looked at in every domain, and told.
    """

    others: tuple[int, ...]

    def _ours(self) -> str:
        listed = ", ".join(map(str, self.others))
        return f"batch_id <> ALL (ARRAY[{listed}]::bigint[])"

    def persons(self) -> Iterator[tuple[int, int]]:
        """See ``KeptSums``."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), min(person_id), max(person_id) FROM ledger_balance")
            count, least, most = cursor.fetchone()
        parts = -(-count // BALANCES_AT_ONCE) or 1
        steps = [least + (most - least) * n // parts for n in range(1, parts)] if count else []
        starts = [_LEAST, *(step + 1 for step in steps)]
        yield from zip(starts, [*steps, _MOST], strict=True)

    def balances(self, first: int, last: int) -> pa.Table:
        """See ``KeptSums``."""
        columns = "batch_id AS batch_number, person_id, count, reduction_mg, credited_mg"
        return bulk.fetch(self._of(columns, "ledger_balance", first, last), rows.KEPT_BALANCES)

    def point_balances(self, first: int, last: int) -> pa.Table:
        """See ``KeptSums``."""
        columns = "batch_id AS batch_number, person_id, currency, points"
        query = self._of(columns, "ledger_pointbalance", first, last)
        return bulk.read(query, rows.KEPT_POINT_BALANCES)

    def _of(self, columns: str, table: str, first: int, last: int) -> str:
        between = f"person_id BETWEEN {first} AND {last}"
        return f"SELECT {columns} FROM {table} WHERE {between} AND {self._ours()}"

    def batch_sums(self) -> pa.Table:
        """See ``KeptSums``."""
        sums = self._summed("count", "reduction_mg", "credited_mg")
        return bulk.read(
            f"SELECT batch_id, count(*), {sums} FROM ledger_balance WHERE {self._ours()} "
            "GROUP BY batch_id",
            rows.KEPT_BATCH_SUMS,
        )

    def batch_points(self) -> pa.Table:
        """See ``KeptSums``."""
        return bulk.read(
            f"SELECT batch_id, currency, {self._summed('points')} FROM ledger_pointbalance "
            f"WHERE {self._ours()} GROUP BY batch_id, currency",
            rows.KEPT_BATCH_POINTS,
        )

    @staticmethod
    def _summed(*names: str) -> str:
        """Sums as whole numbers of 64 bits; what does not fit is the next that does."""
        parts = (f'greatest(least(sum("{name}"), {_MOST}), {_LEAST})::bigint' for name in names)
        return ", ".join(parts)

    def book_lines(self) -> pa.Table:
        """See ``KeptSums``."""
        return self._rows("ledger_bookline", rows.KEPT_BOOK_LINES)

    def point_lines(self) -> pa.Table:
        """See ``KeptSums``."""
        return self._rows("ledger_pointline", rows.KEPT_POINT_LINES)

    def secrets(self, first: int, last: int) -> pa.Table:
        """See ``KeptSums``."""
        return bulk.fetch(
            "SELECT id AS person_id, replace(secret::text, '-', '') AS secret "
            f"FROM participants_person WHERE id BETWEEN {first} AND {last} AND secret IS NOT NULL",
            pipeline.SECRETS,
        )

    def _rows(self, table: str, schema: pa.Schema) -> pa.Table:
        columns = ", ".join(map(_cell, schema.names[1:]))
        return bulk.read(f"SELECT batch_id, {columns} FROM {table} WHERE {self._ours()}", schema)


def _cell(name: str) -> str:
    """A column of the books; a day that no clock shows is read as none, and so differs."""
    if name != "local_day":
        return f'"{name}"'
    least, most = _DAYS
    return f"CASE WHEN local_day BETWEEN '{least}' AND '{most}' THEN local_day END"
