"""Sums over the rows of projects, on every back end: what their vectors say, and what they cannot.

The vectors of ``trial.project_…`` are worked by hand in
``tests/conformance/library/methodologies/trial``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from tanpuhui import engine, quantify, records
from tanpuhui.engine import Backend, ProjectPlan
from tests.conformance import trial_library
from tests.conformance.trial_library import ANYWHERE, FIRST_DAY, LIBRARY, PROJECTS


def plan(name: str) -> ProjectPlan:
    """The plan of a trial methodology of projects."""
    return engine.project_plan_of(LIBRARY.methodology(name), LIBRARY.regions)


def years(
    backend: Backend, name: str, rows: Sequence[Mapping[str, Any]], day: date = FIRST_DAY
) -> list[dict[str, Any]]:
    """What the back end makes of each year."""
    names = dict.fromkeys(key for row in rows for key in row)
    texts = [{key: str(value) for key, value in row.items()} for row in rows]
    table = records.table_of(texts, dict.fromkeys(names, pa.string()))
    kernel = engine.project_quantifier(backend, plan(name))
    found = quantify.quantify_projects(table, plan(name), kernel, region=ANYWHERE, day=day)
    answer: list[dict[str, Any]] = found.table.to_pylist()
    return answer


@pytest.mark.parametrize("name", PROJECTS)
def test_a_back_end_gives_the_years_that_were_worked_by_hand(name: str, backend: Backend) -> None:
    assert len(PROJECTS) >= 4
    assert [str(f) for f in quantify.failing_vectors(LIBRARY, name, backend)] == []


def test_a_year_tells_its_terms_in_their_units(backend: Backend) -> None:
    rows = [
        {"year": 1, "discount": 0.15, "distance_km": 4},
        {"year": 1, "distance_km": 6, "captured": 0.25},
    ]

    (year,) = years(backend, "trial.project_terms", rows)

    # 10 km x 0.0446 kg/km x 0.75
    assert [year[name] for name in ("distance", "released")] == [10, 0.75]
    assert year["emitted"] == pytest.approx(0.3345)


def test_the_rows_that_refuse_a_year_are_named(backend: Backend) -> None:
    rows = [
        {"year": 1, "kind": "quick", "mass_kg": 1},
        {"year": 2, "kind": "quick", "mass_kg": -1},
        {"year": 3, "kind": "wood", "mass_kg": 1},
    ]

    found = years(backend, "trial.project_decay", rows)

    assert [year["refused"] for year in found] == ["", "row-refused", "row-refused"]
    assert [year["because"] for year in found] == [
        "",
        "row 2: negative-mass_kg",
        "row 2: negative-mass_kg; row 3: unknown-kind",
    ]


def test_a_project_without_a_choice_does_not_stop_another(backend: Backend) -> None:
    rows = [
        {"project": "an", "year": 1, "per_kg": 3, "mass_kg": 1},
        {"project": "bo", "year": 1, "mass_kg": 1},
    ]

    found = years(backend, "trial.project_sum", rows)

    assert [(year["project"], year["refused"]) for year in found] == [
        ("an", ""),
        ("bo", "missing-per_kg"),
    ]


def test_columns_and_the_judge_agree_on_many_deposits() -> None:
    draw = Random(20261129)
    rows = [
        {
            "project": draw.choice("abcd"),
            "year": draw.randint(2001, 2030),
            "kind": draw.choice(["quick", "slow"]),
            "mass_kg": f"{draw.uniform(0, 20):.3f}",
        }
        for _ in range(300)
    ]
    exact = years(trial_library.opened("reference"), "trial.project_decay", rows)

    found = years(trial_library.opened("duckdb"), "trial.project_decay", rows)

    assert [year["reduction_mg"] for year in found] == [year["reduction_mg"] for year in exact]
    assert sum(year["reduction_mg"] < 1_000_000_000 for year in exact) > 50  # by the columns


def test_duckdb_decides_what_is_small_itself_and_leaves_what_is_large() -> None:
    of = plan("trial.project_decay")
    kernel = trial_library.opened("duckdb").project_quantifier(of)
    table = records.table_of(
        [
            {"project": name, "year": "1", "kind": "quick", "mass_kg": mass}
            for name, mass in (("small", "2"), ("large", "2000000"))
        ],
        dict.fromkeys(("project", "year", "kind", "mass_kg"), pa.string()),
    )

    found = kernel(engine.project_tables(table, of, region=ANYWHERE, day=FIRST_DAY)).to_pylist()

    assert [(row["inexact"], row["reduction_mg"]) for row in found] == [
        (False, 786938),
        (True, None),
    ]
