"""Units and kinds: whether a formula means anything.

The check walks the tree once and returns the same tree with every conversion written out
(``Convert``), so that whoever computes it later needs to know nothing of units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from tanpuhui.formula.faults import (
    UnknownChoice,
    UnknownFunction,
    UnknownName,
    WrongArguments,
    WrongUnit,
)
from tanpuhui.formula.functions import FUNCTIONS, Function
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
    children,
)
from tanpuhui.formula.parse import parse
from tanpuhui.terms import Unit, Units, UnknownUnit

TEXT: Literal["text"] = "text"
TRUTH: Literal["truth"] = "truth"
Kind = Unit | Literal["text", "truth"]

MASS_OF_CO2E = Unit("gCO2e")


@dataclass(frozen=True)
class Symbol:
    """What a name of a formula stands for.

    Args:
        kind: the unit of an amount, or ``TEXT``.
        axes: for a table, the names of its keys in order; empty for a single value.
        choices: for a text, what it may be; empty for any.
    """

    kind: Kind
    axes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def checked_mass(formula: str, symbols: Mapping[str, Symbol], units: Units) -> Node:
    """The tree of a formula whose value is in grams of CO2e.

    Raises:
        FormulaFault: it does not parse, uses an unknown name, or its units do not fit.
    """
    check = _Check(formula, symbols, units)
    tree, kind = check.node(parse(formula))
    return check.converted(
        tree, kind, MASS_OF_CO2E, "a mass of CO2e (gCO2e), as every formula gives"
    )


def checked_amount(formula: str, symbols: Mapping[str, Symbol], units: Units, wanted: Unit) -> Node:
    """The tree of a formula whose value is in the unit wanted.

    Raises:
        FormulaFault: it does not parse, uses an unknown name, or its units do not fit.
    """
    check = _Check(formula, symbols, units)
    tree, kind = check.node(parse(formula))
    return check.converted(tree, kind, wanted)


def checked_condition(formula: str, symbols: Mapping[str, Symbol], units: Units) -> Node:
    """The tree of a condition, whose value is a truth.

    Raises:
        FormulaFault: it does not parse, uses an unknown name, or its units do not fit.
    """
    check = _Check(formula, symbols, units)
    tree, kind = check.node(parse(formula))
    if kind != TRUTH:
        raise check.wrong(tree, kind, "a condition, such as 'steps > 0 step'")
    return tree


class _Check:
    """One walk over one formula: each method returns the checked node and its kind."""

    def __init__(self, formula: str, symbols: Mapping[str, Symbol], units: Units) -> None:
        self.formula = formula
        self.symbols = symbols
        self.units = units

    def node(self, node: Node) -> tuple[Node, Kind]:
        match node:
            case Number():
                return node, self._unit(node)
            case Text():
                return node, TEXT
            case Name():
                return node, self._name(node)
            case Lookup():
                return self._lookup(node)
            case Negative():
                of, unit = self.amount(node.of)
                return replace(node, of=of), unit
            case Not():
                return replace(node, of=self.truth(node.of)), TRUTH
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node), TRUTH
            case Logic():
                return (
                    replace(node, left=self.truth(node.left), right=self.truth(node.right)),
                    TRUTH,
                )
            case Member():
                return self._member(node), TRUTH
            case Call():
                return self._call(node)
            case Convert() | Zeroed():
                raise AssertionError("a formula is checked once")

    def amount(self, node: Node) -> tuple[Node, Unit]:
        """The node, which must be an amount, and its unit."""
        tree, kind = self.node(node)
        if not isinstance(kind, Unit):
            raise self.wrong(node, kind, "an amount")
        return tree, kind

    def truth(self, node: Node) -> Node:
        """The node, which must be a truth."""
        tree, kind = self.node(node)
        if kind != TRUTH:
            raise self.wrong(node, kind, "a condition")
        return tree

    def text(self, node: Node) -> Node:
        """The node, which must be a text."""
        tree, kind = self.node(node)
        if kind != TEXT:
            raise self.wrong(node, kind, "a text")
        return tree

    def converted(self, tree: Node, kind: Kind, wanted: Unit, wanted_text: str = "") -> Node:
        """The tree in the wanted unit; the same tree where no conversion is needed."""
        if not isinstance(kind, Unit) or not self.units.alike(kind, wanted):
            raise self.wrong(tree, kind, wanted_text or self._shown(wanted))
        factor = self.units.scale(kind, wanted)
        return tree if factor == 1 else Convert(tree, factor, wanted, tree.at)

    def wrong(self, node: Node, kind: Kind, wanted: str) -> WrongUnit:
        """The fault that this node is of the wrong kind."""
        return WrongUnit(formula=self.formula, at=node.at, found=self._shown(kind), wanted=wanted)

    def _shown(self, kind: Kind) -> str:
        if not isinstance(kind, Unit):
            return f"a {kind}"
        return "a pure number" if self.units.is_number(kind) else kind.text

    def _unit(self, node: Number) -> Unit:
        if node.unit is None:
            return self.units.none()
        try:
            return self.units.parse(node.unit)
        except UnknownUnit as fault:
            known = fault.nearest or ("a unit of vocabulary/units.yaml",)
            raise WrongUnit(
                formula=self.formula,
                at=node.at,
                found=f"the unknown unit {node.unit!r} (write '*' to multiply)",
                wanted=" or ".join(known),
            ) from fault

    def _name(self, node: Name) -> Kind:
        symbol = self._symbol(node.name, node.at)
        if symbol.axes:
            keys = ", ".join(symbol.axes)
            raise WrongArguments(
                formula=self.formula, at=node.at, name=f"table {node.name!r}",
                wanted=f"its keys, as in {node.name}[{keys}]", found=0,
            )  # fmt: skip
        return symbol.kind

    def _symbol(self, name: str, at: int) -> Symbol:
        if name not in self.symbols:
            known = tuple(sorted(self.symbols))
            raise UnknownName(formula=self.formula, at=at, name=name, known=known)
        return self.symbols[name]

    def _lookup(self, node: Lookup) -> tuple[Node, Kind]:
        symbol = self._symbol(node.table, node.at)
        if len(node.keys) != len(symbol.axes):
            axes = ", ".join(symbol.axes)
            wanted = f"{len(symbol.axes)} keys ({axes})" if axes else "no keys (it is one value)"
            raise WrongArguments(
                formula=self.formula, at=node.at, name=f"{node.table!r}",
                wanted=wanted, found=len(node.keys),
            )  # fmt: skip
        return replace(node, keys=tuple(self.text(key) for key in node.keys)), symbol.kind

    def _arithmetic(self, node: Arithmetic) -> tuple[Node, Unit]:
        left, left_unit = self.amount(node.left)
        if node.sign == "^":
            return self._power(node, left, left_unit)
        right, right_unit = self.amount(node.right)
        if node.sign == "*":
            return replace(node, left=left, right=right), self.units.multiply(left_unit, right_unit)
        if node.sign == "/":
            right = _zeroed(right)
            return replace(node, left=left, right=right), self.units.divide(left_unit, right_unit)
        right = self.converted(right, right_unit, left_unit)
        return replace(node, left=left, right=right), left_unit

    def _power(self, node: Arithmetic, base: Node, base_unit: Unit) -> tuple[Node, Unit]:
        exponent, exponent_unit = self.amount(node.right)
        none = self.units.none()
        exponent = _zeroed(self.converted(exponent, exponent_unit, none, "a pure number"))
        if self.units.is_number(base_unit):
            base = _zeroed(self.converted(base, base_unit, none))
            return replace(node, left=base, right=exponent), none
        written = _written_number(exponent)
        if written is None:
            wanted = f"a written number, since the base is in {base_unit.text}"
            raise WrongUnit(
                formula=self.formula, at=node.right.at, found="a computed exponent", wanted=wanted
            )
        power = self.units.power(base_unit, written)
        return replace(node, left=_zeroed(base), right=exponent), power

    def _comparison(self, node: Comparison) -> Comparison:
        left, left_kind = self.node(node.left)
        if left_kind == TEXT and node.sign in ("==", "!="):
            right = self.text(node.right)
            self._choices(left, right)
            self._choices(right, left)
            return replace(node, left=left, right=right)
        if not isinstance(left_kind, Unit):
            raise self.wrong(node.left, left_kind, f"an amount, to compare with {node.sign}")
        right, right_kind = self.node(node.right)
        right = self.converted(right, right_kind, left_kind)
        computed = not (_is_plain(left) and _is_plain(right))
        return replace(node, left=left, right=right, snapped=computed)

    def _member(self, node: Member) -> Member:
        item = self.text(node.item)
        for text in node.texts:
            self._choices(item, text)
        return replace(node, item=item)

    def _choices(self, item: Node, text: Node) -> None:
        if not (isinstance(item, Name) and isinstance(text, Text)):
            return
        choices = self.symbols[item.name].choices
        if choices and text.value not in choices:
            raise UnknownChoice(
                formula=self.formula, at=text.at, text=text.value, name=item.name, choices=choices
            )

    def _call(self, node: Call) -> tuple[Node, Kind]:
        function = FUNCTIONS.get(node.name)
        if function is None:
            known = tuple(FUNCTIONS)
            raise UnknownFunction(formula=self.formula, at=node.at, name=node.name, known=known)
        if not function.least <= len(node.arguments) <= function.most:
            raise WrongArguments(
                formula=self.formula, at=node.at, name=node.name,
                wanted=function.takes, found=len(node.arguments),
            )  # fmt: skip
        return self._checked_call(function, node)

    def _checked_call(self, function: Function, node: Call) -> tuple[Node, Kind]:
        match function.rule:
            case "alike" | "fallback":
                arguments, unit = self._alike(node.arguments)
                return replace(node, arguments=arguments), unit
            case "choice":
                condition = self.truth(node.arguments[0])
                branches, unit = self._alike(node.arguments[1:])
                return replace(node, arguments=(condition, *branches)), unit
            case "number":
                tree, unit = self.amount(node.arguments[0])
                number = self.converted(tree, unit, self.units.none(), "a pure number")
                return replace(node, arguments=(_zeroed(number),)), self.units.none()
            case "root":
                tree, unit = self.amount(node.arguments[0])
                root = self.units.power(unit, Decimal("0.5"))
                return replace(node, arguments=(_zeroed(tree),)), root
            case "presence":
                (argument,) = node.arguments
                if not isinstance(argument, Name):
                    raise WrongArguments(
                        formula=self.formula, at=argument.at, name="given",
                        wanted="the name of an input", found=1,
                    )  # fmt: skip
                self.node(argument)
                return node, TRUTH

    def _alike(self, nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], Unit]:
        first, unit = self.amount(nodes[0])
        rest = []
        for node in nodes[1:]:
            tree, kind = self.node(node)
            rest.append(self.converted(tree, kind, unit))
        return (first, *rest), unit


def _is_plain(node: Node) -> bool:
    """True for what is read and not computed, so that a double holds it as well as it can."""
    return isinstance(node, Number | Name | Lookup)


def _zeroed(node: Node) -> Node:
    """The node, where a zero decides: exactly zero where only the dust of a difference is left.

    A product or quotient may be as small as it likes; only a sum can leave dust.
    """
    return Zeroed(node, node.at) if _has_sum(node) else node


def _has_sum(node: Node) -> bool:
    if isinstance(node, Arithmetic) and node.sign in ("+", "-"):
        return True
    return any(_has_sum(child) for child in children(node))


def _written_number(node: Node) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative) and isinstance(node.of, Number):
        return -node.of.value
    return None
