"""``tanpuhui ledger seal``: the log of a programme, its checkpoints, and its key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.ledger.programme_option import with_programme


@click.group(
    short_help="The sealed log: status, export, consistency, keys.",
    epilog="""\b
Examples
  tanpuhui ledger seal status --programme hankou
  tanpuhui ledger seal export hankou-000001-7c164abb --out batch-1
  tanpuhui ledger seal consistency --programme hankou --from 12 --out since-january.json
""",
)
def seal() -> None:
    """Look at the log in which every posted batch is sealed, and take it to others.

    Posting seals by itself; nothing here has to be run for that.
    """


def _programme_id(programme: str, libraries: tuple[Any, ...]) -> str:
    return shared.programme_of(shared.open_library(libraries), programme).id


@seal.command(
    short_help="Size, root, last checkpoint, keys.",
    epilog="""\b
Examples
  tanpuhui ledger seal status --programme hankou
  tanpuhui ledger seal status --programme hankou --json
""",
)
@with_programme
@shared.with_library
@shared.with_json
@shared.telling_faults
def status(programme: str, libraries: tuple[Any, ...], as_json: bool) -> None:
    """Say how a log stands, and whether its published files are up to date."""
    named = _programme_id(programme, libraries)
    with web.opened(os.environ) as store:
        found = store.log_status(named)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return
    lines = [
        f"日志 log {found.origin}",
        f"  批次 batches {found.size:,} · 根 root {found.root}",
        *(f"  公钥 key, 自第 {size} 条起 from size {size}: {vkey}" for vkey, size in found.keys),
        *(f"  签名 signed by {signer}" for signer in found.signers),
        f"  发布目录 published in {found.folder}",
    ]
    if found.is_behind:
        behind = "无 none" if found.published_size is None else f"{found.published_size:,}"
        lines.append(
            f"  发布滞后 published is behind: {behind}; "
            f"run 'tanpuhui ledger seal publish --programme {named}'"
        )
    else:
        lines.append("  发布为最新 published is up to date")
    if found.unsealed:
        lines.append(
            f"  未封存的早期批次 {found.unsealed:,} 个 · batches from before seals, which nothing "
            "proves"
        )
    click.echo("\n".join([*lines, "", found.checkpoint.rstrip("\n")]))


@seal.command(
    short_help="Write what the published log lacks.",
    epilog="""\b
Examples
  tanpuhui ledger seal publish --programme hankou
  tanpuhui ledger seal publish --programme hankou --whole
""",
)
@with_programme
@click.option(
    "--whole", is_flag=True, help="Look at every file, mend damaged ones, remove foreign ones."
)
@shared.with_library
@shared.with_json
@shared.telling_faults
def publish(programme: str, whole: bool, libraries: tuple[Any, ...], as_json: bool) -> None:
    """Bring the published files of a log up to date; posting does it by itself."""
    named = _programme_id(programme, libraries)
    with web.opened(os.environ) as store:
        changed = store.publish_whole_log(named) if whole else store.publish_log(named)
        folder = store.log_status(named).folder
    if as_json:
        click.echo(json.dumps({"programme": named, "changed": changed, "folder": folder}))
        return
    said = "已补齐 published" if changed else "已是最新 nothing was missing"
    click.echo(f"{said}  {folder}")


@seal.command(
    short_help="A whole batch as a folder to verify.",
    epilog="""\b
Examples
  tanpuhui ledger seal export hankou-000001-7c164abb --out batch-1
  tanpuhui ledger verify batch-1 --key 'example.org/carbon/hankou+1a2b3c4d+AbCd…'
""",
)
@click.argument("batch")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A new folder."
)
@shared.with_json
@shared.telling_faults
def export(batch: str, out: Path, as_json: bool) -> None:
    """Write lines, salts, tree and record of a batch into a folder; 'ledger verify' takes it.

    Whoever gets the folder can read every line in it, person numbers included.
    """
    if out.exists():
        raise click.BadParameter(f"{out} is there already; name a new folder", param_hint="--out")
    out.parent.mkdir(parents=True, exist_ok=True)
    with web.opened(os.environ) as store:
        header = store.export_batch(batch, out)
    if as_json:
        told = {"batch": batch, "folder": str(out), "files": len(header.segments),
                "key": header.key, "size": header.in_log.size}  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"批次 batch {batch} → {out}")
    click.echo(f"验证 verify  tanpuhui ledger verify {out} --key '{header.key}'")


@seal.command(
    short_help="Proof that the log only grew.",
    epilog="""\b
Example
  tanpuhui ledger seal consistency --programme hankou --from 12 --out since-january.json
""",
)
@with_programme
@click.option(
    "--from", "old_size", required=True, type=int, metavar="SIZE",
    help="The size of the earlier checkpoint: its second line.",
)  # fmt: skip
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.json",
    help="Where the proof is written.",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def consistency(
    programme: str, old_size: int, out: Path, libraries: tuple[Any, ...], as_json: bool
) -> None:
    """Prove that an earlier checkpoint is the beginning of the log as it is now."""
    named = _programme_id(programme, libraries)
    with web.opened(os.environ) as store:
        proof = store.consistency(named, old_size)
        size = store.log_status(named).size
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(proof)
    if as_json:
        told = {"programme": named, "from": old_size, "size": size, "file": str(out)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"只增不改 consistency {old_size:,} → {size:,}  {out}")


@seal.command(
    short_help="Add a witness's signature to a checkpoint.",
    epilog="""\b
Example
  tanpuhui ledger seal cosign signed.txt --programme hankou --witness-key 'witness.org+5e6f…'
""",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_programme
@click.option(
    "--witness-key", "witnesses", multiple=True, required=True, metavar="VKEY",
    help="The public key of a witness. May be repeated.",
)  # fmt: skip
@shared.with_library
@shared.with_json
@shared.telling_faults
def cosign(
    file: Path,
    programme: str,
    witnesses: tuple[str, ...],
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Keep the signature of somebody who saw the log, under the checkpoint that they signed.

    FILE is the checkpoint as the witness signed it, or the lines of their signatures alone.
    """
    from tanpuhui.ledger import seals  # other commands need not wait for it

    keys = [seals.VerifierKey.from_text(key) for key in witnesses]
    named = _programme_id(programme, libraries)
    with web.opened(os.environ) as store:
        added = store.cosign(named, file.read_bytes(), keys, file=str(file))
    if as_json:
        click.echo(json.dumps({"programme": named, "added": list(added)}, ensure_ascii=False))
        return
    for signer in added:
        click.echo(f"已加签 signature added  {signer}")


@seal.command(
    short_help="Give the log a new key.",
    epilog="""\b
Examples
  tanpuhui ledger seal rotate --programme hankou
  tanpuhui ledger seal rotate --programme hankou --lost-key
""",
)
@with_programme
@click.option("--lost-key", is_flag=True, help="The present key is lost for good.")
@shared.with_library
@shared.with_json
@shared.telling_faults
def rotate(programme: str, lost_key: bool, libraries: tuple[Any, ...], as_json: bool) -> None:
    """Make a new key for a log. The last checkpoint is signed with both, later ones with the new.

    What the old key signed stays valid for whoever has it. Publish the new public key where the old
    one was published.
    """
    named = _programme_id(programme, libraries)
    with web.opened(os.environ) as store:
        vkey = store.rotate_log_key(named, is_lost=lost_key)
    if as_json:
        click.echo(json.dumps({"programme": named, "vkey": vkey}, ensure_ascii=False, indent=2))
        return
    click.echo(f"新公钥 new key  {vkey}\n请在旧公钥公布之处公布 · publish it where the old one was")
