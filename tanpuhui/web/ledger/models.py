"""What the database knows of the journal: which files count, and the sums over them.

The lines themselves lie in the lake. All rows of a batch are written in one transaction, and never
changed; a domain's row is the one that is, once a batch.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models.functions import Now

from tanpuhui.records import RECORDS
from tanpuhui.web.participants.models import Person


class Domain(models.Model):
    """A dedup domain: among its programmes an act is credited once. Its row is the posters' lock.

    Args:
        posted_order: of the last batch; the next has one more.
        secret_check: what shows whether a secret is the one that keyed this domain's hashes.
        lake_mark: stands in the domain's folder too, and shows that the two belong together.
    """

    id = models.TextField(primary_key=True)
    posted_order = models.BigIntegerField(default=0)
    secret_check = models.TextField()
    lake_mark = models.UUIDField()

    def __str__(self) -> str:
        return self.id


class Batch(models.Model):
    """A posted batch.

    Args:
        name: the batch's id, as lines and people have it. The rows of other tables have the
            number, since millions of them name a batch.
        posted_order: its number in its domain.
        question: hash of what was asked; the same question gets the same answer.
        has_held: some records were held; when these are asked again the answer may be another.
        currencies: by id, whether the rate is published.
        result: what was answered, as JSON text: repeated to the letter.
        kind: ``records``, ``withdrawal`` or ``restatement``.
        reason: why records were withdrawn, of ``records.REASONS``; null for other kinds.
        note: what the operator wrote of a correction; null for nothing.
        clawback: the pool whose lines a correction lowered; null for none.
    """

    number = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="batches")
    posted_order = models.BigIntegerField()
    programme = models.TextField(db_index=True)
    programme_sha256 = models.TextField()
    library_version = models.TextField()
    partner = models.TextField(null=True)  # null: the records say it
    question = models.TextField(db_index=True)
    has_held = models.BooleanField()
    currencies = models.JSONField()
    result = models.TextField()
    posted_at = models.DateTimeField(db_default=Now())
    kind = models.TextField(default=RECORDS)
    reason = models.TextField(null=True)
    note = models.TextField(null=True)
    clawback = models.TextField(null=True)

    class Meta:
        """One number, one batch."""

        verbose_name_plural = "batches"
        constraints = (
            models.UniqueConstraint("domain", "posted_order", name="ledger_batch_order"),
        )

    def __str__(self) -> str:
        return self.name

    def answer(self) -> dict[str, Any]:
        """The result as ``tanpuhui run --json`` printed it."""
        found: dict[str, Any] = json.loads(self.result)
        return found


class Segment(models.Model):
    """A file of the lake that counts: together, the rows are the manifest.

    Args:
        kind: as ``pipeline.FileKind`` has it.
        path: from the lake's root.
        local_day: null where the file is of the whole batch.
        starts, ends: between which instants its acts took place; null where it has none.
        has_corrections: whether a line in it corrects another.
        sha256: of the file, as it was put on disk; null in rows of releases that kept none.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="segments")
    kind = models.TextField()
    path = models.TextField(unique=True)
    local_day = models.DateField(null=True)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    has_corrections = models.BooleanField()
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.TextField(null=True)

    def __str__(self) -> str:
        return self.path


def _of_person() -> models.ForeignKey[Person, Person]:
    """A person, by whom rows are looked up with the primary key; no constraint: see Balance."""
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


def _of_batch() -> models.ForeignKey[Batch, Batch]:
    """A batch; no constraint: see Balance."""
    return models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class Balance(models.Model):
    """What a person gained in a batch. A person's balance is the sum over the batches.

    Appended, never updated: 2.4 million rows are in at once by COPY, where an update of as many
    takes ten times as long. Its one index is the primary key. The database checks no foreign key
    here, since a check a row would take longer than the COPY; only ``services.post`` writes, in
    the transaction that also writes the batch and opens the persons.
    """

    pk = models.CompositePrimaryKey("person_id", "batch_id")
    person = _of_person()
    batch = _of_batch()
    count = models.BigIntegerField()
    reduction_mg = models.BigIntegerField()
    credited_mg = models.BigIntegerField()

    def __str__(self) -> str:
        return f"person {self.person_id}: {self.credited_mg} mg"


class PointBalance(models.Model):
    """The points that a person gained in a batch, in the currency's unit; see Balance."""

    pk = models.CompositePrimaryKey("person_id", "batch_id", "currency")
    person = _of_person()
    batch = _of_batch()
    currency = models.TextField()
    points = models.BigIntegerField()

    def __str__(self) -> str:
        return f"person {self.person_id}: {self.points} {self.currency}"


class BookLine(models.Model):
    """What a batch added to the books: one row a combination of the keys that occurs."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="book_lines")
    programme = models.TextField()
    partner = models.TextField()
    region = models.TextField()
    scene = models.TextField()
    methodology = models.TextField()
    local_day = models.DateField()
    count = models.BigIntegerField()
    baseline_mg = models.BigIntegerField(null=True)  # null where no line has one
    reduction_mg = models.BigIntegerField()
    credited_mg = models.BigIntegerField()

    class Meta:
        """Books are asked by programme and day."""

        indexes = (models.Index("programme", "local_day", name="ledger_bookline_day"),)

    def __str__(self) -> str:
        return f"{self.local_day} {self.partner} {self.region} {self.scene}"


class PointLine(models.Model):
    """The points that a batch added, by the keys of a book line and by currency."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="point_lines")
    programme = models.TextField()
    partner = models.TextField()
    region = models.TextField()
    scene = models.TextField()
    methodology = models.TextField()
    local_day = models.DateField()
    currency = models.TextField()
    points = models.BigIntegerField()

    class Meta:
        """Books are asked by programme and day."""

        indexes = (models.Index("programme", "local_day", name="ledger_pointline_day"),)

    def __str__(self) -> str:
        return f"{self.local_day} {self.partner} {self.region} {self.scene} {self.currency}"


class Lock(models.Model):
    """A journal line that a pool has taken: nothing but a claw-back takes it back or lowers it.

    Args:
        line: its number in the batch.
        pool: the pool's name.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="locks")
    line = models.BigIntegerField()
    pool = models.TextField(db_index=True)

    class Meta:
        """A line is one pool's."""

        constraints = (models.UniqueConstraint("batch", "line", name="ledger_lock_line"),)

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.line}: {self.pool}"
