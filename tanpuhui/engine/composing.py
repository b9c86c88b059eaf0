"""Expressions that are built once for the same rules, however many batches come.

A plan of forty columns takes longer to build than a thousand records take to go through it, and a
programme has the same plans for every batch. A function that only builds an expression of what it
is given can therefore be marked ``@composed``; then the expression of the first call serves every
later one with the same arguments. Since expressions never change and name their tables, it serves
any session that has tables of these names and columns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any, ParamSpec, TypeVar

EXPRESSION_LIMIT = 128  # calls that are kept of each function

Takes = ParamSpec("Takes")
Gives = TypeVar("Gives")

_VALUES = (str, int, float, date, type(None))


def composed(build: Callable[Takes, Gives]) -> Callable[Takes, Gives]:
    """A function that builds an expression once for the same arguments.

    Two expressions are the same where they say the same, texts and numbers where they are equal,
    and rules (frozen dataclasses, libraries) only where they are one object, so that a programme
    with a change is never taken for the one without.

    Raises:
        TypeError: an argument is a dict, a list or something else that may change.
    """

    @functools.lru_cache(maxsize=EXPRESSION_LIMIT)
    def kept(call: _Call) -> Gives:
        return build(*call.given, **call.named)

    @functools.wraps(build)
    def found(*given: Takes.args, **named: Takes.kwargs) -> Gives:
        return kept(_Call(given, named))

    return found


class _Call:
    """The arguments of a call, equal to those that build the same."""

    def __init__(self, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.given, self.named = given, named
        self._key = (_key(given), tuple((name, _key(named[name])) for name in sorted(named)))
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Call) and self._key == other._key


class _Same:
    """An object that is equal to itself alone."""

    def __init__(self, one: Any) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.one is other.one


def _key(argument: Any) -> Any:
    import ibis.expr.types as ir  # whoever has an expression has loaded it

    from tanpuhui.rules import Library

    match argument:
        case ir.Expr():
            return argument.op()
        case tuple():
            return tuple(_key(part) for part in argument)
        case frozenset():
            return frozenset(_key(part) for part in argument)
        case _ if isinstance(argument, _VALUES):
            return type(argument), argument
        case _ if isinstance(argument, Library) or _is_frozen(argument):
            return _Same(argument)
    raise TypeError(f"{type(argument).__name__} may change, so nothing is built once for it")


def _is_frozen(argument: Any) -> bool:
    parameters = getattr(type(argument), "__dataclass_params__", None)
    return parameters is not None and parameters.frozen is True
