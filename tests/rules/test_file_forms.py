"""The form of every library file: its keys, the kinds of their values, its id."""

from __future__ import annotations

import pytest

from tests.rules.small_library import (
    FACTOR,
    METHODOLOGY,
    SOURCES,
    TABLE,
    TERMS,
    TRIP,
    UNITS,
    VECTORS,
    WALK,
    SmallLibrary,
)


def test_a_library_in_good_form_has_no_fault(small: SmallLibrary) -> None:
    assert small.faults() == []


def test_a_duplicate_key_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(FACTOR, "unit: gCO2e/step\n", "unit: gCO2e/step\nunit: gCO2e/km\n")

    fault = small.only_fault()

    assert fault.code == "LIB-102"
    assert small.where(fault) == small.at(FACTOR, "unit: gCO2e/km")
    assert "'unit' stands here and on line 3" in fault.what()
    assert "keep one of the two" in fault.remedy()


def test_a_word_that_yaml_turns_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, 'regions: ["420100"]', "regions: [010000]")

    fault = small.only_fault()

    assert fault.code == "LIB-103"
    assert small.where(fault) == small.at(METHODOLOGY, "regions:")
    assert 'write "010000" in quotes' in fault.remedy()


@pytest.mark.parametrize(
    ("name", "line", "key"),
    [
        (FACTOR, "unit: gCO2e/step\n", "unit"),
        (FACTOR, "    known_since: 2023-01-01\n", "known_since"),
        (FACTOR, '    region: "420100"\n', "region"),
        (FACTOR, "    from: 2022-08-25\n", "from"),
        (WALK, "period: local_day\n", "period"),
        (WALK, "family: travel\n", "family"),
        (WALK, "evidence: [device_sensor, statement]\n", "evidence"),
        (WALK, "same_act: {by: [reference, period], exclusive_class: steps}\n", "same_act"),
        (METHODOLOGY, "title: {en: A bank, zh: 某银行}\n", "title"),
        (METHODOLOGY, "standing: enterprise_algorithm\n", "standing"),
        (METHODOLOGY, "text: read\n", "text"),
        (METHODOLOGY, "valid: {from: 2022-08-25, until: null}\n", "valid"),
        (METHODOLOGY, 'regions: ["420100"]\n', "regions"),
        (METHODOLOGY, "    inputs: [steps]\n", "inputs"),
        (SOURCES, "    kind: report\n", "kind"),
        (SOURCES, "    title: {en: A report, zh: 一份报告}\n", "title"),
        (TERMS, "    zh: 碳普惠平台\n", "zh"),
        (VECTORS, "methodology: rates.a_bank\n", "methodology"),
    ],
)
def test_a_key_that_must_be_there_is_missed_by_its_name(
    small: SmallLibrary, name: str, line: str, key: str
) -> None:
    small.change(name, line, "")

    missed = [fault for fault in small.faults() if fault.code == "LIB-105"]

    assert [small.where(fault)[0] for fault in missed] == [name]
    assert f"has no '{key}'" in missed[0].what()
    assert missed[0].place is not None
    assert missed[0].place.line is not None
    assert f"add '{key}: …'" in missed[0].remedy()


def test_the_missing_value_of_a_factor_is_missed_by_its_name(small: SmallLibrary) -> None:
    small.change(FACTOR, "  - value: 0.02\n    region", "  - region")

    fault = small.only_fault()

    assert fault.code == "LIB-105"
    assert "has no 'value'" in fault.what()
    assert small.where(fault) == small.at(FACTOR, "region:")


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        (METHODOLOGY, "valid: {from: 2022-08-25, until: null}", "valid: null", "valid"),
        (METHODOLOGY, 'formula: {reduction: "steps * per_step"}', "formula:", "formula"),
        (WALK, "same_act: {by: [reference, period], exclusive_class: steps}", "same_act: null",
         "same_act"),
    ],
)  # fmt: skip
def test_a_key_left_empty_is_missing_and_not_unknown_as_well(
    small: SmallLibrary, name: str, old: str, new: str, key: str
) -> None:
    small.change(name, old, new)

    said = [(fault.code, fault.what()) for fault in small.faults() if f"{key!r}" in fault.what()]

    assert [code for code, _ in said] == ["LIB-105"], said


