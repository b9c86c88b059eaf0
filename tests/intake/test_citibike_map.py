"""The mapping of New York's bike trips, on a made-up file with the columns of the real one."""

from __future__ import annotations

import csv
import math
import random
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from tanpuhui import engine, intake, records, rules
from tanpuhui.rules import FileMapping, read_mapping
from tanpuhui.terms import DayRange
from tests.intake.reception import Row, utc
from tests.tidy.house import LIBRARY, ROOT

COLUMNS = (
    "tripduration", "starttime", "stoptime", "start station id", "start station name",
    "start station latitude", "start station longitude", "end station id", "end station name",
    "end station latitude", "end station longitude", "bikeid", "usertype", "birth year", "gender",
)  # fmt: skip
# Five made-up stations: name, latitude, longitude.
STATIONS = (
    ("Elm St & 1 Ave", 40.7203, -73.9871), ("Oak St & 2 Ave", 40.7311, -73.9902),
    ("Ash St, Pier 3", 40.7010, -74.0150), ("Yew St & 4 Ave", 40.7502, -73.9705),
    ('"Old" Fir St', 40.6805, -73.9503),
)  # fmt: skip
MAP = ROOT / "examples" / "maps" / "citibike.yaml"


@pytest.fixture(scope="module")
def library() -> rules.Library:
    return rules.Library((LIBRARY,))


@pytest.fixture(scope="module")
def mapping(library: rules.Library) -> FileMapping:
    scenes = {scene_id: library.scene(scene_id) for scene_id in library.ids("scene")}
    return read_mapping(MAP, scenes=scenes, units=library.units)


@pytest.fixture
def trips(tmp_path: Path) -> Path:
    """Two hundred trips in the form of the operator's file; every tenth ends where it began."""
    chance = random.Random(20200301)
    path = tmp_path / "trips.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        for number in range(200):
            here = chance.randrange(len(STATIONS))
            step = 0 if number % 10 == 0 else chance.randrange(1, len(STATIONS))
            there = (here + step) % len(STATIONS)
            name, lat, lon = STATIONS[here]
            other, other_lat, other_lon = STATIONS[there]
            minute = number % 60
            writer.writerow(
                [
                    600, f"2020-03-01 {number // 60:02}:{minute:02}:03.6400",
                    f"2020-03-01 {number // 60 + 1:02}:{minute:02}:13.0010", 100 + here, name, lat,
                    lon, 100 + there, other, other_lat, other_lon, 16000 + number, "Subscriber",
                    1980, 1,
                ]
            )  # fmt: skip
    return path


def _received(path: Path, library: rules.Library, mapping: FileMapping) -> list[Row]:
    table = records.read_csv(path)
    ours = ("shared_bike_ride", "shared_ebike_ride")
    scenes = {scene_id: library.scene(scene_id) for scene_id in library.ids("scene")}
    plan = intake.received(
        ibis.table(dict.fromkeys(table.column_names, "string"), name="raw"),
        mapping=mapping, partner=None, scenes=scenes, programme_scenes=ours, partners=None,
        regions=None, unknown_regions=(), days=DayRange(), time_zone="America/New_York",
        local_day=engine.local_day_column,
    )  # fmt: skip
    back_end = engine.open_backend("duckdb")
    found: pa.Table = back_end.fetch(  # type: ignore[attr-defined]
        plan, intake.received_schema(scenes, ours), {"raw": table}
    )
    rows: list[Row] = found.to_pylist()
    return rows


def test_every_trip_becomes_a_ride_and_none_is_lost(
    trips: Path, library: rules.Library, mapping: FileMapping
) -> None:
    found = _received(trips, library, mapping)

    assert len(found) == 200
    assert {row["refused"] for row in found} == {None}
    assert len({row["record_id"] for row in found}) == 200
    assert found[0] | {"content": "", "distance_km": 0.0} == {
        "record_id": "16000-2020-03-01 00:00:03.6400",
        "partner": "citibike",
        "subject": "16000",
        "scene": "shared_bike_ride",
        "started_at": utc(2020, 3, 1, 5, 0, 3, 640_000),  # New York is 5 hours behind in winter
        "ended_at": utc(2020, 3, 1, 6, 0, 13, 1_000),
        "region": "000000",
        "evidence": "vehicle_record",
        "reference": None,
        "asset": "16000",
        "local_day": date(2020, 3, 1),
        "evidence_rank": 2,
        "distance_km": 0.0,
        "content": "",
        "refused": None,
        "reason": None,
    }


def test_the_distance_is_the_straight_line_between_the_stations(
    trips: Path, library: rules.Library, mapping: FileMapping
) -> None:
    with trips.open(encoding="utf-8", newline="") as file:
        wanted = [
            _haversine_km(*(float(row[column]) for column in mapping.columns()[-4:]))
            for row in csv.DictReader(file)
        ]

    found = [row["distance_km"] for row in _received(trips, library, mapping)]

    assert found == pytest.approx(wanted, rel=1e-9)
    assert [number for number, km in enumerate(found) if km == 0] == list(range(0, 200, 10))


def _haversine_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """As every textbook has it."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    north, east = phi2 - phi1, math.radians(lon2 - lon1)
    a = math.sin(north / 2) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(east / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(a))


def test_the_map_asks_for_columns_that_the_file_has(trips: Path, mapping: FileMapping) -> None:
    file = intake.head(trips)

    assert (file.form, file.columns) == ("csv", COLUMNS)
    assert set(mapping.columns()) <= set(COLUMNS)
