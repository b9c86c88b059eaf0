"""Methodologies: an approved document turned into rules, one file a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from tanpuhui import formula
from tanpuhui.formula import Node, Symbol
from tanpuhui.records import EVIDENCE, Evidence
from tanpuhui.rules.factors import Factor
from tanpuhui.rules.faults import (
    CasesOrProject,
    NameTwice,
    SceneTwice,
    UnknownInput,
    UnusedName,
    WrongLimit,
)
from tanpuhui.rules.fields import Fields, Source, Words
from tanpuhui.rules.formulas import (
    Condition,
    Output,
    Symbols,
    read_conditions,
    read_formulas,
    read_parameters,
)
from tanpuhui.rules.histories import History, read_history
from tanpuhui.rules.projects import Project, read_project
from tanpuhui.rules.scenes import Quantity, Scene, read_evidence
from tanpuhui.terms import (
    MG_PER_GRAM,
    DayRange,
    Fault,
    Regions,
    UnitMismatch,
    Units,
    UnknownRegion,
    UnknownUnit,
    hash_of_parts,
)

Standing = Literal[
    "national",
    "local",
    "group_standard",
    "normative_document",
    "enterprise_algorithm",
    "published_rate",
    "parent",
]
STANDINGS: tuple[Standing, ...] = (
    "national",
    "local",
    "group_standard",
    "normative_document",
    "enterprise_algorithm",
    "published_rate",
    "parent",
)
TEXTS = ("read", "reported", "parent", "reconstructed")

LimitKey = Literal[
    "record", "person", "reference", "asset", "local_day", "local_month", "local_year"
]
LIMIT_KEYS: tuple[LimitKey, ...] = (
    "record",
    "person",
    "reference",
    "asset",
    "local_day",
    "local_month",
    "local_year",
)


@dataclass(frozen=True)
class Input:
    """A quantity that a case needs of a record; ``evidence`` is the record's own field.

    Args:
        history: how it is found among other records, where a record does not carry it itself.
    """

    name: str
    quantity: Quantity
    history: History | None = None


@dataclass(frozen=True)
class Limit:
    """At most so much, for each group of records.

    Args:
        each: what tells the groups apart.
        reduction_mg: the most that a group may be credited, mgCO2e; None where records are counted.
        count: the most records of a group that may be credited; None where mass is counted.
    """

    each: tuple[LimitKey, ...]
    reduction_mg: int | None
    count: int | None


@dataclass(frozen=True)
class Case:
    """One behaviour of a methodology.

    Args:
        scenes: the scenes whose records it takes.
        evidence: classes of evidence that are accepted; empty for all.
        trees: by output, the checked formula in grams of CO2e; ``reduction`` is always there unless
            the methodology is a footprint.
        texts: by output, the formula as written in the file.
    """

    scenes: tuple[str, ...]
    title: Words | None
    inputs: tuple[Input, ...]
    evidence: tuple[Evidence, ...]
    conditions: tuple[Condition, ...]
    parameters: Mapping[str, Factor]
    trees: Mapping[Output, Node]
    texts: Mapping[Output, str]
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Methodology:
    """A methodology as rules; ``sha256`` is that of its file."""

    id: str
    title: Words
    standing: Standing
    text: str
    number: str | None
    issuer: Words | None
    issued: date | None
    supersedes: str | None
    maps_to: Mapping[str, str]
    gases: tuple[str, ...]
    scope: Words | None
    baseline_scenario: Words | None
    project_scenario: Words | None
    source: Source
    valid: DayRange
    crediting: DayRange
    regions: tuple[str, ...]
    cases: tuple[Case, ...]
    limits: tuple[Limit, ...]
    monitoring: tuple[Words, ...]
    quality: tuple[Words, ...]
    notes: tuple[Words, ...]
    file: str
    sha256: str
    project: Project | None = None  # in the place of cases

    def case_of(self, scene: str) -> Case | None:
        """The case that takes records of this scene."""
        return next((case for case in self.cases if scene in case.scenes), None)

    def scenes(self) -> tuple[str, ...]:
        """Every scene it serves."""
        return tuple(scene for case in self.cases for scene in case.scenes)

    def factors(self) -> Mapping[str, Factor]:
        """Every factor that its cases use, by id."""
        found = {f.id: f for used in self.parameters() for f in used.values()}
        return dict(sorted(found.items()))

    def parameters(self) -> tuple[Mapping[str, Factor], ...]:
        """The parameters of each case, or of the project."""
        own = () if self.project is None else (self.project.parameters,)
        return (*(case.parameters for case in self.cases), *own)

    def factor_set(self) -> str:
        """One hash for the exact files of all its factors."""
        return hash_of_parts(
            part for factor in self.factors().values() for part in (factor.id, factor.sha256)
        )


@dataclass(frozen=True)
class Surroundings:
    """What a methodology refers to."""

    units: Units
    regions: Regions
    documents: Mapping[str, object]
    scene: Callable[[str], Scene]
    factor: Callable[[str], Factor]


def read_methodology(top: Fields, around: Surroundings, *, sha256: str) -> Methodology:
    """The methodology of a file; what is wrong is added to the fields' faults."""
    name = top.text("id")
    maps_to = top.optional_block("maps_to", f"{top.of}, maps_to")
    codes = top.texts("regions", required=True)
    for code in codes:
        if code not in around.regions:
            place = top.place_of("regions")
            top.faults.append(UnknownRegion(place=place, region=code, wanted_by=name))
    methodology = Methodology(
        id=name,
        title=top.words("title"),
        standing=top.choice("standing", STANDINGS),
        text=top.choice("text", TEXTS),
        number=top.optional_text("number"),
        issuer=top.optional_words("issuer"),
        issued=top.optional_day("issued"),
        supersedes=top.optional_text("supersedes"),
        maps_to={} if maps_to is None else {k: str(v) for k, v in maps_to.scalars().items()},
        gases=top.texts("gases"),
        scope=top.optional_words("scope"),
        baseline_scenario=top.optional_words("baseline_scenario"),
        project_scenario=top.optional_words("project_scenario"),
        source=top.source(around.documents),
        valid=top.days("valid"),
        crediting=top.days("crediting") if top.has("crediting") else DayRange(),
        regions=codes,
        cases=tuple(
            _CaseReader(fields, around).case()
            for fields in top.blocks("cases", f"A case of {name}")
        ),
        project=_project(top, around),
        limits=_limits(top, around.units),
        monitoring=top.all_words("monitoring"),
        quality=top.all_words("quality"),
        notes=top.all_words("notes"),
        file=top.file,
        sha256=sha256,
    )
    top.at_least_one("regions", "cases")
    top.finish()
    if top.has("cases") == top.has("project"):
        found = "both cases and a project" if top.has("cases") else "neither cases nor a project"
        top.faults.append(CasesOrProject(place=top.place, methodology=name, found=found))
    seen: set[str] = set()
    for scene in methodology.scenes():
        if scene in seen:
            top.faults.append(SceneTwice(place=top.place_of("cases"), scene=scene))
        seen.add(scene)
    return methodology


