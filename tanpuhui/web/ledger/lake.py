"""The lake: files of a dedup domain, and which of them count.

A file counts when a row of the manifest names it. Before a batch is posted, what no row names is
swept: it was left by a batch that died. Two things make that safe. Only the poster who is alone in
the domain sweeps, so no file is of a batch at work. And nothing is swept unless the folder bears
the mark of the domain's row, and holds no batch that is younger than the database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from django.db.models import F

from tanpuhui import pipeline
from tanpuhui.web.ledger import durable
from tanpuhui.web.ledger.faults import ForeignLake, SegmentsMissing
from tanpuhui.web.ledger.models import Domain, Lock, Segment
from tanpuhui.web.ledger.places import Places

MARK, LOCK = "mark", "lock"
_BATCH_FILE = re.compile(r".+-(?P<order>[0-9]{6,})-[0-9a-f]{8}\.(?:parquet|tree)")


def batch_name(programme: str, posted_order: int, question: str) -> str:
    """The id of a batch: readable, and the same whenever the same is posted at the same place.

    >>> batch_name("hankou", 7, "0123456789abcdef")
    'hankou-000007-01234567'
    """
    return f"{programme}-{posted_order:06d}-{question[:8]}"


def made_folder(places: Places, domain: str) -> Path:
    """The domain's part of the lake, which is made if it is not there."""
    folder = places.of_domain(domain)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def swept(places: Places, domain: Domain) -> pipeline.Earlier:
    """What was posted in the domain; files that do not count are deleted.

    Args:
        domain: its row, locked by the caller.

    Raises:
        ForeignLake: the folder is another database's, or the database is older than the folder.
        SegmentsMissing: a file that counts is gone.
    """
    folder = places.of_domain(domain.pk)
    files = set(_files_below(folder))
    _refuse_foreign(folder, domain, files)
    segments = list(Segment.objects.filter(batch__domain=domain).select_related("batch"))
    named = {places.lake / segment.path for segment in segments}
    refuse_missing(places, named - files)
    left = files - named
    for path in left:
        found = _BATCH_FILE.fullmatch(path.name)
        if found and int(found["order"]) > domain.posted_order + 1:
            reason = f"holds {path.relative_to(folder)}, younger than the database's last batch"
            raise ForeignLake(folder=str(folder), reason=reason)
    for path in left:
        path.unlink()
    return replace(_earlier(places, segments), locked=_locked(domain))


def refuse_missing(places: Places, missing: Iterable[Path]) -> None:
    """Raise SegmentsMissing if there is a path among these."""
    paths = sorted(missing)
    if paths:
        first = str(paths[0].relative_to(places.lake))
        raise SegmentsMissing(lake=str(places.lake), count=len(paths), first=first)


def put_on_disk(places: Places, files: Iterable[pipeline.StagedFile]) -> None:
    """Have a batch's files, and all folders up to the lake, written to the disk."""
    paths = [file.path for file in files]
    folders = {folder for path in paths for folder in path.parents}
    above = {places.lake, places.lake.parent}
    inside = {folder for folder in folders if folder.is_relative_to(places.lake)}
    durable.put_on_disk([*paths, *sorted(inside | above)])


def _files_below(folder: Path) -> Iterable[Path]:
    for inside, _, names in os.walk(folder):
        for name in names:
            path = Path(inside, name)
            if path not in (folder / MARK, folder / LOCK):
                yield path


def _refuse_foreign(folder: Path, domain: Domain, files: Iterable[Path]) -> None:
    mark = folder / MARK
    if not mark.exists():
        if any(files):
            raise ForeignLake(folder=str(folder), reason="holds files and no mark of a database")
        durable.write_once(mark, str(domain.lake_mark))
    elif mark.read_text(encoding="ascii") != str(domain.lake_mark):
        raise ForeignLake(folder=str(folder), reason="bears the mark of another database")


def _earlier(places: Places, segments: Iterable[Segment]) -> pipeline.Earlier:
    of: dict[str, list[Segment]] = {}
    for segment in sorted(segments, key=lambda s: (s.batch.posted_order, s.path)):
        of.setdefault(segment.kind, []).append(segment)

    def paths(kind: str) -> tuple[Path, ...]:
        return tuple(places.lake / segment.path for segment in of.get(kind, ()))

    return pipeline.Earlier(
        keys=paths("keys"),
        references=paths("references"),
        lines=tuple(_of_acts(places, segment) for segment in of.get("lines", ())),
        suppressed=tuple(_of_acts(places, segment) for segment in of.get("suppressed", ())),
        withdrawn=paths("withdrawn"),
        verdicts={s.batch.name: places.lake / s.path for s in of.get("verdicts", ())},
    )


def _locked(domain: Domain) -> pa.Table:
    """The lines of the domain that pools have taken, shaped as ``pipeline.LOCKED``."""
    rows = Lock.objects.filter(batch__domain=domain).order_by("batch_id", "line")
    found = rows.values("line", "pool", name=F("batch__name"))
    plain = [{"batch": row["name"], "line": row["line"], "pool": row["pool"]} for row in found]
    return pa.Table.from_pylist(plain, pipeline.LOCKED)


def _of_acts(places: Places, segment: Segment) -> pipeline.Segment:
    assert segment.local_day is not None, "acts have a day"
    assert segment.starts is not None, "acts have a time"
    assert segment.ends is not None, "acts have a time"
    return pipeline.Segment(
        path=places.lake / segment.path,
        programme=segment.batch.programme,
        local_day=segment.local_day,
        starts=segment.starts,
        ends=segment.ends,
        has_corrections=segment.has_corrections,
    )
