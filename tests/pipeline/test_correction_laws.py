"""Whatever is withdrawn and restated, in whatever order: what the model says comes out."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given

from tanpuhui import ledger
from tanpuhui.terms import DayRange
from tests.pipeline.model import Batch, Model
from tests.pipeline.store import Store, library_with, lines_of
from tests.pipeline.test_laws import (
    FEW,
    SEEDS,
    assert_limits_hold,
    assert_same,
    assert_same_lines,
    assert_the_books_are_those_of,
    model_of,
    opened,
)
from tests.pipeline.worlds import BIKES, HANKOU, RATES, SCENES, world

DAYS = (date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 20), date(2024, 7, 2))


def _withdraw(found: Store, model: Model, chance: Random) -> Batch | None:
    """Some records are withdrawn, most of them such as count."""
    counted = [(act.report.partner, act.report.record_id) for act in model.acts]
    lost = [name for name, r in model.claimed.items() if (r.partner, r.record_id) not in counted]
    left = [n for n in (*counted, *lost) if model.claimed[n] not in model.withdrawn]
    records = chance.sample(left, min(len(left), chance.choice((1, 8, 20))))
    if not records:
        return None
    corrected = found.withdraw(*records)
    expected = model.withdraw(records)
    assert_same_lines(corrected.staged, expected)
    assert corrected.withdrawn == len(records)
    return expected


def _restate(found: Store, model: Model, chance: Random) -> Batch:
    """The rates change, and the lines of one methodology and some days are computed again."""
    rates, values = chance.choice(RATES)
    model.rates, found.rules = rates, library_with(*values)
    methodology = chance.choice((HANKOU, BIKES))
    first, last = sorted((chance.choice(DAYS), chance.choice(DAYS)))
    until = date.fromordinal(last.toordinal() + 1)
    corrected = found.restate(methodology, DayRange(first, until))
    expected = model.restate(SCENES[methodology], first, last)
    assert corrected.changes_nothing() == (not expected.lines)
    assert_same_lines(corrected.staged, expected)
    if corrected.changes_nothing():
        model.batches -= 1
    return expected


@pytest.mark.parametrize("name", ["stays-limited", "supersedes", "supersedes-limited"])
@FEW
@given(SEEDS)
def test_batches_withdrawals_and_restatements_in_any_order_come_to_what_the_model_says(
    name: str, seed: int
) -> None:
    chance = Random(seed)
    found, model = opened(name), model_of(name)
    for batch in world(seed, batches=3, pairs=40).batches:
        staged = found.post_rows([report.row() for report in batch])
        assert_same(staged, model.post(batch))
        for _ in range(chance.choice((1, 2))):
            chance.choice((_withdraw, _restate))(found, model, chance)

    assert_the_books_are_those_of(found, model)
    assert_limits_hold(list(found.standing().values()), name)


@FEW
@given(SEEDS)
def test_whatever_is_withdrawn_whole_leaves_nothing_in_the_books(seed: int) -> None:
    chance = Random(seed)
    found, model = opened("supersedes-limited"), model_of("supersedes-limited")
    for batch in world(seed, batches=2, pairs=15).batches:
        found.post_rows([report.row() for report in batch])
        model.post(batch)
        _restate(found, model, chance)

    found.withdraw(*model.claimed)

    assert found.standing() == {}
    whole = {name: 0 for name in ("count", "reduction_mg", "credited_mg")}
    points = 0
    for staged in found.posted:
        points += sum(staged.point_balances["points"].to_pylist())
        for name in whole:
            whole[name] += sum(staged.balances[name].to_pylist())
    assert (whole, points) == (dict.fromkeys(whole, 0), 0)
    assert {line["line_kind"] for line in lines_of(found.posted[-1])} == {ledger.REVERSAL}
