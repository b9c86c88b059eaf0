"""A checked formula as an Ibis column of doubles.

What Decimal and the engines would do differently is written out here once: division by zero, nulls
    in
``min`` and ``max``, logarithms and powers outside their range, comparisons of computed numbers.
There are no casts, no ``round`` and no decimal columns in what comes out.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, cast

import ibis
import ibis.expr.types as ir

from tanpuhui.formula import (
    EXP_LIMIT,
    SIZE_LIMIT,
    SNAP_TIE,
    SNAPS_PER_UNIT,
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

# A parameter as columns: from the keys of a look-up (none for a single value) to its value.
Table = Callable[[tuple[ir.StringValue, ...]], ir.FloatingValue]

_SIZE_LIMIT_LN = float(SIZE_LIMIT.ln())
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@ibis.udf.scalar.builtin(name="floor", signature=(("float64",), "float64"))
def floor(x: float) -> float:  # type: ignore[empty-body]  # engines have it
    """The engine's own floor; Ibis' floor casts to 64 bits, which fails on large numbers."""


def double(number: float) -> ir.FloatingScalar:
    """A constant of type double."""
    return cast(ir.FloatingScalar, ibis.literal(number, type="float64"))


def column(tree: Node, inputs: Mapping[str, ir.Value], parameters: Mapping[str, Table]) -> Any:
    """The column of a checked formula.

    Args:
        inputs: doubles for amounts, strings for texts.
        parameters: doubles.

    Returns:
        A double, string or boolean column; null where the formula has no value.
    """
    return _Compiler(inputs, parameters).column(tree)


def size(
    tree: Node,
    inputs: Mapping[str, ir.Value],
    parameters: Mapping[str, Table],
    largest: Mapping[str, float],
    *,
    sizes: Mapping[str, ir.Value] | None = None,
) -> Any:
    """How large the amounts can be that a formula adds and takes away: no sum cancels here.

    Where they are large and their difference is small, a double has lost the milligram though the
    result does not show it. It need not be sharp, so each parameter stands with its largest value,
    and no record looks it up a second time.

    Args:
        largest: of each parameter, the largest size of any value that may apply.
        sizes: of inputs that are themselves computed, how large what they were made of is.
    """
    return _Sizes(_Compiler(inputs, parameters), largest, sizes or {}).size(tree)


class _Compiler:
    def __init__(self, inputs: Mapping[str, ir.Value], parameters: Mapping[str, Table]) -> None:
        self.inputs = inputs
        self.parameters = parameters

    def column(self, node: Node) -> Any:
        match node:
            case Number(value=value):
                return double(float(value))
            case Text(value=text):
                return ibis.literal(text)
            case Name(name=name):
                return self.inputs[name] if name in self.inputs else self.parameters[name](())
            case Lookup(table=table, keys=keys):
                return self.parameters[table](tuple(self.column(key) for key in keys))
            case Negative(of=of):
                return -self.column(of)
            case Convert(of=of, factor=factor):
                return self.column(of) * double(float(factor))
            case Zeroed(of=of):
                amount = self.column(of)
                dust = _snapped(amount) == double(0.0)
                return ibis.ifelse(dust, double(0.0), amount)
            case Not(of=of):
                return ~self.column(of)
            case Arithmetic(sign=sign, left=left, right=right):
                return _ARITHMETIC[sign](self.column(left), self.column(right))
            case Comparison():
                return self._comparison(node)
            case Logic(word=word, left=left, right=right):
                a, b = self.column(left), self.column(right)
                return (a & b) if word == "and" else (a | b)
            case Member(item=item, texts=texts):
                return self.column(item).isin([text.value for text in texts])
            case Call():
                return self._call(node)

    def _comparison(self, node: Comparison) -> Any:
        left, right = self.column(node.left), self.column(node.right)
        if node.snapped:
            size = ibis.greatest(left.abs(), right.abs(), double(1.0))
            return _COMPARE[node.sign](_snapped((left - right) / size), double(0.0))
        return _COMPARE[node.sign](left, right)

    def _call(self, node: Call) -> Any:
        arguments = [self.column(argument) for argument in node.arguments]
        return _CALLS[node.name](*arguments)


class _Sizes:
    def __init__(
        self, compiler: _Compiler, largest: Mapping[str, float], sizes: Mapping[str, ir.Value]
    ) -> None:
        self.compiler = compiler
        self.largest = largest
        self.sizes = sizes

    def size(self, node: Node) -> Any:
        match node:
            case Name(name=name) if name in self.sizes:
                return self.sizes[name]
            case Name(name=name) | Lookup(table=name) if name in self.largest:
                return double(self.largest[name])
            case Negative(of=of) | Zeroed(of=of):
                return self.size(of)
            case Convert(of=of, factor=factor):
                return self.size(of) * double(abs(float(factor)))
            case Arithmetic(sign="+" | "-", left=left, right=right):
                return self.size(left) + self.size(right)
            case Arithmetic(sign="*", left=left, right=right):
                return self.size(left) * self.size(right)
            case Arithmetic(sign="/", left=left, right=right):
                return self.size(left) / self.compiler.column(right).abs().nullif(double(0.0))
            case Call(name="min" | "max" | "clip" | "otherwise", arguments=arguments):
                return self._any_of(arguments)
            case Call(name="if", arguments=(_, yes, no)):
                return self._any_of((yes, no))
            case _:
                return self.compiler.column(node).abs()

    def _any_of(self, nodes: tuple[Node, ...]) -> Any:
        # Whichever is chosen; one without value is no larger than nothing.
        return ibis.greatest(*(self.size(node).coalesce(double(0.0)) for node in nodes))


def _snapped(amount: Any) -> Any:
    return floor(amount * double(float(SNAPS_PER_UNIT)) + double(float(SNAP_TIE)))


def _divide(left: Any, right: Any) -> Any:
    return left / right.nullif(double(0.0))


def _power(base: Any, exponent: Any) -> Any:
    """As ``formula.functions.exact_power``: what has no power is null before it is used."""
    whole = floor(exponent) == exponent
    size = base.abs().nullif(double(0.0))
    fits = (size.ln() * exponent).abs() <= double(_SIZE_LIMIT_LN)
    usable = fits & ((base > double(0.0)) | whole)
    power = ibis.ifelse(usable, base, ibis.null("float64")) ** exponent
    zero = ibis.ifelse(exponent > double(0.0), double(0.0), ibis.null("float64"))
    return ibis.ifelse(base == double(0.0), zero, power)


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "^": _power,
}


def _largest(*amounts: Any) -> Any:
    """The largest; null if one is null, where the engines' own greatest(a, null) is a.

    NaN stands in for null: it compares as larger than any number. Each amount is written once, so
    that what is nested does not grow out of hand.
    """
    nothing = double(float("nan"))
    return ibis.greatest(*(amount.coalesce(nothing) for amount in amounts)).nullif(nothing)


def _smallest(*amounts: Any) -> Any:
    return -_largest(*(-amount for amount in amounts))


def _exp(x: Any) -> Any:
    limit = double(float(EXP_LIMIT))
    inside = ibis.ifelse((x <= limit) & (x >= -limit), x, ibis.null("float64"))
    return ibis.ifelse(x < -limit, double(0.0), inside.exp())


def _ln(x: Any) -> Any:
    # Zero and less become null before the logarithm sees them.
    return _largest(x, double(0.0)).nullif(double(0.0)).ln()


def _sqrt(x: Any) -> Any:
    return ibis.ifelse(x >= double(0.0), x, ibis.null("float64")).sqrt()


def _if(condition: Any, yes: Any, no: Any) -> Any:
    return condition.cases((True, yes), (False, no), else_=ibis.null("float64"))


_CALLS: dict[str, Callable[..., Any]] = {
    "min": _smallest,
    "max": _largest,
    "clip": lambda x, low, high: _smallest(_largest(x, low), high),
    "if": _if,
    "exp": _exp,
    "ln": _ln,
    "sqrt": _sqrt,
    "given": lambda x: x.notnull(),
    "otherwise": lambda x, y: x.coalesce(y),
}
