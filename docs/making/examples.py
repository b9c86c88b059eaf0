"""The worked example of a methodology's page, as the commands tell it."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from docs.making.markdown import fenced
from docs.making.tongue import Tongue
from tanpuhui import engine, quantify, records, rules


def example_lines(library: rules.Library, found: rules.Methodology, tongue: Tongue) -> list[str]:
    """The first vector that counts, told in sentences; nothing where no vector counts."""
    for vector in library.vectors(found.id):
        alone = len(vector.given) == 1 or found.project is not None
        if alone and vector.expect and not vector.set:
            told = (_record if found.project is None else _project)(library, found, vector)
            heading = tongue.say("A worked example", "计算示例")
            by = "explain" if found.project is None else "quantify --json"
            says = tongue.say(f"As `{by}` tells it: {vector.name}.", f"`{by}` 的说明：")
            sentences = fenced("\n".join(tongue.of(words) for words in told))
            return ["", f"## {heading}", "", says, *sentences]
    return []


def _record(
    library: rules.Library, found: rules.Methodology, vector: rules.Vector
) -> list[rules.Words]:
    told = quantify.explain(
        engine.Explainer(found, library),
        {key: str(value) for key, value in vector.given[0].items()},
        region=vector.region or found.regions[0],
        day=vector.day or first_day(found),
    )
    return list(told.sentences.values())


def _project(
    library: rules.Library, found: rules.Methodology, vector: rules.Vector
) -> list[rules.Words]:
    plan = engine.project_plan_of(found, library.regions)
    texts = [{name: str(value) for name, value in row.items()} for row in vector.given]
    table = records.table_of(texts, dict.fromkeys((n for row in texts for n in row), pa.string()))
    region, day = vector.region or found.regions[0], vector.day or first_day(found)
    tables = engine.project_tables(table, plan, region=region, day=day)
    years = tables.years["year"].to_pylist()
    position = years.index(vector.year) if vector.year in years else len(years) - 1
    (told,) = engine.ProjectExplainer(plan, library).explain(tables, [position])
    return list(told.values())


def first_day(found: rules.Methodology) -> date:
    """The day on which vectors happen that name none."""
    return max(day for day in (found.valid.from_day, found.crediting.from_day) if day)
