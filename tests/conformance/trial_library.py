"""The library of this suite, and how its cases reach a back end.

``library/`` holds small methodologies, one construct of the rules each, beside the public library.
What a worked vector cannot say (nulls, NaN, the order of rows) is said in Python, with the
functions below.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tanpuhui import engine, records, rules
from tanpuhui.engine import Backend, Plan
from tanpuhui.rules import Library

Row = Mapping[str, Any]

# A further engine is one more name here. What it lacks stands beside it, with an issue or a reason:
# "quantify" for all of it, "relational" for any Ibis expression.
BACKENDS = ("reference", "duckdb", "spark")
LACKING: Mapping[tuple[str, str], pytest.MarkDecorator] = {
    ("reference", "relational"): pytest.mark.not_possible(
        "the reference judges records and limits, it runs no relational plan"
    ),
}

LIBRARY = Library((rules.library_folders({})[0], Path(__file__).parent / "library"))
_TRIALS = tuple(name for name in LIBRARY.ids("methodology") if name.startswith("trial."))
PROJECTS = tuple(name for name in _TRIALS if LIBRARY.methodology(name).project is not None)
TRIALS = tuple(name for name in _TRIALS if name not in PROJECTS)  # those that judge records

FIRST_DAY = date(2024, 1, 1)  # of every methodology of this library
ANYWHERE = "100000"
SOMEONE = "someone"

_TEXTS = ("scene", "region", "person", "reference", "asset", "evidence")


def that_can(what: str) -> list[Any]:
    """The back ends as parameters of a fixture, each marked with what it lacks."""
    slow = {"spark": [pytest.mark.slow]}  # Java starts
    return [
        pytest.param(name, marks=[*slow.get(name, ()), *filter(None, [LACKING.get((name, what))])])
        for name in BACKENDS
    ]


@functools.cache
def opened(name: str) -> Backend:
    """The back end of that name, opened once for all tests."""
    return engine.open_backend(name)


@functools.cache
def plan(methodology: str, known_on: date | None = None) -> Plan:
    """The plan of a methodology of this library."""
    return engine.plan_of(LIBRARY.methodology(methodology), LIBRARY.regions, known_on=known_on)


def types(of: Plan) -> dict[str, pa.DataType]:
    """The columns of a table of records for a plan."""
    found: dict[str, pa.DataType] = dict.fromkeys(_TEXTS, pa.string())
    found |= {"day": pa.date32(), "position": pa.int64()}
    for given in of.inputs():
        found[given.name] = pa.string() if given.quantity.unit is None else pa.float64()
    return found


def table(of: Plan, rows: Sequence[Row]) -> pa.Table:
    """Rows as records of a plan: of one person, day and scene, unless a row says else."""
    usual = {
        "scene": of.cases[0].scenes[0],
        "region": of.regions[0],
        "day": FIRST_DAY,
        "person": SOMEONE,
    }
    filled = [{**usual, "position": number, **row} for number, row in enumerate(rows)]
    return records.table_of(filled, types(of))


def quantified(backend: Backend, of: Plan, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What the back end makes of each row: its amounts in mg, and ``refused``."""
    given = engine.with_history(table(of, rows), of)
    found: list[dict[str, Any]] = _kernel(backend, of)(given).to_pylist()
    return found


def refusals(backend: Backend, of: Plan, rows: Sequence[Row]) -> list[str | None]:
    """The code under which each row is refused; None where it counts."""
    return [row["refused"] for row in quantified(backend, of, rows)]


def credited(backend: Backend, of: Plan, rows: Sequence[Row]) -> list[int]:
    """What limits leave of each row's ``reduction_mg``, in mg, in the order of the rows."""
    given = table(of, rows).append_column(
        "reduction_mg", pa.array([row["reduction_mg"] for row in rows], pa.int64())
    )
    kinds = dict(zip(given.column_names, given.schema.types, strict=True))
    found = backend.creditor(of, kinds)(given)
    by_position = dict(
        zip(found["position"].to_pylist(), found["credited_mg"].to_pylist(), strict=True)
    )
    return [by_position[position] for position in given["position"].to_pylist()]


_kernels: dict[tuple[str, int], tuple[Plan, engine.Kernel]] = {}


def _kernel(backend: Backend, of: Plan) -> engine.Kernel:
    """The kernel of a plan, prepared once; the plan is kept, so that its number stays its own."""
    key = (backend.name, id(of))
    if key not in _kernels:
        _kernels[key] = (of, engine.quantifier(backend, of, types(of)))
    return _kernels[key][1]
