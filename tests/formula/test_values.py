"""What formulas give, exactly: every operator and function, nulls and the edges of numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui.formula import FUNCTIONS, Function, Value
from tests.formula.language import grams, holds, number

# e to fifty digits: 2.7182818284 5904523536 0287471352 6624977572 4709369995|9
E_TO_FIFTY_DIGITS = Decimal("2.7182818284590452353602874713526624977572470937000")
TRUTHS = {"yes": Decimal(1), "no": Decimal(-1), "unknown": None}


# -- arithmetic ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2", "3"),
        ("1 - 2", "-1"),
        ("0.1 + 0.2", "0.3"),  # not 0.30000000000000004
        ("48.70 * 3", "146.1"),
        ("7 / 2", "3.5"),
        ("-2 ^ 2", "-4"),
        ("(-2) ^ 2", "4"),
        ("2 ^ 10", "1024"),
        ("2 ^ -1", "0.5"),
        ("2 ^ 3 ^ 2", "512"),
        ("4 ^ 0.5", "2"),
        ("1 - -1", "2"),
        ("1e3 / 1e-3", "1e6"),
        ("min(3, 1, 2)", "1"),
        ("max(3, 1, 2)", "3"),
        ("clip(7, 0, 5)", "5"),
        ("clip(-7, 0, 5)", "0"),
        ("clip(3, 0, 5)", "3"),
        ("clip(3, 5, 0)", "0"),  # high wins where they cross
        ("if(2 > 1, 5, 6)", "5"),
        ("if(2 < 1, 5, 6)", "6"),
        ("exp(0)", "1"),
        ("ln(1)", "0"),
        ("sqrt(9)", "3"),
        ("sqrt(0)", "0"),
    ],
)
def test_operators_and_functions_give_exact_numbers(text: str, expected: str) -> None:
    assert number(text) == Decimal(expected)


def test_a_quotient_without_end_is_cut_at_fifty_digits() -> None:
    assert number("1 / 3") == Decimal("0." + "3" * 50)


def test_a_product_of_many_factors_keeps_every_digit() -> None:
    found = number(" * ".join(["1.0001"] * 12))

    # 10,001^12 is a whole number of 49 digits; twelve factors of four decimals have 48 decimals.
    whole = str(10_001**12)
    assert found == Decimal(f"{whole[0]}.{whole[1:]}")


def test_exp_and_ln_are_right_to_fifty_digits() -> None:
    assert number("exp(1)") == E_TO_FIFTY_DIGITS
    assert abs((number("ln(exp(1))") or Decimal(0)) - 1) < Decimal("1e-48")


# -- where there is no number ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "0 / 0",
        "1 / (0.3 - 0.1 - 0.2)",
        "0 ^ 0",
        "0 ^ -1",
        "(-8) ^ 0.5",
        "(-8) ^ (1 / 3)",
        "10 ^ 301",  # past what both engines call a number
        "(-10) ^ 301",
        "10 ^ -301",
        "1e300 ^ 1e300",  # must not count a million digits either
        "sqrt(-1)",
        "ln(0)",
        "ln(-1)",
        "exp(701)",
        "exp(1e9)",
    ],
)
def test_what_has_no_value_is_null(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 ^ 3", "0"),
        ("(-2) ^ 3", "-8"),
        ("(-2) ^ -1", "-0.5"),
        ("10 ^ 299", "1e299"),
        ("exp(-701)", "0"),
        ("exp(-1e9)", "0"),
    ],
)
def test_the_edge_of_what_has_a_value_is_a_number(text: str, expected: str) -> None:
    assert number(text) == Decimal(expected)


def test_exp_of_seven_hundred_is_the_largest() -> None:
    largest = number("exp(700)")

    assert largest is not None
    # 700 / ln 10 = 304.006, so e^700 is about 1.014e304.
    assert Decimal("1.014e304") < largest < Decimal("1.015e304")


# -- nulls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "x + 1",
        "1 - x",
        "x * 0",
        "x / 2",
        "2 ^ x",
        "-x",
        "min(x, 1)",
        "max(1, x)",
        "clip(x, 0, 1)",
        "clip(1, x, 2)",
        "clip(1, 0, x)",
        "exp(x)",
        "ln(x)",
        "sqrt(x)",
        "otherwise(x, x)",
        "if(x > 1, 5, 6)",
        "if(2 > 1, x, 6)",
    ],
)
def test_null_in_an_operand_makes_the_result_null(text: str) -> None:
    assert number(text, {"x": None}) is None


def test_the_branch_that_is_not_taken_may_be_null() -> None:
    assert number("if(2 > 1, 5, x)", {"x": None}) == 5
    assert number("if(2 < 1, 1 / 0, 6)") == 6


def test_otherwise_takes_the_second_only_where_the_first_is_null() -> None:
    assert number("otherwise(x, 7)", {"x": None}) == 7
    assert number("otherwise(x, 7)", {"x": Decimal(0)}) == 0
    assert number("otherwise(1 / 0, 7)") == 7


def test_given_is_true_where_there_is_a_value_and_never_null() -> None:
    assert holds("given(x)", {"x": Decimal(0)}) is True
    assert holds("given(x)", {"x": None}) is False
    assert holds("given(mode)", {"mode": "bus"}) is True
    assert holds("given(mode)", {"mode": None}) is False


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_null_is_null(sign: str) -> None:
    assert holds(f"x {sign} 1", {"x": None}) is None
    assert holds(f"1 {sign} x + 1", {"x": None}) is None


@pytest.mark.parametrize("text", ["mode == 'bus'", "mode != 'bus'", "mode in ('bus', 'walk')"])
def test_a_null_text_is_neither_one_nor_another(text: str) -> None:
    assert holds(text, {"mode": None}) is None


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        ("yes", "yes", True, True),
        ("yes", "no", False, True),
        ("yes", "unknown", None, True),
        ("no", "yes", False, True),
        ("no", "no", False, False),
        ("no", "unknown", False, None),
        ("unknown", "yes", None, True),
        ("unknown", "no", False, None),
        ("unknown", "unknown", None, None),
    ],
)
def test_and_and_or_know_that_false_and_true_decide_alone(
    left: str, right: str, both: bool | None, either: bool | None
) -> None:
    values = {"x": TRUTHS[left], "y": TRUTHS[right]}

    assert holds("x > 0 and y > 0", values) is both
    assert holds("x > 0 or y > 0", values) is either


@pytest.mark.parametrize(("truth", "opposite"), [("yes", False), ("no", True), ("unknown", None)])
def test_not_of_null_is_null(truth: str, opposite: bool | None) -> None:
    assert holds("not x > 0", {"x": TRUTHS[truth]}) is opposite


# -- comparisons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "below", "same", "above"),
    [
        ("==", False, True, False),
        ("!=", True, False, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
    ],
)
def test_each_sign_compares_what_is_read_and_what_is_computed(
    sign: str, below: bool, same: bool, above: bool
) -> None:
    for text in (f"x {sign} 3", f"x + 0 {sign} 3"):
        found = [holds(text, {"x": Decimal(value)}) for value in ("2", "3", "4")]

        assert found == [below, same, above], text


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert holds("0.1 + 0.2 == 0.3") is True
    # as a double: 0.30000000000000004
    assert holds("x + 0 == 0.3", {"x": Decimal(repr(0.1 + 0.2))}) is True
    assert holds("x + 0 > 0.3", {"x": Decimal(repr(0.1 + 0.2))}) is False


@pytest.mark.parametrize(
    ("difference", "equal"),
    [
        # a computed difference d counts as none where -0.5679e-9 <= d < 0.4321e-9
        ("0.0000000004320", True),
        ("0.0000000004321", False),
        ("-0.0000000005679", True),
        ("-0.0000000005680", False),
        ("0.000000001", False),
    ],
)
def test_a_computed_difference_below_about_half_a_billionth_is_none(
    difference: str, equal: bool
) -> None:
    assert holds("x + 0.5 == 0.5", {"x": Decimal(difference)}) is equal


def test_large_amounts_are_compared_to_about_half_a_billionth_of_the_larger() -> None:
    # Of 10^9, 0.4 is 0.4 billionths, 0.5 is half a billionth; the border is at 0.4321.
    assert holds("x + 0 == 1e9", {"x": Decimal("1000000000.4")}) is True
    assert holds("x + 0 == 1e9", {"x": Decimal("1000000000.5")}) is False
    assert holds("x + 0 == -1e9", {"x": Decimal("-1000000000.4")}) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 / (x - 0.3)", None),
        ("1 / (0.3 - x)", None),
        ("sqrt(0.3 - x)", "0"),  # not null, though a trace below zero
        ("ln(x - 0.3)", None),
        ("(x - 0.3) ^ -1", None),
        ("(x - 0.3) ^ 0", None),
    ],
)
def test_where_a_zero_decides_the_dust_of_arithmetic_is_zero(
    text: str, expected: str | None
) -> None:
    # as a double, 0.1 + 0.2 is 0.30000000000000004
    found = number(text, {"x": Decimal(repr(0.1 + 0.2))})

    assert found == (None if expected is None else Decimal(expected))


def test_a_small_amount_that_is_read_is_no_dust() -> None:
    assert number("1 / x", {"x": Decimal("1e-12")}) == Decimal("1e12")
    assert number("sqrt(x)", {"x": Decimal("1e-12")}) == Decimal("1e-6")
    assert number("1 / 0.000000000001") == Decimal("1e12")


def test_what_is_read_is_compared_to_the_last_digit() -> None:
    assert holds("x == 0.3", {"x": Decimal("0.30000000000000004")}) is False
    assert holds("x > 0.3", {"x": Decimal("0.30000000000000004")}) is True


def test_a_converted_amount_is_compared_as_a_computed_one() -> None:
    # 0.3 km against 300.0000000001 m: 1e-13 km apart
    assert holds("distance_km == 300.0000000001 m", {"distance_km": Decimal("0.3")}) is True


# -- texts and tables ------------------------------------------------------------------------------


def test_texts_are_equal_letter_by_letter() -> None:
    assert holds("mode == 'bus'", {"mode": "bus"}) is True
    assert holds("mode != 'bus'", {"mode": "metro"}) is True
    assert holds("mode in ('bus', 'metro')", {"mode": "metro"}) is True
    assert holds("mode in ('bus', 'metro')", {"mode": "walk"}) is False


def test_a_table_gives_the_cell_of_its_keys() -> None:
    by_mode: Value = {("bus",): Decimal(52), ("metro",): Decimal(32), ("walk",): None}
    by_two: Value = {("bus", "electric"): Decimal(7), ("bus", "diesel"): Decimal(9)}
    values: dict[str, Value] = {"by_mode": by_mode, "by_two": by_two, "mode": "bus"}
    values |= {"distance_km": Decimal(10)}

    assert grams("distance_km * by_mode[mode]", values) == 520
    assert grams("distance_km * by_mode['metro']", values) == 320
    assert grams("distance_km * by_two[mode, 'diesel']", values) == 90


@pytest.mark.parametrize("mode", ["walk", "bicycle", None])
def test_an_empty_cell_a_key_that_is_not_there_and_a_null_key_give_null(mode: str | None) -> None:
    by_mode: Value = {("bus",): Decimal(52), ("walk",): None}
    values: dict[str, Value] = {"by_mode": by_mode, "mode": mode, "distance_km": Decimal(10)}

    assert grams("distance_km * by_mode[mode]", values) is None


# -- the table of functions ------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_each_function_s_example_gives_what_it_says(function: Function) -> None:
    text, expected = function.example
    given = {"distance_km": Decimal(1) if function.name == "given" else None}

    truth = holds(text if expected == "true" else f"{text} == {expected}", given)

    assert truth is True


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_each_function_says_what_it_means_in_english_and_in_chinese(function: Function) -> None:
    english, chinese = function.means

    assert english.isascii()
    assert any("一" <= letter <= "鿿" for letter in chinese)
