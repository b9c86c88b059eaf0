"""Proofs of posted lines, and whole batches to carry away."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from django.db.models import QuerySet

from tanpuhui import ledger, pipeline
from tanpuhui.ledger import seals
from tanpuhui.rules import Programme
from tanpuhui.web.ledger import lake, log_keys, log_queries
from tanpuhui.web.ledger.log_answers import ProvedLine
from tanpuhui.web.ledger.log_faults import (
    NoSuchBatch,
    NothingToProve,
    NotSealed,
    SealBroken,
    SecretErased,
)
from tanpuhui.web.ledger.models import Batch, Domain, LogEntry, Segment
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.sealing import manifest
from tanpuhui.web.ledger.secret import domain_and_secret
from tanpuhui.web.participants import bindings

_NEVER = "never received"


def prove(
    programme: Programme, partner: str, record_id: str, places: Places
) -> tuple[ProvedLine, ...]:
    """A proof for each journal line of a record, in posted order; each was verified.

    Raises:
        NothingToProve: the record has no line.
        NotSealed: a line of it was posted before batches were sealed.
        SecretErased: its person had their secret erased.
        SealBroken: something kept is not what was sealed.
        SegmentsMissing: a file of the journal is gone.
        WrongSecret: the domain's secret is lost or another.
    """
    lines = _lines_of(programme, partner, record_id, places)
    return tuple(_proved(line, places) for line in lines)


def _proved(line: dict[str, Any], places: Places) -> ProvedLine:
    entry = _entry_of(line["batch"])
    record = seals.BatchRecord.from_bytes(entry.record.encode())
    secret = bindings.secret_of(line["person_id"])
    if secret is None:
        raise SecretErased(batch=line["batch"], line=line["line"])
    salt = seals.salt(secret, line["batch"], line["line"])
    log = entry.log
    proof = seals.LineProof(
        line=line,
        salt=salt,
        commitment=seals.commitment(salt, line),
        in_batch=_in_batch(entry, line["line"], record.lines, places),
        record=entry.record.encode(),
        in_log=log_queries.in_log(log, entry, places),
        checkpoint=log_queries.note_at(log, log.size),
        key=log_keys.key_at(log, log.size).vkey,
    ).to_bytes()
    log_queries.refuse_broken(proof, log, about=line["batch"])
    return ProvedLine(line["batch"], line["line"], line["line_kind"], line["credited_mg"], proof)


def _in_batch(entry: LogEntry, line: int, size: int, places: Places) -> seals.Inclusion:
    (tree,) = _paths(Segment.objects.filter(batch=entry.batch, kind="tree"), places)
    try:
        with tree.open("rb") as file:
            path = seals.inclusion_path(seals.TreeFile(file, size, name=str(tree)), line, size)
    except (seals.TreeFileTorn, seals.NoSuchLeaf) as fault:
        raise SealBroken(batch=entry.batch.name, findings=(fault.what(),)) from fault
    return seals.Inclusion(line, size, path)


def export(name: str, folder: Path, places: Places) -> seals.BatchExport:
    """A whole batch as a folder that ``ledger verify`` takes: lines, salts, tree, record.

    Args:
        name: of the batch.
        folder: must not exist.

    Returns:
        The header of the export.

    Raises:
        NoSuchBatch, NotSealed: there is nothing to export.
        SealBroken: the published log is damaged.
        SegmentsMissing: a file of the batch is gone.
        FileExistsError: the folder is there.
    """
    entry = _entry_of(name)
    log = entry.log
    files = Segment.objects.filter(batch=entry.batch)
    lines = files.filter(kind="lines").order_by("local_day")
    header = seals.BatchExport(
        record=entry.record.encode(),
        in_log=log_queries.in_log(log, entry, places),
        checkpoint=log_queries.note_at(log, log.size),
        key=log_keys.key_at(log, log.size).vkey,
        manifest=tuple(manifest(files)),
        segments={one.path: f"segments/local_day={one.local_day}.parquet" for one in lines},
    )
    tree = _paths(files.filter(kind="tree"), places)
    header.write(
        folder,
        tree=tree[0] if tree else None,
        salts=_salts(name, _paths(lines, places)),
        files=dict(zip(header.segments, _paths(lines, places), strict=True)),
    )
    return header


def _salts(name: str, segments: list[Path]) -> Iterator[bytes | None]:
    """The salt of each line of a batch, in order; None where the person's secret was erased."""
    columns = ["line", "person_id"]
    if not segments:
        return
    lines = ds.dataset([str(path) for path in segments], format="parquet").to_table(columns)
    lines = lines.sort_by("line")
    secrets = _secrets(pc.unique(lines["person_id"]).to_pylist())
    for line, person in zip(*(lines[column].to_pylist() for column in columns), strict=True):
        secret = secrets[person]
        yield None if secret is None else seals.salt(secret, name, line)


