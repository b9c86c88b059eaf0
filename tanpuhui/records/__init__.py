"""Floor 1. Decides what the nouns that travel look like: a behaviour record and tables of them.

Takes: files and parsed JSON from outside.
Gives: Arrow tables whose columns have a type, a unit and a meaning; and, beside them, which values
could not be read.
Refuses: a file that is no table; a single bad value is marked, never raised.
"""

from tanpuhui.records.behaviour import EVIDENCE, FIELDS, Evidence, Field
from tanpuhui.records.corrections import OTHER_REASON, REASONS, RECORDS, RESTATEMENT, WITHDRAWAL
from tanpuhui.records.faults import NotATable
from tanpuhui.records.tables import (
    days_of,
    numbers_of,
    read_csv,
    table_of,
    write_csv,
    write_parquet,
)

__all__ = [
    "EVIDENCE",
    "FIELDS",
    "OTHER_REASON",
    "REASONS",
    "RECORDS",
    "RESTATEMENT",
    "WITHDRAWAL",
    "Evidence",
    "Field",
    "NotATable",
    "days_of",
    "numbers_of",
    "read_csv",
    "table_of",
    "write_csv",
    "write_parquet",
]
