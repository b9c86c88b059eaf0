"""What differs between two versions of a rule: where, from when until when, and in what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from tanpuhui.rules.factors import Cells, Factor
from tanpuhui.rules.faults import NoValueInForce
from tanpuhui.rules.formulas import Condition
from tanpuhui.rules.methodologies import Case, Methodology
from tanpuhui.rules.programmes import Programme
from tanpuhui.rules.projects import Project
from tanpuhui.terms import DayRange, Regions

# What tells two files apart and is no rule: where they stand, and the hash of all their bytes.
_NO_RULE = {"id", "file", "sha256", "place", "cases", "project"}
# Keys that a reader sees and that change no figure.
WORDS_ALONE = {
    "title", "number", "issuer", "issued", "supersedes", "maps_to", "gases", "scope",
    "baseline_scenario", "project_scenario", "source", "monitoring", "quality", "notes",
    "standing", "text",
}  # fmt: skip


@dataclass(frozen=True)
class ValueChange:
    """Another number of a factor for one region over some days.

    Args:
        factor: its id; of a parameter that names another factor now, both.
        old: None where the factor had no value there and then.
    """

    factor: str
    unit: str
    region: str
    days: DayRange
    old: Cells | None
    new: Cells | None


def factor_changes(old: Factor | None, new: Factor | None) -> tuple[ValueChange, ...]:
    """Where and when another number is in force, as both are known today.

    Restated values count from the day they apply, not from the day they were known: a line that is
    posted keeps its value all the same. A region without values of its own follows the nearest
    around it, and is not listed for that.
    """
    assert old is not None or new is not None
    regions = dict.fromkeys((*_regions(old), *_regions(new)))
    return tuple(change for region in regions for change in _joined(_pieces(region, old, new)))


def _regions(factor: Factor | None) -> tuple[str, ...]:
    return () if factor is None else factor.regions()


def _pieces(region: str, old: Factor | None, new: Factor | None) -> Iterator[ValueChange]:
    there = [factor for factor in (old, new) if factor is not None]
    named = " → ".join(dict.fromkeys(factor.id for factor in there))
    edges = {date.min, date.max}
    for factor in there:
        for code in Regions.lineage(region):
            for value in factor.timeline(code):
                edges |= {value.days.from_day or date.min, value.days.until_day or date.max}
    for begin, end in pairwise(sorted(edges)):
        before, after = (_in_force(factor, region, begin) for factor in (old, new))
        if before != after:
            days = DayRange(None if begin == date.min else begin, None if end == date.max else end)
            yield ValueChange(named, there[-1].unit.text, region, days, before, after)


def _in_force(factor: Factor | None, region: str, day: date) -> Cells | None:
    if factor is None:
        return None
    try:
        return factor.in_force(region, day).cells
    except NoValueInForce:
        return None


def _joined(pieces: Iterator[ValueChange]) -> Iterator[ValueChange]:
    """Neighbouring pieces of the same two values as one."""
    current: ValueChange | None = None
    for piece in pieces:
        if (
            current is not None
            and current.days.until_day == piece.days.from_day
            and (current.old, current.new) == (piece.old, piece.new)
        ):
            days = DayRange(current.days.from_day, piece.days.until_day)
            current = replace(current, days=days)
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def methodology_changes(old: Methodology, new: Methodology) -> tuple[str, ...]:
    """The keys of the file that say something else, but for the values of its factors.

    A key of a case is named by the case's first scene, one of a project by the project:
    ``walk.formula``, ``project.terms``.
    """
    found = [key for key in _keys(old) if getattr(old, key) != getattr(new, key)]
    before = {scene: case for case in old.cases for scene in case.scenes}
    after = {scene: case for case in new.cases for scene in case.scenes}
    for scene in dict.fromkeys((*before, *after)):
        if scene not in before or scene not in after:
            found.append(f"scenes: {scene} {'added' if scene in after else 'removed'}")
        else:
            pairs = zip(_case_facts(before[scene]), _case_facts(after[scene]), strict=True)
            found += [f"{scene}.{key}" for (key, was), (_, now) in pairs if was != now]
    pairs = zip(_project_facts(old.project), _project_facts(new.project), strict=True)
    found += [f"project.{key}" for (key, was), (_, now) in pairs if was != now]
    return tuple(dict.fromkeys(found))


def _keys(rule: Any) -> tuple[str, ...]:
    return tuple(key for key in vars(rule) if key not in _NO_RULE)


def _case_facts(case: Case) -> list[tuple[str, Any]]:
    return [
        ("inputs", case.inputs),
        ("evidence", case.evidence),
        ("conditions", _as_written(case.conditions)),
        ("parameters", {name: factor.id for name, factor in case.parameters.items()}),
        ("formula", dict(case.texts)),
        ("limits", case.limits),
    ]


def _project_facts(project: Project | None) -> list[tuple[str, Any]]:
    """What a project's block says; nothing under each key where there is none."""
    rows, terms = (project.rows, project.terms) if project else ((), ())
    return [
        ("choices", project and project.choices),
        ("year", project and project.year),
        ("rows", [(k.name, k.columns, k.needed, _as_written(k.conditions)) for k in rows]),
        ("conditions", project and _as_written(project.conditions)),
        ("parameters", project and {name: f.id for name, f in project.parameters.items()}),
        ("terms", [(term.name, term.unit, term.text, term.of, term.years) for term in terms]),
        ("formula", project and dict(project.texts)),
        ("credited_years", project and project.credited_years),
    ]


def _as_written(conditions: tuple[Condition, ...]) -> list[tuple[str, str]]:
    return [(condition.code, condition.text) for condition in conditions]


def programme_changes(old: Programme, new: Programme) -> tuple[str, ...]:
    """The keys of a programme's file that say something else."""
    found = []
    for key in _keys(old):
        before, after = getattr(old, key), getattr(new, key)
        if key == "scenes":
            for scene in dict.fromkeys((*before, *after)):
                if _rules(before.get(scene, ())) != _rules(after.get(scene, ())):
                    found.append(f"scenes.{scene}")
        elif before != after:
            found.append(key)
    return tuple(found)


def _rules(found: Any) -> list[dict[str, Any]]:
    return [{key: getattr(rule, key) for key in _keys(rule)} for rule in found]
