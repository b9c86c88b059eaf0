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
from tanpuhui.web.ledger.answers import (
    Correction,
    PersonLines,
    Posted,
    PostedBatch,
    Reconciled,
)
from tanpuhui.web.ledger.log_answers import LogStatus, ProvedLine
from tanpuhui.web.ledger.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from tanpuhui.engine import RelationalBackend
    from tanpuhui.ledger import AccountDay, Books, Total, seals
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

    def log_status(self, programme: str) -> LogStatus:
        """How the log of a programme stands, and whether its published files are behind.

        Raises:
            NoLog: nothing of it is sealed.
        """
        from tanpuhui.web.ledger import log_queries

        return log_queries.status(programme, self.places)

    def publish_log(self, programme: str) -> bool:
        """Write what the published log of a programme lacks; whether it lacked something.

        Raises:
            NoLog, LogAhead, LogNotPublished: it cannot be published.
        """
        from tanpuhui.web.ledger import publishing

        return publishing.publish(programme, self.places)

    def publish_whole_log(self, programme: str) -> bool:
        """As ``publish_log``, looking at every file, so that damaged ones are mended."""
        from tanpuhui.web.ledger import publishing

        return publishing.publish_whole(programme, self.places)

    def rotate_log_key(self, programme: str, *, is_lost: bool = False) -> str:
        """Give a log a new key; the new public key.

        Args:
            is_lost: whether the present key is lost for good.

        Raises:
            NoLog, LogKeyLost, LakeNotWritable: the key is not changed.
        """
        from tanpuhui.web.ledger import log_services

        return log_services.rotate(programme, self.places, is_lost=is_lost)

    def cosign(
        self, programme: str, content: bytes, keys: Sequence[seals.VerifierKey], *, file: str
    ) -> tuple[str, ...]:
        """Add witnesses' signatures to a checkpoint of a log; whose were added.

        Args:
            content: the checkpoint as they signed it, or their lines alone.
            keys: theirs; a signature by nobody among them is left out.
            file: what a fault calls it.

        Raises:
            NoLog, NoCosignature: nothing is added.
        """
        from tanpuhui.web.ledger import log_services

        return log_services.cosign(programme, content, keys, self.places, file=file)

    def consistency(self, programme: str, old_size: int) -> bytes:
        """The proof that the log of a programme only grew since an earlier checkpoint.

        Raises:
            NoLog, NoCheckpoint, SealBroken: there is none.
        """
        from tanpuhui.web.ledger import log_queries

        return log_queries.consistency(programme, old_size, self.places)

    def export_batch(self, batch: str, folder: Path) -> seals.BatchExport:
        """A sealed batch as a new folder that anybody can verify; the header of the export.

        Raises:
            NoSuchBatch, NotSealed, SealBroken, SegmentsMissing: there is nothing to export.
            FileExistsError: the folder is there.
        """
        from tanpuhui.web.ledger import proving

        return proving.export(batch, folder, self.places)

    def prove(self, programme: Programme, partner: str, record_id: str) -> tuple[ProvedLine, ...]:
        """A proof for each journal line of a record, in posted order.

        Raises:
            NothingToProve, NotSealed, SecretErased, SealBroken: there is none.
            SegmentsMissing, WrongSecret: database, lake and keys do not fit together.
        """
        from tanpuhui.web.ledger import proving

        return proving.prove(programme, partner, record_id, self.places)

    def erase_secret(self, person_id: int) -> bool:
        """Destroy what salts the seals over a person's lines; whether there was a secret.

        Nobody can open these lines from then on. It cannot be undone; a back-up may still have it.
        """
        from tanpuhui.web.participants import bindings

        return bindings.erase_secret(person_id)

    def day_totals(self, programme: str, day: date, known_at: datetime | None = None) -> AccountDay:
        """What each batch added to a local day, account by account, for ``ledger.as_beancount``.

        Args:
            known_at: as for ``books``.

        Raises:
            SegmentsMissing: a file of the journal is gone.
        """
        from tanpuhui.web.ledger import day_totals

        return day_totals.day_totals(programme, day, self.places, known_at)

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
