"""Files from disk to records, in a session of the engine: what a partner's day goes through."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
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
    intake.check_columns(
        file.columns, mapping=None, partner=None, scenes=[SCENES[scene] for scene in OURS],
        place=file.place,
    )  # fmt: skip
    raw: Any = session.text_file(name, file.path, file.form, file.columns)
    intake.check_scanned(file, raw.columns)
    plan = intake.received(
        raw, mapping=None, partner=None, scenes=SCENES, programme_scenes=OURS, partners=PARTNERS,
        regions=None, unknown_regions=(), days=DAYS, time_zone=SHANGHAI,
        local_day=engine.local_day_column,
    )  # fmt: skip
    kept = session.keep(f"{name}_kept", plan, SCHEMA)
    rows: list[Row] = session.fetch(kept, SCHEMA).to_pylist()
    return rows


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
