"""Laws of the language, on random arithmetic."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui import formula
from tanpuhui.formula import (
    EXACT,
    Arithmetic,
    FormulaFault,
    Name,
    Negative,
    Node,
    Number,
    Value,
    parse,
)
from tests.formula.language import holds, number

# A formula written out with all its brackets, and its value; None where it divides by zero.
Written = tuple[str, Decimal | None]

SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
NUMBERS = st.decimals(0, 100_000, allow_nan=False, places=4).map(lambda value: (str(value), value))


def _joined(parts: tuple[str, Written, Written]) -> Written:
    sign, (left_text, left), (right_text, right) = parts
    text = f"({left_text} {sign} {right_text})"
    if left is None or right is None or (sign == "/" and _is_dust(right)):
        return text, None
    with localcontext(EXACT):
        return text, SIGNS[sign](left, right)


def _is_dust(divisor: Decimal) -> bool:
    """What counts as zero where a zero decides; written numbers here have four decimals at most."""
    return Decimal("-0.5679e-9") <= divisor < Decimal("0.4321e-9")


def _negated(part: Written) -> Written:
    text, value = part
    return f"(-{text})", None if value is None else value.copy_negate()


WRITTEN = st.recursive(
    NUMBERS,
    lambda inner: (
        st.tuples(st.sampled_from(list(SIGNS)), inner, inner).map(_joined) | inner.map(_negated)
    ),
    max_leaves=20,
)
TREES = st.recursive(
    st.sampled_from("abcd").map(Name),
    lambda inner: (
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner) | st.builds(Negative, inner)
    ),
    max_leaves=12,
)
FRACTIONS = st.fixed_dictionaries(
    {name: st.fractions(-9, 9, max_denominator=9).filter(bool) for name in "abcd"}
)


@given(WRITTEN)
def test_the_language_computes_what_python_s_decimal_arithmetic_computes(written: Written) -> None:
    text, expected = written

    found = number(text)

    assert found == expected


@given(tree=TREES, values=FRACTIONS)
def test_the_sentence_has_all_the_brackets_that_its_meaning_needs(
    tree: Node, values: Mapping[str, Fraction]
) -> None:
    said = formula.sentence(tree, _name, "en")

    again = parse(said.replace("×", "*").replace("÷", "/").replace("−", "-"))

    # Fractions are exact, so that another grouping of the same meaning gives the same number.
    assert _value(again, values) == _value(tree, values), said


def _name(node: object) -> str:
    assert isinstance(node, Name)
    return node.name


def _value(tree: Node, values: Mapping[str, Fraction]) -> object:
    return formula.evaluator(tree)(cast(Mapping[str, Value], values))


@given(st.lists(st.sampled_from([*"ab12. +-*/^()[],<>='\n$", "min", "not ", " km"])).map("".join))
def test_any_text_is_a_formula_or_is_refused_at_a_column_inside_it(text: str) -> None:
    fault = _fault_of(lambda: parse(text))

    assert fault is None or fault.code == "FML-101"
    assert fault is None or 0 <= fault.at <= len(text)


def _fault_of(read: Callable[[], object]) -> FormulaFault | None:
    try:
        read()
    except FormulaFault as fault:
        return fault
    return None


@given(st.decimals(0, 10**12, allow_nan=False, places=6), st.sampled_from(["km", "gCO2e/km"]))
def test_a_number_written_with_its_unit_reads_back_to_the_digit(value: Decimal, unit: str) -> None:
    assert parse(f"{value} {unit}") == Number(value, unit)


@pytest.mark.parametrize(
    "text", ["+".join(["x"] * 990), "*".join(["x"] * 990), " / ".join(["x"] * 490)]
)
def test_the_longest_chain_that_the_length_allows_is_computed_or_refused_and_never_crashes(
    text: str,
) -> None:
    fault = _fault_of(lambda: number(text, {"x": Decimal(1)}))

    assert fault is None or fault.code == "FML-101"
    assert fault is None or "2000 characters" not in fault.what()


def test_the_longest_chain_of_conditions_is_computed_or_refused_and_never_crashes() -> None:
    text = " or ".join(["x>1"] * 280)

    fault = _fault_of(lambda: holds(text, {"x": Decimal(1)}))

    assert fault is None or fault.code == "FML-101"
    assert fault is None or "2000 characters" not in fault.what()


def test_a_chain_of_fifty_terms_is_computed() -> None:
    assert number(" + ".join(["x"] * 50), {"x": Decimal(2)}) == 100
    assert number(" * ".join(["x"] * 50), {"x": Decimal(2)}) == 2**50
