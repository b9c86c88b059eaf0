"""What a check may use: rows, tables of what is whole, and a way to name what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import ledger
from tanpuhui.engine import Session
from tanpuhui.ledger import Finding, More
from tanpuhui.pipeline.reconcile.batch_books import BatchBooks
from tanpuhui.pipeline.reconcile.files import Looked
from tanpuhui.pipeline.reconcile.kept import Kept, KeptBatch, KeptFile
from tanpuhui.pipeline.staged import KEYS, REFERENCES, WITHDRAWN

SHOWN = 10  # findings of one check that are listed; the others are counted
_COUNT = pa.schema([("n", pa.int64())])
_NUMBERS = pa.schema([("batch", pa.string()), ("batch_number", pa.int64())])


class Look:
    """What is known of a dedup domain whose files were looked at.

    Args:
        kept: what the database says.
        session: where columns are compared.
        looked: which files are gone or damaged.
    """

    def __init__(self, kept: Kept, session: Session, looked: Looked) -> None:
        self.kept = kept
        self.session = session
        self.broken = looked.broken
        self._taken = 0

    @cached_property
    def whole(self) -> Mapping[str, KeptBatch]:
        """By name, the batches all of whose files are as they were put on disk."""
        return {batch.name: batch for batch in self.kept.batches if batch.number not in self.broken}

    @cached_property
    def broken_names(self) -> tuple[str, ...]:
        """The names of the other batches."""
        return tuple(b.name for b in self.kept.batches if b.number in self.broken)

    def files(self, kind: str) -> tuple[KeptFile, ...]:
        """The rows of the manifest of one kind, of batches that are whole."""
        return tuple(f for f in self.kept.files if f.kind == kind and f.batch not in self.broken)

    @cached_property
    def lines(self) -> Any:
        """The journal lines of the batches that are whole, shaped as ``ledger.LINES``."""
        return self._table("lines", ledger.LINES)

    @cached_property
    def suppressed(self) -> Any:
        """Their reports that lost, shaped as ``ledger.SUPPRESSED``."""
        return self._table("suppressed", ledger.SUPPRESSED)

    @cached_property
    def grants(self) -> Any:
        """Their grants, shaped as ``ledger.GRANTS``."""
        return self._table("grants", ledger.GRANTS)

    @cached_property
    def keys(self) -> Any:
        """Their index of keys, shaped as ``KEYS``."""
        return self._table("keys", KEYS)

    @cached_property
    def references(self) -> Any:
        """Their index of references, shaped as ``REFERENCES``."""
        return self._table("references", REFERENCES)

    @cached_property
    def withdrawn(self) -> Any:
        """The keys of the records that they withdrew, shaped as ``WITHDRAWN``."""
        return self._table("withdrawn", WITHDRAWN)

    def _table(self, kind: str, schema: pa.Schema) -> Any:
        paths = [self.kept.lake / file.path for file in self.files(kind)]
        return self.session.parquet(f"kept_{kind}", paths, schema)

    @cached_property
    def numbers(self) -> Any:
        """``batch`` and ``batch_number`` of the batches that are whole."""
        rows = [{"batch": b.name, "batch_number": b.number} for b in self.whole.values()]
        return self.session.table("numbers", pa.Table.from_pylist(rows, _NUMBERS))

    @cached_property
    def books(self) -> BatchBooks:
        """The books of each batch, from the rows of the database."""
        return BatchBooks(self.kept.sums)

    def not_broken(self, table: Any) -> Any:
        """The rows of a table of the database but those of batches that are not whole."""
        return table.filter(table.batch_number.notin(sorted(self.broken))) if self.broken else table

    def name(self) -> str:
        """A name in the session that nothing has yet."""
        self._taken += 1
        return f"found_{self._taken}"

    def told(
        self, wrong: Any, schema: pa.Schema, finding: Callable[[dict[str, Any]], Finding]
    ) -> Iterator[Finding]:
        """A finding for each of the first rows of an expression, and one for how many more.

        Args:
            schema: of the rows; they are told in the order of its columns.
            finding: of a row.
        """
        name = self.name()
        kept = self.session.keep(name, wrong, schema)
        count = self.session.fetch(kept.aggregate(n=kept.count()), _COUNT)["n"][0].as_py()
        if count:
            first = kept.order_by(*schema.names).limit(SHOWN)
            found = [finding(row) for row in self.session.fetch(first, schema).to_pylist()]
            yield from found
            if count > SHOWN:
                yield More(
                    at=f"{count - SHOWN:,} more like {found[-1].code}",
                    expected="none", found=f"{count:,} in all",
                )  # fmt: skip
        self.session.forget(name)

    def differences(
        self,
        wanted: Any,
        found: Any,
        schema: pa.Schema,
        *,
        keys: Sequence[str],
        finding: Callable[[dict[str, Any], str, str], Finding],
    ) -> Iterator[Finding]:
        """A finding for each row that stands in one of two tables only, or differs.

        Args:
            wanted, found: of the columns of the schema; ``wanted`` has one row a key.
            finding: of a row of the keys, what was expected there, and what was found.
        """
        values = [name for name in schema.names if name not in keys]
        sides = (
            wanted.mutate(mine=ibis.literal(value=True)),
            found.mutate(mine=ibis.literal(value=False)),
        )
        both = ibis.union(*(side.select(*schema.names, "mine") for side in sides))
        by_key = both.group_by(list(keys)).aggregate(
            wanted_n=both.mine.ifelse(1, 0).sum(), found_n=both.mine.ifelse(0, 1).sum(),
            **{f"wanted_{name}": both[name].max(where=both.mine) for name in values},
            **{f"found_{name}": both[name].max(where=~both.mine) for name in values},
        )  # fmt: skip
        differ = (by_key.wanted_n != 1) | (by_key.found_n != 1)
        for name in values:
            differ = differ | ~by_key[f"wanted_{name}"].identical_to(by_key[f"found_{name}"])
        shape = pa.schema(
            [
                *(schema.field(name) for name in keys),
                *((f"{side}_n", pa.int64()) for side in ("wanted", "found")),
                *(
                    (f"{side}_{name}", schema.field(name).type)
                    for side in ("wanted", "found")
                    for name in values
                ),
            ]
        )

        def told(row: dict[str, Any]) -> Finding:
            return finding(row, _said(row, "wanted", values), _said(row, "found", values))

        yield from self.told(by_key.filter(differ), shape, told)


def _said(row: Mapping[str, Any], side: str, values: Sequence[str]) -> str:
    """One side of a difference in words: no row, several, or the values that are not alike."""
    if not row[f"{side}_n"]:
        return "no row"
    several = f"{row[f'{side}_n']} rows" if row[f"{side}_n"] > 1 else ""
    both_there = row["wanted_n"] and row["found_n"]
    told = [
        f"{name} {_shown(row[f'{side}_{name}'])}"
        for name in values
        if not both_there or row[f"wanted_{name}"] != row[f"found_{name}"]
    ]
    return ", ".join([several, *told] if several else told) or "one row"


def _shown(value: object) -> str:
    if value is None:
        return "null"
    return f"{value:,}" if isinstance(value, int) else str(value)
