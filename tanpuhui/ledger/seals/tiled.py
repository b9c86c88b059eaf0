"""Complete subtrees from pieces of 256 hashes: the tree file of a batch, the tiles of a log.

Both keep only every eighth level of a tree, 256 hashes of it in one piece of 8,192 bytes; the
levels between are hashed again when they are asked for. So a tree takes 32 bytes a leaf and a
256th more, and a proof reads one or two pieces a level: of three million leaves six, 48 KiB.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO

from tanpuhui.ledger.seals.faults import TreeFileTorn
from tanpuhui.ledger.seals.merkle import HASH_BYTES, folded

TILE_WIDTH = 256
_TILE_LEVELS = 8
_KEPT_TILES = 64  # of 8 KiB each


class Tiled(ABC):
    """Complete subtrees from pieces of up to 256 hashes, the last pieces read kept at hand."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree of ``2**level`` leaves."""
        tile_level, rest = divmod(level, _TILE_LEVELS)
        first = index << rest
        tile, at = divmod(first, TILE_WIDTH)
        content = self._tile(tile_level, tile)
        part = content[at * HASH_BYTES : (at + (1 << rest)) * HASH_BYTES]
        assert len(part) == HASH_BYTES << rest, f"no subtree {level}/{index} in {self.size} leaves"
        return folded(hashes_of(part))

    def width(self, level: int, index: int) -> int:
        """How many hashes the piece has: 1 to 256."""
        return min(TILE_WIDTH, (self.size >> _TILE_LEVELS * level) - index * TILE_WIDTH)

    @abstractmethod
    def read_tile(self, level: int, index: int) -> bytes:
        """The piece as it is stored, ``32 * width(level, index)`` bytes."""

    def _tile(self, level: int, index: int) -> bytes:
        key = (level, index)
        if key not in self._kept:
            self._kept[key] = self.read_tile(level, index)
            if len(self._kept) > _KEPT_TILES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


class TreeFile(Tiled):
    """The tree file of a batch: for k = 0, 1, 2 … the hash of each complete subtree of 256^k lines.

    The levels follow each other with nothing between them: ``floor(n / 256^k)`` hashes of 32 bytes
    each. Only what is asked for is read.

    Args:
        file: opened for reading bytes; stays open and belongs to the caller.
        size: how many lines the batch has.
        name: what a fault calls the file.

    Raises:
        TreeFileTorn: the file is longer or shorter than a tree of so many lines.
    """

    def __init__(self, file: BinaryIO, size: int, *, name: str = "the tree file") -> None:
        super().__init__(size)
        self._file = file
        self._starts = [0]
        for count in level_counts(size):
            self._starts.append(self._starts[-1] + count * HASH_BYTES)
        found = file.seek(0, 2)
        if found != self._starts[-1]:
            raise TreeFileTorn(
                file=name, leaves=size, found_bytes=found, wanted_bytes=self._starts[-1]
            )

    def read_tile(self, level: int, index: int) -> bytes:
        """256 hashes of a level, or what there is of them."""
        self._file.seek(self._starts[level] + index * TILE_WIDTH * HASH_BYTES)
        return self._file.read(self.width(level, index) * HASH_BYTES)


def level_counts(size: int) -> list[int]:
    """How many hashes each level of a tree file has, level 0 first.

    >>> level_counts(70_000)
    [70000, 273, 1]
    >>> level_counts(0)
    []
    """
    counts = []
    while size:
        counts.append(size)
        size >>= _TILE_LEVELS
    return counts


def write_tree_file(path: Path, leaves: list[bytes]) -> None:
    """Write the tree file over leaf hashes in memory: for few lines, such as those of a test."""
    hashes = leaves
    with path.open("wb") as out:
        while hashes:
            out.write(b"".join(hashes))
            whole = len(hashes) // TILE_WIDTH * TILE_WIDTH
            hashes = [folded(hashes[at : at + TILE_WIDTH]) for at in range(0, whole, TILE_WIDTH)]


def hashes_of(content: bytes) -> list[bytes]:
    """The hashes of 32 bytes that lie one after the other."""
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
