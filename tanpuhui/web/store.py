"""What commands and pages use of the database: one object, which loads Django when it is asked.

with web.opened(os.environ) as store:
    posted = store.post([path], partner=None, mapping=None, programme=programme, library=library)
    store.books(programme.id).agree()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tanpuhui.terms import DayRange
from tanpuhui.web.ledger.answers import Correction, PersonLines, Posted, PostedBatch
from tanpuhui.web.ledger.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from tanpuhui.engine import RelationalBackend
    from tanpuhui.ledger import AccountDay, Books, Total
    from tanpuhui.rules import FileMapping, Library, Programme
    from tanpuhui.web.ledger.asked import Asked


@dataclass(frozen=True)
class Store:
    """The ledger of a home, open; ``opened`` makes it. For one thread.

    Args:
        places: where the lake and the keys are.
    """

    places: Places

    def post(
        self,
        files: Sequence[Path],
        *,
        partner: str | None,
        mapping: FileMapping | None,
        programme: Programme,
        library: Library,
        backend: RelationalBackend | None = None,
        told: Callable[[str], None] = lambda step: None,
    ) -> Posted:
        """Post the records of some files, once; the same question gets the first answer.

        Args:
            partner: who hands them in, where the records do not say.
            backend: None opens DuckDB.
            told: called with the name of each step when it begins, and while another is awaited.

        Raises:
            WrongSecret, ForeignLake, SegmentsMissing: database, lake and keys do not fit together.
            FileChanged: a file was written to meanwhile.
            LakeNotWritable: the batch cannot be kept.
        """
        from tanpuhui import pipeline
        from tanpuhui.web.ledger import services

        handed = services.Handed(tuple(files), partner, mapping, programme, library)
        engine = pipeline.open_engine() if backend is None else backend
        return services.post(handed, places=self.places, backend=engine, told=told)

    def books(
        self, programme: str, days: DayRange | None = None, known_at: datetime | None = None
    ) -> Books:
        """The three books of a programme; with ``days``, of the acts of those local days.

        Args:
            known_at: with an offset; the books as they were known then, of the batches posted until
                then. None for now.

        Raises:
            SegmentsMissing: a file of the journal is gone.
        """
        from tanpuhui.web.ledger import queries

        return queries.books(programme, self.places, days or DayRange(None, None), known_at)

    def balance(
        self, person_id: int, programme: str | None = None, known_at: datetime | None = None
    ) -> Total:
        """What a person has gained in a programme, or in all; zeros for a number nobody has.

        Points are below zero where more were taken back than are left: they are owed.
        """
        from tanpuhui.web.ledger import queries

        return queries.balance(person_id, programme, known_at)

    def lines_of(
        self,
        person_id: int,
        programme: str | None = None,
        *,
        days: DayRange | None = None,
        known_at: datetime | None = None,
    ) -> PersonLines:
        """A person's journal lines and grants, in a programme or in all, by time.

        Args:
            days, known_at: as for ``books``.

        Raises:
            SegmentsMissing: a file of the journal is gone.
        """
        from tanpuhui.web.ledger import queries

        return queries.lines_of(
            person_id, self.places, programme,
            days=days or DayRange(None, None), known_at=known_at,
        )  # fmt: skip

    def suppressed_of(self, person_id: int, programme: str) -> pa.Table:
        """A person's reports that lost to another, shaped as ``ledger.SUPPRESSED``, by time.

        Raises:
            SegmentsMissing: a file of the lake is gone.
        """
        from tanpuhui.web.ledger import queries

        return queries.suppressed_of(person_id, self.places, programme)

    def people_count(self, programme: str) -> int:
        """How many persons have been credited something, or a correction of it."""
        from tanpuhui.web.ledger import queries

        return queries.people_count(programme)

    def person_of(self, programme: Programme, subject: str, partner: str) -> int | None:
        """The person whom a partner knows by this id; None where nobody is bound.

        Raises:
            WrongSecret: the domain's secret is lost or another.
        """
        from tanpuhui.web.ledger import services

        return services.person_of(programme.domain, subject, partner, self.places)

    def most_credited(self, programme: str, count: int) -> tuple[int, ...]:
        """The persons with the most credited mass, most first."""
        from tanpuhui.web.ledger import queries

        return queries.most_credited(programme, count)

    def programmes(self) -> tuple[str, ...]:
        """The ids of the programmes that have posted, in order."""
        from tanpuhui.web.ledger import queries

        return queries.programmes()

    def batches(self, programme: str) -> tuple[PostedBatch, ...]:
        """The batches of a programme, in the order of posting."""
        from tanpuhui.web.ledger import queries

        return queries.batches(programme)

    def withdrawal(
        self,
        records: Iterable[tuple[str, str]],
        *,
        programme: Programme,
        library: Library,
        because: str,
        note: str | None = None,
        clawback: str | None = None,
    ) -> Asked:
        """A question for ``correct`` and ``foresee``: take back what records were credited.

        Args:
            records: each by partner and record id.
            because: of ``records.REASONS``.
            clawback: the pool whose lines may be taken back; None for none.
        """
        from tanpuhui.web.ledger import asked

        return asked.withdrawal(
            records, programme=programme, library=library, because=because, note=note,
            clawback=clawback,
        )  # fmt: skip

    def restatement(
        self,
        methodology: str,
        days: DayRange,
        *,
        programme: Programme,
        library: Library,
        note: str | None = None,
        clawback: str | None = None,
    ) -> Asked:
        """A question for ``correct`` and ``foresee``: compute lines again under the library.

        Args:
            methodology: that the lines pin now.
            days: of the acts, local days of the programme.
            clawback: the pool whose lines may be lowered; None for none.
        """
        from tanpuhui.web.ledger import asked

        return asked.restatement(
            methodology, days, programme=programme, library=library, note=note, clawback=clawback
        )

    def correct(
        self,
        asked: Asked,
        *,
        backend: RelationalBackend | None = None,
        told: Callable[[str], None] = lambda step: None,
    ) -> Correction:
        """Post a withdrawal or a restatement, once; the same question gets the first answer.

        Args:
            asked: of ``withdrawal`` or ``restatement``.
            backend: None opens DuckDB.
            told: as for ``post``.

        Raises:
            NothingPosted, UnknownRecords, AlreadyWithdrawn, NothingToWithdraw, LinesLocked,
                NothingToClawBack, ImportedNotRestated: it cannot be done; nothing is posted.
            WrongSecret, ForeignLake, SegmentsMissing, LakeNotWritable: as for ``post``.
        """
        from tanpuhui import pipeline
        from tanpuhui.web.ledger import corrections

        engine = pipeline.open_engine() if backend is None else backend
        return corrections.correct(asked, places=self.places, backend=engine, told=told)

    def foresee(
        self,
        asked: Asked,
        *,
        backend: RelationalBackend | None = None,
        told: Callable[[str], None] = lambda step: None,
    ) -> Correction:
        """What ``correct`` would answer; nothing is posted."""
        from tanpuhui import pipeline
        from tanpuhui.web.ledger import corrections

        engine = pipeline.open_engine() if backend is None else backend
        return corrections.foresee(asked, places=self.places, backend=engine, told=told)

    def lock(self, pool: str, lines: Iterable[tuple[str, int]]) -> int:
        """Lock acts, each by batch and line, for a pool; how many it had not locked before.

        Raises:
            LinesNotLockable: one is no act that stands, or another pool's; none is locked then.
        """
        from tanpuhui.web.ledger import locks

        return locks.lock(pool, lines, places=self.places)

    def release(self, pool: str, lines: Iterable[tuple[str, int]]) -> int:
        """Let go of lines that a pool has locked; how many there were.

        Raises:
            LinesNotHeld: one is not locked by this pool; none is released then.
        """
        from tanpuhui.web.ledger import locks

        return locks.release(pool, lines)

    def day_totals(self, programme: str, day: date, known_at: datetime | None = None) -> AccountDay:
        """What each batch added to a local day, account by account, for ``ledger.as_beancount``.

        Args:
            known_at: as for ``books``.

        Raises:
            SegmentsMissing: a file of the journal is gone.
        """
        from tanpuhui.web.ledger import day_totals

        return day_totals.day_totals(programme, day, self.places, known_at)
