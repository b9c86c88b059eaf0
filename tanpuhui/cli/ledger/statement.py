"""``tanpuhui ledger statement``: what a person was credited, line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tanpuhui import web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.books_shown import points_shown
from tanpuhui.cli.ledger.period_options import days_of, with_days, with_known_at
from tanpuhui.cli.ledger.programme_option import with_programme
from tanpuhui.rules import Programme
from tanpuhui.terms import Mass

if TYPE_CHECKING:
    from tanpuhui.ledger import StatementLine, Total


@click.command(
    short_help="What a person was credited, line by line.",
    epilog="""\b
Examples
  tanpuhui ledger statement --programme hankou --subject u1 --partner hankou-bank
  tanpuhui ledger statement --programme hankou --person 17 --json
  tanpuhui ledger statement --programme hankou --person 17 --known-at 2026-04-01T00:00:00+08:00
""",
)
@with_programme
@click.option("--person", "person_id", type=int, metavar="NUMBER", help="The person's number.")
@click.option("--subject", metavar="ID", help="The person as a partner names them (or k:…).")
@click.option("--partner", default="", metavar="ID", help="The partner who names them so.")
@with_days
@with_known_at
@shared.with_library
@shared.with_json
@shared.telling_faults
def statement(
    programme: str,
    person_id: int | None,
    subject: str | None,
    partner: str,
    from_day: datetime | None,
    until_day: datetime | None,
    known_at: datetime | None,
    libraries: tuple[Any, ...],
    as_json: bool,
) -> None:
    """Explain every line of a person's account: formula, numbers, factors, limits, points."""
    # Ibis takes a second to load, which other commands need not wait for.
    from tanpuhui import ledger as step

    if (person_id is None) == (subject is None):
        raise click.UsageError("Name the person by --person, or by --subject and --partner.")
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    days = days_of(from_day, until_day)
    with web.opened(os.environ) as store:
        if subject is not None:
            person_id = store.person_of(found, subject, partner)
        if person_id is None:
            raise click.BadParameter("nobody is bound to this id", param_hint="--subject")
        mine = store.lines_of(person_id, found.id, days=days, known_at=known_at)
        owed = _owed(store.balance(person_id, found.id, known_at))
    lines = step.statement(mine.lines, mine.grants, library, mine.causes)
    if as_json:
        told = {"programme": found.id, "person_id": person_id, **_totals(lines), "owed": owed}
        click.echo(json.dumps({**told, "lines": [line.to_json() for line in lines]},
                              ensure_ascii=False, indent=2))  # fmt: skip
        return
    click.echo(f"{found.title.zh} · {found.title.en} · 个人 person {person_id}")
    if not lines:
        click.echo("没有记录 · no lines")
        return
    for line in lines:
        click.echo(line_shown(line, found))
    totals = _totals(lines)
    click.echo(f"\n合计 total  {Mass(totals['credited_mg'])}{_points(totals['points'], found)}")
    if owed:
        click.echo(f"欠额 owed  {_points(owed, found).removeprefix(' · ')}")


def line_shown(line: StatementLine, programme: Programme) -> str:
    """A line of a statement in a few lines of text: what, how much, and by which formula."""
    lines = [
        f"\n{line.local_day.isoformat()}  {line.scene.zh} · {line.scene.en}  "
        f"{line.region.zh}  {line.partner}",
        f"  计入 credited {Mass(line.credited_mg)}{_points(line.points, programme)}",
    ]
    if line.explanation is not None:
        lines += [f"  {words.zh}" for words in line.explanation.sentences.values()]
        lines += [f"  {words.en}" for words in line.explanation.sentences.values()]
        sources = {used.document.zh: used.document.en for used in line.explanation.factors}
        lines += [f"  依据 source 《{zh}》{en}" for zh, en in sources.items()]
    if line.remark is not None:
        lines.append(f"  {line.remark.zh} · {line.remark.en}")
    return "\n".join(lines)


def _points(points: Mapping[str, int], programme: Programme) -> str:
    per = {currency.id: currency for currency in programme.currencies}
    return "".join(
        f" · {per[name].title.zh} {points_shown(granted, per[name].per_point())}"
        if name in per
        else f" · {name} {granted}"
        for name, granted in points.items()
    )


def _owed(balance: Total) -> dict[str, int]:
    """By currency the points that a person owes: they were used, and then taken back.

    The balance is below zero then, whatever days were asked for.
    """
    return {name: -points for name, points in balance.points.items() if points and points < 0}


def _totals(lines: Iterable[StatementLine]) -> dict[str, Any]:
    reduction = credited = 0
    points: dict[str, int] = {}
    for line in lines:
        reduction += line.reduction_mg
        credited += line.credited_mg
        for name, granted in line.points.items():
            points[name] = points.get(name, 0) + granted
    return {"reduction_mg": reduction, "credited_mg": credited, "points": points}
