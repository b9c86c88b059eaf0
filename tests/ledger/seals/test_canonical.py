"""The bytes of a line, worked by hand, and that no two lines have the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.ledger import LINES
from tanpuhui.ledger.seals import canonical

LINE: dict[str, Any] = {
    "schema_version": 1, "batch": "b", "posted_order": 1, "line": 0, "line_kind": "act",
    "domain": "d", "programme": "p", "programme_sha256": "0", "partner": "车",
    "record_key": Decimal(7), "person_id": 9, "scene": "walk", "region": "420100",
    "evidence": "photo", "started_at": datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC),
    "ended_at": datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC), "local_day": date(1970, 1, 2),
    "methodology": "m", "library_version": "v", "steps": 2.0, "reduction_mg": -3,
    "credited_mg": -3,
}  # fmt: skip
# The columns that say by whose rules come first, then the others, each by its place in the line.
SHARED = b"1:1,2:1:b,3:1,8:1:d,9:1:p,10:1:0,22:1:m,27:1:v,"
# 2.0 is 0x4000000000000000, which is 4611686018427387904; a Chinese character has three bytes.
OWN = (
    b"4:0,5:3:act,11:3:\xe8\xbd\xa6,12:7,13:9,14:4:walk,15:6:420100,16:5:photo,"
    b"19:1000005,20:2000000,21:1,42:4611686018427387904,53:-3,54:-3,"
)


def test_a_line_is_written_as_worked_by_hand() -> None:
    assert canonical.canonical_bytes(LINE) == SHARED + OWN


def test_a_commitment_hashes_what_lines_share_by_itself() -> None:
    salt = canonical.salt("0" * 32, "b", 0)

    expected = sha256(salt + sha256(SHARED).digest() + OWN).digest()
    assert canonical.commitment(salt, LINE) == expected


def test_zero_below_nothing_is_another_number_than_zero() -> None:
    plus, minus = ({**LINE, "steps": zero} for zero in (0.0, -0.0))

    assert canonical.canonical_bytes(plus) != canonical.canonical_bytes(minus)


@pytest.mark.parametrize("name", ["batch", "person_id", "credited_mg", "started_at"])
def test_what_lacks_a_column_that_every_line_has_is_no_line(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        canonical.canonical_bytes({**LINE, name: None})


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="credited_mg"):
        canonical.canonical_bytes({**LINE, "credited_mg": 1.5})


CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "partner": st.text(max_size=6), "scene": st.text(max_size=6),
        "kind": st.none() | st.text(max_size=6), "mode": st.none() | st.text(max_size=6),
        "steps": st.none() | st.floats(allow_nan=False),
        "reduction_mg": st.none() | st.integers(-(2**63), 2**63 - 1),
        "person_id": st.integers(0, 2**63 - 1),
    },
)  # fmt: skip


@given(CHANGED, CHANGED)
def test_two_lines_have_the_same_bytes_only_where_they_are_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    lines = [{name: {**LINE, **d}.get(name) for name in LINES.names} for d in (one, other)]
    same = repr(lines[0]) == repr(lines[1])  # tells -0.0 from 0.0

    assert (canonical.canonical_bytes(lines[0]) == canonical.canonical_bytes(lines[1])) == same
