"""Floors 7 and 8. Decides what is kept in the database and who may do what: the Django apps.

The data apps hold one capability each and point one way; the faces serve one audience each and
hold no model. Importing this package loads neither Django nor a database; ``postgres`` is the
database that comes with the platform, and knows nothing of Django; ``opened`` gives a ``Store``
on the ledger, with all of that set up.

Takes: requests, files and commands of operators, partners, persons and auditors.
Gives: rows, journal entries, audit entries and pages, each change in one transaction.
Refuses: what the caller's role in a programme does not allow, and what a step below refuses.
"""

from tanpuhui.web import backup, postgres
from tanpuhui.web.faults import (
    DatabaseGone,
    NewerTables,
    NoFreePort,
    NotAPostgresUrl,
    UnfinishedRestore,
)
from tanpuhui.web.ledger import (
    Correction,
    FileChanged,
    ForeignLake,
    LakeNotWritable,
    PersonLines,
    Posted,
    PostedBatch,
    Reconciled,
    SegmentsMissing,
    WrongSecret,
)
from tanpuhui.web.portal import Portal, Simulated, Site, listening, reason_of
from tanpuhui.web.start import django_for_reading, django_over, home, opened
from tanpuhui.web.store import Store

__all__ = [
    "Correction",
    "DatabaseGone",
    "FileChanged",
    "ForeignLake",
    "LakeNotWritable",
    "NewerTables",
    "NoFreePort",
    "NotAPostgresUrl",
    "PersonLines",
    "Portal",
    "Posted",
    "PostedBatch",
    "Reconciled",
    "SegmentsMissing",
    "Simulated",
    "Site",
    "Store",
    "UnfinishedRestore",
    "WrongSecret",
    "backup",
    "django_for_reading",
    "django_over",
    "home",
    "listening",
    "opened",
    "postgres",
    "reason_of",
]
