"""Files that cannot be read at all: each is named with its line, and stops no other."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui import intake
from tanpuhui.intake import (
    ColumnTwice,
    DamagedFile,
    NoRecords,
    NotJsonLines,
    NotUtf8,
    RaggedRow,
    RecordFile,
    StrangeRegions,
)
from tanpuhui.terms import Fault, Region, Regions


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _stopped(path: Path) -> Fault:
    with pytest.raises(Fault) as found:
        intake.head(path)
    assert found.value.place is not None
    assert found.value.place.file == str(path)
    return found.value


def _line(fault: Fault) -> int | None:
    return None if fault.place is None else fault.place.line


# -- heads -----------------------------------------------------------------------------------------


def test_the_head_of_a_csv_file_names_its_columns(tmp_path: Path) -> None:
    path = _file(tmp_path, "rides.CSV", b'\xef\xbb\xbfrecord_id,"start, place"\r\nr1,here\r\n')

    assert intake.head(path) == RecordFile(path, "csv", ("record_id", "start, place"))


@pytest.mark.parametrize("name", ["rides.jsonl", "rides.ndjson"])
def test_the_head_of_json_lines_names_the_keys_of_its_records(tmp_path: Path, name: str) -> None:
    path = _file(tmp_path, name, '{"a": 1, "b": null}\n\n{"c": [1], "a": 2}\n')

    assert intake.head(path) == RecordFile(path, "jsonl", ("a", "b", "c"))


def test_the_head_of_a_parquet_file_names_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "rides.parquet"
    pq.write_table(pa.table({"a": [1.5], "b": [None]}), path)

    assert intake.head(path) == RecordFile(path, "parquet", ("a", "b"))


def test_a_file_with_a_header_alone_is_a_file_of_no_records(tmp_path: Path) -> None:
    assert intake.head(_file(tmp_path, "rides.csv", "a,b\n")).columns == ("a", "b")


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("rides.csv", "", "ITK-101", None),
        ("rides.csv", "\n\n", "ITK-101", 1),
        ("rides.csv", ",,\n1,2,3\n", "ITK-101", 1),
        ("rides.jsonl", "\n \n", "ITK-101", None),
        ("rides.xlsx", "PK", "ITK-102", None),
        ("rides", "a,b\n", "ITK-102", None),
        ("rides.csv", "编号,场景\n".encode("gb18030"), "ITK-103", 1),
        ("rides.csv", "a,b\n".encode("utf-16"), "ITK-103", 1),
        ("rides.jsonl", b'{"a": 1}\n{"a": "\xff"}\n', "ITK-103", 2),
        ("rides.csv", "a,b,a\n1,2,3\n", "ITK-104", None),
        ("rides.csv", "Scene,scene\n1,2\n", "ITK-104", None),
        ("rides.jsonl", '{"a": 1, "A": 2}\n', "ITK-104", None),
        ("rides.jsonl", '{"a": 1}\n{"a": 1,}\n', "ITK-107", 2),
        ("rides.jsonl", "[1]\n", "ITK-107", 1),
        ("rides.jsonl", "[" * 100_000 + "\n", "ITK-107", 1),
        ("rides.jsonl", '\ufeff{"a": 1}\n', "ITK-107", 1),
        ("rides.csv", '"a,b\n1,2\n', "ITK-108", 1),
        ("rides.csv", "a,b\r1,2\r", "ITK-108", 1),
        ("rides.csv", "a,b\n1,2\n".encode("utf-16-le"), "ITK-108", 1),
        ("rides.parquet", "a,b\n1,2\n", "ITK-108", None),
    ],
)
def test_a_file_whose_head_is_not_in_order_is_stopped(
    tmp_path: Path, name: str, content: str | bytes, code: str, line: int | None
) -> None:
    fault = _stopped(_file(tmp_path, name, content))

    assert (fault.code, _line(fault)) == (code, line)
    assert str(fault)


def test_a_path_that_leads_nowhere_is_no_file_of_records(tmp_path: Path) -> None:
    folder = tmp_path / "rides.csv"
    folder.mkdir()

    assert isinstance(_stopped(tmp_path / "gone.csv"), NoRecords)
    assert isinstance(_stopped(tmp_path / "gone.parquet"), NoRecords)
    assert isinstance(_stopped(folder), NoRecords)


def test_a_truncated_parquet_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "rides.parquet"
    pq.write_table(pa.table({"a": list(range(10_000))}), path)
    path.write_bytes(path.read_bytes()[:-100])

    assert isinstance(_stopped(path), DamagedFile)


def test_a_file_that_is_stopped_stops_no_other(tmp_path: Path) -> None:
    good = _file(tmp_path, "good.csv", "a,b\n1,2\n")
    paths = [_file(tmp_path, "empty.csv", ""), good, tmp_path / "gone.csv"]

    files, faults = intake.heads(paths)

    assert [file.path for file in files] == [good]
    assert [fault.place.file for fault in faults if fault.place] == [str(paths[0]), str(paths[2])]


# -- flaws -----------------------------------------------------------------------------------------


def _flaw(path: Path) -> Fault:
    return intake.flaw(intake.head(path), "Invalid Input Error: it failed.\nmore")


@pytest.mark.parametrize(("row", "cells"), [("3", 1), ("3,4,5", 3), ('"3,4"', 1), ("3,4,", 3)])
def test_a_row_of_another_length_is_named_by_the_line_where_it_begins(
    tmp_path: Path, row: str, cells: int
) -> None:
    text = f'a,b\n1,2\n"one\ntext",2\n\n{row}\n5,6\n'

    fault = _flaw(_file(tmp_path, "rides.csv", text))

    assert isinstance(fault, RaggedRow)
    assert (fault.cells, fault.columns, _line(fault)) == (cells, 2, 6)


def test_a_quote_that_does_not_close_is_named_by_the_line_where_it_opens(tmp_path: Path) -> None:
    fault = _flaw(_file(tmp_path, "rides.csv", 'a,b\n1,2\n3,"4\n5,6\n'))

    assert isinstance(fault, DamagedFile)
    assert _line(fault) == 3
    assert "does not close" in fault.what()


def test_bytes_that_are_no_utf8_are_named_by_their_line(tmp_path: Path) -> None:
    fault = _flaw(_file(tmp_path, "rides.csv", b"a,b\n1,2\n3,\xd6\xd0\n"))

    assert isinstance(fault, NotUtf8)
    assert (fault.byte, _line(fault)) == (3, 3)
    assert "iconv -f GB18030" in fault.remedy()


def test_a_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    lines = [json.dumps({"a": number}) for number in range(3_000)]
    lines[2_500] = '{"a": 2500'

    fault = _flaw(_file(tmp_path, "rides.jsonl", "\n".join(lines)))

    assert isinstance(fault, NotJsonLines)
    assert _line(fault) == 2_501


def test_parquet_with_pages_overwritten_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "rides.parquet"
    pq.write_table(pa.table({"a": [f"ride {n}" for n in range(10_000)]}), path)
    content = bytearray(path.read_bytes())
    content[100:2_000] = bytes(1_900)
    path.write_bytes(content)

    assert isinstance(_flaw(path), DamagedFile)


def test_where_nothing_is_found_the_engines_own_words_are_repeated(tmp_path: Path) -> None:
    fault = _flaw(_file(tmp_path, "rides.csv", "a,b\n1,2\n"))

    assert isinstance(fault, DamagedFile)
    assert fault.problem == "Invalid Input Error: it failed"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a,b\r\n1,2\n3,4\r\n", 2, "end in two ways"),
        ("a,b\n1,2\n3,4\r\n", 3, "end in two ways"),
        ("a,b\n1,2\n3\r3,4\n", 3, "carriage return"),
        ('a,b\n1,2\n"3"x,4\n', 3, "text follows a quote"),
        (f'a,b\n1,2\n"3{"x" * 150_000},4\n', 3, "very long"),
    ],
)
def test_a_row_that_no_engine_reads_is_named_with_the_reason_and_what_to_do(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    fault = _flaw(_file(tmp_path, "rides.csv", text))

    assert isinstance(fault, DamagedFile)
    assert (problem in fault.problem, _line(fault)) == (True, line)
    assert fault.hint == fault.remedy()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"a": 1, "b": 2, "a": 3}', "a key stands in it twice"),
        ('{"a": "\\ud83d"}', "it holds half of a surrogate pair"),
    ],
)
def test_a_json_object_that_python_reads_and_engines_do_not_is_named(
    tmp_path: Path, line: str, problem: str
) -> None:
    lines = ['{"a": 1}'] * 2_000 + [line]

    fault = _flaw(_file(tmp_path, "rides.jsonl", "\n".join(lines)))

    assert isinstance(fault, NotJsonLines)
    assert (fault.problem, _line(fault)) == (problem, 2_001)


def test_empty_lines_before_the_first_record_are_no_records_and_no_end(tmp_path: Path) -> None:
    path = _file(tmp_path, "rides.jsonl", "\n" * 2_000 + '{"a": 1}\n')

    assert intake.head(path).columns == ("a",)


def test_a_file_that_is_gone_by_then_is_said_to_be_gone(tmp_path: Path) -> None:
    path = _file(tmp_path, "rides.csv", "a,b\n1,2\n")
    file = intake.head(path)
    path.unlink()

    assert isinstance(intake.flaw(file, "it failed"), NoRecords)


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.jsonl", "x.parquet"]))
def test_any_bytes_are_a_file_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = _file(tmp_path_factory.mktemp("any"), name, content)

    files, faults = intake.heads([path])

    assert len(files) + len(faults) == 1
    for file in files:
        assert intake.flaw(file, "it failed").code.startswith("ITK-")


def test_a_name_in_two_spellings_is_one_column(tmp_path: Path) -> None:
    fault = _stopped(_file(tmp_path, "rides.csv", "Steps,day,STEPS\n"))

    assert isinstance(fault, ColumnTwice)
    assert fault.columns == ("Steps", "STEPS")


# -- regions ---------------------------------------------------------------------------------------

REGIONS = Regions({"420100": Region("420100", "Wuhan", "武汉市")})


def test_the_codes_that_the_vocabulary_lacks_are_found_among_few() -> None:
    found = intake.unknown_regions(["420100", "420106", "420200", "999999"], REGIONS)

    assert found == {"420200", "999999"}


def test_a_column_of_other_numbers_is_not_taken_for_regions() -> None:
    codes = [f"{number:06}" for number in range(300_000, 302_001)]

    assert len(intake.unknown_regions(codes[1:], REGIONS)) == 2_000
    with pytest.raises(StrangeRegions) as found:
        intake.unknown_regions(codes, REGIONS)
    assert "2,001 regions" in found.value.what()
