"""③ for a batch: its files as one table of received records, each with a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import engine, intake
from tanpuhui.engine import Session
from tanpuhui.pipeline.imported import scenes_of, with_results
from tanpuhui.pipeline.keys import HASHED, hashed
from tanpuhui.pipeline.order import Order
from tanpuhui.records import EVIDENCE
from tanpuhui.rules import FileMapping, Library, Programme, Scene
from tanpuhui.terms import Fault, Place

_COUNT = pa.schema([("n", pa.int64())])
_FOUND = pa.schema([("partner", pa.string()), ("region", pa.string()), ("local_day", pa.date32())])
_RARE = ("reference_key", "asset_key")
_LACKING_FROM = 50_000  # records
_FEW = ("scene", "evidence")  # columns of records that hold few different texts
_REGION = pa.schema([("region", pa.string())])


@dataclass(frozen=True)
class Received:
    """The records of a batch's files.

    Args:
        records: one row a record: ``position`` int64; the columns of ``intake.received``, where
            ``content`` is a number; and those of ``keys.HASHED``. ``scene`` and ``evidence``, of
            which there are few, are held coded and are null of refused records; what those say
            stands in ``said_scene`` and ``said_evidence``.
        quantities: the names of the quantities among the columns.
        first_positions: the position of the first record of each file that holds any, and its name.
        count: records in all.
        unreadable: a fault for each file that could not be read, of which nothing was taken.
    """

    records: Any
    quantities: tuple[str, ...]
    first_positions: tuple[tuple[int, str], ...]
    count: int
    unreadable: tuple[Fault, ...]


@dataclass(frozen=True)
class Found:
    """What the accepted records have in common.

    Args:
        partners, regions, days: each different one, in order.
        lacking: the keys and quantities that none of them has, so that they need be held nowhere.
            Of few records it is not asked: columns of nulls cost them less than a plan that differs
            from that of the batch before.
    """

    partners: tuple[str, ...]
    regions: tuple[str, ...]
    days: tuple[date, ...]
    lacking: frozenset[str]


def found_in(session: Session, received: Received) -> Found:
    """What the accepted records have in common."""
    taken = accepted(received.records)
    found = session.fetch(taken.select(*_FOUND.names).distinct(), _FOUND)
    partners, regions, days = (tuple(sorted(set(found[name].to_pylist()))) for name in _FOUND.names)
    if received.count < _LACKING_FROM:
        return Found(partners, regions, days, frozenset())
    asked = (*_RARE, *received.quantities)
    said = session.fetch(
        taken.aggregate(**{name: taken[name].count() for name in asked}),
        pa.schema([(name, pa.int64()) for name in asked]),
    )
    lacking = frozenset(name for name in asked if not said[name][0].as_py())
    return Found(partners, regions, days, lacking)


def read_files(session: Session, order: Order) -> Received:
    """Every record of every file that can be read."""
    scenes = _scenes(order.programme, order.library)
    schema = _schema(scenes, scenes_of(order.programme))
    asked = [scenes[scene] for scene in scenes_of(order.programme)]
    parts: list[Any] = []
    faults: list[Fault] = []
    first_positions: list[tuple[int, str]] = []
    count = 0
    for number, path in enumerate(order.files):
        name = f"file_{number}"
        try:
            read = _read(session, order, schema, name, path, asked)
        except Fault as fault:
            fault.place = fault.place or Place(str(path))
            faults.append(fault)
            continue
        first = session.give(_first_of(number), count)
        parts.append(read.mutate(position=read.position + first) if count else read)
        rows = count_of(session, read)
        if rows:
            first_positions.append((count, path.name))
        count += rows
    if not parts:
        nothing = pa.schema([("position", pa.int64()), *schema])
        parts.append(session.table("nothing", nothing.empty_table()))
    together = reduce(lambda a, b: a.union(b), parts)
    named = {name for scene in asked for name in scene.quantities}
    return Received(together, tuple(sorted(named)), tuple(first_positions), count, tuple(faults))


def count_of(session: Session, table: Any) -> int:
    """How many rows there are."""
    found = session.fetch(table.aggregate(n=table.count()), _COUNT)
    return int(found["n"][0].as_py())


def _read(
    session: Session,
    order: Order,
    schema: pa.Schema,
    name: str,
    path: Path,
    asked: Sequence[Scene],
) -> Any:
    """One file; it is computed at once, so that damage in its middle is found here."""
    file = intake.head(path)
    columns = intake.scanned_columns(
        file, mapping=order.mapping, partner=order.partner, scenes=asked
    )
    try:
        raw = session.text_file(f"raw_{name}", path, file.form, columns)
        records = _typed(session, order, schema, raw, name, frozenset())
        # Few files name a region that does not exist, so its records are looked for afterwards.
        named = session.fetch(records.select("region").distinct(), _REGION)["region"].to_pylist()
        codes = [code for code in named if code is not None and len(code) == 6 and code.isdigit()]
        unknown = intake.unknown_regions(codes, order.library.regions)
        if unknown:
            session.forget(name)
            records = _typed(session, order, schema, raw, name, unknown)
    except engine.UnreadableFile as error:
        raise intake.flaw(file, error.problem) from error
    return records


def _typed(
    session: Session,
    order: Order,
    schema: pa.Schema,
    raw: Any,
    name: str,
    unknown: frozenset[str],
) -> Any:
    records = _checked(
        raw, order.programme, order.library, mapping=order.mapping, partner=order.partner,
        secret=order.secret, unknown=unknown,
    )  # fmt: skip
    texts = {"scene": scenes_of(order.programme), "evidence": EVIDENCE}
    return session.keep_numbered(name, records, schema, texts=texts)


@engine.composed
def _checked(
    raw: Any,
    programme: Programme,
    library: Library,
    *,
    mapping: FileMapping | None,
    partner: str | None,
    secret: str,
    unknown: frozenset[str],
) -> Any:
    """The texts of a file as records, each with the code under which it is refused."""
    typed = intake.received(
        raw,
        mapping=mapping,
        partner=partner,
        scenes=_scenes(programme, library),
        programme_scenes=scenes_of(programme),
        partners=programme.partners,
        regions=programme.regions,
        unknown_regions=unknown,
        days=programme.valid,
        time_zone=programme.time_zone,
        local_day=engine.local_day_column,
    )
    taken = typed.refused.isnull()
    said = {
        f"said_{name}": ibis.cases((taken, ibis.null("string")), else_=typed[name]) for name in _FEW
    }
    coded = {name: ibis.cases((taken, typed[name])) for name in _FEW}
    keys = hashed(typed, secret=secret, programme=programme.id)
    return typed.mutate(**keys, **said).mutate(**coded)


def _scenes(programme: Programme, library: Library) -> dict[str, Scene]:
    return with_results(programme, {scene: library.scene(scene) for scene in library.ids("scene")})


def _schema(scenes: Mapping[str, Scene], asked: tuple[str, ...]) -> pa.Schema:
    elsewhere = ("content", "evidence_rank")
    plain = [field for field in intake.received_schema(scenes, asked)
             if field.name not in elsewhere]  # fmt: skip
    said = [("said_scene", pa.string()), ("said_evidence", pa.string())]
    return pa.schema([*plain, *HASHED, *said])


def accepted(records: Any) -> Any:
    """Those that no check of intake refused."""
    return records.filter(records.refused.isnull())


def _first_of(number: int) -> str:
    return f"first position of {number}"


def file_of(session: Session, position: Any, first_positions: Sequence[tuple[int, str]]) -> Any:
    """The name of the file that a record stood in."""
    branches = [
        (
            position >= session.give(f"first position named {number}", first),
            session.give(f"name of {number}", name),
        )
        for number, (first, name) in enumerate(first_positions)
    ]
    return ibis.cases(*reversed(branches)) if branches else ibis.null("string")
