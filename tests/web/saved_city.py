"""A ledger that is posted once a session and put back as it was for each test that damages it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tanpuhui import web
from tanpuhui.web.ledger import Places

_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""
_SERIALS = """
SELECT attrelid::regclass::text, attname FROM pg_attribute
WHERE attidentity <> '' AND attrelid = ANY (%s::regclass[])
"""


@dataclass(frozen=True)
class SavedCity:
    """A ledger that can be put back: rows as COPY writes them, and folders.

    Args:
        rows: by table, its columns and its rows.
    """

    rows: Mapping[str, tuple[str, bytes]]
    places: Places

    def put_back(self, store: web.Store) -> None:
        """Fill empty tables and an empty place with it."""
        from django.db import connection

        shutil.copytree(self.places.lake, store.places.lake)
        shutil.copytree(self.places.keys, store.places.keys)
        with connection.cursor() as cursor:
            for table, (columns, content) in self.rows.items():
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(content)
            cursor.execute(_SERIALS, [list(self.rows)])
            for table, column in cursor.fetchall():
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
                    f"coalesce(max({column}), 0) + 1, false) FROM {table}"
                )


def saved(store: web.Store, tables: str, folder: Path) -> SavedCity:
    """Save a ledger.

    Args:
        tables: all of them, parents first, with commas.
        folder: a new one, for its lake and keys.
    """
    from django.db import connection

    places = Places(folder / "lake", folder / "keys")
    shutil.copytree(store.places.lake, places.lake)
    shutil.copytree(store.places.keys, places.keys)
    rows: dict[str, tuple[str, bytes]] = {}
    with connection.cursor() as cursor:
        for table in tables.split(", "):
            cursor.execute(_COLUMNS, [table])
            (columns,) = cursor.fetchone()
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                rows[table] = (columns, b"".join(map(bytes, copy)))
    return SavedCity(rows, places)
