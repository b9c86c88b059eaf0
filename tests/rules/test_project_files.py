"""What the file of a methodology of projects must say: columns, terms, sums, the formula."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui import rules
from tanpuhui.rules import NotAParameter, Project
from tests.rules.small_library import METHODOLOGY, VECTORS, SmallLibrary

DUMP = """\
id: rates.a_bank
title: {en: A dump, zh: 某填埋场}
standing: parent
text: parent
source: {document: a_report, place: "2.2"}
valid: {from: 2022-08-25, until: null}
regions: ["420100"]
project:
  choices:
    climate: {one_of: [dry, wet], default: wet}
    captured: {unit: share, required: false}
  year:
    open_share: {unit: share}
  rows:
    deposits:
      needed: true
      columns:
        mass_kg: {unit: kg}
      conditions:
        - {code: no-load, that: "mass_kg > 0 kg"}
  parameters: {per_step: rates.a_step}
  conditions:
    - {code: closed, that: "open_share > 0"}
  terms:
    - {id: decayed, unit: kg, sum: "mass_kg * exp(-age / 2 year)", of: deposits, years: until}
    - {id: released, unit: g, is: "decayed * open_share * (1 - otherwise(captured, 0))"}
  formula:
    baseline: "released * if(climate == 'wet', 2 gCO2e/g, 1 gCO2e/g) + 1 step * per_step"
    activity: 0 gCO2e
    discount: "0.15"
"""
VECTOR = """\
methodology: rates.a_bank
vectors:
  - name: a year
    year: 1
    given: [{year: 1, open_share: 1, mass_kg: 1}]
    expect: {reduction_mg: 1700017}
"""


@pytest.fixture
def dump(small: SmallLibrary) -> SmallLibrary:
    """The small library, with a methodology of projects in the place of the bank's."""
    small.write(METHODOLOGY, DUMP)
    small.write(VECTORS, VECTOR)
    return small


def project(small: SmallLibrary) -> Project:
    found = small.open().methodology("rates.a_bank").project
    assert found is not None
    return found


def test_a_project_has_columns_of_three_scopes_and_terms_in_order(dump: SmallLibrary) -> None:
    found = project(dump)

    assert [column.name for column in found.choices] == ["climate", "captured"]
    assert [column.default for column in found.choices] == ["wet", None]
    assert [column.required for column in found.columns()] == [False, False, True, True]
    assert [(term.name, term.of, term.years) for term in found.terms] == [
        ("decayed", "deposits", "until"),
        ("released", None, "this"),
    ]
    assert found.kind("deposits").needed
    assert found.texts["discount"] == "0.15"


def test_cases_and_a_project_in_one_file_are_refused(dump: SmallLibrary) -> None:
    dump.change(METHODOLOGY, "project:", "cases: []\nproject:")
    dump.change(METHODOLOGY, "cases: []", "limits: []")
    assert list(dump.open().faults()) == []

    dump.change(
        METHODOLOGY,
        "limits: []",
        "cases:\n  - {scenes: [walk], inputs: [steps], formula: {reduction: steps * 1 gCO2e/step}}",
    )

    fault = dump.only_fault()
    assert fault.code == "LIB-310"
    assert fault.what() == "rates.a_bank has both cases and a project."
    assert "'project' for the rows of a project" in fault.remedy()


def test_neither_cases_nor_a_project_is_refused(small: SmallLibrary) -> None:
    text = DUMP.split("project:")[0]
    small.write(METHODOLOGY, text)
    small.write(VECTORS, VECTOR)

    assert "LIB-310" in [fault.code for fault in small.open().faults()]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{id: decayed, unit: kg}", "needs either 'is' or 'sum'"),
        ("{id: decayed, unit: kg, is: 1 kg, sum: mass_kg, of: deposits}", "needs either"),
        ("{id: decayed, unit: kg, is: 1 kg, of: deposits}", "is no sum"),
        ("{id: decayed, unit: kg, sum: mass_kg}", "sums rows of None"),
        ("{id: decayed, unit: kg, sum: mass_kg, of: fuels}", "the kinds of row are deposits"),
    ],
)
def test_a_term_that_does_not_say_what_it_is_is_refused_at_its_line(
    dump: SmallLibrary, written: str, problem: str
) -> None:
    line = next(line for line in DUMP.splitlines() if "id: decayed" in line)
    dump.change(METHODOLOGY, line, f"    - {written}")

    fault = next(fault for fault in dump.open().faults() if fault.code == "LIB-311")

    assert problem in fault.what()
    assert dump.where(fault) == dump.at(METHODOLOGY, "id: decayed")
    assert "sum: FORMULA, of: ROWS" in fault.remedy()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("unit: kg, sum", "unit: km, sum", "FML-105"),  # kilograms are no kilometres
        ("(1 - otherwise(captured, 0))", "age", "FML-102"),  # age is known in sums until only
        ("is: \"decayed * open_share", "is: \"mass_kg * open_share", "FML-102"),
        ("sum: \"mass_kg *", "sum: \"open_share * mass_kg *", "FML-102"),  # of which year?
        ("id: released, ", "id: decayed, ", "LIB-306"),
        ("open_share: {unit: share}", "project: {unit: share}", "LIB-306"),
        ('discount: "0.15"', "discount: 1 kg", "FML-105"),
        ("  rows:", "  credited_years: 0\n  rows:", "LIB-107"),
        ("default: wet", "default: damp", "LIB-109"),
        (" + 1 step * per_step", "", "LIB-303"),
    ],
)  # fmt: skip
def test_a_slip_in_a_project_is_a_fault(dump: SmallLibrary, old: str, new: str, code: str) -> None:
    dump.change(METHODOLOGY, old, new)

    assert code in [fault.code for fault in dump.open().faults()]


def test_a_choice_and_a_column_of_the_year_can_be_given_by_hand(dump: SmallLibrary) -> None:
    library = dump.open()
    methodology = library.methodology("rates.a_bank")

    given = {"climate": "dry", "open_share": "0.5", "per_step": "1"}
    found = rules.with_values(methodology, given, library.units).project

    assert found is not None
    assert [column.default for column in found.choices] == ["dry", None]
    assert (found.year[0].default, found.year[0].required) == (Decimal("0.5"), False)
    assert found.parameters["per_step"].values[0].cells == {(): Decimal(1)}


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("climate", "damp", "it is one of dry, wet"),
        ("open_share", "half", "'half' is no number"),
        ("mass_kg", "1", "there is no parameter 'mass_kg'"),
    ],
)
def test_what_a_column_cannot_be_is_refused_by_hand(
    dump: SmallLibrary, name: str, text: str, problem: str
) -> None:
    library = dump.open()

    with pytest.raises(NotAParameter) as caught:
        rules.with_values(library.methodology("rates.a_bank"), {name: text}, library.units)

    assert problem in caught.value.what()
    assert "captured, climate, open_share, per_step" in caught.value.remedy()
