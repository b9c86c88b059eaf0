"""``tanpuhui ledger books``: the three books of a programme."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from typing import Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.books_shown import books_shown
from tanpuhui.cli.ledger.programme_option import with_programme
from tanpuhui.terms import DayRange

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    short_help="The three books of a programme.",
    epilog="""\b
Examples
  tanpuhui ledger books --programme hankou
  tanpuhui ledger books --programme hankou --from 2023-03-01 --until 2023-04-01 --json
""",
)
@with_programme
@click.option("--from", "from_day", type=_DAY, metavar="YYYY-MM-DD", help="The first local day.")
@click.option(
    "--until", "until_day", type=_DAY, metavar="YYYY-MM-DD", help="The first day no longer counted."
)
@shared.with_library
@shared.with_json
@shared.telling_faults
def books(
    programme: str,
    from_day: datetime | None,
    until_day: datetime | None,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Sum the journal of a programme by partner, by region, by scene and over all persons."""
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    days = DayRange(_day(from_day), _day(until_day))
    with web.opened(os.environ) as store:
        summed = store.books(found.id, days).to_json()
    if as_json:
        click.echo(
            json.dumps({"programme": found.id, "books": summed}, ensure_ascii=False, indent=2)
        )
        return
    click.echo(f"{found.title.zh} · {found.title.en}")
    if not summed["person"]["count"]:
        click.echo("尚无入账记录 · nothing has been posted; 'tanpuhui run --help' says how")
        return
    click.echo(books_shown(summed, found, library))


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
