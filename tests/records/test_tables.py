"""Tables from files and parsed JSON: a bad value is marked, a file that is no table is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui import records
from tanpuhui.records import NotATable


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "rides.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _texts(*values: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.string())])


# -- files -----------------------------------------------------------------------------------------


def test_every_column_of_a_csv_file_is_text_as_it_stands(tmp_path: Path) -> None:
    path = _file(tmp_path, "distance_km,region\n10.50,042010\nten,\n")

    table = records.read_csv(path)

    assert table.to_pydict() == {"distance_km": ["10.50", "ten"], "region": ["042010", None]}


def test_an_empty_cell_is_null_even_in_quotes(tmp_path: Path) -> None:
    path = _file(tmp_path, 'steps,mode\n,""\n')

    table = records.read_csv(path)

    assert table.to_pydict() == {"steps": [None], "mode": [None]}


def test_the_byte_order_mark_of_a_spreadsheet_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = _file(tmp_path, b"\xef\xbb\xbfsteps,day\r\n7250,2022-08-25\r\n")

    table = records.read_csv(path)

    assert table.column_names == ["steps", "day"]
    assert table.to_pydict() == {"steps": ["7250"], "day": ["2022-08-25"]}


def test_chinese_text_quotes_and_line_breaks_in_a_cell_are_kept(tmp_path: Path) -> None:
    path = _file(tmp_path, '线路,note\n"2号线, 西段","said ""yes""\nand left"\n')

    table = records.read_csv(path)

    assert table.to_pydict() == {"线路": ["2号线, 西段"], "note": ['said "yes"\nand left']}


def test_a_file_with_only_a_header_is_a_table_of_no_rows(tmp_path: Path) -> None:
    table = records.read_csv(_file(tmp_path, "steps,day\n"))

    assert (table.column_names, table.num_rows) == (["steps", "day"], 0)


def test_a_header_without_a_line_end_is_a_table_of_no_rows(tmp_path: Path) -> None:
    table = records.read_csv(_file(tmp_path, "steps,day"))

    assert (table.column_names, table.num_rows) == (["steps", "day"], 0)


def test_a_file_that_is_not_there_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(NotATable) as refusal:
        records.read_csv(tmp_path / "gone.csv")

    assert refusal.value.code == "REC-101"
    assert refusal.value.place is not None
    assert refusal.value.place.file.endswith("gone.csv")
    assert "no such file" in refusal.value.what()
    assert "check the path" in refusal.value.remedy()


def test_an_empty_file_is_refused_and_told_what_a_table_looks_like(tmp_path: Path) -> None:
    with pytest.raises(NotATable) as refusal:
        records.read_csv(_file(tmp_path, ""))

    assert "first row names the columns" in refusal.value.remedy()


@pytest.mark.parametrize(
    "content", ["距离\n10\n".encode("gb18030"), "mode\n步行\n".encode("gb18030")]
)
def test_a_file_of_a_chinese_spreadsheet_is_told_how_to_become_utf8(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(NotATable) as refusal:
        records.read_csv(_file(tmp_path, content))

    assert "not UTF-8" in refusal.value.what()
    assert "iconv -f GB18030 -t UTF-8" in refusal.value.remedy()


def test_a_column_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotATable) as refusal:
        records.read_csv(_file(tmp_path, "steps,day,steps\n1,2022-08-25,2\n"))

    assert "steps is named twice" in refusal.value.what()
    assert refusal.value.place is not None
    assert refusal.value.place.line == 1


def test_a_row_of_another_length_than_the_header_is_refused_with_its_text(tmp_path: Path) -> None:
    path = _file(tmp_path, "steps,day\n7250,2022-08-25\n100,2022-08-26,walk\n")

    with pytest.raises(NotATable) as refusal:
        records.read_csv(path)

    assert "100,2022-08-26,walk" in refusal.value.what()


def test_a_row_of_another_length_than_the_header_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _file(tmp_path, "steps,day\n7250,2022-08-25\n100,2022-08-26,walk\n")

    with pytest.raises(NotATable) as refusal:
        records.read_csv(path)

    # The second row of the table stands on line 3 of the file.
    place = refusal.value.place
    assert place is not None
    assert place.line == 3 or place.row == 2


# -- values ----------------------------------------------------------------------------------------


def test_texts_become_numbers_and_null_stays_null_and_unmarked() -> None:
    numbers, unreadable = records.numbers_of(_texts("10", "0.1", "-3", "1e3", None))

    assert numbers.to_pylist() == [10.0, 0.1, -3.0, 1000.0, None]
    assert unreadable.to_pylist() == [False] * 5


def test_a_text_that_is_no_number_is_marked_and_the_others_are_read() -> None:
    numbers, unreadable = records.numbers_of(_texts("ten", "10", None, "1,000"))

    assert numbers.to_pylist() == [None, 10.0, None, None]
    assert unreadable.to_pylist() == [True, False, False, True]


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "1e400"])
def test_a_number_that_is_not_finite_is_marked(text: str) -> None:
    numbers, unreadable = records.numbers_of(_texts(text))

    assert (numbers.to_pylist(), unreadable.to_pylist()) == ([None], [True])


def test_an_empty_column_of_texts_is_an_empty_column_of_numbers() -> None:
    numbers, unreadable = records.numbers_of(_texts())

    assert (len(numbers), len(unreadable)) == (0, 0)
    assert numbers.type == pa.float64()


def test_texts_become_days_and_what_is_no_day_is_marked() -> None:
    days, unreadable = records.days_of(_texts("2022-08-25", "2022-02-30", "25.8.2022", None))

    assert days.to_pylist() == [date(2022, 8, 25), None, None, None]
    assert unreadable.to_pylist() == [False, True, True, False]


def test_parsed_json_becomes_a_table_with_null_where_a_key_is_absent() -> None:
    rows = [{"distance_km": Decimal("1.5"), "day": "2022-08-25"}, {"steps": 3, "mode": "walk"}]
    types = {"distance_km": pa.float64(), "day": pa.date32(), "mode": pa.string()}

    table = records.table_of(rows, types)

    assert table.to_pydict() == {
        "distance_km": [1.5, None],
        "day": [date(2022, 8, 25), None],
        "mode": [None, "walk"],
    }
    assert table.schema.types == list(types.values())


def test_a_json_value_of_another_type_than_its_column_is_refused() -> None:
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        records.table_of([{"distance_km": "ten"}], {"distance_km": pa.float64()})


# -- back to files ---------------------------------------------------------------------------------


def test_a_table_written_as_csv_reads_back_the_same_with_null_as_an_empty_cell(
    tmp_path: Path,
) -> None:
    table = pa.table({"name": ['a "b", c', None], "reduction_mg": [145_000, None]})
    path = tmp_path / "out.csv"

    with path.open("w", encoding="utf-8", newline="") as sink:
        records.write_csv(table, sink)

    again = records.read_csv(path)
    assert again.to_pydict() == {"name": ['a "b", c', None], "reduction_mg": ["145000", None]}


def test_a_table_written_as_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {"day": pa.array([date(2022, 8, 25)], pa.date32()), "mg": pa.array([2**62], pa.int64())}
    )
    path = tmp_path / "out.parquet"

    records.write_parquet(table, path)

    again = pq.read_table(path)
    assert again.schema.types == [pa.date32(), pa.int64()]
    assert again.to_pydict() == table.to_pydict()
