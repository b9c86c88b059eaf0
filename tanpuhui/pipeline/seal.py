"""The seal of a batch: the Merkle tree over the commitments of its lines, and the file of it.

The tree file holds, for k = 0, 1, 2 …, the hashes of the complete subtrees of 256^k leaves, one
level after the other; a level is there while it has a hash: ``ledger.seals.TreeFile`` reads it.

The engine hashes whole levels at once. Two hashes that lie side by side in memory are the 64 bytes
of a pair, so a level needs no join to become the one above, and nothing is done row by row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui.engine import Session
from tanpuhui.ledger import seals
from tanpuhui.pipeline.keyed import key_of
from tanpuhui.pipeline.order import SECRETS, Order
from tanpuhui.pipeline.staged import Seal, StagedFile
from tanpuhui.pipeline.writing import path_of

HASH_BYTES = 32
LEVEL_BITS = 8  # a level of the file stands on 2^8 hashes of the level before
_FEW_PAIRS = 1_000  # which Python hashes in a millisecond
_PAIRS_OF_A_PIECE = 60_000  # an engine reads the pieces of a table in parallel
_DESTROYED = ("destroyed secret",)
_PEOPLE = pa.schema([("person_id", pa.int64())])
_LEAVES = pa.schema([("line", pa.int64()), ("hash", pa.binary())])
_NODES = pa.schema([("place", pa.int64()), ("hash", pa.binary())])


def sealed(session: Session, order: Order, lines: Any) -> tuple[Seal, list[StagedFile]]:
    """The seal over the lines of a batch, and its file; no file where there are no lines.

    Args:
        lines: as ``Lines.whole``, numbered in their order over all days.
    """
    people = session.fetch(lines.select("person_id").distinct(), _PEOPLE)
    if not len(people):
        return Seal(0, sha256().hexdigest()), []
    secrets = session.table("secrets", _secrets(order, people))
    committed = seals.committed(
        lines, secrets, digits=session.give("digits of the batch", seals.batch_digits(order.batch))
    )
    leaves = session.fetch(committed.order_by("line"), _LEAVES)
    path = path_of(order, "tree", None, "tree")
    root = write_tree(session, leaves, path)
    hashes = path.stat().st_size // HASH_BYTES
    return Seal(len(leaves), root.hex()), [StagedFile("tree", path, hashes)]


def write_tree(session: Session, leaves: pa.Table, path: Path) -> bytes:
    """Write the file of the tree over some leaves.

    Args:
        leaves: ``line`` int64, 0, 1, 2 …; ``hash``, 32 bytes. At least one.

    Returns:
        The root.
    """
    places = leaves["line"].combine_chunks()
    assert places[0].as_py() == 0, "lines are numbered from 0"
    steps = pc.subtract(places[1:], places[:-1])
    assert pc.all(pc.equal(steps, 1)).as_py() is not False, "each line has one leaf"
    right: bytes | None = None
    with path.open("wb") as file:
        for height, level in enumerate(_levels(session, leaves["hash"], places)):
            if height % LEVEL_BITS == 0:
                file.write(level)
            if len(level) // HASH_BYTES % 2:
                # The last one has no neighbour: it is the whole subtree left of all beneath it.
                last = bytes(level[-HASH_BYTES:])
                right = last if right is None else sha256(b"\x01" + last + right).digest()
    assert right is not None, "a level has one hash in the end"
    return right


def _levels(session: Session, leaves: pa.ChunkedArray, places: pa.Array) -> Iterator[memoryview]:
    """The hashes of the complete subtrees of 1, 2, 4 … leaves, as long as there is one."""
    level = _side_by_side(leaves)
    while level.size:
        yield memoryview(level)
        count = level.size // HASH_BYTES // 2
        level = (
            _few_above(level, count)
            if count <= _FEW_PAIRS
            else _above(session, level, places[:count])
        )


def _above(session: Session, level: pa.Buffer, places: pa.Array) -> pa.Buffer:
    """The hashes over the pairs of a level, whose places are counted from 0."""
    count = len(places)
    pairs = pa.FixedSizeBinaryArray.from_buffers(pa.binary(2 * HASH_BYTES), count, [None, level])
    pieces = [pairs[at : at + _PAIRS_OF_A_PIECE] for at in range(0, count, _PAIRS_OF_A_PIECE)]
    table = pa.table({"place": places, "pair": pa.chunked_array(pieces)})
    above = seals.nodes(session.table("pairs", table)).order_by("place")
    return _side_by_side(session.fetch(above, _NODES)["hash"])


def _few_above(level: pa.Buffer, count: int) -> pa.Buffer:
    """The same of few pairs, where asking an engine costs more than hashing."""
    hashes = seals.hashes_of(level.to_pybytes())
    return pa.py_buffer(
        b"".join(seals.node_hash(*hashes[at : at + 2]) for at in range(0, 2 * count, 2))
    )


def _side_by_side(hashes: pa.ChunkedArray) -> pa.Buffer:
    """The bytes of hashes, one after the other."""
    if not len(hashes):
        return pa.py_buffer(b"")
    whole = hashes.combine_chunks()
    lengths = pc.min_max(pc.binary_length(whole)).as_py()
    assert set(lengths.values()) == {HASH_BYTES}, "a hash has 32 bytes"
    begins = struct.unpack_from("<i", whole.buffers()[1], 4 * whole.offset)[0]
    return whole.buffers()[2][begins : begins + len(whole) * HASH_BYTES]


def _secrets(order: Order, people: pa.Table) -> pa.Table:
    """What keys the salts of each person: their own secret.

    Where it was destroyed, as before the lines of an erased person are taken back, a hash keyed
    with the domain's secret stands in for it, so that the salt cannot be guessed either.
    """
    found = order.bindings.secrets(people).select(SECRETS.names).cast(SECRETS)
    assert len(found) == len(people), "everybody has a secret, or had one"
    known = found.filter(found["secret"].is_valid())
    if len(known) == len(found):
        return known
    gone = found.filter(found["secret"].is_null())["person_id"]
    instead = [key_of(order.secret, _DESTROYED, str(person)) for person in gone.to_pylist()]
    stand_in = pa.table([gone, pa.array(instead, pa.string())], schema=SECRETS)
    return pa.concat_tables([known, stand_in])
