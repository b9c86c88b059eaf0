"""Each failure of others that the reference tells of has a test that exists, or is called open."""

from __future__ import annotations

import ast

from docs.making.failures import all_failures, material
from tests.tidy.house import ROOT


def test_every_test_that_a_failure_of_others_names_exists() -> None:
    missing = []
    listed = [*(one.tests for one in all_failures()), *(one.tests for one in material())]
    for name in sorted({name for tests in listed for name in tests}):
        file, _, test = name.partition("::")
        path = ROOT / file
        found = path.is_file() and test in _tests(path.read_text(encoding="utf-8"))
        missing += [] if found else [name]

    assert not missing, f"docs/making/failures.py names tests that are not there: {missing}"


def test_every_failure_of_others_is_tested_or_called_open() -> None:
    both = [f.reports for f in all_failures() if bool(f.tests) == f.is_open]

    both += [(one.what,) for one in material() if bool(one.tests) == bool(one.open)]

    assert not both, f"a test or 'open', and not both: {both}"


def _tests(text: str) -> set[str]:
    tree = ast.parse(text)
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
