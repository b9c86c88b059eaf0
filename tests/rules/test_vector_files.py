"""Worked vectors beside a methodology: what their file says, and what it must say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tanpuhui import engine, quantify
from tests.rules.small_library import METHODOLOGY, TRAVEL_VECTORS, VECTORS, SmallLibrary


def test_a_vector_holds_its_records_and_what_comes_of_them(small: SmallLibrary) -> None:
    first, second = small.open().vectors("rates.a_bank")

    assert first.name == "seven thousand two hundred and fifty steps earn 145 g"
    assert first.given == ({"scene": "walk", "steps": Decimal(7250)},)
    assert first.expect == {"reduction_mg": 145_000, "credited_mg": 145_000}
    assert (first.refuse, first.region, first.day, first.set) == (None, None, None, {})
    assert (second.refuse, second.expect) == ("no-steps", {})
    assert first.place.line == small.at(VECTORS, "name: seven")[1]


def test_a_vector_shows_an_ordinary_case_and_a_refusal_where_it_refuses(
    small: SmallLibrary,
) -> None:
    first, second = small.open().vectors("rates.a_bank")

    assert (first.shows, second.shows) == ("ordinary", "refusal")


def test_a_vector_may_say_where_when_with_which_values_and_what_was_printed(
    small: SmallLibrary,
) -> None:
    small.append(
        VECTORS,
        """\
  - name: the printed example
    shows: published
    region: "420106"
    day: 2023-01-02
    set: {per_step: 0.03 gCO2e/step}
    given: [{steps: 100, person: p1, reference: r1}]
    expect: {reduction_mg: 3000}
    published:
      reduction: 2.9 gCO2e
      says: {en: It was cut., zh: 已截断。}
""",
    )

    vector = small.open().vectors("rates.a_bank")[2]

    assert (vector.shows, vector.region, vector.day) == ("published", "420106", date(2023, 1, 2))
    assert vector.set == {"per_step": "0.03 gCO2e/step"}
    assert vector.given == ({"steps": Decimal(100), "person": "p1", "reference": "r1"},)
    assert vector.published is not None
    assert vector.published.en == "2.9 gCO2e: It was cut."
    assert vector.published.zh == "2.9 gCO2e：已截断。"


def test_a_methodology_without_vectors_beside_it_is_refused(small: SmallLibrary) -> None:
    # MTH-12: a methodology comes with test vectors, so that others reproduce the same figure.
    small.remove(VECTORS)

    fault = small.only_fault()

    assert fault.code == "LIB-307"
    assert small.where(fault)[0] == METHODOLOGY
    assert fault.what().endswith("rates/a_bank.vectors.yaml.")
    assert "an ordinary, a boundary, a rounding and a refusal case" in fault.remedy()
    assert small.open().vectors("rates.a_bank") == ()


def test_an_empty_list_of_vectors_is_none(small: SmallLibrary) -> None:
    small.write(VECTORS, "methodology: rates.a_bank\nvectors: []\n")

    assert small.only_fault().code == "LIB-307"


def test_a_vector_that_expects_nothing_and_refuses_nothing_is_refused(small: SmallLibrary) -> None:
    small.change(VECTORS, "    refuse: no-steps\n", "")

    fault = small.only_fault()

    assert fault.code == "LIB-105"
    assert small.where(fault) == small.at(VECTORS, "name: a day")
    assert "has no 'expect'" in fault.what()


def test_a_vector_that_both_expects_and_refuses_is_refused(small: SmallLibrary) -> None:
    small.change(
        VECTORS, "    refuse: no-steps\n", "    refuse: no-steps\n    expect: {reduction_mg: 1}\n"
    )

    fault = small.only_fault()

    assert small.where(fault)[0] == VECTORS


def test_a_vector_without_records_shows_nothing_and_is_refused(small: SmallLibrary) -> None:
    small.change(VECTORS, "given: [{scene: walk, steps: 0}]", "given: []")

    fault = small.only_fault()

    assert small.where(fault)[0] == VECTORS


# -- vectors that the engine does not meet ---------------------------------------------------------


def _failures(small: SmallLibrary, methodology: str = "rates.a_bank") -> list[str]:
    backend = engine.open_backend("reference")
    return [str(fault) for fault in quantify.failing_vectors(small.open(), methodology, backend)]


def test_vectors_worked_right_all_hold(small: SmallLibrary) -> None:
    assert _failures(small) == []
    assert _failures(small, "a_city") == []


def test_a_vector_and_the_engine_that_disagree_are_told_with_both_figures(
    small: SmallLibrary,
) -> None:
    small.change(VECTORS, "reduction_mg: 145000,", "reduction_mg: 145001,")
    backend = engine.open_backend("reference")

    (fault,) = quantify.failing_vectors(small.open(), "rates.a_bank", backend)

    # 7,250 steps x 0.02 g = 145 g
    assert fault.code == "LIB-308"
    assert small.where(fault) == small.at(VECTORS, "name: seven")
    assert "expected reduction_mg 145,001 mg" in fault.what()
    assert ("Reference", "145,000 mg") in tuple(fault.details())
    assert "work the case by hand again" in fault.remedy()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("refuse: no-steps", "refuse: missing-steps", "Reference  no-steps"),
        ("steps: 0}", "steps: 1}", "Reference  counted"),
        ("steps: 7250}", "steps: 0}", "Reference  refusal no-steps"),
        ("credited_mg: 145000", "credited_mg: 144999", "Reference  145,000 mg"),
        ("reduction_mg: 145000,", "baseline_mg: 145000,", "Reference  nothing"),
    ],
)
def test_a_vector_fails_on_another_code_another_outcome_or_another_column(
    small: SmallLibrary, old: str, new: str, said: str
) -> None:
    small.change(VECTORS, old, new)

    (failure,) = _failures(small)

    assert "LIB-308" in failure
    assert said in failure


def test_a_vector_whose_values_cannot_be_set_fails_and_does_not_stop_the_others(
    small: SmallLibrary,
) -> None:
    small.change(VECTORS, "    given: [{scene: walk, steps: 7250}]",
                 "    set: {per_mile: 3}\n    given: [{scene: walk, steps: 7250}]")  # fmt: skip

    (failure,) = _failures(small)

    assert "per_mile" in failure
    assert f"{VECTORS}:" in failure


def test_a_vector_sums_over_its_records_and_each_is_limited_in_turn(small: SmallLibrary) -> None:
    # 6,000 x 0.02 = 120 g and 5,000 x 0.02 = 100 g: 220 g, of which the limit leaves 200 g.
    small.change(VECTORS, "[{scene: walk, steps: 7250}]", "[{steps: 6000}, {steps: 5000}]")
    small.change(VECTORS, "145000, credited_mg: 145000", "220000, credited_mg: 200000")

    assert _failures(small) == []


def test_a_parameter_set_in_a_vector_holds_for_that_vector_alone(small: SmallLibrary) -> None:
    # 10 km x 32 g/km = 320 g by metro, of 10 x 104 = 1,040 g
    small.append(
        TRAVEL_VECTORS,
        """\
  - name: ten kilometres by metro
    set: {by_mode.metro: 32 gCO2e/km}
    given: [{distance_km: 10, mode: metro}]
    expect: {activity_mg: 320000, reduction_mg: 720000}
  - name: without the value a metro ride is refused
    given: [{distance_km: 10, mode: metro}]
    refuse: no-value-by_mode
""",
    )

    assert _failures(small, "a_city") == []
