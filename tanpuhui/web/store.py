"""What commands and pages use of the database: one object, which loads Django when it is asked.

with web.opened(os.environ) as store:
    posted = store.post([path], partner=None, mapping=None, programme=programme, library=library)
    store.books(programme.id).agree()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tanpuhui.terms import DayRange
from tanpuhui.web.ledger.answers import PersonLines, Posted, PostedBatch, Reconciled
from tanpuhui.web.ledger.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from tanpuhui.engine import RelationalBackend
    from tanpuhui.ledger import Books, Total
    from tanpuhui.rules import FileMapping, Library, Programme


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

    def books(self, programme: str, days: DayRange | None = None) -> Books:
        """The three books of a programme; with ``days``, of the acts of those local days.

        Raises:
            SegmentsMissing: a file of the journal is gone.
        """
        from tanpuhui.web.ledger import queries

        return queries.books(programme, self.places, days or DayRange(None, None))

    def balance(self, person_id: int, programme: str | None = None) -> Total:
        """What a person has gained in a programme, or in all; zeros for a number nobody has."""
        from tanpuhui.web.ledger import queries

        return queries.balance(person_id, programme)

    def lines_of(self, person_id: int, programme: str | None = None) -> PersonLines:
        """A person's journal lines and grants, in a programme or in all, by time.

        Raises:
            SegmentsMissing: a file of the journal is gone.
        """
        from tanpuhui.web.ledger import queries

        return queries.lines_of(person_id, self.places, programme)

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

    def domains(self) -> tuple[str, ...]:
        """The ids of the dedup domains, in order."""
        from tanpuhui.web.ledger import reconciling

        return reconciling.domains()

    def domain_of(self, programme: str) -> str | None:
        """The dedup domain in which a programme has posted; None where it has posted nothing."""
        from tanpuhui.web.ledger import reconciling

        return reconciling.domain_of(programme)

    def reconcile(
        self,
        domain: str,
        *,
        backend: RelationalBackend | None = None,
        told: Callable[[str], None] = lambda check: None,
    ) -> Reconciled:
        """Every disagreement between manifest, files, balances and books of a dedup domain.

        Args:
            domain: one of ``domains``.
            backend: None opens DuckDB.
            told: called with the name of each check when it begins.
        """
        from tanpuhui import pipeline
        from tanpuhui.web.ledger import reconciling

        engine = pipeline.open_engine() if backend is None else backend
        return reconciling.reconcile(domain, places=self.places, backend=engine, told=told)
