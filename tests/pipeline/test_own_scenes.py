"""Scenes of a library of one's own: their quantities are kept, whatever they are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui import ledger, pipeline
from tanpuhui.engine import Judge, plan_of
from tanpuhui.ledger.seals import canonical
from tanpuhui.pipeline import further
from tanpuhui.rules import Library, Quantity
from tanpuhui.terms import Unit
from tests.pipeline.store import Store, engine, lines_of, of_kind, ride, rows_of
from tests.tidy.house import LIBRARY

Open = Callable[[str], Store]
ODD = 'up "and" \\ 下'
STAIRS = """\
id: stairs
title: {en: Stairs, zh: 楼梯}
family: travel
quantities:
  floors: {unit: item, required: true}
  steps: {unit: step, required: false}
  way: {one_of: [down, 'up "and" \\ 下'], required: false}
  tread_share: {unit: share, required: false, default: 0.3}
period: instant
evidence: [statement]
same_act: {by: [reference], exclusive_class: null}
"""
RULE = """\
id: trial.stairs_2026
title: {en: Stairs, zh: 楼梯}
standing: enterprise_algorithm
text: reconstructed
source: {document: ccpr_report_2023, place: null}
valid: {from: 2022-08-25, until: null}
regions: ["420100"]
cases:
  - scenes: [stairs]
    inputs: [floors, way, tread_share]
    parameters: {per_floor: rates.hankou_ride}
    formula: {reduction: "floors * tread_share * per_floor * WEIGHT"}
"""
UP_TWICE = "if(given(way) and way != 'down', 2, 1)"
DOWN_HALF = "if(given(way) and way == 'down', 0.5, 1)"
TOWER = """\
id: tower
title: {en: Tower, zh: 塔}
operator: {en: Nobody, zh: 无}
authority: null
jurisdiction: null
dedup_domain: trial
time_zone: Asia/Shanghai
regions: ["420000"]
valid: {from: 2022-08-25, until: null}
accounts: {opened_by: partner}
partners: [bank]
already_posted: stays
accepts: {points: [enterprise_algorithm, published_rate], issuance: []}
scenes:
  stairs: {methodology: trial.stairs_2026}
  bus_ride: {methodology: rates.hankou_2022}
limits: []
currencies:
  - {id: floors, title: {zh: 层}, rate: {per_scene: {stairs: {points: 1, each: 2 item}}}}
