"""The same records through every methodology that serves their scene: how far the rules differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median_low
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import engine, formula, records, rules
from tanpuhui.engine import Backend, MissingColumns
from tanpuhui.quantify.table import quantify
from tanpuhui.rules import (
    GRADES,
    Case,
    Library,
    Methodology,
    NoValueInForce,
    ParameterWithoutValue,
)
from tanpuhui.terms import Regions

# Why a methodology has no figure: its official value is not at hand, the records lack a column that
# it needs, or every record was refused. A footprint has one, of what is emitted.
Status = Literal["computed", "footprint", "no-value", "no-column", "all-refused"]


@dataclass(frozen=True)
class Spread:
    """The least, the middle and the most of an amount over the records that count, mgCO2e.

    Args:
        median_mg: the middle one; of an even count, the lower of the two in the middle.
    """

    least_mg: int
    median_mg: int
    most_mg: int
    total_mg: int


@dataclass(frozen=True)
class Rate:
    """A sum of mgCO2e, and what it is counted by: the first input of the formula that is a number.

    Args:
        quantity: the sum of the input over the records that count, in its unit.
    """

    mg: int
    name: str
    quantity: float
    unit: str

    def grams_each(self) -> float:
        """Grams of CO2e for one unit of the input."""
        return self.mg / 1000 / self.quantity


@dataclass(frozen=True)
class Compared:
    """What one methodology makes of the records.

    Args:
        region: where records count that do not lie in its regions; the asked one where it holds.
        region_assumed: how many records were counted there although they say, or the asker said,
            elsewhere or nothing.
        day: when records count that do not lie in its days.
        day_assumed: how many records were counted then although they say another day.
        chosen: parameters given by hand.
        lacking: with ``no-value`` the parameter; with ``no-column`` the columns.
        amounts: the reduction of a record, or what it emits by a footprint; None where nothing
            was computed.
        baseline: None where the methodology publishes none.
        rate: the same amounts, by what they are counted by.
    """

    methodology: Methodology
    status: Status
    region: str
    region_assumed: int
    day: date
    day_assumed: int
    chosen: Mapping[str, str]
    lacking: tuple[str, ...]
    counted: int
    refused: Mapping[str, int]
    amounts: Spread | None
    baseline: Rate | None
    rate: Rate | None
    grades: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What is compared: records of one scene, and where and when those are that do not say.

    Args:
        table: one row a record, as for ``quantify``; ``region`` and ``day`` where they are known;
            where there is a column ``scene``, only rows of the scene count.
        region: None to take each methodology's own first.
    """

    scene: str
    table: pa.Table
    region: str | None
    day: date


def compared(
    library: Library,
    asked: Asked,
    *,
    backend: Backend,
    settings: Mapping[str, Mapping[str, str]],
) -> tuple[Compared, ...]:
    """What every methodology that serves the scene makes of the records, before limits.

    A methodology holds somewhere and for some time. A record from elsewhere is counted as if it
    had happened in its first region, one from another time as if on its nearest day: what differs
    is then the rules alone, and each row says how many records were moved.

    Args:
        settings: by methodology, parameters given by hand.

    Returns:
        One a methodology, in the order of their ids.
    """
    own = _of_the_scene(asked)
    return tuple(
        _one(library, found, own, backend=backend, chosen=settings.get(found.id, {}))
        for found in serving(library, asked.scene)
    )


def serving(library: Library, scene: str) -> Iterator[Methodology]:
    """Every methodology with a case for the scene."""
    for name in library.ids("methodology"):
        found = library.methodology(name)
        if found.case_of(scene) is not None:
            yield found


def _of_the_scene(asked: Asked) -> Asked:
    table = asked.table
    if "scene" in table.column_names:
        table = table.filter(pc.equal(table["scene"], asked.scene))
        return replace(asked, table=table)
    scenes = pa.repeat(pa.scalar(asked.scene), table.num_rows)
    return replace(asked, table=table.append_column("scene", scenes))


