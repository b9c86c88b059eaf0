"""The result of a run and the three books as tables for a terminal: Chinese first, then English."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from tanpuhui.rules import Library, Programme
from tanpuhui.terms import Mass

WIDTH = 100  # of a table that is not written to a terminal
_BOOKS = (
    ("partner", "企业账本 · enterprises, by partner"),
    ("region", "政府账本 · government, by region"),
    ("scene", "政府账本 · government, by scene"),
)
# Codes that many runs give; the others stand as they are, and docs/reference lists them.
CODES_ZH = {
    "retry": "重复提交",
    "conflict": "编号相同而内容不同",
    "same-reference": "票号或订单号相同",
    "same-asset": "同一车辆或表计、时间重叠",
    "same-time": "同一人、时间重叠",
    "no-account": "尚未开户",
}


def summary_shown(result: Mapping[str, Any], programme: Programme, library: Library) -> str:
    """What became of the records: one line a fate."""
    lines = [f"{programme.title.zh} · {programme.title.en}"]
    if result["batch"] is None:
        return "\n".join([*lines, "没有可入账的记录，未过账 · nothing was posted"])
    again = "（与首次结果相同 · answered with the first result）" if result.get("repeated") else ""
    lines.append(f"批次 batch {result['batch']}{again}")
    fates = [
        ("收到 received", result["received"], {}),
        ("计入 counted", result["counted"], {}),
        ("重复 duplicate", result["duplicate"], result.get("duplicate_codes", {})),
        ("拒绝 refused", sum(result["refused"].values()), result["refused"]),
        ("暂存 held", sum(result["held"].values()), result["held"]),
    ]
    for name, count, codes in fates:
        said = "".join(
            f" · {code}{'（' + CODES_ZH[code] + '）' if code in CODES_ZH else ''} {n:,}"
            for code, n in codes.items()
        )
        lines.append(f"  {name:<16}{count:>12,}{said}")
    if result.get("reversed_lines"):
        lines.append(f"  冲回 reversed   {result['reversed_lines']:>12,}")
    lines.append(
        f"  减排量 reduction {Mass(result['reduction_mg'])} · 计入 credited "
        f"{Mass(result['credited_mg'])} · {result['people']:,} 人 people"
    )
    return "\n".join(lines)


def books_shown(books: Mapping[str, Any], programme: Programme, library: Library) -> str:
    """The three books as tables; their sums are the same, to the milligram."""
    console = Console(width=WIDTH, file=io.StringIO(), force_terminal=False)
    currencies = {currency.id: currency for currency in programme.currencies}
    for order, title in _BOOKS:
        table = _table(title, currencies)
        for name, total in books[order].items():
            table.add_row(_named(order, name, library), *_cells(total, currencies))
        table.add_section()
        table.add_row("合计 total", *_cells(_sum(books[order], currencies), currencies))
        console.print(table)
    table = _table("个人账本 · persons, all together", currencies)
    table.add_row("合计 total", *_cells(books["person"], currencies))
    console.print(table)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue().rstrip("\n")


def _table(title: str, currencies: Mapping[str, Any]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for name in ("行为 acts", "减排量 reduction", "计入 credited"):
        table.add_column(name, justify="right")
    for currency in currencies.values():
        table.add_column(currency.title.zh, justify="right")
    return table


def _cells(total: Mapping[str, Any], currencies: Mapping[str, Any]) -> list[str]:
    points = []
    for name, currency in currencies.items():
        granted = total["points"].get(name)
        points.append("—" if granted is None else points_shown(granted, currency.per_point()))
    return [
        f"{total['count']:,}",
        str(Mass(total["reduction_mg"])),
        str(Mass(total["credited_mg"])),
        *points,
    ]


def points_shown(granted: int, per_point: int) -> str:
    """Points as people write them; a currency may count in hundredths."""
    whole, rest = divmod(abs(granted), per_point)
    sign = "-" if granted < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:02d}" if per_point > 1 else "")


def _sum(book: Mapping[str, Any], currencies: Mapping[str, Any]) -> dict[str, Any]:
    points: dict[str, int | None] = {}
    for name, currency in currencies.items():
        granted = sum(total["points"].get(name) or 0 for total in book.values())
        points[name] = None if currency.rate is None else granted
    names = ("count", "reduction_mg", "credited_mg")
    return {**{n: sum(total[n] for total in book.values()) for n in names}, "points": points}


def _named(order: str, name: str, library: Library) -> str:
    if order == "region" and name in library.regions:
        region = library.regions.of(name)
        return f"{name} {region.zh}"
    if order == "scene" and name in library.ids("scene"):
        return f"{library.scene(name).title.zh} {name}"
    return name