source: {document: ccpr_report_2023, place: "2.2.2.8"}
"""


def _store(folder: Path, *, weight: str = UP_TWICE, besides: str = "") -> Store:
    """A store of the tower.

    Args:
        weight: a factor of the stairs' formula.
        besides: lines of further quantities of the scene.
    """
    own = folder / "own"
    for file, text in {
        own / "scenes" / "stairs.yaml": STAIRS.replace("period:", f"{besides}period:"),
        own / "methodologies" / "trial" / "stairs_2026.yaml": RULE.replace("WEIGHT", weight),
        folder / "tower.yaml": TOWER,
    }.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    library = Library((LIBRARY, own))
    return Store(library.programme_file(folder / "tower.yaml"), folder, rules=library)


def _climb(record_id: str, floors: float, **given: object) -> dict[str, object]:
    return ride(
        record_id, partner="bank", subject=record_id, scene="stairs", evidence="statement",
        region="420106", ended_at="2024-11-03T08:00:00+08:00",
        started_at="2024-11-03T08:00:00+08:00", floors=floors, **given,
    )  # fmt: skip


def test_quantities_without_a_column_stand_in_the_line_and_compute_it_again(
    tmp_path: Path,
) -> None:
    store = _store(tmp_path)

    store.post_rows([_climb("a", 3), _climb("b", 2.5, way=ODD, tread_share=0.1, steps=40)])

    few, many = sorted(store.lines(), key=lambda line: line["further"], reverse=True)
    # By name, as the formula saw them: 0.3 is the scene's. A step has a column.
    assert few["further"] == '{"floors":3.0,"tread_share":0.3}'
    assert many["further"] == '{"floors":2.5,"tread_share":0.1,"way":"up \\"and\\" \\\\ 下"}'
    assert (few["steps"], many["steps"]) == (None, 40.0)
    # 3 x 0.3 x 80 g = 72 g; 2 x 2.5 x 0.1 x 80 g = 40 g.
    assert [line["credited_mg"] for line in (few, many)] == [72_000, 40_000]
    plan = plan_of(store.rules.methodology("trial.stairs_2026"), store.rules.regions)
    for line in (few, many):
        record = ledger.quantities_of(line) | {"scene": "stairs", "evidence": "statement"}
        record |= {"region": line["factor_region"], "day": line["factor_day"]}
        assert Judge(plan).judge(record).mg["reduction"] == line["reduction_mg"]


def test_a_line_without_such_quantities_has_none(tmp_path: Path) -> None:
    store = _store(tmp_path)

    store.post_rows([_climb("a", 3), ride("b", partner="bank", region="420106")])

    by_scene = {line["scene"]: line["further"] for line in store.lines()}
    assert by_scene["bus_ride"] is None
    assert by_scene["stairs"] is not None


def test_points_are_counted_by_a_quantity_without_a_column(tmp_path: Path) -> None:
    staged = _store(tmp_path).post_rows([_climb("a", 5)])

    assert [grant["points"] for grant in rows_of(staged, "grants")] == [2]  # two whole pairs


def test_lines_are_restated_from_quantities_without_a_column(tmp_path: Path) -> None:
    store = _store(tmp_path)
    store.post_rows([_climb("a", 3, way="down"), _climb("b", 2)])
    store.rules = _store(tmp_path / "new", weight=DOWN_HALF).rules

    found = store.restate("trial.stairs_2026")

    # Going down counts half now: 3 x 0.3 x 80 x 0.5 = 36 g, 36 g less. The other stays.
    (line,) = lines_of(found.staged)
    assert (line["line_kind"], line["credited_mg"]) == ("difference", -36_000)
    assert line["further"] == '{"floors":3.0,"tread_share":0.3,"way":"down"}'


@pytest.mark.parametrize("name", ["credited_mg", "batch", "further", "new_steps", "rule", "Weg"])
def test_a_name_that_a_line_has_for_something_else_stops_the_batch_before_it_is_read(
    tmp_path: Path, name: str
) -> None:
    store = _store(tmp_path, besides=f"  {name}: {{unit: km, required: false}}\n")

    with pytest.raises(pipeline.NameOfLine) as told:
        store.post_rows([_climb("a", 3)])

    assert told.value.quantities == (name,)
    assert not (tmp_path / "lake").exists()


def test_a_text_under_the_name_of_an_amount_is_refused(tmp_path: Path) -> None:
    store = _store(tmp_path, besides="  minutes: {one_of: [few, many], required: false}\n")

    with pytest.raises(pipeline.NameOfLine, match="minutes"):
        store.post_rows([_climb("a", 3)])


# -- files of the first version of the line --------------------------------------------------------


def _as_version_1(store: Store) -> None:
    """The files of the store as the first version wrote them: without what was appended."""
    for staged in store.posted:
        for file in staged.files:
            if file.kind in ("lines", "suppressed"):
                table = pq.ParquetFile(file.path).read().drop_columns(list(ledger.APPENDED))
                place = table.schema.get_field_index("schema_version")
                ones = pa.array([1] * table.num_rows, pa.int32())
                table = table.set_column(place, table.schema.field(place), ones)
                pq.write_table(table, file.path)


def test_a_batch_meets_and_corrects_lines_that_the_first_version_wrote(open_store: Open) -> None:
    store = open_store("supersedes")
    here: dict[str, Any] = {"subject": "k:u1", "partner": "amap", "scene": "shared_bike_ride"}
    first = ride("a", **here, evidence="navigation_track", distance_km=2)
    lost = ride("b", **here | {"partner": "bank"}, evidence="navigation_track", distance_km=1)
    store.post_rows([first, lost])
    _as_version_1(store)

    stronger = ride("c", **here, evidence="vehicle_record", distance_km=3)
    later = store.post_rows([stronger])
    gone = store.withdraw(("amap", "c"))

    # 48.70 g a kilometre. The stronger report takes the place of the first; once it is withdrawn,
    # the best of the others counts again.
    kinds = [(line["line_kind"], line["credited_mg"]) for line in lines_of(later)]
    assert sorted(kinds) == [("act", 146_100), ("reversal", -97_400)]
    again = [(line["line_kind"], line["credited_mg"]) for line in lines_of(gone.staged)]
    assert sorted(again) == [("act", 97_400), ("reversal", -146_100)]
    assert {line["schema_version"] for line in lines_of(gone.staged)} == {2}


def test_lines_of_the_first_version_are_read_with_the_new_columns_empty(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("a", partner="amap")])
    _as_version_1(store)
    (file,) = of_kind(store.posted[0], "lines")

    old = pq.ParquetFile(file.path).read()
    read = ledger.as_now(old)

    assert "further" not in old.column_names
    assert read.schema.equals(ledger.LINES)
    (line,) = read.to_pylist()
    assert (line["schema_version"], line["further"], line["credited_mg"]) == (1, None, 80_000)
    assert canonical.canonical_bytes(line) == canonical.canonical_bytes(old.to_pylist()[0])


@given(st.lists(st.floats(0, 1e15), min_size=1, max_size=50))
def test_a_number_without_a_column_is_read_as_the_same_double(numbers: list[float]) -> None:
    quantity = Quantity("weight", Unit("kg"), (), False, None, None)
    schema = pa.schema([("weight", pa.float64()), ("further", pa.string())])
    with engine().session() as session:
        given_rows = session.table("given", pa.table({"weight": numbers}))
        column = further.packed({"weight": given_rows.weight}, {"weight": quantity})
        both = session.keep("both", given_rows.mutate(further=column), schema)
        read = further.unpacked(both, {"weight": quantity})["weight"]
        rows = session.fetch(both.mutate(weight=read), schema).to_pylist()

    texts = [row["further"] for row in rows]
    assert [row["weight"] for row in rows] == numbers
    assert [json.loads(text)["weight"] for text in texts] == numbers
