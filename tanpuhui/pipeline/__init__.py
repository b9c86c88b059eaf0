"""Floor 6. Decides nothing of its own: wires ③ to ⑥ and the grants of ⑦ for one batch.

The only place where plans of several steps run. Given files, rules, bindings and what was posted
before, it computes a batch and writes it as files that count once somebody commits them. It needs
no Django, so a verifier can run it on a laptop.

Takes: partners' files, a programme and the library, bindings of people, earlier keys and segments.
Gives: a staged batch: journal segments by day, verdicts, keys, grants, balances and book lines.
Refuses: a file that cannot be read, by a fault of its own, while the others go on; records by code.
"""

from tanpuhui.pipeline import reconcile
from tanpuhui.pipeline.batch import compute, open_engine
from tanpuhui.pipeline.faults import QuantityWithoutColumn
from tanpuhui.pipeline.keys import subject_key
from tanpuhui.pipeline.order import PEOPLE, SUBJECTS, Bindings, Earlier, Order, Segment
from tanpuhui.pipeline.staged import (
    KEYS,
    REFERENCES,
    VERDICTS,
    Counts,
    FileKind,
    Staged,
    StagedFile,
)

__all__ = [
    "KEYS",
    "PEOPLE",
    "REFERENCES",
    "SUBJECTS",
    "VERDICTS",
    "Bindings",
    "Counts",
    "Earlier",
    "FileKind",
    "Order",
    "QuantityWithoutColumn",
    "Segment",
    "Staged",
    "StagedFile",
    "compute",
    "open_engine",
    "reconcile",
    "subject_key",
]
