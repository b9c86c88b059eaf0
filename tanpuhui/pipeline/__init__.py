"""Floor 6. Decides nothing of its own: wires ③ to ⑥ and the grants of ⑦ for one batch.

The only place where plans of several steps run. Given files, rules, bindings and what was posted
before, it computes a batch and writes it as files that count once somebody commits them. It needs
no Django, so a verifier can run it on a laptop.

Takes: partners' files, a programme and the library, bindings of people, earlier keys and segments.
Gives: a staged batch: journal segments by day and the Merkle tree over their lines, verdicts, keys,
    grants, balances and book lines.
Refuses: a file that cannot be read, by a fault of its own, while the others go on; records by code.
"""

from tanpuhui.pipeline import reconcile
from tanpuhui.pipeline.batch import compute, open_engine
from tanpuhui.pipeline.correcting import Corrected, correct
from tanpuhui.pipeline.faults import (
    AlreadyWithdrawn,
    ImportedNotRestated,
    LinesLocked,
    NameOfLine,
    NothingToClawBack,
    NothingToWithdraw,
    UnknownRecords,
)
from tanpuhui.pipeline.keys import record_number, subject_key
from tanpuhui.pipeline.order import (
    LOCKED,
    PEOPLE,
    SECRETS,
    SUBJECTS,
    Bindings,
    Earlier,
    Order,
    Segment,
)
from tanpuhui.pipeline.restating import Restatement
from tanpuhui.pipeline.staged import (
    KEYS,
    REFERENCES,
    SEALED_KINDS,
    VERDICTS,
    WITHDRAWN,
    Counts,
    FileKind,
    Seal,
    Staged,
    StagedFile,
)
from tanpuhui.pipeline.withdrawing import NAMED_RECORDS, Withdrawal

__all__ = [
    "KEYS",
    "LOCKED",
    "NAMED_RECORDS",
    "PEOPLE",
    "REFERENCES",
    "SEALED_KINDS",
    "SECRETS",
    "SUBJECTS",
    "VERDICTS",
    "WITHDRAWN",
    "AlreadyWithdrawn",
    "Bindings",
    "Corrected",
    "Counts",
    "Earlier",
    "FileKind",
    "ImportedNotRestated",
    "LinesLocked",
    "NameOfLine",
    "NothingToClawBack",
    "NothingToWithdraw",
    "Order",
    "Restatement",
    "Seal",
    "Segment",
    "Staged",
    "StagedFile",
    "UnknownRecords",
    "Withdrawal",
    "compute",
    "correct",
    "open_engine",
    "reconcile",
    "record_number",
    "subject_key",
]
