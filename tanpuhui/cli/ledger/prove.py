"""``tanpuhui ledger prove``: proofs of a record's lines, as files to carry away."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.ledger.programme_option import with_programme
from tanpuhui.terms import Mass


@click.command(
    short_help="Prove that a record's lines are in the sealed log.",
    epilog="""\b
Examples
  tanpuhui ledger prove --programme hankou --record hankou-bank s-1 --out proofs
  tanpuhui ledger verify proofs/*.json --key 'example.org/carbon/hankou+1a2b3c4d+AbCd…'
""",
)
@with_programme
@click.option(
    "--record", required=True, type=(str, str), metavar="PARTNER RECORD_ID",
    help="The record as its partner named it.",
)  # fmt: skip
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="The folder for the proofs, one file a line.",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def prove(
    programme: str,
    record: tuple[str, str],
    out: Path,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Write a proof of each journal line of a record: its act, and every correction of it.

    A proof shows the line itself, person number included, and can be verified without us.
    """
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    with web.opened(os.environ) as store:
        lines = store.prove(found, *record)
        key = store.log_status(found.id).keys[-1][0]
    out.mkdir(parents=True, exist_ok=True)
    told = []
    for line in lines:
        file = out / f"{line.batch}-line-{line.line}.json"
        file.write_bytes(line.proof)
        told.append({"file": str(file), "batch": line.batch, "line": line.line,
                     "line_kind": line.kind, "credited_mg": line.credited_mg})  # fmt: skip
    if as_json:
        answer = {"programme": found.id, "key": key, "proofs": told}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for line, row in zip(lines, told, strict=True):
        click.echo(f"{row['file']}  {line.kind} {Mass(line.credited_mg)}")
    click.echo(f"验证 verify  tanpuhui ledger verify {out}/*.json --key '{key}'")
