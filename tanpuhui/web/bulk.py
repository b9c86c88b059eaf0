"""Many rows into the database and out of it: PostgreSQL's COPY, with the CSV written by Arrow.

Row by row through the ORM, a city's day takes minutes; this way seconds. Inserted and read inside
the transaction that is open on Django's connection.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Protocol

import pyarrow as pa
from django.db import connection
from pyarrow import csv

_ROWS_OF_A_PIECE = 10_000


class _Copy(Protocol):
    """What is used of psycopg's Copy."""

    def write(self, buffer: bytes) -> None: ...


class _Sink(io.RawIOBase):
    """What Arrow writes into, handed on to COPY piece by piece."""

    def __init__(self, copy: _Copy) -> None:
        self._copy = copy

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._copy.write(bytes(piece))
        return len(piece)


def insert(table: str, rows: pa.Table) -> None:
    """Append rows to a table of the database.

    Args:
        table: its name, ours and never from outside.
        rows: the columns that are filled, by their names in the database; null stays null.
    """
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)') as copy,
        pa.PythonFile(_Sink(copy), mode="w") as sink,
    ):
        csv.write_csv(rows, sink, csv.WriteOptions(include_header=False))


def fetch(query: str, schema: pa.Schema) -> pa.Table:
    """The rows of a query, in any order.

    They come joined to texts of thousands of rows, since each row that the server sends by itself
    costs a microsecond of Python.

    Args:
        query: of whole numbers and texts of letters and digits, without nulls, parameters and
            anything from outside.
        schema: of the rows, in the order of the query's columns.
    """
    cells = " || ',' || ".join(f'"{name}"' for name in schema.names)
    piece_of = f"row_number() OVER () / {_ROWS_OF_A_PIECE}"
    pieces = f"SELECT {cells} AS row, {piece_of} AS piece FROM ({query}) r"
    written = pa.BufferOutputStream()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(row, E'\\n') || E'\\n' FROM ({pieces}) p GROUP BY piece")
        for (piece,) in cursor:
            written.write(piece.encode())
    content = written.getvalue()
    if not content.size:
        return schema.empty_table()
    return csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(column_names=schema.names),
        convert_options=csv.ConvertOptions(column_types=schema),
    )


def run(statement: str, parameters: Iterable[Any] = ()) -> None:
    """Execute one statement, whose answer nobody needs."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
