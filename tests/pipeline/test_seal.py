"""A batch is sealed as it is computed: its tree is over all its lines, whatever kind they are."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import cast

import pyarrow as pa
import pytest

from tanpuhui.ledger import seals
from tanpuhui.pipeline import Staged
from tanpuhui.pipeline.keyed import key_of
from tanpuhui.pipeline.seal import write_tree
from tests.pipeline.store import SECRET, Row, Store, engine, lines_of, of_kind, ride, walk
from tests.pipeline.worlds import world

Open = Callable[[str], Store]
HERE = {"subject": "k:u1", "partner": "amap"}
THERE = {"subject": "k:u2", "partner": "amap"}


def _secret(store: Store, person: int) -> str:
    """The salt's key of a person: their own, or what stands in for one that was erased."""
    own = store.people.secret(person)
    return key_of(SECRET, ("destroyed secret",), str(person)) if own is None else own


def _leaf(store: Store, line: Row) -> bytes:
    secret = _secret(store, line["person_id"])
    salt = seals.salt(secret, line["batch"], line["line"])
    return seals.commitment(salt, line)


def _root(store: Store, staged: Staged) -> str:
    """The root over the lines as the files have them, by the reference, line by line."""
    leaves = [_leaf(store, line) for line in lines_of(staged)]
    return seals.root(seals.HashedLeaves(leaves), len(leaves)).hex()


def test_the_tree_is_over_every_line_of_the_batch_in_its_order(open_store: Open) -> None:
    store = open_store("stays-limited")
    rows = [report.row() for report in world(7, batches=1, pairs=60).batches[0]]

    staged = store.post_rows(rows)

    assert staged.seal.lines == len(lines_of(staged)) > 20
    assert staged.seal.root == _root(store, staged)


def test_the_tree_file_has_the_hashes_that_a_proof_is_made_of(open_store: Open) -> None:
    store = open_store("stays-limited")
    staged = store.post_rows([walk("w1", **HERE), ride("r1", **HERE), ride("r2", **THERE)])
    (tree,) = of_kind(staged, "tree")

    with tree.path.open("rb") as opened:
        file = seals.TreeFile(opened, staged.seal.lines)
        paths = [seals.inclusion_path(file, number, file.size) for number in range(file.size)]

    for line, path in zip(lines_of(staged), paths, strict=True):
        found = seals.root_by_inclusion(
            _leaf(store, line), index=line["line"], size=staged.seal.lines, path=path
        )
        assert found.hex() == staged.seal.root
    assert tree.rows * 32 == tree.path.stat().st_size


def test_reversals_differences_and_restated_lines_are_sealed_like_acts(open_store: Open) -> None:
    store = open_store("supersedes")
    for batch in world(8, batches=3, pairs=30).batches:
        store.post_rows([report.row() for report in batch])

    kinds = {line["line_kind"] for staged in store.posted for line in lines_of(staged)}
    assert {"act", "reversal"} <= kinds
    for staged in store.posted:
        assert staged.seal.root == _root(store, staged)


def test_a_withdrawal_is_sealed_too(open_store: Open) -> None:
    store = open_store("stays-limited")
    store.post_rows([ride("r1", **HERE), ride("r2", **THERE)])

    store.withdraw(("amap", "r1"))

    assert store.posted[1].seal.lines == 1
    assert store.posted[1].seal.root == _root(store, store.posted[1])


def test_a_batch_without_lines_has_the_root_of_nothing_and_no_file(open_store: Open) -> None:
    staged = open_store("stays-limited").post_rows([ride("r1", scene="nowhere")])

    assert staged.seal.lines == 0
    assert staged.seal.root == sha256().hexdigest()
    assert not of_kind(staged, "tree")


def test_the_order_of_rows_and_the_split_into_files_do_not_change_the_root(
    open_store: Open,
) -> None:
    store = open_store("stays-limited")
    rows = [
        ride(f"r{n}", subject=f"k:u{n % 7}", partner="amap", reference=f"t{n}") for n in range(30)
    ]
    store.compute(*store.files("numbers", rows))  # who is bound first has the lower number

    one = store.compute(*store.files("one", rows))
    two = store.compute(*store.files("two", rows[::-1][:9], rows[::-1][9:]))

    assert one.seal.lines == 7  # one a person: the others overlap
    assert one.seal == two.seal


def test_another_secret_gives_other_commitments_of_that_person_alone(open_store: Open) -> None:
    store = open_store("stays-limited")
    rows = [ride("r1", **HERE), ride("r2", **THERE)]
    before = store.compute(*store.files("before", rows))
    person = store.people.number("amap", "k:u2")
    assert person is not None
    store.people.without_secret.add(person)

    after = store.compute(*store.files("after", rows))

    leaves = [
        of_kind(staged, "tree")[0].path.read_bytes()[: staged.seal.lines * 32]
        for staged in (before, after)
    ]
    same = [
        leaves[0][at : at + 32] == leaves[1][at : at + 32] for at in range(0, len(leaves[0]), 32)
    ]
    lines = lines_of(after)
    assert [line["person_id"] == person for line in lines] == [not one for one in same]
    assert after.seal.root == _root(store, after)


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 513, 70_001])
def test_a_tree_in_columns_has_the_file_and_the_root_of_one_in_memory(
    size: int, tmp_path: Path
) -> None:
    leaves = [sha256(str(number).encode()).digest() for number in range(size)]
    table = pa.table([range(size), leaves], schema=pa.schema(
        [("line", pa.int64()), ("hash", pa.binary())]
    ))  # fmt: skip

    with engine().session() as session:
        root = write_tree(session, table, tmp_path / "ours")

    seals.write_tree_file(tmp_path / "small", leaves)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "small").read_bytes()
    assert root == seals.root(seals.HashedLeaves(leaves), size)


def test_a_line_without_a_leaf_is_never_passed_over(tmp_path: Path) -> None:
    table = pa.table([[0, 2], [b"a" * 32, b"b" * 32]], schema=cast(pa.Schema, pa.schema(
        [("line", pa.int64()), ("hash", pa.binary())]
    )))  # fmt: skip

    with engine().session() as session, pytest.raises(AssertionError, match="one leaf"):
        write_tree(session, table, tmp_path / "tree")
