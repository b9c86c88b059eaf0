"""A line alone is enough to compute its figure again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import localcontext
from typing import Any

import pytest

from tanpuhui import engine, ledger
from tanpuhui.engine import Judge
from tanpuhui.formula import EXACT
from tests.pipeline.store import Record, Store, library, programme, ride

Open = Callable[[str], Store]
# By scene and quantity, a few amounts that must be rounded.
AMOUNTS: dict[str, tuple[object, ...]] = {
    "distance_km": (0.37, 12.3456789, 3, 1e8 + 0.123456),
    "steps": (1, 7_251, 12_345),
    "mass_kg": (0.333, 1.25),
    "item_count": (None, 1),
    "paid_fen": (1_234,),
    "power": (None, "electric"),
}
INSTANTS = ("bill_payment", "clean_plate", "used_clothes", "no_tableware", "small_portion")
PROGRAMMES = {
    "hankou": "420106", "shenzhen-low-carbon-planet": "440304",
    "shanxi-sanjin-green-life": "140105", "luzhou": "510502", "tantanxingqiu": "420106",
    "open-data": "000000",
}  # fmt: skip


def _records(name: str, region: str) -> Iterable[Record]:
    """A record of each scene, evidence and amount, each of another person."""
    of = programme(name)
    partner = (of.partners or ("anyone",))[0]
    number = 0
    for scene_id in of.scenes:
        scene = library().scene(scene_id)
        for evidence in scene.evidence:
            for turn in range(4):
                number += 1
                given = {
                    quantity: AMOUNTS[quantity][turn % len(AMOUNTS[quantity])]
                    for quantity, asked in scene.quantities.items()
                }
                if "item_count" in given and scene.quantities["item_count"].default is None:
                    given["item_count"] = turn + 1
                end = "08:00:00" if scene_id in INSTANTS else "09:30:00"
                yield ride(
                    f"r{number}", partner=partner, subject=f"u{number}", scene=scene_id,
                    region=region, evidence=evidence, started_at="2024-11-03T08:00:00+08:00",
                    ended_at=f"2024-11-03T{end}+08:00", **given,
                )  # fmt: skip


def test_every_programme_of_the_library_is_tried() -> None:
    assert set(library().ids("programme")) <= set(PROGRAMMES)


@pytest.mark.parametrize(("name", "region"), PROGRAMMES.items())
def test_the_reference_computes_each_line_again_from_the_line_alone(
    open_store: Open, name: str, region: str
) -> None:
    store = open_store(name)

    staged = store.post_rows(list(_records(name, region)))

    lines = store.lines()
    assert {line["scene"] for line in lines} == set(programme(name).scenes)
    assert len(lines) == staged.counts.counted
    for line in lines:
        assert _again(line) == tuple(line[f"{output}_mg"] for output in engine.OUTPUTS), line
        methodology = library().methodology(line["methodology"])
        assert line["methodology_sha256"] == methodology.sha256
        assert line["factor_set"] == methodology.factor_set()
        assert line["library_version"] == library().version
        assert line["programme_sha256"] == programme(name).sha256
        assert line["schema_version"] == ledger.SCHEMA_VERSION


def _again(line: dict[str, Any]) -> tuple[int | None, ...]:
    plan = engine.plan_of(library().methodology(line["methodology"]), library().regions)
    record = ledger.quantities_of(line) | {name: line[name] for name in ("scene", "evidence")}
    record |= {"region": line["factor_region"], "day": line["factor_day"]}
    with localcontext(EXACT):
        judged = Judge(plan).judge(record)
    assert judged.refused is None
    return tuple(judged.mg.get(output) for output in engine.OUTPUTS)
