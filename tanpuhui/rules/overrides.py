"""Parameters given by hand (``--set``): the official value that the library does not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tanpuhui import formula
from tanpuhui.rules.factors import Cells, Factor, FactorValue
from tanpuhui.rules.faults import NotAParameter
from tanpuhui.rules.fields import Source
from tanpuhui.rules.methodologies import Case, Methodology
from tanpuhui.rules.projects import Column, Project
from tanpuhui.terms import WORLD, DayRange, Fault, Place, Unit, Units, hash_of_parts

BY_HAND = "given by hand"


def with_values(methodology: Methodology, given: Mapping[str, str], units: Units) -> Methodology:
    """The methodology with some parameters set, for every region and day.

    Args:
        given: by parameter name ("per_step"), or for one cell of a table by name and keys
            ("by_mode.bus"), a number in the parameter's unit or a number with a unit.

    Returns:
        The same where nothing is given; else a methodology whose factor set has another hash, so
        that no figure computed with it can pass for one of the library's.

    Raises:
        NotAParameter: a name is no parameter, or a value no amount of its kind.
    """
    if not given:
        return methodology
    for name in given:
        parameter = name.split(".")[0]
        if not any(parameter in parameters for parameters in methodology.parameters()) and (
            name not in _columns(methodology)
        ):
            raise _not(methodology, f"{name}={given[name]}", f"there is no parameter {parameter!r}")
    cases = tuple(_case(methodology, case, given, units) for case in methodology.cases)
    project = _project(methodology, given, units)
    return replace(methodology, cases=cases, project=project)


def _case(methodology: Methodology, case: Case, given: Mapping[str, str], units: Units) -> Case:
    return replace(case, parameters=_parameters(methodology, case.parameters, given, units))


def _parameters(
    methodology: Methodology,
    parameters: Mapping[str, Factor],
    given: Mapping[str, str],
    units: Units,
) -> Mapping[str, Factor]:
    found = dict(parameters)
    for name, text in given.items():
        parameter, *keys = name.split(".")
        if parameter in found:
            found[parameter] = _factor(
                methodology, found[parameter], name, tuple(keys), text, units
            )
    return found


def _project(methodology: Methodology, given: Mapping[str, str], units: Units) -> Project | None:
    """The project with some of its choices and columns of the year given for every table.

    A table that says else has the last word.
    """
    project = methodology.project
    if project is None:
        return None
    return replace(
        project,
        parameters=_parameters(methodology, project.parameters, given, units),
        choices=tuple(_column(methodology, column, given, units) for column in project.choices),
        year=tuple(_column(methodology, column, given, units) for column in project.year),
    )


def _column(
    methodology: Methodology, column: Column, given: Mapping[str, str], units: Units
) -> Column:
    if column.name not in given:
        return column
    text = given[column.name]
    written = f"{column.name}={text}"
    if column.unit is not None:
        number = _number(methodology, column.unit, written, text, units)
        return replace(column, default=number, required=False)
    if text not in column.choices:
        raise _not(methodology, written, f"it is one of {', '.join(column.choices)}")
    return replace(column, default=text, required=False)


def _columns(methodology: Methodology) -> Mapping[str, Column]:
    """The columns of a project that can be given by hand, by name."""
    project = methodology.project
    columns = () if project is None else (*project.choices, *project.year)
    return {column.name: column for column in columns}


def _factor(
    methodology: Methodology,
    factor: Factor,
    name: str,
    keys: tuple[str, ...],
    text: str,
    units: Units,
) -> Factor:
    if len(keys) != len(factor.axes):
        wanted = f"it is a table by {', '.join(factor.axes)}" if factor.axes else "it is one value"
        raise _not(methodology, f"{name}={text}", wanted)
    number = _number(methodology, factor.unit, f"{name}={text}", text, units)
    changed = hash_of_parts((factor.sha256, name, text))
    return replace(factor, values=_values(factor, keys, number), sha256=changed)


def _values(factor: Factor, keys: tuple[str, ...], number: Decimal) -> tuple[FactorValue, ...]:
    """The factor's values with one number given.

    A single value is given for every region and day. One cell of a table is given wherever the
    table holds; its other cells stay what they are in each region and on each day.
    """
    if keys and factor.values:
        return tuple(
            replace(value, cells={**_cells(value, len(keys)), keys: number})
            for value in factor.values
        )
    everywhere = FactorValue(
        cells={keys: number},
        region=WORLD,
        days=DayRange(date.min, None),
        known_since=date.min,
        grade="assumed",
        wording="exact",
        source=Source(BY_HAND, None),
        note=None,
        place=Place(BY_HAND),
    )
    return (everywhere,)


def _cells(value: FactorValue, axes: int) -> Cells:
    return {keys: number for keys, number in value.cells.items() if len(keys) == axes}


def _number(methodology: Methodology, wanted: Unit, given: str, text: str, units: Units) -> Decimal:
    try:
        tree = formula.parse(text)
        sign = Decimal(1)
        if isinstance(tree, formula.Negative):
            sign, tree = Decimal(-1), tree.of
        if not isinstance(tree, formula.Number):
            raise _not(methodology, given, f"{text!r} is no number")
        if tree.unit is None:
            return sign * tree.value
        return sign * tree.value * units.scale(units.parse(tree.unit), wanted)
    except NotAParameter:
        raise
    except Fault as fault:
        raise _not(methodology, given, fault.what().removesuffix(".")) from fault


def _not(methodology: Methodology, given: str, problem: str) -> NotAParameter:
    known = {name for parameters in methodology.parameters() for name in parameters}
    known |= _columns(methodology).keys()
    return NotAParameter(given=given, problem=problem, known=tuple(sorted(known)))
