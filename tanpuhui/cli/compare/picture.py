"""The spread of a comparison as a picture: one bar a methodology, from its least to its most.

The picture is described in Vega-Lite and drawn by vl-convert, which needs neither a browser nor a
network. Text of an SVG stays text, so that any machine with Chinese letters shows it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanpuhui.cli.compare.faults import NoPictures
from tanpuhui.cli.compare.shown import baseline_text, grams, ordered
from tanpuhui.cli.compare.words import STANDING
from tanpuhui.quantify import Compared
from tanpuhui.rules import Words

KINDS = (".svg", ".png")
WIDTH, ROW = 460, 44  # pixels: of the axis, and for each methodology
WIDE = 50  # times; from here on the axis is logarithmic, or the small ones could not be told apart
FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"


def draw(rows: tuple[Compared, ...], title: Words, out: Path) -> None:
    """Write the picture into a file; its ending says in which form.

    Raises:
        NoPictures: the package that draws is not installed.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise NoPictures(file=str(out)) from error
    spec = picture(rows, title)
    if out.suffix == ".svg":
        out.write_text(vl_convert.vegalite_to_svg(spec).rstrip() + "\n", encoding="utf-8")
    else:
        out.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))


def picture(rows: tuple[Compared, ...], title: Words) -> dict[str, Any]:
    """What is drawn, in Vega-Lite; methodologies without a figure are counted below."""
    drawn = [row for row in ordered(rows) if row.status == "computed"]
    values = [_value(row) for row in drawn]
    names = [value["name"] for value in values]
    positive = [value["median"] for value in values if value["median"] > 0]
    wide = bool(positive) and max(positive) > WIDE * min(positive)
    scale = {"type": "symlog" if wide else "linear", "zero": True}
    y = {"field": "name", "type": "nominal", "sort": names, "axis": {
        "title": None, "labelLimit": 360, "labelLineHeight": 14, "ticks": False, "domain": False,
        "labelExpr": "split(datum.label, '\\n')",
    }}  # fmt: skip
    x_title = (
        "每条记录减排量，克二氧化碳当量（线为最低到最高，点为中位数）"
        "· g CO2e a record: least to most, median"
    )
    x = {"type": "quantitative", "scale": scale, "axis": {
        "title": x_title, "grid": True, "labelFlush": False,
    }}  # fmt: skip
    colour = {"field": "standing", "type": "nominal", "title": "效力层级 standing",
              "scale": {"scheme": "dark2"},
              "legend": {"orient": "bottom", "columns": 3, "labelLimit": 240}}  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.45, "strokeCap": "round"},
         "encoding": {"y": y, "x": {"field": "least", **x}, "x2": {"field": "most"},
                      "color": colour}},
        {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
         "encoding": {"y": y, "x": {"field": "median", **x}, "color": colour}},
        {"mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 11, "lineBreak": "\n",
                  "baseline": "middle"},
         "encoding": {"y": y, "x": {"field": "end", **x}, "text": {"field": "label"}}},
    ]  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 12,
        "title": {
            "text": f"{title.zh}：同一批记录，不同方法学 "
            f"· {title.en}: the same records by other rules",
            "subtitle": _below(rows),
            "anchor": "start",
            "subtitleColor": "#555",
        },
        "data": {"values": values},
        "width": WIDTH,
        "height": {"step": ROW},
        "layer": layers,
        "config": {
            "font": FONT,
            "axis": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"},
            "view": {"stroke": None},
        },
    }


def _value(row: Compared) -> dict[str, Any]:
    assert row.amounts is not None
    ends = row.amounts
    baseline = baseline_text(row)
    by_hand = "（手工取值 set by hand）" if row.chosen else ""
    least, most = sorted((ends.least_mg, ends.most_mg))
    return {
        "name": f"{row.methodology.title.zh}\n{row.methodology.id}",
        "standing": STANDING[row.methodology.standing],
        "least": least / 1000,
        "median": ends.median_mg / 1000,
        "most": most / 1000,
        "end": most / 1000,
        "label": f"{grams(ends.median_mg)} 克{by_hand}\n基准线 baseline {baseline}",
    }


def _below(rows: tuple[Compared, ...]) -> list[str]:
    """What the picture leaves out, and why."""
    without = [row for row in rows if row.status != "computed"]
    lines = [
        "未计上限；各方法学按其自己的地区和日期取值 · before limits, each as if in its own region"
    ]
    if without:
        lines.append(
            f"另有 {len(without)} 个方法学没有数值，未画出 · {len(without)} more without a figure"
        )
    return lines
