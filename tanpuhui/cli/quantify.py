"""``tanpuhui quantify``: a file of records through one methodology."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tanpuhui import engine, records, rules
from tanpuhui import quantify as step
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.factors_shown import factor_facts
from tanpuhui.cli.quantify_projects import quantify_projects
from tanpuhui.quantify import Quantified
from tanpuhui.rules import Methodology
from tanpuhui.terms import Mass


@click.command(
    short_help="Quantify a CSV of records by one methodology.",
    epilog="""\b
Examples
  tanpuhui quantify rates.hankou_2022 steps.csv
      where steps.csv has the columns scene,steps and a row walk,7250
  tanpuhui quantify mobility.shared_cycling.edc_cec_2021 rides.csv --out result.csv
  tanpuhui quantify rates.hankou_2022 steps.csv --set per_step=0.03 --json

\b
Columns in    the methodology's inputs, named and in the units of its scenes; scene where it serves
              several; region, day and evidence where they are known ('tanpuhui library show ID').
Columns out   the same, and baseline_mg, activity_mg, leakage_mg, reduction_mg (whole milligrams of
              CO2e, before limits) and refused (empty, or the code of the check that failed).
Factors       --json lists every value of a factor that a counted record read: version, region,
              days, grade, source.
Projects      a methodology of projects (such as first-order decay) takes one row a monitored unit
              and year, and gives one row a project and year: project, year, its terms, the four
              amounts, refused and because; --json explains every term in a sentence.
Exit codes    0 every record (or year) counts; 1 some were refused; 2 the command was wrong.
""",
)
@click.argument("methodology")
@click.argument("file", type=click.Path(path_type=Path))
@shared.with_region
@shared.with_day
@shared.with_set
@shared.with_engine
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write to FILE (.csv or .parquet) instead of stdout.",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def quantify(
    methodology: str,
    file: Path,
    region: str | None,
    day: datetime | None,
    settings: tuple[str, ...],
    engine_name: str,
    out: Path | None,
    libraries: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Quantify the records or projects of FILE (CSV) by METHODOLOGY; stderr ends in totals."""
    if out is not None and not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    library = shared.open_library(libraries)
    chosen = shared.settings_of(settings)
    found = rules.with_values(library.methodology(methodology), chosen, library.units)
    where, when = shared.region_of(found, library, region), shared.day_of(found, day)
    if found.project is not None:
        quantify_projects(
            found, library, file, region=where, day=when, engine_name=engine_name,
            chosen=chosen, out=out, as_json=as_json,
        )  # fmt: skip
        return
    plan = engine.plan_of(found, library.regions)
    backend = engine.open_backend(engine_name)
    result = step.quantify(records.read_csv(file), plan, backend, region=where, day=when)
    facts = {
        "methodology": found.id,
        "methodology_sha256": found.sha256,
        "factor_set": found.factor_set(),
        "library": library.version,
        "engine": backend.name,
        "region": where,
        "day": when.isoformat(),
        "set": dict(chosen),
    }
    if out is not None:
        _write(result, out)
    elif not as_json:
        records.write_csv(result.table, sys.stdout)
        sys.stdout.flush()  # the totals on stderr come last, also in a pipe
    if as_json:
        used = engine.factors_read(result.prepared, result.refusals, found, library)
        read = [{**factor_facts(one), "records": one.records} for one in used]
        _print_json(result, {**facts, "factors": read}, with_rows=out is None)
    click.echo(_totals(result, found, facts), err=True)
    sys.exit(shared.DONE if result.counted == result.received else shared.REFUSED)


def _write(result: Quantified, out: Path) -> None:
    if out.suffix == ".parquet":
        records.write_parquet(result.table, out)
        return
    with out.open("w", encoding="utf-8", newline="") as sink:
        records.write_csv(result.table, sink)


def _print_json(result: Quantified, facts: Mapping[str, Any], *, with_rows: bool) -> None:
    summary: dict[str, Any] = {
        **facts,
        "received": result.received,
        "counted": result.counted,
        "refused": dict(sorted(result.refused.items())),
        "totals": {f"{output}_mg": total for output, total in result.totals.items()},
    }
    if with_rows:
        summary["rows"] = result.table.to_pylist()
    click.echo(json.dumps(summary, ensure_ascii=False, indent=2))


def _totals(result: Quantified, methodology: Methodology, facts: Mapping[str, Any]) -> str:
    """One line: what was computed with what, and the sums."""
    parts = [f"{methodology.id}", f"{facts['region']}", f"{facts['day']}"]
    parts += [f"set {name}={value}" for name, value in facts["set"].items()]
    refused = ", ".join(f"{code} {count}" for code, count in sorted(result.refused.items()))
    parts.append(f"{result.received} received")
    parts.append(f"{result.counted} counted")
    if refused:
        parts.append(f"{result.received - result.counted} refused ({refused})")
    parts += [
        f"{output}_mg {total} ({Mass(total)})"
        for output, total in result.totals.items()
        if total is not None
    ]
    return " · ".join(parts)