def _one(
    library: Library,
    found: Methodology,
    asked: Asked,
    *,
    backend: Backend,
    chosen: Mapping[str, str],
) -> Compared:
    case = found.case_of(asked.scene)
    assert case is not None
    holds = asked.region is not None and _covered(found, asked.region)
    where = asked.region if asked.region is not None and holds else found.regions[0]
    when = nearest_day(found, asked.day)
    placed, moved = _placed(asked.table, found, where, library.regions)
    timed, shifted = _timed(placed, found, when)
    if not holds:
        moved += _silent(asked.table, "region")
    if when != asked.day:
        shifted += _silent(asked.table, "day")
    empty = Compared(
        methodology=found, status="all-refused", region=where, region_assumed=moved,
        day=when, day_assumed=shifted, chosen=chosen, lacking=(), counted=0, refused={},
        amounts=None, baseline=None, rate=None, grades=_grades(case, where, when),
    )  # fmt: skip
    try:
        having = rules.with_values(found, chosen, library.units)
        alone = tuple(other for other in having.cases if asked.scene in other.scenes)
        # What other behaviours of the document lack is no matter here.
        plan = engine.plan_of(replace(having, cases=alone), library.regions)
        result = quantify(timed, plan, backend, region=where, day=when)
    except ParameterWithoutValue as fault:
        return replace(empty, status="no-value", lacking=(fault.parameter,))
    except MissingColumns as fault:
        return replace(empty, status="no-column", lacking=fault.missing)
    output: rules.Output = "reduction" if "reduction" in case.trees else "activity"
    status: Status = "computed" if output == "reduction" else "footprint"
    return replace(
        empty,
        status=status if result.counted else "all-refused",
        counted=result.counted,
        refused=dict(sorted(result.refused.items())),
        amounts=_spread(result.table[f"{output}_mg"]),
        baseline=_rate(result.table, case, "baseline"),
        rate=_rate(result.table, case, output),
    )


def _covered(found: Methodology, region: str) -> bool:
    return any(Regions.covers(outer, region) for outer in found.regions)


def nearest_day(found: Methodology, day: date) -> date:
    """The day itself where acts of it can count, else the nearest on which they can."""
    ranges = (found.valid, found.crediting)
    ends = [days.until_day - timedelta(days=1) for days in ranges if days.until_day is not None]
    begins = [days.from_day for days in ranges if days.from_day is not None]
    return max([min([day, *ends]), *begins])


def _silent(table: pa.Table, name: str) -> int:
    """How many records do not say it."""
    return int(table[name].null_count) if name in table.column_names else int(table.num_rows)


def _placed(
    table: pa.Table, found: Methodology, where: str, regions: Regions
) -> tuple[pa.Table, int]:
    """The records with those of regions where it does not hold moved; and how many those are.

    A region that the vocabulary does not have stays, and is refused.
    """
    if "region" not in table.column_names:
        return table, 0
    outside = [
        code
        for code in pc.unique(table["region"]).to_pylist()
        if code is not None and code in regions and not _covered(found, code)
    ]
    return _replaced(table, "region", pc.is_in(table["region"], pa.array(outside, pa.string())),
                     where)  # fmt: skip


def _timed(table: pa.Table, found: Methodology, when: date) -> tuple[pa.Table, int]:
    """The records with those of days on which it does not hold moved; and how many those are."""
    if "day" not in table.column_names:
        return table, 0
    days, _ = records.days_of(table["day"])
    outside = [
        day
        for day in pc.unique(days).to_pylist()
        if day is not None and nearest_day(found, day) != day
    ]
    marked = pc.is_in(days, pa.array(outside, pa.date32()))
    return _replaced(table, "day", marked, when.isoformat())


def _replaced(
    table: pa.Table, name: str, marked: pa.ChunkedArray, value: str
) -> tuple[pa.Table, int]:
    column = pc.if_else(marked, pa.scalar(value), table[name])
    at = table.column_names.index(name)
    return table.set_column(at, name, column), int(pc.sum(marked).as_py() or 0)


def _spread(amounts: pa.ChunkedArray) -> Spread | None:
    counted = sorted(mg for mg in amounts.to_pylist() if mg is not None)
    if not counted:
        return None
    return Spread(counted[0], median_low(counted), counted[-1], sum(counted))


def _rate(table: pa.Table, case: Case, output: rules.Output) -> Rate | None:
    """What an output comes to for each unit of the input that it is counted by."""
    tree = case.trees.get(output)
    if tree is None:
        return None
    named = set(formula.names_in(tree))
    given = next((g for g in case.inputs if g.quantity.unit and g.name in named), None)
    amounts = table[f"{output}_mg"]
    mg = sum(mg for mg in amounts.to_pylist() if mg is not None)
    if given is None or given.quantity.unit is None:
        return None
    if given.name in table.column_names:
        numbers, _ = records.numbers_of(table[given.name])
    else:
        numbers = pa.nulls(table.num_rows, pa.float64())
    default = given.quantity.default
    filled = numbers if default is None else pc.fill_null(numbers, float(default))
    quantity = pc.sum(pc.if_else(pc.is_valid(amounts), filled, 0.0)).as_py()
    if not quantity:
        return None
    return Rate(mg, given.name, quantity, given.quantity.unit.text)


def _grades(case: Case, region: str, day: date) -> tuple[str, ...]:
    """The grades of the values in force, strongest first; empty where there are none."""
    found = set()
    for factor in case.parameters.values():
        try:
            found.add(factor.in_force(region, day).grade)
        except NoValueInForce:
            continue
    return tuple(grade for grade in GRADES if grade in found)
