"""``tanpuhui ledger restate``: compute posted lines again under corrected rules."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.ledger.correction_options import show, with_clawback, with_dry_run
from tanpuhui.cli.ledger.period_options import days_of
from tanpuhui.cli.ledger.programme_option import with_programme

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    short_help="Compute lines again under corrected rules.",
    epilog="""\b
Examples
  tanpuhui ledger restate --programme hankou --methodology rates.hankou_2022 --from 2026-03-01 \\
    --because "value corrected by the bank on 2026-05-01" --dry-run
""",
)
@with_programme
@click.option(
    "--methodology", required=True, metavar="ID", help="The methodology that the lines pin now."
)
@click.option(
    "--from", "from_day", type=_DAY, required=True, metavar="YYYY-MM-DD",
    help="The first local day.",
)  # fmt: skip
@click.option(
    "--until", "until_day", type=_DAY, metavar="YYYY-MM-DD",
    help="The first day no longer restated. Default: to the last line.",
)  # fmt: skip
@click.option("--because", metavar="TEXT", help="What a reader of the journal has to know.")
@with_clawback
@with_dry_run
@shared.with_library
@shared.with_json
@shared.telling_faults
def restate(
    programme: str,
    methodology: str,
    from_day: datetime,
    until_day: datetime | None,
    because: str | None,
    clawback: str | None,
    dry_run: bool,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Post what lines come to more or less under the rules as the library has them now.

    A corrected factor or a later version changes no line; this posts the differences only, and
    fills limits anew. A record that these rules would refuse comes to 0.
    """
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    days = days_of(from_day, until_day)
    with web.opened(os.environ) as store:
        question = store.restatement(
            methodology, days, programme=found, library=library, note=because, clawback=clawback
        )
        answer = store.foresee(question) if dry_run else store.correct(question)
    show(answer, found, as_json=as_json, dry_run=dry_run)