@pytest.mark.parametrize(
    ("name", "after", "line"),
    [
        (METHODOLOGY, "valid: {from: 2022-08-25, until: null}\n", "crediting: null\n"),
        (METHODOLOGY, "text: read\n", "issuer: null\n"),
        (METHODOLOGY, "text: read\n", "maps_to: null\n"),
        (METHODOLOGY, "text: read\n", "number: null\n"),
        (WALK, "family: travel\n", "source: null\n"),
        (VECTORS, "    given: [{scene: walk, steps: 7250}]\n", "    set: null\n"),
        (FACTOR, "    grade: read\n", "    note: null\n"),
    ],
)
def test_a_key_that_may_be_left_out_may_be_null(
    small: SmallLibrary, name: str, after: str, line: str
) -> None:
    small.change(name, after, after + line)

    assert [str(fault) for fault in small.faults()] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "nearest"),
    [
        (FACTOR, "    grade: read\n", "    grade: read\n    wordings: exact\n", "wording"),
        (METHODOLOGY, "text: read\n", "text: read\nisued: 2022-08-25\n", "issued"),
        (METHODOLOGY, "    inputs: [steps]\n", "    inputs: [steps]\n    limit: 3\n", "limits"),
        (WALK, "period: local_day\n", "period: local_day\nevidences: [photo]\n", "evidence"),
        (TRIP, "most: 1}", "most: 1, requires: true}", "required"),
        (SOURCES, "    url: null\n", "    url: null\n    uri: null\n", "url"),
        (VECTORS, "    refuse: no-steps\n", "    refuse: no-steps\n    show: refusal\n", "shows"),
    ],
)
def test_a_key_that_files_of_this_kind_lack_is_refused_with_the_one_that_was_meant(
    small: SmallLibrary, name: str, old: str, new: str, nearest: str
) -> None:
    small.change(name, old, new)

    fault = small.only_fault()

    assert fault.code == "LIB-106"
    assert small.where(fault)[0] == name
    assert f"did you mean {nearest}" in fault.remedy()
    assert "take it out" in fault.remedy()


def test_a_key_that_resembles_nothing_is_refused_at_its_line(small: SmallLibrary) -> None:
    small.append(METHODOLOGY, "remark: none\n")

    fault = small.only_fault()

    assert fault.code == "LIB-106"
    assert small.where(fault) == small.at(METHODOLOGY, "remark:")
    assert "put remarks into a comment or into 'notes'" in fault.remedy()


@pytest.mark.parametrize(
    ("name", "old", "new", "found", "wanted"),
    [
        (FACTOR, "value: 0.02", "value: two", "the text 'two'", "a number, or null"),
        (FACTOR, 'region: "420100"', "region: 420100", "the number 420100", "a text"),
        (FACTOR, "from: 2022-08-25", "from: 2022", "the number 2022", "a day such as"),
        (FACTOR, "title: {en: A step, zh: 每步}", "title: Step", "the text 'Step'", "a mapping"),
        (TABLE, "by: [mode]", "by: mode", "the text 'mode'", "a list"),
        (WALK, "required: true", "required: 1", "the number 1", "true or false"),
        (WALK, "evidence: [device_sensor, statement]", "evidence: [gossip]", "a list",
         "a list of fare_record"),
        (WALK, "by: [reference, period]", "by: [hour]", "a list", "a list of reference"),
        (METHODOLOGY, "text: read", "text: read\nissued: soon", "the text 'soon'", "a day"),
        (METHODOLOGY, "inputs: [steps]", "inputs: [[steps]]", "a list", "a list of texts"),
        (METHODOLOGY, "text: read", "text: read\nnotes: [one]", "the text 'one'",
         "a list of mappings"),
        (VECTORS, "reduction_mg: 145000,", "reduction_mg: 145000.5,", "145000.5", "a whole number"),
        (VECTORS, "steps: 7250", "steps: [7250]", "a list", "a single value"),
        (SOURCES, 'date: "2023-05"', "date: 2023", "the number 2023", "a day, or"),
    ],
)  # fmt: skip
def test_a_value_of_another_form_is_refused_with_what_was_found_and_what_was_wanted(
    small: SmallLibrary, name: str, old: str, new: str, found: str, wanted: str
) -> None:
    small.change(name, old, new)

    fault = next(fault for fault in small.faults() if fault.code == "LIB-107")

    assert small.where(fault) == small.at(name, new.splitlines()[-1])
    assert f"is {found}; {wanted}" in fault.what()
    assert "write the value in the wanted form" in fault.remedy()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (FACTOR, "id: rates.a_step", "id: rates.b_step"),
        (WALK, "id: walk", "id: stroll"),
        (METHODOLOGY, "id: rates.a_bank", "id: a_bank"),
        (VECTORS, "methodology: rates.a_bank", "methodology: rates.b_bank"),
    ],
)
def test_an_id_that_is_not_the_path_is_refused(
    small: SmallLibrary, name: str, old: str, new: str
) -> None:
    small.change(name, old, new)

    fault = small.only_fault()

    assert fault.code == "LIB-108"
    assert small.where(fault) == small.at(name, new)
    assert old.split(": ")[1] in fault.what()
    assert "or move the file" in fault.remedy()


