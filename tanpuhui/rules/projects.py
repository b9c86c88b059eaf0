"""Projects: methodologies that judge the years of a project from all of its monitored rows.

Columns have one of three scopes: a choice holds for the project, a column of the year for one of
its years, a column of rows for one monitored unit in one year. Terms add rows up; the formula makes
the outputs of them. How it is written: docs/mechanism/projects.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal

from tanpuhui import formula
from tanpuhui.formula import Arithmetic, Node, Number, Symbol
from tanpuhui.rules.factors import Factor, read_unit
from tanpuhui.rules.faults import NameTwice, UnusedName, WrongTerm
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.formulas import (
    Condition,
    Output,
    checked,
    read_conditions,
    read_formulas,
    read_parameters,
)
from tanpuhui.terms import Unit, Units

Years = Literal["this", "until"]
YEARS: tuple[Years, ...] = ("this", "until")
PROJECT_AGE = "age"  # in a sum over years until one: how long before it a row's year lies
# Columns that every table of a project may have; no methodology can name one so.
PROJECT_COLUMNS = ("project", "year", "region", "credited_from")
TAKEN = {
    *PROJECT_COLUMNS,
    *(PROJECT_AGE, "day", "refused", "because", "line", "position", "inexact"),
    *(f"{output}_mg" for output in ("baseline", "activity", "leakage", "reduction")),
}
DISCOUNT = "discount-out-of-range"


@dataclass(frozen=True)
class Column:
    """A column of a project's table.

    Args:
        unit: its unit; None for a text.
        choices: for a text, what it may be.
        required: whether a project, year or row without it is refused.
        default: what it is where the table does not say; None for nothing.
    """

    name: str
    title: Words | None
    unit: Unit | None
    choices: tuple[str, ...]
    required: bool
    default: Decimal | str | None


@dataclass(frozen=True)
class RowKind:
    """One kind of row: a row is of each kind of which it fills a column.

    Args:
        needed: a year that sums rows of this kind and has none is refused.
    """

    name: str
    title: Words | None
    columns: tuple[Column, ...]
    conditions: tuple[Condition, ...]
    needed: bool


@dataclass(frozen=True)
class ProjectTerm:
    """A named amount of a project's year.

    Args:
        of: the kind of row that is summed; None for a formula over what the year has.
        years: whether the rows of this year are summed, or those of all years until it.
    """

    name: str
    title: Words | None
    unit: Unit
    text: str
    tree: Node
    of: str | None
    years: Years


@dataclass(frozen=True)
class Project:
    """What a methodology makes of a project's rows.

    Args:
        choices: columns with one value for a project.
        year: columns with one value for a project's year.
        conditions: of each year, with the outputs not yet known.
        terms: in the order in which they are computed.
        trees: by output, in grams of CO2e; ``reduction`` is after the discount.
        texts: by output, the formula as written; and that of ``discount``.
        credited_years: at most so many years of a project give a result; None for no bound.
    """

    choices: tuple[Column, ...]
    year: tuple[Column, ...]
    rows: tuple[RowKind, ...]
    conditions: tuple[Condition, ...]
    parameters: Mapping[str, Factor]
    terms: tuple[ProjectTerm, ...]
    trees: Mapping[Output, Node]
    texts: Mapping[str, str]
    credited_years: int | None

    def columns(self) -> tuple[Column, ...]:
        """Every column, those of the project first."""
        return (
            *self.choices,
            *self.year,
            *(column for kind in self.rows for column in kind.columns),
        )

    def kind(self, name: str) -> RowKind:
        """The kind of row of that name."""
        return next(kind for kind in self.rows if kind.name == name)


def read_project(fields: Fields, units: Units, factor: Callable[[str], Factor]) -> Project:
    """The project of a methodology's file; what is wrong is added to the fields' faults."""
    return _ProjectReader(fields, units, factor).project()


class _ProjectReader:
    """Reads one project: its columns first, then the formulas in which they stand."""

    def __init__(self, fields: Fields, units: Units, factor: Callable[[str], Factor]) -> None:
        self.fields = fields
        self.units = units
        self.factor = factor
        self.faults = fields.faults
        self.taken: dict[str, str] = dict.fromkeys(TAKEN, "a column of every project")

    def project(self) -> Project:
        fields = self.fields
        choices = self._columns(fields, "choices", "a choice")
        year = self._columns(fields, "year", "a column of the year")
        kinds = {
            name: (inner, self._columns(inner, "columns", f"a column of {name}"))
            for name, inner in fields.entries("rows", f"{fields.of}, rows")
        }
        parameters = read_parameters(fields, self.factor, self.taken)
        self.taken |= dict.fromkeys(parameters, "a parameter")
        shared = _symbols(choices) | {
            name: Symbol(found.unit, axes=found.axes) for name, found in parameters.items()
        }
        rows = tuple(self._kind(name, *kind, shared) for name, kind in kinds.items())
        symbols = shared | _symbols(year)
        terms = self._terms(symbols, {kind.name: shared | _symbols(kind.columns) for kind in rows})
        conditions = read_conditions(fields, symbols, self.units)
        trees, texts, holds = self._formulas(symbols)
        project = Project(
            choices=choices,
            year=year,
            rows=rows,
            conditions=(*conditions, *holds),
            parameters=parameters,
            terms=terms,
            trees=trees,
            texts=texts,
            credited_years=self._credited_years(),
        )
        fields.finish()
        self._unused(project)
        return project

    # -- columns ----------------------------------------------------------------------------------

    def _columns(self, fields: Fields, key: str, what: str) -> tuple[Column, ...]:
        found = []
        for name, inner in fields.entries(key, what):
            if name in self.taken:
                place = inner.place
                kinds = f"{self.taken[name]} and {what}"
                self.faults.append(NameTwice(place=place, name=name, kinds=kinds))
            self.taken[name] = what
            found.append(self._column(name, inner))
        return tuple(found)

    def _column(self, name: str, fields: Fields) -> Column:
        choices = fields.texts("one_of")
        default: Decimal | str | None
        if choices:
            unit = None
            default = fields.optional_choice("default", choices)
        else:
            unit = read_unit(fields, "unit", self.units)
            default = fields.optional_number("default")
        required = fields.flag("required", default=True) and default is None
        title = fields.optional_words("title")
        fields.finish()
        return Column(name, title, unit, choices, required, default)

    def _kind(
        self,
        name: str,
        fields: Fields,
        columns: tuple[Column, ...],
        shared: Mapping[str, Symbol],
    ) -> RowKind:
        symbols = {**shared, **_symbols(columns)}
        kind = RowKind(
            name=name,
            title=fields.optional_words("title"),
            columns=columns,
            conditions=read_conditions(fields, symbols, self.units),
            needed=fields.flag("needed", default=False),
        )
        fields.finish()
        return kind

    # -- terms ------------------------------------------------------------------------------------

    def _terms(
        self, symbols: dict[str, Symbol], of_rows: Mapping[str, Mapping[str, Symbol]]
    ) -> tuple[ProjectTerm, ...]:
        """The terms, each of which the later ones may use; ``symbols`` grows by them."""
        terms = []
        for fields in self.fields.blocks("terms", f"A term of {self.fields.of}"):
            term = self._term(fields, symbols, of_rows)
            if term is not None:
                terms.append(term)
                symbols[term.name] = Symbol(term.unit)
        return tuple(terms)

    def _term(
        self,
        fields: Fields,
        symbols: Mapping[str, Symbol],
        of_rows: Mapping[str, Mapping[str, Symbol]],
    ) -> ProjectTerm | None:
        name, unit = fields.text("id"), read_unit(fields, "unit", self.units)
        title = fields.optional_words("title")
        plain, summed = fields.optional_text("is"), fields.optional_text("sum")
        of, years = fields.optional_text("of"), fields.optional_choice("years", YEARS)
        fields.finish()
        if name in self.taken:
            kinds = f"{self.taken[name]} and a term"
            self.faults.append(NameTwice(place=fields.place_of("id"), name=name, kinds=kinds))
        self.taken[name] = "a term"
        problem = _term_problem(plain, summed, of, years, tuple(of_rows))
        if problem is not None:
            self.faults.append(WrongTerm(place=fields.place, term=name, problem=problem))
            return None
        key, text = ("sum", summed) if plain is None else ("is", plain)
        assert text is not None
        names = symbols if of is None else dict(of_rows[of])
        if years == "until":
            names = {**names, PROJECT_AGE: Symbol(self.units.parse("year"))}
        tree = checked(fields, key, partial(formula.checked_amount, text, names, self.units, unit))
        if tree is None:
            return None
        return ProjectTerm(name, title, unit, text, tree, of, years or "this")

    # -- outputs ----------------------------------------------------------------------------------

    def _formulas(
        self, symbols: Mapping[str, Symbol]
    ) -> tuple[dict[Output, Node], dict[str, str], tuple[Condition, ...]]:
        """The outputs, their texts, and the condition that a discount be one."""
        block = self.fields.block("formula", f"{self.fields.of}, formula")
        if block is None:
            return {}, {}, ()
        trees, written = read_formulas(block, symbols, self.units)
        texts = {str(output): text for output, text in written.items()}
        discount = block.optional_text("discount")
        block.finish()
        if discount is None:
            return trees, texts, ()
        number = partial(formula.checked_amount, discount, symbols, self.units, self.units.none())
        share = checked(block, "discount", number)
        if share is None:
            return trees, texts, ()
        if "reduction" in trees:
            kept = Arithmetic("-", Number(Decimal(1), None), share)
            trees["reduction"] = Arithmetic("*", trees["reduction"], kept)
        text = f"({discount}) >= 0 and ({discount}) <= 1"
        tree = formula.checked_condition(text, symbols, self.units)
        says = Words("the discount lies between 0 and 1", "折扣率须在0与1之间")
        return trees, {**texts, "discount": discount}, (Condition(DISCOUNT, text, tree, says),)

    def _credited_years(self) -> int | None:
        number = self.fields.optional_number("credited_years")
        if number is None:
            return None
        if number != int(number) or number < 1:
            self.fields.wrong("credited_years", "a whole number of years from 1")
            return None
        return int(number)

    # -- what is left over ------------------------------------------------------------------------

    def _unused(self, project: Project) -> None:
        """Report names that nothing uses, once all formulas could be read."""
        if self.faults:
            return
        used = {name for tree in _trees(project) for name in formula.names_in(tree)}
        names = {
            "column": [column.name for column in project.columns()],
            "parameter": list(project.parameters),
            "term": [term.name for term in project.terms],
        }
        for kind, all_of_kind in names.items():
            for name in all_of_kind:
                if name not in used:
                    place = self.fields.place
                    self.faults.append(UnusedName(place=place, kind=kind, name=name))


def _term_problem(
    plain: str | None,
    summed: str | None,
    of: str | None,
    years: Years | None,
    kinds: tuple[str, ...],
) -> str | None:
    if (plain is None) == (summed is None):
        return "needs either 'is' or 'sum'"
    if plain is not None:
        return None if of is None and years is None else "is no sum, so it has no 'of' and 'years'"
    if of not in kinds:
        return f"sums rows of {of!r}, but the kinds of row are {', '.join(kinds) or 'none'}"
    return None


def _symbols(columns: tuple[Column, ...]) -> dict[str, Symbol]:
    return {
        column.name: Symbol(column.unit or formula.TEXT, choices=column.choices)
        for column in columns
    }


def _trees(project: Project) -> Iterator[Node]:
    yield from project.trees.values()
    yield from (term.tree for term in project.terms)
    yield from (condition.tree for condition in project.conditions)
    for kind in project.rows:
        yield from (condition.tree for condition in kind.conditions)
