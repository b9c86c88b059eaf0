"""Opening an engine and running a plan: what is refused before anything is computed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tanpuhui import engine, records
from tanpuhui.engine import MissingColumns, NoEngine
from tests.conformance.trial_library import FIRST_DAY, plan, types
from tests.tidy.house import ROOT


def test_an_engine_that_is_not_there_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(NoEngine) as refused:
        engine.open_backend("abacus")

    fault = refused.value
    assert (fault.code, fault.engine) == ("ENG-101", "abacus")
    assert set(fault.engines) >= {"reference", "duckdb"}
    assert "--engine" in fault.remedy()


@pytest.mark.parametrize("name", ["reference", "duckdb"])
def test_an_engine_says_its_name(name: str) -> None:
    assert engine.open_backend(name).name == name


@pytest.mark.parametrize("name", ["reference", "duckdb"])
def test_records_that_lack_columns_are_refused_with_all_of_them(name: str) -> None:
    of = plan("trial.inputs")
    columns = {
        column: kind
        for column, kind in types(of).items()
        if column not in ("day", "mode", "distance_km")
    }

    with pytest.raises(MissingColumns) as refused:
        engine.quantifier(engine.open_backend(name), of, columns)

    fault = refused.value
    assert fault.code == "ENG-102"
    assert fault.missing == ("day", "distance_km", "mode")
    assert fault.found == tuple(columns)
    assert fault.wanted_by == "trial.inputs"
    assert "day, distance_km, mode" in fault.what()


def test_evidence_need_not_be_a_column() -> None:
    of = plan("trial.evidence")
    columns = {name: kind for name, kind in types(of).items() if name != "evidence"}
    row = {"scene": "trial_ride", "region": "100000", "day": FIRST_DAY, "distance_km": 1.0}
    given = records.table_of([row], columns)

    for name in ("reference", "duckdb"):
        found = engine.quantifier(engine.open_backend(name), of, columns)(given)
        assert found.to_pylist() == [{"reduction_mg": 1000, "refused": None}], name


def test_explaining_one_record_loads_neither_ibis_nor_duckdb() -> None:
    script = (
        "import sys, tanpuhui.engine, tanpuhui.quantify, tanpuhui.cli;"
        "print(sorted({'ibis', 'duckdb'} & set(sys.modules)))"
    )

    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"