def _secrets(people: list[int]) -> dict[int, str | None]:
    """By person, 32 hex digits; None where it was erased."""
    asked = pa.table({"person_id": pa.array(people, pa.int64())})
    found = bindings.secrets_of(asked)
    return dict(zip(found["person_id"].to_pylist(), found["secret"].to_pylist(), strict=True))


def _entry_of(name: str) -> LogEntry:
    entry = LogEntry.objects.filter(batch__name=name).select_related("log", "batch").first()
    if entry is not None:
        return entry
    if Batch.objects.filter(name=name).exists():
        raise NotSealed(batch=name)
    raise NoSuchBatch(batch=name)


# -- the lines of a record ------------------------------------------------------------------------


def _lines_of(
    programme: Programme, partner: str, record_id: str, places: Places
) -> list[dict[str, Any]]:
    """Every journal line of a record: its act, and what corrects it.

    The index of keys says which batch received it; its lines, there and in later batches, are all
    of the act's local day. Of a segment two columns are looked through, and then only the groups of
    rows read in which the lines stand: these are sorted by number.
    """
    if not Domain.objects.filter(pk=programme.domain).exists():
        raise _nothing(programme, partner, record_id, places)
    _, secret = domain_and_secret(programme.domain, places)
    number = pipeline.record_number(secret, programme.id, partner, record_id)
    mine = pc.field("record_key") == pa.scalar(Decimal(number), ledger.KEY)
    ours = Segment.objects.filter(batch__programme=programme.id)
    received = [
        segment.batch_id
        for segment in ours.filter(kind="keys").order_by("-batch_id")
        if _dataset([segment], places, pipeline.KEYS).count_rows(filter=mine)
    ]
    first = ours.filter(batch__in=received)
    days = set()
    for kind, schema in (("lines", ledger.LINES), ("suppressed", ledger.SUPPRESSED)):
        acts = _dataset(first.filter(kind=kind), places, schema)
        days |= set(acts.to_table(["local_day"], filter=mine)["local_day"].to_pylist())
    of_days = ours.filter(kind="lines", local_day__in=days)
    segments = _dataset(of_days, places, ledger.LINES)
    numbers = segments.to_table(["line"], filter=mine)["line"]
    if not len(numbers):
        raise _nothing(programme, partner, record_id, places)
    lines = segments.to_table(filter=pc.field("line").isin(pc.unique(numbers)) & mine)
    ordered = lines.sort_by([("posted_order", "ascending"), ("line", "ascending")])
    found: list[dict[str, Any]] = ordered.to_pylist()
    return found


def _nothing(programme: Programme, partner: str, record_id: str, places: Places) -> NothingToProve:
    named = (pc.field("partner") == partner) & (pc.field("record_id") == record_id)
    ours = Segment.objects.filter(batch__programme=programme.id, kind="verdicts")
    said = _dataset(ours.order_by("batch_id"), places, pipeline.VERDICTS).to_table(filter=named)
    known = _NEVER
    for row in said.to_pylist():
        known = ", ".join(text for text in (row["verdict"], row["code"]) if text)
    return NothingToProve(programme=programme.id, partner=partner, record_id=record_id, known=known)


def _paths(segments: QuerySet[Segment] | list[Segment], places: Places) -> list[Path]:
    paths = [places.lake / segment.path for segment in segments]
    lake.refuse_missing(places, (path for path in paths if not path.is_file()))
    return paths


def _dataset(
    segments: QuerySet[Segment] | list[Segment], places: Places, schema: pa.Schema
) -> ds.Dataset:
    paths = [str(path) for path in _paths(segments, places)]
    return ds.dataset(paths, schema=schema, format="parquet")
