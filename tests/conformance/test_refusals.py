"""One code a refused record: that of the first check that fails, in one order everywhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tanpuhui.engine import Backend
from tests.conformance.trial_library import plan, refusals

# Everything is wrong with this record …
HOPELESS: dict[str, Any] = {
    "scene": "no_such_scene",
    "region": "999999",
    "day": None,
    "evidence": "statement",
    "distance_km": None,
    "mode": None,
    "item_count": -1.0,
}
# … and each step mends only what it was refused for.
MENDED: list[tuple[dict[str, Any], str | None]] = [
    ({}, "scene-not-covered"),
    ({"scene": "trial_ride"}, "region-unknown"),
    ({"region": "110000"}, "region-not-covered"),
    ({"region": "420106"}, "missing-day"),
    ({"day": date(2025, 1, 1)}, "outside-validity"),
    ({"day": date(2024, 9, 1)}, "outside-crediting-window"),
    ({"day": date(2024, 8, 31)}, "evidence-not-accepted"),
    ({"evidence": "fare_record"}, "missing-distance_km"),
    ({"distance_km": -1.0}, "negative-distance_km"),
    ({"distance_km": 1.0}, "missing-mode"),
    ({"mode": "rocket"}, "unknown-mode"),
    ({"mode": "boat"}, "negative-item_count"),
    ({"item_count": 4.0}, "no-value-least"),
    ({"mode": "train"}, "too-near"),
    ({"distance_km": 1e17}, "too-many"),
    ({"item_count": 0.0}, "no-value-per_km"),
    ({"mode": "bus"}, "no-result"),
    ({"item_count": 2.0}, "out-of-range"),
    ({"distance_km": 10.0}, None),
]


def test_a_record_is_refused_for_the_first_thing_that_is_wrong(backend: Backend) -> None:
    rows = []
    row = HOPELESS
    for mended, _ in MENDED:
        row = {**row, **mended}
        rows.append(row)

    codes = refusals(backend, plan("trial.refusals"), rows)

    assert codes == [code for _, code in MENDED]


def test_a_refused_record_does_not_change_what_becomes_of_its_neighbours(backend: Backend) -> None:
    good = {"mode": "bus", "distance_km": 10.0, "day": date(2024, 6, 1), "scene": "trial_ride"}
    bad = {**good, "mode": None}

    codes = refusals(backend, plan("trial.refusals"), [good, bad, good, bad, bad, good])

    wrong = "missing-mode"
    assert codes == [None, wrong, None, wrong, wrong, None]


@pytest.mark.parametrize(
    ("absent", "code"),
    [
        ({"scene": None}, "scene-not-covered"),
        ({"scene": ""}, "scene-not-covered"),
        ({"region": None}, "region-unknown"),
        ({"region": ""}, "region-unknown"),
        ({"day": None}, "missing-day"),
        ({"distance_km": None}, "missing-distance_km"),
        ({"mode": None}, "missing-mode"),
        ({"mode": ""}, "unknown-mode"),
        ({"evidence": None}, None),
        ({"item_count": None}, None),
    ],
)
def test_a_null_is_refused_where_the_record_needs_a_value_and_nowhere_else(
    absent: dict[str, Any], code: str | None, backend: Backend
) -> None:
    whole = {
        "scene": "trial_ride",
        "region": "420106",
        "day": date(2024, 6, 1),
        "evidence": "fare_record",
        "distance_km": 10.0,
        "mode": "bus",
        "item_count": 1.0,
    }

    assert refusals(backend, plan("trial.refusals"), [{**whole, **absent}]) == [code]


@pytest.mark.parametrize("region", ["420100 ", " 420100", "4201００", "42010O", "0x1234", "-42010"])
def test_what_only_looks_like_a_region_code_is_unknown(region: str, backend: Backend) -> None:
    assert refusals(backend, plan("trial.covered"), [{"a": 1.0, "region": region}]) == [
        "region-unknown"
    ]
