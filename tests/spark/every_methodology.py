"""A batch that asks every methodology of the library that a programme can name.

One programme names them all: a scene has another methodology in each of some districts, which stand
in for the place and day of its vectors. The records are the vectors, each of a person of its own;
some are reported twice, and each comes again and again until limits are full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tanpuhui.rules import GRADES, STANDINGS, TEXTS, Methodology, Programme, Scene, Vector
from tests.pipeline.store import library

Row = dict[str, Any]
_ZONE = ZoneInfo("Asia/Shanghai")
_FIRST = datetime(2026, 3, 2, 8, tzinfo=_ZONE)
_TIMES = 3  # each vector is reported on so many days
_HEAD = f"""\
id: every-methodology
title: {{en: Every methodology, zh: 全部方法学}}
operator: {{en: These tests, zh: 测试}}
authority: null
jurisdiction: null
dedup_domain: every-methodology
time_zone: Asia/Shanghai
regions: any
valid: any
accounts: {{opened_by: partner}}
partners: any
already_posted: stays
accepts:
  points:
    standing: [{", ".join(STANDINGS)}]
    text: [{", ".join(TEXTS)}]
    grade: [{", ".join(GRADES)}]
  issuance: []
"""
_TAIL = """\
limits: []
currencies: []
source: {document: ccpr_report_2023, place: "1.3.2"}
notes: []
"""


@dataclass(frozen=True)
class Asked:
    """A methodology in one scene, at the place and day of some of its vectors."""

    methodology: Methodology
    scene: Scene
    region: str
    day: date
    vectors: tuple[Vector, ...]


@cache
def asked() -> tuple[Asked, ...]:
    """Each methodology in each scene in which one of its vectors counts."""
    rules = library()
    found: list[Asked] = []
    for name in rules.ids("methodology"):
        methodology = rules.methodology(name)
        if methodology.project is None and methodology.only != "display":
            found += _of(methodology)
    return tuple(found)


def _of(methodology: Methodology) -> Iterator[Asked]:
    vectors = [one for one in library().vectors(methodology.id) if not one.set]
    for scene in methodology.scenes():
        mine = [one for one in vectors if _is_of(one, scene)]
        counted = next((one for one in mine if one.refuse is None), None)
        if counted is None:
            continue
        place = _place(methodology, counted)
        alike = tuple(one for one in mine if _place(methodology, one) == place)
        yield Asked(methodology, library().scene(scene), *place, alike)


def _is_of(vector: Vector, scene: str) -> bool:
    return all(given["scene"] == scene for given in vector.given)


def _place(methodology: Methodology, vector: Vector) -> tuple[str, date]:
    day = vector.day or methodology.valid.from_day
    assert day is not None, "every methodology has a first day"
    return vector.region or methodology.regions[0], day


def _districts() -> list[str]:
    """Places that lie in none of each other, one for each rule of a scene."""
    codes = [region.code for region in library().regions]
    return sorted(code for code in codes if code.endswith("00") and code[2:4] != "00")


def programme(folder: Path) -> Programme:
    """The programme that names them all."""
    path = folder / "every-methodology.yaml"
    lines = ["scenes:"]
    for scene in dict.fromkeys(one.scene.id for one in asked()):
        lines.append(f"  {scene}:")
        for one, district in _placed(scene):
            lines.append(
                f'    - {{methodology: {one.methodology.id}, regions: ["{district}"], '
                f'stand_in: {{region: "{one.region}", day: {one.day}}}}}'
            )
    path.write_text(_HEAD + "\n".join(lines) + "\n" + _TAIL, encoding="utf-8")
    return library().programme_file(path)


def _placed(scene: str) -> list[tuple[Asked, str]]:
    mine = [one for one in asked() if one.scene.id == scene]
    return list(zip(mine, _districts(), strict=False))


def records() -> list[Row]:
    """The vectors of all as records: on several days, and every third one twice."""
    found: list[Row] = []
    for scene in dict.fromkeys(one.scene.id for one in asked()):
        for one, district in _placed(scene):
            for vector in one.vectors:
                found += _of_vector(one, vector, district, len(found))
    return found


def _of_vector(one: Asked, vector: Vector, district: str, number: int) -> Iterator[Row]:
    for turn in range(_TIMES):
        for place, given in enumerate(vector.given):
            starts = _FIRST + timedelta(days=turn, hours=place)
            if one.scene.period == "day":
                starts = datetime.combine(starts, time(), _ZONE)
            lasts = timedelta(days=1) if one.scene.period == "day" else timedelta(minutes=20)
            usual = {
                "record_id": f"{number}-{turn}-{place}",
                "subject": f"person-{number}",
                "region": district,
                "evidence": one.scene.evidence[0],
                "started_at": starts.isoformat(),
                "ended_at": (starts + lasts).isoformat(),
                "partner": "first",
            }
            row = usual | {key: str(value) for key, value in given.items()}
            yield row
            if number % 3 == 0:
                weaker = one.scene.evidence[-1]
                yield row | {"partner": "second", "subject": f"k:{number}", "evidence": weaker}
