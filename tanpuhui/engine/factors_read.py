"""Which values of factors a computation read: the list that an auditor asks for.

A formula reads a parameter where it is reached: not in a fallback behind a quantity that is given,
nor in a branch that its texts decide against. Where only numbers decide, both branches are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import formula
from tanpuhui.engine.projects import ProjectPlan, ProjectTables
from tanpuhui.formula import EXACT, Call, Lookup, Name, Node, Value
from tanpuhui.rules import Factor, FactorValue, Library, Methodology, NoValueInForce, Words

_GIVEN = Decimal(1)  # stands for a number that is there, of whatever size
Values = Mapping[str, Value]


@dataclass(frozen=True)
class FactorUsed:
    """A parameter, the value that was in force, and where it comes from.

    Args:
        sha256: of the factor's file, with what was given by hand.
        keys: of a cell of a table; empty for a single value.
        written: the value with its region, days, grade and source.
        document: the title of its source.
        records: how many of the records that count read it (years, of projects).
    """

    parameter: str
    factor: str
    sha256: str
    title: Words
    keys: tuple[str, ...]
    value: Decimal | None
    unit: str
    written: FactorValue
    document: Words
    records: int = 1


def factor_used(
    library: Library, name: str, factor: Factor, value: FactorValue, keys: tuple[str, ...]
) -> FactorUsed:
    """One cell of a value in force, with its source."""
    value = value.of_cell(keys)
    document = library.documents.get(value.source.document)
    given = Words(value.source.document, "手工给定")
    return FactorUsed(
        parameter=name,
        factor=factor.id,
        sha256=factor.sha256,
        title=factor.title,
        keys=keys,
        value=value.cells.get(keys),
        unit=factor.unit.text,
        written=value,
        document=given if document is None else document.title,
    )


def parameters_read(
    tree: Node, parameters: Mapping[str, Factor], values: Values
) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Each parameter that a formula reaches, with the keys of its cell.

    Args:
        values: what is known of the inputs; a number that is given may be any.

    Returns:
        Names with keys: ``()`` for a single value, None where numbers decide which cell it is. A
        look-up with an absent key found nothing, and is left out.
    """
    match tree:
        case Name(name=name) if name in parameters:
            yield name, ()
        case Lookup(table=name, keys=keys):
            for key in keys:
                yield from parameters_read(key, parameters, values)
            if not all(_decided(key, values) for key in keys):
                yield name, None
                return
            found = tuple(formula.evaluator(key)(values) for key in keys)
            if None not in found:
                yield name, cast(tuple[str, ...], found)
        case Call(name="otherwise", arguments=(Name(name=name), _)) if _is_given(name, values):
            return
        case Call(name="if", arguments=(condition, one, other)) if _decided(condition, values):
            yield from parameters_read(condition, parameters, values)
            truth = formula.evaluator(condition)(values)
            taken = () if truth is None else (one,) if truth else (other,)
            for branch in taken:
                yield from parameters_read(branch, parameters, values)
        case _:
            for child in formula.children(tree):
                yield from parameters_read(child, parameters, values)


def _is_given(name: str, values: Values) -> bool:
    return values.get(name) is not None


def _decided(tree: Node, values: Values) -> bool:
    """True where texts alone, and whether quantities are given, make the result."""
    if isinstance(tree, Call) and tree.name == "given":
        return True
    if isinstance(tree, Name):
        return tree.name in values and not isinstance(values[tree.name], Decimal)
    return all(_decided(child, values) for child in formula.children(tree)) and not isinstance(
        tree, Lookup
    )


def factors_read(
    table: pa.Table, refused: pa.ChunkedArray, methodology: Methodology, library: Library
) -> tuple[FactorUsed, ...]:
    """Every factor that the records of a table read, each value once.

    Args:
        table: the records as a plan reads them: ``scene``, ``region``, ``day`` and the inputs.
        refused: of each record, null where it counts; only those are asked.
    """
    found = _Found(library)
    counted = table.append_column("refused", refused).filter(pc.is_null(refused))
    for case in methodology.cases:
        of_case = counted.filter(pc.is_in(counted["scene"], pa.array(case.scenes, pa.string())))
        trees = [*(c.tree for c in case.conditions), *case.trees.values()]
        found.add(trees, case.parameters, of_case)
    return found.all()


