"""``tanpuhui ledger books``: the three books of a programme."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.books_shown import books_shown
from tanpuhui.cli.ledger.period_options import days_of, with_days, with_known_at
from tanpuhui.cli.ledger.programme_option import with_programme


@click.command(
    short_help="The three books of a programme.",
    epilog="""\b
Examples
  tanpuhui ledger books --programme hankou
  tanpuhui ledger books --programme hankou --from 2023-03-01 --until 2023-04-01 --json
  tanpuhui ledger books --programme hankou --known-at 2023-04-05T12:00:00+08:00
""",
)
@with_programme
@with_days
@with_known_at
@shared.with_library
@shared.with_json
@shared.telling_faults
def books(
    programme: str,
    from_day: datetime | None,
    until_day: datetime | None,
    known_at: datetime | None,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Sum the journal of a programme by partner, by region, by scene and over all persons."""
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    days = days_of(from_day, until_day)
    with web.opened(os.environ) as store:
        summed = store.books(found.id, days, known_at).to_json()
    if as_json:
        told = {"programme": found.id, "books": summed}
        if known_at is not None:
            told["known_at"] = known_at.isoformat()
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"{found.title.zh} · {found.title.en}")
    if not summed["person"]["count"]:
        click.echo("尚无入账记录 · nothing has been posted; 'tanpuhui run --help' says how")
        return
    click.echo(books_shown(summed, found, library))
