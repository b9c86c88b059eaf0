"""Quantities that have no column of their own in a line: packed into one text, and read again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ibis

from tanpuhui import ledger
from tanpuhui.engine import joined, json_text
from tanpuhui.pipeline.faults import NameOfLine
from tanpuhui.pipeline.imported import scenes_of
from tanpuhui.pipeline.order import Order
from tanpuhui.rules import Quantity

_OWN = {*ledger.AMOUNT_QUANTITIES, *ledger.TEXT_QUANTITIES}
# Columns that stand beside the quantities of an act, from its record to its line.
_WORKING = {
    *(name for name in ledger.SUPPRESSED.names if name not in _OWN), "act_name", "before_mg",
    "code", "imported_g", "inexact", "is_new", "left_mg", "place", "position", "record_id",
    "record_position", "refused", "rule", "stays", "whole_mg",
}  # fmt: skip
_PREFIXES = ("more_", "new_")  # before columns of a line, where it is computed again
_NAME = re.compile("[a-z][a-z0-9_]*")


def refuse_names_of_lines(order: Order) -> None:
    """Raise NameOfLine if a scene of the programme names a quantity as something else of a line."""
    for scene in scenes_of(order.programme):
        carried = order.library.scene(scene).quantities.values()
        wrong = tuple(quantity.name for quantity in carried if not _may_be_kept(quantity))
        if wrong:
            raise NameOfLine(programme=order.programme.id, scene=scene, quantities=wrong)


def _may_be_kept(quantity: Quantity) -> bool:
    name = quantity.name
    if name in _OWN:
        return (quantity.unit is None) == (name in ledger.TEXT_QUANTITIES)
    free = name not in _WORKING and not name.startswith(_PREFIXES)
    return free and _NAME.fullmatch(name) is not None


def further_quantities(order: Order) -> Mapping[str, Quantity]:
    """The quantities of the programme's scenes that have no column of their own, by name."""
    scenes = (order.library.scene(scene) for scene in scenes_of(order.programme))
    found = {name: one for scene in scenes for name, one in scene.quantities.items()}
    return {name: found[name] for name in sorted(found) if name not in _OWN}


def packed(values: Mapping[str, Any], quantities: Mapping[str, Quantity]) -> Any:
    """The column ``further`` of acts.

    Args:
        values: a column of each quantity, by name; null where an act has none.
        quantities: these, in the order in which they are to be written.
    """
    members = [
        ibis.cases((values[name].notnull(), _member(name, values[name], one)), else_="")
        for name, one in quantities.items()
    ]
    inner = joined(*members) if len(members) > 1 else members[0]
    # Each member begins with a comma; the first stands for the bracket.
    return ibis.cases((inner != "", joined("{", inner.substr(1), "}")))


def _member(name: str, value: Any, quantity: Quantity) -> Any:
    if quantity.unit is not None:
        return joined(f',"{name}":', value.cast("string"))
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return joined(f',"{name}":"', escaped, '"')


def unpacked(lines: Any, quantities: Mapping[str, Quantity]) -> dict[str, Any]:
    """A column of each quantity, as lines hold it; null where a line has none."""
    columns = {}
    for name, quantity in quantities.items():
        text = json_text(lines[ledger.FURTHER], f"$.{name}")
        columns[name] = text if quantity.unit is None else text.cast("float64")
    return columns
