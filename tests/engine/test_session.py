"""A session: what is scanned, kept and written is what stands in the files, typed as asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui import engine
from tanpuhui.engine import RelationalBackend, Session, UnreadableFile

COLUMNS = ("record_id", "steps")
TEXTS = pa.schema([(name, pa.string()) for name in COLUMNS])


@pytest.fixture(scope="module")
def backend() -> RelationalBackend:
    return cast(RelationalBackend, engine.open_backend("duckdb"))


def _kept(session: Session, path: Path, form: engine.FileForm) -> list[dict[str, str | None]]:
    raw = session.text_file("raw", path, form, COLUMNS)
    rows: list[dict[str, str | None]] = session.fetch(
        session.keep("kept", raw, TEXTS), TEXTS
    ).to_pylist()
    return rows


def test_a_row_that_begins_with_a_hash_is_a_row(backend: RelationalBackend, tmp_path: Path) -> None:
    path = tmp_path / "steps.csv"
    rows = [f"{'#' if number == 7 else 'r'}{number},{number}" for number in range(21)]
    path.write_text("\n".join(["record_id,steps", *rows]) + "\n", encoding="utf-8")

    with backend.session() as session:
        found = _kept(session, path, "csv")

    assert [f"{row['record_id']},{row['steps']}" for row in found] == rows


def test_quotes_commas_empty_cells_and_chinese_are_read_as_they_stand(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.csv"
    path.write_text('record_id,steps\n"张, ""三""",007\nr2,\n', encoding="utf-8")

    with backend.session() as session:
        found = _kept(session, path, "csv")

    assert found == [{"record_id": '张, "三"', "steps": "007"}, {"record_id": "r2", "steps": None}]


@pytest.mark.parametrize("bad", ["r9,1,2", "r9", '"r9,1'])
def test_a_ragged_row_or_an_open_quote_is_a_fault_and_loses_nothing_in_silence(
    bad: str, backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.csv"
    path.write_text(f"record_id,steps\nr1,1\n{bad}\nr3,3\n", encoding="utf-8")

    with backend.session() as session, pytest.raises(UnreadableFile):
        _kept(session, path, "csv")


def test_a_json_key_that_only_a_late_row_has_is_read(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.jsonl"
    rows = [{"record_id": f"r{number}"} for number in range(30_000)]
    rows.append({"record_id": "late", "steps": "7250"})
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    with backend.session() as session:
        found = _kept(session, path, "jsonl")

    assert len(found) == 30_001
    assert found[-1] == {"record_id": "late", "steps": "7250"}


def test_a_parquet_file_that_is_cut_off_is_a_fault_of_that_file(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.parquet"
    pq.write_table(pa.table({"record_id": ["r1"], "steps": [7250]}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    with backend.session() as session, pytest.raises(UnreadableFile) as refused:
        _kept(session, path, "parquet")

    assert refused.value.place is not None
    assert refused.value.place.file == str(path)


def test_numbers_in_parquet_become_texts(backend: RelationalBackend, tmp_path: Path) -> None:
    path = tmp_path / "steps.parquet"
    pq.write_table(pa.table({"record_id": ["r1"], "steps": [7250], "more": [1]}), path)

    with backend.session() as session:
        assert _kept(session, path, "parquet") == [{"record_id": "r1", "steps": "7250"}]


def test_kept_rows_are_numbered_from_zero_in_the_order_of_the_file(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.csv"
    lines = [f"r{number},{number}" for number in range(50_000)]
    path.write_text("\n".join(["record_id,steps", *lines]) + "\n", encoding="utf-8")
    numbered = pa.schema([("position", pa.int64()), *TEXTS])

    with backend.session() as session:
        raw = session.text_file("raw", path, "csv", COLUMNS)
        found = session.fetch(session.keep_numbered("kept", raw, TEXTS), numbered)

    assert all(str(row["position"]) == row["steps"] for row in found.to_pylist())


def test_a_name_that_was_forgotten_can_be_used_again(backend: RelationalBackend) -> None:
    one = pa.schema([("n", pa.int64())])

    with backend.session() as session:
        session.keep("kept", session.table("first", pa.table({"n": [1]})), one)
        session.forget("kept")
        kept = session.keep("kept", session.table("second", pa.table({"n": [2]})), one)

        assert session.fetch(kept, one).to_pylist() == [{"n": 2}]


def test_segments_of_ours_are_read_together_and_none_is_a_table_without_rows(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    one = pa.schema([("n", pa.int64())])
    paths = [tmp_path / f"{number}.parquet" for number in (1, 2)]
    for number, path in enumerate(paths):
        pq.write_table(pa.table({"n": [number]}), path)

    with backend.session() as session:
        assert session.fetch(session.parquet("two", paths, one), one)["n"].to_pylist() == [0, 1]
        assert session.fetch(session.parquet("none", [], one), one).num_rows == 0
