"""What the entries of a log come to, at every size, is what its tiles hold."""

from __future__ import annotations

import pytest

from tanpuhui.ledger import seals
from tanpuhui.pipeline.reconcile.kept_logs import Grown

ENTRIES = [b"record %d\n" % number for number in range(66_000)]


@pytest.fixture(scope="module")
def grown() -> Grown:
    """A log of two full levels of tiles and a bit more."""
    made = Grown()
    for entry in ENTRIES:
        made.append(entry)
    return made


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 65_535, 65_536, 66_000])
def test_the_tiles_of_every_size_lead_to_the_root_of_that_size(grown: Grown, size: int) -> None:
    leaves = seals.HashedLeaves([seals.leaf_hash(entry) for entry in ENTRIES[:size]])

    def read(path: str) -> bytes:
        content = grown.tile(seals.Tile.from_path(path))
        assert content is not None
        return content

    assert grown.roots[size] == seals.root(leaves, size)
    assert seals.root(seals.LogTiles(read, size), size) == grown.roots[size]
    held: list[bytes] = []
    for tile in seals.tiles_of(size):
        if tile.level is None:
            held += seals.from_bundle(read(tile.path()), width=tile.width)
    assert held == ENTRIES[:size]


def test_a_tile_beyond_the_log_holds_nothing(grown: Grown) -> None:
    assert grown.tile(seals.Tile(0, 257, 209)) is None  # 257 x 256 + 208 = 66,000
    assert grown.tile(seals.Tile(0, 257, 208)) is not None
    assert grown.tile(seals.Tile(1, 1, 2)) is None  # 257 full tiles: 256 and 1
    assert grown.tile(seals.Tile(3, 0, 1)) is None
