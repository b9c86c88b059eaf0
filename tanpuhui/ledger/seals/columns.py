"""The bytes and hashes of ``canonical`` as columns: what an engine computes for a whole batch.

Nothing runs here: these are expressions. The pipeline has them computed, and writes the tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import ibis.expr.types as ir

from tanpuhui.engine import (
    byte_count,
    bytes_joined,
    bytes_of,
    digest,
    double_bits,
    epoch_days,
    joined,
    microseconds,
    utf8,
)
from tanpuhui.ledger.lines import LINES
from tanpuhui.ledger.seals.canonical import ALWAYS, NUMBERS, OWN, SHARED, batch_digits

# What RFC 6962 puts before the data of a leaf, and before the two hashes below a node.
LEAF, NODE = bytes_of(b"\x00"), bytes_of(b"\x01")


def shared_hash(lines: ir.Table) -> Any:
    """The SHA-256 of each line's shared fields, as a column of 32 bytes."""
    return digest(utf8(joined(*_fields(lines, SHARED))))


def committed(lines: ir.Table, secrets: ir.Table, *, batch: str) -> ir.Table:
    """The commitment of each line of a batch.

    Args:
        lines: the columns of ``LINES``; and ``shared_hash`` of each, where that is known, so that
            it is not made anew for each line.
        secrets: ``person_id`` int64, distinct, and ``secret`` str, 32 hex digits. A line of a
            person who is not among them gets no row.

    Returns:
        One row a line, in any order: ``line`` int64, ``commitment`` 32 bytes.
    """
    mine = lines.inner_join(secrets, "person_id")
    return mine.select("line", commitment=_commitment(mine, batch_digits(batch)))


def committed_of_batches(lines: ir.Table, secrets: ir.Table) -> ir.Table:
    """The commitment of each line of several batches.

    Args:
        lines: as for ``committed``, and ``batch_digits`` of each line's batch, str.
        secrets: as for ``committed``.

    Returns:
        One row a line, in any order: ``batch`` str, ``line`` int64, ``commitment`` 32 bytes.
    """
    mine = lines.inner_join(secrets, "person_id")
    return mine.select("batch", "line", commitment=_commitment(mine, mine.batch_digits))


def _commitment(mine: ir.Table, digits: Any) -> Any:
    """The commitment of each line, of which the secret of its person is known."""
    message = joined(mine.secret, digits, mine.line.cast("string"))
    shared = mine.shared_hash if "shared_hash" in mine.columns else shared_hash(mine)
    own = utf8(joined(*_fields(mine, OWN)))
    return digest(bytes_joined(digest(utf8(message)), shared, own))


def leaves(commitments: ir.Table) -> ir.Table:
    """The leaf of each commitment: ``line`` int64, ``hash`` 32 bytes."""
    return commitments.select("line", hash=_leaf(commitments))


def leaves_of_batches(commitments: ir.Table) -> ir.Table:
    """As ``leaves``, with the ``batch`` that ``committed_of_batches`` gives too."""
    return commitments.select("batch", "line", hash=_leaf(commitments))


def _leaf(commitments: ir.Table) -> Any:
    return digest(bytes_joined(LEAF, commitments.commitment))


def nodes(pairs: ir.Table) -> ir.Table:
    """The node above each pair.

    Args:
        pairs: ``place`` int64; ``pair``, the 64 bytes of two hashes that stand side by side.

    Returns:
        ``place`` as it is, ``hash`` 32 bytes.
    """
    return pairs.select("place", hash=digest(bytes_joined(NODE, pairs.pair)))


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
    value, kind = lines[name], str(LINES.field(name).type)
    start = f"{NUMBERS[name]}:"
    match kind:
        case "string":
            return [start, byte_count(value).cast("string"), ":", value, ","]
        case "double":
            number = double_bits(value)
        case "date32[day]":
            number = epoch_days(value)
        case "timestamp[us, tz=UTC]":
            number = microseconds(value)
        case _:
            number = value
    return [start, number.cast("string"), ","]