@pytest.mark.parametrize(
    ("name", "old", "new", "choice"),
    [
        (FACTOR, "grade: read", "grade: guessed", "third_party"),
        (FACTOR, "wording: exact", "wording: precise", "at_least"),
        (WALK, "family: travel", "family: sport", "digital_finance"),
        (WALK, "period: local_day", "period: week", "interval_of_days"),
        (METHODOLOGY, "standing: enterprise_algorithm", "standing: rumour", "published_rate"),
        (METHODOLOGY, "text: read", "text: skimmed", "reconstructed"),
        (SOURCES, "kind: report", "kind: leaflet", "normative_document"),
        (SOURCES, "read: whole", "read: never", "secondary"),
        (TERMS, "in: code", "in: speech", "text"),
        (VECTORS, "refuse: no-steps", "refuse: no-steps\n    shows: everything", "rounding"),
    ],
)
def test_a_value_outside_a_closed_set_is_refused_with_the_set(
    small: SmallLibrary, name: str, old: str, new: str, choice: str
) -> None:
    small.change(name, old, new)

    fault = small.only_fault()

    assert fault.code == "LIB-109"
    assert small.where(fault) == small.at(name, new.splitlines()[-1].strip())
    assert fault.remedy().startswith("use one of: ")
    assert choice in fault.remedy()


def test_two_faults_in_one_file_are_both_reported(small: SmallLibrary) -> None:
    small.change(FACTOR, "    grade: read\n", "")
    small.change(FACTOR, 'region: "420100"', 'region: "429999x"')

    faults = small.faults()

    assert sorted(fault.code for fault in faults) == ["LIB-201", "LIB-208"]
    assert {small.where(fault)[0] for fault in faults} == {FACTOR}


def test_faults_in_several_files_are_all_reported(small: SmallLibrary) -> None:
    small.change(FACTOR, "    grade: read\n", "")
    small.change(TRIP, "family: travel", "family: sport")
    small.change(VECTORS, "refuse: no-steps", "refused: no-steps")

    found = {(fault.code, small.where(fault)[0]) for fault in small.faults()}

    assert {("LIB-208", FACTOR), ("LIB-109", TRIP), ("LIB-106", VECTORS)} <= found


def test_a_fault_of_a_file_that_several_others_need_is_reported_once(small: SmallLibrary) -> None:
    small.write("methodologies/rates/b_bank.yaml", small.text(METHODOLOGY).replace("a_b", "b_b"))
    small.write(
        "methodologies/rates/b_bank.vectors.yaml", small.text(VECTORS).replace("a_b", "b_b")
    )
    small.change(FACTOR, "    grade: read\n", "")

    assert [fault.code for fault in small.faults()] == ["LIB-208"]


def test_a_vocabulary_that_cannot_be_read_is_the_only_thing_reported(small: SmallLibrary) -> None:
    small.write(UNITS, "units: [")
    small.change(FACTOR, "    grade: read\n", "")

    fault = small.only_fault()

    assert (fault.code, small.where(fault)[0]) == ("LIB-101", UNITS)