def factors_read_by_projects(
    tables: ProjectTables, refused: pa.ChunkedArray, plan: ProjectPlan, library: Library
) -> tuple[FactorUsed, ...]:
    """Every factor that the years of projects read, each value once.

    A value that only rows read is counted for each of its rows, as rows have no year that counts
    or not: what is buried in one year goes on in the next.
    """
    found, project = _Found(library), plan.project
    years = tables.years.filter(pc.is_null(refused))
    of_years = [*(c.tree for c in project.conditions), *project.trees.values()]
    of_years += [term.tree for term in project.terms if term.of is None]
    found.add(of_years, project.parameters, years)
    if years.num_rows:
        for kind in project.rows:
            trees = [*(c.tree for c in kind.conditions)]
            trees += [term.tree for term in project.terms if term.of == kind.name]
            found.add(trees, project.parameters, tables.rows[kind.name])
    return found.all()


class _Found:
    """Values that were read, with the number of records, in the order in which they were met."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.used: dict[tuple[Any, ...], tuple[FactorUsed, int]] = {}
        self.in_force: dict[tuple[str, str, date], FactorValue | None] = {}

    def all(self) -> tuple[FactorUsed, ...]:
        return tuple(
            FactorUsed(**{**vars(used), "records": records}) for used, records in self.used.values()
        )

    def add(self, trees: Iterable[Node], parameters: Mapping[str, Factor], rows: pa.Table) -> None:
        """Add what these trees read for each row; alike rows are asked once."""
        trees = list(trees)
        names = {name for tree in trees for name in formula.names_in(tree)} - set(parameters)
        for known, count in _alike(rows, sorted(names & set(rows.column_names))):
            region, day = cast(str, known.pop("region")), cast(date, known.pop("day"))
            read: dict[tuple[str, tuple[str, ...] | None], None] = {}
            with localcontext(EXACT):
                for tree in trees:
                    read |= dict.fromkeys(parameters_read(tree, parameters, known))
            for name, keys in read:
                value = self._value(parameters[name], region, day)
                if value is not None:
                    for cell in value.cells if keys is None else (keys,):
                        self._count(name, parameters[name], value, cell, count)

    def _value(self, factor: Factor, region: str, day: date) -> FactorValue | None:
        key = (factor.id, region, day)
        if key not in self.in_force:
            try:
                self.in_force[key] = factor.in_force(region, day)
            except NoValueInForce:
                self.in_force[key] = None  # of a branch that was not taken
        return self.in_force[key]

    def _count(
        self, name: str, factor: Factor, value: FactorValue, keys: tuple[str, ...], count: int
    ) -> None:
        key = (name, keys, factor.id, value.region, value.days.from_day, value.known_since)
        used, before = self.used.get(key, (None, 0))
        if used is None:
            used = factor_used(self.library, name, factor, value, keys)
        self.used[key] = (used, before + count)


def _alike(rows: pa.Table, names: list[str]) -> Iterator[tuple[dict[str, Any], int]]:
    """Rows that are alike in region, day, texts and which numbers are given; and how many."""
    columns = {name: rows[name] for name in ("region", "day")}
    for name in names:
        is_text = pa.types.is_string(rows[name].type)
        columns[name] = rows[name] if is_text else pc.is_valid(rows[name])
    groups = pa.table(columns).group_by(list(columns)).aggregate([([], "count_all")])
    for group in groups.to_pylist():
        count = group.pop("count_all")
        known = {
            name: (_GIVEN if value else None) if isinstance(value, bool) else value
            for name, value in group.items()
        }
        yield known, count
