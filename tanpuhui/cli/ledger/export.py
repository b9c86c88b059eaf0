"""``tanpuhui ledger export``: a day of the journal in a format of others."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tanpuhui import ledger, web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.ledger.period_options import with_known_at
from tanpuhui.cli.ledger.programme_option import with_programme


@click.command(
    short_help="A day's accounts as a Beancount file.",
    epilog="""\b
Examples
  tanpuhui ledger export --programme hankou --beancount 2023-03-01 > day.beancount
  tanpuhui ledger export --programme hankou --beancount 2023-03-01 --out day.beancount --json
""",
)
@with_programme
@click.option(
    "--beancount", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DAY",
    help="The local day of the acts, YYYY-MM-DD, as a file for Beancount.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write to this file. Default: to stdout.",
)  # fmt: skip
@with_known_at
@shared.with_library
@shared.with_json
@shared.telling_faults
def export(
    programme: str,
    day: datetime,
    out: Path | None,
    known_at: datetime | None,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Write a day's account totals, so that a program we did not write can close the books.

    One transaction for each batch that touched the day: acts of partners against accounts of
    persons, in whole milligrams of CO2e and in points. `bean-check FILE` balances it.
    """
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    with web.opened(os.environ) as store:
        totals = store.day_totals(found.id, day.date(), known_at)
    text = ledger.as_beancount(totals)
    if out is not None:
        _write(out, text)
    if as_json:
        told = {
            "programme": found.id,
            "day": totals.day.isoformat(),
            "batches": [one.batch for one in totals.batches],
            "credited_mg": totals.books.person.credited_mg,
            **({"beancount": text} if out is None else {"file": str(out)}),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif out is None:
        click.echo(text, nl=False)
    if not totals.batches:
        click.echo(f"{totals.day} 当日无入账记录 · nothing has been posted for this day", err=True)


def _write(path: Path, text: str) -> None:
    """Write a file, or say why it cannot be.

    Raises:
        BadParameter: the folder is not there, or may not be written to.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--out") from error
