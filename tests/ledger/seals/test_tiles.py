from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.ledger import seals

LEAVES = [seals.leaf_hash(number.to_bytes(4)) for number in range(70_000)]
TREE = seals.HashedLeaves(LEAVES)
SIZES = st.integers(0, 200_000)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (seals.Tile(0, 1234067), "tile/0/x001/x234/067"),  # the specification's own example
        (seals.Tile(0, 0), "tile/0/000"),
        (seals.Tile(0, 0, 15), "tile/0/000.p/15"),
        (seals.Tile(63, 999), "tile/63/999"),
        (seals.Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (seals.Tile(None, 1234067, 1), "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_a_file_has_one_path_and_a_path_one_file(tile: seals.Tile, path: str) -> None:
    assert tile.path() == path
    assert seals.Tile.from_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",  # 1 is written 001
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p",
        "tile/entry/000",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
    ],
)
def test_a_path_in_another_form_names_nothing(path: str) -> None:
    with pytest.raises(seals.NotInForm):
        seals.Tile.from_path(path)


def test_the_specification_s_tree_of_70_000_has_the_tiles_that_it_says() -> None:
    hashes = [tile for tile in seals.tiles_of(70_000) if tile.level is not None]
    wide = [(tile.level, tile.width) for tile in hashes]

    assert wide.count((0, 256)) == 273
    assert [one for one in wide if one[1] != 256 or one[0]] == [
        (0, 112), (1, 256), (1, 17), (2, 1),
    ]  # fmt: skip


def test_the_specification_s_tree_of_256_has_a_full_tile_and_one_above() -> None:
    assert [tile.path() for tile in seals.tiles_of(256)] == [
        "tile/entries/000", "tile/0/000", "tile/1/000.p/1",
    ]  # fmt: skip


def test_an_empty_log_has_no_tile() -> None:
    assert list(seals.tiles_of(0)) == []


@given(SIZES, SIZES)
def test_what_is_new_when_a_log_grows_is_what_it_has_and_had_not(one: int, other: int) -> None:
    old, size = sorted((one, other))

    new = list(seals.new_tiles(old, size))

    assert set(new) == set(seals.tiles_of(size)) - set(seals.tiles_of(old))
    assert len(set(new)) == len(new)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    content = seals.to_bundle(entries)

    assert list(seals.from_bundle(content, width=len(entries))) == entries


def test_an_entry_follows_its_length_in_two_bytes() -> None:
    assert seals.to_bundle([b"one", b"three"]) == b"\x00\x03one\x00\x05three"


@pytest.mark.parametrize(
    ("content", "width", "problem"),
    [
        (b"\x00", 1, "middle"),
        (b"\x00\x04one", 1, "middle"),
        (b"\x00\x03one", 2, "1 entries, not 2"),
        (b"\x00\x03one\x00\x00", 1, "2 entries, not 1"),
    ],
)
def test_a_torn_bundle_is_refused(content: bytes, width: int, problem: str) -> None:
    with pytest.raises(seals.NotInForm, match=problem):
        seals.from_bundle(content, width=width)


@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_a_hash_tile_of_another_length_is_refused(change: int) -> None:
    content = seals.to_hash_tile(LEAVES[:3])

    assert seals.from_hash_tile(content, width=3) == tuple(LEAVES[:3])
    with pytest.raises(seals.NotInForm):
        seals.from_hash_tile((content + b"\0" * 32)[: len(content) + change], width=3)


def _written(folder: Path, sizes: list[int]) -> None:
    """The log's folder after it had each of these sizes in turn."""
    for old, size in zip([0, *sizes], sizes, strict=False):
        for tile in seals.new_tiles(old, size):
            if tile.level is None:
                continue
            first = tile.index * 256
            hashes = [TREE.subtree(8 * tile.level, first + i) for i in range(tile.width)]
            file = folder / tile.path()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(seals.to_hash_tile(hashes))


def test_the_tiles_of_a_growing_log_prove_what_the_list_of_leaves_proves(tmp_path: Path) -> None:
    sizes = [1, 5, 255, 256, 300, 66_000]
    _written(tmp_path, sizes)

    for size in sizes:
        log = seals.LogTiles(lambda path: (tmp_path / path).read_bytes(), size)
        assert seals.root(log, size) == seals.root(TREE, size)
        for index in {0, size // 2, size - 1}:
            path = seals.inclusion_path(log, index, size)
            assert path == seals.inclusion_path(TREE, index, size)


def test_a_partial_tile_that_was_dropped_is_read_from_the_full_one(tmp_path: Path) -> None:
    _written(tmp_path, [100, 300])
    (tmp_path / "tile/0/000.p/100").unlink()

    log = seals.LogTiles(lambda path: (tmp_path / path).read_bytes(), 100)

    assert seals.root(log, 100) == seals.root(TREE, 100)


def test_a_tree_file_is_a_log_s_full_tiles_in_a_row(tmp_path: Path) -> None:
    _written(tmp_path, [600])
    seals.write_tree_file(tmp_path / "batch.tree", LEAVES[:600])

    tiles = [tile for tile in seals.tiles_of(600) if tile.level is not None]
    content = b"".join((tmp_path / tile.path()).read_bytes() for tile in tiles)

    assert (tmp_path / "batch.tree").read_bytes() == content
    assert seals.root(seals.TreeFile(io.BytesIO(content), 600), 600) == seals.root(TREE, 600)
