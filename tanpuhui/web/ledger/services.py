"""Posting a batch: read – decide – write, in one transaction.

What makes it exactly once: the files of a batch count by rows that are committed together with the
sums over them, and the files are on disk before. Whoever dies, at whatever moment, has posted all
or nothing, and has opened no account for nothing.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
from django.db import transaction

from tanpuhui import pipeline
from tanpuhui.engine import RelationalBackend
from tanpuhui.rules import FileMapping, Library, Programme
from tanpuhui.web import bulk
from tanpuhui.web.ledger import durable, lake
from tanpuhui.web.ledger.answers import Posted
from tanpuhui.web.ledger.faults import LakeNotWritable
from tanpuhui.web.ledger.models import Batch, Domain, Segment
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.question import Question, question_of
from tanpuhui.web.ledger.secret import domain_and_secret
from tanpuhui.web.participants import bindings

Told = Callable[[str], None]
WAITS, SWEEPS, KEEPS = "waiting for another batch", "sweep", "commit"
_CANNOT_WRITE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR)
)


@dataclass(frozen=True)
class Handed:
    """What is handed in for one batch.

    Args:
        partner: who hands it in, where the records do not say.
    """

    files: tuple[Path, ...]
    partner: str | None
    mapping: FileMapping | None
    programme: Programme
    library: Library


def post(handed: Handed, *, places: Places, backend: RelationalBackend, told: Told) -> Posted:
    """Post the records of some files, once.

    The same question is answered with the first result, unless records were held then: who could
    not be credited may be by now. One batch at a time is posted in a dedup domain.

    Args:
        told: called with the name of each step when it begins, and when another poster is awaited.

    Raises:
        WrongSecret, ForeignLake, SegmentsMissing: database, lake and keys do not fit together.
        FileChanged: a file was written to meanwhile.
        LakeNotWritable: the batch cannot be kept.
    """
    row, secret = domain_and_secret(handed.programme.domain, places)
    try:
        folder = lake.made_folder(places, row.pk)
        with durable.alone(folder / lake.LOCK, waits=lambda: told(WAITS)), transaction.atomic():
            return _posted(handed, _locked(row, told), secret, places, backend, told)
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        path = error.filename or places.lake
        raise LakeNotWritable(path=str(path), reason=error.strerror or str(error)) from error


def _locked(row: Domain, told: Told) -> Domain:
    """The domain's row as of now, which is this transaction's alone until it ends."""
    rows = Domain.objects.filter(pk=row.pk)
    free = rows.select_for_update(skip_locked=True).first()
    if free is not None:
        return free
    told(WAITS)
    return rows.select_for_update().get()


def _posted(
    handed: Handed,
    domain: Domain,
    secret: str,
    places: Places,
    backend: RelationalBackend,
    told: Told,
) -> Posted:
    """As ``post``, with the domain locked."""
    began = perf_counter()
    question = question_of(
        handed.files, partner=handed.partner, mapping=handed.mapping,
        programme=handed.programme, library=handed.library,
    )  # fmt: skip
    told(SWEEPS)
    earlier = lake.swept(places, domain)
    known = Batch.objects.filter(question=question.sha256).order_by("-number").first()
    if known is not None and not known.has_held:
        return answered(known, places)
    order = _order(handed, domain, secret, places, question, earlier)
    staged = pipeline.compute(order, backend, told=told)
    question.refuse_changed()
    if not staged.counts.received:
        for file in staged.files:
            file.path.unlink()
        return Posted({**_result(staged, began), "batch": None}, False, (), None)
    told(KEEPS)
    lake.put_on_disk(places, staged.files)
    batch = _record(handed, domain, order, question, staged, _result(staged, began))
    _record_sums(batch, staged)
    _record_files(batch, staged, places)
    return answered(batch, places, repeated=False)


def _order(
    handed: Handed,
    domain: Domain,
    secret: str,
    places: Places,
    question: Question,
    earlier: pipeline.Earlier,
) -> pipeline.Order:
    posted_order = domain.posted_order + 1
    return pipeline.Order(
        batch=lake.batch_name(handed.programme.id, posted_order, question.sha256),
        posted_order=posted_order,
        files=handed.files,
        partner=handed.partner,
        mapping=handed.mapping,
        programme=handed.programme,
        library=handed.library,
        bindings=bindings.DomainBindings(domain.pk, handed.programme.opened_by),
        earlier=earlier,
        secret=secret,
        folder=places.of_domain(domain.pk),
    )


def _result(staged: pipeline.Staged, began: float) -> dict[str, Any]:
    """What is answered: the figures, and how long it took, in all and by step."""
    steps = {name: round(seconds, 3) for name, seconds in staged.seconds.items()}
    return {
        **staged.to_json(),
        "seconds": round(perf_counter() - began, 3),
        "seconds_by_step": steps,
    }


def answered(batch: Batch, places: Places, *, repeated: bool = True) -> Posted:
    """What was answered when the batch was posted."""
    files: dict[str, list[Path]] = {"lines": [], "verdicts": []}
    named = Segment.objects.filter(batch=batch, kind__in=files).order_by("path")
    for kind, path in named.values_list("kind", "path"):
        files[kind].append(places.lake / path)
    (verdicts,) = files["verdicts"]
    return Posted(batch.answer(), repeated, tuple(files["lines"]), verdicts)


def person_of(domain: str, subject: str, partner: str, places: Places) -> int | None:
    """The person whom a partner knows by this id in a dedup domain; None where nobody is bound.

    Raises:
        WrongSecret: the domain's secret is lost or another.
    """
    if not Domain.objects.filter(pk=domain).exists():
        return None
    _, secret = domain_and_secret(domain, places)
    return bindings.person_of(domain, secret, subject=subject, partner=partner)


# -- write ----------------------------------------------------------------------------------------


def _record(
    handed: Handed,
    domain: Domain,
    order: pipeline.Order,
    question: Question,
    staged: pipeline.Staged,
    result: dict[str, Any],
) -> Batch:
    domain.posted_order = order.posted_order
    domain.save(update_fields=["posted_order"])
    return Batch.objects.create(
        name=order.batch,
        domain=domain,
        posted_order=order.posted_order,
        programme=handed.programme.id,
        programme_sha256=handed.programme.sha256,
        library_version=handed.library.version,
        partner=handed.partner,
        question=question.sha256,
        has_held=bool(staged.counts.held),
        currencies=dict(staged.currencies),
        result=json.dumps(result, ensure_ascii=False),
    )


def _record_files(batch: Batch, staged: pipeline.Staged, places: Places) -> None:
    Segment.objects.bulk_create(
        Segment(
            batch=batch,
            kind=file.kind,
            path=file.path.relative_to(places.lake).as_posix(),
            local_day=file.local_day,
            starts=file.starts,
            ends=file.ends,
            has_corrections=file.has_corrections,
            rows=file.rows,
            bytes=file.path.stat().st_size,
            sha256=durable.sha256_of(file.path),
        )
        for file in staged.files
    )


def _record_sums(batch: Batch, staged: pipeline.Staged) -> None:
    """Balances and book lines; a person's stand together in the index, so they go in sorted."""
    for table, rows in (
        ("ledger_balance", staged.balances.sort_by("person_id")),
        ("ledger_pointbalance", staged.point_balances.sort_by("person_id")),
    ):
        bulk.insert(table, _with(rows, "batch_id", batch.number, pa.int64()))
    for table, rows in (
        ("ledger_bookline", staged.book_lines),
        ("ledger_pointline", staged.point_lines),
    ):
        named = _with(rows, "batch_id", batch.number, pa.int64())
        bulk.insert(table, _with(named, "programme", batch.programme, pa.string()))


def _with(rows: pa.Table, name: str, value: object, kind: pa.DataType) -> pa.Table:
    return rows.append_column(name, pa.repeat(pa.scalar(value, kind), len(rows)))
