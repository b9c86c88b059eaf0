"""Points for lines: by credited mass, or by a table of scenes."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from tanpuhui.engine import composed, floor
from tanpuhui.rules import Currency, PerGram, PerScene
from tanpuhui.terms import MG_PER_GRAM

# A whole so much of a quantity counts as reached from a billionth below on: 0.3 kg is three times
# 0.1 kg, though not in doubles.
_ALMOST = 1e-9
_CARRIED = (
    "batch", "line", "programme", "partner", "person_id", "region", "scene", "methodology",
    "local_day",
)  # fmt: skip


@composed
def grants(lines: ir.Table, currencies: tuple[Currency, ...]) -> ir.Table | None:
    """What each line earns in each currency whose rate is published.

    A line earns what its act is worth with it, less what the act was worth before. So an act has
    the points of what it is credited in the end, however many corrections lead there.

    Args:
        lines: journal lines shaped as ``ledger.LINES``; and ``before_mg`` int64, mgCO2e: what the
            act that a line corrects was credited so far, 0 where it corrects none.
        currencies: of the programme.

    Returns:
        One row a line and currency that earns or loses a point, shaped as ``ledger.GRANTS``; None
        where no rate is published.
    """
    parts = [_of_currency(lines, currency) for currency in currencies if currency.rate is not None]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _of_currency(lines: ir.Table, currency: Currency) -> ir.Table:
    after_mg = lines.before_mg + lines.credited_mg
    granted = lines.select(
        *_CARRIED,
        currency=ibis.literal(currency.id),
        points=_points(lines, after_mg, currency) - _points(lines, lines.before_mg, currency),
    )
    return granted.filter(granted.points != 0)


def _points(lines: ir.Table, credited_mg: Any, currency: Currency) -> Any:
    """What the act of each line earns if it is credited so much; zero or more, int64."""
    match currency.rate:
        case PerGram(points=points):
            above, below = points.as_integer_ratio()
            # Whole numbers all the way: mg × above, cut by 1,000 × below.
            return (ibis.greatest(credited_mg, 0) * above) // (MG_PER_GRAM * below)
        case PerScene(scenes=scenes):
            branches = [
                (
                    (lines.scene == scene) & (credited_mg > 0),
                    floor(lines[rule.quantity] / float(rule.each) + _ALMOST) * rule.points,
                )
                for scene, rule in scenes.items()
            ]
            # Whole already, so that the cast cuts and rounds nothing.
            return ibis.cases(*branches, else_=ibis.literal(0.0)).fill_null(0.0).cast("int64")
        case None:
            raise AssertionError("a currency without rate grants nothing")
