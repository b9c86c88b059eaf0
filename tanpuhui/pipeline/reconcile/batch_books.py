"""The books of each batch, from the rows of the database."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import ledger
from tanpuhui.pipeline.reconcile.kept import (
    KEPT_BATCH_POINTS,
    KEPT_BATCH_SUMS,
    KeptBatch,
    KeptSums,
)

_PERSONS = [name for name in KEPT_BATCH_SUMS.names if name not in ("batch_number", "people")]
_POINTS = [name for name in KEPT_BATCH_POINTS.names if name != "batch_number"]


class BatchBooks:
    """The books of each batch of a dedup domain.

    Args:
        sums: read once, when this is made.
    """

    def __init__(self, sums: KeptSums) -> None:
        self._lines, self._points = sums.book_lines(), sums.point_lines()
        self._persons, self._person_points = sums.batch_sums(), sums.batch_points()

    def of(self, batch: KeptBatch) -> ledger.Books:
        """The three books of a batch, and the one by scene."""
        return ledger.books_of(
            _of(self._lines, batch), _of(self._points, batch),
            _of(self._persons, batch).select(_PERSONS),
            _of(self._person_points, batch).select(_POINTS),
            batch.currencies,
        )  # fmt: skip

    def people(self, batch: KeptBatch) -> int:
        """How many persons have a balance in the batch."""
        return sum(_of(self._persons, batch)["people"].to_pylist())

    def baseline_mg(self, batch: KeptBatch) -> int | None:
        """The sum of what book lines have; None where none has one."""
        known = [mg for mg in _of(self._lines, batch)["baseline_mg"].to_pylist() if mg is not None]
        return sum(known) if known else None


def _of(table: pa.Table, batch: KeptBatch) -> pa.Table:
    return table.filter(pc.equal(table["batch_number"], batch.number))
