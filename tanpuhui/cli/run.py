"""``tanpuhui run``: a partner's files become three books."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq

from tanpuhui import rules, web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.books_shown import books_shown, summary_shown
from tanpuhui.cli.progress import steps_on_stderr
from tanpuhui.rules import FileMapping, Library
from tanpuhui.web import Posted


@click.command(
    short_help="Post partners' files: records in, three books out.",
    epilog="""\b
Examples
  tanpuhui run --programme hankou --partner hankou-bank steps.csv
  tanpuhui run --programme examples/programmes/open-data.yaml --partner citibike \\
      --map examples/maps/citibike.yaml trips.csv --json

\b
Files in      CSV, JSON Lines or Parquet, one row an act ('docs/reference/records.md'); or with
              columns of their own and a mapping file. All files of a run are one batch.
Again         the same files are answered with the first result; a record that was sent before is a
              duplicate (retry); a refused one may be sent again once it is mended.
Kept in       TANPUHUI_HOME (default ./.tanpuhui): database, lake, keys.
Exit codes    0 done; 1 a record or a file was refused or is held; 2 the command was wrong.
""",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--programme", required=True, metavar="ID|FILE",
    help="A programme of the library by its id, or a programme file of your own (.yaml).",
)  # fmt: skip
@click.option(
    "--partner", metavar="ID", help="Who hands the files in, where the records do not say."
)
@click.option(
    "--map", "mapping_file", type=click.Path(path_type=Path), metavar="FILE",
    help="A mapping file (.yaml) for files with columns of their own.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Also write the batch's lines.parquet and verdicts.parquet to DIR.",
)  # fmt: skip
@shared.with_batch_engine
@shared.with_library
@shared.with_json
@shared.telling_faults
def run(
    files: tuple[Path, ...],
    programme: str,
    partner: str | None,
    mapping_file: Path | None,
    out: Path | None,
    engine_name: str,
    libraries: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Check, de-duplicate, quantify, limit and post the records of FILES under a programme."""
    # Ibis and DuckDB take a second to load, which other commands need not wait for.
    from tanpuhui import pipeline

    _refuse_wrong(files, out)
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    mapping = None if mapping_file is None else _mapping(library, mapping_file)
    with web.opened(os.environ) as store, steps_on_stderr() as told:
        posted = store.post(
            files, partner=partner, mapping=mapping, programme=found, library=library, told=told,
            backend=pipeline.open_engine(engine_name),
        )  # fmt: skip
    if out is not None:
        _write(posted, out)
    result = {**posted.result, "repeated": posted.repeated}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        click.echo(summary_shown(result, found, library))
        if result["batch"] is not None:
            click.echo(books_shown(result["books"], found, library))
    _tell_unreadable(result)
    wrong = result["refused"] or result["held"] or result["unreadable"]
    sys.exit(shared.REFUSED if wrong else shared.DONE)


def _refuse_wrong(files: tuple[Path, ...], out: Path | None) -> None:
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        raise click.BadParameter(f"there is no {', '.join(missing)}", param_hint="FILE")
    seen: set[Path] = set()
    for path in files:
        if path.resolve() in seen:
            raise click.BadParameter(f"{path} is named twice", param_hint="FILE")
        seen.add(path.resolve())
    if out is not None and not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--out")


def _mapping(library: Library, path: Path) -> FileMapping:
    if not path.is_file():
        raise click.BadParameter(f"there is no file {path}", param_hint="--map")
    scenes = {name: library.scene(name) for name in library.ids("scene")}
    return rules.read_mapping(path, scenes=scenes, units=library.units)


def _write(posted: Posted, out: Path) -> None:
    """The batch's lines in one file, in their order, and its verdicts."""
    from tanpuhui import ledger, pipeline

    out.mkdir(exist_ok=True)
    with pq.ParquetWriter(out / "lines.parquet", ledger.LINES, compression="zstd") as sink:
        for path in posted.lines:
            for part in pq.ParquetFile(path).iter_batches():
                sink.write_table(ledger.as_now(pa.Table.from_batches([part])))
    if posted.verdicts is None:
        pq.write_table(pipeline.VERDICTS.empty_table(), out / "verdicts.parquet")
    else:
        shutil.copyfile(posted.verdicts, out / "verdicts.parquet")


def _tell_unreadable(result: Mapping[str, Any]) -> None:
    for fault in result["unreadable"]:
        where = fault["where"] or {}
        line = "" if where.get("line") is None else f":{where['line']}"
        remedy = fault["do"].replace("\n", "\n" + " " * 13)  # under its first line
        click.echo(f"{fault['code']}  {fault['what']}", err=True)
        click.echo(f"  Where      {where.get('file', '')}{line}", err=True)
        click.echo(f"  Do this    {remedy}", err=True)
        click.echo(f"  Read       {fault['read']}", err=True)
