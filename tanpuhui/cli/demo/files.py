"""The city's reports as the files that partners hand in.

DIR/README.txt
DIR/day-1/fares-taiyuan-bus.csv         CSV
DIR/day-1/bikes-qingju.jsonl            JSON Lines
DIR/day-1/everyday-didi.parquet         Parquet
DIR/day-1/orders-meituan.csv            CSV in the partner's own columns …
DIR/maps/orders-meituan.yaml            … and what they mean
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from tanpuhui import records
from tanpuhui.cli.demo.city import City
from tanpuhui.cli.demo.faults import FolderNotEmpty
from tanpuhui.cli.demo.reports import Report

SIMULATED = "模拟数据 simulated"
TEXTS = (
    "record_id", "partner", "subject", "scene", "started_at", "ended_at", "region", "evidence",
    "reference", "asset",
)  # fmt: skip
QUANTITIES = ("distance_km", "steps", "item_count", "mass_kg", "paid_fen")
TIMES = ("started_at", "ended_at")
OWN_COLUMNS = "orders"  # the role that writes columns of its own

_OWN_SCENES = {
    "shared_bike_ride": "单车骑行", "shared_ebike_ride": "电单车骑行", "no_tableware": "不要餐具",
    "small_portion": "小份餐", "walk": "步数",
}  # fmt: skip
_OWN_EVIDENCE = {"fare_record": "支付订单", "statement": "用户填报"}

_MAPPING = """\
# {simulated}. What the columns of {partner} in this simulated city mean.
title: {{en: "Simulated records of {partner}", zh: {partner} 模拟记录}}
time_zone: {time_zone}
partner: {partner}
fields:
  record_id: {{from: 流水号}}
  subject: {{from: 用户}}
  scene: {{from: 业务, values: {{{scenes}}}}}
  started_at: {{from: 开始时间}}
  ended_at: {{from: 结束时间}}
  region: {{from: 城市代码}}
  evidence: {{from: 依据, values: {{{evidence}}}}}
  reference: {{from: 订单号}}
  asset: {{from: 车牌号}}
quantities:
  distance_km: {{from: 里程米, unit: m}}
  steps: {{from: 步数}}
  item_count: {{from: 份数}}
"""
_README = """\
模拟数据。随机种子 {seed}，{people} 人，{days} 天；与任何真实的人、企业和记录无关。
Simulated data. Seed {seed}, {people} people, {days} days; nothing here is a record of anyone.

逐日导入 · by hand, day by day:
{commands}
"""


@dataclass(frozen=True)
class DayFiles:
    """What is handed in on one day.

    Args:
        files: those in the platform's own columns.
        own_columns: the file in its partner's columns; None on a day without one.
        mapping: the mapping file of ``own_columns``.
    """

    files: tuple[Path, ...]
    own_columns: Path | None
    mapping: Path


def written(city: City, folder: Path) -> tuple[DayFiles, ...]:
    """The city as files in a folder, one entry a day.

    Raises:
        FolderNotEmpty: something is there already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder=str(folder))
    mapping = folder / "maps" / f"{OWN_COLUMNS}-{city.partners[OWN_COLUMNS]}.yaml"
    mapping.parent.mkdir(parents=True)
    mapping.write_text(_mapping(city), encoding="utf-8")
    found = tuple(_day(city, number, folder, mapping) for number in range(len(city.days)))
    readme = _README.format(
        seed=city.seed, people=city.people, days=len(city.days), commands=_commands(city, found)
    )
    (folder / "README.txt").write_text(readme, encoding="utf-8")
    return found


def _day(city: City, number: int, folder: Path, mapping: Path) -> DayFiles:
    inside = folder / f"day-{number + 1}"
    inside.mkdir()
    paths: dict[str, Path] = {}
    for role, (suffix, write) in _WRITERS.items():
        reports = city.handed_in(number, role)
        if reports:
            paths[role] = inside / f"{role}-{city.partners[role]}.{suffix}"
            write(reports, city.partners[role], paths[role])
    own = paths.pop(OWN_COLUMNS, None)
    return DayFiles(tuple(paths.values()), own, mapping)


