"""Any day can be computed again as it was known then: values restated later are left out."""

from __future__ import annotations

from datetime import date

import pytest

from tanpuhui.engine import Backend
from tests.conformance.trial_library import plan, quantified, refusals

# 10 g/km, known from 2024-01-01; restated on 2025-03-01 as 12 g/km for the second half of 2024.
DAYS = [date(2024, 6, 30), date(2024, 7, 1), date(2024, 12, 31), date(2025, 1, 1)]
ROWS = [{"distance_km": 1.0, "day": day} for day in DAYS]


@pytest.mark.parametrize(
    ("known_on", "mg"),
    [
        (date(2025, 2, 28), [10_000, 10_000, 10_000, 10_000]),  # a day before the correction
        (date(2025, 3, 1), [10_000, 12_000, 12_000, 10_000]),  # the day it was known
        (None, [10_000, 12_000, 12_000, 10_000]),
    ],
)
def test_a_restated_value_holds_from_the_day_on_which_it_was_known(
    known_on: date | None, mg: list[int], backend: Backend
) -> None:
    rows = quantified(backend, plan("trial.restated", known_on), ROWS)

    assert [row["reduction_mg"] for row in rows] == mg


def test_before_anything_was_known_there_is_no_value(backend: Backend) -> None:
    codes = refusals(backend, plan("trial.restated", date(2023, 12, 31)), ROWS)

    assert codes == ["no-value-per_km"] * 4
