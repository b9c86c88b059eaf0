"""How far a formula computed in doubles may lie from its exact value, for one record.

The engines owe the judge's milligram wherever doubles can decide it. They cannot where a
comparison, a zero or a milligram's edge lies within the error that doubles gather on the way; such
records are rare, and they are found here by the usual forward bound, so that everything else is
held to the milligram.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from tanpuhui import formula
from tanpuhui.formula import (
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
    Value,
    Zeroed,
)

UNIT = Decimal(2) ** -53  # half the distance of two doubles, relative
LIBRARY_CALL = 4 * UNIT  # exp, ln and powers may be off by a little more
SNAPS = Decimal(1_000_000_000)
TIE = Decimal("0.5679")
TOO_LARGE = Decimal(10) ** 100
NOUGHT = Decimal(0)


class CannotTell(Exception):
    """Doubles may fall on either side."""


@dataclass(frozen=True)
class Near:
    """An exact amount, and how far its double may lie from it."""

    amount: Decimal
    error: Decimal = NOUGHT

    def least_size(self) -> Decimal:
        """The least that the double can measure, whatever its sign."""
        return abs(self.amount) - self.error

    def is_zero(self) -> bool:
        """Whether both are zero. Raises ``CannotTell`` where only one may be."""
        if self.amount == 0 == self.error:
            return True
        if self.least_size() <= 0:
            raise CannotTell
        return False


def in_doubles(tree: Node, values: Mapping[str, Value]) -> Near | str | bool | None:
    """What a formula gives in doubles.

    Raises:
        CannotTell: doubles may give null or a truth where the exact value is another.
    """
    match tree:
        case Number(value=value):
            return _read(value)
        case Name() | Lookup():
            found = formula.evaluator(tree)(values)
            return _read(found) if isinstance(found, Decimal) else found
        case Negative(of=of):
            near = _amount(of, values)
            return None if near is None else Near(-near.amount, near.error)
        case Convert(of=of, factor=factor):
            near = _amount(of, values)
            return None if near is None else _times(near, _read(factor))
        case Zeroed(of=of):
            near = _amount(of, values)
            return None if near is None else _zeroed(near)
        case Arithmetic(sign=sign, left=left, right=right):
            a, b = _amount(left, values), _amount(right, values)
            return None if a is None or b is None else _arithmetic(sign, a, b)
        case Comparison():
            return _compared(tree, values)
        case Not() | Logic():
            return _truth(tree, values)
        case Call():
            return _called(tree, values)
        case Member() | _:
            return cast("str | bool | None", formula.evaluator(tree)(values))


def _read(number: Decimal) -> Near:
    """A number that was read: its double is the nearest one."""
    exactly = Decimal(float(number)) == number
    return Near(number, NOUGHT if exactly else abs(number) * UNIT)


def _amount(tree: Node, values: Mapping[str, Value]) -> Near | None:
    found = in_doubles(tree, values)
    assert found is None or isinstance(found, Near)
    if found is not None and abs(found.amount) > TOO_LARGE:
        raise CannotTell
    return found


def _rounded(amount: Decimal, error: Decimal, by: Decimal = UNIT) -> Near:
    return Near(amount, error + (abs(amount) + error) * by)


def _zeroed(near: Near) -> Near:
    return Near(NOUGHT) if _snapped(near) == 0 else near


def _snapped(near: Near) -> int:
    """The sign of an amount, or zero for dust. Raises ``CannotTell`` at the edges of dust."""
    snapped = near.amount * SNAPS + TIE
    error = (near.error + abs(near.amount) * UNIT) * SNAPS + (abs(snapped) + 1) * UNIT
    if min(abs(snapped), abs(snapped - 1)) <= error:
        raise CannotTell
    return (snapped >= 1) - (snapped < 0)


def _times(a: Near, b: Near) -> Near:
    error = a.error * abs(b.amount) + b.error * abs(a.amount) + a.error * b.error
    return _rounded(a.amount * b.amount, error)


def _arithmetic(sign: str, a: Near, b: Near) -> Near | None:
    match sign:
        case "+":
            return _rounded(a.amount + b.amount, a.error + b.error)
        case "-":
            return _rounded(a.amount - b.amount, a.error + b.error)
        case "*":
            return _times(a, b)
        case "/":
            if b.is_zero():
                return None
            quotient = a.amount / b.amount
            return _rounded(quotient, (a.error + abs(quotient) * b.error) / b.least_size())
        case _:
            return _power(a, b)


def _power(base: Near, exponent: Near) -> Near | None:
    if base.is_zero():
        if exponent.amount != 0 or exponent.error != 0:
            exponent.is_zero()  # its sign decides
        return Near(NOUGHT) if exponent.amount > 0 else None
    distance = abs(exponent.amount - exponent.amount.to_integral_value())
    if base.amount < 0 and exponent.error:
        raise CannotTell
    if base.amount < 0 and distance:
        return None
    if abs(abs(base.amount).ln() * exponent.amount) > 200:
        raise CannotTell
    size = abs(base.amount) ** exponent.amount
    odd = base.amount < 0 and exponent.amount % 2 != 0
    relative = abs(exponent.amount) * base.error / base.least_size()
    relative += abs(abs(base.amount).ln()) * exponent.error
    return _rounded(-size if odd else size, 2 * relative * size, LIBRARY_CALL)


def _called(tree: Call, values: Mapping[str, Value]) -> Near | str | bool | None:
    match tree.name:
        case "given":
            return in_doubles(tree.arguments[0], values) is not None
        case "otherwise":
            found = in_doubles(tree.arguments[0], values)
            return in_doubles(tree.arguments[1], values) if found is None else found
        case "if":
            truth = _truth(tree.arguments[0], values)
            return None if truth is None else in_doubles(tree.arguments[1 if truth else 2], values)
        case _:
            nears = [_amount(argument, values) for argument in tree.arguments]
            return None if None in nears else _of(tree.name, cast("list[Near]", nears))


def _of(name: str, nears: list[Near]) -> Near | None:
    error = max(near.error for near in nears)
    amounts = [near.amount for near in nears]
    x, dust = amounts[0], nears[0].error
    match name:
        case "min":
            return Near(min(amounts), error)
        case "max":
            return Near(max(amounts), error)
        case "clip":
            return Near(min(max(amounts[0], amounts[1]), amounts[2]), error)
        case "exp":
            if abs(x) > 200:
                raise CannotTell
            return _rounded(x.exp(), 2 * dust * x.exp(), LIBRARY_CALL)
        case "ln":
            if nears[0].is_zero() or x < 0:
                return None
            return Near(x.ln(), dust / nears[0].least_size() + (abs(x.ln()) + UNIT) * LIBRARY_CALL)
        case _:
            assert name == "sqrt", name
            if nears[0].is_zero():
                return Near(NOUGHT)
            if x < 0:
                return None
            return _rounded(x.sqrt(), dust / nears[0].least_size().sqrt(), LIBRARY_CALL)


def _truth(tree: Node, values: Mapping[str, Value]) -> bool | None:
    match tree:
        case Not(of=of):
            truth = _truth(of, values)
            return None if truth is None else not truth
        case Logic(word=word, left=left, right=right):
            decides = word == "or"
            a, b = _truth(left, values), _truth(right, values)
            if decides in (a, b):
                return decides
            return None if a is None or b is None else not decides
        case _:
            found = in_doubles(tree, values)
            assert found is None or isinstance(found, bool)
            return found


def _compared(tree: Comparison, values: Mapping[str, Value]) -> bool | None:
    a, b = in_doubles(tree.left, values), in_doubles(tree.right, values)
    exact = formula.evaluator(tree)(values)
    if a is None or b is None or isinstance(a, str):
        return cast("bool | None", exact)
    assert isinstance(a, Near)
    assert isinstance(b, Near)
    difference = a.amount - b.amount
    error = a.error + b.error + abs(difference) * UNIT
    if not tree.snapped:
        if difference and abs(difference) <= error:
            raise CannotTell
        return cast("bool | None", exact)
    size = max(abs(a.amount), abs(b.amount), Decimal(1))
    _snapped(_rounded(difference / size, (error + abs(difference) * max(a.error, b.error)) / size))
    return cast("bool | None", exact)
