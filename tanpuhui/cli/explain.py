"""``tanpuhui explain``: one record, its formula as a sentence with numbers, factors and sources."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tanpuhui import quantify as step
from tanpuhui import rules
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.factors_shown import factor_facts
from tanpuhui.cli.words import GRADE_ZH
from tanpuhui.engine import Explainer, Explanation, FactorUsed
from tanpuhui.rules import Limit
from tanpuhui.terms import Mass

WORDING_ZH = {"exact": "确切值", "average": "平均值", "at_least": "不低于"}
LIMIT_KEY_ZH = {
    "record": "每条记录",
    "person": "每人",
    "reference": "每凭证",
    "asset": "每载体",
    "local_day": "每日",
    "local_month": "每月",
    "local_year": "每年",
}


@click.command(
    short_help="Explain one record: formula, numbers, factors, sources.",
    epilog="""\b
Examples
  tanpuhui explain rates.hankou_2022 steps=7250
  tanpuhui explain mobility.public_transport.sz_2021 scene=metro_ride distance_km=10
  tanpuhui explain mobility.shared_cycling.edc_cec_2021 scene=shared_bike_ride distance_km=71200000

\b
Keys          the methodology's inputs ('tanpuhui library show ID' lists them); scene where several
              would fit; region, day and evidence where they matter.
Exit codes    0 the record counts; 1 it is refused; 2 the command was wrong.
""",
)
@click.argument("methodology")
@click.argument("given", nargs=-1, metavar="KEY=VALUE...")
@shared.with_region
@shared.with_day
@shared.with_set
@shared.with_library
@shared.with_json
@shared.telling_faults
def explain(
    methodology: str,
    given: tuple[str, ...],
    region: str | None,
    day: datetime | None,
    settings: tuple[str, ...],
    libraries: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Explain what METHODOLOGY makes of one record, before limits."""
    library = shared.open_library(libraries)
    chosen = shared.settings_of(settings)
    found = rules.with_values(library.methodology(methodology), chosen, library.units)
    explanation = step.explain(
        Explainer(found, library),
        shared.pairs_of(given, "KEY=VALUE"),
        region=shared.region_of(found, library, region),
        day=shared.day_of(found, day),
    )
    if as_json:
        click.echo(json.dumps(_json(explanation, chosen), ensure_ascii=False, indent=2))
    else:
        click.echo(_text(explanation))
    sys.exit(shared.DONE if explanation.refused is None else shared.REFUSED)


def _text(explanation: Explanation) -> str:
    method = explanation.methodology
    lines = [f"{method.title.zh} · {method.title.en}", f"  {method.id}"]
    if explanation.scene is not None:
        lines.append(f"  {explanation.scene.zh} · {explanation.scene.en}")
    lines.append(
        f"  {explanation.region.zh} · {explanation.region.en} · {explanation.day.isoformat()}"
    )
    lines.append("")
    if explanation.refused is not None:
        lines.append(f"  不计入 · refused: {explanation.refused}")
        if explanation.refused_because is not None:
            lines.append(f"    {explanation.refused_because.zh}")
            lines.append(f"    {explanation.refused_because.en}")
        return "\n".join(lines)
    lines += [f"  {words.zh}" for words in explanation.sentences.values()]
    lines += [f"  {words.en}" for words in explanation.sentences.values()]
    lines += ["", "  参数与来源 · factors and sources"]
    for used in explanation.factors:
        lines += _factor_lines(used)
    lines += _limit_lines(explanation)
    return "\n".join(lines)


def _factor_lines(used: FactorUsed) -> list[str]:
    written = used.written
    name = f"{used.parameter}[{', '.join(used.keys)}]" if used.keys else used.parameter
    value = "—" if used.value is None else f"{used.value:,f}"
    grade, wording = written.grade or "", written.wording
    place = f", {written.source.place}" if written.source.place else ""
    lines = [
        f"    {name} = {value} {used.unit}   {used.factor}",
        f"      {used.title.zh} · {used.title.en}",
        f"      {written.region} {written.days} · {GRADE_ZH.get(grade, '')} {grade}"
        f" · {WORDING_ZH[wording]} {wording}",
        f"      来源 source: 《{used.document.zh}》{used.document.en}{place}",
    ]
    if written.note is not None:
        lines.append(f"      {written.note.zh}")
        lines.append(f"      {written.note.en}")
    return lines


def _limit_lines(explanation: Explanation) -> list[str]:
    limits = explanation.limits
    if not limits:
        return []
    return [
        "",
        "  上限（此处尚未计入） · limits (not applied here)",
        *(f"    {_limit(li)}" for li in limits),
    ]


def _limit(limit: Limit) -> str:
    keys_zh = "".join(LIMIT_KEY_ZH[key] for key in limit.each)
    keys_en = " and ".join(limit.each)
    if limit.reduction_mg is not None:
        mass = Mass(limit.reduction_mg)
        return f"{keys_zh}至多 {mass} · at most {mass} per {keys_en}"
    return f"{keys_zh}至多 {limit.count} 次 · at most {limit.count} per {keys_en}"


def _json(explanation: Explanation, chosen: object) -> dict[str, Any]:
    method = explanation.methodology
    return {
        "methodology": method.id,
        "methodology_sha256": method.sha256,
        "factor_set": method.factor_set(),
        "set": chosen,
        "scene": None if explanation.scene is None else vars(explanation.scene),
        "region": vars(explanation.region),
        "day": explanation.day.isoformat(),
        "refused": explanation.refused,
        "refused_because": None
        if explanation.refused_because is None
        else vars(explanation.refused_because),
        **{f"{output}_mg": mg for output, mg in explanation.mg.items()},
        "sentences": {output: vars(words) for output, words in explanation.sentences.items()},
        "factors": [factor_facts(used) for used in explanation.factors],
    }
