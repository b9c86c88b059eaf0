"""``tanpuhui explain``: the figures of the sources, with formula, factor and source."""

from __future__ import annotations

import json

import pytest

from tests.cli.command_line import TRIALS, Typed


@pytest.mark.parametrize(
    ("words", "sentences", "factor", "source"),
    [
        (
            "mobility.public_transport.sz_2021 scene=metro_ride distance_km=10",
            ("减排量 = 10 公里 × 46.7 克二氧化碳当量/人公里 = 467 克二氧化碳当量",
             "reduction = 10 km × 46.7 gCO2e/pkm = 467 gCO2e"),
            "mobility.shenzhen_metro_reduction",
            "世界无车日为地球“减负”",
        ),
        (
            "mobility.public_transport.sz_2021 scene=bus_ride distance_km=10 power=electric",
            ("减排量 = 10 公里 × 26.9 克二氧化碳当量/人公里 = 269 克二氧化碳当量",
             "reduction = 10 km × 26.9 gCO2e/pkm = 269 gCO2e"),
            "mobility.shenzhen_electric_bus_reduction",
            "世界无车日为地球“减负”",
        ),
        (
            "mobility.shared_cycling.edc_cec_2021 scene=shared_bike_ride distance_km=71200000",
            ("减排量 = 71,200,000 公里 × 48.70 克二氧化碳当量/公里",
             "= 3,467,440,000 gCO2e (3,467.44 t)"),
            "mobility.shared_bike_edc_cec",
            "中国碳普惠发展与实践案例研究报告",
        ),
        (
            "rates.hankou_2022 steps=7250",
            ("减排量 = 7,250 步 × 0.02 克二氧化碳当量/步 = 145 克二氧化碳当量",
             "reduction = 7,250 step × 0.02 gCO2e/step = 145 gCO2e"),
            "rates.hankou_step",
            "2.2.2.8",
        ),
        (
            "rates.hankou_2022 steps=10001",
            ("reduction = 10,001 step × 0.02 gCO2e/step = 200.02 gCO2e",
             "每人每日至多 200 g · at most 200 g per person and local_day"),
            "rates.hankou_step",
            "2.2.2.8",
        ),
        (
            "food.small_portion.caas_2023 item_count=1",
            ("reduction = 1 item × 365.07 gCO2e/order = 365.07 gCO2e",),
            "food.small_portion_order",
            "“小份餐”食物减损减碳评估报告",
        ),
    ],
)  # fmt: skip
def test_a_published_figure_is_explained_with_its_factor_and_source(
    words: str, sentences: tuple[str, ...], factor: str, source: str, typed: Typed
) -> None:
    result = typed("explain", *words.split())

    assert result.exit_code == 0
    assert [sentence for sentence in sentences if sentence not in result.stdout] == []
    assert factor in result.stdout
    assert source in result.stdout
    assert result.stderr == ""


def test_json_has_amounts_sentences_factors_and_what_they_were_computed_by(typed: Typed) -> None:
    result = typed("explain", "rates.hankou_2022", "steps=7250", "--json", "--day", "2024-05-01")

    found = json.loads(result.stdout)
    assert found["methodology"] == "rates.hankou_2022"
    assert (found["reduction_mg"], found["refused"], found["day"]) == (145_000, None, "2024-05-01")
    assert found["scene"] == {"en": "Walking", "zh": "步行"}
    assert found["region"] == {"en": "Wuhan", "zh": "武汉市"}
    assert found["sentences"]["reduction"]["en"].endswith("= 145 gCO2e")
    (factor,) = found["factors"]
    assert {key: factor[key] for key in ("parameter", "keys", "factor", "value", "unit")} == {
        "parameter": "per_step",
        "keys": [],
        "factor": "rates.hankou_step",
        "value": "0.02",
        "unit": "gCO2e/step",
    }
    assert (factor["grade"], factor["wording"]) == ("read", "exact")
    assert factor["source"]["document"] == "ccpr_report_2023"
    assert factor["source"]["place"] == "2.2.2.8"
    assert len(found["methodology_sha256"]) == len(found["factor_set"]) == 64
    assert found["set"] == {}


def test_a_refused_record_says_why_and_exits_with_one(typed: Typed) -> None:
    result = typed("explain", "mobility.public_transport.sz_2021", "scene=bus_ride",
                   "distance_km=10", "power=diesel")  # fmt: skip

    assert result.exit_code == 1
    assert "不计入 · refused: not-electric" in result.stdout
    assert "只适用于纯电动公共汽车" in result.stdout
    assert "only pure-electric buses are covered" in result.stdout


