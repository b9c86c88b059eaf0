"""Files against their rows of the manifest: there, whole, and of the form of their kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tanpuhui import ledger
from tanpuhui.ledger import (
    BatchesDisagree,
    FileDamaged,
    FileGone,
    FileLeft,
    Finding,
    RowDisagrees,
)
from tanpuhui.pipeline.reconcile.kept import Kept, KeptBatch, KeptFile
from tanpuhui.pipeline.staged import KEYS, REFERENCES, VERDICTS, WITHDRAWN

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

# The columns of each kind; ``refused`` has those of the records, whatever they were.
_SCHEMAS: Mapping[str, pa.Schema] = {
    "lines": ledger.LINES,
    "suppressed": ledger.SUPPRESSED,
    "grants": ledger.GRANTS,
    "keys": KEYS,
    "references": REFERENCES,
    "verdicts": VERDICTS,
    "withdrawn": WITHDRAWN,
}
_KNOWN = (*_SCHEMAS, "refused", "tree")
_HASH_BYTES = 32  # a row of a tree is a hash
_BY_DAY = ("lines", "suppressed", "grants")
_WITH_TIMES = ("lines", "suppressed")
_ORDER = re.compile(r"-([0-9]{6,})-[0-9a-f]{8}\.")  # in the name of a file, after the programme


@dataclass(frozen=True)
class Looked:
    """What became of looking at every file.

    Args:
        broken: the numbers of batches with a file that is gone, damaged or of another form.
    """

    findings: tuple[Finding, ...]
    broken: frozenset[int]


def looked_at(kept: Kept) -> Looked:
    """Every file of the manifest: its size, its hash, its columns and its number of rows."""
    batches = {batch.number: batch for batch in kept.batches}
    hashed = [batches[f.batch].posted_order for f in kept.files if f.sha256 is not None]
    since = min(hashed, default=None)
    found: list[Finding] = []
    broken: set[int] = set()
    for file in kept.files:
        batch = batches[file.batch]
        wrong = [*_row_and_batch(kept, file, batch), *_bytes_of(kept, file)]
        if file.sha256 is None and since is not None and batch.posted_order >= since:
            at, later = f"ledger_segment {file.path}", "a sha256, as later rows have"
            wrong.append(FileDamaged(at=at, expected=later, found="none"))
        if not any(isinstance(one, FileGone | FileDamaged) for one in wrong):
            wrong += _form_of(kept, file)
        if wrong:
            broken.add(file.batch)
        found += wrong
    return Looked(tuple(found), frozenset(broken))


def left_files(kept: Kept, left: Iterable[Path]) -> Iterator[Finding]:
    """What is to be said of the files that no row of the manifest names.

    Args:
        left: absolute paths, of files that are still there.
    """
    for path in sorted(left):
        at = path.relative_to(kept.lake).as_posix()
        order = _ORDER.search(path.name)
        if order is None or int(order[1]) == kept.posted_order + 1:
            yield FileLeft(at=at, expected="a row of the manifest", found="none")
        else:
            yield RowDisagrees(
                at=f"ledger_segment {at}", found="none",
                expected=f"a row, since the last batch has number {kept.posted_order}",
            )  # fmt: skip


def batches_in_order(look: Look) -> Iterator[Finding]:
    """Batches are numbered from 1 without a gap, and bear the names that their numbers give."""
    kept = look.kept
    orders = sorted(batch.posted_order for batch in kept.batches)
    missing = sorted(set(range(1, kept.posted_order + 1)) - set(orders))
    further = [order for order in orders if not 1 <= order <= kept.posted_order]
    if missing or further:
        found = [f"without {_few(missing)}"] if missing else []
        found += [f"with {_few(further)}"] if further else []
        yield BatchesDisagree(
            at=f"ledger_batch, dedup domain {kept.domain}", found=" and ".join(found),
            expected=f"batches 1 to {kept.posted_order}, the domain's posted_order",
        )  # fmt: skip
    for batch in kept.batches:
        named = f"{batch.programme}-{batch.posted_order:06d}-{batch.question[:8]}"
        if batch.name != named:
            yield BatchesDisagree(
                at=f"ledger_batch {batch.number}",
                expected=f"the name {named}, of its programme, posted_order and question",
                found=batch.name,
            )


def _few(numbers: list[int]) -> str:
    listed = ", ".join(map(str, numbers[:5]))
    return listed if len(numbers) <= 5 else f"{listed} and {len(numbers) - 5:,} more"


def _row_and_batch(kept: Kept, file: KeptFile, batch: KeptBatch) -> Iterator[Finding]:
    """Whether the path is that of a file of this domain, kind, programme, day and batch."""
    parts = PurePosixPath(file.path).parts
    domain, kind, *folders, name = parts if len(parts) >= 3 else ("", "", *parts, "")
    wanted = [f"programme={batch.programme}"]
    wanted += [f"local_day={file.local_day}"] if file.local_day is not None else []
    good = (
        domain == f"domain={kept.domain}"
        and kind == file.kind
        and name.startswith(f"{batch.name}.")
        and (folders == wanted or file.kind not in _KNOWN)
    )
    if not good:
        expected = "/".join([f"domain={kept.domain}", file.kind, *wanted, f"{batch.name}.parquet"])
        yield RowDisagrees(
            at=f"ledger_segment {file.path}",
            expected=f"the path {expected}, by its batch, kind and day",
            found="this path",
        )
    by_day = file.kind in _BY_DAY
    if file.kind in _KNOWN and (file.local_day is not None) != by_day:
        expected = "a local_day" if by_day else "no local_day"
        yield _row(file, expected=f"{expected}, as {file.kind} have", found=str(file.local_day))
    times = {"starts": file.starts, "ends": file.ends}
    for name, at in times.items():
        if file.kind in _KNOWN and (at is not None) != (file.kind in _WITH_TIMES):
            wanted_time = name if file.kind in _WITH_TIMES else f"no {name}"
            yield _row(file, expected=f"{wanted_time}, as {file.kind} have", found=str(at))
    if file.kind not in _WITH_TIMES and file.has_corrections:
        yield _row(file, expected="has_corrections false", found="true")


def _row(file: KeptFile, *, expected: str, found: str) -> RowDisagrees:
    return RowDisagrees(at=f"ledger_segment {file.path}", expected=expected, found=found)


def _bytes_of(kept: Kept, file: KeptFile) -> Iterator[Finding]:
    """Whether the file is there, with the bytes that were put on disk."""
    path = kept.lake / file.path
    try:
        size = path.stat().st_size
        with path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        yield FileGone(at=file.path, expected=f"a file of {file.bytes:,} bytes", found="none")
        return
    except OSError as error:
        reason = error.strerror or str(error)
        yield FileDamaged(at=file.path, expected="a file that can be read", found=reason)
        return
    if size != file.bytes:
        yield FileDamaged(at=file.path, expected=f"{file.bytes:,} bytes", found=f"{size:,} bytes")
    if file.sha256 is not None and sha256 != file.sha256:
        yield FileDamaged(at=file.path, expected=f"sha256 {file.sha256}", found=f"sha256 {sha256}")


def _form_of(kept: Kept, file: KeptFile) -> Iterator[Finding]:
    """Whether the file is Parquet with the columns of its kind, the rows and the day of its row."""
    schema = _SCHEMAS.get(file.kind)
    if file.kind not in _KNOWN:
        return
    if file.kind == "tree":
        if file.bytes != file.rows * _HASH_BYTES:
            yield _row(file, expected=f"{file.bytes // _HASH_BYTES:,} rows", found=f"{file.rows:,}")
        return
    try:
        about = pq.ParquetFile(kept.lake / file.path)
        rows, columns = about.metadata.num_rows, about.schema_arrow
        days = _values(about.metadata, "local_day")
        batches = _values(about.metadata, "batch")
    except (OSError, pa.ArrowException) as error:
        said = str(error).splitlines()[0]
        yield FileDamaged(at=file.path, expected="a Parquet file", found=said)
        return
    if rows != file.rows:
        yield _row(file, expected=f"{rows:,} rows, as in the file", found=f"{file.rows:,}")
    if schema is None:
        return
    if not _begins(schema, columns):
        yield FileDamaged(
            at=file.path, expected=f"the columns of {file.kind}", found=", ".join(columns.names)
        )
    elif file.kind in _BY_DAY and days - {file.local_day}:
        yield _row(
            file, expected=f"local_day {min(days)}, as in the file", found=f"{file.local_day}"
        )
    elif file.kind in _BY_DAY and batches - {PurePosixPath(file.path).stem}:
        yield FileDamaged(at=file.path, expected="lines of its batch", found=min(batches))


def _begins(schema: pa.Schema, columns: pa.Schema) -> bool:
    """Whether a file has the columns, or the first of them: later releases append columns."""
    ours = [(f.name, f.type) for f in schema]
    theirs = [(f.name, f.type) for f in columns]
    return ours[: len(theirs)] == theirs if theirs else False


def _values(about: Any, column: str) -> set[Any]:
    """The least and the greatest value of a column in each group of rows, where that is noted."""
    place = about.schema.to_arrow_schema().get_field_index(column)
    if place < 0:
        return set()
    parts = (about.row_group(n).column(place) for n in range(about.num_row_groups))
    noted = [p.statistics for p in parts if p.is_stats_set and p.statistics.has_min_max]
    return {value for s in noted for value in (s.min, s.max)}
