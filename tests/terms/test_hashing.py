"""Hashes name exact content."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.terms import hash_of_bytes, hash_of_parts


def test_the_hash_of_a_file_is_what_sha256sum_prints() -> None:
    # printf abc | sha256sum; the example of FIPS 180-2
    assert hash_of_bytes(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_border_moved_between_two_parts_gives_another_hash() -> None:
    assert hash_of_parts(["ab", "c"]) != hash_of_parts(["a", "bc"])
    assert hash_of_parts([]) != hash_of_parts([""])


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_only_equal_lists_of_parts_have_equal_hashes(one: list[str], other: list[str]) -> None:
    assert (hash_of_parts(one) == hash_of_parts(other)) is (one == other)
