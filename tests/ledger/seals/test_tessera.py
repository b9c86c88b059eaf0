"""Known answers of a log that we did not write; where they are from: tessera/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanpuhui.ledger import seals

FOLDER = Path(__file__).parent / "tessera"
WORDS = (FOLDER / "words.txt").read_text().split()
TREE = seals.HashedLeaves(seals.leaf_hash(word.encode()) for word in WORDS)
KEY = seals.VerifierKey.from_text((FOLDER / "vkey.txt").read_text().strip())
SIGNING_KEY = seals.SigningKey.from_text((FOLDER / "signing-key.txt").read_text().strip())
SIZES = range(16)


def _bytes(size: int) -> bytes:
    return (FOLDER / f"checkpoint-{size}.txt").read_bytes()


def test_there_are_fifteen_words_and_sixteen_checkpoints() -> None:
    assert len(WORDS) == 15
    assert len(list(FOLDER.glob("checkpoint-*.txt"))) == 16


@pytest.mark.parametrize("size", SIZES)
def test_each_checkpoint_verifies_and_signs_the_root_that_we_compute(size: int) -> None:
    note = seals.Note.from_bytes(_bytes(size))

    note.verified([KEY])
    found = seals.Checkpoint.from_text(note.text)

    assert found == seals.Checkpoint("example.com/log/testdata", size, seals.root(TREE, size))
    assert note.to_bytes() == _bytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_with_the_same_key_we_write_the_same_checkpoint_byte_by_byte(size: int) -> None:
    checkpoint = seals.Checkpoint("example.com/log/testdata", size, seals.root(TREE, size))

    assert checkpoint.signed(SIGNING_KEY).to_bytes() == _bytes(size)


def test_the_public_key_of_the_signing_key_is_the_one_they_publish() -> None:
    assert SIGNING_KEY.verifier() == KEY
    assert SIGNING_KEY.to_text() == (FOLDER / "signing-key.txt").read_text().strip()


def test_the_sixteen_checkpoints_are_one_history(tmp_path: Path) -> None:
    sizes = list(SIZES)
    proof = seals.ConsistencyProof(
        checkpoints=tuple(seals.Note.from_bytes(_bytes(size)) for size in sizes),
        paths=tuple(seals.consistency_path(TREE, size, size + 1) for size in sizes[:-1]),
        key=KEY.to_text(),
    )
    (tmp_path / "all.json").write_bytes(proof.to_bytes())

    (report,) = seals.verify_files([tmp_path / "all.json"], seals.Trust([KEY]))

    assert report.holds, report
    assert [one.size for one in report.checkpoints] == sizes


def test_the_log_of_fifteen_words_has_the_tiles_that_theirs_has() -> None:
    assert [tile.path() for tile in seals.tiles_of(15)] == [
        "tile/entries/000.p/15", "tile/0/000.p/15",
    ]  # fmt: skip


def test_a_log_read_from_tiles_that_we_write_has_the_signed_roots() -> None:
    hashes = seals.to_hash_tile([seals.leaf_hash(word.encode()) for word in WORDS])

    def read(path: str) -> bytes:
        return hashes[: 32 * seals.Tile.from_path(path).width]

    for size in SIZES:
        signed = seals.Checkpoint.from_text(seals.Note.from_bytes(_bytes(size)).text)
        assert seals.root(seals.LogTiles(read, size), size) == signed.root
