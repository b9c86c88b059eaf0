"""Numbers become whole in one place only, because engines disagree about it in silence.

``cast(2.7 as bigint)`` is 3 on DuckDB and 2 on Spark, ``round`` differs at the halves, and
decimals keep other scales. So plans hold neither; ``engine/rounding.py`` alone turns a fraction
into milligrams.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.tidy.house import PACKAGE, complaint, named, python_files

ROUNDING = PACKAGE / "engine" / "rounding.py"
WHOLE_ALREADY = "# whole already"
WHOLE = ("int", "uint", "decimal", "bigint", "hugeint", "numeric")


def test_the_engine_rounds_and_casts_to_whole_numbers_in_rounding_py_only() -> None:
    sources = [path for path in python_files("tanpuhui/engine") if path != ROUNDING]
    found = [
        f"{named(path)}:{line} {what}"
        for path in sources
        for line, what in _whole_making(path.read_text(encoding="utf-8"))
    ]

    assert sources, "there is no tanpuhui/engine yet"
    assert not found, complaint(
        "In the engine only rounding.py calls round() or casts to whole numbers or decimals.",
        found,
        f"use what {named(ROUNDING)} offers; a cast of what is whole already says so on its line:\n"
        f"  .cast('int64')  {WHOLE_ALREADY}: …why",
    )


@pytest.mark.parametrize(
    "line",
    [
        "x = round(y)",
        "x = t.grams.round()",
        "x = t.grams.round(2)",
        "x = t.grams.cast('int64')",
        "x = t.grams.cast(dt.int64)",
        "x = t.grams.cast(dt.Decimal(38, 9))",
        "x = t.grams.try_cast('decimal(18, 6)')",
    ],
)
def test_a_planted_rounding_is_seen(line: str) -> None:
    assert list(_whole_making(line))


@pytest.mark.parametrize(
    "line",
    [
        "x = t.steps.cast('float64')",
        "x = t.day.cast(dt.date)",
        "x = (t.steps > 0).cast('int64')",
        "x = t.steps.sum().cast('int64')  # whole already: a sum of int64",
        "x = floor(y)",
    ],
)
def test_what_makes_no_whole_number_is_left_alone(line: str) -> None:
    assert not list(_whole_making(line))


def _whole_making(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id="round") | ast.Attribute(attr="round")):
                yield node.lineno, "rounds"
            case ast.Call(func=ast.Attribute(value=value, attr="cast" | "try_cast"), args=[to]):
                said = WHOLE_ALREADY in lines[(node.end_lineno or node.lineno) - 1]
                if _is_whole(to) and not isinstance(value, ast.Compare) and not said:
                    yield node.lineno, "casts to a whole number or a decimal"


def _is_whole(target: ast.expr) -> bool:
    if isinstance(target, ast.Call):
        target = target.func
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return target.value.lower().lstrip("!").startswith(WHOLE)
    return isinstance(target, ast.Attribute) and target.attr.lower().startswith(WHOLE)


def test_rounding_py_is_where_this_test_looks_for_it() -> None:
    assert ROUNDING.is_file(), f"{named(ROUNDING)} is missing; the one rounding rule lives there"
