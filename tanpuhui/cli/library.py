"""``tanpuhui library``: what the rules are, and whether their files hold."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tanpuhui import engine
from tanpuhui import quantify as step
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.checklist_shown import checklist_facts
from tanpuhui.cli.jurisdiction_shown import (
    PREFIX,
    jurisdiction_facts,
    jurisdiction_page,
    jurisdiction_row,
    policy_rows,
)
from tanpuhui.cli.library_page import (
    columns_of,
    limit_text,
    methodology_page,
    parameters_of,
    value_text,
)
from tanpuhui.cli.library_rows import cell, checklist_row, methodology_row, planned_rows
from tanpuhui.cli.project_page import project_facts
from tanpuhui.engine import shown
from tanpuhui.rules import (
    Case,
    Currency,
    Factor,
    Jurisdiction,
    Library,
    Methodology,
    PerGram,
    Programme,
    Scene,
    SceneRule,
)
from tanpuhui.terms import DayRange

KINDS = ("methodology", "checklist", "factor", "scene", "programme", "jurisdiction")
DOCUMENTS = ("methodology", "checklist")  # what a row of the plan becomes: both stand in one table
UNLISTED = ("because", "issuer", "asks", "source")  # of a row; --json has them
LISTED = (*KINDS, "policy")


@click.group(
    short_help="List, check and show the rules.",
    epilog="""\b
Example
  tanpuhui library show rates.hankou_2022

\b
The files are in library/: vocabulary, factors, scenes, methodologies, programmes, checklists.
""",
)
def library() -> None:
    """Look at the library: the rules as data, and whether every file of it holds."""


@library.command("list", epilog="\b\nExample\n  tanpuhui library list --kind factor")
@click.option(
    "--kind", type=click.Choice(LISTED), default=None,
    help="What to list.  [default: methodologies and checklists]",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def list_(kind: str | None, libraries: tuple[Path, ...], as_json: bool) -> None:
    """List methodologies and checklists (or factors, scenes, programmes …) by id, with titles."""
    found = shared.open_library(libraries)
    if kind == "policy":
        rows = policy_rows(found)
    else:
        kinds = DOCUMENTS if kind is None else (kind,)
        ids = sorted((thing_id, of) for of in kinds for thing_id in found.ids(of))
        rows = [_row(found, of, thing_id) for thing_id, of in ids]
    if kind in (None, "methodology"):
        rows = sorted([*rows, *planned_rows(found)], key=lambda row: str(row["id"]))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    headings = [name for name in (rows[0] if rows else ("id",)) if name not in UNLISTED]
    for heading in headings:
        table.add_column(heading, no_wrap=heading == "id")
    for row in rows:
        table.add_row(*(cell(row[heading]) for heading in headings))
    _console().print(table)


def _row(found: Library, kind: str, thing_id: str) -> dict[str, Any]:
    if kind == "factor":
        factor = found.factor(thing_id)
        return {
            "id": factor.id,
            "unit": factor.unit.text,
            "zh": factor.title.zh,
            "en": factor.title.en,
        }
    if kind == "scene":
        scene = found.scene(thing_id)
        return {"id": scene.id, "family": scene.family, "zh": scene.title.zh, "en": scene.title.en}
    if kind == "programme":
        programme = found.programme(thing_id)
        return {
            "id": programme.id,
            "domain": programme.domain,
            "zh": programme.title.zh,
            "en": programme.title.en,
        }
    if kind == "jurisdiction":
        return jurisdiction_row(found.jurisdiction(thing_id))
    if kind == "checklist":
        return checklist_row(found.checklist(thing_id))
    return methodology_row(found.methodology(thing_id))


@library.command(
    epilog="""\b
Example
  tanpuhui library check --library our-drafts

\b
Checks every file: form, units, regions, sources, grades, overlaps and gaps in time, and runs the
worked vectors on both engines.
Exit codes: 0 all holds; 1 something does not, and each fault names file, line and remedy.
"""
)
@shared.with_library
@shared.with_json
@shared.telling_faults
def check(libraries: tuple[Path, ...], as_json: bool) -> None:
    """Check every file of the library and run every worked vector."""
    found = shared.open_library(libraries)
    faults = list(found.faults())
    vectors = 0
    if not faults:
        backends = [engine.open_backend(name) for name in ("reference", "duckdb")]
        for methodology_id in found.ids("methodology"):
            vectors += len(found.vectors(methodology_id))
            for backend in backends:
                faults += step.failing_vectors(found, methodology_id, backend)
    counts = {kind: len(found.ids(kind)) for kind in KINDS} | {"vectors": vectors}
    if as_json:
        answer = {"library": found.version, **counts, "faults": [f.to_json() for f in faults]}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            click.echo(f"{fault}\n", err=True)
        verdict = "all hold" if not faults else f"{len(faults)} faults"
        shown_counts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        click.echo(f"library {found.version}: {shown_counts}: {verdict}")
    sys.exit(shared.REFUSED if faults else shared.DONE)


@library.command(
    epilog="""\b
