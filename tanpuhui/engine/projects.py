"""A project's plan, and what its rows are once they have been read.

Rows come as text. They are read once, for every back end alike: numbers and choices, the values
that a project or a year has only one of, and what single rows must hold. What is left are two
kinds of table: one of years, and one for each kind of row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from tanpuhui.engine.plan import Plan, Series, pieces_of, plan_of
from tanpuhui.rules import Column, Methodology, Output, Project, ProjectTerm
from tanpuhui.terms import Regions

OUTPUTS: tuple[Output, ...] = ("baseline", "activity", "leakage", "reduction")


@dataclass(frozen=True)
class ProjectPlan:
    """What a back end computes for a methodology of projects.

    Args:
        series: the parameters, laid out over regions and time.
        frame: where and when the methodology holds; it has no cases.
    """

    methodology: str
    project: Project
    series: Mapping[str, Series]
    frame: Plan

    def outputs(self) -> tuple[Output, ...]:
        """The outputs that the project gives, in their fixed order."""
        return tuple(output for output in OUTPUTS if output in self.project.trees)

    def year_columns(self) -> tuple[Column, ...]:
        """The columns of which a year has one value, those of its project first."""
        return (*self.project.choices, *self.project.year)

    def sums(self) -> tuple[ProjectTerm, ...]:
        """The terms that add up rows."""
        return tuple(term for term in self.project.terms if term.of is not None)


@dataclass(frozen=True)
class ProjectTables:
    """A project's rows as they are computed.

    Args:
        years: one row for each year of each project, in order. ``position`` int64, from 0;
            ``project`` str; ``year`` int64; ``region`` str and ``day`` date, for which parameters
            are taken; each choice and column of the year, double or str; ``refused`` str, the code
            under which reading refused the year, else null.
        rows: by kind, the rows that hold: ``project``, ``year``, ``region``, ``day``, each choice,
            and each column of the kind.
        because: for each year, which rows were refused and why ("row 7: negative-mass_t").
    """

    years: pa.Table
    rows: Mapping[str, pa.Table]
    because: tuple[str, ...]


ProjectKernel = Callable[[ProjectTables], pa.Table]


def project_plan_of(
    methodology: Methodology, regions: Regions, *, known_on: date | None = None
) -> ProjectPlan:
    """The plan of a methodology of projects.

    Raises:
        ParameterWithoutValue: a parameter has no value at all; it names the file to put it in.
    """
    assert methodology.project is not None, f"{methodology.id} judges records"
    series = pieces_of(methodology, methodology.project.parameters, known_on)
    frame = plan_of(methodology, regions, known_on=known_on)
    return ProjectPlan(methodology.id, methodology.project, series, frame)


def project_schema(plan: ProjectPlan) -> pa.Schema:
    """What a kernel gives of each year: terms in their units, amounts, refusal, exactness."""
    terms = [(term.name, pa.float64()) for term in plan.project.terms]
    amounts = [(f"{output}_mg", pa.int64()) for output in plan.outputs()]
    return pa.schema([*terms, *amounts, ("refused", pa.string()), ("inexact", pa.bool_())])
