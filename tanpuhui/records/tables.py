"""Tables of records: from files and parsed JSON, and back to files."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from tanpuhui.records.faults import NotATable
from tanpuhui.terms import Place

_HINT = "write a UTF-8 CSV file whose first row names the columns"


def read_csv(path: Path) -> pa.Table:
    """A CSV file with a header, every column as text, empty cells as null.

    Values are read as they stand, so that an unreadable one can be named instead of failing the
    file.

    Raises:
        NotATable: the file is missing or empty, not UTF-8, or a row has another number of columns.
    """
    names, has_rows = _header(path)
    if not has_rows:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    try:
        return _read(path, names, use_threads=True)
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise _not_utf8(path) from error
    try:  # once more on one thread, since only then Arrow says in which row it stumbled
        return _read(path, names, use_threads=False)
    except pa.ArrowInvalid as error:
        problem = str(error).splitlines()[0].removesuffix(".")
        row = re.search(r"Row #(\d+)", problem)
        # Arrow counts the header as a row, and so does whoever looks at the file.
        place = Place(str(path), int(row[1]) if row else None)
        raise NotATable(place=place, problem=problem, hint=_HINT) from error


def _header(path: Path) -> tuple[list[str], bool]:
    """The names of the columns, and whether rows follow."""
    if not path.is_file():
        raise NotATable(
            place=Place(str(path)), problem="there is no such file", hint="check the path"
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as content:
            names = next(csv.reader(content), [])
            has_rows = any(line.strip() for line in content)
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    if not names:
        raise NotATable(place=Place(str(path)), problem="it is empty", hint=_HINT)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problem = f"the column {', '.join(twice)} is named twice"
        raise NotATable(place=Place(str(path), 1), problem=problem, hint="rename one of them")
    return names, has_rows


def _read(path: Path, names: list[str], *, use_threads: bool) -> pa.Table:
    return pa_csv.read_csv(
        path,
        read_options=pa_csv.ReadOptions(use_threads=use_threads),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _not_utf8(path: Path) -> NotATable:
    return NotATable(
        place=Place(str(path)),
        problem="it is not UTF-8",
        hint="files of Chinese spreadsheets are often GB 18030:\n"
        f"iconv -f GB18030 -t UTF-8 {path} > utf8.csv",
    )


def table_of(rows: Sequence[Mapping[str, Any]], types: Mapping[str, pa.DataType]) -> pa.Table:
    """Parsed JSON as a table: one row a mapping, null where a key is absent.

    Args:
        rows: JSON objects. Numbers may be int, float or Decimal; days ``date`` or "2022-08-25".
        types: the columns to make, with their types; other keys are left out.

    Raises:
        pa.ArrowInvalid, pa.ArrowTypeError: a value has another type than its column.
    """
    columns = {}
    for name, kind in types.items():
        values = [row.get(name) for row in rows]
        if pa.types.is_date(kind):
            values = [date.fromisoformat(v) if isinstance(v, str) else v for v in values]
        elif pa.types.is_floating(kind):
            values = [float(v) if isinstance(v, Decimal) else v for v in values]
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


def numbers_of(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """A column of texts as doubles.

    Returns:
        The numbers, null where the text is null or no finite number; and where a text could not be
        read, as booleans.
    """
    try:
        found = column.cast(pa.float64())
    except pa.ArrowInvalid:
        values = [_number(text) for text in column.to_pylist()]
        found = pa.chunked_array([pa.array(values, pa.float64())])
    finite = pc.fill_null(pc.is_finite(found), fill_value=False)
    found = pc.if_else(finite, found, pa.scalar(None, pa.float64()))
    return found, pc.and_(pc.is_valid(column), pc.invert(finite))


def days_of(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """A column of texts such as 2022-08-25 as days; shapes as ``numbers_of``."""
    values = [_day(text) for text in column.to_pylist()]
    found = pa.chunked_array([pa.array(values, pa.date32())])
    return found, pc.and_(pc.is_valid(column), pc.is_null(found))


def write_csv(table: pa.Table, sink: TextIO) -> None:
    """The table as CSV with a header; null as an empty cell, quotes only where they are needed."""
    # Arrow's own writer quotes every text.
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))


def write_parquet(table: pa.Table, path: Path) -> None:
    """The table as Parquet, in its own types."""
    pq.write_table(table, path, compression="zstd")


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None
