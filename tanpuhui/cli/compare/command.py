"""``tanpuhui compare``: the same records through every methodology that serves their scene."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from tanpuhui import engine, records, rules
from tanpuhui import quantify as step
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.compare.picture import KINDS, draw
from tanpuhui.cli.compare.shown import facts, table_shown
from tanpuhui.quantify import Asked, Compared
from tanpuhui.rules import Library, NotAParameter


@click.command(
    short_help="One file of records through every methodology of its scene.",
    epilog="""\b
Examples
  tanpuhui compare --scene bus_ride rides.csv
      where rides.csv has the columns distance_km,power and a row 5.2,electric
  tanpuhui compare --scene shared_bike_ride rides.csv --region 110000 --out spread.svg
  tanpuhui compare --scene bus_ride rides.csv \\
      --set mobility.low_carbon_travel.qd_2022:car=135

\b
Columns in    what the scene's records carry ('tanpuhui library show bus_ride' lists them); region
              and day where they are known. In a file of several scenes the others are left out.
A methodology that does not hold where or when a record happened counts it as if in its own first
region, on its own nearest day; the table says how many were moved. Limits are not applied.
--out needs a package more:  pip install 'tanpuhui[pictures]'
Exit codes    0 at least one methodology gave a figure; 1 none did; 2 the command was wrong.
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--scene", required=True, metavar="SCENE", help="The behaviour, as bus_ride.")
@click.option(
    "--region", metavar="CODE",
    help="Where the records happened that do not say, as a GB/T 2260 code such as 420100. "
    "Default: each methodology's own first region.",
)  # fmt: skip
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="When the records happened that do not say. Default: today.",
)  # fmt: skip
@click.option(
    "--set", "settings", multiple=True, metavar="[METHODOLOGY:]PARAMETER=VALUE",
    help="Give a parameter a value by hand, in one methodology or in all that have it.",
)  # fmt: skip
@shared.with_engine
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Draw the spread into FILE (.svg or .png).",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def compare(
    file: Path,
    scene: str,
    region: str | None,
    day: datetime | None,
    settings: tuple[str, ...],
    engine_name: str,
    out: Path | None,
    libraries: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Compare what every methodology makes of the same records of FILE (CSV), before limits."""
    if out is not None and out.suffix not in KINDS:
        raise click.BadParameter(f"write {' or '.join(KINDS)}", param_hint="--out")
    if out is not None and not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    library = shared.open_library(libraries)
    title = library.scene(scene).title
    if region is not None:
        library.regions.of(region, wanted_by="--region")
    asked = Asked(
        scene, records.read_csv(file), region, shared.today() if day is None else day.date()
    )
    rows = step.compared(
        library, asked,
        backend=engine.open_backend(engine_name),
        settings=_settings(library, scene, shared.settings_of(settings)),
    )  # fmt: skip
    if out is not None:
        draw(rows, title, out)
    if as_json:
        click.echo(json.dumps(facts(library, asked, rows), ensure_ascii=False, indent=2))
    else:
        click.echo(table_shown(rows, title, asked))
        if out is not None:
            click.echo(f"\n图 picture: {out}")
    sys.exit(shared.DONE if any(_has_figure(row) for row in rows) else shared.REFUSED)


def _has_figure(row: Compared) -> bool:
    return row.amounts is not None


def _settings(library: Library, scene: str, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By methodology, the parameters given by hand.

    Raises:
        NotAParameter: no methodology of the scene has the parameter.
    """
    chosen: dict[str, dict[str, str]] = {}
    serving = {found.id: found for found in step.serving(library, scene)}
    for key, value in given.items():
        only, _, name = key.rpartition(":")
        parameter = name.split(".")[0]
        takers = [
            found.id
            for found in serving.values()
            if only in ("", found.id) and any(parameter in case.parameters for case in found.cases)
        ]
        if not takers:
            of = f"in {only}" if only else f"in any methodology of {scene}"
            known = {name for found in serving.values() for case in found.cases
                     for name in case.parameters if only in ("", found.id)}  # fmt: skip
            raise NotAParameter(
                given=f"{key}={value}", problem=f"there is no parameter {parameter!r} {of}",
                known=tuple(sorted(known)),
            )  # fmt: skip
        for taker in takers:
            chosen.setdefault(taker, {})[name] = value
            rules.with_values(serving[taker], chosen[taker], library.units)
    return chosen
