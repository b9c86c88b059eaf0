"""Histories of a case, and ``supersedes``: what their keys must say."""

from __future__ import annotations

import pytest

from tests.rules.small_library import METHODOLOGY, TRAVEL, SmallLibrary
from tests.rules.small_programme import PROGRAMME, TEXT, programme_faults

HISTORY = "    history:\n      own_steps: {mean: steps, each: [person], days: 7}\n"
WITH = (
    '    formula: {reduction: "steps * per_step"}',
    f'{HISTORY}    formula: {{reduction: "max(otherwise(own_steps, steps), steps) * per_step"}}',
)


def test_a_history_is_an_optional_input_in_the_unit_of_its_mean(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, *WITH)

    (case,) = small.open().methodology("rates.a_bank").cases
    steps, own = case.inputs

    assert (own.name, own.quantity.unit, own.quantity.required) == (
        "own_steps",
        steps.quantity.unit,
        False,
    )
    assert own.history is not None
    assert (own.history.each, own.history.days, own.history.least) == (("person",), 7, 7)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("mean: steps", "mean: rides", "is the mean of 'rides', which is no amount"),
        ("each: [person]", "each: [house]", "is of each house, not of person, asset"),
        ("each: [person]", "each: []", "is of each nothing"),
        ("days: 7", "days: 400", "looks back 400 days"),
        ("days: 7", "days: 1.5", "looks back 1.5 days"),
        ("days: 7", "days: 7, least: 8", "has a 'least'"),
        ("days: 7", "days: 0", "has a 'least'"),
    ],
)
def test_a_history_that_cannot_be_one_is_refused(
    small: SmallLibrary, old: str, new: str, problem: str
) -> None:
    small.change(METHODOLOGY, *WITH)
    small.change(METHODOLOGY, old, new)

    fault = next(fault for fault in small.open().faults() if fault.code == "LIB-312")

    assert problem in fault.what()
    assert "days: 7} for one's own past" in fault.remedy()


def test_a_history_that_nothing_uses_is_refused(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, WITH[0], HISTORY + WITH[0])

    assert small.only_fault().code == "LIB-303"


def test_an_earlier_edition_may_be_superseded(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "standing:", "supersedes: a_city\nstanding:")

    assert list(small.open().faults()) == []


@pytest.mark.parametrize(
    ("file", "supersedes", "problem"),
    [
        (METHODOLOGY, "rates.another", "the library does not have"),
        (METHODOLOGY, "rates.a_bank", "is itself"),
        (TRAVEL, "rates.a_bank", "begins to hold later, from 2022-08-25 on"),
    ],
)
def test_an_edition_that_supersedes_no_earlier_one_is_refused(
    small: SmallLibrary, file: str, supersedes: str, problem: str
) -> None:
    small.change(file, "standing:", f"supersedes: {supersedes}\nstanding:")

    fault = small.only_fault()

    assert fault.code == "LIB-313"
    assert problem in fault.what()
    assert "the edition before it" in fault.remedy()


def test_two_editions_that_supersede_each_other_are_refused(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "valid: {from: 2022-08-25", "valid: {from: 2022-01-01")
    small.change(METHODOLOGY, "standing:", "supersedes: a_city\nstanding:")
    small.change(TRAVEL, "standing:", "supersedes: rates.a_bank\nstanding:")

    faults = list(small.open().faults())

    assert {fault.code for fault in faults} == {"LIB-313"}
    assert all("supersedes it in turn" in fault.what() for fault in faults)


def test_a_programme_cannot_name_a_methodology_that_reads_the_past(small: SmallLibrary) -> None:
    small.write(PROGRAMME, TEXT)
    small.change(METHODOLOGY, *WITH)

    (fault,) = programme_faults(small)

    assert fault.code == "LIB-417"
    assert fault.what().startswith("rates.a_bank reads own_steps from earlier records")
    assert "tanpuhui quantify rates.a_bank FILE" in fault.remedy()
    assert small.where(fault) == small.at(PROGRAMME, "methodology: rates.a_bank")
