"""Worked vectors are run, and one that fails says what was wanted and what was found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tanpuhui import engine, quantify, rules
from tanpuhui.rules import Library, VectorFails
from tests.conformance.trial_library import LIBRARY, TRIALS, opened

HERE = Path(__file__).parent
CONFORMANCE = HERE.parent / "conformance" / "library"


@pytest.mark.parametrize("name", ["reference", "duckdb"])
def test_vectors_that_hold_give_no_fault(name: str) -> None:
    held = ("trial.plus", "trial.limits_in_turn", "trial.without_value", "trial.footprint")
    for methodology in held:
        assert list(quantify.failing_vectors(LIBRARY, methodology, opened(name))) == []


@pytest.mark.parametrize("name", ["reference", "duckdb"])
@pytest.mark.parametrize(
    ("right", "wrong", "expected", "found"),
    [
        ("reduction_mg: 3750", "reduction_mg: 3751", "reduction_mg 3,751 mg", "3,750 mg"),
        ("reduction_mg: 3750", "baseline_mg: 3750", "baseline_mg 3,750 mg", "nothing"),
        ("refuse: no-result", "refuse: missing-a", "refusal missing-a", "no-result"),
        (
            "refuse: no-result",
            "expect: {reduction_mg: 0}",
            "reduction_mg 0 mg",
            "refusal no-result",
        ),
        ("expect: {reduction_mg: 300}", "refuse: no-result", "refusal no-result", "counted"),
        (
            "expect: {reduction_mg: 300}",
            "expect: {credited_mg: 299}",
            "credited_mg 299 mg",
            "300 mg",
        ),
    ],
)
def test_a_vector_that_fails_says_what_was_wanted_and_what_was_found(
    right: str, wrong: str, expected: str, found: str, name: str, tmp_path: Path
) -> None:
    shutil.copytree(CONFORMANCE, tmp_path / "library")
    beside = tmp_path / "library" / "methodologies" / "trial" / "plus.vectors.yaml"
    text = beside.read_text(encoding="utf-8")
    assert right in text
    beside.write_text(text.replace(right, wrong), encoding="utf-8")
    library = Library((rules.library_folders({})[0], tmp_path / "library"))

    (fault,) = quantify.failing_vectors(library, "trial.plus", engine.open_backend(name))

    assert isinstance(fault, VectorFails)
    assert (fault.code, fault.engine) == ("LIB-308", name)
    assert expected in fault.expected
    assert found in fault.found
    assert fault.place is not None
    assert fault.place.file.endswith("plus.vectors.yaml")


def test_people_of_one_vector_are_nobody_in_another() -> None:
    # Each vector of trial.limit_by_day fills 200 g of its own.
    vectors = LIBRARY.vectors("trial.limit_by_day")

    assert len(vectors) == 2
    assert list(quantify.failing_vectors(LIBRARY, "trial.limit_by_day", opened("reference"))) == []


def test_every_methodology_of_the_conformance_library_has_vectors() -> None:
    assert [name for name in TRIALS if not LIBRARY.vectors(name)] == []
