"""Years of projects explained: each term and each output as a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tanpuhui import formula
from tanpuhui.engine.explain import LANGUAGES, OUTPUT_WORDS, TONNES_FROM_MG, shown
from tanpuhui.engine.project_judge import JudgedYear, ProjectJudge
from tanpuhui.engine.projects import ProjectPlan, ProjectTables
from tanpuhui.formula import Language, Leaf, Lookup, Name, Number, Text, Value
from tanpuhui.rules import Library, ProjectTerm, Words, unit_in_words
from tanpuhui.terms import MG_PER_GRAM, Mass, Unit

_MASS = Unit("gCO2e")
_ROWS: Mapping[str, Mapping[Language, str]] = {
    "this": {"en": "over {} rows of the year", "zh": "当年{}行"},
    "until": {"en": "over {} rows of all years until it", "zh": "截至当年{}行"},
}


class ProjectExplainer:
    """Explains the years of the projects of one plan."""

    def __init__(self, plan: ProjectPlan, library: Library) -> None:
        self._plan = plan
        self._library = library
        self._judge = ProjectJudge(plan)
        self._units = {c.name: c.unit for c in plan.project.columns()}
        self._units |= {name: factor.unit for name, factor in plan.project.parameters.items()}
        self._units |= {term.name: term.unit for term in plan.project.terms}

    def explain(self, tables: ProjectTables, positions: Sequence[int]) -> list[dict[str, Words]]:
        """For each year its sentences by term and output, in their order; none where refused."""
        return [dict(self._sentences(year)) for year in self._judge.judge(tables, positions)]

    def _sentences(self, year: JudgedYear) -> Iterator[tuple[str, Words]]:
        if year.refused is not None:
            return
        for term in self._plan.project.terms:
            yield term.name, self._both(lambda lang, term=term: self._term(term, year, lang))
        for output, mg in year.mg.items():
            yield (
                output,
                self._both(lambda lang, output=output, mg=mg: self._output(output, mg, year, lang)),
            )

    @staticmethod
    def _both(say: Any) -> Words:
        zh, en = (say(language) for language in LANGUAGES)
        return Words(en=en, zh=zh)

    def _term(self, term: ProjectTerm, year: JudgedYear, language: Language) -> str:
        title = term.name if term.title is None else getattr(term.title, language)
        value = self._value(term.name, year.values[term.name], language)
        if term.of is None:
            middle = formula.sentence(term.tree, self._leaf(year.values, language), language)
        else:
            summed = formula.sentence(term.tree, _named, language)
            rows = _ROWS[term.years][language].format(year.summed[term.name])
            middle = f"Σ {summed} ({rows})"
        return f"{title} = {middle} = {value}"

    def _output(self, output: Any, mg: int, year: JudgedYear, language: Language) -> str:
        tree = self._plan.project.trees[output]
        middle = formula.sentence(tree, self._leaf(year.values, language), language)
        grams = f"{shown(Decimal(mg) / MG_PER_GRAM)} {self._unit(_MASS, language)}"
        if abs(mg) >= TONNES_FROM_MG:
            grams = f"{grams} ({Mass(mg)})"
        return f"{getattr(OUTPUT_WORDS[output], language)} = {middle} = {grams}"

    def _leaf(self, values: Mapping[str, Value], language: Language) -> Leaf:
        def leaf(node: Number | Text | Name | Lookup) -> str:
            match node:
                case Number(value=value, unit=unit):
                    said = "" if unit is None else self._unit(Unit(unit), language)
                    return f"{shown(value)} {said}".rstrip()
                case Text(value=text):
                    return text
                case Name(name=name):
                    return self._value(name, values[name], language)
                case Lookup(table=name):
                    return self._value(name, formula.evaluator(node)(values), language)

        return leaf

    def _value(self, name: str, value: Value, language: Language) -> str:
        unit = self._units.get(name)
        if isinstance(value, Decimal):
            said = "" if unit is None else self._unit(unit, language)
            return f"{shown(value)} {said}".rstrip()
        return "—" if value is None else str(value)

    def _unit(self, unit: Unit, language: Language) -> str:
        return unit_in_words(unit, self._library.unit_names, language)


def _named(node: Number | Text | Name | Lookup) -> str:
    """A leaf by its name, as the file writes it."""
    match node:
        case Number(value=value, unit=unit):
            return shown(value) if unit is None else f"{shown(value)} {unit}"
        case Text(value=text):
            return text
        case Name(name=name):
            return name
        case Lookup(table=table, keys=keys):
            return f"{table}[{', '.join(formula.sentence(k, _named, 'en') for k in keys)}]"
