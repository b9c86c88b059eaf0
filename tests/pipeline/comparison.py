"""How what was posted is laid beside what a model says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tanpuhui.pipeline import Staged


def differences(found: Counter[Any], expected: Counter[Any]) -> str:
    """What a failure shows: the rows that only one of the two has."""
    more, less = found - expected, expected - found
    return "".join(f"\n  found    {row}" for row in more) + "".join(
        f"\n  expected {row}" for row in less
    )


def sums_by(
    posted: Iterable[Staged], amounts: str, points: str, by: str
) -> dict[Any, tuple[Any, ...]]:
    """By partner, region or person: acts, reduction, credited, and points, as the model has them.

    Args:
        amounts, points: the names of the staged tables that are summed.
    """
    sums: dict[Any, list[int]] = {}
    granted: dict[Any, Counter[str]] = {}
    for staged in posted:
        for row in getattr(staged, amounts).to_pylist():
            mine = sums.setdefault(row[by], [0, 0, 0])
            for place, name in enumerate(("count", "reduction_mg", "credited_mg")):
                mine[place] += row[name]
        for row in getattr(staged, points).to_pylist():
            mine_too = granted.setdefault(row[by], Counter())
            mine_too[row["currency"]] += row["points"]
    return without_zeros(sums, granted)


def without_zeros(
    sums: dict[Any, list[int]], granted: dict[Any, Counter[str]]
) -> dict[Any, tuple[Any, ...]]:
    """Sums and points put together; what comes to nothing is left out."""
    whole = {name: (*found, dict(+granted.get(name, Counter()))) for name, found in sums.items()}
    return {name: total for name, total in whole.items() if total != (0, 0, 0, {})}