def _project(top: Fields, around: Surroundings) -> Project | None:
    fields = top.optional_block("project", f"{top.of}, project")
    return None if fields is None else read_project(fields, around.units, around.factor)


class _CaseReader:
    """Reads one case: its names first, then the formulas in which they stand."""

    def __init__(self, fields: Fields, around: Surroundings) -> None:
        self.fields = fields
        self.around = around
        self.faults = fields.faults

    def case(self) -> Case:
        fields = self.fields
        scenes = fields.texts("scenes", required=True)
        carried = self._inputs(scenes)
        inputs = (*carried, *read_histories(fields, carried))
        taken = {given.name: "an input" for given in inputs}
        parameters = read_parameters(fields, self.around.factor, taken)
        symbols = _symbols(inputs, parameters)
        conditions = read_conditions(fields, symbols, self.around.units)
        trees, texts = self._formulas(symbols)
        case = Case(
            scenes=scenes,
            title=fields.optional_words("title"),
            inputs=inputs,
            evidence=read_evidence(fields),
            conditions=conditions,
            parameters=parameters,
            trees=trees,
            texts=texts,
            limits=_limits(fields, self.around.units),
        )
        fields.at_least_one("scenes")
        fields.finish()
        self._unused(case)
        return case

    def _inputs(self, scene_ids: tuple[str, ...]) -> tuple[Input, ...]:
        scenes = []
        for scene_id in scene_ids:
            try:
                scenes.append(self.around.scene(scene_id))
            except Fault as fault:
                fault.place = fault.place or self.fields.place_of("scenes")
                self.faults.append(fault)
        inputs = []
        for name in self.fields.texts("inputs", required=True):
            found = [_quantity_of(scene, name) for scene in scenes]
            if None in found:
                lacking = scenes[found.index(None)].id
                self._input_fault(name, f"is no quantity of scene {lacking!r}")
            elif len({(q.unit, q.choices) for q in found if q is not None}) > 1:
                self._input_fault(name, "has another unit in one scene than in another")
            elif found:
                inputs.append(Input(name, _shared(cast(list[Quantity], found))))
        return tuple(inputs)

    def _input_fault(self, name: str, problem: str) -> None:
        place = self.fields.place_of("inputs")
        self.faults.append(UnknownInput(place=place, input=name, problem=problem))

    def _formulas(self, symbols: Symbols) -> tuple[dict[Output, Node], dict[Output, str]]:
        block = self.fields.block("formula", f"{self.fields.of}, formula")
        if block is None:
            return {}, {}
        found = read_formulas(block, symbols, self.around.units)
        block.finish()
        return found

    def _unused(self, case: Case) -> None:
        """Report names that nothing uses, once all formulas of the case could be read."""
        if self.faults:
            return
        trees = [*case.trees.values(), *(condition.tree for condition in case.conditions)]
        used = {name for tree in trees for name in formula.names_in(tree)}
        used |= {given.history.mean for given in case.inputs if given.history is not None}
        for kind, key, names in (
            ("input", "inputs", [given.name for given in case.inputs if given.history is None]),
            ("history", "history", [given.name for given in case.inputs if given.history]),
            ("parameter", "parameters", list(case.parameters)),
        ):
            for name in names:
                if name not in used:
                    place = self.fields.place_of(key)
                    self.faults.append(UnusedName(place=place, kind=kind, name=name))


