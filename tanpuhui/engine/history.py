"""Histories: what a record's own past or its group gives it, found among the records of a table.

Means are exact sums of what was read, divided once and handed on as doubles, the same for every
back end. A record that carries the amount itself keeps it. Every record of the case counts as past,
also one that is refused for other reasons: it was used all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any, cast

import pyarrow as pa

from tanpuhui.engine.faults import MissingColumns
from tanpuhui.engine.judge import exact_number
from tanpuhui.engine.plan import Plan
from tanpuhui.formula import EXACT
from tanpuhui.rules import History, Input

Group = tuple[Any, ...]
_MEMBERS = ("asset", "person", "reference")  # what a group on one day is made of, the first there


def with_history(records: pa.Table, plan: Plan) -> pa.Table:
    """The records with the amounts that a plan reads of other records.

    Args:
        records: one row a record: ``scene``, ``day``, the inputs that are averaged, and the columns
            that tell groups apart.

    Returns:
        The same rows; each input with a history is a double, null where there is too little past.

    Raises:
        MissingColumns: a column that tells groups apart is not there.
    """
    for case in plan.cases:
        for given in case.inputs:
            if given.history is not None:
                records = _filled(records, given, given.history, case.scenes, plan)
    return records


def history_columns(plan: Plan) -> tuple[str, ...]:
    """The columns beside its inputs that a plan needs to find histories."""
    found = [g.history for case in plan.cases for g in case.inputs if g.history is not None]
    keys: list[str] = [key for history in found for key in history.each]
    if any(history.days == 0 for history in found):
        keys += _MEMBERS
    return tuple(dict.fromkeys(keys))


def _filled(
    records: pa.Table, given: Input, history: History, scenes: Sequence[str], plan: Plan
) -> pa.Table:
    own: list[float | None] = [None] * records.num_rows
    if given.name in records.column_names:
        own = records[given.name].to_pylist()
    missing = tuple(key for key in history.each if key not in records.column_names)
    if missing and None in own:
        raise MissingColumns(
            missing=missing, found=tuple(records.column_names), wanted_by=plan.methodology
        )
    found = own
    if not missing:
        with localcontext(EXACT):
            means = _means(records, history, scenes)
        found = [
            mean if carried is None else carried for carried, mean in zip(own, means, strict=True)
        ]
    column = pa.array(found, pa.float64())
    if given.name in records.column_names:
        place = records.column_names.index(given.name)
        return records.set_column(place, given.name, column)
    return records.append_column(given.name, column)


def _means(records: pa.Table, history: History, scenes: Sequence[str]) -> list[float | None]:
    amounts = records[history.mean].to_pylist()
    days, of_scene = records["day"].to_pylist(), records["scene"].to_pylist()
    groups = list(zip(*(records[key].to_pylist() for key in history.each), strict=True))
    here = [
        scene in scenes and day is not None and None not in group
        for scene, day, group in zip(of_scene, days, groups, strict=True)
    ]
    if history.days == 0:
        return _on_the_day(records, history, amounts, days, groups, here)
    by_day: dict[Group, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for at in _rows(here):
        amount = exact_number(amounts[at], None)
        if amount is not None and amount >= 0:
            by_day[groups[at]][days[at]] += amount
    found: list[float | None] = [None] * len(amounts)
    known: dict[tuple[Group, date], float | None] = {}
    for at in _rows(here):
        key = (groups[at], days[at])
        if key not in known:
            known[key] = _of_days_before(by_day[groups[at]], days[at], history)
        found[at] = known[key]
    return found


def _of_days_before(by_day: Mapping[date, Decimal], day: date, history: History) -> float | None:
    past = [day - timedelta(days=back) for back in range(1, history.days + 1)]
    sums = [by_day[one] for one in past if one in by_day]
    return _mean(sums, history.least)


def _on_the_day(
    records: pa.Table,
    history: History,
    amounts: list[Any],
    days: list[Any],
    groups: list[Group],
    here: list[bool],
) -> list[float | None]:
    """The mean over the members of the group on the record's own day, itself among them."""
    told_by = next(
        (key for key in _MEMBERS if key in records.column_names and key not in history.each), None
    )
    members = list(range(len(amounts))) if told_by is None else records[told_by].to_pylist()
    by_group: dict[tuple[Group, date], dict[Any, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for at in _rows(here):
        amount = exact_number(amounts[at], None)
        if amount is not None and amount >= 0:
            member = at if members[at] is None else members[at]
            by_group[groups[at], days[at]][member] += amount
    means = {key: _mean(list(sums.values()), history.least) for key, sums in by_group.items()}
    return [
        means.get((groups[at], cast(date, days[at]))) if inside else None
        for at, inside in enumerate(here)
    ]


def _mean(sums: list[Decimal], least: int) -> float | None:
    return float(sum(sums, Decimal(0)) / len(sums)) if len(sums) >= least else None


def _rows(here: list[bool]) -> Iterator[int]:
    return (at for at, inside in enumerate(here) if inside)
