"""``tanpuhui ledger reconcile``: whether manifest, files, balances, books and seals agree."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.progress import steps_on_stderr

if TYPE_CHECKING:
    from tanpuhui.web import Reconciled


@click.command(
    short_help="Look whether manifest, files, balances, books, seals agree.",
    epilog="""\b
Examples
  tanpuhui ledger reconcile
  tanpuhui ledger reconcile --programme hankou --json

\b
Reads         every byte of every file of a dedup domain, every balance and book line, and the
              rows and published files of the logs of its programmes.
Changes       nothing; others may post meanwhile.
Exit codes    0 all agrees; 1 something does not, and is named; 2 the command was wrong.
""",
)
@click.option(
    "--programme", metavar="ID", help="Only the dedup domain in which this programme posts."
)
@click.option("--domain", metavar="ID", help="Only this dedup domain.")
@shared.with_json
@shared.telling_faults
def reconcile(programme: str | None, domain: str | None, as_json: bool) -> None:
    """Find and name every disagreement between manifest, files, balances, books and seals.

    Programmes of one dedup domain are looked at together, since an act is credited once in all of
    them. A file that no row names is told, and is no error: a batch that died left it.
    """
    if programme is not None and domain is not None:
        raise click.UsageError("Name a programme or a dedup domain, not both.")
    with web.opened(os.environ) as store, steps_on_stderr() as told:
        chosen = _chosen(store, programme, domain)
        looked = [store.reconcile(name, told=told) for name in chosen]
    if as_json:
        whole = {"agrees": not _wrong(looked), "domains": [one.to_json() for one in looked]}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        click.echo(reconciled_shown(looked))
    sys.exit(shared.REFUSED if _wrong(looked) else shared.DONE)


def _chosen(store: web.Store, programme: str | None, domain: str | None) -> tuple[str, ...]:
    known = store.domains()
    if programme is not None:
        found = store.domain_of(programme)
        if found is None:
            posted = ", ".join(store.programmes()) or "none"
            raise click.BadParameter(
                f"{programme!r} has posted nothing; those that have: {posted}",
                param_hint="--programme",
            )
        return (found,)
    if domain is not None and domain not in known:
        raise click.BadParameter(
            f"there is no dedup domain {domain!r}; there is {', '.join(known) or 'none'}",
            param_hint="--domain",
        )
    return known if domain is None else (domain,)


def _wrong(looked: Sequence[Reconciled]) -> int:
    return sum(len(one.findings) for one in looked)


def reconciled_shown(looked: Sequence[Reconciled]) -> str:
    """What was compared and what disagrees, as text."""
    if not looked:
        return "尚无入账记录 · nothing has been posted; 'tanpuhui run --help' says how"
    lines = []
    for one in looked:
        lines.append(
            f"对账 reconcile {one.domain} ({', '.join(one.programmes) or '–'})\n"
            f"  批次 batches {one.batches:,} · 文件 files {one.files:,} · "
            f"{one.bytes:,} bytes · 分录 lines {one.lines:,}"
        )
        if one.without_sha256:
            lines.append(
                f"  {one.without_sha256:,} 个文件入账时尚未记录哈希 · files of an older release "
                "without sha256: size and content were compared, not each bit"
            )
        lines += [f"  未入账 left by a batch that died: {left.at}" for left in one.left]
        lines += [f"  发布滞后 published log is behind: {late.at}" for late in one.behind]
        lines += ["", *(f"{fault}\n" for fault in one.findings)] if one.findings else []
    wrong = _wrong(looked)
    if wrong:
        lines.append(f"不一致 {wrong:,} 处 · {wrong:,} disagreements; nothing was changed")
    else:
        lines.append("全部一致 · everything agrees")
    return "\n".join(lines)
