"""Mapping files: what they may say, what is wrong with them, and what they make of a file."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tanpuhui import intake, rules
from tanpuhui.engine import FileForm
from tanpuhui.intake import ColumnTwice, MissingColumns, RecordFile
from tanpuhui.rules import (
    FileMapping,
    FromColumns,
    FromConstant,
    FromCoordinates,
    FromNumber,
    Scene,
    read_mapping,
)
from tanpuhui.terms import Fault, Faults, Units
from tests.intake.reception import BIKE, COLUMNS, OURS, SCENES, Row, Texts, received
from tests.tidy.house import LIBRARY

WHOLE = """\
title: {en: A partner's rides, zh: 某合作方的骑行}
time_zone: Asia/Shanghai
partner: hello
fields:
  record_id: {from: [bike, begin]}
  subject: {from: rider}
  scene: {from: kind, values: {B: bike, W: walk}}
  started_at: {from: begin}
  ended_at: {from: end}
  region: {constant: "420106"}
  evidence: {constant: fare_record}
quantities:
  distance_km: {from: metres, unit: m}
  power: {from: fuel, values: {E: electric}}
  item_count: {constant: 1}
"""

FIELDS_ONLY = """\
title: {en: A partner's rides, zh: 某合作方的骑行}
fields:
  region: {from: place}
"""


@cache
def _units() -> Units:
    return rules.Library((LIBRARY,)).units


def _read(tmp_path: Path, text: str) -> FileMapping:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, scenes=SCENES, units=_units())


def _fault(tmp_path: Path, text: str) -> tuple[Fault, int | None]:
    with pytest.raises(Faults) as found:
        _read(tmp_path, text)
    (fault,) = found.value.faults
    assert fault.place is not None
    return fault, fault.place.line


def test_a_mapping_says_where_each_field_and_quantity_stands(tmp_path: Path) -> None:
    mapping = _read(tmp_path, WHOLE)

    assert mapping.time_zone == "Asia/Shanghai"
    assert mapping.partner == "hello"
    assert mapping.fields["record_id"] == FromColumns(("bike", "begin"), {})
    assert mapping.fields["scene"] == FromColumns(("kind",), {"B": "bike", "W": "walk"})
    assert mapping.fields["region"] == FromConstant("420106")
    assert mapping.quantities == {
        "distance_km": FromNumber("metres", Decimal("0.001")),
        "item_count": FromConstant("1"),
        "power": FromColumns(("fuel",), {"E": "electric"}),
    }
    assert mapping.columns() == ("bike", "begin", "rider", "kind", "end", "metres", "fuel")


def test_coordinates_make_a_distance_in_the_scenes_unit(tmp_path: Path) -> None:
    line = "{haversine_km: [a, b, c, d]}"

    mapping = _read(tmp_path, WHOLE.replace("{from: metres, unit: m}", line))

    assert mapping.quantities["distance_km"] == FromCoordinates(("a", "b", "c", "d"), Decimal(1))


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("title: {en: A partner's rides, zh: 某合作方的骑行}\n", "", "LIB-105", None),
        ("time_zone: Asia/Shanghai", "time_zone: Asia/Peking", "LIB-107", "time_zone"),
        ("time_zone: Asia/Shanghai", "time_zone: Asia", "LIB-107", "time_zone"),
        ("time_zone: Asia/Shanghai", "time_zone: ../Shanghai", "LIB-107", "time_zone"),
        ("time_zone: Asia/Shanghai", "zone: Asia/Shanghai", "LIB-106", "zone"),
        ("  subject:", "  rider:", "LIB-106", "  rider"),
        ("{from: rider}", "{column: rider}", "LIB-107", "  subject"),
        ("{from: rider}", "{from: rider, constant: u1}", "LIB-107", "  subject"),
        ("{from: rider}", "{from: []}", "LIB-107", "  subject"),
        ("{from: rider}", "{from: rider, value: u1}", "LIB-106", "  subject"),
        ('{constant: "420106"}', "{constant: 420106}", "LIB-107", "  region"),
        ("{constant: fare_record}", "{constant: fare_recrod}", "LIB-109", "  evidence"),
        ("B: bike", "B: bicycle", "LIB-109", "  scene"),
        ("E: electric", "E: steam", "LIB-109", "  power"),
        ("  distance_km:", "  distance_m:", "LIB-106", "  distance_m"),
        ("unit: m}", "unit: mile}", "LIB-202", "  distance_km"),
        ("unit: m}", "unit: kg}", "LIB-203", "  distance_km"),
        ("{from: metres, unit: m}", "{haversine_km: [a, b, c]}", "LIB-107", "  distance_km"),
        ("{from: metres, unit: m}", "{from: [a, b], unit: m}", "LIB-107", "  distance_km"),
        ("{constant: 1}", '{constant: "1"}', "LIB-107", "  item_count"),
        ("{constant: 1}", "{unit: item}", "LIB-107", "  item_count"),
    ],
)
def test_a_slip_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, code: str, key: str | None
) -> None:
    text = WHOLE.replace(old, new)
    assert text != WHOLE

    fault, line = _fault(tmp_path, text)

    assert fault.code == code, str(fault)
    if key is not None:
        assert text.splitlines()[(line or 0) - 1].startswith(key)


def test_a_partner_is_said_in_one_place(tmp_path: Path) -> None:
    fault, line = _fault(tmp_path, WHOLE.replace("  subject", "  partner: {from: who}\n  subject"))

    assert (fault.code, line) == ("LIB-107", 3)


def test_a_mapping_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(Faults) as found:
        read_mapping(tmp_path / "gone.yaml", scenes=SCENES, units=_units())

    assert "gone.yaml" in str(found.value)
    assert "no such file" in str(found.value)


# -- what it makes of a file -----------------------------------------------------------------------

FILE = ("bike", "begin", "end", "rider", "kind", "metres", "fuel")
RIDE: Texts = {
    "bike": "b7", "begin": "2022-08-10 08:00:00", "end": "2022-08-10 08:20:00", "rider": "u1",
    "kind": "B", "metres": "2500",
}  # fmt: skip


def _made(tmp_path: Path, *rows: Texts, text: str = WHOLE) -> list[Row]:
    return received(rows, columns=FILE, mapping=_read(tmp_path, text))


def test_a_foreign_row_becomes_the_record_that_our_own_columns_would_give(tmp_path: Path) -> None:
    (found,) = _made(tmp_path, RIDE)
    (own,) = received([{**BIKE, "record_id": "b7-2022-08-10 08:00:00"}])

    assert found == own
    assert found["distance_km"] == 2.5


def test_a_word_that_the_mapping_does_not_list_stays_as_it_is(tmp_path: Path) -> None:
    found = _made(tmp_path, {**RIDE, "kind": "bike"}, {**RIDE, "kind": "Z"})

    assert [row["refused"] for row in found] == [None, "unknown-scene"]
    assert found[1]["reason"] == "Z"


def test_an_id_that_lacks_one_of_its_columns_is_missing(tmp_path: Path) -> None:
    found = _made(tmp_path, {**RIDE, "bike": ""}, {**RIDE, "bike": None})

    assert [row["refused"] for row in found] == ["missing-record_id"] * 2


def test_a_unit_is_turned_with_one_rounding(tmp_path: Path) -> None:
    # 9 m are the double nearest to 0.009 km, which 9 · 0.001 misses by one bit.
    (found,) = _made(tmp_path, {**RIDE, "metres": "9"})

    assert found["distance_km"] == 0.009
    assert 9 * 0.001 != 0.009


def test_a_larger_unit_is_turned_exactly(tmp_path: Path) -> None:
    text = WHOLE.replace(
        "distance_km: {from: metres, unit: m}", "paid_fen: {from: metres, unit: yuan}"
    )
    text = text.replace("B: bike", "B: bill")

    (found,) = _made(tmp_path, {**RIDE, "metres": "50.5"}, text=text)

    assert (found["refused"], found["paid_fen"]) == (None, 5050.0)


def test_a_field_that_the_mapping_does_not_name_is_read_from_its_own_column(tmp_path: Path) -> None:
    mapping = _read(tmp_path, WHOLE)
    row = {**RIDE, "reference": "t-9", "region": "110101"}

    (found,) = received([row], columns=(*FILE, "reference", "region"), mapping=mapping)

    assert (found["reference"], found["region"]) == ("t-9", "420106")


@pytest.mark.parametrize(
    ("place", "refused", "reason"),
    [
        ({"lat1": "40.7"}, None, None),
        ({"lat1": None}, "missing-distance_km", None),
        ({"lat1": ""}, "missing-distance_km", None),
        ({"lat1": "90.5"}, "missing-distance_km", None),
        ({"lon2": "-180.5"}, "missing-distance_km", None),
        ({"lat1": "north"}, "unreadable-distance_km", "north"),
        ({"lon2": "nan"}, "unreadable-distance_km", "nan"),
    ],
)
def test_a_place_that_is_missing_or_wrong_gives_no_distance(
    tmp_path: Path, place: Texts, refused: str | None, reason: str | None
) -> None:
    text = WHOLE.replace("{from: metres, unit: m}", "{haversine_km: [lat1, lon1, lat2, lon2]}")
    row = {**RIDE, "lat1": "40.7", "lon1": "-74", "lat2": "40.8", "lon2": "-74", **place}
    columns = (*FILE, "lat1", "lon1", "lat2", "lon2")

    (found,) = received([row], columns=columns, mapping=_read(tmp_path, text))

    assert (found["refused"], found["reason"]) == (refused, reason)


# -- columns ---------------------------------------------------------------------------------------


def _ours(*names: str) -> tuple[Scene, ...]:
    return tuple(SCENES[name] for name in names or OURS)


def _missing(found: tuple[str, ...], mapping: FileMapping | None, *scenes: str) -> tuple[str, ...]:
    try:
        intake.check_columns(found, mapping=mapping, partner=None, scenes=_ours(*scenes))
    except MissingColumns as fault:
        return fault.missing
    return ()


def test_every_column_that_a_mapping_names_must_be_in_the_file(tmp_path: Path) -> None:
    mapping = _read(tmp_path, WHOLE)

    assert _missing(FILE, mapping) == ()
    assert _missing(tuple(c for c in FILE if c not in {"metres", "end"}), mapping) == (
        "end", "metres",
    )  # fmt: skip


def test_the_fault_lists_the_columns_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns) as found:
        received([RIDE], columns=("bike", "Rider"), mapping=_read(tmp_path, WHOLE))

    assert "no column 'begin', 'rider'" in str(found.value)
    assert "'bike', 'Rider'" in str(found.value)


def test_a_file_needs_the_fields_without_which_no_record_counts() -> None:
    without = tuple(c for c in COLUMNS if c not in {"partner", "region", "reference", "asset"})

    assert _missing(without, None) == ("partner", "region")


def test_a_file_of_rides_needs_an_end_and_one_that_may_hold_instants_does_not() -> None:
    without = tuple(column for column in COLUMNS if column != "ended_at")

    assert _missing(without, None, "bike", "walk") == ("ended_at",)
    assert _missing(without, None, "bike", "bill") == ()


def test_a_file_needs_the_quantities_of_one_scene_at_least() -> None:
    without = tuple(c for c in COLUMNS if c not in {"distance_km", "steps"})

    assert _missing(without, None, "bike", "walk") == ("distance_km", "steps")
    assert _missing(without, None, "bike", "bill") == ()
    assert _missing((*without, "steps"), None, "bike", "walk") == ()


def _scanned(form: FileForm, found: tuple[str, ...], mapping: FileMapping | None) -> list[str]:
    file = RecordFile(Path(f"rides.{form}"), form, found)
    return list(
        intake.scanned_columns(file, mapping=mapping, partner=None, scenes=_ours("bike", "walk"))
    )


def test_of_a_table_every_column_is_read() -> None:
    columns = (*COLUMNS, "", "remark")

    assert _scanned("csv", columns, None) == list(columns)


def test_of_json_lines_every_key_that_may_come_is_read_and_no_other(tmp_path: Path) -> None:
    mapping = _read(tmp_path, WHOLE)

    assert _scanned("jsonl", (*COLUMNS, "remark"), None) == [*COLUMNS[:11], "steps"]
    assert _scanned("jsonl", mapping.columns(), mapping) == [
        *mapping.columns(), "partner", "reference", "asset", "steps",
    ]  # fmt: skip


def test_a_key_that_only_some_records_need_may_first_come_after_the_head(tmp_path: Path) -> None:
    text = f"{FIELDS_ONLY}  reference: {{from: ticket}}\n"
    mapping = _read(tmp_path, text)
    head = tuple(name for name in COLUMNS if name != "region")

    assert "ticket" in _scanned("jsonl", (*head, "place"), mapping)
    with pytest.raises(MissingColumns) as csv:
        _scanned("csv", (*head, "place"), mapping)
    with pytest.raises(MissingColumns) as jsonl:
        _scanned("jsonl", head, mapping)
    assert csv.value.missing == ("ticket",)
    assert jsonl.value.missing == ("place",)


def test_two_keys_to_be_read_that_differ_in_capitals_alone_are_refused(tmp_path: Path) -> None:
    mapping = _read(tmp_path, f"{FIELDS_ONLY}  asset: {{from: Reference}}\n")

    with pytest.raises(ColumnTwice):
        _scanned("jsonl", (*COLUMNS, "place"), mapping)
