"""⑥ Ledger, a wide step. Decides what a journal line is, and how lines become three books.

One journal, three books: government, enterprise and person are three sums over the same lines, by
region, by partner and by person, so they always agree.

Takes: journal lines and grants, as columns.
Gives: the line's schema, book lines, balances, totals, and a person's statement in words.
Refuses: nothing; what may become a line was decided in the steps before.
"""

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
    More,
    RowDisagrees,
)
from tanpuhui.ledger.lines import (
    ACT,
    AMOUNT_QUANTITIES,
    AMOUNTS,
    DIFFERENCE,
    GRANTS,
    KEY,
    LINES,
    REVERSAL,
    SCHEMA_VERSION,
    SUPPRESSED,
    TEXT_QUANTITIES,
)
from tanpuhui.ledger.statement import StatementLine, statement
from tanpuhui.ledger.totals import Books, Total, books_of

__all__ = [
    "ACT",
    "AMOUNTS",
    "AMOUNT_QUANTITIES",
    "BALANCES",
    "BOOK_KEYS",
    "BOOK_LINES",
    "DIFFERENCE",
    "GRANTS",
    "KEY",
    "LINES",
    "POINT_BALANCES",
    "POINT_LINES",
    "REVERSAL",
    "SCHEMA_VERSION",
    "SUPPRESSED",
    "TEXT_QUANTITIES",
    "ActTwice",
    "AnswerDisagrees",
    "BalanceDisagrees",
    "BatchesDisagree",
    "BookDisagrees",
    "Books",
    "CitedLineMissing",
    "FileDamaged",
    "FileGone",
    "FileLeft",
    "Finding",
    "IndexDisagrees",
    "LinesDisagree",
    "More",
    "RowDisagrees",
    "StatementLine",
    "Total",
    "balances",
    "book_lines",
    "books_of",
    "point_balances",
    "point_lines",
    "statement",
    "sums",
]
