"""Merkle trees of RFC 6962: roots, and proofs that a leaf is in a tree or a tree in a later one.

A tree over n leaves is cut at the largest power of two below n; the left part is a *complete
subtree*, and so on to the right. Every hash that a root or a proof needs is therefore made of
hashes of complete subtrees, and those never change while a log grows. So all functions here ask a
``Subtrees`` for them, and serve alike a list in memory, the tree file of a batch and the tiles of
a log.

The last section verifies: it needs no tree, only a proof, and works out which root the proof leads
to. Whoever verifies compares that with the root that was signed.

Source: RFC 6962, section 2.1; RFC 9162, sections 2.1.3.2 and 2.1.4.2 for the verification.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from tanpuhui.ledger.seals.faults import NoSuchLeaf, NotInForm

HASH_BYTES = 32
LEAF, NODE = b"\x00", b"\x01"  # before the data of a leaf, and before the two hashes below a node
EMPTY_ROOT = sha256(b"").digest()

Path = tuple[bytes, ...]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes, of its data."""
    return sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node, 32 bytes, of the hashes of its two halves."""
    return sha256(NODE + left + right).digest()


class Subtrees(Protocol):
    """Where the hashes of complete subtrees come from."""

    def subtree(self, level: int, index: int) -> bytes:
        """The root of the leaves from ``index * 2**level`` on, ``2**level`` of them.

        Args:
            level: 0 for a leaf's own hash.
            index: from 0, from the left.
        """


class HashedLeaves:
    """Complete subtrees over leaf hashes in memory.

    Args:
        leaves: hashes of leaves, in order; not their data.

    >>> tree = HashedLeaves([leaf_hash(b"one"), leaf_hash(b"two")])
    >>> root(tree, 2) == node_hash(leaf_hash(b"one"), leaf_hash(b"two"))
    True
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels: list[list[bytes]] = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)  # an odd last one has no partner
            self._levels.append([node_hash(left, right) for left, right in pairs])

    def __len__(self) -> int:
        return len(self._levels[0])

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._levels[level][index]


def root(source: Subtrees, size: int) -> bytes:
    """The root of the first ``size`` leaves, 32 bytes; of none, the hash of nothing."""
    return _range_root(source, 0, size) if size else EMPTY_ROOT


def inclusion_path(source: Subtrees, index: int, size: int) -> Path:
    """The hashes that lead from a leaf to the root, from the leaf upwards.

    Args:
        source: holds at least ``size`` leaves.
        index: of the leaf, from 0.
        size: of the tree to be proved against, 1 or more; later leaves do not count.

    Raises:
        NoSuchLeaf: ``index`` is not below ``size``.
    """
    if not 0 <= index < size:
        raise NoSuchLeaf(wanted=f"leaf {index:,}", size=size)
    path: list[bytes] = []
    start, count = 0, size
    while count > 1:
        left = _left_part(count)
        if index - start < left:
            path.append(_range_root(source, start + left, count - left))
            count = left
        else:
            path.append(_range_root(source, start, left))
            start, count = start + left, count - left
    return tuple(reversed(path))


def consistency_path(source: Subtrees, old_size: int, size: int) -> Path:
    """The hashes that show a tree to be an earlier state of another one.

    Args:
        source: holds at least ``size`` leaves.
        old_size: of the earlier tree, from 0; of 0 and of ``size`` itself the path is empty.
        size: of the later tree.

    Raises:
        NoSuchLeaf: ``old_size`` is above ``size``.
    """
    if not 0 <= old_size <= size:
        raise NoSuchLeaf(wanted=f"an earlier tree of {old_size:,} leaves", size=size)
    if old_size in (0, size):
        return ()
    path: list[bytes] = []
    start, count = 0, size
    is_whole_old_tree = True  # whether the part at hand begins where the old tree does
    while (old := old_size - start) != count:
        left = _left_part(count)
        if old <= left:
            path.append(_range_root(source, start + left, count - left))
            count = left
        else:
            path.append(_range_root(source, start, left))
            start, count = start + left, count - left
            is_whole_old_tree = False
    if not is_whole_old_tree:  # else whoever verifies has this hash: it is the old root
        path.append(_range_root(source, start, count))
    return tuple(reversed(path))


def _left_part(count: int) -> int:
    """The largest power of two below ``count``, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def _range_root(source: Subtrees, start: int, count: int) -> bytes:
    """The root of ``count`` leaves from ``start`` on, a cut of the tree, from complete subtrees."""
    parts = []
    for level in range(count.bit_length() - 1, -1, -1):
        if count >> level & 1:
            parts.append(source.subtree(level, start >> level))
            start += 1 << level
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of neighbouring complete subtrees of one size; a power of two of them.

    >>> folded([b"a" * 32]) == b"a" * 32
    True
    """
    assert len(hashes).bit_count() == 1, f"{len(hashes)} is no power of two"
    while len(hashes) > 1:
        hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def root_by_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to; the leaf is in the tree if it is the tree's.

    Args:
        leaf: the hash of the leaf.
        index: of the leaf, from 0.
        size: of the tree.
        path: from the leaf upwards.

    Raises:
        NotInForm: the path is too short or too long for this leaf and this size.
    """
    if not 0 <= index < size:
        raise NotInForm(form="inclusion proof", problem=f"leaf {index} is not below size {size}")
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise NotInForm(form="inclusion proof", problem="its path is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise NotInForm(form="inclusion proof", problem="its path is too short")
    return found


def roots_by_consistency(
    old_root: bytes, *, old_size: int, size: int, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The roots, old and new, that a consistency proof leads to.

    The new tree only adds to the old one if these are the two roots that were signed. An empty tree
    is an earlier state of every tree, so there is nothing to show of it, and no path.

    Args:
        old_root: as it was signed; the proof starts from it where the old tree is a complete one.
        old_size: 1 or more.
        size: of the new tree, ``old_size`` or more.
        path: as ``consistency_path`` makes it.

    Raises:
        NotInForm: the path does not fit the sizes.
    """
    if not 0 < old_size <= size:
        raise NotInForm(
            form="consistency proof", problem=f"it goes from size {old_size} to size {size}"
        )
    if old_size == size:
        if path:
            raise NotInForm(form="consistency proof", problem="its path is too long")
        return old_root, old_root
    hashes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not hashes:
        raise NotInForm(form="consistency proof", problem="its path is empty")
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise NotInForm(form="consistency proof", problem="its path is too long")
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise NotInForm(form="consistency proof", problem="its path is too short")
    return old, new