Examples
  tanpuhui library show rates.hankou_2022
  tanpuhui library show jurisdiction.shenzhen
"""
)
@click.argument("id_", metavar="ID")
@shared.with_library
@shared.with_json
@shared.telling_faults
def show(id_: str, libraries: tuple[Path, ...], as_json: bool) -> None:
    """Show a methodology, checklist, factor, scene, programme or jurisdiction."""
    found = shared.open_library(libraries)
    if id_.removeprefix(PREFIX) in found.ids("jurisdiction"):
        _show_jurisdiction(found, found.jurisdiction(id_.removeprefix(PREFIX)), as_json=as_json)
        return
    kind = next((kind for kind in KINDS if id_ in found.ids(kind)), "methodology")
    if kind == "factor":
        facts = _factor_facts(found.factor(id_))
    elif kind == "scene":
        facts = _scene_facts(found.scene(id_))
    elif kind == "programme":
        facts = _programme_facts(found.programme(id_))
    elif kind == "checklist":
        facts = checklist_facts(found.checklist(id_))
    else:
        planned = next((row for row in planned_rows(found) if row["id"] == id_), None)
        if planned is None:
            _show_methodology(found, found.methodology(id_), as_json=as_json)
            return
        facts = {name: value for name, value in planned.items() if value}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(facts)))


def _show_jurisdiction(found: Library, shown_one: Jurisdiction, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(jurisdiction_facts(shown_one), ensure_ascii=False, indent=2))
    else:
        click.echo(jurisdiction_page(found, shown_one))


def _show_methodology(found: Library, method: Methodology, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_methodology_facts(found, method), ensure_ascii=False, indent=2))
    else:
        click.echo(methodology_page(found, method))


def _methodology_facts(found: Library, method: Methodology) -> dict[str, Any]:
    return {
        "id": method.id,
        "title": vars(method.title),
        "number": method.number,
        "issuer": None if method.issuer is None else vars(method.issuer),
        "standing": method.standing,
        "text": method.text,
        "valid": str(method.valid),
        "crediting": None if method.crediting.from_day is None else str(method.crediting),
        "regions": list(method.regions),
        "source": vars(method.source),
        "columns": columns_of(found, method),
        "set": parameters_of(method),
        "supersedes": method.supersedes,
        "gases": list(method.gases),
        "scope": None if method.scope is None else vars(method.scope),
        "cases": [_case_facts(case) for case in method.cases],
        "project": None if method.project is None else project_facts(method.project),
        "monitoring": [vars(words) for words in method.monitoring],
        "limits": [limit_text(limit) for limit in method.limits],
        "notes": [vars(note) for note in method.notes],
        "file": method.file,
        "sha256": method.sha256,
        "factor_set": method.factor_set(),
    }


def _case_facts(case: Case) -> dict[str, Any]:
    return {
        "scenes": list(case.scenes),
        "inputs": [
            f"{given.name} ({given.quantity.unit or ' | '.join(given.quantity.choices)})"
            + ("" if given.quantity.required else f", default {given.quantity.default or 'none'}")
            for given in case.inputs
        ],
        "evidence": list(case.evidence),
        "conditions": {condition.code: condition.text for condition in case.conditions},
        "formula": dict(case.texts),
        "parameters": {name: _parameter(factor) for name, factor in case.parameters.items()},
        "limits": [limit_text(limit) for limit in case.limits],
    }


def _parameter(factor: Factor) -> str:
    values = "; ".join(value_text(value) for value in factor.values) or "no value yet"
    return f"{factor.id} ({factor.unit}): {values}"


def _factor_facts(factor: Factor) -> dict[str, Any]:
    return {
        "id": factor.id,
        "title": vars(factor.title),
        "unit": factor.unit.text,
        "by": list(factor.axes),
        "values": [
            {
                "value": value_text(value),
                "known_since": value.known_since.isoformat(),
                "wording": value.wording,
                "note": None if value.note is None else vars(value.note),
            }
            for value in factor.values
        ],
        "notes": [vars(note) for note in factor.notes],
        "sha256": factor.sha256,
    }


def _scene_facts(scene: Scene) -> dict[str, Any]:
    return {
        "id": scene.id,
        "title": vars(scene.title),
        "family": scene.family,
        "quantities": {
            name: f"{q.unit or ' | '.join(q.choices)}, {'required' if q.required else 'optional'}"
            for name, q in scene.quantities.items()
        },
        "period": scene.period,
        "evidence": list(scene.evidence),
        "same_act": {"by": list(scene.same_act_by), "exclusive_class": scene.exclusive_class},
        "notes": [vars(note) for note in scene.notes],
    }


def _programme_facts(programme: Programme) -> dict[str, Any]:
    partners, regions = programme.partners, programme.regions
    return {
        "id": programme.id,
        "title": vars(programme.title),
        "operator": vars(programme.operator),
        "authority": None if programme.authority is None else vars(programme.authority),
        "jurisdiction": programme.jurisdiction,
        "dedup_domain": programme.domain,
        "time_zone": programme.time_zone,
        "valid": "any day" if programme.valid == DayRange() else str(programme.valid),
        "regions": ["any"] if regions is None else list(regions),
        "partners": ["any"] if partners is None else list(partners),
        "accounts": {"opened_by": programme.opened_by},
        "already_posted": programme.already_posted,
        "accepts": {
            accepts.use: {
                "standing": list(accepts.standings),
                "text": list(accepts.texts),
                "grade": list(accepts.grades),
                "evidence": list(accepts.evidence),
            }
            for accepts in (programme.points, programme.issuance)
        },
        "scenes": {
            scene: [_scene_rule(scene_rule) for scene_rule in scene_rules]
            for scene, scene_rules in programme.scenes.items()
        },
        "imported": {
            results.partner: f"{results.algorithm}: {', '.join(results.scenes)}"
            for results in programme.imported
        },
        "limits": [f"{', '.join(own.scenes)}: {limit_text(own)}" for own in programme.limits],
        "currencies": {currency.id: _currency_facts(currency) for currency in programme.currencies},
        "source": vars(programme.source),
        "notes": [vars(note) for note in programme.notes],
        "file": programme.file,
        "sha256": programme.sha256,
    }


def _scene_rule(scene_rule: SceneRule) -> str:
    parts = [scene_rule.methodology]
    if scene_rule.regions is not None:
        parts.append(f"in {', '.join(scene_rule.regions)}")
    if scene_rule.days != DayRange():
        parts.append(str(scene_rule.days))
    if scene_rule.fleet is not None:
        stated = (f"{name} {value}" for name, value in scene_rule.fleet.quantities.items())
        parts.append(f"where a record does not say: {', '.join(stated)}")
    if scene_rule.stand_in is not None:
        there, then = scene_rule.stand_in.region, scene_rule.stand_in.day
        as_if = [f"in {there}"] * (there is not None) + [f"on {then}"] * (then is not None)
        parts.append(f"a stand-in, as if {' '.join(as_if)}")
    return ", ".join(parts)


def _currency_facts(currency: Currency) -> dict[str, Any]:
    facts: dict[str, Any] = {"title": vars(currency.title), "unit": currency.unit}
    per_point = currency.per_point()
    if currency.rate is None:
        facts["rate"] = "not published: no points"
    elif isinstance(currency.rate, PerGram):
        facts["rate"] = f"{shown(currency.rate.points / per_point)} a gram"
    else:
        facts["rate"] = {
            scene: f"{shown(Decimal(table.points) / per_point)} for each whole "
            f"{shown(table.each)} of {table.quantity}"
            for scene, table in currency.rate.scenes.items()
        }
    return facts


def _lines(facts: Any, indent: int = 0) -> list[str]:
    """Facts as indented lines; what is empty is left out."""
    pad = "  " * indent
    lines = []
    for key, value in facts.items():
        if value in (None, [], {}, ""):
            continue
        if isinstance(value, dict) and set(value) == {"en", "zh"}:
            lines.append(f"{pad}{key}: {_both(value)}")
        elif isinstance(value, dict):
            lines += [f"{pad}{key}:", *_lines(value, indent + 1)]
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            for item in value:
                if set(item) == {"en", "zh"}:
                    lines.append(f"{pad}{key}: {_both(item)}")
                else:
                    lines += [f"{pad}{key}:", *_lines(item, indent + 1)]
        elif isinstance(value, list):
            lines.append(f"{pad}{key}: {'; '.join(str(item) for item in value)}")
        else:
            lines.append(f"{pad}{key}: {value}")
    return lines


def _both(words: dict[str, str]) -> str:
    """A text in both languages; once where it is the same in both."""
    return " · ".join(dict.fromkeys((words["zh"], words["en"])))


def _console() -> Console:
    # Piped output is not broken at 80 columns: a script reads whole lines.
    return Console(soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 500)
