"""A session: what is scanned, kept and written is what stands in the files, typed as asked."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui import engine
from tanpuhui.engine import RelationalBackend, Session, StrangeEngine, UnreadableFile, WrongType

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


# -- what partners' files are called, and what stands in them --------------------------------------


def test_a_name_of_a_file_is_no_pattern(backend: RelationalBackend, tmp_path: Path) -> None:
    for name in ("rides.csv", "rides (1).csv", "rides[1].csv", "rides1.csv", "rides?.csv"):
        (tmp_path / name).write_text(f"record_id,steps\n{name},1\n", encoding="utf-8")
    path = tmp_path / "rides*.csv"
    path.write_text("record_id,steps\nthe star,1\n", encoding="utf-8")

    with backend.session() as session:
        assert [row["record_id"] for row in _kept(session, path, "csv")] == ["the star"]
    with backend.session() as session:
        found = _kept(session, tmp_path / "rides[1].csv", "csv")
        assert [row["record_id"] for row in found] == ["rides[1].csv"]


def test_the_name_of_a_folder_replaces_no_column(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    folder = tmp_path / "steps=9"
    folder.mkdir()
    csv, jsonl, parquet = (folder / f"steps.{form}" for form in ("csv", "jsonl", "parquet"))
    csv.write_text("record_id,steps\nr1,7250\n", encoding="utf-8")
    jsonl.write_text('{"record_id": "r1", "steps": 7250}\n', encoding="utf-8")
    pq.write_table(pa.table({"record_id": ["r1"], "steps": [7250]}), parquet)
    forms: tuple[engine.FileForm, ...] = ("csv", "jsonl", "parquet")

    for path, form in zip((csv, jsonl, parquet), forms, strict=True):
        with backend.session() as session:
            assert _kept(session, path, form) == [{"record_id": "r1", "steps": "7250"}]
    with backend.session() as session:
        types = pa.schema([("record_id", pa.string()), ("steps", pa.int64())])
        ours = session.fetch(session.parquet("ours", [parquet], types), types)
        assert ours["steps"].to_pylist() == [7250]


def test_a_column_without_a_name_is_passed_over_and_any_other_name_is_a_name(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.csv"
    columns = ("", 'a "name"', "it's", "b;c", "")
    path.write_text('"","a ""name""",it\'s,b;c,\n1,2,3,4,5\n', encoding="utf-8")
    texts = pa.schema([(name, pa.string()) for name in columns if name])

    with backend.session() as session:
        raw = session.text_file("raw", path, "csv", columns)
        found = session.fetch(session.keep("kept", raw, texts), texts).to_pylist()

    assert found == [{'a "name"': "2", "it's": "3", "b;c": "4"}]


def test_a_binary_column_of_parquet_is_text_and_a_fault_where_it_is_none(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.parquet"
    pq.write_table(pa.table({"record_id": ["骑".encode()], "steps": [1]}), path)
    with backend.session() as session:
        assert _kept(session, path, "parquet") == [{"record_id": "骑", "steps": "1"}]

    pq.write_table(pa.table({"record_id": [b"\xff\xfe"], "steps": [1]}), path)
    with backend.session() as session, pytest.raises(UnreadableFile):
        _kept(session, path, "parquet")


def test_damage_in_any_byte_of_a_parquet_file_is_a_fault_of_the_file(
    backend: RelationalBackend, tmp_path: Path
) -> None:
    path = tmp_path / "steps.parquet"
    ids = pa.array([f"r{number % 7}" for number in range(2_000)])
    pq.write_table(pa.table({"record_id": ids, "steps": range(2_000)}), path)
    whole = path.read_bytes()
    outcomes: set[int | str] = set()

    for place in range(4, len(whole), max(1, len(whole) // 150)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with backend.session() as session:
            try:
                outcomes.add(len(_kept(session, path, "parquet")))
            except UnreadableFile:
                outcomes.add("fault")
            except duckdb.BinderException:
                outcomes.add("a name was damaged")  # the head of the file is looked at before

    assert "fault" in outcomes
    assert outcomes <= {"fault", "a name was damaged", 2_000}


@pytest.mark.parametrize(
    "line", ['{"record_id": "13800138000", "record_id": 1}', '["13800138000"]', '{"a": 13800138000']
)
def test_a_fault_repeats_no_record(line: str, backend: RelationalBackend, tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    path.write_text(f"{line}\n", encoding="utf-8")

    with backend.session() as session, pytest.raises(UnreadableFile) as refused:
        _kept(session, path, "jsonl")

    assert "138" not in str(refused.value)


# -- tables ----------------------------------------------------------------------------------------


def test_types_of_other_programs_are_widened_before_anything_is_computed(
    backend: RelationalBackend,
) -> None:
    table = pa.table(
        {
            "name": pa.array(["骑", None], pa.large_string()),
            "coded": pa.array(["a", "b"], pa.large_string()).dictionary_encode(),
            "a": pa.array([0.1, 2.0], pa.float32()),
            "n": pa.array([3, 4], pa.int8()),
        }
    )
    wanted = pa.schema(
        [("name", pa.string()), ("coded", pa.string()), ("squared", pa.float64()),
         ("n", pa.int64())]
    )  # fmt: skip

    with backend.session() as session:
        given = session.table("given", table)
        found = session.fetch(given.mutate(squared=given.a * given.a), wanted)

    # 0.1 as a float32 is 0.100000001490116…; as a product of float32 it would be 0.0100000007…
    exact = table["a"].cast(pa.float64())[0].as_py()
    assert found["name"].to_pylist() == ["骑", None]
    assert found["coded"].to_pylist() == ["a", "b"]
    assert found["squared"].to_pylist() == [exact * exact, 4.0]
    assert found["n"].to_pylist() == [3, 4]


def test_a_type_that_no_plan_reads_is_named_with_its_column(backend: RelationalBackend) -> None:
    with backend.session() as session, pytest.raises(WrongType) as refused:
        session.table("given", pa.table({"steps": pa.array([[1]])}))

    assert "column steps is list" in str(refused.value)


def test_a_duckdb_that_packs_numbers_in_another_way_is_refused_before_it_seals_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = importlib.import_module("tanpuhui.engine.backends.duckdb")
    monkeypatch.setattr(module, "_PACKED_ARE", b"\x01")

    with pytest.raises(StrangeEngine) as refused:
        module.DuckDBBackend()

    assert refused.value.code == "ENG-110"
    assert "requirements.lock" in refused.value.remedy()
