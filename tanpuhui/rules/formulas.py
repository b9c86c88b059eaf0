"""What cases and projects share: parameters, conditions, and formulas with their outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from tanpuhui import formula
from tanpuhui.formula import Arithmetic, Node, Symbol
from tanpuhui.rules.factors import Factor
from tanpuhui.rules.faults import NameTwice, NoResult
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.terms import Fault, Units

Output = Literal["baseline", "activity", "leakage", "reduction"]
OUTPUTS: tuple[Output, ...] = ("baseline", "activity", "leakage", "reduction")

Found = TypeVar("Found")
Symbols = Mapping[str, Symbol]


@dataclass(frozen=True)
class Condition:
    """What must hold for a record to count, and the code under which it is refused otherwise."""

    code: str
    text: str
    tree: Node
    says: Words | None


def read_parameters(
    fields: Fields, factor: Callable[[str], Factor], taken: Mapping[str, str]
) -> dict[str, Factor]:
    """The factors under ``parameters``, by the names that formulas give them.

    Args:
        taken: names that stand for something else, and for what.
    """
    block = fields.optional_block("parameters", f"{fields.of}, parameters")
    found: dict[str, Factor] = {}
    if block is None:
        return found
    for name in block.keys():  # noqa: SIM118 - Fields is no mapping
        factor_id = block.text(name)
        if name in taken:
            place = block.place_of(name)
            kinds = f"{taken[name]} and a parameter"
            fields.faults.append(NameTwice(place=place, name=name, kinds=kinds))
        try:
            found[name] = factor(factor_id)
        except Fault as fault:
            fault.place = fault.place or block.place_of(name)
            fields.faults.append(fault)
    return found


def read_conditions(fields: Fields, symbols: Symbols, units: Units) -> tuple[Condition, ...]:
    """What stands under ``conditions``."""
    conditions: list[Condition] = []
    for inner in fields.blocks("conditions", f"A condition of {fields.of}"):
        code, text = inner.text("code"), inner.text("that")
        says = inner.optional_words("says")
        inner.finish()
        if any(code == earlier.code for earlier in conditions):
            place = inner.place_of("code")
            kinds = "the code of two conditions"
            fields.faults.append(NameTwice(place=place, name=code, kinds=kinds))
        tree = checked(inner, "that", partial(formula.checked_condition, text, symbols, units))
        if tree is not None:
            conditions.append(Condition(code, text, tree, says))
    return tuple(conditions)


def read_formulas(
    block: Fields, symbols: Symbols, units: Units
) -> tuple[dict[Output, Node], dict[Output, str]]:
    """The outputs of a block ``formula``: checked, and as written."""
    trees: dict[Output, Node] = {}
    texts: dict[Output, str] = {}
    for output in OUTPUTS:
        text = block.optional_text(output)
        if text is None:
            continue
        texts[output] = text
        tree = checked(block, output, partial(formula.checked_mass, text, symbols, units))
        if tree is not None:
            trees[output] = tree
    if "reduction" not in texts and not {"baseline", "activity"} <= texts.keys():
        if set(texts) != {"activity"}:  # a footprint measures what is emitted and saves nothing
            block.faults.append(NoResult(place=block.place, found=tuple(texts)))
    elif "reduction" not in texts and {"baseline", "activity"} <= trees.keys():
        trees["reduction"] = _difference(trees)
    return trees, texts


def checked(fields: Fields, key: str, check: Callable[[], Found]) -> Found | None:
    """What a check gives; None where it raises, with the fault placed at the key."""
    try:
        return check()
    except Fault as fault:
        fault.place = fields.place_of(key)
        fields.faults.append(fault)
        return None


def _difference(trees: Mapping[Output, Node]) -> Node:
    """Baseline - activity - leakage."""
    tree: Node = Arithmetic("-", trees["baseline"], trees["activity"])
    return Arithmetic("-", tree, trees["leakage"]) if "leakage" in trees else tree
