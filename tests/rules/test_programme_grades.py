"""Grades that bite: nothing below what a programme accepts can reach its points or its issuance."""

from __future__ import annotations

import pytest

from tanpuhui.records import EVIDENCE
from tests.rules.small_library import TABLE, TRAVEL, SmallLibrary
from tests.rules.small_programme import PROGRAMME, TEXT, programme, programme_faults

OLD = """accepts:
  points: [enterprise_algorithm, local]
  issuance: {standing: [local], text: [read, reported], grade: [read, reported]}
"""
LOCAL = "{standing: [local], text: [reported], grade: [reported]}"
ANY = (
    "{standing: [enterprise_algorithm, local], text: [read, reported],"
    " grade: [read, reported, third_party]}"
)


@pytest.fixture
def small(small: SmallLibrary) -> SmallLibrary:
    """The small library with a programme."""
    small.write(PROGRAMME, TEXT)
    return small


def accepts(small: SmallLibrary, points: str, issuance: str) -> None:
    small.change(PROGRAMME, OLD, f"accepts: {{points: {points}, issuance: {issuance}}}\n")


def _read_everything(small: SmallLibrary) -> None:
    small.change(TABLE, "grade: reported", "grade: read")
    small.change(TRAVEL, "text: reported", "text: read")


def test_standings_alone_accept_any_grade_for_points_and_only_what_was_read_for_issuance(
    small: SmallLibrary,
) -> None:
    accepts(small, "[enterprise_algorithm, local]", "[local]")
    _read_everything(small)

    found = programme(small)

    assert found.points.grades == ("read", "reported", "third_party", "derived", "assumed")
    assert (found.issuance.texts, found.issuance.grades) == (("read",), ("read",))
    assert found.issuance.evidence == EVIDENCE


def test_points_may_accept_more_than_issuance(small: SmallLibrary) -> None:
    accepts(small, ANY, LOCAL)

    found = programme(small)

    assert found.points.grades == ("read", "reported", "third_party")
    assert found.issuance.grades == ("reported",)


def test_a_value_below_the_grade_is_a_fault_that_names_all_that_it_takes_to_mend_it(
    small: SmallLibrary,
) -> None:
    accepts(small, ANY, LOCAL)
    small.change(TABLE, "grade: reported", "grade: third_party")

    (fault,) = programme_faults(small)

    assert fault.code == "LIB-416"
    assert small.where(fault) == small.at(PROGRAMME, "trip:")
    fields = fault.to_json()["fields"]
    assert (fields["programme"], fields["scene"], fields["methodology"]) == (
        "a-platform", "trip", "a_city")  # fmt: skip
    assert (fields["grade"], fields["use"]) == ("third_party", "issuance")
    assert fields["parameter"] == "by_mode"


def test_a_formula_that_nobody_read_cannot_reach_issuance_either(small: SmallLibrary) -> None:
    accepts(small, "[enterprise_algorithm, local]", LOCAL)
    small.change(TRAVEL, "text: reported", "text: reconstructed")

    (fault,) = programme_faults(small)

    assert fault.code == "LIB-415"
    assert "whose text is 'reconstructed'" in fault.what()


def test_a_grade_that_points_do_not_accept_is_a_fault_too(small: SmallLibrary) -> None:
    accepts(
        small,
        "{standing: [enterprise_algorithm, local], text: [read, reported], grade: [read]}", "[]",
    )  # fmt: skip

    assert {(f.code, f.to_json()["fields"]["use"]) for f in programme_faults(small)} == {
        ("LIB-416", "points")
    }


def test_a_standing_that_is_not_accepted_for_issuance_asks_nothing_of_its_grades(
    small: SmallLibrary,
) -> None:
    accepts(small, ANY, "[]")
    small.change(TABLE, "grade: reported", "grade: third_party")

    assert programme(small).issuance.standings == ()


@pytest.mark.parametrize(
    ("issuance", "code"),
    [
        ("{standing: [local], text: [read]}", "LIB-105"),
        ("{standing: [local], text: [heard], grade: [read]}", "LIB-109"),
        ("{standing: [local], text: [read], grade: [read], evidence: [hearsay]}", "LIB-109"),
        ("{standing: [local], text: [read], grade: [read], proof: [photo]}", "LIB-106"),
    ],
)
def test_what_a_programme_accepts_is_written_whole(
    issuance: str, code: str, small: SmallLibrary
) -> None:
    accepts(small, ANY, issuance)

    assert code in {fault.code for fault in programme_faults(small)}


def test_a_line_with_weaker_evidence_is_not_used_and_is_no_fault(small: SmallLibrary) -> None:
    accepts(small, ANY, LOCAL[:-1] + ", evidence: [fare_record]}")

    found = programme(small)
    city = small.open().methodology("a_city")

    assert found.issuance.takes(city, "fare_record")
    assert not found.issuance.takes(city, "photo")
    assert found.points.takes(city, "photo")
    assert not found.issuance.takes(small.open().methodology("rates.a_bank"), "fare_record")


@pytest.mark.parametrize(
    ("only", "points", "issuance", "uses"),
    [
        ("display", "[enterprise_algorithm, local]", "[]", ["points"]),
        ("points", "[enterprise_algorithm, local]", LOCAL, ["issuance"]),
        ("display", ANY, LOCAL, ["points", "issuance"]),
    ],
)
def test_what_is_for_display_or_points_only_is_used_for_no_more(
    small: SmallLibrary, only: str, points: str, issuance: str, uses: list[str]
) -> None:
    small.change(TRAVEL, "text: reported", f"text: reported\nonly: {only}")
    accepts(small, points, issuance)

    faults = programme_faults(small)
    found = [fault.to_json()["fields"] for fault in faults]

    assert {fault.code for fault in faults} == {"LIB-418"}
    assert [fields["use"] for fields in found] == uses
    assert {fields["only"] for fields in found} == {only}


def test_what_is_for_points_only_earns_points(small: SmallLibrary) -> None:
    small.change(TRAVEL, "text: reported", "text: reported\nonly: points")
    accepts(small, "[enterprise_algorithm, local]", "[]")

    method = small.open().methodology("a_city")

    assert programme(small).points.takes(method, "photo")
    assert not programme(small).issuance.takes(method, "photo")
