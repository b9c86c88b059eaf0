"""Every bit of what people carry is turned over once, and every one is noticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.ledger import seals
from tests.ledger.seals import sealed
from tests.ledger.seals.sealed import TRUST, WITNESS


def flipped(content: bytes) -> Iterator[tuple[int, bytes]]:
    for bit in range(8 * len(content)):
        at, place = divmod(bit, 8)
        yield bit, content[:at] + bytes([content[at] ^ 1 << place]) + content[at + 1 :]


def _holds(content: bytes, trust: seals.Trust = TRUST) -> bool:
    return seals.verify_bytes(content, trust, file="it").holds


def _unnoticed(content: bytes, trust: seals.Trust = TRUST) -> list[int]:
    assert _holds(content, trust)
    return [bit for bit, other in flipped(content) if _holds(other, trust)]


@pytest.mark.slow
def test_every_bit_of_a_line_proof_counts() -> None:
    assert _unnoticed(sealed.sealed().proof(3).to_bytes()) == []


@given(st.data())
def test_a_bit_of_a_line_proof_turned_over_is_noticed(data: st.DataObject) -> None:
    content = bytearray(sealed.sealed().proof(3).to_bytes())

    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8

    assert not _holds(bytes(content))


def test_every_bit_of_a_checkpoint_counts() -> None:
    assert _unnoticed(sealed.sealed().checkpoint().to_bytes()) == []


def test_every_bit_of_a_witnessed_checkpoint_counts_for_who_asks_for_the_witness() -> None:
    note = sealed.sealed().checkpoint()
    content = note.cosigned(WITNESS.cosign(note.text, time=1_772_500_000)).to_bytes()

    assert _unnoticed(content, seals.Trust(TRUST.keys, (WITNESS.cosigner(),))) == []


def test_every_bit_of_a_consistency_proof_counts() -> None:
    assert _unnoticed(sealed.sealed().growth(3, 4).to_bytes()) == []


def test_every_bit_of_a_hash_tile_leads_to_another_root() -> None:
    leaves = [seals.leaf_hash(bytes([n])) for n in range(7)]
    content = seals.to_hash_tile(leaves)
    root = seals.root(seals.HashedLeaves(leaves), 7)

    for bit, other in flipped(content):
        hashes = seals.from_hash_tile(other, width=7)
        assert seals.root(seals.HashedLeaves(hashes), 7) != root, bit


def test_every_bit_of_an_entry_bundle_is_torn_or_leads_to_another_leaf() -> None:
    entries = (b"one", b"two", b"three")
    leaves = [seals.leaf_hash(entry) for entry in entries]

    for bit, other in flipped(seals.to_bundle(entries)):
        try:
            found = seals.from_bundle(other, width=3)
        except seals.NotInForm:
            continue
        assert [seals.leaf_hash(entry) for entry in found] != leaves, bit


def test_every_bit_of_a_batch_record_is_no_record_or_another_leaf() -> None:
    content = sealed.sealed().record.to_bytes()
    leaf = seals.leaf_hash(content)

    assert all(seals.leaf_hash(other) != leaf for _, other in flipped(content))
