"""The files of a log: hash tiles and bundles of entries, as anybody can fetch them.

A log is a folder of files that never change, and a checkpoint. ``tile/<level>/<index>`` has 256
hashes of every eighth level, ``tile/entries/<index>`` the 256 entries under them; at the right
edge lie partial ones, ``….p/<width>``. An index is written in threes: 1234067 is ``x001/x234/067``.

Source: https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tanpuhui.ledger.seals.faults import NotInForm
from tanpuhui.ledger.seals.merkle import HASH_BYTES
from tanpuhui.ledger.seals.tiled import TILE_WIDTH, Tiled, hashes_of, level_counts

CHECKPOINT = "checkpoint"
MOST_ENTRY_BYTES = 65_535
_LENGTH_BYTES = 2
_DEEPEST = 63
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Tile:
    """The name of a file of a log.

    Args:
        level: of hashes, 0 those of the leaves; None for a bundle of entries.
        index: from 0, from the left.
        width: hashes or entries in it, 1 to 256.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Where it lies under the log's folder or address.

        >>> Tile(0, 1234067).path(), Tile(None, 0, 15).path()
        ('tile/0/x001/x234/067', 'tile/entries/000.p/15')
        """
        level = "entries" if self.level is None else str(self.level)
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        threes = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        index = "/".join([*(f"x{three}" for three in threes[:-1]), threes[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index}{partial}"

    @classmethod
    def from_path(cls, path: str) -> Tile:
        """Read the name of a file.

        Raises:
            NotInForm: it is none, or not written in its one form.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise NotInForm(form="path of a tile", problem=repr(path))
        level = None if match["level"] == "entries" else int(match["level"])
        index = int(match["index"].replace("x", "").replace("/", ""))
        found = cls(level, index, int(match["width"] or TILE_WIDTH))
        if (level or 0) > _DEEPEST or found.width > TILE_WIDTH or found.path() != path:
            raise NotInForm(form="path of a tile", problem=repr(path))
        return found


def tiles_of(size: int) -> Iterator[Tile]:
    """Every file of a log of ``size`` leaves but its checkpoint, level by level."""
    for level, count in enumerate(level_counts(size)):
        whole, width = divmod(count, TILE_WIDTH)
        names: tuple[int | None, ...] = (None, 0) if level == 0 else (level,)
        for name in names:
            yield from (Tile(name, index) for index in range(whole))
            if width:
                yield Tile(name, whole, width)


def new_tiles(old_size: int, size: int) -> Iterator[Tile]:
    """The files that a log gains when it grows; those it had stay as they are.

    >>> [tile.path() for tile in new_tiles(255, 257)]  # doctest: +NORMALIZE_WHITESPACE
    ['tile/entries/000', 'tile/entries/001.p/1', 'tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']
    """
    assert old_size <= size, "a log never shrinks"
    old_counts = level_counts(old_size)
    for level, count in enumerate(level_counts(size)):
        old = old_counts[level] if level < len(old_counts) else 0
        names: tuple[int | None, ...] = (None, 0) if level == 0 else (level,)
        for name in names:
            for index in range(old // TILE_WIDTH, -(-count // TILE_WIDTH)):
                width = min(TILE_WIDTH, count - index * TILE_WIDTH)
                if old - index * TILE_WIDTH < width:
                    yield Tile(name, index, width)


def to_bundle(entries: Sequence[bytes]) -> bytes:
    """A bundle: up to 256 entries, each after its length in two bytes."""
    assert 1 <= len(entries) <= TILE_WIDTH, f"{len(entries)} entries"
    assert all(len(entry) <= MOST_ENTRY_BYTES for entry in entries), "an entry is too long"
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries)


def from_bundle(content: bytes, *, width: int) -> tuple[bytes, ...]:
    """The entries of a bundle.

    Raises:
        NotInForm: it ends in the middle of an entry, or has more or fewer than ``width``.
    """
    entries = []
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at : at + _LENGTH_BYTES])
        at += _LENGTH_BYTES
        if at + length > len(content):
            raise NotInForm(form="bundle of entries", problem="it ends in the middle of an entry")
        entries.append(content[at : at + length])
        at += length
    if len(entries) != width:
        problem = f"it has {len(entries)} entries, not {width}"
        raise NotInForm(form="bundle of entries", problem=problem)
    return tuple(entries)


def to_hash_tile(hashes: Sequence[bytes]) -> bytes:
    """A hash tile: 1 to 256 hashes of 32 bytes, one after the other."""
    assert 1 <= len(hashes) <= TILE_WIDTH, f"{len(hashes)} hashes"
    assert all(len(one) == HASH_BYTES for one in hashes), "a hash has 32 bytes"
    return b"".join(hashes)


def from_hash_tile(content: bytes, *, width: int) -> tuple[bytes, ...]:
    """The hashes of a tile.

    Raises:
        NotInForm: it is not ``32 * width`` bytes long.
    """
    if len(content) != width * HASH_BYTES:
        problem = f"it has {len(content)} bytes, not {width * HASH_BYTES}"
        raise NotInForm(form="hash tile", problem=problem)
    return tuple(hashes_of(content))


class LogTiles(Tiled):
    """The complete subtrees of a log, from its tiles.

    Args:
        read: gives the bytes at a path of the log; raises FileNotFoundError where there is nothing.
            A log may drop a partial tile once the full one is there, which is then read instead.
        size: of a checkpoint of the log.
    """

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        super().__init__(size)
        self._read = read

    def read_tile(self, level: int, index: int) -> bytes:
        """A hash tile, at least as wide as the size asks for, cut to that width."""
        tile = Tile(level, index, self.width(level, index))
        try:
            content = self._read(tile.path())
        except FileNotFoundError:
            if tile.width == TILE_WIDTH:
                raise
            whole = from_hash_tile(self._read(replace(tile, width=TILE_WIDTH).path()),
                                   width=TILE_WIDTH)  # fmt: skip
            content = b"".join(whole[: tile.width])
        from_hash_tile(content, width=tile.width)
        return content
