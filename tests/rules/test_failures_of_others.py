"""Failures that users of other rule engines reported, by name: each must fail at the file, or not.

The malformed files are the kinds that OpenFisca's own loader is tested with, written anew for ours.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.rules.small_library import FACTOR, METHODOLOGY, TABLE, SmallLibrary


@pytest.mark.parametrize(
    ("failure", "file", "old", "new", "code"),
    [
        ("a date that is none", FACTOR, "from: 2022-08-25", "from: 2022-13-25", "LIB-104"),
        ("a date as a text", FACTOR, "from: 2022-08-25", "from: August 2022", "LIB-107"),
        ("a number as a text", FACTOR, "value: 0.02", 'value: "0.02"', "LIB-107"),
        ("a yes that YAML 1.1 makes true", METHODOLOGY, "text: read", "text: yes", "LIB-103"),
        ("an octal number", FACTOR, "value: 0.02", "value: 010", "LIB-103"),
        ("a duplicate key", FACTOR, "    grade: read\n", "    grade: read\n    grade: read\n",
         "LIB-102"),
        ("an unexpected key", FACTOR, "grade: read", "grad: read", "LIB-106"),
        ("a bad indentation", FACTOR, "    until: null", "  until: null", "LIB-101"),
        ("a tab for spaces", FACTOR, "    until: null", "\tuntil: null", "LIB-101"),
        ("a list where a table stands", TABLE, "{walk: 0, bus: 0.052, metro: null}",
         "[0, 0.052]", "LIB-211"),
        ("a unit that nobody knows", FACTOR, "unit: gCO2e/step", "unit: gCO2e/stride", "LIB-202"),
        ("a source that nobody lists", FACTOR, "document: a_report", "document: b", "LIB-109"),
    ],
)  # fmt: skip
def test_a_malformed_rule_file_is_refused_with_file_and_line(
    failure: str, file: str, old: str, new: str, code: str, small: SmallLibrary
) -> None:
    small.change(file, old, new)

    faults = small.faults()

    assert code in {fault.code for fault in faults}, failure
    for fault in faults:
        assert fault.place is not None
        assert fault.place.line is not None


def test_openfisca_core_1378_a_number_is_read_to_its_last_digit(small: SmallLibrary) -> None:
    # 68,212,208 francs came out 8 francs off, since float32 holds seven digits.
    small.change(FACTOR, "value: 0.02", "value: 68212208.123456789")

    (value,) = small.open().factor("rates.a_step").values

    assert value.cells[()] == Decimal("68212208.123456789")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (FACTOR, "value: 0.02", "value: 2/37"),
        (FACTOR, "value: 0.02", 'value: "2 / 37"'),
        (TABLE, "bus: 0.052", "bus: 2/37"),
    ],
)
def test_policyengine_us_9171_a_fraction_for_a_number_is_refused_and_told_where_it_belongs(
    file: str, old: str, new: str, small: SmallLibrary
) -> None:
    small.change(file, old, new)

    fault = next(fault for fault in small.faults() if fault.code == "LIB-212")

    assert small.where(fault) == small.at(file, new)
    assert "/ 37" in fault.remedy()


def test_openfisca_france_1672_a_value_past_its_end_is_in_force_only_where_the_issuer_says_so(
    small: SmallLibrary,
) -> None:
    small.change(FACTOR, "until: null", "until: 2023-08-25")
    ended = small.open().factor("rates.a_step")
    small.change(FACTOR, "values:", "carry_forward: true\nvalues:")
    carried = small.open().factor("rates.a_step")

    assert [piece.days.until_day for piece in ended.timeline("420100")] == [date(2023, 8, 25)]
    assert carried.in_force("420100", date(2030, 1, 1)).cells[()] == Decimal("0.02")


def test_cloud_carbon_footprint_946_a_new_factor_leaves_old_results_alone(
    small: SmallLibrary,
) -> None:
    small.append(FACTOR, """\
  - value: 0.03
    region: "420100"
    from: 2022-08-25
    until: null
    known_since: 2025-01-01
    grade: read
    source: {document: a_report, place: "2.3"}
""")  # fmt: skip

    factor, day = small.open().factor("rates.a_step"), date(2023, 1, 1)

    before = factor.in_force("420100", day, known_on=date(2024, 12, 31))
    after = factor.in_force("420100", day)
    assert (before.cells[()], after.cells[()]) == (Decimal("0.02"), Decimal("0.03"))
