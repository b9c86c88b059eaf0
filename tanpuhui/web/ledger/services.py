"""Posting a batch: read – decide – write, in one transaction.

What makes it exactly once: the files of a batch count by rows that are committed together with the
sums over them, and the files are on disk before. Whoever dies, at whatever moment, has posted all
or nothing, and has opened no account for nothing.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
from django.db import transaction

from tanpuhui import pipeline
from tanpuhui.engine import RelationalBackend
from tanpuhui.records import RECORDS
from tanpuhui.rules import FileMapping, Library, Programme
from tanpuhui.web import bulk
from tanpuhui.web.ledger import durable, lake
from tanpuhui.web.ledger.answers import Posted
from tanpuhui.web.ledger.faults import LakeNotWritable
from tanpuhui.web.ledger.models import Batch, Domain, Segment
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.question import question_of
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
    with in_turn(handed.programme.domain, places, told) as turn:
        return _posted(handed, turn, backend, told)


@dataclass(frozen=True)
class Turn:
    """A poster's turn in a dedup domain: nobody else posts there until it ends.

    Args:
        domain: its row, locked.
        secret: that keys the domain's hashes.
    """

    domain: Domain
    secret: str
    places: Places


@contextmanager
def in_turn(domain: str, places: Places, told: Told) -> Iterator[Turn]:
    """The domain for oneself, in one transaction: all that is written in it counts, or nothing.

    Raises:
        WrongSecret: the domain's secret is lost or another.
        LakeNotWritable: a file cannot be written.
    """
    row, secret = domain_and_secret(domain, places)
    try:
        folder = lake.made_folder(places, row.pk)
        with durable.alone(folder / lake.LOCK, waits=lambda: told(WAITS)), transaction.atomic():
            yield Turn(_locked(row, told), secret, places)
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


def _posted(handed: Handed, turn: Turn, backend: RelationalBackend, told: Told) -> Posted:
    """As ``post``, with the domain locked."""
    began = perf_counter()
    question = question_of(
        handed.files, partner=handed.partner, mapping=handed.mapping,
        programme=handed.programme, library=handed.library,
    )  # fmt: skip
    told(SWEEPS)
    earlier = lake.swept(turn.places, turn.domain)
    known = Batch.objects.filter(question=question.sha256).order_by("-number").first()
    if known is not None and not known.has_held:
        return answered(known, turn.places)
    order = order_of(handed, turn, question.sha256, earlier)
    staged = pipeline.compute(order, backend, told=told)
    question.refuse_changed()
    if not staged.counts.received:
        forget(staged)
        return Posted({**_result(staged, began), "batch": None}, False, (), None)
    told(KEEPS)
    about = About(question.sha256, has_held=bool(staged.counts.held))
    batch = committed(about, turn, order, staged, _result(staged, began))
    return answered(batch, turn.places, repeated=False)


def order_of(
    handed: Handed, turn: Turn, question: str, earlier: pipeline.Earlier
) -> pipeline.Order:
    """What is to be computed in this turn.

    Args:
        question: the hash of what is asked.
    """
    posted_order = turn.domain.posted_order + 1
    return pipeline.Order(
        batch=lake.batch_name(handed.programme.id, posted_order, question),
        posted_order=posted_order,
        files=handed.files,
        partner=handed.partner,
        mapping=handed.mapping,
        programme=handed.programme,
        library=handed.library,
        bindings=bindings.DomainBindings(turn.domain.pk, handed.programme.opened_by),
        earlier=earlier,
        secret=turn.secret,
        folder=turn.places.of_domain(turn.domain.pk),
    )


def forget(staged: pipeline.Staged) -> None:
    """Delete the files of a batch that is not posted."""
    for file in staged.files:
        file.path.unlink()


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


@dataclass(frozen=True)
class About:
    """What the row of a batch says of it, besides whose it is; see ``Batch``."""

    question: str
    kind: str = RECORDS
    has_held: bool = False
    reason: str | None = None
    note: str | None = None
    clawback: str | None = None


def committed(
    about: About,
    turn: Turn,
    order: pipeline.Order,
    staged: pipeline.Staged,
    result: Mapping[str, Any],
) -> Batch:
    """The batch, whose files are on disk and whose rows are written; it counts when the turn ends.

    Args:
        result: what is answered, now and whenever the same is asked again.
    """
    lake.put_on_disk(turn.places, staged.files)
    turn.domain.posted_order = order.posted_order
    turn.domain.save(update_fields=["posted_order"])
    batch = Batch.objects.create(
        name=order.batch,
        domain=turn.domain,
        posted_order=order.posted_order,
        programme=order.programme.id,
        programme_sha256=order.programme.sha256,
        library_version=order.library.version,
        partner=order.partner,
        currencies=dict(staged.currencies),
        result=json.dumps(result, ensure_ascii=False),
        **vars(about),
    )
    _record_sums(batch, staged)
    _record_files(batch, staged, turn.places)
    return batch


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
