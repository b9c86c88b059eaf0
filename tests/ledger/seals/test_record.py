from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.ledger import seals
from tests.ledger.seals import sealed

RECORD = sealed.record_of(b"\x01" * 32, lines=3, count=-2, reduction_mg=-1_500, credited_mg=0)
WRITTEN = """\
tanpuhui-batch/v1
batch hankou-000003-1e46d731
programme hankou
domain 420000
posted_order 3
posted_at 2026-03-03T01:02:03.000004Z
library_version 0.1.0
programme_sha256 abababababababababababababababababababababababababababababababab
kind records
lines 3
root 0101010101010101010101010101010101010101010101010101010101010101
count -2
reduction_mg -1500
credited_mg 0
manifest 8a35bb48f1e2f5b4
"""
TEXTS = st.text("abcXYZ019-_. 碳", min_size=1, max_size=9).filter(lambda text: text == text.strip())
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
RECORDS = st.builds(
    seals.BatchRecord,
    batch=TEXTS,
    programme=TEXTS,
    domain=TEXTS,
    posted_order=st.integers(0, 2**62),
    posted_at=st.datetimes(timezones=st.just(UTC)),
    library_version=TEXTS,
    programme_sha256=HASHES,
    kind=st.sampled_from(["records", "withdrawal", "restatement"]),
    lines=st.integers(0, 2**40),
    root=HASHES,
    count=st.integers(-(2**62), 2**62),
    reduction_mg=st.integers(-(2**62), 2**62),
    credited_mg=st.integers(-(2**62), 2**62),
    manifest=HASHES,
)


def test_a_record_is_a_page_that_a_person_can_read() -> None:
    lines = RECORD.to_bytes().decode().splitlines()

    assert lines[:-1] == WRITTEN.splitlines()[:-1]
    assert lines[-1] == f"manifest {seals.manifest_digest(())}"


@given(RECORDS)
def test_a_record_reads_back_as_it_was_written(record: seals.BatchRecord) -> None:
    assert seals.BatchRecord.from_bytes(record.to_bytes()) == record


@given(RECORDS, RECORDS)
def test_two_records_never_have_the_same_bytes(
    one: seals.BatchRecord, other: seals.BatchRecord
) -> None:
    assert (one == other) == (one.to_bytes() == other.to_bytes())


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    there = replace(RECORD, posted_at=RECORD.posted_at.astimezone(beijing))

    assert there.to_bytes() == RECORD.to_bytes()


def _changed(old: str, new: str) -> bytes:
    content = RECORD.to_bytes().decode()
    assert old in content
    return content.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1 is ''"),
        (b"\xff", "UTF-8"),
        (_changed("/v1", "/v2"), "line 1"),
        (RECORD.to_bytes()[:-1], "15 lines"),
        (RECORD.to_bytes() + b"\n", "15 lines"),
        (RECORD.to_bytes() + b"more yes\n", "15 lines"),
        (_changed("programme hankou", "program hankou"), "line 3, programme, is 'program'"),
        (_changed("domain 420000", "domain "), "line 4, domain, is empty"),
        (_changed("domain 420000", "domain  420000"), "line 4, domain"),
        (_changed("domain 420000", "domain 420000 "), "line 4, domain"),
        (_changed("domain 420000", "domain 42\u2028"), "line 4, domain"),
        (_changed("posted_order 3", "posted_order 03"), "line 5"),
        (_changed("posted_order 3", "posted_order -3"), "below zero"),
        (_changed("posted_order 3", "posted_order ３"), "line 5"),
        (_changed("03.000004Z", "03.000004+00:00"), "line 6"),
        (_changed("03.000004Z", "03.4Z"), "line 6"),
        (_changed("2026-03-03T", "2026-13-03T"), "line 6"),
        (_changed("abab", "ABab"), "line 8"),
        (_changed("kind records", "kind Records"), "line 9"),
        (_changed("count -2", "count -0"), "line 12"),
        (_changed("count -2", "count +2"), "line 12"),
        (_changed("batch hankou-000003-1e46d731\nprogramme hankou",
                  "programme hankou\nbatch hankou-000003-1e46d731"), "line 2"),
    ],
)  # fmt: skip
def test_a_record_in_any_other_form_is_refused_with_its_line(content: bytes, problem: str) -> None:
    with pytest.raises(seals.NotInForm, match=problem):
        seals.BatchRecord.from_bytes(content)


@pytest.mark.parametrize("value", ["", " a", "a\nb", "a\r", "a\u2028b"])
def test_a_value_that_would_break_its_line_is_not_written(value: str) -> None:
    with pytest.raises(AssertionError):
        replace(RECORD, domain=value).to_bytes()


ROW = seals.ManifestRow(
    kind="lines",
    path="lines/a.parquet",
    local_day=date(2026, 3, 1),
    starts=datetime(2026, 3, 1, tzinfo=UTC),
    ends=datetime(2026, 3, 2, tzinfo=UTC),
    has_corrections=False,
    rows=3,
    bytes=1_000,
    sha256="12" * 32,
)


def test_the_digest_of_a_manifest_is_the_hash_of_its_fields_after_their_lengths() -> None:
    texts = ["tanpuhui-manifest/v1", "1", "lines", "lines/a.parquet", "2026-03-01",
             "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z", "-", "3", "1000",
             "12" * 32]  # fmt: skip
    digest = hashlib.sha256()
    for text in texts:
        digest.update(len(text).to_bytes(8) + text.encode())

    assert seals.manifest_digest([ROW]) == digest.hexdigest()


def test_the_order_of_the_rows_does_not_matter() -> None:
    other = replace(ROW, path="grants/a.parquet")

    assert seals.manifest_digest([ROW, other]) == seals.manifest_digest([other, ROW])


OTHER_VALUES: dict[str, Any] = {
    "kind": "grants",
    "path": "lines/b.parquet",
    "local_day": None,
    "starts": None,
    "ends": None,
    "has_corrections": True,
    "rows": 4,
    "bytes": 1_001,
    "sha256": "13" * 32,
}


@pytest.mark.parametrize("name", [field.name for field in fields(seals.ManifestRow)])
def test_every_field_of_a_row_changes_the_digest(name: str) -> None:
    changed = replace(ROW, **{name: OTHER_VALUES[name]})

    assert seals.manifest_digest([changed]) != seals.manifest_digest([ROW])


def test_a_row_more_changes_the_digest() -> None:
    assert seals.manifest_digest([ROW]) != seals.manifest_digest([])
    twin = replace(ROW, path="lines/b.parquet")
    assert seals.manifest_digest([ROW, twin]) != seals.manifest_digest([ROW])
