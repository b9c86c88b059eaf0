"""The figures that the issue names, by the judge and in the explanation that a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from tanpuhui.engine import Explainer, Judge, plan_of
from tanpuhui.formula import EXACT
from tanpuhui.rules import Library


@dataclass(frozen=True)
class Golden:
    """A record, what it reduces, and what its explanation must say."""

    methodology: str
    record: dict[str, Any]
    reduction_mg: int
    english: str
    chinese: str
    factor: str
    value: str
    document: str

    def __str__(self) -> str:
        return self.english


def _record(scene: str, region: str, day: date, **quantities: Any) -> dict[str, Any]:
    return {"scene": scene, "region": region, "day": day, **quantities}


SHENZHEN = ("440300", date(2022, 9, 23))
CHINA = ("100000", date(2021, 10, 1))
WUHAN = ("420106", date(2023, 1, 1))
GOLDEN = [
    # 10 km x 46.7 g/pkm = 467 g
    Golden(
        "mobility.public_transport.sz_2021",
        _record("metro_ride", *SHENZHEN, distance_km=Decimal(10)),
        467_000,
        "reduction = 10 km × 46.7 gCO2e/pkm = 467 gCO2e",
        "减排量 = 10 公里 × 46.7 克二氧化碳当量/人公里 = 467 克二氧化碳当量",
        "mobility.shenzhen_metro_reduction", "46.7", "sz_commercial_daily_2022",
    ),
    # 10 km x 26.9 g/pkm = 269 g
    Golden(
        "mobility.public_transport.sz_2021",
        _record("bus_ride", *SHENZHEN, distance_km=Decimal(10), power="electric"),
        269_000,
        "reduction = 10 km × 26.9 gCO2e/pkm = 269 gCO2e",
        "减排量 = 10 公里 × 26.9 克二氧化碳当量/人公里 = 269 克二氧化碳当量",
        "mobility.shenzhen_electric_bus_reduction", "26.9", "sz_commercial_daily_2022",
    ),
    # 71,200,000 km x 48.70 g/km = 3,467,440,000 g = 3,467.44 t
    Golden(
        "mobility.shared_cycling.edc_cec_2021",
        _record("shared_bike_ride", *CHINA, distance_km=Decimal(71_200_000)),
        3_467_440_000_000,
        "reduction = 71,200,000 km × 48.70 gCO2e/km = 3,467,440,000 gCO2e (3,467.44 t)",
        "减排量 = 71,200,000 公里 × 48.70 克二氧化碳当量/公里"
        " = 3,467,440,000 克二氧化碳当量 (3,467.44 t)",
        "mobility.shared_bike_edc_cec", "48.70", "ccpr_report_2023",
    ),
    # 7,250 steps x 0.02 g = 145 g
    Golden(
        "rates.hankou_2022",
        _record("walk", *WUHAN, steps=Decimal(7250)),
        145_000,
        "reduction = 7,250 step × 0.02 gCO2e/step = 145 gCO2e",
        "减排量 = 7,250 步 × 0.02 克二氧化碳当量/步 = 145 克二氧化碳当量",
        "rates.hankou_step", "0.02", "ccpr_report_2023",
    ),
    # 10,001 steps x 0.02 g = 200.02 g, before the daily limit of 200 g
    Golden(
        "rates.hankou_2022",
        _record("walk", *WUHAN, steps=Decimal(10_001)),
        200_020,
        "reduction = 10,001 step × 0.02 gCO2e/step = 200.02 gCO2e",
        "减排量 = 10,001 步 × 0.02 克二氧化碳当量/步 = 200.02 克二氧化碳当量",
        "rates.hankou_step", "0.02", "ccpr_report_2023",
    ),
    # one order x 365.07 g
    Golden(
        "food.small_portion.caas_2023",
        _record("small_portion", "310100", date(2023, 7, 1), item_count=Decimal(1)),
        365_070,
        "reduction = 1 item × 365.07 gCO2e/order = 365.07 gCO2e",
        "减排量 = 1 件 × 365.07 克二氧化碳当量/单 = 365.07 克二氧化碳当量",
        "food.small_portion_order", "365.07", "caas_small_portion_2023",
    ),
]  # fmt: skip


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_the_judge_gives_the_published_figure_to_the_milligram(
    library: Library, golden: Golden
) -> None:
    # QNT-02: exact decimal arithmetic; the exact grams are those of the comment above.
    plan = plan_of(library.methodology(golden.methodology), library.regions)

    with localcontext(EXACT):
        judged = Judge(plan).judge(golden.record)

    assert judged.refused is None
    assert judged.mg == {"reduction": golden.reduction_mg}
    assert judged.grams == {"reduction": Decimal(golden.reduction_mg) / 1000}


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_the_explanation_says_the_figure_the_factor_and_its_source(
    library: Library, golden: Golden
) -> None:
    # MTH-04, QNT-04: the factor is shown with its value, unit, document and grade.
    explainer = Explainer(library.methodology(golden.methodology), library)

    explanation = explainer.explain(golden.record)

    sentence = explanation.sentences["reduction"]
    assert (sentence.en, sentence.zh) == (golden.english, golden.chinese)
    (used,) = explanation.factors
    assert (used.factor, str(used.value)) == (golden.factor, golden.value)
    assert used.written.source.document == golden.document
    assert used.document == library.documents[golden.document].title
    assert used.written.grade in ("read", "reported")


def test_seventy_one_million_kilometres_are_told_in_tonnes(library: Library) -> None:
    (golden,) = (golden for golden in GOLDEN if "shared_cycling" in golden.methodology)
    explainer = Explainer(library.methodology(golden.methodology), library)

    explanation = explainer.explain(golden.record)

    assert explanation.sentences["reduction"].zh.endswith("(3,467.44 t)")


def test_a_double_from_a_file_gives_the_same_figure_as_the_written_number(
    library: Library,
) -> None:
    # 3 x 48.70 = 146.1 g; as doubles 3 x 48.7 is 146.10000000000002.
    plan = plan_of(library.methodology("mobility.shared_cycling.edc_cec_2021"), library.regions)
    record = _record("shared_bike_ride", *CHINA)

    with localcontext(EXACT):
        found = [
            Judge(plan).judge({**record, "distance_km": three}).mg["reduction"]
            for three in (3, 3.0, Decimal(3))
        ]

    assert found == [146_100] * 3


@pytest.mark.parametrize(
    ("distance_km", "reduction_mg"),
    [
        # x 46.7 g: 146.712253 g is cut to the milligram
        ("3.14159", 146_712),
        # 0.0467 g = 46.7 mg is cut to 46
        ("0.001", 46),
        # 0.000021 km = 2.1 cm: 0.9807 mg, nothing is left
        ("0.000021", 0),
        # 46.7 / 46.7: the last digit of 1/46.7 is cut, the result is snapped to a whole gram
        ("0.0214132762312633832976", 1_000),
    ],
)
def test_what_is_below_a_milligram_is_cut_and_never_rounded_up(
    library: Library, distance_km: str, reduction_mg: int
) -> None:
    # QNT-01: rounding is never upward.
    plan = plan_of(library.methodology("mobility.public_transport.sz_2021"), library.regions)
    record = _record("metro_ride", *SHENZHEN, distance_km=Decimal(distance_km))

    with localcontext(EXACT):
        judged = Judge(plan).judge(record)

    assert judged.mg == {"reduction": reduction_mg}


def test_the_reduction_is_baseline_less_activity_and_both_are_told(library: Library) -> None:
    # QNT-01. 10 x 104 = 1,040 g; 10 x 32 = 320 g; 720 g
    explainer = Explainer(
        library.methodology("mobility.low_carbon_travel.db11t_3043_2024"), library
    )
    record = _record(
        "navigated_trip", "110105", date(2025, 1, 1), distance_km=Decimal(10), mode="metro"
    )

    explanation = explainer.explain(record)

    assert explanation.mg == {"baseline": 1_040_000, "activity": 320_000, "reduction": 720_000}
    assert explanation.sentences["reduction"].en == (
        "reduction = 1,040 gCO2e − 320 gCO2e = 720 gCO2e"
    )
    assert [(used.parameter, used.keys) for used in explanation.factors] == [
        ("baseline_factor", ()),
        ("mode_factor", ("metro",)),
    ]


@pytest.mark.parametrize(
    ("methodology", "record", "code"),
    [
        # MTH-07: the crediting window is enforced on the day of the act.
        ("mobility.public_transport.sz_2021",
         _record("metro_ride", "440300", date(2020, 12, 31), distance_km=10), "outside-validity"),
        ("rates.hankou_2022",
         _record("walk", "420100", date(2022, 8, 24), steps=100), "outside-validity"),
        ("rates.hankou_2022",
         _record("walk", "420500", date(2023, 1, 1), steps=100), "region-not-covered"),
        ("mobility.public_transport.sz_2021",
         _record("bus_ride", *SHENZHEN, distance_km=10, power="diesel"), "not-electric"),
        ("food.small_portion.caas_2023",
         _record("walk", *SHENZHEN, steps=100), "scene-not-covered"),
    ],
)  # fmt: skip
def test_what_a_methodology_does_not_cover_is_refused_and_not_zeroed(
    library: Library, methodology: str, record: dict[str, Any], code: str
) -> None:
    plan = plan_of(library.methodology(methodology), library.regions)

    with localcontext(EXACT):
        judged = Judge(plan).judge(record)

    assert (judged.refused, judged.mg) == (code, {})
