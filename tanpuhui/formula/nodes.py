"""The tree of a formula: thirteen kinds of node, all frozen.

``at`` is the column in the formula's text where the node begins, from 0; it takes no part in
equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tanpuhui.terms import Unit

ArithmeticSign = Literal["+", "-", "*", "/", "^"]
ComparisonSign = Literal["==", "!=", "<", "<=", ">", ">="]
LogicWord = Literal["and", "or"]


@dataclass(frozen=True)
class Number:
    """A written number; ``unit`` is its written unit, None for a pure number."""

    value: Decimal
    unit: str | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Text:
    """A written text, in single quotes."""

    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Name:
    """An input or a parameter."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Lookup:
    """A value of a table parameter: one key for each of the table's axes."""

    table: str
    keys: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Negative:
    """Minus something."""

    of: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Not:
    """The opposite of a truth."""

    of: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Arithmetic:
    """Two amounts and a sign."""

    sign: ArithmeticSign
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Comparison:
    """Two amounts or two texts compared.

    ``snapped`` is set by the check where a side is computed: then the difference is first brought
    to billionths of the larger side, so that 0.1 + 0.2 equals 0.3 for every engine.
    """

    sign: ComparisonSign
    left: Node
    right: Node
    snapped: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Logic:
    """Two truths joined."""

    word: LogicWord
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Member:
    """A text that is one of a list."""

    item: Node
    texts: tuple[Text, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Convert:
    """An amount brought to another unit of the same kind; put in by the check, never written."""

    of: Node
    factor: Decimal
    unit: Unit
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Zeroed:
    """A computed amount that is zero where only the dust of arithmetic is left of it.

    Put in by the check where a zero decides: under a division, a root, a logarithm and a power.
    """

    of: Node
    at: int = field(default=0, compare=False)


Node = (
    Number
    | Text
    | Name
    | Lookup
    | Negative
    | Not
    | Arithmetic
    | Comparison
    | Logic
    | Member
    | Call
    | Convert
    | Zeroed
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Lookup(keys=keys):
            return keys
        case Negative(of=of) | Not(of=of) | Convert(of=of) | Zeroed(of=of):
            return (of,)
        case Arithmetic(left=left, right=right) | Logic(left=left, right=right):
            return (left, right)
        case Comparison(left=left, right=right):
            return (left, right)
        case Member(item=item, texts=texts):
            return (item, *texts)
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def names_in(node: Node) -> Iterator[str]:
    """Every input and parameter that the formula uses, in order of appearance, repeats included."""
    if isinstance(node, Name):
        yield node.name
    if isinstance(node, Lookup):
        yield node.table
    for child in children(node):
        yield from names_in(child)
