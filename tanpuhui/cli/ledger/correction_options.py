"""What both kinds of correction take and print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from tanpuhui.cli.books_shown import points_shown
from tanpuhui.records import WITHDRAWAL
from tanpuhui.rules import Programme
from tanpuhui.terms import Mass
from tanpuhui.web import Correction

with_clawback = click.option(
    "--clawback", metavar="POOL",
    help="Lower lines that this pool has locked, too; the batch records it.",
)  # fmt: skip
with_dry_run = click.option(
    "--dry-run", is_flag=True, help="Say what would be posted, and post nothing."
)


def show(answer: Correction, programme: Programme, *, as_json: bool, dry_run: bool) -> None:
    """Print the answer to a correction."""
    result = answer.result
    if as_json:
        told = {**result, "dry_run": dry_run, "repeated": answer.repeated}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    lines = [f"{programme.title.zh} · {programme.title.en}", _batch(answer, dry_run=dry_run)]
    if result["kind"] == WITHDRAWAL:
        lines.append(_count("撤回记录 withdrawn", result["withdrawn"]))
    else:
        lines.append(_count("重算分录 read", result["read_lines"]))
    for name, key in (
        ("冲回 reversed", "reversed_lines"), ("改为计入 counted again", "counted_again"),
        ("差额分录 differences", "difference_lines"), ("追回 clawed back", "clawed_back_lines"),
    ):  # fmt: skip
        if result[key]:
            lines.append(_count(name, result[key]))
    for code, count in result["refused"].items():
        lines.append(_count(f"现行规则不予计入 refused now: {code}", count))
    lines.append(
        f"  减排量 reduction {Mass(result['reduction_mg'])} · 计入 credited "
        f"{Mass(result['credited_mg'])}{_points(result['points'], programme)} · "
        f"{result['people']:,} 人 people"
    )
    click.echo("\n".join(lines))


def _batch(answer: Correction, *, dry_run: bool) -> str:
    if dry_run:
        return "试算，未过账 · dry run, nothing was posted"
    if answer.result["batch"] is None:
        return "没有需要更正的分录，未过账 · nothing to change, nothing was posted"
    again = "（与首次结果相同 · answered with the first result）" if answer.repeated else ""
    return f"批次 batch {answer.result['batch']}{again}"


def _count(name: str, count: int) -> str:
    return f"  {name} {count:,}"


def _points(points: Mapping[str, Any], programme: Programme) -> str:
    return "".join(
        f" · {currency.title.zh} {points_shown(points[currency.id], currency.per_point())}"
        for currency in programme.currencies
        if points.get(currency.id) is not None
    )
