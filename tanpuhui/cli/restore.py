"""``tanpuhui restore``: a home made of a back-up."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.ledger import reconciled_shown
from tanpuhui.cli.progress import steps_on_stderr

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    short_help="Make an empty home of a back-up, and reconcile it.",
    epilog="""\b
Examples
  TANPUHUI_HOME=/srv/new tanpuhui restore nightly/2026-03-01 --keys /mnt/safe/keys
  TANPUHUI_HOME=/srv/look tanpuhui restore nightly/2026-03-01 --without-keys

\b
Into          the home that TANPUHUI_HOME names, which must be empty. Every byte of the back-up is
              verified before anything is made.
Lost          what was posted after the back-up was made. Post those files again: what stands in
              the back-up is answered as before, the rest is posted.
Exit codes    0 restored and everything agrees; 1 restored, and something does not; 2 not restored.
""",
)
@click.argument("folder", type=_FOLDER)
@click.option("--keys", type=_FOLDER, metavar="FOLDER2", help="Where the keys were saved.")
@click.option(
    "--without-keys", is_flag=True,
    help="Restore to read only: books and journal, in which nothing can be posted.",
)  # fmt: skip
@shared.with_json
@shared.telling_faults
def restore(folder: Path, keys: Path | None, without_keys: bool, as_json: bool) -> None:
    """Make an empty home of the back-up in FOLDER; it ends with a reconcile."""
    if (keys is None) != without_keys:
        raise click.UsageError(
            "Name the folder of the keys (--keys FOLDER2), or restore to read (--without-keys)."
        )
    with steps_on_stderr() as told:
        made = web.backup.restore(os.environ, folder, keys=keys, told=told)
    if as_json:
        click.echo(json.dumps(made.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"恢复完成 · restored {made.home}\n"
            f"  时点 as of {made.record.made_at} · 批次 batches {made.record.batches:,}"
        )
        if without_keys:
            click.echo("  没有密钥，只能查看 · without keys: to be read, nothing can be posted")
        click.echo(reconciled_shown(made.looked))
    sys.exit(shared.DONE if made.agrees() else shared.REFUSED)
