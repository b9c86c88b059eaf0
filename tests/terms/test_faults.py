"""A fault says what, where, what to do and what to read; to a person and to a program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

import pytest

from tanpuhui.terms import Fault, Faults, Place, UnitMismatch, UnknownRegion, fault_codes


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("library/a.yaml"), "library/a.yaml"),
        (Place("library/a.yaml", 12), "library/a.yaml:12"),
        (Place("rides.csv", None, 3), "rides.csv, row 3"),
    ],
)
def test_a_place_reads_as_an_editor_takes_it(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_fault_says_what_where_what_to_do_and_what_to_read() -> None:
    fault = UnknownRegion(region="420199", place=Place("library/a.yaml", 7))

    text = str(fault)

    first, *rest = text.splitlines()
    assert first == "LIB-201  There is no region '420199'."
    assert "  Where      library/a.yaml:7" in rest
    assert any(line.startswith("  Do this    use the six-digit GB/T 2260 code") for line in rest)
    assert rest[-1] == "  Read       docs/reference/errors.md#lib-201"


def test_a_remedy_of_two_lines_stays_in_its_column() -> None:
    fault = UnknownRegion(region="420199")

    lines = str(fault).splitlines()

    second = next(line for line in lines if "add a new region" in line)
    assert second.startswith(" " * 13 + "add")


def test_a_fault_as_json_has_its_code_its_text_its_place_and_its_values() -> None:
    fault = UnitMismatch(found="kg", wanted="kgCO2e", place=Place("library/a.yaml", 7))

    found = json.loads(json.dumps(fault.to_json()))

    assert found["code"] == "LIB-203"
    assert found["what"] == "Found kg, wanted kgCO2e."
    assert found["where"] == {"file": "library/a.yaml", "line": 7, "row": None}
    assert found["fields"] == {"found": "kg", "wanted": "kgCO2e", "where": ""}
    assert found["do"] == fault.remedy()
    assert found["read"] == "docs/reference/errors.md#lib-203"


def test_faults_found_in_one_pass_are_all_told() -> None:
    faults = Faults([UnknownRegion(region="420199"), UnitMismatch(found="kg", wanted="km")])

    text = str(faults)

    assert "LIB-201" in text
    assert "LIB-203" in text
    assert len(faults.faults) == 2


def test_a_code_that_is_taken_cannot_be_given_again() -> None:
    with pytest.raises(AssertionError, match="LIB-201 is taken"):

        @dataclass(eq=False, kw_only=True)
        class SomethingElse(Fault):
            code: ClassVar[str] = "LIB-201"


def test_a_code_has_three_letters_and_three_digits() -> None:
    with pytest.raises(AssertionError, match="is no code"):

        @dataclass(eq=False, kw_only=True)
        class Unnumbered(Fault):
            code: ClassVar[str] = "oops"


def test_the_codes_are_listed_in_order_each_with_its_class() -> None:
    codes = fault_codes()

    assert list(codes) == sorted(codes)
    assert codes["LIB-201"] is UnknownRegion
