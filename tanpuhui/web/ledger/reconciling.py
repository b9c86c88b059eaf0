"""Whether manifest, files, balances, books and sealed logs agree. It reads, and changes nothing.

All rows are read in one snapshot of the database, so a batch that is posted meanwhile is seen whole
or not at all; and a file that a row names never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import transaction

from tanpuhui import pipeline
from tanpuhui.engine import RelationalBackend
from tanpuhui.ledger import FileLeft, LogBehind
from tanpuhui.terms import Fault
from tanpuhui.web import bulk
from tanpuhui.web.ledger import kept_logs, kept_rows, lake, log_keys
from tanpuhui.web.ledger.answers import Reconciled
from tanpuhui.web.ledger.faults import ForeignLake, WrongSecret
from tanpuhui.web.ledger.log_faults import LogKeyLost
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
    published = kept_logs.published(places)  # as well
    with transaction.atomic():
        bulk.run(_SNAPSHOT)
        row = Domain.objects.get(pk=domain)
        found: list[Fault] = [fault for check in CHECKS for fault in check(row, places)]
        kept, unreadable = kept_rows.of_domain(row, places, published)
        found += [*unreadable, *_keys_lost(kept, places)]
        found += pipeline.reconcile.findings(kept, backend, told)
    found += pipeline.reconcile.left_files(kept, _left(kept, listed))
    return Reconciled(
        domain=domain,
        programmes=tuple(sorted({batch.programme for batch in kept.batches})),
        batches=len(kept.batches),
        files=len(kept.files),
        bytes=sum(file.bytes for file in kept.files),
        lines=sum(file.rows for file in kept.files if file.kind == "lines"),
        without_sha256=sum(file.sha256 is None for file in kept.files),
        findings=tuple(one for one in found if not isinstance(one, FileLeft | LogBehind)),
        left=tuple(one for one in found if isinstance(one, FileLeft)),
        behind=tuple(one for one in found if isinstance(one, LogBehind)),
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


def _keys_lost(kept: pipeline.reconcile.Kept, places: Places) -> Iterator[Fault]:
    """Of each log, whether the key that signs it now is among the keys."""
    for log in kept.logs:
        for key in log.keys[-1:]:
            try:
                log_keys.held(log.programme, key.vkey, places)
            except LogKeyLost as fault:
                yield fault


def _left(kept: pipeline.reconcile.Kept, listed: Iterable[Path]) -> list[Path]:
    """The files that no row names.

    They were listed before the snapshot was taken, so none is of a batch that was committed since.
    What is gone now was swept.
    """
    named = {kept.lake / file.path for file in kept.files}
    return [path for path in listed if path not in named and path.exists()]
