"""``tanpuhui quantify`` for a methodology of projects: rows in, one result a project and year."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import engine, records
from tanpuhui import quantify as step
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.factors_shown import factor_facts
from tanpuhui.engine import ProjectExplainer, ProjectPlan
from tanpuhui.quantify import QuantifiedProjects
from tanpuhui.rules import Library, Methodology
from tanpuhui.terms import Mass


def quantify_projects(
    found: Methodology,
    library: Library,
    file: Path,
    *,
    region: str,
    day: date,
    engine_name: str,
    chosen: Mapping[str, str],
    out: Path | None,
    as_json: bool,
) -> None:
    """Quantify the rows of projects in a file, and end with the exit code."""
    plan = engine.project_plan_of(found, library.regions)
    backend = engine.open_backend(engine_name)
    kernel = engine.project_quantifier(backend, plan)
    result = step.quantify_projects(records.read_csv(file), plan, kernel, region=region, day=day)
    if out is not None:
        _write(result.table, out)
    elif not as_json:
        records.write_csv(result.table, sys.stdout)
        sys.stdout.flush()  # the totals on stderr come last, also in a pipe
    if as_json:
        facts = {
            "methodology": found.id,
            "methodology_sha256": found.sha256,
            "factor_set": found.factor_set(),
            "library": library.version,
            "engine": backend.name,
            "region": region,
            "day": day.isoformat(),
            "set": dict(chosen),
        }
        answer = {**facts, **_json(result, plan, library)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    head = [found.id, region, day.isoformat(), *(f"set {k}={v}" for k, v in chosen.items())]
    click.echo(" · ".join([*head, *_totals(result)]), err=True)
    sys.exit(shared.DONE if result.counted == result.years else shared.REFUSED)


def _write(table: pa.Table, out: Path) -> None:
    if out.suffix == ".parquet":
        records.write_parquet(table, out)
        return
    with out.open("w", encoding="utf-8", newline="") as sink:
        records.write_csv(table, sink)


def _json(result: QuantifiedProjects, plan: ProjectPlan, library: Library) -> dict[str, Any]:
    explainer = ProjectExplainer(plan, library)
    refused = pc.if_else(pc.equal(result.table["refused"], ""), None, "refused")
    used = engine.factors_read_by_projects(result.tables, refused, plan, library)
    told = explainer.explain(result.tables, range(result.years))
    rows = [
        {**row, "sentences": {name: vars(words) for name, words in sentences.items()}}
        for row, sentences in zip(result.table.to_pylist(), told, strict=True)
    ]
    return {
        "received": result.received,
        "years": result.years,
        "counted": result.counted,
        "refused": dict(sorted(result.refused.items())),
        "totals": {f"{output}_mg": total for output, total in result.totals.items()},
        "terms": {
            term.name: {
                "title": None if term.title is None else vars(term.title),
                "unit": term.unit.text,
                "formula": term.text,
                "of": term.of,
                "years": None if term.of is None else term.years,
            }
            for term in plan.project.terms
        },
        "factors": [{**factor_facts(one), "records": one.records} for one in used],
        "rows": rows,
    }


def _totals(result: QuantifiedProjects) -> list[str]:
    """What came of the rows, in the words of the last line."""
    refused = ", ".join(f"{code} {count}" for code, count in sorted(result.refused.items()))
    parts = [f"{result.received} rows", f"{result.counted} of {result.years} years counted"]
    if refused:
        parts.append(f"{result.years - result.counted} refused ({refused})")
    return parts + [
        f"{output}_mg {total} ({Mass(total)})"
        for output, total in result.totals.items()
        if total is not None
    ]
