"""Which values a formula reads: fallbacks, branches and look-ups, as far as texts decide them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest

from tanpuhui import formula
from tanpuhui.engine.factors_read import parameters_read
from tanpuhui.rules import Factor

PARAMETERS = cast(dict[str, Factor], dict.fromkeys(("usual", "other", "table"), None))
GIVEN = Decimal(7)


@pytest.mark.parametrize(
    ("text", "known", "read"),
    [
        ("x * usual", {"x": GIVEN}, [("usual", ())]),
        ("table[mode]", {"mode": "bus"}, [("table", ("bus",))]),
        ("table[mode]", {"mode": None}, []),
        # What is given stands in the place of the fallback.
        ("otherwise(x, usual)", {"x": GIVEN}, []),
        ("otherwise(x, usual)", {"x": None}, [("usual", ())]),
        ("if(given(x), x * usual, other)", {"x": GIVEN}, [("usual", ())]),
        ("if(given(x), x * usual, other)", {"x": None}, [("other", ())]),
        ("if(mode == 'bus', usual, other)", {"mode": "metro"}, [("other", ())]),
        # Numbers decide: both branches, and every cell.
        ("if(x > 3, usual, other)", {"x": GIVEN}, [("usual", ()), ("other", ())]),
        ("table[if(x > 3, 'a', 'b')]", {"x": GIVEN}, [("table", None)]),
        ("otherwise(table[mode], other)", {"mode": "bus"}, [("table", ("bus",)), ("other", ())]),
    ],
)
def test_a_formula_reads_what_it_reaches(
    text: str, known: dict[str, Any], read: list[tuple[str, tuple[str, ...] | None]]
) -> None:
    assert list(parameters_read(formula.parse(text), PARAMETERS, known)) == read
