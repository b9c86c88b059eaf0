"""The right edge of a log gives the root of the whole log, whatever its size."""

from __future__ import annotations

from tanpuhui.ledger import seals
from tests.ledger.seals import by_rfc

LEAVES = [f"entry {number}".encode() for number in range(300)]


def test_the_root_after_each_leaf_is_that_of_the_tree_over_all_leaves() -> None:
    edge = seals.Edge()

    assert edge.root() == seals.EMPTY_ROOT
    for size, data in enumerate(LEAVES, start=1):
        edge = edge.grown(seals.leaf_hash(data))
        assert edge.root() == by_rfc.mth(tuple(LEAVES[:size]))


def test_an_edge_that_was_kept_goes_on_as_if_it_had_not_been() -> None:
    whole = seals.Edge()
    kept = (b"", 0)
    for data in LEAVES:
        leaf = seals.leaf_hash(data)
        whole = whole.grown(leaf)
        again = seals.Edge.from_bytes(*kept).grown(leaf)
        kept = (again.to_bytes(), again.size)
        assert again == whole


def test_an_edge_has_one_hash_for_each_binary_one_of_its_size() -> None:
    edge = seals.Edge()
    for data in LEAVES[:6]:
        edge = edge.grown(seals.leaf_hash(data))

    assert (edge.size, len(edge.hashes)) == (0b110, 2)
