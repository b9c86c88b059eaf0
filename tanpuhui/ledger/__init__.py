"""⑥ Ledger, a wide step. Decides what a journal line is, and how lines become three books.

One journal, three books: government, enterprise and person are three sums over the same lines, by
region, by partner and by person, so they always agree.

Takes: journal lines and grants, as columns.
Gives: the line's schema, book lines, balances, totals, and a person's statement in words.
Refuses: nothing; what may become a line was decided in the steps before.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tanpuhui.ledger import seals

if TYPE_CHECKING:
    from tanpuhui.ledger.beancount import (
        BOOK_SUMS,
        PERSON_POINT_SUMS,
        PERSON_SUMS,
        POINT_SUMS,
        AccountDay,
        DayOfBatch,
        as_beancount,
    )
    from tanpuhui.ledger.books import (
        BALANCES,
        BOOK_KEYS,
        BOOK_LINES,
        POINT_BALANCES,
        POINT_LINES,
        balances,
        book_lines,
        point_balances,
        point_lines,
        sums,
    )
    from tanpuhui.ledger.causes import REASON_WORDS, Cause
    from tanpuhui.ledger.findings import (
        ActTwice,
        AnswerDisagrees,
        BalanceDisagrees,
        BatchesDisagree,
        BookDisagrees,
        CitedLineMissing,
        FileDamaged,
        FileGone,
        FileLeft,
        Finding,
        IndexDisagrees,
        LinesDisagree,
        LockDisagrees,
        More,
        ReversalDisagrees,
        RowDisagrees,
        WithdrawnDisagrees,
    )
    from tanpuhui.ledger.lines import (
        ACT,
        AMOUNT_QUANTITIES,
        AMOUNTS,
        APPENDED,
        DIFFERENCE,
        FURTHER,
        GRANTS,
        KEY,
        LINES,
        REVERSAL,
        SCHEMA_VERSION,
        SEEN,
        SUPPRESSED,
        TEXT_QUANTITIES,
        as_now,
        quantities_of,
    )
    from tanpuhui.ledger.log_findings import (
        CheckpointDisagrees,
        EntryDisagrees,
        LogBehind,
        LogDisagrees,
        LogFileDamaged,
        LogFileForeign,
        LogFileGone,
        SealDisagrees,
    )
    from tanpuhui.ledger.statement import StatementLine, statement
    from tanpuhui.ledger.totals import Books, Total, books_of

__all__ = [
    "ACT",
    "AMOUNTS",
    "AMOUNT_QUANTITIES",
    "APPENDED",
    "BALANCES",
    "BOOK_KEYS",
    "BOOK_LINES",
    "BOOK_SUMS",
    "DIFFERENCE",
    "FURTHER",
    "GRANTS",
    "KEY",
    "LINES",
    "PERSON_POINT_SUMS",
    "PERSON_SUMS",
    "POINT_BALANCES",
    "POINT_LINES",
    "POINT_SUMS",
    "REASON_WORDS",
    "REVERSAL",
    "SCHEMA_VERSION",
    "SEEN",
    "SUPPRESSED",
    "TEXT_QUANTITIES",
    "AccountDay",
    "ActTwice",
    "AnswerDisagrees",
    "BalanceDisagrees",
    "BatchesDisagree",
    "BookDisagrees",
    "Books",
    "Cause",
    "CheckpointDisagrees",
    "CitedLineMissing",
    "DayOfBatch",
    "EntryDisagrees",
    "FileDamaged",
    "FileGone",
    "FileLeft",
    "Finding",
    "IndexDisagrees",
    "LinesDisagree",
    "LockDisagrees",
    "LogBehind",
    "LogDisagrees",
    "LogFileDamaged",
    "LogFileForeign",
    "LogFileGone",
    "More",
    "ReversalDisagrees",
    "RowDisagrees",
    "SealDisagrees",
    "StatementLine",
    "Total",
    "WithdrawnDisagrees",
    "as_beancount",
    "as_now",
    "balances",
    "book_lines",
    "books_of",
    "point_balances",
    "point_lines",
    "quantities_of",
    "seals",
    "statement",
    "sums",
]

_LATE = (
    "lines", "totals", "books", "causes", "findings", "log_findings", "statement", "beancount",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    """What the package offers but ``seals``, all of it loaded when the first is asked for.

    The columns bring an engine along that takes a second to load, and who verifies a proof without
    the platform needs none of it.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for module in _LATE:
        offered = vars(importlib.import_module(f"{__name__}.{module}"))
        # ``statement`` is a module and a function in it: the package offers the function.
        globals().update({one: offered[one] for one in __all__ if one in offered})
    return globals()[name]
