"""Two versions of the rules: what a typical act is worth by each, where and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from tanpuhui import engine, rules
from tanpuhui.engine import Backend
from tanpuhui.quantify.compare import nearest_day
from tanpuhui.quantify.vectors import computed
from tanpuhui.rules import (
    Factor,
    Library,
    Methodology,
    ParameterWithoutValue,
    ValueChange,
    Vector,
    faults_of,
)
from tanpuhui.terms import DayRange, Fault, Faults, Regions

Fate = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Worth:
    """What an act comes to: whole milligrams, or the code under which it is refused."""

    mg: int | None
    code: str | None


@dataclass(frozen=True)
class Act:
    """A worked case of the methodology, by both versions, on one day in one region."""

    vector: str
    region: str
    day: date
    old: Worth
    new: Worth

    def difference_mg(self) -> int | None:
        """New less old; None where one of the two is refused."""
        if self.old.mg is None or self.new.mg is None:
            return None
        return self.new.mg - self.old.mg


@dataclass(frozen=True)
class Change:
    """What became of a methodology.

    Args:
        keys: what its file says differently.
        values: the numbers in force that differ, of the factors it uses.
        acts: ordinary worked cases whose worth differs.
        programmes: by programme, old or new, the scenes that it computes by this methodology.
    """

    id: str
    fate: Fate
    keys: tuple[str, ...]
    values: tuple[ValueChange, ...]
    acts: tuple[Act, ...]
    programmes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Version:
    """One side of a comparison: a library, and its methodology that is compared."""

    library: Library
    methodology: Methodology | None


def changes(old: Library, new: Library, backend: Backend) -> tuple[Change, ...]:
    """Every methodology that differs, by its file or by a number of a factor that it uses."""
    found = []
    for name in sorted({*old.ids("methodology"), *new.ids("methodology")}):
        before, after = (_version(library, name) for library in (old, new))
        change = change_of(name, before, after, backend)
        if change is not None:
            found.append(change)
    return tuple(found)


def _version(library: Library, name: str) -> Version:
    there = name in library.ids("methodology")
    return Version(library, library.methodology(name) if there else None)


def change_of(name: str, old: Version, new: Version, backend: Backend) -> Change | None:
    """What became of one methodology; None where nothing did."""
    before, after = old.methodology, new.methodology
    programmes = _programmes({m.id for m in (before, after) if m is not None}, old, new)
    if before is None or after is None:
        fate: Fate = "removed" if after is None else "added"
        return Change(name, fate, (), (), (), programmes)
    keys = rules.methodology_changes(before, after)
    values = tuple(_values(before, after))
    if not keys and not values:
        return None
    acts = tuple(_acts(old, new, keys=keys, values=values, backend=backend))
    return Change(name, "changed", keys, values, acts, programmes)


def _programmes(ids: set[str], old: Version, new: Version) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for library in (old.library, new.library):
        for name in library.ids("programme"):
            for scene, scene_rules in library.programme(name).scenes.items():
                if any(rule.methodology in ids for rule in scene_rules):
                    found.setdefault(name, {})[scene] = None
    return {name: tuple(scenes) for name, scenes in sorted(found.items())}


def _values(before: Methodology, after: Methodology) -> Iterator[ValueChange]:
    """The numbers that differ and that the methodology asks for, in its regions and days."""
    pairs = {}
    mine, theirs = _parameters(before), _parameters(after)
    for name in mine:
        if name in theirs:
            pairs[mine[name].id, theirs[name].id] = (mine[name], theirs[name])
    for _, (old, new) in sorted(pairs.items()):
        for change in rules.factor_changes(old, new):
            if any(_within(change, method) for method in (before, after)):
                yield change


def _parameters(method: Methodology) -> dict[tuple[str, str], Factor]:
    """Each parameter by scene and name; one of a project by the name alone."""
    used = [(scene, case.parameters) for case in method.cases for scene in case.scenes]
    if method.project is not None:
        used.append(("", method.project.parameters))
    return {
        (scene, name): factor for scene, parameters in used for name, factor in parameters.items()
    }


def _within(change: ValueChange, method: Methodology) -> bool:
    here = any(
        Regions.covers(code, change.region) or Regions.covers(change.region, code)
        for code in method.regions
    )
    return here and change.days.overlaps(method.valid)


def _acts(
    old: Version,
    new: Version,
    *,
    keys: Iterable[str],
    values: tuple[ValueChange, ...],
    backend: Backend,
) -> Iterator[Act]:
    """The ordinary vectors wherever and whenever something differs, where their worth does."""
    before, after = old.methodology, new.methodology
    assert before is not None
    assert after is not None
    spots: list[tuple[str | None, DayRange]] = [(c.region, c.days) for c in values]
    if before.id != after.id:
        spots = [(None, DayRange())]  # two documents are asked each in its own region and time
    elif any(key not in rules.WORDS_ALONE for key in keys):
        spots.append((None, DayRange()))
    seen = set()
    for vector in _ordinary(old, new):
        for region, days in spots:
            asked = _asked(vector, after, region, days)
            act = _act(asked, old, new, backend)
            key = (act.vector, act.region, act.day)
            if act.old != act.new and key not in seen:
                seen.add(key)
                yield act


def _ordinary(old: Version, new: Version) -> list[Vector]:
    found: dict[str, Vector] = {}
    for version in (new, old):
        assert version.methodology is not None
        for vector in version.library.vectors(version.methodology.id):
            if vector.shows in ("ordinary", "published") and vector.refuse is None:
                found.setdefault(vector.name, vector)
    return list(found.values())


def _asked(vector: Vector, method: Methodology, region: str | None, days: DayRange) -> Vector:
    """The vector in the region and on a day of the difference: its own where they lie in it."""
    where = vector.region or method.regions[0]
    if region is not None and not Regions.covers(region, where):
        where = region
    begins = [d for d in (method.valid.from_day, method.crediting.from_day, days.from_day) if d]
    when = vector.day or max(begins)
    if when not in days:
        when = max(begins)
        if when not in days and days.until_day is not None:
            when = days.until_day - timedelta(days=1)
    return replace(vector, region=where, day=when)


def _act(asked: Vector, old: Version, new: Version, backend: Backend) -> Act:
    assert asked.region is not None
    assert asked.day is not None
    assert old.methodology is not None
    assert new.methodology is not None
    one = old.methodology.id == new.methodology.id
    worth = [
        _worth(asked if one else _at_home(asked, version), version, backend)
        for version in (old, new)
    ]
    return Act(asked.name, asked.region, asked.day, *worth)


def _at_home(asked: Vector, version: Version) -> Vector:
    """The vector where and when the methodology holds: two documents are asked each in its own."""
    method = version.methodology
    assert method is not None
    assert asked.region is not None
    assert asked.day is not None
    covered = any(Regions.covers(code, asked.region) for code in method.regions)
    day = nearest_day(method, asked.day)
    return replace(asked, region=asked.region if covered else method.regions[0], day=day)


def _worth(asked: Vector, version: Version, backend: Backend) -> Worth:
    method, library = version.methodology, version.library
    assert method is not None
    try:
        having = rules.with_values(method, asked.set, library.units)
        ((_, rows),) = computed([asked], having, library, backend)
    except ParameterWithoutValue:
        return Worth(None, "no-official-value")
    except (Fault, Faults) as error:
        return Worth(None, faults_of(error)[0].code)
    codes = [row["refused"] for row in rows if row["refused"] is not None]
    if codes:
        return Worth(None, codes[0])
    of = engine.plan_of if having.project is None else engine.project_plan_of
    outputs = of(having, library.regions).outputs()
    column = "reduction_mg" if "reduction" in outputs else "activity_mg"
    return Worth(sum(row[column] for row in rows), None)
