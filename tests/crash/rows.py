"""A bit of a value of a row is other, as on a disk that fails; null values have no bit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.crash import bits

# By table, its columns, and how a finding may name a row. A number by which only the database finds
# a row (``id``) is left out.
Row = Mapping[str, Any]
_TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Row], tuple[str, ...]]]] = {
    "ledger_segment": (
        ("batch_id", "kind", "path", "local_day", "starts", "ends", "has_corrections", "rows",
         "bytes", "sha256"),
        lambda row: (row["path"],),
    ),
    "ledger_log": (
        ("programme", "origin", "size", "edge"),
        lambda row: (f"ledger_log {row['programme']}",),
    ),
    "ledger_logkey": (
        ("log_id", "vkey", "from_size"),
        lambda row: (f"ledger_logkey {row['vkey']} of", f"ledger_log {row['log_id']}: "),
    ),
    "ledger_logentry": (
        ("batch_id", "log_id", "place", "record"),
        lambda row: (
            f"ledger_logentry {row['log_id']} place {row['place']}, batch number {row['batch_id']}",
            f"ledger_log {row['log_id']}: ",
        ),
    ),
    "ledger_checkpoint": (
        ("log_id", "size", "note"),
        lambda row: (
            f"ledger_checkpoint {row['log_id']} {row['size']}", f"ledger_log {row['log_id']}: ",
        ),
    ),
}  # fmt: skip


def unbound() -> None:
    """Let rows say what no database would take, for good: as a bit that flips on a disk does."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                "SELECT quote_ident(conname), conrelid::regclass::text FROM pg_constraint "
                "WHERE contype IN ('f', 'p', 'u') AND "
                "(conrelid = %s::regclass OR confrelid = %s::regclass)",
                [table, table],
            )
            for name, of in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {of} DROP CONSTRAINT IF EXISTS {name} CASCADE")
            cursor.execute(
                "SELECT indexrelid::regclass::text FROM pg_index "
                "WHERE indrelid = %s::regclass AND indisunique",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")


@contextmanager
def flipped(draw: random.Random, table: str) -> Iterator[tuple[str, Sequence[str]]]:
    """A bit of a value of some row of a table; where, and how it may be named."""
    from django.db import connection

    columns, named = _TABLES[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, {', '.join(columns)} FROM {table} ORDER BY 2, 3, 4")
        at, *values = draw.choice(cursor.fetchall())
        row = dict(zip(columns, map(_plain, values), strict=True))
        column = draw.choice([name for name, value in row.items() if value is not None])
        value, text = bits.of_value(draw, row[column])
        set_to = f"UPDATE {table} SET {column} = %s WHERE ctid = %s::tid RETURNING ctid::text"
        cursor.execute(set_to, [value, at])
        (now,) = cursor.fetchone()
        names = (*named({**row, column: value}), *named(row))
        try:
            yield f"{table}.{column}: {row[column]!r} became {text!r}", names
        finally:
            cursor.execute(set_to, [row[column], now])


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
