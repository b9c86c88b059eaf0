"""Records too large for a double: the judge computes them, whatever the engine."""

from __future__ import annotations

from random import Random

import pytest

from tanpuhui.engine import Backend
from tests.conformance.trial_library import plan, quantified

# Both give 100.6 - 98.65 = 1.95 g/km, one as a factor, one as a difference of two products. Tenths
# of a kilometre times hundredths of a gram are whole milligrams, so any dust of a double below them
# costs a milligram.
both_ways = pytest.mark.parametrize("methodology", ["trial.large", "trial.large_difference"])


@both_ways
@pytest.mark.parametrize(
    ("distance_km", "reduction_mg"),
    [
        (50_497_016.8, 98_469_182_760),  # 98 t
        (512_820_512.9, 1_000_000_000_155),  # just above 1,000 t
        (71_200_000_000.1, 138_840_000_000_195),
        (4_503_599_627_370.4, 8_782_019_273_372_280),
    ],
)
def test_the_milligram_of_a_large_record_is_exact(
    distance_km: float, reduction_mg: int, methodology: str, backend: Backend
) -> None:
    rows = quantified(backend, plan(methodology), [{"distance_km": distance_km}])

    assert rows == [{"reduction_mg": reduction_mg, "refused": None}]


@both_ways
def test_records_of_every_size_are_exact(
    methodology: str, backend: Backend, request: pytest.FixtureRequest
) -> None:
    seed = request.config.getoption("randomly_seed")
    draw = Random(seed)
    tenths = [draw.randrange(10**digits) for digits in range(1, 15) for _ in range(1500)]

    rows = quantified(backend, plan(methodology), [{"distance_km": n / 10} for n in tenths])

    wrong = [
        (n / 10, row["reduction_mg"])
        for n, row in zip(tenths, rows, strict=True)
        if row["reduction_mg"] != n * 195
    ]
    assert not wrong, f"seed {seed}: {len(wrong)} of {len(rows)} records, such as {wrong[:3]}"


def test_the_largest_amount_is_just_below_what_64_bits_hold(backend: Backend) -> None:
    # 9.2e15 g is refused; two grams less, the next double, counts.
    rows = quantified(
        backend, plan("trial.plus"), [{"a": 9.2e15, "b": 0.0}, {"a": 9.2e15 - 2, "b": 0.0}]
    )

    assert rows == [
        {"reduction_mg": None, "refused": "out-of-range"},
        {"reduction_mg": 9_199_999_999_999_998_000, "refused": None},
    ]


def test_large_and_small_and_refused_records_of_one_table_stay_in_their_rows(
    backend: Backend,
) -> None:
    rows = [{"a": 1.0, "b": 1e12}, {"a": 1.0}, {"a": 2.0, "b": 0.5}, {"a": 1e10, "b": 0.001}]

    found = quantified(backend, plan("trial.plus"), rows)

    assert [row["reduction_mg"] for row in found] == [
        1_000_000_000_001_000,
        None,
        2500,
        10_000_000_000_001,
    ]
    assert [row["refused"] for row in found] == [None, "no-result", None, None]
