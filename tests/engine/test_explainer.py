"""Explanations: the formula as a sentence with its numbers, the factors, where they come from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tanpuhui import rules
from tanpuhui.engine import Explainer, Explanation, shown
from tanpuhui.rules import ParameterWithoutValue
from tanpuhui.terms import DayRange, UnknownRegion
from tests.conformance.trial_library import LIBRARY

DAY = date(2024, 6, 1)


def explained(methodology: str, **record: Any) -> Explanation:
    found = LIBRARY.methodology(methodology)
    usual = {"scene": found.scenes()[0], "region": found.regions[0], "day": DAY}
    return Explainer(found, LIBRARY).explain({**usual, **record})


def english(methodology: str, output: Any = "reduction", **record: Any) -> str:
    return explained(methodology, **record).sentences[output].en


# -- sentences -------------------------------------------------------------------------------------


def test_a_sentence_has_the_formula_its_numbers_and_its_result_in_both_languages() -> None:
    found = explained("rates.hankou_2022", steps=Decimal(7250), day=date(2023, 6, 1))

    assert found.sentences["reduction"].en == (
        "reduction = 7,250 step × 0.02 gCO2e/step = 145 gCO2e"
    )
    assert found.sentences["reduction"].zh == (
        "减排量 = 7,250 步 × 0.02 克二氧化碳当量/步 = 145 克二氧化碳当量"
    )


@pytest.mark.parametrize(
    ("methodology", "record", "sentence"),
    [
        (
            "trial.lookup",
            {"distance_km": 10, "mode": "metro"},
            "reduction = 10 km × (44.6 gCO2e/km − 21.2 gCO2e/km) = 234 gCO2e",
        ),
        (
            "trial.precedence",
            {"a": 1, "x": 3, "z": 2},
            "reduction = 1 gCO2e × (−3^2 + 12 ÷ 3 ÷ 2 − (3 − 2) − 1 + 2^(3^2)) = 503 gCO2e",
        ),
        (
            "trial.smallest",
            {"a": 3, "b": 2, "c": 1},
            "reduction = (the smaller of 3 gCO2e, 2 gCO2e, 1 gCO2e) = 1 gCO2e",
        ),
        (
            "trial.choice",
            {"a": 5, "x": 2},
            "reduction = (if 2 > 1, then 5 gCO2e, else —) = 5 gCO2e",
        ),
        (
            "trial.otherwise",
            {"a": 6, "b": 1},
            "reduction = (6 gCO2e ÷ —, or else 1 gCO2e) = 1 gCO2e",
        ),
        ("trial.minus", {"a": 2, "b": 3}, "reduction = 2 gCO2e − 3 gCO2e = -1 gCO2e"),
    ],
)
def test_a_sentence_reads_like_the_formula_with_numbers_for_names(
    methodology: str, record: dict[str, Any], sentence: str
) -> None:
    given = {k: Decimal(v) if isinstance(v, int) else v for k, v in record.items()}

    assert english(methodology, **given) == sentence


def test_a_pure_number_has_no_unit_in_either_language() -> None:
    found = explained("trial.precedence", a=Decimal(1), x=Decimal(3), z=Decimal(2))

    assert found.sentences["reduction"].zh == (
        "减排量 = 1 克二氧化碳当量 × (−3^2 + 12 ÷ 3 ÷ 2 − (3 − 2) − 1 + 2^(3^2))"
        " = 503 克二氧化碳当量"
    )


def test_a_reduction_that_is_a_difference_says_so_with_the_exact_amounts() -> None:
    found = explained("trial.outputs", distance_km=Decimal("0.0101"))

    assert list(found.sentences) == ["baseline", "activity", "leakage", "reduction"]
    assert found.sentences["baseline"].en == "baseline = 0.0101 km × 135 gCO2e/km = 1.363 gCO2e"
    assert found.sentences["reduction"].en == (
        "reduction = 1.3635 gCO2e − 0.45046 gCO2e − 0.333333333 gCO2e = 0.579 gCO2e"
    )


def test_a_large_result_is_told_in_tonnes_too() -> None:
    sentence = english(
        "mobility.shared_cycling.edc_cec_2021",
        scene="shared_bike_ride",
        distance_km=Decimal(71_200_000),
    )

    # 71.2 million km x 48.70 g; the factor keeps the digits of its source.
    assert sentence == (
        "reduction = 71,200,000 km × 48.70 gCO2e/km = 3,467,440,000 gCO2e (3,467.44 t)"
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("1234567.5", "1,234,567.5"),
        ("1E+3", "1,000"),
        ("0.100", "0.1"),
        ("1E-7", "0.0000001"),
        ("0.33333333333333", "0.333333333"),
        ("-1000.10", "-1,000.1"),
        ("100", "100"),
    ],
)
def test_a_number_is_shown_as_people_write_it(number: str, text: str) -> None:
    assert shown(Decimal(number)) == text


# -- factors and sources ---------------------------------------------------------------------------


def test_every_factor_comes_with_its_value_unit_days_grade_and_source() -> None:
    found = explained("rates.hankou_2022", steps=Decimal(7250), day=date(2023, 6, 1))

    (used,) = found.factors
    assert (used.parameter, used.factor, used.keys) == ("per_step", "rates.hankou_step", ())
    assert (used.value, used.unit) == (Decimal("0.02"), "gCO2e/step")
    assert used.written.region == "420100"
    assert used.written.days == DayRange(date(2022, 8, 25), None)
    assert used.written.grade == "read"
    assert (used.written.source.document, used.written.source.place) == (
        "ccpr_report_2023",
        "2.2.2.8",
    )
    assert used.document.zh == "中国碳普惠发展与实践案例研究报告"
    assert used.title.zh == "汉口银行 每步减碳贡献"


def test_a_table_gives_each_of_its_cells_that_were_used() -> None:
    found = explained("trial.lookup", distance_km=Decimal(1), mode="metro")

    assert [(used.keys, used.value) for used in found.factors] == [
        (("bus",), Decimal("44.6")),
        (("metro",), Decimal("21.2")),
    ]


def test_a_cell_without_value_is_told_where_the_formula_found_a_way_out() -> None:
    found = explained("trial.lookup_otherwise", distance_km=Decimal(2), mode="boat")

    assert found.mg == {"reduction": 14_000}
    assert [(used.keys, used.value) for used in found.factors] == [(("boat",), None)]


def test_a_look_up_without_key_has_a_way_out_too() -> None:
    found = explained("trial.lookup_otherwise", distance_km=Decimal(2))

    assert found.mg == {"reduction": 14_000}
    # What is joined and printed must be text.
    assert all(isinstance(key, str) for used in found.factors for key in used.keys)


@pytest.mark.parametrize(
    ("region", "day", "value", "of_region"),
    [
        ("420106", date(2024, 12, 31), 4, "420100"),
        ("420106", date(2025, 1, 1), 3, "420000"),
        ("110105", date(2024, 6, 1), 2, "100000"),
    ],
)
def test_the_value_in_force_is_told_with_the_region_that_it_is_of(
    region: str, day: date, value: int, of_region: str
) -> None:
    found = explained("trial.regional", distance_km=Decimal(1), region=region, day=day)

    (used,) = found.factors
    assert (used.value, used.written.region) == (Decimal(value), of_region)
    assert found.mg == {"reduction": value * 1000}


def test_one_explainer_tells_modes_regions_and_days_apart() -> None:
    explainer = Explainer(LIBRARY.methodology("trial.regional_table"), LIBRARY)
    usual = {"scene": "trial", "distance_km": Decimal(1)}

    found = [
        explainer.explain({**usual, "region": region, "day": day, "mode": mode})
        for region in ("420106", "110105")
        for day in (date(2024, 12, 31), date(2025, 1, 1))
        for mode in ("bus", "metro")
    ]

    values = [[used.value for used in one.factors] for one in found]
    ten, twenty = [Decimal(10)], [Decimal(20)]
    assert values == [[Decimal(5)], [], ten, twenty, ten, twenty, ten, twenty]
    assert [one.refused for one in found].count("no-value-per_km") == 1


def test_a_value_given_by_hand_is_told_as_such() -> None:
    methodology = rules.with_values(
        LIBRARY.methodology("trial.without_value"), {"per_km": "5"}, LIBRARY.units
    )

    found = Explainer(methodology, LIBRARY).explain(
        {"scene": "trial", "region": "100000", "day": DAY, "distance_km": Decimal(2)}
    )

    (used,) = found.factors
    assert found.mg == {"reduction": 10_000}
    assert (used.value, used.written.grade) == (Decimal(5), "assumed")
    assert used.document.en == "given by hand"


def test_an_explanation_as_it_was_known_tells_the_value_of_then() -> None:
    methodology = LIBRARY.methodology("trial.restated")
    record = {"scene": "trial", "region": "100000", "day": date(2024, 8, 1)}
    record |= {"distance_km": Decimal(1)}

    before, after = (
        Explainer(methodology, LIBRARY, known_on=known_on).explain(record)
        for known_on in (date(2025, 2, 28), None)
    )

    assert [used.value for used in before.factors] == [Decimal(10)]
    assert [used.value for used in after.factors] == [Decimal(12)]


# -- refusals --------------------------------------------------------------------------------------


def test_a_refused_record_has_its_code_and_what_the_methodology_says_of_it() -> None:
    found = explained("trial.conditions", a=Decimal(0), x=Decimal(1))

    assert found.refused == "no-a"
    assert found.refused_because is not None
    assert found.refused_because.en == "a must be more than nothing"
    assert found.refused_because.zh == "a须大于零"
    assert (dict(found.mg), dict(found.sentences), found.factors) == ({}, {}, ())


def test_a_condition_that_says_nothing_is_told_as_it_is_written() -> None:
    found = explained("trial.conditions", a=Decimal(101), x=Decimal(1))

    assert found.refused_because is not None
    assert "a <= 100 gCO2e" in found.refused_because.en
    assert "a <= 100 gCO2e" in found.refused_because.zh


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"scene": "elsewhere"}, "scene-not-covered"),
        ({"region": "110000"}, "region-not-covered"),
        ({"day": date(2023, 12, 31)}, "outside-validity"),
        ({"mode": None}, "missing-mode"),
    ],
)
def test_a_refusal_that_is_no_condition_has_its_code_alone(
    record: dict[str, Any], code: str
) -> None:
    good = {"distance_km": Decimal(5), "mode": "bus", "region": "420106"}

    found = explained("trial.refusals", **{**good, **record})

    assert (found.refused, found.refused_because) == (code, None)


def test_a_region_that_does_not_exist_is_a_fault_of_whoever_asks() -> None:
    with pytest.raises(UnknownRegion):
        explained("trial.plus", a=Decimal(1), b=Decimal(1), region="990000")


def test_a_county_is_called_by_its_city() -> None:
    found = explained("trial.plus", a=Decimal(1), b=Decimal(1), region="420106")

    assert (found.region.en, found.region.zh) == ("Wuhan", "武汉市")


def test_a_methodology_that_lacks_a_value_cannot_be_explained() -> None:
    with pytest.raises(ParameterWithoutValue):
        Explainer(LIBRARY.methodology("trial.without_value"), LIBRARY)
