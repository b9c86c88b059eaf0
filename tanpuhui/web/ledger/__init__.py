"""Ledger, a data app. Decides what is posted: which files of the lake count, and with what sums.

The steps compute; this commits. Files are on disk before the rows that name them are committed,
together with the balances and book lines that they change, so a batch is posted whole or not at
all, and once.

Takes: partners' files, a programme, the library; the home's lake and keys.
Gives: posted batches, the three books, a person's balance and lines.
Refuses: a database, a lake and keys that do not belong together, before anything is changed.
"""

from tanpuhui.web.ledger.answers import (
    Correction,
    PersonLines,
    Posted,
    PostedBatch,
    Reconciled,
)
from tanpuhui.web.ledger.faults import (
    FileChanged,
    ForeignLake,
    LakeNotWritable,
    LinesNotHeld,
    LinesNotLockable,
    NothingPosted,
    SegmentsMissing,
    WrongSecret,
)
from tanpuhui.web.ledger.places import Places, places_of

__all__ = [
    "Correction",
    "FileChanged",
    "ForeignLake",
    "LakeNotWritable",
    "LinesNotHeld",
    "LinesNotLockable",
    "NothingPosted",
    "PersonLines",
    "Places",
    "Posted",
    "PostedBatch",
    "Reconciled",
    "SegmentsMissing",
    "WrongSecret",
    "places_of",
]
