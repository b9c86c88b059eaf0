"""Imported results: what a partner can only hand over in grams, by an algorithm of its own.

They take the way of every record: checked, told from retries, de-duplicated, limited, posted. But
nothing is computed, so a line names the algorithm where others pin a methodology, and such lines
earn points and are never pooled. The result stands in the record as the quantity ``imported_g``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis

from tanpuhui import engine
from tanpuhui.engine import any_of
from tanpuhui.rules import Imported, Programme, Quantity, Scene
from tanpuhui.terms import Unit

RESULT = "imported_g"
MISSING = f"missing-{RESULT}"
TOO_LARGE = f"above-most-{RESULT}"
PREFIX = "imported:"  # before the partner, where other lines have the id of a methodology

_UNIT = Unit("gCO2e")


@dataclass(frozen=True)
class ImportedPlan:
    """The results of one partner, as a rule that computes nothing."""

    imported: Imported

    methodology_sha256 = None
    factor_set = None

    @property
    def methodology_id(self) -> str:
        """What stands in a line for the methodology."""
        return f"{PREFIX}{self.imported.partner}"

    @property
    def algorithm(self) -> str:
        """What the partner calls its algorithm."""
        return self.imported.algorithm


def scenes_of(programme: Programme) -> tuple[str, ...]:
    """Every scene of which the programme takes records or results."""
    results = (scene for imported in programme.imported for scene in imported.scenes)
    return tuple(dict.fromkeys([*programme.scenes, *results]))


def with_results(programme: Programme, scenes: Mapping[str, Scene]) -> dict[str, Scene]:
    """The scenes, those of imported results with ``imported_g`` besides, and nothing required.

    What a scene requires of other partners' records the methodology asks again.
    """
    results = {scene for imported in programme.imported for scene in imported.scenes}
    result = Quantity(RESULT, _UNIT, (), False, None, None)
    return {
        name: replace(
            scene,
            quantities={
                **{n: replace(q, required=False) for n, q in scene.quantities.items()},
                RESULT: result,
            },
        )
        if name in results
        else scene
        for name, scene in scenes.items()
    }


def is_imported(records: Any, programme: Programme) -> Any:
    """True for records that hand over a result."""
    return any_of(is_imported_by(records, imported) for imported in programme.imported)


def is_imported_by(records: Any, imported: Imported) -> Any:
    """True for records that hand over a result of one partner."""
    here = any_of(records.scene == scene for scene in imported.scenes)
    return ((records.partner == imported.partner) & here).fill_null(ibis.literal(value=False))


def result_columns(records: Any, mine: Any) -> dict[str, Any]:
    """The results in whole milligrams, ``code`` where there is none, and whose record it is.

    Args:
        mine: true of the partner's results.
    """
    reduction_mg = engine.whole_mg_column(records[RESULT])
    return {
        "mine": mine,
        "reduction_mg": reduction_mg,
        "code": ibis.cases(
            (records[RESULT].isnull(), MISSING),
            (reduction_mg.isnull(), TOO_LARGE),
            else_=ibis.null("string"),
        ),
    }
