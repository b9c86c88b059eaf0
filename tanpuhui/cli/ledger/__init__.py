"""``tanpuhui ledger``. Decides what is typed and printed about a journal; one command a module.

Takes: a programme, and which part of its journal.
Gives: books, statements, as text or ``--json``.
Refuses: words that name nobody and nothing, before the database is opened.
"""

from __future__ import annotations

import click

from tanpuhui.cli.ledger.books import books
from tanpuhui.cli.ledger.reconcile import reconcile, reconciled_shown
from tanpuhui.cli.ledger.statement import line_shown, statement


@click.group(
    short_help="Read the books: totals, statements.",
    epilog="""\b
Examples
  tanpuhui ledger books --programme hankou
  tanpuhui ledger statement --programme hankou --subject u1 --partner hankou-bank
""",
)
def ledger() -> None:
    """Read what was posted: three books over one journal, and what a person was credited."""


ledger.add_command(books)
ledger.add_command(reconcile)
ledger.add_command(statement)

__all__ = ["ledger", "line_shown", "reconciled_shown"]
