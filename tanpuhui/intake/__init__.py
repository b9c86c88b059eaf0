"""③ Intake, a wide step. Decides which of the records that a partner hands in can be believed.

The columns of a file become the fields of records, by a mapping where they are the partner's own;
each record is typed, checked against its scene and its programme, and hashed, so that a retry is
told from a conflict. No record is dropped and none stops the others.

Takes: the columns of a file, each as text; a mapping; scenes, and the facts of a programme.
Gives: one row a record, typed, with its local day and the hash of its content; and for a refused
one the code of the first check that failed.
Refuses: a record, by a code and in its row; a file that is no table or lacks a column, by a fault
that stops no other file.
"""

from tanpuhui.intake.faults import (
    ColumnTwice,
    DamagedFile,
    MissingColumns,
    NoRecords,
    NotJsonLines,
    NotUtf8,
    RaggedRow,
    StrangeRegions,
    UnknownForm,
)
from tanpuhui.intake.files import RecordFile, flaw, head, heads
from tanpuhui.intake.programme_facts import LocalDay
from tanpuhui.intake.received import received, received_schema, region_codes, unknown_regions
from tanpuhui.intake.texts import check_columns, scanned_columns

__all__ = [
    "ColumnTwice",
    "DamagedFile",
    "LocalDay",
    "MissingColumns",
    "NoRecords",
    "NotJsonLines",
    "NotUtf8",
    "RaggedRow",
    "RecordFile",
    "StrangeRegions",
    "UnknownForm",
    "check_columns",
    "flaw",
    "head",
    "heads",
    "received",
    "received_schema",
    "region_codes",
    "scanned_columns",
    "unknown_regions",
]
