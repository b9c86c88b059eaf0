"""``tanpuhui ledger verify``: proofs, checkpoints and exported batches, without the platform."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tanpuhui.cli import shared_options as shared

if TYPE_CHECKING:
    from tanpuhui.ledger import seals

_STEPS: Mapping[str, str] = {
    "form": "格式 form",
    "key": "所称公钥 key claimed",
    "signature": "签名 signature",
    "origin": "日志名 origin",
    "witness": "见证人 witness",
    "log": "批次在日志中 in the log",
    "record": "批次记录 batch record",
    "batch": "分录在批次中 in the batch",
    "commitment": "承诺对应分录 commitment",
    "manifest": "文件清单 manifest",
    "segment": "账段 segment",
    "tree": "默克尔树 tree",
    "consistency": "只增不改 consistency",
    "one view": "历史唯一 one history",
}
_KINDS: Mapping[str, str] = {
    "line proof": "分录证明 proof of a line",
    "consistency proof": "一致性证明 consistency proof",
    "checkpoint": "检查点 checkpoint",
    "batch": "整批导出 exported batch",
    "unknown": "未知文件 unknown file",
}
_OWN_KEY = (
    "  注意：未给出公钥（--key），验证用的是文件自带的公钥，不能说明是谁签的名。\n"
    "  Note: no --key was given. The file's own key was used: it proves nothing about who signed.\n"
    "  Get the log's key from its operator on another way, and run this again with --key."
)


@click.command(
    short_help="Verify proofs offline, with the public key alone.",
    epilog="""\b
Examples
  tanpuhui ledger verify proof.json --key 'example.org/carbon+1a2b3c4d+AbCd…'
  tanpuhui ledger verify batch-folder/ --key 'example.org/carbon+1a2b3c4d+AbCd…' --json
  tanpuhui ledger verify january.checkpoint june.checkpoint january-to-june.json --key …
""",
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)
@click.option(
    "--key", "keys", multiple=True, metavar="VKEY",
    help="A public key of the log, from elsewhere than the files. May be repeated: old keys too.",
)  # fmt: skip
@click.option(
    "--witness-key", "witnesses", multiple=True, metavar="VKEY",
    help="The public key of a witness who must have signed each checkpoint too. May be repeated.",
)  # fmt: skip
@shared.with_json
@shared.telling_faults
def verify(
    files: tuple[Path, ...], keys: tuple[str, ...], witnesses: tuple[str, ...], as_json: bool
) -> None:
    """Say step by step what a proof shows, and exactly what does not hold.

    Takes proofs of a line, consistency proofs, checkpoints and folders of exported batches. Needs
    no database, no lake and no network. Exit code 0: all holds; 1: something does not.
    """
    # Other commands need not wait for it.
    from tanpuhui.ledger import seals

    trust = seals.Trust(
        tuple(seals.VerifierKey.from_text(key) for key in keys),
        tuple(seals.VerifierKey.from_text(key) for key in witnesses),
    )
    reports = seals.verify_files(files, trust)
    holds = all(report.holds for report in reports)
    if as_json:
        told = {"holds": holds, "files": [report.to_json() for report in reports]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for report in reports:
            click.echo("\n".join(_shown(report)))
        click.echo("\n全部成立 · all holds" if holds else "\n不成立 · does not hold")
    sys.exit(shared.DONE if holds else shared.REFUSED)


def _shown(report: seals.Report) -> Iterable[str]:
    yield f"\n{report.file}  {_KINDS[report.what]}"
    if report.counts:
        counts = report.counts
        yield (
            f"  分录 lines {counts['lines']:,} · 已核对 opened {counts['opened']:,} · "
            f"已封闭 closed {counts['closed']:,} · 有误 wrong {counts['wrong']:,}"
        )
    for step in report.steps:
        yield from _step_shown(step)
    if report.has_own_key:
        yield _OWN_KEY


def _step_shown(step: seals.Step) -> Iterable[str]:
    yield f"  {'成立' if step.holds else '不成立 ✗'}  {_STEPS[step.step]}: {step.said}"
    if step.holds:
        return
    if step.where:
        yield f"      位置 where     {step.where}"
    if step.expected is not None:
        yield f"      应为 expected  {step.expected}"
    if step.found is not None:
        yield f"      实为 found     {step.found}"
