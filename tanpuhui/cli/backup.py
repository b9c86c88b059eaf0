"""``tanpuhui backup``: the home as it is at one moment, in a folder that proves itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.progress import steps_on_stderr

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    short_help="Save database and lake in a folder, while posting goes on.",
    epilog="""\b
Examples
  tanpuhui backup nightly/2026-03-01 --keys /mnt/safe/keys
  tanpuhui backup nightly/2026-03-01 --json

\b
In FOLDER     database.dump, lake/, MANIFEST.json with every size and hash, and COMPLETE, which is
              written last: a folder without it is no back-up. The same command finishes it.
Keys          are not in FOLDER: who has both can try whether a known id is in the journal. They
              never change after a dedup domain's first posting; save them once, elsewhere.
""",
)
@click.argument("folder", type=_FOLDER)
@click.option(
    "--keys", type=_FOLDER, metavar="FOLDER2",
    help="Save the keys too, in a folder of their own, apart from FOLDER.",
)  # fmt: skip
@shared.with_json
@shared.telling_faults
def backup(folder: Path, keys: Path | None, as_json: bool) -> None:
    """Save the home in FOLDER as it is at one moment; every file is hashed as it is copied."""
    with steps_on_stderr() as told:
        made = web.backup.back_up(os.environ, folder, keys=keys, told=told)
    if as_json:
        click.echo(json.dumps(made.to_json(), ensure_ascii=False, indent=2))
        return
    said = made.record
    click.echo(
        f"备份完成 · back-up made {made.folder}\n"
        f"  时点 as of {said.made_at} · 批次 batches {said.batches:,} · "
        f"文件 files {len(said.files):,} · {said.bytes():,} bytes"
    )
    if made.kept:
        click.echo(f"  上次中断前已复制 copied before it was interrupted: {made.kept:,}")
    if made.keys is not None:
        click.echo(f"  密钥 keys {made.keys}")
    else:
        click.echo(
            "  未备份密钥 · the keys are NOT in it. Without them it cannot be restored to a home\n"
            "  in which anything can be posted. Save them once, elsewhere: --keys FOLDER2"
        )
    click.echo(
        f"恢复 to restore: TANPUHUI_HOME=NEW tanpuhui restore {made.folder} "
        f"--keys {made.keys or 'FOLDER2'}"
    )
