"""``tanpuhui ledger correct``: withdraw records that were wrong."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.ledger.correction_options import show, with_clawback, with_dry_run
from tanpuhui.cli.ledger.programme_option import with_programme
from tanpuhui.records import OTHER_REASON, REASONS

_COLUMNS = ("partner", "record_id")
MOST_RECORDS = 1_000_000  # of one command


@click.command(
    short_help="Withdraw records that were wrong.",
    epilog="""\b
Examples
  tanpuhui ledger correct --programme hankou --record hankou-bank s-1 --because partner-error
  tanpuhui ledger correct --programme hankou --file wrong.csv --because proven-cheating --dry-run
""",
)
@with_programme
@click.option(
    "--record", "records", type=(str, str), multiple=True, metavar="PARTNER RECORD_ID",
    help="A record as its partner named it. May be repeated.",
)  # fmt: skip
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.csv", help="Many records: a CSV file with the columns partner and record_id.",
)  # fmt: skip
@click.option("--because", required=True, type=click.Choice(REASONS), help="Why.")
@click.option("--note", metavar="TEXT", help="What a reader of the journal has to know besides.")
@with_clawback
@with_dry_run
@shared.with_library
@shared.with_json
@shared.telling_faults
def correct(
    programme: str,
    records: tuple[tuple[str, str], ...],
    file: Path | None,
    because: str,
    note: str | None,
    clawback: str | None,
    dry_run: bool,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Take back what records were credited, by opposite lines in a batch of its own.

    What had lost to a withdrawn record alone may count now, and room freed under a limit is filled.
    A withdrawn record never comes back: the right one is sent under a new id.
    """
    if because == OTHER_REASON and not note:
        raise click.BadParameter(
            f"--because {OTHER_REASON} says too little by itself; say more", param_hint="--note"
        )
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    named = [*records, *(() if file is None else _read(file))]
    with web.opened(os.environ) as store:
        question = store.withdrawal(
            named, programme=found, library=library, because=because, note=note, clawback=clawback
        )
        answer = store.foresee(question) if dry_run else store.correct(question)
    show(answer, found, as_json=as_json, dry_run=dry_run)


def _read(file: Path) -> Iterable[tuple[str, str]]:
    """The records that a file names."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise _bad(f"{file} has no column {missing[0]!r}; name both in its first row")
            for number, row in enumerate(rows, start=1):
                if number > MOST_RECORDS:
                    raise _bad(f"{file} names more than {MOST_RECORDS:,} records; split it")
                if not row["partner"] or not row["record_id"]:
                    raise _bad(f"{file}, row {number}: partner or record_id is empty")
                yield row["partner"], row["record_id"]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _bad(f"{file} is no CSV file in UTF-8 ({error})") from error


def _bad(what: str) -> click.BadParameter:
    return click.BadParameter(what, param_hint="--file")
