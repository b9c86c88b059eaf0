"""The grammar: which text makes which tree."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui import formula
from tanpuhui.formula import (
    Arithmetic,
    Call,
    Comparison,
    FormulaFault,
    Logic,
    Lookup,
    Member,
    Name,
    Negative,
    Not,
    Number,
    Text,
    parse,
)
from tanpuhui.formula.parse import DEPTH_LIMIT, SIGN_LIMIT

A, B, C, D = Name("a"), Name("b"), Name("c"), Name("d")


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a * b + c", "(a * b) + c"),
        ("a - b - c", "(a - b) - c"),
        ("a / b / c", "(a / b) / c"),
        ("a / b * c", "(a / b) * c"),
        ("-a ^ b", "-(a ^ b)"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("a * b ^ c", "a * (b ^ c)"),
        ("a ^ -b", "a ^ (-b)"),
        ("-a * b", "(-a) * b"),
        ("a - -b", "a - (-b)"),
        ("a + b > c * d", "(a + b) > (c * d)"),
        ("not a > b", "not (a > b)"),
        ("not a > b and c > d", "(not (a > b)) and (c > d)"),
        ("a > b and c > d or a < d", "((a > b) and (c > d)) or (a < d)"),
        ("a > b or c > d and a < d", "(a > b) or ((c > d) and (a < d))"),
        ("a > b or c > d or a < d", "((a > b) or (c > d)) or (a < d)"),
        ("not not a > b", "not (not (a > b))"),
    ],
)
def test_a_formula_without_brackets_reads_as_that_with_brackets(text: str, same_as: str) -> None:
    assert parse(text) == parse(same_as)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a + b", Arithmetic("+", A, B)),
        ("a ^ -2", Arithmetic("^", A, Negative(Number(Decimal(2))))),
        ("a <= b", Comparison("<=", A, B)),
        ("a != b", Comparison("!=", A, B)),
        ("not a > b", Not(Comparison(">", A, B))),
        ("a > b or c", Logic("or", Comparison(">", A, B), C)),
        ("a == 'bus'", Comparison("==", A, Text("bus"))),
        ("a == '汽车'", Comparison("==", A, Text("汽车"))),
        ("a in ('bus', 'metro')", Member(A, (Text("bus"), Text("metro")))),
        ("f[a]", Lookup("f", (A,))),
        ("f[a, 'coal']", Lookup("f", (A, Text("coal")))),
        ("min(a, b, c)", Call("min", (A, B, C))),
        ("if(a > b, c, d)", Call("if", (Comparison(">", A, B), C, D))),
        ("  a\n", A),
        ("(((a)))", A),
    ],
)
def test_each_form_of_the_grammar_gives_its_node(text: str, tree: formula.Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0", "0", None),
        ("10001", "10001", None),
        ("48.70", "48.70", None),
        ("1e3", "1000", None),
        ("1.5E-3", "0.0015", None),
        ("7250 step", "7250", "step"),
        ("200 gCO2e", "200", "gCO2e"),
        ("3 gCO2e/km", "3", "gCO2e/km"),
        ("3 gCO2e/km/step", "3", "gCO2e/km/step"),
        ("3 t*km", "3", "t*km"),
        ("3 km^2", "3", "km^2"),
        ("3 km^-1", "3", "km^-1"),
        ("1e3 km", "1000", "km"),
    ],
)
def test_a_number_is_an_exact_decimal_and_its_unit_follows_after_a_space(
    text: str, value: str, unit: str | None
) -> None:
    tree = parse(text)

    assert tree == Number(Decimal(value), unit)


def test_the_digits_of_a_number_are_kept_as_written() -> None:
    tree = parse("48.70")

    assert isinstance(tree, Number)
    assert str(tree.value) == "48.70"


def test_and_or_not_and_in_after_a_number_are_words_and_no_units() -> None:
    tree = parse("a > 5 and b > 5 or c > 5")

    assert tree == parse("((a > 5) and (b > 5)) or (c > 5)")
    assert parse("5 inch") == Number(Decimal(5), "inch")


def test_a_sign_after_a_unit_and_a_number_is_arithmetic() -> None:
    assert parse("2 km*3") == Arithmetic("*", Number(Decimal(2), "km"), Number(Decimal(3)))
    assert parse("2 km * a") == Arithmetic("*", Number(Decimal(2), "km"), A)


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ("", 0, "the end"),
        ("a +", 3, "the end"),
        ("a + + b", 4, "'+'"),
        ("a b", 2, "'b'"),
        ("(a", 2, "the end"),
        ("a)", 1, "')'"),
        ("a == b == c", 7, "'=='"),
        ("a $ b", 2, "'$'"),
        ("a = b", 2, "'='"),
        ("5.", 1, "'.'"),
        (".5", 0, "'.'"),
        ("7250step", 4, "'step'"),
        ("7250  step", 6, "'step'"),  # two spaces: the unit is another word
        ("'bus", 0, '"\'"'),
        ("min(a,)", 6, "')'"),
        ("f[]", 2, "']'"),
        ("f[a", 3, "the end"),
        ("a in 'bus'", 5, "'bus'"),
        ("a in ()", 6, "')'"),
        ("a in (b)", 6, "'b'"),
        ("a in ('bus', 3)", 13, "'3'"),
        ("a and", 5, "the end"),
        ("not", 3, "the end"),
        ("in", 0, "'in'"),
        ("a ** b", 3, "'*'"),
        ("a < > b", 4, "'>'"),
        ("a # b", 2, "'#'"),
        ("距离", 0, "'距'"),
    ],
)
def test_what_does_not_follow_the_grammar_is_refused_at_its_column(
    text: str, column: int, found: str
) -> None:
    with pytest.raises(FormulaFault) as refusal:
        parse(text)

    fault = refusal.value
    assert (fault.code, fault.at) == ("FML-101", column)
    assert f"Found {found}" in fault.what()
    assert "mend the formula at the mark" in fault.remedy()


def test_a_formula_of_two_thousand_characters_is_read_and_one_longer_is_refused() -> None:
    longest = "a".ljust(2_000)

    tree = parse(longest)

    assert tree == A
    with pytest.raises(FormulaFault) as refusal:
        parse(longest + " ")
    assert refusal.value.code == "FML-101"
    assert "2001 characters" in refusal.value.what()
    assert "at most 2000 characters" in refusal.value.what()


@pytest.mark.parametrize(
    ("opened", "closed"), [("(", ")"), ("min(a, ", ")"), ("f[", "]"), ("-", ""), ("a ^ ", "")]
)
def test_so_many_inside_one_another_are_read_and_one_more_is_refused(
    opened: str, closed: str
) -> None:
    deepest = opened * DEPTH_LIMIT + "a" + closed * DEPTH_LIMIT

    parse(deepest)

    with pytest.raises(FormulaFault) as refusal:
        parse(opened + deepest + closed)
    assert refusal.value.code == "FML-101"
    assert f"at most {DEPTH_LIMIT} brackets inside one another" in refusal.value.what()


def test_the_deepest_formula_is_read_by_a_web_server_that_is_a_hundred_calls_deep_itself() -> None:
    deepest = "min(a, " * DEPTH_LIMIT + "a" + ")" * DEPTH_LIMIT

    def called(depth: int) -> formula.Node:
        return parse(deepest) if depth == 0 else called(depth - 1)

    # Python gives up at a thousand calls inside one another.
    assert list(formula.names_in(called(100))) == ["a"] * (DEPTH_LIMIT + 1)


@pytest.mark.parametrize("sign", ["+", "-", "*", "/"])
def test_so_many_signs_are_read_and_one_more_is_refused(sign: str) -> None:
    longest = f" {sign} ".join(["a"] * (SIGN_LIMIT + 1))

    parse(longest)

    with pytest.raises(FormulaFault) as refusal:
        parse(f"{longest} {sign} a")
    assert refusal.value.code == "FML-101"
    assert f"{SIGN_LIMIT + 1} signs" in refusal.value.what()


def test_brackets_beside_one_another_do_not_count_as_deep() -> None:
    tree = parse(" + ".join(["(a)"] * (DEPTH_LIMIT + 1)))

    assert list(formula.names_in(tree)) == ["a"] * (DEPTH_LIMIT + 1)


def test_the_names_of_a_formula_are_told_in_order_with_repeats() -> None:
    tree = parse("if(given(power) and mode in ('bus'), a * f[mode], min(a, -b) ^ 2)")

    names = list(formula.names_in(tree))

    assert names == ["power", "mode", "a", "f", "mode", "a", "b"]
