"""Whether manifest, files, balances and books agree. It reads, and changes nothing.

All rows are read in one snapshot of the database, so a batch that is posted meanwhile is seen whole
or not at all; and a file that a row names never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import transaction

from tanpuhui import pipeline
from tanpuhui.engine import RelationalBackend
from tanpuhui.ledger import FileLeft
from tanpuhui.terms import Fault
from tanpuhui.web import bulk
from tanpuhui.web.ledger import kept_rows, lake
from tanpuhui.web.ledger.answers import Reconciled
from tanpuhui.web.ledger.faults import ForeignLake, WrongSecret
from tanpuhui.web.ledger.models import Batch, Domain
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.secret import domain_and_secret

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


def domains() -> tuple[str, ...]:
    """The ids of all dedup domains, in order."""
    return tuple(Domain.objects.order_by("pk").values_list("pk", flat=True))


def domain_of(programme: str) -> str | None:
    """The dedup domain in which a programme has posted; None where it has posted nothing."""
    found = Batch.objects.filter(programme=programme).values_list("domain_id", flat=True)
    return found.order_by("-number").first()


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
        found: list[Fault] = [fault for check in CHECKS for fault in check(row, places)]
        kept, unreadable = kept_rows.of_domain(row, places)
        found += unreadable
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


def _left(kept: pipeline.reconcile.Kept, listed: Iterable[Path]) -> list[Path]:
    """The files that no row names.

    They were listed before the snapshot was taken, so none is of a batch that was committed since.
    What is gone now was swept.
    """
    named = {kept.lake / file.path for file in kept.files}
    return [path for path in listed if path not in named and path.exists()]
