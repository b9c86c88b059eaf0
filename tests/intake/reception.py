"""A small programme, and its intake: rows of texts in, rows of typed values out, by DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from tanpuhui import engine, intake
from tanpuhui.engine.backends.duckdb import cast_sql
from tanpuhui.records import Evidence
from tanpuhui.rules import FileMapping, Quantity, Scene, Words
from tanpuhui.terms import DayRange, Unit

Texts = Mapping[str, str | None]
Row = dict[str, Any]


def quantity(
    name: str,
    unit: str,
    *,
    required: bool = True,
    most: int | None = None,
) -> Quantity:
    """A number that a scene asks for."""
    return Quantity(name, Unit(unit), (), required, None, None if most is None else Decimal(most))


def scene(
    scene_id: str, period: str, evidence: tuple[Evidence, ...], *quantities: Quantity
) -> Scene:
    """A scene of which intake reads period, evidence and quantities."""
    return Scene(
        id=scene_id, title=Words(scene_id, scene_id), family="travel",
        quantities={asked.name: asked for asked in quantities}, period=period, evidence=evidence,
        same_act_by=("reference",), exclusive_class=None, source=None, notes=(), sha256="",
    )  # fmt: skip


MODES = ("walk", "bus")
SCENES = {
    made.id: made
    for made in (
        scene("bike", "interval", ("fare_record", "vehicle_record"), quantity("distance_km", "km")),
        scene(
            "bus", "interval", ("fare_record", "photo"),
            quantity("distance_km", "km", required=False, most=100),
            quantity("item_count", "item", required=False, most=1),
            Quantity("power", None, ("gas", "electric"), False, None, None),
        ),
        scene("walk", "local_day", ("device_sensor", "statement"), quantity("steps", "step")),
        scene("bill", "instant", ("fare_record",), quantity("paid_fen", "fen")),
        scene(
            "trip", "interval", ("navigation_track",), quantity("distance_km", "km"),
            Quantity("mode", None, MODES, True, None, None),
        ),
        scene("power", "interval_of_days", ("meter_record",), quantity("energy_kwh", "kWh")),
    )
}  # fmt: skip
OURS = ("bike", "bus", "walk", "bill", "trip")  # power is in the library and not in the programme
COLUMNS = (
    "record_id", "partner", "subject", "scene", "started_at", "ended_at", "region", "evidence",
    "reference", "asset", "distance_km", "item_count", "power", "steps", "paid_fen", "mode",
)  # fmt: skip
PARTNERS = ("hello", "amap")
DAYS = DayRange(date(2022, 1, 1), date(2024, 1, 1))
SHANGHAI = "Asia/Shanghai"

BIKE: Texts = {
    "record_id": "r1", "partner": "hello", "subject": "u1", "scene": "bike",
    "started_at": "2022-08-10T08:00:00+08:00", "ended_at": "2022-08-10T08:20:00+08:00",
    "region": "420106", "evidence": "fare_record", "distance_km": "2.5",
}  # fmt: skip
WALK: Texts = {
    "record_id": "w1", "partner": "hello", "subject": "u1", "scene": "walk",
    "started_at": "2022-08-10T00:00:00+08:00", "ended_at": "2022-08-11T00:00:00+08:00",
    "region": "420106", "evidence": "device_sensor", "steps": "7250",
}  # fmt: skip
BUS: Texts = {**BIKE, "scene": "bus", "distance_km": None}
BILL: Texts = {**BIKE, "scene": "bill", "ended_at": None, "distance_km": None, "paid_fen": "5000"}
TRIP: Texts = {**BIKE, "scene": "trip", "evidence": "navigation_track", "mode": "bus"}


def received(
    rows: Sequence[Texts],
    *,
    columns: Sequence[str] = COLUMNS,
    mapping: FileMapping | None = None,
    **facts: Any,
) -> list[Row]:
    """What the programme makes of the rows; ``facts`` replaces arguments of ``intake.received``."""
    plan = _plan(tuple(columns), _Given(mapping, facts))
    raw = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
    found: list[Row] = plan(pa.table(raw)).to_pylist()
    return found


def one(row: Texts, **changes: Any) -> Row:
    """What the programme makes of one row with some texts replaced."""
    (found,) = received([{**row, **changes}])
    return found


def verdict(row: Texts, **changes: Any) -> tuple[str | None, str | None]:
    """The code and the reason of one row; both None where it is accepted."""
    found = one(row, **changes)
    return found["refused"], found["reason"]


def utc(*parts: int) -> datetime:
    """An instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


class _Given:
    """Arguments of a plan, alike where they say the same."""

    def __init__(self, mapping: FileMapping | None, facts: Mapping[str, Any]) -> None:
        self.mapping = mapping
        self.facts: dict[str, Any] = {
            "partner": None, "scenes": SCENES, "programme_scenes": OURS, "partners": PARTNERS,
            "regions": ("420000",), "unknown_regions": frozenset[str](), "days": DAYS,
            "time_zone": SHANGHAI, **facts,
        }  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"{self.mapping} {self.facts}"


@cache
def _plan(columns: tuple[str, ...], given: _Given) -> Callable[[pa.Table], pa.Table]:
    """The plan for these columns, compiled once: most tests ask of the same one."""
    raw = ibis.table(dict.fromkeys(columns, "string"), name="raw")
    expression = intake.received(
        raw, mapping=given.mapping, local_day=engine.local_day_column, **given.facts
    )
    schema = intake.received_schema(given.facts["scenes"], given.facts["programme_scenes"])
    sql = cast_sql(expression, schema)

    def run(table: pa.Table) -> pa.Table:
        with _database().cursor() as session:
            session.execute("SET TimeZone = 'UTC'")
            session.register("raw", table)
            return session.sql(sql).to_arrow_table().cast(schema)

    return run


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})
