"""Files from disk to records, in a session of the engine: what a partner's day goes through."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui import engine, intake
from tanpuhui.engine import RelationalBackend, Session, UnreadableFile
from tanpuhui.intake import DamagedFile, NotUtf8, RaggedRow, RecordFile
from tanpuhui.terms import Fault
from tests.intake.reception import BIKE, DAYS, OURS, PARTNERS, SCENES, SHANGHAI, Row, Texts

SCHEMA = intake.received_schema(SCENES, OURS)


def _day(paths: Sequence[Path]) -> tuple[list[Row], list[Fault]]:
    """Every record of every file that can be read, and what is wrong with the others."""
    files, faults = intake.heads(paths)
    found: list[Row] = []
    stopped = list(faults)
    back_end = cast(RelationalBackend, engine.open_backend("duckdb"))
    with back_end.session() as session:
        for number, file in enumerate(files):
            try:
                found += _records(session, file, f"file_{number}")
            except UnreadableFile as fault:
                stopped.append(intake.flaw(file, fault.problem))
            except Fault as fault:
                stopped.append(fault)
    return found, stopped


def _records(session: Session, file: RecordFile, name: str) -> list[Row]:
    columns = intake.scanned_columns(
        file, mapping=None, partner=None, scenes=[SCENES[scene] for scene in OURS]
    )
    raw: Any = session.text_file(name, file.path, file.form, columns)
    kept = session.keep(f"{name}_kept", _plan(raw), SCHEMA)
    rows: list[Row] = session.fetch(kept, SCHEMA).to_pylist()
    return rows


def _plan(raw: Any) -> Any:
    return intake.received(
        raw, mapping=None, partner=None, scenes=SCENES, programme_scenes=OURS, partners=PARTNERS,
        regions=None, unknown_regions=(), days=DAYS, time_zone=SHANGHAI,
        local_day=engine.local_day_column,
    )  # fmt: skip


def _write_csv(path: Path, rows: Sequence[Texts]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_one_record_is_the_same_from_csv_json_lines_and_parquet(tmp_path: Path) -> None:
    typed = {
        **BIKE,
        "started_at": datetime(2022, 8, 10, tzinfo=UTC),
        "ended_at": datetime(2022, 8, 10, 0, 20, tzinfo=UTC),
        "distance_km": 2.5,
        "reference": None,
    }
    lines = tmp_path / "rides.jsonl"
    lines.write_text(json.dumps({**BIKE, "distance_km": 2.5}) + "\n", encoding="utf-8")
    columns = tmp_path / "rides.parquet"
    pq.write_table(pa.Table.from_pylist([typed]), columns)

    found, faults = _day([_write_csv(tmp_path / "rides.csv", [BIKE]), lines, columns])

    assert faults == []
    assert [row["refused"] for row in found] == [None] * 3
    assert found[0] == found[1] == found[2]


def _ragged(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[7] += ",one,more"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _of_another_encoding(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"r5,", "骑5,".encode("gb18030")))


def _broken_off_in_a_quote(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b'r99,"hel')


@pytest.mark.parametrize(
    ("broken", "fault", "line"),
    [
        (_ragged, RaggedRow, 8),
        (_of_another_encoding, NotUtf8, 7),
        (_broken_off_in_a_quote, DamagedFile, 22),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_stops_no_other(
    tmp_path: Path, broken: Any, fault: type[Fault], line: int
) -> None:
    rows = [{**BIKE, "record_id": f"r{number}"} for number in range(20)]
    good = _write_csv(tmp_path / "good.csv", rows)
    bad = _write_csv(tmp_path / "bad.csv", rows)
    broken(bad)

    found, faults = _day([bad, good])

    assert [row["record_id"] for row in found] == [row["record_id"] for row in rows]
    assert [type(one) for one in faults] == [fault]
    assert faults[0].place is not None
    assert (faults[0].place.file, faults[0].place.line) == (str(bad), line)


def test_a_file_that_lacks_a_column_is_named_with_the_columns_that_it_has(tmp_path: Path) -> None:
    row = {name: text for name, text in BIKE.items() if name != "region"}
    bad = _write_csv(tmp_path / "bad.csv", [row])

    found, faults = _day([bad])

    assert found == []
    assert "no column 'region'" in str(faults[0])
    assert "'record_id', 'partner', 'subject'" in str(faults[0])
    assert str(bad) in str(faults[0])


def test_a_file_without_records_gives_none_and_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text(",".join(BIKE) + "\n", encoding="utf-8")

    assert _day([path]) == ([], [])


def _reread(tmp_path: Path, column: str, values: pa.Array) -> list[Row]:
    """Rides of which one column is of another Parquet type."""
    table = pa.Table.from_pylist([{**BIKE} for _ in values])
    path = tmp_path / "rides.parquet"
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)
    found, faults = _day([path])
    assert faults == []
    return found


@pytest.mark.parametrize(
    "values",
    [
        pa.array([2, 3], pa.int8()),
        pa.array([2, 3], pa.uint64()),
        pa.array([2.0, 3.0], pa.float32()),
        pa.array([Decimal("2.00"), Decimal("3.00")], pa.decimal128(9, 2)),
        pa.array(["2", "3"], pa.large_string()),
        pa.array(["2", "3"], pa.string_view()),
        pa.array(["2", "3"]).dictionary_encode(),
        pa.array([b"2", b"3"], pa.binary()),
    ],
    ids=str,
)
def test_a_number_is_the_same_number_in_whatever_type_parquet_has_it(
    tmp_path: Path, values: pa.Array
) -> None:
    found = _reread(tmp_path, "distance_km", values)

    assert [(row["refused"], row["distance_km"]) for row in found] == [(None, 2.0), (None, 3.0)]


def test_a_float32_is_the_number_that_was_written_and_not_the_one_that_it_is_nearest_to(
    tmp_path: Path,
) -> None:
    (found,) = _reread(tmp_path, "distance_km", pa.array([0.1], pa.float32()))

    assert found["distance_km"] == 0.1


def test_chinese_in_a_binary_column_is_text(tmp_path: Path) -> None:
    (found,) = _reread(tmp_path, "subject", pa.array(["骑手一".encode()], pa.binary()))

    assert (found["refused"], found["subject"]) == (None, "骑手一")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (pa.array([[2.5]]), "unreadable-distance_km"),
        (pa.array([{"km": 2.5}]), "unreadable-distance_km"),
        (pa.array([True]), "unreadable-distance_km"),
        (pa.array([float("nan")]), "unreadable-distance_km"),
        (pa.array([float("-inf")]), "unreadable-distance_km"),
        (pa.nulls(1), "missing-distance_km"),
    ],
    ids=str,
)
def test_what_is_no_number_in_parquet_refuses_its_record(
    tmp_path: Path, values: pa.Array, code: str
) -> None:
    (found,) = _reread(tmp_path, "distance_km", values)

    assert found["refused"] == code


@pytest.mark.parametrize(
    ("unit", "zone", "code"),
    [("ns", "Asia/Shanghai", None), ("ms", "UTC", None), ("us", None, "time-without-offset")],
)
def test_a_time_of_parquet_is_an_instant_where_it_has_a_zone(
    tmp_path: Path, unit: str, zone: str | None, code: str | None
) -> None:
    start = pa.array([1_660_089_600], pa.timestamp("s")).cast(pa.timestamp(unit, tz=zone))

    (found,) = _reread(tmp_path, "started_at", start)

    assert found["refused"] == code


def test_a_key_that_only_a_late_record_has_is_read(tmp_path: Path) -> None:
    rows = [{**BIKE, "record_id": f"r{number}"} for number in range(1_500)]
    rows.append({**BIKE, "record_id": "late", "reference": "t-9"})
    path = tmp_path / "rides.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    found, faults = _day([path])

    assert faults == []
    assert [row["reference"] for row in found if row["reference"]] == ["t-9"]


def test_columns_without_a_name_or_named_like_ours_change_nothing(tmp_path: Path) -> None:
    strange = ("", "position", "good", "failed", "refused", "reason", "content", "scene_number",
               "subject_text", "distance_km_read", 'a "quoted" name', "it's")  # fmt: skip
    path = tmp_path / "rides.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*strange, *BIKE])
        writer.writerow([*("x" for _ in strange), *BIKE.values()])

    found, faults = _day([path])

    assert faults == []
    assert found == _day([_write_csv(tmp_path / "plain.csv", [BIKE])])[0]


def test_a_refused_record_is_kept_with_its_code_and_its_row(tmp_path: Path) -> None:
    rows = [{**BIKE, "record_id": f"r{n}", "distance_km": str(n % 1_000 - 1)} for n in range(5_000)]
    file = intake.head(_write_csv(tmp_path / "rides.csv", rows))
    numbered = pa.schema([("position", pa.int64()), *SCHEMA])
    back_end = cast(RelationalBackend, engine.open_backend("duckdb"))

    with back_end.session() as session:
        raw: Any = session.text_file("raw", file.path, file.form, file.columns)
        kept = session.keep_numbered("kept", _plan(raw), SCHEMA)
        found = session.fetch(kept.filter(kept.refused.notnull()), numbered).to_pylist()

    assert [(row["position"], row["record_id"], row["refused"]) for row in found] == [
        (n, f"r{n}", "negative-distance_km") for n in range(0, 5_000, 1_000)
    ]


@pytest.mark.slow
def test_two_million_rows_of_one_person_are_all_kept(tmp_path: Path) -> None:
    count = 2_000_000
    numbers = pa.array(range(count))
    columns = {name: pa.repeat(text, count) for name, text in BIKE.items()}
    path = tmp_path / "rides.parquet"
    pq.write_table(pa.table({**columns, "record_id": numbers}), path)
    file = intake.head(path)
    back_end = cast(RelationalBackend, engine.open_backend("duckdb"))

    with back_end.session() as session:
        raw: Any = session.text_file("raw", file.path, file.form, file.columns)
        kept = session.keep("kept", _plan(raw), SCHEMA)
        counted = kept.aggregate(
            rows=kept.count(), ids=kept.record_id.nunique(), refused=kept.refused.count()
        )
        types = pa.schema([(name, pa.int64()) for name in ("rows", "ids", "refused")])
        found = session.fetch(counted, types).to_pylist()

    assert found == [{"rows": count, "ids": count, "refused": 0}]
