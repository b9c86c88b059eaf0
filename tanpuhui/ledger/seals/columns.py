"""The bytes and hashes of ``canonical`` as columns: what an engine computes for a whole batch.

Nothing runs here: these are expressions. The pipeline has them computed, and writes the tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanpuhui.engine import (
    byte_count,
    bytes_joined,
    bytes_of,
    digest,
    double_bits,
    joined,
    microseconds,
    packed,
    utf8,
)
from tanpuhui.ledger.lines import LINES
from tanpuhui.ledger.seals.canonical import (
    ALWAYS,
    NUMBERS,
    OTHERS,
    PACKED,
    SHARED,
    batch_digits,
)
from tanpuhui.ledger.seals.merkle import LEAF, NODE

LEAF_BYTE, NODE_BYTE = bytes_of(LEAF), bytes_of(NODE)


def committed(lines: ir.Table, secrets: ir.Table, *, batch: str) -> ir.Table:
    """The commitment of each line of a batch, which is the hash of its leaf.

    Args:
        lines: the columns of ``LINES``, of this batch.
        secrets: ``person_id`` int64, distinct, and ``secret`` str, 32 hex digits. A line of a
            person who is not among them gets no row.

    Returns:
        One row a line, in any order: ``line`` int64, ``hash`` 32 bytes.
    """
    mine = _opened(lines, secrets)
    return mine.select("line", hash=_committed(mine, batch_digits(batch)))


def committed_of_batches(lines: ir.Table, secrets: ir.Table) -> ir.Table:
    """The commitment of each line of several batches.

    Args:
        lines: the columns of ``LINES``, and ``batch_digits`` of each line's batch, str.
        secrets: as for ``committed``.

    Returns:
        One row a line, in any order: ``batch`` str, ``line`` int64, ``hash`` 32 bytes.
    """
    mine = _opened(lines, secrets)
    return mine.select("batch", "line", hash=_committed(mine, mine.batch_digits))


def _opened(lines: ir.Table, secrets: ir.Table) -> ir.Table:
    """The lines of persons whose secret is known, with it and with ``shared_hash``."""
    shared = lines.select(*SHARED).distinct()
    shared = shared.mutate(shared_hash=digest(utf8(joined(*_fields(shared, SHARED)))))
    mine = lines.inner_join(secrets, "person_id")
    # Some of them are null in all lines, which is to be told from no match.
    return mine.inner_join(shared, [mine[name].identical_to(shared[name]) for name in SHARED])


def _committed(mine: ir.Table, digits: Any) -> Any:
    message = joined(mine.secret, digits, mine.line.cast("string"))
    own = packed(*(_number(mine, name) for name in PACKED))
    others = utf8(joined(*_fields(mine, OTHERS)))
    content = bytes_joined(LEAF_BYTE, digest(utf8(message)), mine.shared_hash, own, others)
    return digest(content)


def nodes(pairs: ir.Table) -> ir.Table:
    """The node above each pair.

    Args:
        pairs: ``place`` int64; ``pair``, the 64 bytes of two hashes that stand side by side.

    Returns:
        ``place`` as it is, ``hash`` 32 bytes.
    """
    return pairs.select("place", hash=digest(bytes_joined(NODE_BYTE, pairs.pair)))


def _fields(lines: ir.Table, names: Iterable[str]) -> list[Any]:
    """The parts whose texts, one after the other, are the fields of a line; none is null.

    A field that each line has is given in its parts, since each text within a text is copied.
    """
    parts: list[Any] = []
    for name in names:
        field = _field(lines, name)
        if name in ALWAYS:
            parts += field
        else:
            parts.append(ibis.cases((lines[name].notnull(), joined(*field)), else_=""))
    return parts


def _field(lines: ir.Table, name: str) -> list[Any]:
    start, value = f"{NUMBERS[name]}:", lines[name]
    if LINES.field(name).type == pa.string():
        return [start, byte_count(value).cast("string"), ":", value, ","]
    return [start, value.cast("string"), ","]


def _number(lines: ir.Table, name: str) -> Any:
    """The number that is packed of a column; a day and a key are numbers as they are."""
    value, kind = lines[name], LINES.field(name).type
    if kind == pa.float64():
        return double_bits(value)
    return microseconds(value) if pa.types.is_timestamp(kind) else value
