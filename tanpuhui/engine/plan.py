"""A plan: what a back end computes for one methodology, with every look-up laid out.

A plan holds no file and no clock. It is made once, and every back end reads the same one: checked
formulas, and for each parameter the pieces of region and time in which a value holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tanpuhui.formula import Lookup, Name, Node, children
from tanpuhui.rules import (
    Case,
    Cells,
    Condition,
    Factor,
    Input,
    Limit,
    Methodology,
    Output,
    ParameterWithoutValue,
)
from tanpuhui.terms import DayRange, Regions

OUTPUTS: tuple[Output, ...] = ("baseline", "activity", "leakage", "reduction")


@dataclass(frozen=True)
class Piece:
    """The cells of a parameter for one region over some days."""

    region: str
    days: DayRange
    cells: Cells


@dataclass(frozen=True)
class Series:
    """A parameter over regions and time.

    Args:
        pieces: nearest region first, so that the first piece that fits a record is the one in
            force.
    """

    name: str
    axes: tuple[str, ...]
    pieces: tuple[Piece, ...]

    def largest(self) -> float:
        """The largest size of any of its values; zero where it has none."""
        numbers = (number for piece in self.pieces for number in piece.cells.values())
        return max((abs(float(number)) for number in numbers if number is not None), default=0.0)

    def cells(self, region: str, day: date) -> Cells:
        """The cells in force; empty where there are none."""
        lineage = Regions.lineage(region)
        for piece in self.pieces:
            if piece.region in lineage and day in piece.days:
                return piece.cells
        return {}


@dataclass(frozen=True)
class CasePlan:
    """One behaviour: see ``rules.Case``; parameters are laid out as series."""

    scenes: tuple[str, ...]
    inputs: tuple[Input, ...]
    evidence: tuple[str, ...]
    conditions: tuple[Condition, ...]
    series: Mapping[str, Series]
    trees: Mapping[Output, Node]
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Plan:
    """What a back end computes for a methodology.

    Args:
        regions: codes in which acts are covered, and everything inside them.
        listed_regions: every region code that exists; counties by their city.
        days: the days that are both valid and within the crediting window begin and end here.
        known_on: what is known after this day is left out; None for all.
    """

    methodology: str
    cases: tuple[CasePlan, ...]
    limits: tuple[Limit, ...]
    regions: tuple[str, ...]
    listed_regions: Regions
    valid: DayRange
    crediting: DayRange
    known_on: date | None = None

    def case_of(self, scene: str | None) -> tuple[int, CasePlan] | None:
        """The case that takes records of a scene, and its number; None where no case does."""
        for number, case in enumerate(self.cases):
            if scene in case.scenes:
                return number, case
        return None

    def inputs(self) -> tuple[Input, ...]:
        """Every input of every case, once by name."""
        return tuple({given.name: given for case in self.cases for given in case.inputs}.values())

    def outputs(self) -> tuple[Output, ...]:
        """The outputs that some case gives, in their fixed order."""
        return tuple(o for o in OUTPUTS if any(o in case.trees for case in self.cases))


def limits_of(plan: Plan) -> Iterator[tuple[tuple[str, ...], Limit]]:
    """Every limit in the order of application, with the scenes whose records it counts."""
    for case in plan.cases:
        for limit in case.limits:
            yield case.scenes, limit
    everything = tuple(scene for case in plan.cases for scene in case.scenes)
    for limit in plan.limits:
        yield everything, limit


def parameters_in(trees: Iterable[Node], series: Mapping[str, Series]) -> dict[Node, str]:
    """Each parameter that the trees use, as it is used, with its name, in order of appearance."""
    found: dict[Node, str] = {}

    def walk(node: Node) -> None:
        if isinstance(node, Lookup):
            found.setdefault(node, node.table)
        elif isinstance(node, Name) and node.name in series:
            found.setdefault(node, node.name)
        for child in children(node):
            walk(child)

    for tree in trees:
        walk(tree)
    return found


def plan_of(methodology: Methodology, regions: Regions, *, known_on: date | None = None) -> Plan:
    """The plan of a methodology.

    Args:
        regions: the regions of the vocabulary.
        known_on: compute as it was known on this day; None for all that is known.

    Raises:
        ParameterWithoutValue: a parameter has no value at all; it names the file to put it in.
    """
    return Plan(
        methodology=methodology.id,
        cases=tuple(_case(methodology, case, known_on) for case in methodology.cases),
        limits=methodology.limits,
        regions=methodology.regions,
        listed_regions=regions,
        valid=methodology.valid,
        crediting=methodology.crediting,
        known_on=known_on,
    )


def pieces_of(
    methodology: Methodology, parameters: Mapping[str, Factor], known_on: date | None
) -> dict[str, Series]:
    """The parameters of a methodology laid out as series, by name.

    Raises:
        ParameterWithoutValue: a parameter has no value at all; it names the file to put it in.
    """
    series = {}
    for name, factor in parameters.items():
        if all(value.is_empty() for value in factor.values):
            raise ParameterWithoutValue(
                place=factor.values[-1].place if factor.values else factor.place,
                methodology=methodology.id, parameter=name, factor=factor.id,
                unit=factor.unit.text,
            )  # fmt: skip
        series[name] = Series(name, factor.axes, tuple(_pieces(factor, known_on)))
    return series


def _case(methodology: Methodology, case: Case, known_on: date | None) -> CasePlan:
    return CasePlan(
        scenes=case.scenes,
        inputs=case.inputs,
        evidence=case.evidence,
        conditions=case.conditions,
        series=pieces_of(methodology, case.parameters, known_on),
        trees=case.trees,
        limits=case.limits,
    )


def _pieces(factor: Factor, known_on: date | None) -> Iterator[Piece]:
    nearest_first = sorted(factor.regions(), key=lambda code: -len(Regions.lineage(code)))
    for region in nearest_first:
        for value in factor.timeline(region, known_on):
            yield Piece(region, value.days, value.cells)
