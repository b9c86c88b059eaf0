"""On random methodologies of the language and random records the back ends agree to the milligram.

Every refusal code and every credited amount too. The seed is printed at the head of the run
(pytest-randomly); ``print_blob`` of Hypothesis lets one example be replayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from decimal import localcontext
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from tanpuhui import engine
from tanpuhui.engine import Backend, Judge, Judged, Plan, whole_mg
from tanpuhui.engine.plan import limits_of
from tanpuhui.formula import EXACT
from tanpuhui.rules import Limit, LimitKey, Methodology
from tests.conformance import trial_library
from tests.conformance.double_error import UNIT, CannotTell, Near, in_doubles
from tests.conformance.random_methodologies import CUTS, RandomRecords, methodologies
from tests.conformance.trial_library import LIBRARY, table, types

RECORDS = 150  # of one methodology
OTHERS = tuple(name for name in trial_library.BACKENDS if name != "reference")
SEEDS = st.integers(0, 2**32 - 1)
KNOWN_ON = st.sampled_from([None, None, CUTS[1]])  # the second clock


def settings(examples: int) -> hypothesis.settings:
    """So many examples. A failure is not made smaller: every try compiles a plan.

    It names the formulas, the record, and what each back end made of it.
    """
    return hypothesis.settings(
        max_examples=examples,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )


@pytest.mark.parametrize("name", OTHERS)
@settings(15)
@given(methodologies(depth=2), KNOWN_ON, SEEDS)
def test_back_ends_agree_on_every_milligram_refusal_and_credit(
    name: str, methodology: Methodology, known_on: date | None, seed: int
) -> None:
    plan = engine.plan_of(methodology, LIBRARY.regions, known_on=known_on)
    _agree(trial_library.opened(name), methodology, plan, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
@settings(60)
@given(methodologies(depth=2), KNOWN_ON, SEEDS)
def test_back_ends_agree_on_more_methodologies(
    name: str, methodology: Methodology, known_on: date | None, seed: int
) -> None:
    plan = engine.plan_of(methodology, LIBRARY.regions, known_on=known_on)
    _agree(trial_library.opened(name), methodology, plan, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
@settings(40)
@given(methodologies(depth=3), KNOWN_ON, SEEDS)
def test_back_ends_agree_on_longer_formulas(
    name: str, methodology: Methodology, known_on: date | None, seed: int
) -> None:
    plan = engine.plan_of(methodology, LIBRARY.regions, known_on=known_on)
    _agree(trial_library.opened(name), methodology, plan, seed)


def _agree(backend: Backend, methodology: Methodology, plan: Plan, seed: int) -> None:
    rows = RandomRecords(seed, RECORDS, methodology.scenes()).rows()
    given_table = table(plan, rows)

    found = engine.quantifier(backend, plan, types(plan))(given_table).to_pylist()
    judged = _judged(plan, given_table.to_pylist())

    differing = [
        (row, _shown(exact), amounts)
        for row, exact, amounts in zip(rows, judged, found, strict=True)
        if _shown(exact) != {name: mg for name, mg in amounts.items() if mg is not None}
        and _doubles_can_tell(plan, exact)
    ]
    assert not differing, f"{_told(methodology)}\nrecord, judged, {backend.name}: {differing[0]}"

    of_judge = [exact.mg.get("reduction") for exact in judged]
    reductions = [{**row, "reduction_mg": mg} for row, mg in zip(rows, of_judge, strict=True)]
    reference = trial_library.opened("reference")
    assert trial_library.credited(backend, plan, reductions) == trial_library.credited(
        reference, plan, reductions
    )


def _told(methodology: Methodology) -> str:
    lines = []
    for case in methodology.cases:
        lines += [f"{', '.join(case.scenes)}:", *(f"  {o} = {t}" for o, t in case.texts.items())]
        lines += [f"  {condition.code}: {condition.text}" for condition in case.conditions]
        lines += [f"  {given.name}: {given.quantity}" for given in case.inputs]
    return "\n".join(lines)


def _judged(plan: Plan, rows: list[dict[str, Any]]) -> list[Judged]:
    judge = Judge(plan)
    with localcontext(EXACT):
        return [judge.judge(row) for row in rows]


def _shown(judged: Judged) -> dict[str, Any]:
    amounts: dict[str, Any] = {f"{output}_mg": mg for output, mg in judged.mg.items()}
    return amounts if judged.refused is None else {"refused": judged.refused}


def _doubles_can_tell(plan: Plan, judged: Judged) -> bool:
    """Whether the record is one on which doubles must agree with the judge."""
    if judged.case is None or not set(plan.cases[judged.case].series) <= set(judged.values):
        return True  # refused before anything was computed
    case = plan.cases[judged.case]
    try:
        with localcontext(EXACT):
            for condition in case.conditions:
                if in_doubles(condition.tree, judged.values) is not True:
                    return True  # refused for certain
            found = [in_doubles(tree, judged.values) for tree in case.trees.values()]
            return all(near is None or _milligram_is_certain(near) for near in found)
    except CannotTell:
        return False


def _milligram_is_certain(near: Near | str | bool) -> bool:
    assert isinstance(near, Near)
    error = near.error + 4 * abs(near.amount) * UNIT  # the rounding rule computes too
    return whole_mg(near.amount - error) == whole_mg(near.amount + error)


# -- the laws of limits ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", trial_library.BACKENDS)
@settings(20)
@given(methodologies(depth=0), st.randoms(use_true_random=False), SEEDS)
def test_limits_never_credit_more_than_their_room_nor_more_than_the_reduction(
    name: str, methodology: Methodology, draw: Any, seed: int
) -> None:
    backend = trial_library.opened(name)
    plan = engine.plan_of(methodology, LIBRARY.regions)
    rows = _amounts(methodology, draw, seed)
    scenes = {scene for case in plan.cases for scene in case.scenes}

    left = trial_library.credited(backend, plan, rows)

    for row, mg in zip(rows, left, strict=True):
        reduction = row["reduction_mg"] or 0
        assert mg <= reduction
        assert mg >= min(reduction, 0)
        assert mg == reduction or row["scene"] in scenes
    for its_scenes, limit in limits_of(plan):
        _within_its_room(limit, its_scenes, rows, left)


def _amounts(methodology: Methodology, draw: Any, seed: int) -> list[dict[str, Any]]:
    records = RandomRecords(seed, 100, (*methodology.scenes(), "elsewhere"))
    return [{**row, "reduction_mg": _reduction(draw)} for row in records.rows()]


def _reduction(draw: Any) -> int | None:
    chance = draw.random()
    if chance < 0.1:
        return None
    return int(draw.randint(-100_000, -1) if chance < 0.2 else draw.randint(0, 2_000_000))


def _within_its_room(
    limit: Limit, scenes: tuple[str, ...], rows: list[dict[str, Any]], left: list[int]
) -> None:
    held: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, mg in zip(rows, left, strict=True):
        if row["scene"] in scenes and mg > 0:
            held[tuple(_KEYS[key](row) for key in limit.each)].append(mg)
    for amounts in held.values():
        assert limit.reduction_mg is None or sum(amounts) <= limit.reduction_mg
        assert limit.count is None or len(amounts) <= limit.count


def _by_day(written: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: "" if row["day"] is None else row["day"].strftime(written)


_KEYS: Mapping[LimitKey, Callable[[Mapping[str, Any]], Any]] = {
    "record": lambda row: row["position"],
    "person": lambda row: row["person"],
    "reference": lambda row: row["reference"],
    "asset": lambda row: row["asset"],
    "local_day": _by_day("%Y-%m-%d"),
    "local_month": _by_day("%Y-%m"),
    "local_year": _by_day("%Y"),
}


@pytest.mark.parametrize("name", trial_library.BACKENDS)
@settings(15)
@given(methodologies(depth=0), st.randoms(use_true_random=False), SEEDS)
def test_what_limits_leave_does_not_hang_on_the_order_of_rows(
    name: str, methodology: Methodology, draw: Any, seed: int
) -> None:
    backend = trial_library.opened(name)
    plan = engine.plan_of(methodology, LIBRARY.regions)
    rows = _amounts(methodology, draw, seed)
    by_position = sorted(rows, key=lambda row: int(row["position"]))

    left = trial_library.credited(backend, plan, rows)
    in_order = trial_library.credited(backend, plan, by_position)

    assert left == [in_order[row["position"]] for row in rows]
