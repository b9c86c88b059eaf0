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
# First what many lines share, each column by its place in the line. A Chinese character has three
# bytes.
SHARED = (
    b"1:1,2:1:b,3:1,5:3:act,8:1:d,9:1:p,10:1:0,11:3:\xe8\xbd\xa6,14:4:walk,15:6:420100,16:5:photo,"
    b"22:1:m,27:1:v,"
)
# Then numbers: 02 and the number plus half of its range, 01 for none.
OWN = bytes.fromhex(
    "02 80000000 00000000"  # line 0
    "01"  # corrects_line
    "02 80000000 00000000 00000000 00000007"  # record_key 7
    "02 80000000 00000009"  # person_id 9
    "01 01"  # reference_key, asset_key
    "02 80000000 000f4245"  # started_at, 1,000,005 us
    "02 80000000 001e8480"  # ended_at, 2,000,000 us
    "02 80000001"  # local_day, the day after 1970-01-01
    "01"  # factor_day
    "01 01 01 01 01 01 01 01 01 01 01 01 01"  # the quantities before steps
    "02 c0000000 00000000"  # steps: 2.0 is 0x4000000000000000
    "01"  # tonne_km
    "01 01 01"  # baseline_mg, activity_mg, leakage_mg
    "02 7fffffff fffffffd 02 7fffffff fffffffd"  # reduction_mg and credited_mg, -3
)


def test_a_line_is_written_as_worked_by_hand() -> None:
    assert canonical.canonical_bytes(LINE) == SHARED + OWN


def test_a_line_with_further_quantities_is_written_as_worked_by_hand() -> None:
    line = {**LINE, "schema_version": 2, "further": '{"floors":3.0}'}

    # 14 bytes of text, in the column that came with version 2: the 55th.
    written = SHARED.replace(b"1:1,", b"1:2,", 1) + OWN + b'55:14:{"floors":3.0},'
    assert canonical.canonical_bytes(line) == written


@pytest.mark.parametrize(("version", "text"), [(1, "{}"), (3, None)])
def test_a_line_has_no_column_that_came_after_it_nor_a_version_nobody_knows(
    version: int, text: str | None
) -> None:
    with pytest.raises(ValueError, match=f"schema version {version}"):
        canonical.canonical_bytes({**LINE, "schema_version": version, "further": text})


def test_a_commitment_hashes_what_lines_share_by_itself() -> None:
    salt = canonical.salt("0" * 32, "b", 0)

    expected = sha256(b"\x00" + salt + sha256(SHARED).digest() + OWN).digest()
    assert canonical.commitment(salt, LINE) == expected


def test_zero_below_nothing_is_another_number_than_zero() -> None:
    plus, minus = ({**LINE, "steps": zero} for zero in (0.0, -0.0))

    assert canonical.canonical_bytes(plus) != canonical.canonical_bytes(minus)


@pytest.mark.parametrize("name", ["batch", "person_id", "credited_mg", "started_at"])
def test_what_lacks_a_column_that_every_line_has_is_no_line(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        canonical.canonical_bytes({**LINE, name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [("credited_mg", 1.5), ("credited_mg", 2**63), ("partner", 7), ("record_key", Decimal("0.5")),
     ("started_at", date(2026, 3, 1)), ("local_day", 1), ("steps", "2")],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        canonical.canonical_bytes({**LINE, name: value})


def test_every_column_of_a_line_stands_in_one_part_of_its_bytes() -> None:
    parts = (*canonical.SHARED, *canonical.PACKED, *canonical.OTHERS)

    assert sorted(parts) == sorted(LINES.names)
    for part in (canonical.SHARED, canonical.PACKED, canonical.OTHERS):
        assert list(part) == [name for name in LINES.names if name in part]


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
