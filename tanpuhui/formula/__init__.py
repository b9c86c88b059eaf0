"""Floor 2. Decides what a formula of a methodology means: its grammar, its units, its value.

A formula is text such as ``distance_km * (baseline - by_mode[mode])``. It is parsed once, its units
are checked once, when the library is read; after that it is a small tree that ``evaluate`` computes
exactly in Decimal, that ``sentence`` writes out with its numbers, and that floor 4 turns into
columns.

Takes: a formula's text, and what its names stand for.
Gives: a checked tree; its exact value for one record; the sentence that explains it.
Refuses: what it cannot parse, a name it does not know, units that do not fit; each with the column.

A null in an operand makes the result null; a condition that is null does not hold.
"""

from tanpuhui.formula.check import (
    TEXT,
    TRUTH,
    Kind,
    Symbol,
    checked_amount,
    checked_condition,
    checked_mass,
)
from tanpuhui.formula.evaluate import (
    EXACT,
    SNAP_TIE,
    SNAPS_PER_UNIT,
    Evaluator,
    Value,
    evaluator,
)
from tanpuhui.formula.faults import FormulaFault
from tanpuhui.formula.functions import EXP_LIMIT, FUNCTIONS, SIZE_LIMIT, Function
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
    names_in,
)
from tanpuhui.formula.parse import parse
from tanpuhui.formula.sentence import Language, Leaf, sentence

__all__ = [
    "EXACT",
    "EXP_LIMIT",
    "FUNCTIONS",
    "SIZE_LIMIT",
    "SNAPS_PER_UNIT",
    "SNAP_TIE",
    "TEXT",
    "TRUTH",
    "Arithmetic",
    "Call",
    "Comparison",
    "Convert",
    "Evaluator",
    "FormulaFault",
    "Function",
    "Kind",
    "Language",
    "Leaf",
    "Logic",
    "Lookup",
    "Member",
    "Name",
    "Negative",
    "Node",
    "Not",
    "Number",
    "Symbol",
    "Text",
    "Value",
    "Zeroed",
    "checked_amount",
    "checked_condition",
    "checked_mass",
    "children",
    "evaluator",
    "names_in",
    "parse",
    "sentence",
]
