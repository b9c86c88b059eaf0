"""What a methodology's file must say: scenes, inputs, conditions, parameters, formulas, limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest

from tanpuhui import formula
from tanpuhui.formula import EXACT, Node
from tanpuhui.rules import Limit, Methodology
from tests.rules.small_library import (
    FACTOR,
    METHODOLOGY,
    TRAVEL,
    TRIP,
    WALK,
    SmallLibrary,
)

SECOND_CASE = """\
  - scenes: [{scene}]
    inputs: [steps]
    parameters: {{per_step: rates.a_step}}
    formula: {{reduction: "steps * per_step"}}
"""


# -- what Done-when names --------------------------------------------------------------------------


def test_a_unit_error_is_refused_with_file_line_and_remedy(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, '"steps * per_step"', '"steps / per_step"')

    fault = small.only_fault()

    assert fault.code == "FML-105"
    assert small.where(fault) == small.at(METHODOLOGY, "formula:")
    assert "step^2/gCO2e where a mass of CO2e" in fault.what()
    assert "whether a factor should divide instead of multiply" in fault.remedy()


def test_a_number_without_its_unit_in_a_condition_is_refused_at_its_line(
    small: SmallLibrary,
) -> None:
    small.change(METHODOLOGY, "steps > 0 step", "steps > 0")

    fault = small.only_fault()

    assert fault.code == "FML-105"
    assert small.where(fault) == small.at(METHODOLOGY, "code: no-steps")
    assert "write '0 step', not '0'" in fault.remedy()


def test_a_factor_whose_unit_is_turned_round_is_refused_where_it_is_used(
    small: SmallLibrary,
) -> None:
    small.change(FACTOR, "unit: gCO2e/step", "unit: step/gCO2e")

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == ("FML-105", small.at(METHODOLOGY, "formula:"))


def test_a_methodology_in_an_unknown_region_is_refused_with_file_line_and_remedy(
    small: SmallLibrary,
) -> None:
    small.change(METHODOLOGY, 'regions: ["420100"]', 'regions: ["420100", "420500"]')

    fault = small.only_fault()

    assert fault.code == "LIB-201"
    assert small.where(fault) == small.at(METHODOLOGY, "regions:")
    assert "'420500' (wanted by rates.a_bank)" in fault.what()
    assert "library/vocabulary/regions.yaml" in fault.remedy()


def test_a_methodology_without_source_is_refused_with_file_line_and_remedy(
    small: SmallLibrary,
) -> None:
    small.change(METHODOLOGY, 'source: {document: a_report, place: "2.2"}\n', "")

    fault = small.only_fault()

    assert fault.code == "LIB-207"
    assert small.where(fault)[0] == METHODOLOGY
    assert fault.place is not None
    assert fault.place.line is not None
    assert "rates.a_bank has no source" in fault.what()
    assert "library/vocabulary/sources.yaml" in fault.remedy()


# -- formulas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("steps * ", "FML-101", 8),
        ("steps * per_mile", "FML-102", 8),
        ("round(steps * per_step)", "FML-103", 0),
        ("min(steps * per_step)", "FML-104", 0),
        ("steps + per_step", "FML-105", 8),
    ],
)
def test_a_formula_with_a_fault_is_refused_at_its_line_and_column(
    small: SmallLibrary, text: str, code: str, column: int
) -> None:
    small.change(METHODOLOGY, "steps * per_step", text)

    fault = small.only_fault()

    assert isinstance(fault, formula.FormulaFault)
    assert (fault.code, fault.at) == (code, column)
    assert small.where(fault) == small.at(METHODOLOGY, "formula:")


def test_a_text_that_the_scene_does_not_know_is_refused_at_its_line(small: SmallLibrary) -> None:
    small.change(TRAVEL, "by_mode[mode]", "if(mode == 'tram', 0 gCO2e/km, by_mode[mode])")

    fault = small.only_fault()

    assert fault.code == "FML-106"
    assert small.where(fault) == small.at(TRAVEL, "activity:")
    assert "walk, bus, metro" in fault.what()


def test_faults_of_two_formulas_of_one_case_are_both_reported(small: SmallLibrary) -> None:
    small.change(TRAVEL, "distance_km * 104 gCO2e/km", "distance_km")
    small.change(TRAVEL, "distance_km * by_mode[mode]", "distance_km * by_mode")

    found = [(fault.code, small.where(fault)) for fault in small.faults()]

    assert found == [
        ("FML-105", small.at(TRAVEL, "baseline:")),
        ("FML-104", small.at(TRAVEL, "activity:")),
    ]


def _grams(tree: Node, **values: Decimal) -> object:
    with localcontext(EXACT):
        return formula.evaluator(tree)(values)


def test_the_reduction_is_baseline_less_activity_where_no_formula_gives_it(
    small: SmallLibrary,
) -> None:
    # QNT-01: reduction = baseline - activity (- leakage).
    small.change(TRAVEL, "distance_km * by_mode[mode]", "distance_km * 52 gCO2e/km")
    small.change(TRAVEL, "inputs: [distance_km, mode]", "inputs: [distance_km]")
    small.change(TRAVEL, "    parameters: {by_mode: travel.a_mode}\n", "")

    (case,) = small.open().methodology("a_city").cases

    # 10 x 104 - 10 x 52 = 520
    assert set(case.trees) == {"baseline", "activity", "reduction"}
    assert set(case.texts) == {"baseline", "activity"}
    assert _grams(case.trees["reduction"], distance_km=Decimal(10)) == 520


def test_leakage_is_taken_off_too(small: SmallLibrary) -> None:
    small.change(
        TRAVEL,
        '      activity: "distance_km * by_mode[mode]"\n',
        '      activity: "distance_km * 52 gCO2e/km"\n      leakage: "distance_km * 2 gCO2e/km"\n',
    )
    small.change(TRAVEL, "inputs: [distance_km, mode]", "inputs: [distance_km]")
    small.change(TRAVEL, "    parameters: {by_mode: travel.a_mode}\n", "")

    (case,) = small.open().methodology("a_city").cases

    # 10 x (104 - 52 - 2) = 500
    assert _grams(case.trees["reduction"], distance_km=Decimal(10)) == 500


def test_a_reduction_that_is_written_out_is_not_computed_again(small: SmallLibrary) -> None:
    small.append(TRAVEL, '      reduction: "distance_km * 50 gCO2e/km"\n')

    (case,) = small.open().methodology("a_city").cases

    assert _grams(case.trees["reduction"], distance_km=Decimal(10)) == 500


def test_an_activity_alone_is_a_footprint_and_reduces_nothing(small: SmallLibrary) -> None:
    small.change(TRAVEL, '      baseline: "distance_km * 104 gCO2e/km"\n', "")

    (case,) = small.open().methodology("a_city").cases

    assert set(case.trees) == {"activity"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{baseline: "steps * per_step"}', "baseline"),
        ('{leakage: "steps * per_step"}', "leakage"),
        ('{baseline: "steps * per_step", leakage: "steps * per_step"}', "baseline, leakage"),
        ("{}", "nothing"),
    ],
)
def test_a_formula_that_gives_no_reduction_is_refused(
    small: SmallLibrary, written: str, said: str
) -> None:
    small.change(METHODOLOGY, '{reduction: "steps * per_step"}', written)

    fault = next(fault for fault in small.faults() if fault.code == "LIB-305")

    assert small.where(fault) == small.at(METHODOLOGY, "formula:")
    assert f"gives {said}." in fault.what()
    assert "'baseline' and 'activity'" in fault.remedy()


# -- scenes, inputs, parameters --------------------------------------------------------------------


def test_a_scene_in_two_cases_is_refused(small: SmallLibrary) -> None:
    small.append(METHODOLOGY, SECOND_CASE.format(scene="walk"))

    fault = small.only_fault()

    assert fault.code == "LIB-301"
    assert small.where(fault) == small.at(METHODOLOGY, "cases:")
    assert "'walk' is in two cases" in fault.what()
    assert "leave it in one" in fault.remedy()


def test_an_input_that_a_scene_does_not_carry_is_refused(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "scenes: [walk]", "scenes: [walk, trip]")

    fault = next(fault for fault in small.faults() if fault.code == "LIB-302")

    assert small.where(fault) == small.at(METHODOLOGY, "inputs:")
    assert "'steps' is no quantity of scene 'trip'" in fault.what()
    assert "or split the case" in fault.remedy()


def test_an_input_with_another_unit_in_another_scene_is_refused(small: SmallLibrary) -> None:
    small.change(TRIP, "distance_km: {unit: km, required: true}", "steps: {unit: km}")
    small.change(METHODOLOGY, "scenes: [walk]", "scenes: [walk, trip]")

    fault = next(
        fault
        for fault in small.faults()
        if fault.code == "LIB-302" and small.where(fault)[0] == METHODOLOGY
    )

    assert "has another unit in one scene than in another" in fault.what()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("scenes: [walk]", "scenes: [wlak]", "scene 'wlak'"),
        ("per_step: rates.a_step", "per_step: rates.a_stpe", "factor 'rates.a_stpe'"),
    ],
)
def test_a_scene_or_a_factor_that_is_not_there_is_refused_where_it_is_named(
    small: SmallLibrary, old: str, new: str, kind: str
) -> None:
    small.change(METHODOLOGY, old, new)

    fault = next(fault for fault in small.faults() if fault.code == "LIB-111")

    assert small.where(fault) == small.at(METHODOLOGY, new)
    assert f"has no {kind}" in fault.what()
    assert "did you mean" in fault.remedy()
    listed = f"'tanpuhui library list --kind {kind.split()[0]}' shows what there is"
    assert listed in fault.remedy()


@pytest.mark.parametrize(
    ("old", "new", "said", "key"),
    [
        (
            "parameters: {per_step: rates.a_step}",
            "parameters: {per_step: rates.a_step, per_walk: rates.a_step}",
            "parameter 'per_walk'",
            "parameters:",
        ),
        (
            '      - {code: no-steps, that: "steps > 0 step"}\n    parameters: '
            '{per_step: rates.a_step}\n    formula: {reduction: "steps * per_step"}',
            '      - {code: no-steps, that: "1 > 0"}\n    parameters: '
            '{per_step: rates.a_step}\n    formula: {reduction: "per_step * 1 step"}',
            "input 'steps'",
            "inputs:",
        ),
    ],
)
def test_an_input_or_a_parameter_that_nothing_uses_is_refused(
    small: SmallLibrary, old: str, new: str, said: str, key: str
) -> None:
    small.change(METHODOLOGY, old, new)

    fault = small.only_fault()

    assert fault.code == "LIB-303"
    assert small.where(fault) == small.at(METHODOLOGY, key)
    assert f"The {said} is used by no formula" in fault.what()
    assert "take it out, or use it" in fault.remedy()


def test_an_input_that_only_a_condition_uses_is_used(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, '"steps * per_step"', '"1 step * per_step"')

    assert small.faults() == []


def test_the_evidence_of_a_record_may_be_an_input(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "inputs: [steps]", "inputs: [steps, evidence]")
    small.change(METHODOLOGY, '"steps * per_step"',
                 "\"if(evidence == 'photo', 0 gCO2e, steps * per_step)\"")  # fmt: skip

    assert small.faults() == []


def test_a_name_that_is_both_an_input_and_a_parameter_is_refused(small: SmallLibrary) -> None:
    small.change(
        METHODOLOGY, "{per_step: rates.a_step}", "{per_step: rates.a_step, steps: rates.a_step}"
    )

    fault = next(fault for fault in small.faults() if fault.code == "LIB-306")

    assert small.where(fault) == small.at(METHODOLOGY, "parameters:")
    assert "'steps' is an input and a parameter" in fault.what()
    assert "give one of the two another name" in fault.remedy()


def test_two_conditions_of_one_code_are_refused(small: SmallLibrary) -> None:
    small.change(
        METHODOLOGY,
        "    parameters: {per_step",
        '      - {code: no-steps, that: "steps < 9 step"}\n    parameters: {per_step',
    )

    fault = small.only_fault()

    assert fault.code == "LIB-306"
    assert small.where(fault) == small.at(METHODOLOGY, "steps < 9 step")
    assert "'no-steps' is the code of two conditions" in fault.what()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (METHODOLOGY, 'regions: ["420100"]', "regions: []"),
        (METHODOLOGY, "scenes: [walk]", "scenes: []"),
    ],
)
def test_a_list_that_must_name_something_is_refused_when_empty(
    small: SmallLibrary, name: str, old: str, new: str
) -> None:
    small.change(name, old, new)

    found = [small.where(fault)[0] for fault in small.faults()]

    assert name in found


def test_a_methodology_without_a_case_is_refused(small: SmallLibrary) -> None:
    at = small.text(METHODOLOGY).index("cases:")
    small.write(METHODOLOGY, small.text(METHODOLOGY)[:at] + "cases: []\n")

    found = [small.where(fault)[0] for fault in small.faults()]

    assert METHODOLOGY in found


# -- limits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        (
            "{each: [person, local_day], reduction: 200 gCO2e}",
            Limit(("person", "local_day"), 200_000, None),
        ),
        (
            "{each: [local_year, person], reduction: 0.5 tCO2e}",
            Limit(("person", "local_year"), 500_000_000, None),
        ),
        ("{each: [record], reduction: 1 mgCO2e}", Limit(("record",), 1, None)),
        ("{each: [asset, local_month], count: 10}", Limit(("asset", "local_month"), None, 10)),
    ],
)
def test_a_limit_says_how_much_for_whom(small: SmallLibrary, written: str, limit: Limit) -> None:
    small.change(METHODOLOGY, "{each: [person, local_day], reduction: 200 gCO2e}", written)

    (case,) = small.open().methodology("rates.a_bank").cases

    assert case.limits == (limit,)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{each: [person]}", "either 'reduction' or 'count'"),
        ("{each: [person], reduction: 1 gCO2e, count: 1}", "either 'reduction' or 'count'"),
        ("{each: [], count: 1}", "not nothing"),
        ("{each: [week], count: 1}", "not week"),
        ("{each: [person], count: 1.5}", "not a whole number from 1"),
        ("{each: [person], count: 0}", "not a whole number from 1"),
        ('{each: [person], reduction: "200"}', "a number and a unit"),
        ("{each: [person], reduction: 200 kg}", "Found kg, wanted gCO2e"),
        ("{each: [person], reduction: 2 gCO2}", "no unit 'gCO2'"),
        ("{each: [person], reduction: 0.0001 gCO2e}", "finer than a milligram"),
        ("{each: [person], reduction: steps * 2}", "a number and a unit"),
        ("{each: [person], reduction: 2 +}", "Found the end"),
    ],
)
def test_a_limit_that_does_not_say_so_is_refused(
    small: SmallLibrary, written: str, problem: str
) -> None:
    small.change(METHODOLOGY, "{each: [person, local_day], reduction: 200 gCO2e}", written)

    fault = small.only_fault()

    assert fault.code == "LIB-304"
    assert small.where(fault) == small.at(METHODOLOGY, "each:")
    assert problem in fault.what()
    assert "{each: [person, local_day], reduction: 200 gCO2e}" in fault.remedy()


def test_a_limit_below_nothing_is_refused(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "reduction: 200 gCO2e", "reduction: -200 gCO2e")

    assert small.only_fault().code == "LIB-304"


def test_a_methodology_may_limit_all_its_cases(small: SmallLibrary) -> None:
    small.append(METHODOLOGY, "limits:\n  - {each: [person, local_year], count: 100}\n")

    methodology = small.open().methodology("rates.a_bank")

    assert methodology.limits == (Limit(("person", "local_year"), None, 100),)


# -- what is kept ----------------------------------------------------------------------------------


@pytest.fixture
def full(small: SmallLibrary) -> Methodology:
    """A methodology with every optional key."""
    small.change(
        METHODOLOGY,
        "text: read\n",
        """\