def test_a_refusal_in_json_has_code_and_reason(typed: Typed) -> None:
    words = ("scene=bus_ride", "distance_km=10", "power=diesel", "--json")

    result = typed("explain", "mobility.public_transport.sz_2021", *words)

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["refused"] == "not-electric"
    assert found["refused_because"]["zh"] == "只适用于纯电动公共汽车"
    assert found["factors"] == []
    assert "reduction_mg" not in found


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("rates.hankou_2022 miles=3", "ENG-104"),
        (
            "rates.hankou_2022 scene=walk miles=3",
            "ENG-105  rates.hankou_2022 does not read 'miles'",
        ),
        ("rates.hankou_2022 scene=walk steps=many", "ENG-106"),
        ("rates.hankou_2022 scene=swim steps=1", "ENG-104"),
        ("rates.hankou_2022 steps", "write key=value"),
        ("rates.hankou_2022 =7250", "write key=value"),
        ("rates.hankou_2022 steps=1 day=2024-02-30", "ENG-106"),
        ("rates.hankou_2022 steps=1 region=990000", "LIB-201"),
        ("rates.hankou_2022 steps=1 evidence=hearsay", "ENG-106"),
        ("rates.hankou steps=1", "did you mean rates.hankou_2022"),
    ],
)
def test_a_wrong_command_is_told_with_what_to_type(words: str, says: str, typed: Typed) -> None:
    result = typed("explain", *words.split())

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_a_parameter_given_by_hand_is_told_as_such(typed: Typed) -> None:
    words = ("explain", "rates.hankou_2022", "steps=7250", "--set", "per_step=0.03")

    told, found = typed(*words), json.loads(typed(*words, "--json").stdout)

    assert "217.5 gCO2e" in told.stdout
    assert "given by hand" in told.stdout
    assert found["set"] == {"per_step": "0.03"}
    assert found["factors"][0]["source"]["document"] == "given by hand"


def test_region_and_day_are_options_and_keys_alike(typed: Typed) -> None:
    by_option = typed("explain", "trial.regional", "distance_km=1", "--library", TRIALS,
                      "--region", "420106", "--day", "2025-01-01")  # fmt: skip
    by_key = typed("explain", "trial.regional", "distance_km=1", "--library", TRIALS,
                   "region=420106", "day=2025-01-01")  # fmt: skip

    assert by_option.stdout == by_key.stdout
    assert "1 km × 3 gCO2e/km" in by_key.stdout
    assert "武汉市 · Wuhan · 2025-01-01" in by_key.stdout


def test_only_the_limits_that_the_record_is_under_are_told(typed: Typed) -> None:
    ride = typed("explain", "rates.hankou_2022", "scene=bus_ride", "item_count=1")
    walk = typed("explain", "rates.hankou_2022", "scene=walk", "steps=1")

    assert "at most 200 g" in walk.stdout  # the limit of steps
    assert "at most 200 g" not in ride.stdout


def test_limits_are_told_in_the_order_in_which_they_apply(typed: Typed) -> None:
    result = typed("explain", "trial.limits_in_turn", "scene=trial_ride", "distance_km=80",
                   "--library", TRIALS)  # fmt: skip

    told = [line for line in result.stdout.splitlines() if "at most" in line]
    assert [line.split("· ")[1] for line in told] == [
        "at most 50 g per record",
        "at most 2 per person and local_day",
        "at most 100 g per person and local_day",
    ]


def test_a_look_up_without_key_is_explained(typed: Typed) -> None:
    result = typed("explain", "trial.lookup_otherwise", "distance_km=2", "--library", TRIALS)

    assert result.exit_code == 0
    assert "= 14 gCO2e" in result.stdout


def test_a_number_beyond_all_measure_is_answered(typed: Typed) -> None:
    result = typed("explain", "rates.hankou_2022", "steps=1e9999999")

    assert result.exit_code in (1, 2)


def test_what_is_piped_is_whole_and_in_utf_8(typed: Typed) -> None:
    result = typed("explain", "rates.hankou_2022", "steps=7250")

    assert "汉口银行个人碳账户" in result.stdout_bytes.decode("utf-8")
    assert "\x1b[" not in result.stdout