def _quantity_of(scene: Scene, name: str) -> Quantity | None:
    if name == "evidence":
        return Quantity("evidence", None, EVIDENCE, required=True, default=None, most=None)
    return scene.quantities.get(name)


def read_histories(fields: Fields, carried: tuple[Input, ...]) -> tuple[Input, ...]:
    """The inputs under ``history``: each the mean of an amount among other records."""
    amounts = {given.name: given.quantity for given in carried if given.quantity.unit is not None}
    found = []
    for name, inner in fields.entries("history", f"{fields.of}, history"):
        if name in {given.name for given in carried}:
            kinds = "an input and a history"
            fields.faults.append(NameTwice(place=inner.place, name=name, kinds=kinds))
        history = read_history(inner, tuple(amounts))
        if history is not None:
            unit = amounts[history.mean].unit
            quantity = Quantity(name, unit, (), required=False, default=None, most=None)
            found.append(Input(name, quantity, history))
    return tuple(found)


def _shared(quantities: list[Quantity]) -> Quantity:
    """The quantity of several scenes: required where one asks, default where all share it."""
    first = quantities[0]
    default = first.default if all(q.default == first.default for q in quantities) else None
    required = any(q.required for q in quantities) and default is None
    return Quantity(first.name, first.unit, first.choices, required, default, first.most)


def _symbols(inputs: tuple[Input, ...], parameters: Mapping[str, Factor]) -> dict[str, Symbol]:
    symbols = {
        given.name: Symbol(given.quantity.unit or formula.TEXT, choices=given.quantity.choices)
        for given in inputs
    }
    return symbols | {name: Symbol(f.unit, axes=f.axes) for name, f in parameters.items()}


def _limits(fields: Fields, units: Units) -> tuple[Limit, ...]:
    found = []
    for inner in fields.blocks("limits", f"A limit of {fields.of}"):
        each = inner.texts("each", required=True)
        count, mass = inner.optional_number("count"), inner.optional_text("reduction")
        inner.finish()
        problem = _limit_problem(each, count, mass)
        mass_mg: int | None = None
        if problem is None and mass is not None:
            try:
                mass_mg = amount_in_mg(mass, units)
            except Fault as fault:
                problem = fault.what().removesuffix(".")
        if problem is not None:
            fields.faults.append(WrongLimit(place=inner.place, problem=problem))
            continue
        keys = tuple(key for key in LIMIT_KEYS if key in each)
        found.append(Limit(keys, mass_mg, None if count is None else int(count)))
    return tuple(found)


def _limit_problem(each: tuple[str, ...], count: Decimal | None, mass: str | None) -> str | None:
    unknown = [key for key in each if key not in LIMIT_KEYS]
    if unknown or not each:
        return f"'each' lists {', '.join(LIMIT_KEYS)}, not {', '.join(unknown) or 'nothing'}"
    if (count is None) == (mass is None):
        return "it needs either 'reduction' or 'count'"
    if count is not None and (count != int(count) or count < 1):
        return f"'count' is {count}, not a whole number from 1"
    return None


def amount_in_mg(text: str, units: Units) -> int:
    """A written mass of CO2e ("200 gCO2e") in whole milligrams.

    Raises:
        UnknownUnit, UnitMismatch, NotAFormula: it is no such mass.
    """
    tree = formula.parse(text)
    if not isinstance(tree, formula.Number) or tree.unit is None:
        raise UnitMismatch(found=repr(text), wanted="a number and a unit, such as '200 gCO2e'")
    scale = units.scale(units.parse(tree.unit), units.parse("gCO2e"))
    mg = tree.value * scale * MG_PER_GRAM
    if mg != int(mg):
        raise UnknownUnit(unit=f"{text} (finer than a milligram)")
    return int(mg)
