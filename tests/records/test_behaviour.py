"""What a behaviour record is made of."""

from __future__ import annotations

from tanpuhui.records import EVIDENCE, FIELDS


def test_a_fare_is_the_strongest_evidence_and_a_statement_the_weakest() -> None:
    # The order of DESIGN 4: it decides which of two reports of one act counts.
    assert EVIDENCE == (
        "fare_record",
        "meter_record",
        "vehicle_record",
        "navigation_track",
        "device_sensor",
        "photo",
        "statement",
    )


def test_a_record_has_the_fields_of_the_contract_in_its_order() -> None:
    names = [field.name for field in FIELDS]

    assert names == [
        *("record_id", "partner", "subject", "scene", "started_at", "ended_at"),
        *("region", "evidence", "reference", "asset"),
    ]


def test_only_reference_and_asset_may_be_left_out() -> None:
    assert [field.name for field in FIELDS if not field.required] == ["reference", "asset"]


def test_every_field_says_what_it_means_in_english_and_in_chinese() -> None:
    for field in FIELDS:
        assert field.en.isascii()
        assert any("一" <= letter <= "鿿" for letter in field.zh), field.name
