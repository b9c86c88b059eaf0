"""``tanpuhui ledger``. Decides what is typed and printed about a journal; one command a module.

Takes: a programme, and which part of its journal; or proofs that somebody carries.
Gives: books, statements, what a proof shows; as text or ``--json``.
Refuses: words that name nobody and nothing, before the database is opened.
"""

from __future__ import annotations

import click

from tanpuhui.cli.ledger.books import books
from tanpuhui.cli.ledger.correct import correct
from tanpuhui.cli.ledger.export import export
from tanpuhui.cli.ledger.prove import prove
from tanpuhui.cli.ledger.reconcile import reconcile, reconciled_shown
from tanpuhui.cli.ledger.restate import restate
from tanpuhui.cli.ledger.seal import seal
from tanpuhui.cli.ledger.statement import line_shown, statement
from tanpuhui.cli.ledger.verify import verify


@click.group(
    short_help="Books, statements, corrections, proofs.",
    epilog="""\b
Examples
  tanpuhui ledger books --programme hankou
  tanpuhui ledger statement --programme hankou --subject u1 --partner hankou-bank
  tanpuhui ledger correct --programme hankou --record hankou-bank s-1 --because partner-error
""",
)
def ledger() -> None:
    """Read and correct what was posted, three books over one journal; verify proofs of it."""


ledger.add_command(books)
ledger.add_command(reconcile)
ledger.add_command(correct)
ledger.add_command(prove)
ledger.add_command(export)
ledger.add_command(restate)
ledger.add_command(seal)
ledger.add_command(statement)
ledger.add_command(verify)

__all__ = ["ledger", "line_shown", "reconciled_shown"]
