"""The page of the language of formulas: grammar, meaning, functions with computed examples."""

from __future__ import annotations

import inspect
from decimal import Decimal, localcontext

from docs.making.markdown import NOTICE, fenced, paragraphs, table
from tanpuhui import formula, rules, terms

MEANING = (
    ("`+ -`", "both sides measure the same; kg and g are brought together"),
    ("`* /`", "units multiply and divide; `x / 0` is null, also for a zero that was computed"),
    ("`^`", "of a pure number any power; of an amount with a unit a written number"),
    ("`== != < <= > >=`", "of amounts that measure the same, `==` and `!=` also of texts; where a "
     "side is computed, what differs by less than half a billionth is equal: of the larger side, "
     "or of one unit where both are smaller"),
    ("`x in ('a', 'b')`", "true where the text is one of the list"),
    ("`and` `or` `not`", "of truths; false decides `and`, true decides `or`, also beside null"),
    ("`table[key]`", "the cell of a table; null where the table has none"),
    ("null", "null in an operand makes the result null; a condition that is null does not hold"),
)  # fmt: skip


def language(library: rules.Library) -> list[str]:
    """The page of the language."""
    parser = inspect.getmodule(formula.parse)
    assert parser is not None
    assert parser.__doc__ is not None
    before, grammar, *after = parser.__doc__.split("\n\n")[1:]
    length, signs, depth = (vars(parser)[f"{what}_LIMIT"] for what in ("LENGTH", "SIGN", "DEPTH"))
    assert before.startswith("The grammar"), "formula/parse.py no longer begins with the grammar"
    return [
        "# The language of formulas", "", NOTICE, "",
        "A formula is one line of a methodology's YAML. Its names are the case's inputs and",
        "parameters; its units are checked when the file is read; its result is a mass of CO2e.",
        "Why it is a language of our own: [0003](../decisions/0003-formula-language.md).",
        "", "## Grammar", "", "Loosest first; `{ }` means any number of times, `[ ]` at most once.",
        *fenced(inspect.cleandoc(grammar)),
        *paragraphs("\n\n".join(after)),
        f"A formula has at most {length:,} characters and {signs} signs, and brackets nest at most",
        f"{depth} deep.",
        "", "## Meaning", "",
        *table(("what", "means"), MEANING),
        "## Functions", "",
        "Units and value of each example were checked when this page was made.",
        *table(
            ("function", "meaning", "example"),
            [
                (f"`{f.takes}`", f"{f.means[0]}<br>{f.means[1]}", f"`{_computed(f, library)}`")
                for f in formula.FUNCTIONS.values()
            ],
        ),
    ]  # fmt: skip


def _computed(function: formula.Function, library: rules.Library) -> str:
    """A function's example with its value, which the language itself has computed."""
    written, value = function.example
    symbols = {"distance_km": formula.Symbol(terms.Unit("km"))}
    given: dict[str, formula.Value] = {
        "distance_km": Decimal(3) if function.rule == "presence" else None
    }
    holds = written if value == "true" else f"{written} == {value}"
    with localcontext(formula.EXACT):
        tree = formula.checked_condition(holds, symbols, library.units)
        assert formula.evaluator(tree)(given) is True, f"the example of {function.name} is wrong"
    if function.rule == "fallback":
        return f"{written} = {value}, where distance_km is null"
    return f"{written} = {value}"
