"""What a factor's file must say: unit, region, days, source, grade; and how a table is laid out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tanpuhui import engine
from tanpuhui.rules import Factor, NoValueInForce, ParameterWithoutValue
from tests.rules.small_library import FACTOR, TABLE, SmallLibrary

LATER = """\
  - value: 0.03
    region: "{region}"
    from: {begin}
    until: null
    known_since: {known}
    grade: read
    source: {{document: a_report, place: null}}
"""


def _later(begin: str, *, region: str = "420100", known: str = "2023-01-01") -> str:
    return LATER.format(region=region, begin=begin, known=known)


# -- what Done-when names --------------------------------------------------------------------------


def test_an_overlap_in_validity_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(FACTOR, "until: null", "until: 2024-01-02")
    small.append(FACTOR, _later("2024-01-01"))

    fault = small.only_fault()

    # The first of January 2024 lies in both.
    assert fault.code == "LIB-205"
    assert small.where(fault) == small.at(FACTOR, "value: 0.03")
    assert f"that of line {small.at(FACTOR, 'value: 0.02')[1]}" in fault.what()
    assert "end the earlier one with 'until:'" in fault.remedy()
    assert "later 'known_since'" in fault.remedy()


def test_a_gap_in_validity_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(FACTOR, "until: null", "until: 2023-12-31")
    small.append(FACTOR, _later("2024-01-01"))

    fault = small.only_fault()

    # The last day of 2023 has no value.
    assert fault.code == "LIB-206"
    assert small.where(fault) == small.at(FACTOR, "value: 0.03")
    assert "420100 2023-12-31 until 2024-01-01" in fault.what()
    assert "'value: null' and a note" in fault.remedy()


def test_a_missing_source_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(FACTOR, '    source: {document: a_report, place: "2.2"}\n', "")

    fault = small.only_fault()

    assert fault.code == "LIB-207"
    assert small.where(fault) == small.at(FACTOR, "value: 0.02")
    assert "rates.a_step" in fault.what()
    assert "add 'source: {document: …, place: …}'" in fault.remedy()
    assert "library/vocabulary/sources.yaml" in fault.remedy()


def test_a_value_without_grade_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(FACTOR, "    grade: read\n", "")

    fault = small.only_fault()

    assert fault.code == "LIB-208"
    assert small.where(fault) == small.at(FACTOR, "value: 0.02")
    assert "rates.a_step" in fault.what()
    assert fault.remedy().startswith("add 'grade:' read")


def test_an_unknown_region_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(FACTOR, 'region: "420100"', 'region: "420500"')

    fault = small.only_fault()

    assert fault.code == "LIB-201"
    assert small.where(fault) == small.at(FACTOR, "region:")
    assert "'420500'" in fault.what()
    assert "rates.a_step" in fault.what()
    assert "library/vocabulary/regions.yaml" in fault.remedy()


def test_a_parameter_without_value_is_refused_with_file_line_and_set(small: SmallLibrary) -> None:
    small.change(FACTOR, "value: 0.02", "value: null")
    small.change(FACTOR, "    grade: read\n", "")
    library = small.open()
    methodology = library.methodology("rates.a_bank")

    with pytest.raises(ParameterWithoutValue) as refusal:
        engine.plan_of(methodology, library.regions)

    fault = refusal.value
    assert fault.code == "LIB-210"
    assert small.where(fault) == small.at(FACTOR, "value: null")
    assert "'per_step' of rates.a_bank" in fault.what()
    assert "put the official value (gCO2e/step)" in fault.remedy()
    assert "--set per_step=VALUE" in fault.remedy()


# -- further -------------------------------------------------------------------------------------


def test_values_that_meet_at_a_day_are_neither_overlap_nor_gap(small: SmallLibrary) -> None:
    small.change(FACTOR, "until: null", "until: 2024-01-01")
    small.append(FACTOR, _later("2024-01-01"))

    assert small.faults() == []


def test_a_restatement_with_its_own_known_since_is_no_overlap(small: SmallLibrary) -> None:
    small.append(FACTOR, _later("2022-08-25", known="2024-06-01"))

    assert small.faults() == []


def test_values_of_two_regions_may_hold_on_the_same_days(small: SmallLibrary) -> None:
    small.append(FACTOR, _later("2022-08-25", region="440300"))

    assert small.faults() == []


def test_days_for_which_nothing_is_known_are_said_and_are_no_gap(small: SmallLibrary) -> None:
    small.change(FACTOR, "until: null", "until: 2023-12-31")
    unknown = (
        _later("2023-12-31").replace("0.03", "null").replace("until: null", "until: 2024-01-01")
    )
    small.append(FACTOR, unknown.replace("    grade: read\n", "") + _later("2024-01-01"))

    assert small.faults() == []


def test_a_range_without_a_day_is_refused_at_its_end(small: SmallLibrary) -> None:
    small.change(FACTOR, "until: null", "until: 2022-08-25")

    fault = next(fault for fault in small.faults() if fault.code == "LIB-209")

    assert small.where(fault) == small.at(FACTOR, "until:")
    assert "2022-08-25 until 2022-08-25" in fault.what()
    assert "must be later than 'from'" in fault.remedy()


def test_a_unit_that_the_vocabulary_lacks_is_refused_with_the_nearest(small: SmallLibrary) -> None:
    small.change(FACTOR, "unit: gCO2e/step", "unit: gCO2e/steps")

    fault = next(fault for fault in small.faults() if fault.code == "LIB-202")

    assert small.where(fault) == small.at(FACTOR, "unit:")
    assert "did you mean step" in fault.remedy()


def test_a_source_that_the_vocabulary_lacks_is_refused_with_the_nearest(
    small: SmallLibrary,
) -> None:
    small.change(FACTOR, "document: a_report", "document: a_raport")

    fault = small.only_fault()

    assert fault.code == "LIB-109"
    assert small.where(fault) == small.at(FACTOR, "a_raport")
    assert "use one of: a_report" in fault.remedy()
    assert "vocabulary/sources.yaml" in fault.remedy()


def test_a_factor_of_no_values_leaves_its_methodology_without_value(small: SmallLibrary) -> None:
    at = small.text(FACTOR).index("values:")
    small.write(FACTOR, small.text(FACTOR)[:at] + "values: []\n")
    library = small.open()

    with pytest.raises(ParameterWithoutValue) as refusal:
        engine.plan_of(library.methodology("rates.a_bank"), library.regions)

    assert small.where(refusal.value)[0] == FACTOR


def test_a_factor_without_value_for_a_day_says_what_is_known_and_what_to_add(
    small: SmallLibrary,
) -> None:
    factor = small.open().factor("rates.a_step")

    with pytest.raises(NoValueInForce) as refusal:
        factor.in_force("420106", date(2022, 8, 24), wanted_by="rates.a_bank, per_step")

    fault = refusal.value
    assert fault.code == "LIB-204"
    assert small.where(fault)[0] == FACTOR
    assert "for 420106 on 2022-08-24" in fault.what()
    assert ("Wanted by", "rates.a_bank, per_step") in tuple(fault.details())
    assert ("Known", "420100 from 2022-08-25 on") in tuple(fault.details())
    assert "library/factors/rates/a_step.yaml" in fault.remedy()
    assert "'carry_forward: true'" in fault.remedy()


# -- tables ----------------------------------------------------------------------------------------


def test_a_table_holds_a_number_or_null_for_each_key(small: SmallLibrary) -> None:
    factor = small.open().factor("travel.a_mode")

    assert factor.axes == ("mode",)
    assert factor.values[0].cells == {
        ("walk",): Decimal(0),
        ("bus",): Decimal("0.052"),
        ("metro",): None,
    }


def test_a_table_of_two_axes_nests(small: SmallLibrary) -> None:
    small.change(TABLE, "by: [mode]", "by: [mode, power]")
    small.change(
        TABLE,
        "{walk: 0, bus: 0.052, metro: null}",
        "{bus: {electric: 0.02, diesel: 0.07}, metro: {electric: null}}",
    )

    factor = small.open().factor("travel.a_mode")

    assert factor.values[0].cells == {
        ("bus", "electric"): Decimal("0.02"),
        ("bus", "diesel"): Decimal("0.07"),
        ("metro", "electric"): None,
    }


@pytest.mark.parametrize(
    ("axes", "value", "problem"),
    [
        ("[mode]", "0.05", "its axes are mode"),
        ("[mode]", "{bus: {electric: 0.02}}", "under 'bus' stands no number"),
        ("[mode]", "{bus: fast}", "under 'bus' stands no number"),
        ("[mode, power]", "{bus: 0.02}", "under 'bus' stands no mapping"),
        ("[mode]", "{}", "mode"),
        ("[]", "{bus: 0.02}", "its axes are none"),
    ],
)
def test_a_table_whose_keys_do_not_fit_its_axes_is_refused(
    small: SmallLibrary, axes: str, value: str, problem: str
) -> None:
    small.change(TABLE, "by: [mode]", f"by: {axes}")
    small.change(TABLE, "{walk: 0, bus: 0.052, metro: null}", value)

    fault = next(fault for fault in small.faults() if fault.code == "LIB-211")

    assert small.where(fault) == small.at(TABLE, "value:")
    assert "'travel.a_mode'" in fault.what()
    assert problem in fault.what()
    assert "one level of keys for each name in 'by'" in fault.remedy()


def test_a_table_with_one_number_needs_a_grade(small: SmallLibrary) -> None:
    small.change(TABLE, "    grade: reported\n", "")

    assert small.only_fault().code == "LIB-208"


def test_a_table_of_nulls_alone_needs_no_grade(small: SmallLibrary) -> None:
    small.change(TABLE, "    grade: reported\n", "")
    small.change(TABLE, "{walk: 0, bus: 0.052, metro: null}", "{bus: null, metro: null}")

    assert small.faults() == []


# -- what is kept ----------------------------------------------------------------------------------


def test_a_factor_keeps_unit_grade_wording_source_note_and_place(small: SmallLibrary) -> None:
    # QNT-04: a factor has source, region, year and validity.
    small.change(FACTOR, "    grade: read\n", "    grade: read\n    note: {en: Why., zh: 缘由。}\n")

    factor: Factor = small.open().factor("rates.a_step")

    (value,) = factor.values
    assert (factor.unit.text, factor.title.zh, factor.carry_forward) == (
        "gCO2e/step",
        "每步",
        False,
    )
    assert value.cells == {(): Decimal("0.02")}
    assert (value.region, value.known_since) == ("420100", date(2023, 1, 1))
    assert (value.days.from_day, value.days.until_day) == (date(2022, 8, 25), None)
    assert (value.grade, value.wording) == ("read", "exact")
    assert (value.source.document, value.source.place) == ("a_report", "2.2")
    assert value.note is not None
    assert value.note.zh == "缘由。"
    assert value.place.line == small.at(FACTOR, "value: 0.02")[1]


def test_a_value_whose_wording_is_not_said_is_exact(small: SmallLibrary) -> None:
    assert small.open().factor("travel.a_mode").values[0].wording == "exact"


def test_the_factor_set_names_the_exact_files_of_a_methodology_s_factors(
    small: SmallLibrary,
) -> None:
    # MTH-06: a calculated record pins the factor set that was used.
    first = small.open().methodology("rates.a_bank").factor_set()
    again = small.open().methodology("rates.a_bank").factor_set()
    small.change(TABLE, "0.052", "0.053")
    other_factor_changed = small.open().methodology("rates.a_bank").factor_set()
    small.change(FACTOR, "0.02", "0.03")
    changed = small.open().methodology("rates.a_bank").factor_set()

    assert first == again == other_factor_changed
    assert changed != first