def _commands(city: City, days: Sequence[DayFiles]) -> str:
    """What to type in the folder above the files'."""
    lines = []
    run = f"tanpuhui run --programme {city.programme}"
    for day in days:
        top = day.mapping.parent.parent.parent
        names = " ".join(str(path.relative_to(top)) for path in day.files)
        if names:
            lines.append(f"  {run} {names}")
        if day.own_columns is not None:
            mapping = day.mapping.relative_to(top)
            lines.append(f"  {run} --map {mapping} {day.own_columns.relative_to(top)}")
    return "\n".join(lines)


# -- the four forms -------------------------------------------------------------------------------


def _row(report: Report, partner: str) -> dict[str, str]:
    """A record in the platform's columns; what it has no value for is empty."""
    fields = {**report.fields, "partner": partner}
    return {name: fields.get(name, "") for name in (*TEXTS, *QUANTITIES)} | {"note": SIMULATED}


def _write_csv(reports: Sequence[Report], partner: str, path: Path) -> None:
    _write_rows([_row(report, partner) for report in reports], path)


def _write_rows(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_json_lines(reports: Sequence[Report], partner: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as sink:
        for report in reports:
            row = {name: text for name, text in _row(report, partner).items() if text}
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_parquet(reports: Sequence[Report], partner: str, path: Path) -> None:
    rows = [_row(report, partner) for report in reports]
    columns: dict[str, pa.Array] = {}
    for name in rows[0]:
        texts = [row[name] or None for row in rows]
        if name in TIMES:
            times = [None if text is None else datetime.fromisoformat(text) for text in texts]
            columns[name] = pa.array(times, pa.timestamp("us", tz="UTC"))
        elif name in QUANTITIES:
            numbers = [None if text is None else float(text) for text in texts]
            columns[name] = pa.array(numbers, pa.float64())
        else:
            columns[name] = pa.array(texts, pa.string())
    records.write_parquet(pa.table(columns), path)


def _write_own_columns(reports: Sequence[Report], partner: str, path: Path) -> None:
    _write_rows([_own_row(report.fields) for report in reports], path)


def _own_row(fields: Mapping[str, str]) -> dict[str, str]:
    """A record as its partner writes it: wall clock without offset, metres, words of its own."""
    return {
        "流水号": fields["record_id"],
        "用户": fields["subject"],
        "业务": _OWN_SCENES[fields["scene"]],
        "开始时间": _wall_clock(fields["started_at"]),
        "结束时间": _wall_clock(fields["ended_at"]),
        "城市代码": fields["region"],
        "依据": _OWN_EVIDENCE[fields["evidence"]],
        "订单号": fields["reference"],
        "车牌号": fields["asset"],
        "里程米": _metres(fields.get("distance_km", "")),
        "步数": fields.get("steps", ""),
        "份数": fields.get("item_count", ""),
        "备注": SIMULATED,
    }


def _wall_clock(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")


def _metres(kilometres: str) -> str:
    return format((Decimal(kilometres) * 1000).normalize(), "f") if kilometres else ""


def _mapping(city: City) -> str:
    def pairs(words: Mapping[str, str]) -> str:
        return ", ".join(f"{own}: {ours}" for ours, own in words.items())

    return _MAPPING.format(
        simulated=SIMULATED,
        partner=city.partners[OWN_COLUMNS],
        time_zone=city.time_zone,
        scenes=pairs(_OWN_SCENES),
        evidence=pairs(_OWN_EVIDENCE),
    )


_WRITERS: dict[str, tuple[str, Callable[[Sequence[Report], str, Path], None]]] = {
    "fares": ("csv", _write_csv),
    "bikes": ("jsonl", _write_json_lines),
    "everyday": ("parquet", _write_parquet),
    "orders": ("csv", _write_own_columns),
}
