"""The right edge of a log that grows: all that its next root needs.

A tree of n leaves is made of complete subtrees, one for each 1 in the binary digits of n. Whoever
keeps their hashes can append a leaf and tell the new root without reading the log again, however
long it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from tanpuhui.ledger.seals.merkle import EMPTY_ROOT, HASH_BYTES, node_hash


@dataclass(frozen=True)
class Edge:
    """The complete subtrees of a log, from the left, the largest first.

    Args:
        size: leaves of the log.
        hashes: 32 bytes each, as many as ``size`` has binary ones.

    >>> Edge().grown(b"a" * 32).root() == b"a" * 32
    True
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.hashes) == self.size.bit_count(), "one subtree for each binary one"
        assert all(len(one) == HASH_BYTES for one in self.hashes), "a hash has 32 bytes"

    def grown(self, leaf: bytes) -> Edge:
        """The edge after one more leaf, whose hash is given."""
        hashes, right = list(self.hashes), leaf
        size = self.size
        while size & 1:
            right, size = node_hash(hashes.pop(), right), size >> 1
        return Edge(self.size + 1, (*hashes, right))

    def root(self) -> bytes:
        """The root of the log, 32 bytes; of an empty one, the hash of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        *left, found = self.hashes
        while left:
            found = node_hash(left.pop(), found)
        return found

    def to_bytes(self) -> bytes:
        """The hashes, one after the other; the size is kept beside them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, content: bytes, size: int) -> Edge:
        """The edge of a log of this size.

        Args:
            content: as ``to_bytes`` gives it.
        """
        places = range(0, len(content), HASH_BYTES)
        return cls(size, tuple(content[at : at + HASH_BYTES] for at in places))
