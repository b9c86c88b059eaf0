"""The exact value of a checked formula for one record, in Decimal: the meaning of the language.

The tree becomes nested Python functions once, so that a record costs a few microseconds a node.
Nulls follow SQL: null in, null out; ``and`` and ``or`` know that false and true decide alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import cast

from tanpuhui.formula.functions import EXACT_FUNCTIONS, exact_power
from tanpuhui.formula.nodes import (
    Arithmetic,
    Call,
    Comparison,
    Convert,
    Logic,
    Lookup,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Text,
    Zeroed,
)

# Fifty digits: products of a dozen factors stay exact; quotients and roots are cut far below a
# gram.
EXACT = Context(prec=50, traps=[DivisionByZero, InvalidOperation, Overflow])

# A computed comparison counts equal what differs by less than about half a billionth of the larger
# side, or of the unit where both sides are below one.
SNAPS_PER_UNIT = Decimal(1_000_000_000)
SNAP_TIE = Decimal("0.5679")
_ZERO, _ONE = Decimal(0), Decimal(1)

Scalar = Decimal | str | bool | None
Table = Mapping[tuple[str, ...], Decimal | None]
Value = Scalar | Table
Evaluator = Callable[[Mapping[str, Value]], Scalar]

_COMPARE: dict[str, Callable[[Scalar, Scalar], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": cast(Callable[[Scalar, Scalar], bool], operator.lt),
    "<=": cast(Callable[[Scalar, Scalar], bool], operator.le),
    ">": cast(Callable[[Scalar, Scalar], bool], operator.gt),
    ">=": cast(Callable[[Scalar, Scalar], bool], operator.ge),
}


def evaluator(tree: Node) -> Evaluator:
    """A function from a record's values to the formula's value.

    Args:
        tree: a checked tree.

    Returns:
        A function of the values by name: Decimal or None for amounts, str or None for texts, and
            for
        a table a mapping from its keys to Decimal or None. It gives Decimal, str, bool or None.
        Call it with ``EXACT`` as the decimal context.
    """
    match tree:
        case Number(value=value):
            return lambda _: value
        case Text(value=text):
            return lambda _: text
        case Name(name=name):
            return lambda values: cast(Scalar, values[name])
        case Lookup(table=table, keys=keys):
            return _lookup(table, tuple(evaluator(key) for key in keys))
        case Negative(of=of):
            return _with_one(evaluator(of), operator.neg)
        case Convert(of=of, factor=factor):
            return _with_one(evaluator(of), lambda amount: amount * factor)
        case Zeroed(of=of):
            return _with_one(evaluator(of), _zeroed)
        case Not(of=of):
            return _negation(evaluator(of))
        case Arithmetic(sign=sign, left=left, right=right):
            return _with_two(evaluator(left), evaluator(right), _ARITHMETIC[sign])
        case Comparison():
            return _comparison(tree)
        case Logic(word=word, left=left, right=right):
            return _logic(evaluator(left), evaluator(right), decides=word == "or")
        case Member(item=item, texts=texts):
            return _member(evaluator(item), frozenset(text.value for text in texts))
        case Call():
            return _call(tree)


def snapped_to_whole(amount: Decimal) -> Decimal:
    """An amount in whole billionths, so that the dust of arithmetic does not decide."""
    return (amount * SNAPS_PER_UNIT + SNAP_TIE).to_integral_value(ROUND_FLOOR)


def _zeroed(amount: Decimal) -> Decimal:
    return _ZERO if snapped_to_whole(amount) == 0 else amount


def _divide(left: Decimal, right: Decimal) -> Decimal | None:
    return None if right == 0 else left / right


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "^": exact_power,
}


def _with_one(of: Evaluator, change: Callable[[Decimal], Decimal | None]) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        amount = of(values)
        return None if amount is None else change(cast(Decimal, amount))

    return value


def _with_two(
    left: Evaluator, right: Evaluator, join: Callable[[Decimal, Decimal], Decimal | None]
) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        a, b = left(values), right(values)
        return None if a is None or b is None else join(cast(Decimal, a), cast(Decimal, b))

    return value


def _lookup(table: str, keys: tuple[Evaluator, ...]) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        found = tuple(cast(str, key(values)) for key in keys)
        return cast(Table, values[table]).get(found)

    return value


def _negation(of: Evaluator) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        truth = of(values)
        return None if truth is None else not truth

    return value


def _comparison(tree: Comparison) -> Evaluator:
    left, right, compare = evaluator(tree.left), evaluator(tree.right), _COMPARE[tree.sign]
    snapped = tree.snapped
    none = Decimal(0)

    def value(values: Mapping[str, Value]) -> Scalar:
        a, b = left(values), right(values)
        if a is None or b is None:
            return None
        if not snapped:
            return compare(a, b)
        x, y = cast(Decimal, a), cast(Decimal, b)
        return compare(snapped_to_whole((x - y) / max(abs(x), abs(y), _ONE)), none)

    return value


def _logic(left: Evaluator, right: Evaluator, *, decides: bool) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        a = left(values)
        if a is decides:
            return decides
        b = right(values)
        if b is decides:
            return decides
        return None if a is None or b is None else not decides

    return value


def _member(item: Evaluator, texts: frozenset[str]) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        text = item(values)
        return None if text is None else text in texts

    return value


def _call(tree: Call) -> Evaluator:
    arguments = tuple(evaluator(argument) for argument in tree.arguments)
    match tree.name:
        case "given":
            (of,) = arguments
            return lambda values: of(values) is not None
        case "otherwise":
            first, second = arguments
            return _fallback(first, second)
        case "if":
            return _choice(*arguments)
        case "min":
            return _over_all(arguments, min)
        case "max":
            return _over_all(arguments, max)
        case "clip":
            return _over_all(
                arguments, lambda amounts: min(max(amounts[0], amounts[1]), amounts[2])
            )
        case name:
            (of,) = arguments
            return _with_one(of, EXACT_FUNCTIONS[name])


def _fallback(first: Evaluator, second: Evaluator) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        found = first(values)
        return second(values) if found is None else found

    return value


def _choice(condition: Evaluator, yes: Evaluator, no: Evaluator) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        truth = condition(values)
        if truth is None:
            return None
        return yes(values) if truth else no(values)

    return value


def _over_all(
    arguments: tuple[Evaluator, ...], choose: Callable[[list[Decimal]], Decimal]
) -> Evaluator:
    def value(values: Mapping[str, Value]) -> Scalar:
        amounts = [argument(values) for argument in arguments]
        return None if None in amounts else choose(cast(list[Decimal], amounts))

    return value
