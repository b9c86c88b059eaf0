"""Rows of projects, from text: numbers and choices, one value a project or year, rows that hold.

A year is refused for what is wrong with its project, with itself or with one of its rows; which
rows, and why, stands beside it. The order of the checks is the order below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from difflib import get_close_matches
from typing import Any, cast

import pyarrow as pa

from tanpuhui import formula
from tanpuhui.engine.faults import MissingColumns, UnknownColumns
from tanpuhui.engine.judge import cells_of, exact_number, lookups_in, region_code, without_value
from tanpuhui.engine.projects import ProjectPlan, ProjectTables
from tanpuhui.formula import EXACT, Value
from tanpuhui.rules import PROJECT_COLUMNS, Column, RowKind

ONE_PROJECT = "project"  # the name of the only project of a table that names none
FIRST_CALENDAR_YEAR = 1000  # smaller ones are the project's own years, counted from 1
LAST_YEAR = 9999
_REASON_LIMIT = 5  # rows told of one year

Cell = float | str | None


@dataclass
class _Row:
    """One row as read; ``cells`` by column name, ``bad`` by column name the code."""

    number: int
    project: str
    year: int | None
    cells: dict[str, Cell]
    bad: dict[str, str]


@dataclass
class _Found:
    """What is known of a project: its one-value cells, and the codes that refuse it."""

    rows: list[_Row] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)
    because: list[str] = field(default_factory=list)


def project_tables(table: pa.Table, plan: ProjectPlan, *, region: str, day: date) -> ProjectTables:
    """The rows of projects, read.

    Args:
        table: one row a monitored unit and year, every column text: ``year``, ``project`` where
            there are several, and the columns of the methodology, empty where they do not apply.
        region: for projects that do not say where.
        day: on which the projects are computed.

    Raises:
        MissingColumns: there is no ``year``, or nothing that says a choice that must be made.
        UnknownColumns: a column is none of the methodology's.
    """
    _check_columns(table, plan)
    projects: dict[str, _Found] = defaultdict(_Found)
    for row in _rows(table, plan):
        projects[row.project].rows.append(row)
    years: list[dict[str, Any]] = []
    because: list[str] = []
    kept: dict[str, list[dict[str, Any]]] = {kind.name: [] for kind in plan.project.rows}
    with localcontext(EXACT):
        for name, found in projects.items():
            reader = _ProjectReader(name, found, plan, region, day)
            for year, reasons in reader.years():
                years.append({"position": len(years), **year})
                because.append("; ".join(reasons))
            for kind, rows in reader.kept.items():
                kept[kind] += rows
    return ProjectTables(
        years=_table(years, {"position": pa.int64(), **_types(plan.year_columns()),
                             "refused": pa.string()}),
        rows={
            kind.name: _table(kept[kind.name],
                              _types((*plan.project.choices, *kind.columns)))
            for kind in plan.project.rows
        },
        because=tuple(because),
    )  # fmt: skip


def _check_columns(table: pa.Table, plan: ProjectPlan) -> None:
    present = set(table.column_names)
    known = (*PROJECT_COLUMNS, *(column.name for column in plan.project.columns()))
    unknown = tuple(name for name in table.column_names if name not in known)
    if unknown:
        nearest = tuple(
            dict.fromkeys(near for name in unknown for near in get_close_matches(name, known, n=1))
        )
        raise UnknownColumns(
            unknown=unknown, known=known, nearest=nearest, methodology=plan.methodology
        )
    needed = [kind for kind in plan.project.rows if kind.needed]
    wanted = [
        "year",
        *(column.name for column in plan.year_columns() if column.required),
        *(column.name for kind in needed for column in kind.columns if column.required),
    ]
    missing = tuple(name for name in wanted if name not in present)
    if missing:
        raise MissingColumns(
            missing=missing, found=tuple(table.column_names), wanted_by=plan.methodology
        )


def _rows(table: pa.Table, plan: ProjectPlan) -> Iterator[_Row]:
    columns = [c for c in plan.project.columns() if c.name in table.column_names]
    for number, texts in enumerate(table.to_pylist(), start=1):
        bad: dict[str, str] = {}
        cells: dict[str, Cell] = {}
        for column in columns:
            cells[column.name] = _cell(column, texts[column.name], bad)
        for name in ("region", "credited_from"):
            cells[name] = texts.get(name)
        project = texts.get("project") or ONE_PROJECT
        yield _Row(number, project, _year(texts["year"]), cells, bad)


def _cell(column: Column, text: str | None, bad: dict[str, str]) -> Cell:
    """The value of a cell; what is wrong with it is noted in ``bad``."""
    if text is None:
        return None
    if column.unit is None:
        if text not in column.choices:
            bad[column.name] = f"unknown-{column.name}"
        return text
    number = _number(text)
    if number is None:
        bad[column.name] = f"unreadable-{column.name}"
    elif number < 0:
        bad[column.name] = f"negative-{column.name}"
    return number


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if exact_number(number, None) is None else number


def _year(text: str | None) -> int | None:
    number = None if text is None else _number(text)
    if number is None or number != int(number) or not 1 <= number <= LAST_YEAR:
        return None
    return int(number)


class _ProjectReader:
    """Reads one project: what it has one value of, then each row, then each year."""

    def __init__(self, name: str, found: _Found, plan: ProjectPlan, region: str, day: date) -> None:
        self.name = name
        self.found = found
        self.plan = plan
        self.day = day
        self.codes: list[str] = []
        self.because: list[str] = []
        self.kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.region = cast(str, self._only("region", found.rows, self.codes) or region)
        self.choices = self._one_of_each(plan.project.choices, found.rows, self.codes)
        self._place()
        self.parameters = cells_of(plan.series, self.region, day) if not self.codes else {}

    def _place(self) -> None:
        code = region_code(self.plan.frame, self.region)
        if code is not None:
            self.codes.insert(0, code)
        elif self.day not in self.plan.frame.valid:
            self.codes.insert(0, "outside-validity")
        for row in self.found.rows:
            if row.year is None:
                self.codes.append("unreadable-year")
                self.because.append(f"row {row.number}: unreadable-year")

    def years(self) -> Iterator[tuple[dict[str, Any], list[str]]]:
        """Each year with its cells and the code that refuses it, and the rows that are why."""
        by_year: dict[int, list[_Row]] = defaultdict(list)
        for row in self.found.rows:
            if row.year is not None:
                by_year[row.year].append(row)
        first_credited = self._first_credited(min(by_year, default=1))
        later: list[str] = []  # what was refused in rows that later years sum too
        for year, rows in sorted(by_year.items()):
            codes = [*self.codes, *self._not_credited(year, first_credited)]
            cells = self._one_of_each(self.plan.project.year, rows, codes)
            reasons, lasting = self._keep(rows)
            told = [*self.because, *later, *reasons]
            if reasons or later:
                codes.append("row-refused")
            later += lasting
            yield (
                {
                    **self._shared(year),
                    **cells,
                    "refused": codes[0] if codes else None,
                },
                told[:_REASON_LIMIT],
            )

    def _shared(self, year: int) -> dict[str, Any]:
        return {
            "project": self.name, "year": year, "region": self.region, "day": self.day,
            **self.choices,
        }  # fmt: skip

    # -- years that count --------------------------------------------------------------------------

    def _first_credited(self, first_year: int) -> int:
        text = self._only("credited_from", self.found.rows, self.codes)
        if text is None:
            return first_year
        year = _year(cast(str, text))
        if year is None:
            self.codes.append("unreadable-credited_from")
        return first_year if year is None else year

    def _not_credited(self, year: int, first: int) -> Iterator[str]:
        most = self.plan.project.credited_years
        inside = year >= first and (most is None or year < first + most)
        if year >= FIRST_CALENDAR_YEAR:
            inside = inside and date(year, 1, 1) in self.plan.frame.crediting
        if not inside:
            yield "outside-crediting-window"

    # -- cells of which there is one ---------------------------------------------------------------

    def _one_of_each(
        self, columns: Iterable[Column], rows: Sequence[_Row], codes: list[str]
    ) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for column in columns:
            bad = next((row.bad[column.name] for row in rows if column.name in row.bad), None)
            if bad is not None:
                codes.append(bad)
            value = self._only(column.name, rows, codes)
            if value is None:
                value = _default(column)
            if value is None and column.required and bad is None:
                codes.append(f"missing-{column.name}")
            found[column.name] = value
        return found

    def _only(self, name: str, rows: Sequence[_Row], codes: list[str]) -> Cell:
        values = {row.cells.get(name) for row in rows} - {None}
        if len(values) > 1:
            codes.append(f"two-values-of-{name}")
            return None
        return next(iter(values), None)

    # -- rows --------------------------------------------------------------------------------------

    def _keep(self, rows: Iterable[_Row]) -> tuple[list[str], list[str]]:
        """Keep the rows that hold; what is wrong with the others, and what of it lasts."""
        reasons: list[str] = []
        lasting: list[str] = []
        for row in rows:
            for kind in self.plan.project.rows:
                if all(row.cells.get(column.name) is None for column in kind.columns) and not (
                    row.bad.keys() & {column.name for column in kind.columns}
                ):
                    continue
                code = self._row_code(row, kind)
                if code is None:
                    cells = {c.name: _with_default(row, c) for c in kind.columns}
                    self.kept[kind.name].append({**self._shared(cast(int, row.year)), **cells})
                    continue
                reasons.append(f"row {row.number}: {code}")
                if any(t.of == kind.name and t.years == "until" for t in self.plan.project.terms):
                    lasting.append(f"row {row.number}: {code}")
        return reasons, lasting

    def _row_code(self, row: _Row, kind: RowKind) -> str | None:
        for column in kind.columns:
            if column.name in row.bad:
                return row.bad[column.name]
            if column.required and row.cells.get(column.name) is None:
                return f"missing-{column.name}"
        if self.codes:
            return None  # the project is refused as it is
        values: dict[str, Value] = dict(self.parameters)
        for column in (*self.plan.project.choices, *kind.columns):
            cell = (
                self.choices[column.name]
                if column.name in self.choices
                else _with_default(row, column)
            )
            values[column.name] = cell_value(cell)
        for condition in kind.conditions:
            truth = formula.evaluator(condition.tree)(values)
            if truth is not True:
                lookups = lookups_in([condition.tree], self.plan.series)
                absent = None if truth is False else without_value(lookups, values)
                return absent or condition.code
        return None


def cell_value(cell: Cell) -> Decimal | str | None:
    """A cell as the judge reads it."""
    return cell if isinstance(cell, str) else exact_number(cell, None)


def _with_default(row: _Row, column: Column) -> Cell:
    found = row.cells.get(column.name)
    return _default(column) if found is None else found


def _default(column: Column) -> Cell:
    return float(column.default) if isinstance(column.default, Decimal) else column.default


# -- tables ----------------------------------------------------------------------------------------


def _types(columns: Iterable[Column]) -> Mapping[str, pa.DataType]:
    return {
        "project": pa.string(),
        "year": pa.int64(),
        "region": pa.string(),
        "day": pa.date32(),
        **{c.name: pa.string() if c.unit is None else pa.float64() for c in columns},
    }


def _table(rows: Sequence[Mapping[str, Any]], types: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.table(
        {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
    )