text: read
number: T/CAS 536-2021
issuer: {en: A society, zh: 某协会}
issued: 2021-12-10
supersedes: rates.old_bank
maps_to: {cdm: AMS-III.C}
gases: [CO2]
scope: {en: Walking., zh: 步行。}
baseline_scenario: {en: By car., zh: 乘车。}
project_scenario: {en: On foot., zh: 步行。}
""",
    )
    small.change(
        METHODOLOGY,
        "until: null}\n",
        "until: null}\ncrediting: {from: 2022-09-01, until: 2024-01-01}\n",
    )
    small.append(
        METHODOLOGY,
        """\
monitoring: [{en: Steps., zh: 步数。}]
quality: [{en: Checked., zh: 已核对。}]
notes: [{en: One., zh: 一。}, {en: Two., zh: 二。}]
""",
    )
    return small.open().methodology("rates.a_bank")


def test_a_methodology_says_its_scope_scenarios_gases_monitoring_and_quality(
    full: Methodology,
) -> None:
    # MTH-04: scope, baseline, formula, factors, monitoring, quality rules, crediting window.
    assert full.scope is not None
    assert full.baseline_scenario is not None
    assert full.project_scenario is not None
    assert (full.scope.zh, full.baseline_scenario.zh) == ("步行。", "乘车。")
    assert full.project_scenario.en == "On foot."
    assert full.gases == ("CO2",)
    assert [words.en for words in full.monitoring] == ["Steps."]
    assert [words.en for words in full.quality] == ["Checked."]
    assert [words.zh for words in full.notes] == ["一。", "二。"]
    assert full.crediting.from_day == date(2022, 9, 1)
    assert full.crediting.until_day == date(2024, 1, 1)


def test_a_methodology_keeps_its_number_verbatim_with_issuer_and_standing(
    full: Methodology,
) -> None:
    # MTH-08: the issuer's numbering is stored verbatim, with issuer and legal status.
    assert full.number == "T/CAS 536-2021"
    assert full.issuer is not None
    assert full.issuer.zh == "某协会"
    assert (full.standing, full.issued) == ("enterprise_algorithm", date(2021, 12, 10))
    assert (full.supersedes, full.maps_to) == ("rates.old_bank", {"cdm": "AMS-III.C"})


def test_a_methodology_without_crediting_window_has_an_open_one(small: SmallLibrary) -> None:
    methodology = small.open().methodology("rates.a_bank")

    assert date.min in methodology.crediting
    assert date.max in methodology.crediting


def test_a_case_is_found_by_its_scene(small: SmallLibrary) -> None:
    methodology = small.open().methodology("rates.a_bank")

    case = methodology.case_of("walk")

    assert case is methodology.cases[0]
    assert methodology.case_of("trip") is None
    assert methodology.scenes() == ("walk",)
    assert list(methodology.factors()) == ["rates.a_step"]


def test_an_input_of_two_scenes_is_required_where_one_requires_it(small: SmallLibrary) -> None:
    ride = small.text(WALK).replace("id: walk", "id: hike")
    small.write("scenes/hike.yaml", ride.replace("required: true", "required: false"))
    small.change(METHODOLOGY, "scenes: [walk]", "scenes: [hike, walk]")

    (case,) = small.open().methodology("rates.a_bank").cases

    assert case.inputs[0].quantity.required is True


def test_a_default_holds_where_all_scenes_of_the_case_share_it(small: SmallLibrary) -> None:
    shared = small.text(WALK).replace("required: true", "required: false, default: 1")
    small.write(WALK, shared)
    small.write("scenes/hike.yaml", shared.replace("id: walk", "id: hike"))
    small.change(METHODOLOGY, "scenes: [walk]", "scenes: [hike, walk]")

    (case,) = small.open().methodology("rates.a_bank").cases

    assert case.inputs[0].quantity.default == 1
    assert case.inputs[0].quantity.required is False


def test_a_default_that_one_scene_lacks_does_not_hold_for_the_case(small: SmallLibrary) -> None:
    optional = small.text(WALK).replace("required: true", "required: false")
    small.write(WALK, optional)
    hike = optional.replace("id: walk", "id: hike").replace("false}", "false, default: 1}")
    small.write("scenes/hike.yaml", hike)
    small.change(METHODOLOGY, "scenes: [walk]", "scenes: [hike, walk]")

    (case,) = small.open().methodology("rates.a_bank").cases

    assert case.inputs[0].quantity.default is None
    assert case.inputs[0].quantity.required is False


def test_a_case_may_accept_some_evidence_only(small: SmallLibrary) -> None:
    small.change(
        METHODOLOGY, "    inputs: [steps]\n", "    inputs: [steps]\n    evidence: [photo]\n"
    )

    (case,) = small.open().methodology("rates.a_bank").cases

    assert case.evidence == ("photo",)


def test_a_gas_is_one_that_inventories_count(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "standing:", "gases: [CO2, CH4]\nstanding:")
    assert small.open().methodology("rates.a_bank").gases == ("CO2", "CH4")

    small.change(METHODOLOGY, "gases: [CO2, CH4]", "gases: [CO2, methane]")

    fault = small.only_fault()
    assert fault.code == "LIB-109"
    assert "use one of: CO2, CH4, N2O" in fault.remedy()
