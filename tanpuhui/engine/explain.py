"""One record explained: the formula as a sentence with its numbers, the factors, their sources.

The figures are the judge's, so an explanation and a posted line never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import cast

from tanpuhui import formula
from tanpuhui.engine.factors_read import FactorUsed, factor_used, parameters_read
from tanpuhui.engine.judge import Judge, Judged, Record
from tanpuhui.engine.plan import Plan, plan_of
from tanpuhui.formula import EXACT, Language, Leaf, Lookup, Name, Node, Number, Text, Value
from tanpuhui.rules import (
    Case,
    Library,
    Limit,
    Methodology,
    NoValueInForce,
    Output,
    Words,
    unit_in_words,
)
from tanpuhui.terms import MG_PER_GRAM, Mass, Unit

TONNES_FROM_MG = 10_000_000  # from 10 kg on a result is told in a larger unit too

LANGUAGES: tuple[Language, ...] = ("zh", "en")
OUTPUT_WORDS: Mapping[Output, Words] = {
    "baseline": Words("baseline", "基准线排放量"),
    "activity": Words("activity emissions", "低碳行为排放量"),
    "leakage": Words("leakage", "泄漏"),
    "reduction": Words("reduction", "减排量"),
}


@dataclass(frozen=True)
class Explanation:
    """A record explained.

    Args:
        refused: the code under which the record is refused; None where it counts.
        refused_because: what the methodology says about that condition, where it says it.
        mg: whole milligrams by output.
        sentences: by output, the formula with its numbers and its result.
        factors: every parameter used, with its source.
        limits: those that the record is under, in the order in which they apply; not applied here.
    """

    methodology: Methodology
    scene: Words | None
    region: Words
    day: date
    refused: str | None
    refused_because: Words | None
    mg: Mapping[Output, int]
    sentences: Mapping[Output, Words]
    factors: tuple[FactorUsed, ...]
    limits: tuple[Limit, ...]


class Explainer:
    """Explains records of one methodology; made once, asked often.

    Raises:
        ParameterWithoutValue: the methodology cannot be computed.
    """

    def __init__(
        self, methodology: Methodology, library: Library, *, known_on: date | None = None
    ) -> None:
        self.methodology = methodology
        self.plan: Plan = plan_of(methodology, library.regions, known_on=known_on)
        self._library = library
        self._judge = Judge(self.plan)
        self._words: dict[Unit, Words] = {}
        self._used: dict[tuple[object, ...], tuple[FactorUsed, ...]] = {}
        self._places = {region.code: Words(region.en, region.zh) for region in library.regions}
        self._leaves = {
            (number, language): _Leaves(case, self._unit_words, language)
            for number, case in enumerate(methodology.cases)
            for language in LANGUAGES
        }

    def explain(self, record: Record) -> Explanation:
        """The record explained; its columns are those of ``Judge.judge``.

        Raises:
            UnknownRegion: the record's region is none.
        """
        with localcontext(EXACT):
            judged = self._judge.judge(record)
            sentences = {} if judged.case is None else self._sentences(judged)
        code = cast(str, record["region"])
        place = self._places.get(code)
        if place is None:
            region = self._library.regions.of(code)
            place = self._places[code] = Words(region.en, region.zh)
        case = None if judged.case is None else self.methodology.cases[judged.case]
        return Explanation(
            methodology=self.methodology,
            scene=None if case is None else self._library.scene(record["scene"]).title,
            region=place,
            day=record["day"],
            refused=judged.refused,
            refused_because=None if case is None else _because(case, judged.refused),
            mg=judged.mg,
            sentences=sentences,
            factors=() if case is None or not judged.mg else self._factors(case, judged, record),
            limits=() if case is None else (*case.limits, *self.methodology.limits),
        )

    def _sentences(self, judged: Judged) -> dict[Output, Words]:
        case = self.methodology.cases[cast(int, judged.case)]
        found: dict[Output, Words] = {}
        for output, mg in judged.mg.items():
            texts = []
            for language in LANGUAGES:
                leaves = self._leaves[cast(int, judged.case), language]
                left = _said(OUTPUT_WORDS[output], language)
                if output in case.texts:
                    middle = leaves.sentence(case.trees[output], judged.values)
                else:
                    middle = leaves.difference(judged)
                texts.append(f"{left} = {middle} = {leaves.result(mg)}")
            found[output] = Words(en=texts[1], zh=texts[0])
        return found

    def _unit_words(self, unit: Unit) -> Words:
        if unit not in self._words:
            names = self._library.unit_names
            self._words[unit] = Words(
                unit_in_words(unit, names, "en"), unit_in_words(unit, names, "zh")
            )
        return self._words[unit]

    def _factors(self, case: Case, judged: Judged, record: Record) -> tuple[FactorUsed, ...]:
        known = tuple(
            judged.values[g.name] if g.quantity.unit is None else judged.values[g.name] is None
            for g in case.inputs
        )
        key = (judged.case, record["region"], record["day"], known)
        if key not in self._used:
            self._used[key] = tuple(self._found_factors(case, judged, record))
        return self._used[key]

    def _found_factors(self, case: Case, judged: Judged, record: Record) -> list[FactorUsed]:
        found: dict[tuple[str, tuple[str, ...]], FactorUsed] = {}
        trees = [*(case.trees[output] for output in judged.mg), *(c.tree for c in case.conditions)]
        for tree in trees:
            for name, keys in parameters_read(tree, case.parameters, judged.values):
                factor = case.parameters[name]
                try:
                    value = factor.in_force(
                        record["region"], record["day"], known_on=self.plan.known_on
                    )
                except NoValueInForce:
                    continue  # a parameter of a branch that was not taken
                for cell in value.cells if keys is None else (keys,):
                    found[name, cell] = factor_used(self._library, name, factor, value, cell)
        return list(found.values())


class _Leaves:
    """Writes the leaves of a case's formulas in one language."""

    def __init__(self, case: Case, unit_words: Callable[[Unit], Words], language: Language) -> None:
        self._unit_words = unit_words
        self._language: Language = language
        self._units: dict[str, str] = {}
        self._parameters = frozenset(case.parameters)
        for given in case.inputs:
            if given.quantity.unit is not None:
                self._units[given.name] = self._unit(given.quantity.unit)
        for name, factor in case.parameters.items():
            self._units[name] = self._unit(factor.unit)
        self._mass = self._unit(Unit("gCO2e"))

    def sentence(self, tree: Node, values: Mapping[str, Value]) -> str:
        """The formula with its numbers."""
        return formula.sentence(tree, self._leaf(values), self._language)

    def difference(self, judged: Judged) -> str:
        """Baseline − activity − leakage, as they came out."""
        parts = ("baseline", "activity", "leakage")
        amounts = [judged.grams[cast(Output, o)] for o in parts if o in judged.grams]
        return " − ".join(self.grams(amount) for amount in amounts)

    def result(self, mg: int) -> str:
        """Whole milligrams in grams; large ones in tonnes too."""
        grams = self.grams(Decimal(mg) / MG_PER_GRAM)
        return grams if abs(mg) < TONNES_FROM_MG else f"{grams} ({Mass(mg)})"

    def grams(self, amount: Decimal) -> str:
        """An amount in grams of CO2e."""
        return f"{shown(amount)} {self._mass}"

    def _leaf(self, values: Mapping[str, Value]) -> Leaf:
        def leaf(node: Number | Text | Name | Lookup) -> str:
            match node:
                case Number(value=value, unit=unit):
                    return (
                        shown(value) if unit is None else f"{shown(value)} {self._unit(Unit(unit))}"
                    )
                case Text(value=text):
                    return text
                case Name(name=name):
                    return self._value(name, values[name])
                case Lookup(table=table):
                    return self._value(table, formula.evaluator(node)(values))

        return leaf

    def _value(self, name: str, value: Value) -> str:
        if isinstance(value, Decimal):
            # A parameter keeps the digits of its source: 48.70 is not 48.7.
            number = f"{value:,f}" if name in self._parameters else shown(value)
            return f"{number} {self._units[name]}".rstrip()
        return "—" if value is None else str(value)

    def _unit(self, unit: Unit) -> str:
        return _said(self._unit_words(unit), self._language)


def shown(number: Decimal) -> str:
    """A number as people write it: thousands apart, no exponent, at most nine decimals."""
    text = f"{number:,.9f}" if number.as_tuple().exponent < -9 else f"{number:,f}"  # type: ignore[operator]  # finite
    return text.rstrip("0").rstrip(".") if "." in text else text


def _said(words: Words, language: Language) -> str:
    return words.zh if language == "zh" else words.en


def _because(case: Case, code: str | None) -> Words | None:
    for condition in case.conditions:
        if condition.code == code:
            return condition.says or Words(
                f"it must hold that {condition.text}", f"须满足：{condition.text}"
            )
    return None
