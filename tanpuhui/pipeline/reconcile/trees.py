"""Every line against the tree that seals it: committed to anew, with the secret of its person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from tanpuhui.ledger import Finding, SealDisagrees, seals
from tanpuhui.pipeline.reconcile.kept import KeptBatch

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look

LINES_AT_ONCE = 4_000_000  # whose hashes are compared at once; some 400 MB
_HASH_BYTES = 32
_DIGITS = pa.schema([("batch", pa.string()), ("batch_digits", pa.string())])
_LEAVES = pa.schema([("batch", pa.string()), ("line", pa.int64()), ("sealed", pa.binary())])
_ENDS = pa.schema([("first", pa.int64()), ("last", pa.int64())])
_WRONG = pa.schema([("batch", pa.string()), ("line", pa.int64())])


def trees_lead_to_the_sealed_roots(look: Look) -> Iterator[Finding]:
    """The tree file of each batch is as long as the batch, and leads to the root in its record."""
    for batch, record, place in _sealed(look):
        problem = _problem(look, batch, record)
        if problem is not None:
            yield SealDisagrees(
                at=f"tree of batch {batch.name}, {place}", found=problem,
                expected=f"a tree over {record.lines:,} lines with root {record.root}",
            )  # fmt: skip


def _problem(look: Look, batch: KeptBatch, record: seals.BatchRecord) -> str | None:
    """What is wrong with the tree of a batch; None where nothing is."""
    paths = [file.path for file in look.files("tree") if file.batch == batch.number]
    if not record.lines:
        empty = record.root == seals.EMPTY_ROOT.hex() and not paths
        return None if empty else "an empty batch with a tree, or with another root"
    if len(paths) != 1:
        return f"{len(paths)} tree files"
    with (look.kept.lake / paths[0]).open("rb") as file:
        try:
            root = seals.root(seals.TreeFile(file, record.lines, name=paths[0]), record.lines)
        except seals.TreeFileTorn as fault:
            return fault.what().rstrip(".")
    return None if root.hex() == record.root else f"{paths[0]} with root {root.hex()}"


def lines_are_those_sealed(look: Look) -> Iterator[Finding]:
    """Each line has the leaf that the tree file holds; one of an erased person cannot be opened."""
    group: list[tuple[KeptBatch, seals.BatchRecord]] = []
    lines = 0
    for batch, record, _ in _sealed(look):
        if not record.lines or _problem(look, batch, record) is not None:
            continue  # told with the trees
        if group and lines + record.lines > LINES_AT_ONCE:
            yield from _compared(look, group)
            group, lines = [], 0
        group.append((batch, record))
        lines += record.lines
    if group:
        yield from _compared(look, group)


def _sealed(look: Look) -> Iterator[tuple[KeptBatch, seals.BatchRecord, str]]:
    """The batches that are whole, in order, with the record that was sealed of each, and where."""
    numbers = {batch.number: batch for batch in look.whole.values()}
    for log in look.kept.logs:
        for entry in log.entries:
            if entry.batch not in numbers:
                continue
            try:
                record = seals.BatchRecord.from_bytes(entry.record.encode())
            except (seals.NotInForm, UnicodeEncodeError):  # told with the entries
                continue
            yield numbers[entry.batch], record, log.at(entry)


def _compared(look: Look, group: list[tuple[KeptBatch, seals.BatchRecord]]) -> Iterator[Finding]:
    session = look.session
    names = [batch.name for batch, _ in group]
    digits = pa.table([names, [seals.batch_digits(name) for name in names]], schema=_DIGITS)
    mine = look.lines.inner_join(session.table(look.name(), digits), "batch")
    ends = session.fetch(
        mine.aggregate(first=mine.person_id.min(), last=mine.person_id.max()), _ENDS
    )
    first, last = (ends[name][0].as_py() for name in ("first", "last"))
    if first is None:
        return
    known = session.table(look.name(), look.kept.sums.secrets(first, last))
    hashed = seals.committed_of_batches(mine, known)
    sealed = session.table(look.name(), pa.concat_tables(_trees(look, group)))
    both = hashed.left_join(sealed, ["batch", "line"])
    wrong = both.filter(both.sealed.isnull() | (both.sealed != both.hash))
    yield from look.told(
        wrong.select(*_WRONG.names), _WRONG,
        lambda row: SealDisagrees(
            at=f"line {row['line']:,} of batch {row['batch']}",
            expected="the line that the tree of its batch seals", found="another",
        ),
    )  # fmt: skip


def _trees(look: Look, group: list[tuple[KeptBatch, seals.BatchRecord]]) -> Iterator[pa.Table]:
    """The leaves of each batch, as its tree file holds them at its beginning."""
    paths = {file.batch: look.kept.lake / file.path for file in look.files("tree")}
    for batch, record in group:
        with paths[batch.number].open("rb") as file:
            content = pa.py_buffer(file.read(record.lines * _HASH_BYTES))
        hashes = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(_HASH_BYTES), record.lines, [None, content]
        )
        numbers = pa.array(range(record.lines), pa.int64())
        names = pa.repeat(pa.scalar(batch.name), record.lines)
        yield pa.table([names, numbers, hashes.cast(pa.binary())], schema=_LEAVES)
