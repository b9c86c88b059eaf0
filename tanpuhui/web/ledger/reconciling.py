"""Whether manifest, files, balances and books agree. It reads, and changes nothing.

All rows are read in one snapshot of the database, so a batch that is posted meanwhile is seen whole
or not at all; and a file that a row names never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from django.db import connection, transaction

from tanpuhui import pipeline
from tanpuhui.engine import RelationalBackend
from tanpuhui.ledger import FileLeft
from tanpuhui.pipeline.reconcile import (
    KEPT_BALANCES,
    KEPT_BATCH_POINTS,
    KEPT_BATCH_SUMS,
    KEPT_BOOK_LINES,
    KEPT_POINT_BALANCES,
    KEPT_POINT_LINES,
    Kept,
    KeptBatch,
    KeptFile,
)
from tanpuhui.terms import Fault
from tanpuhui.web import bulk
from tanpuhui.web.ledger import lake
from tanpuhui.web.ledger.answers import Reconciled
from tanpuhui.web.ledger.faults import ForeignLake, WrongSecret
from tanpuhui.web.ledger.models import Batch, Domain, Segment
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.secret import domain_and_secret

BALANCES_AT_ONCE = 4_000_000  # rows that are compared at once; some 300 MB
_LEAST, _MOST = -(2**63), 2**63 - 1  # of a number of a person
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


def domains() -> tuple[str, ...]:
    """The ids of all dedup domains, in order."""
    return tuple(Domain.objects.order_by("pk").values_list("pk", flat=True))


def reconcile(
    domain: str, *, places: Places, backend: RelationalBackend, told: Callable[[str], None]
) -> Reconciled:
    """Every disagreement of a dedup domain.

    Args:
        told: called with the name of each check when it begins.
    """
    listed = tuple(lake.files_below(places.of_domain(domain)))  # before the snapshot: see _left
    with transaction.atomic():
        bulk.run(_SNAPSHOT)
        row = Domain.objects.get(pk=domain)
        kept = _kept(row, places)
        found: list[Fault] = [fault for check in CHECKS for fault in check(row, places)]
        found += pipeline.reconcile.findings(kept, backend, told)
    left = [*pipeline.reconcile.left_files(kept, _left(kept, listed))]
    found += [one for one in left if not isinstance(one, FileLeft)]
    return Reconciled(
        domain=domain,
        programmes=tuple(sorted({batch.programme for batch in kept.batches})),
        batches=len(kept.batches),
        files=len(kept.files),
        bytes=sum(file.bytes for file in kept.files),
        lines=sum(file.rows for file in kept.files if file.kind == "lines"),
        without_sha256=sum(file.sha256 is None for file in kept.files),
        findings=tuple(found),
        left=tuple(one for one in left if isinstance(one, FileLeft)),
    )


# -- checks of what only this floor knows ---------------------------------------------------------


def _mark_is_ours(row: Domain, places: Places) -> Iterator[Fault]:
    folder = places.of_domain(row.pk)
    mark = folder / lake.MARK
    try:
        found = mark.read_text(encoding="ascii")
    except FileNotFoundError:
        if row.posted_order:
            yield ForeignLake(folder=str(folder), reason="has no mark of a database")
    except (OSError, UnicodeDecodeError):
        yield ForeignLake(folder=str(folder), reason="has a mark that cannot be read")
    else:
        if found != str(row.lake_mark):
            yield ForeignLake(folder=str(folder), reason="bears the mark of another database")


def _secret_is_ours(row: Domain, places: Places) -> Iterator[Fault]:
    try:
        domain_and_secret(row.pk, places)  # of a domain that has a row, it makes nothing
    except WrongSecret as fault:
        yield fault


# Of the row of a domain, and the folders that belong to it.
CHECKS: tuple[Callable[[Domain, Places], Iterable[Fault]], ...] = (_mark_is_ours, _secret_is_ours)


def _left(kept: Kept, listed: Iterable[Path]) -> list[Path]:
    """The files that no row names.

    They were listed before the snapshot was taken, so none is of a batch that was committed since.
    What is gone now was swept.
    """
    named = {kept.lake / file.path for file in kept.files}
    return [path for path in listed if path not in named and path.exists()]


# -- what the database says -----------------------------------------------------------------------


def _kept(row: Domain, places: Places) -> Kept:
    batches = tuple(
        KeptBatch(
            number=batch.number,
            name=batch.name,
            posted_order=batch.posted_order,
            programme=batch.programme,
            programme_sha256=batch.programme_sha256,
            library_version=batch.library_version,
            question=batch.question,
            has_held=batch.has_held,
            currencies=batch.currencies,
            result=batch.answer(),
        )
        for batch in Batch.objects.filter(domain=row).order_by("posted_order")
    )
    files = Segment.objects.filter(batch__domain=row).order_by("batch__posted_order", "path")
    others = Batch.objects.exclude(domain=row).values_list("number", flat=True)
    return Kept(
        domain=row.pk,
        posted_order=row.posted_order,
        lake=places.lake,
        batches=batches,
        files=tuple(_file(segment) for segment in files),
        sums=_Sums(tuple(others)),
    )


def _file(segment: Segment) -> KeptFile:
    return KeptFile(
        batch=segment.batch_id,
        kind=segment.kind,
        path=segment.path,
        local_day=segment.local_day,
        starts=segment.starts,
        ends=segment.ends,
        has_corrections=segment.has_corrections,
        rows=segment.rows,
        bytes=segment.bytes,
        sha256=segment.sha256,
    )


@dataclass(frozen=True)
class _Sums:
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
        return bulk.fetch(self._of(columns, "ledger_balance", first, last), KEPT_BALANCES)

    def point_balances(self, first: int, last: int) -> pa.Table:
        """See ``KeptSums``."""
        columns = "batch_id AS batch_number, person_id, currency, points"
        query = self._of(columns, "ledger_pointbalance", first, last)
        return bulk.read(query, KEPT_POINT_BALANCES)

    def _of(self, columns: str, table: str, first: int, last: int) -> str:
        between = f"person_id BETWEEN {first} AND {last}"
        return f"SELECT {columns} FROM {table} WHERE {between} AND {self._ours()}"

    def batch_sums(self) -> pa.Table:
        """See ``KeptSums``."""
        sums = self._summed("count", "reduction_mg", "credited_mg")
        return bulk.read(
            f"SELECT batch_id, count(*), {sums} FROM ledger_balance WHERE {self._ours()} "
            "GROUP BY batch_id",
            KEPT_BATCH_SUMS,
        )

    def batch_points(self) -> pa.Table:
        """See ``KeptSums``."""
        return bulk.read(
            f"SELECT batch_id, currency, {self._summed('points')} FROM ledger_pointbalance "
            f"WHERE {self._ours()} GROUP BY batch_id, currency",
            KEPT_BATCH_POINTS,
        )

    @staticmethod
    def _summed(*names: str) -> str:
        """Sums as whole numbers of 64 bits; what does not fit is an error of the database."""
        return ", ".join(f'sum("{name}")::bigint' for name in names)

    def book_lines(self) -> pa.Table:
        """See ``KeptSums``."""
        return self._rows("ledger_bookline", KEPT_BOOK_LINES)

    def point_lines(self) -> pa.Table:
        """See ``KeptSums``."""
        return self._rows("ledger_pointline", KEPT_POINT_LINES)

    def _rows(self, table: str, schema: pa.Schema) -> pa.Table:
        columns = ", ".join(f'"{name}"' for name in schema.names[1:])
        return bulk.read(f"SELECT batch_id, {columns} FROM {table} WHERE {self._ours()}", schema)


def domain_of(programme: str) -> str | None:
    """The dedup domain in which a programme has posted; None where it has posted nothing."""
    found = Batch.objects.filter(programme=programme).values_list("domain_id", flat=True)
    return found.order_by("-number").first()
