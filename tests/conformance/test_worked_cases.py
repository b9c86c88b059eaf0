"""Every construct of the rules, worked by hand: the vectors of ``library/``, on every back end.

A vector that fails names itself; ``tests/conformance/library/methodologies/trial`` has its numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tanpuhui import engine, rules
from tanpuhui.engine import Backend, Plan
from tanpuhui.formula import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Comparison,
    Convert,
    Logic,
    Lookup,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Text,
    Zeroed,
    children,
)
from tanpuhui.rules import Vector
from tests.conformance.trial_library import LIBRARY, TRIALS, credited, plan, quantified

WORKED = [
    pytest.param(name, vector, id=f"{name.removeprefix('trial.')}: {vector.name}")
    for name in TRIALS
    for vector in LIBRARY.vectors(name)
]


@pytest.mark.parametrize(("methodology", "vector"), WORKED)
def test_a_back_end_gives_what_was_worked_by_hand(
    methodology: str, vector: Vector, backend: Backend
) -> None:
    of = _plan(methodology, vector)

    rows = quantified(backend, of, _rows(of, vector))

    if vector.refuse is not None:
        assert [row["refused"] for row in rows] == [vector.refuse] * len(vector.given)
        assert {mg for row in rows for name, mg in row.items() if name != "refused"} == {None}
        return
    assert [row["refused"] for row in rows] == [None] * len(vector.given)
    amounts = {name: mg for name, mg in vector.expect.items() if name != "credited_mg"}
    assert {name: sum(row[name] for row in rows) for name in amounts} == amounts


@pytest.mark.parametrize(
    ("methodology", "vector"),
    [case for case in WORKED if "credited_mg" in case.values[1].expect],  # type: ignore[union-attr]
)
def test_limits_leave_what_was_worked_by_hand(
    methodology: str, vector: Vector, backend: Backend
) -> None:
    of = _plan(methodology, vector)
    given = _rows(of, vector)
    reductions = [row.get("reduction_mg", 0) for row in quantified(backend, of, given)]

    left = credited(
        backend,
        of,
        [{**row, "reduction_mg": mg} for row, mg in zip(given, reductions, strict=True)],
    )

    assert sum(left) == vector.expect["credited_mg"]


def _plan(methodology: str, vector: Vector) -> Plan:
    if not vector.set:
        return plan(methodology)
    chosen = rules.with_values(LIBRARY.methodology(methodology), vector.set, LIBRARY.units)
    return engine.plan_of(chosen, LIBRARY.regions)


def _rows(of: Plan, vector: Vector) -> list[dict[str, Any]]:
    days = (of.valid.from_day, of.crediting.from_day)
    first_day = max(day for day in days if day is not None)
    return [
        {
            "region": vector.region or of.regions[0],
            "day": vector.day or first_day,
            **given,
        }
        for given in vector.given
    ]


def test_the_suite_has_a_case_of_every_construct_of_the_language() -> None:
    used = {name for trial in TRIALS for tree in _trees(trial) for name in _constructs(tree)}

    kinds = (Convert, Lookup, Member, Name, Negative, Not, Number, Text, Zeroed)
    wanted = {kind.__name__ for kind in kinds}
    wanted |= {*"+-*/^", "==", "!=", "<", "<=", ">", ">=", "snapped", "and", "or"}
    assert used >= wanted | set(FUNCTIONS)


def _trees(methodology: str) -> Iterator[Node]:
    for case in LIBRARY.methodology(methodology).cases:
        yield from case.trees.values()
        yield from (condition.tree for condition in case.conditions)


def _constructs(tree: Node) -> Iterator[str]:
    match tree:
        case Arithmetic(sign=sign):
            yield sign
        case Comparison(sign=sign, snapped=snapped):
            yield sign
            if snapped:
                yield "snapped"
        case Logic(word=word):
            yield word
        case Call(name=name):
            yield name
        case _:
            yield type(tree).__name__
    for child in children(tree):
        yield from _constructs(child)


def test_the_library_of_the_suite_holds_no_fault() -> None:
    assert [str(fault) for fault in LIBRARY.faults()] == []
