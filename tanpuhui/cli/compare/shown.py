"""A comparison as a table for the terminal, Chinese first, and as JSON."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len, set_cell_size

from tanpuhui.cli.compare.words import FIGURE_ZH, STANDING, STATUS
from tanpuhui.cli.words import TEXT_ZH
from tanpuhui.quantify import Asked, Compared, Rate
from tanpuhui.rules import Library, Words
from tanpuhui.terms import Mass

_ZH = ("每条中位数，克", "最低–最高", "基准线", "按何地何日", "效力·文本·取值")
_EN = ("median, g", "least–most", "baseline", "as if in, on", "standing, text, values")
UNIT_ZH = {"km": "公里", "pkm": "人公里", "item": "次", "step": "步", "kg": "千克", "kWh": "千瓦时"}


def table_shown(rows: tuple[Compared, ...], title: Words, asked: Asked) -> str:
    """Two lines a methodology, largest first; then how far they are apart."""
    received = max((row.counted + sum(row.refused.values()) for row in rows), default=0)
    where = "各方法学自己的地区 each its own" if asked.region is None else asked.region
    lines = [
        f"{title.zh}：同一批 {received:,} 条记录，按 {len(rows)} 个方法学核算（未计上限）",
        f"{title.en}: the same {received:,} records by {len(rows)} methodologies, before limits",
        f"地区 region: {where} · 日期 day: {asked.day}",
        "",
    ]
    if not rows:
        return "\n".join([*lines, "没有方法学核算此场景 · no methodology serves this scene"])
    figures = [row for row in ordered(rows) if row.amounts is not None]
    heads = iter(_aligned([_ZH, _EN, *map(_cells, figures)]))
    lines += [next(heads), next(heads)]
    for row in ordered(rows):
        lines += ["", f"{row.methodology.title.zh} · {row.methodology.id}"]
        if row.amounts is not None:
            lines.append(next(heads))
        lines += [f"    {said}" for said in _said(row, asked)]
    return "\n".join([*lines, "", *_apart(rows)])


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows as lines, each column as wide as its widest cell; a Chinese letter is two wide."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "    " + "  ".join(set_cell_size(*pair) for pair in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def ordered(rows: tuple[Compared, ...]) -> list[Compared]:
    """Those with a figure, the largest first; then the others by id."""
    return sorted(
        rows,
        key=lambda row: (
            row.amounts is None,
            row.status == "footprint",
            0 if row.amounts is None else -row.amounts.median_mg,
            row.methodology.id,
        ),
    )


def _cells(row: Compared) -> tuple[str, ...]:
    assert row.amounts is not None
    return (
        grams(row.amounts.median_mg),
        f"{grams(row.amounts.least_mg)}–{grams(row.amounts.most_mg)}",
        baseline_text(row),
        f"{row.region} {row.day}",
        "·".join((
            STANDING[row.methodology.standing], TEXT_ZH[row.methodology.text],
            "、".join(FIGURE_ZH[grade] for grade in row.grades),
        )),
    )  # fmt: skip


def _said(row: Compared, asked: Asked) -> list[str]:
    """What else is to be said: why there is no figure, what was assumed, what was refused."""
    lines = []
    if row.amounts is None:
        lines.append(f"— {STATUS[row.status]} {', '.join(row.lacking)}".rstrip())
    if row.status == "footprint":
        lines.append("这是排放足迹，不是减排量 · what is emitted, not a reduction")
    if row.region_assumed and (asked.region is not None or "region" in asked.table.column_names):
        lines.append(f"{row.region_assumed:,} 条按 {row.region} 计，系假定 · counted as if there")
    if row.day_assumed:
        lines.append(f"{row.day_assumed:,} 条按 {row.day} 计，系假定 · counted as if on that day")
    lines += [f"手工取值 set {name} = {value}" for name, value in row.chosen.items()]
    lines += [f"不计 refused {count:,}：{code}" for code, count in row.refused.items()]
    return lines


def baseline_text(row: Compared) -> str:
    """The baseline for each unit of what it is counted by, or that none is published."""
    if row.baseline is not None:
        return rate_text(row.baseline)
    return "未公布 none" if row.amounts is not None else ""


def rate_text(rate: Rate) -> str:
    """Grams for each unit: ``135 克/公里``."""
    return f"{_short(rate.grams_each())} 克/{UNIT_ZH.get(rate.unit, rate.unit)}"


def grams(mg: int) -> str:
    """A mass in grams, three digits after the point at most."""
    return f"{mg / 1000:,.3f}".rstrip("0").rstrip(".")


def _short(number: float) -> str:
    return f"{number:,.4f}".rstrip("0").rstrip(".")


def _apart(rows: tuple[Compared, ...]) -> list[str]:
    """How far the largest is from the smallest."""
    ends = extremes(rows)
    if ends is None:
        return ["没有一个方法学算出数值 · no methodology gave a figure"]
    low, high = ends
    assert low.amounts is not None
    assert high.amounts is not None
    least, most = Mass(low.amounts.median_mg), Mass(high.amounts.median_mg)
    times = ratio(rows)
    apart = "" if times is None else f"，相差 {times:,.1f} 倍"
    apart_en = "" if times is None else f", {times:,.1f} times as much"
    figures = sum(row.status == "computed" for row in rows)
    return [
        f"{figures} 个方法学有数值。中位数最低 {least}（{low.methodology.title.zh}），"
        f"最高 {most}（{high.methodology.title.zh}）{apart}。",
        f"{figures} give a figure: the median record from {least} ({low.methodology.id}) "
        f"to {most} ({high.methodology.id}){apart_en}.",
    ]


def extremes(rows: tuple[Compared, ...]) -> tuple[Compared, Compared] | None:
    """The rows of the smallest and the largest median reduction; None where none has any."""
    found = [row for row in ordered(rows) if row.status == "computed"]
    return (found[-1], found[0]) if found else None


def ratio(rows: tuple[Compared, ...]) -> float | None:
    """The largest median over the smallest; None where the smallest is not above zero."""
    ends = extremes(rows)
    if ends is None or ends[0].amounts is None or ends[1].amounts is None:
        return None
    low, high = ends[0].amounts.median_mg, ends[1].amounts.median_mg
    return high / low if low > 0 else None


def facts(library: Library, asked: Asked, rows: tuple[Compared, ...]) -> dict[str, Any]:
    """The comparison as JSON: masses in whole milligrams."""
    ends = extremes(rows)
    return {
        "scene": asked.scene,
        "library": library.version,
        "region": asked.region,
        "day": asked.day.isoformat(),
        "methodologies": [_facts(row) for row in ordered(rows)],
        "figures": sum(row.status == "computed" for row in rows),
        "lowest": None if ends is None else ends[0].methodology.id,
        "highest": None if ends is None else ends[1].methodology.id,
        "times": ratio(rows),
    }


def _facts(row: Compared) -> dict[str, Any]:
    method = row.methodology
    return {
        "methodology": method.id,
        "title": vars(method.title),
        "standing": method.standing,
        "text": method.text,
        "grades": list(row.grades),
        "status": row.status,
        "lacking": list(row.lacking),
        "region": row.region,
        "region_assumed": row.region_assumed,
        "day": row.day.isoformat(),
        "day_assumed": row.day_assumed,
        "set": dict(row.chosen),
        "baseline": _rate_facts(row.baseline),
        "rate": _rate_facts(row.rate),
        "received": row.counted + sum(row.refused.values()),
        "counted": row.counted,
        "refused": dict(row.refused),
        "record": None if row.amounts is None else vars(row.amounts),
    }


def _rate_facts(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return {
        "by": rate.name,
        "unit": rate.unit,
        "grams_each": round(rate.grams_each(), 6),
        "total_mg": rate.mg,
    }
