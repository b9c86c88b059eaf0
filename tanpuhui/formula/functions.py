"""The functions of the language: what each takes, what it means, its exact value.

A function is added here, in ``engine/compile.py`` (its columns) and in the conformance suite (its
case); its place on docs/reference/formula.md is made from this table.

Null in, null out, but for ``if`` (the branch not taken may be null), ``given`` and ``otherwise``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

# Past this argument a double overflows (e^709.8); both engines stop at the same round number.
EXP_LIMIT = Decimal(700)
# A double holds at most 1.8e308; both engines call anything past this no value.
SIZE_LIMIT = Decimal("1e300")

Rule = Literal["alike", "number", "root", "choice", "presence", "fallback"]


@dataclass(frozen=True)
class Function:
    """A function of the language.

    Args:
        name: as written.
        takes: how it is called.
        least, most: number of arguments.
        rule: how its units are checked. ``alike``: all arguments measure the same, so does the
            result; ``number``: pure number in and out; ``root``: half the powers of the unit;
            ``choice``: a truth, then two alike; ``presence``: a name, gives a truth;
            ``fallback``: two alike.
        means: one sentence, English then Chinese.
        example: a formula and its value.
    """

    name: str
    takes: str
    least: int
    most: int
    rule: Rule
    means: tuple[str, str]
    example: tuple[str, str]


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function(
            "min", "min(a, b, …)", 2, 16, "alike",
            ("The smallest of the amounts; null if one is null.", "取最小值；任一为空则为空。"),
            ("min(3 km, 2 km)", "2 km"),
        ),
        Function(
            "max", "max(a, b, …)", 2, 16, "alike",
            ("The largest of the amounts; null if one is null.", "取最大值；任一为空则为空。"),
            ("max(3 km, 2 km)", "3 km"),
        ),
        Function(
            "clip", "clip(x, low, high)", 3, 3, "alike",
            ("x, but not below low and not above high (high wins where they cross).",
             "将 x 限制在下限与上限之间（上下限交叉时以上限为准）。"),
            ("clip(7 km, 0 km, 5 km)", "5 km"),
        ),
        Function(
            "if", "if(condition, a, b)", 3, 3, "choice",
            ("a where the condition holds, b where it does not; null where it is null.",
             "条件成立取 a，不成立取 b；条件为空则为空。"),
            ("if(2 km > 1 km, 5 km, 6 km)", "5 km"),
        ),
        Function(
            "exp", "exp(x)", 1, 1, "number",
            ("e to the power x, for x up to 700; null beyond.", "e 的 x 次方；x 大于 700 时为空。"),
            ("exp(0)", "1"),
        ),
        Function(
            "ln", "ln(x)", 1, 1, "number",
            ("The natural logarithm; null unless x > 0.", "自然对数；x 不大于 0 时为空。"),
            ("ln(1)", "0"),
        ),
        Function(
            "sqrt", "sqrt(x)", 1, 1, "root",
            ("The square root; null where x < 0.", "平方根；x 小于 0 时为空。"),
            ("sqrt(9 m2)", "3 m"),
        ),
        Function(
            "given", "given(name)", 1, 1, "presence",
            ("True where the record carries this quantity.", "记录中有该数值时为真。"),
            ("given(distance_km)", "true"),
        ),
        Function(
            "otherwise", "otherwise(x, y)", 2, 2, "fallback",
            ("x, or y where x is null.", "取 x；x 为空时取 y。"),
            ("otherwise(distance_km, 0 km)", "0 km"),
        ),
    )
}  # fmt: skip


def exact_exp(x: Decimal) -> Decimal | None:
    """``exp`` in Decimal: 0 below -700, null above 700, as in columns."""
    if x > EXP_LIMIT:
        return None
    return Decimal(0) if x < -EXP_LIMIT else x.exp()


def exact_ln(x: Decimal) -> Decimal | None:
    """``ln`` in Decimal: null unless x > 0."""
    return x.ln() if x > 0 else None


def exact_sqrt(x: Decimal) -> Decimal | None:
    """``sqrt`` in Decimal: null where x < 0."""
    return x.sqrt() if x >= 0 else None


def exact_power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """``^`` in Decimal: null for 0 to a power <= 0 and for roots of negative numbers."""
    if base == 0:
        return Decimal(0) if exponent > 0 else None
    if base < 0 and exponent != exponent.to_integral_value():
        return None
    if base < 0:
        odd = exponent % 2 != 0
        size = exact_power(-base, exponent)
        return None if size is None else (-size if odd else size)
    # The exponent of ten of the result; asked first, since Decimal would compute a million digits.
    if abs(base.ln() * exponent) > SIZE_LIMIT.ln():
        return None
    return base**exponent


EXACT_FUNCTIONS: dict[str, Callable[[Decimal], Decimal | None]] = {
    "exp": exact_exp,
    "ln": exact_ln,
    "sqrt": exact_sqrt,
}
