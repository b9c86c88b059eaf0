"""The command ``tanpuhui`` and its sub-commands."""

from __future__ import annotations

import click

from tanpuhui import __version__
from tanpuhui.cli.compare import compare
from tanpuhui.cli.demo import demo
from tanpuhui.cli.explain import explain
from tanpuhui.cli.ledger import ledger
from tanpuhui.cli.library import library
from tanpuhui.cli.library_diff import diff
from tanpuhui.cli.library_new import new
from tanpuhui.cli.quantify import quantify
from tanpuhui.cli.run import run


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with:  tanpuhui library list   ·   tanpuhui explain rates.hankou_2022 steps=7250",
)
@click.version_option(__version__, prog_name="tanpuhui")
def command() -> None:
    """Tanpuhui (碳普惠): green acts, quantified, kept in a carbon ledger, and provable.

    A methodology is a file that anyone can read; every figure that these commands print can be
    computed again from it, gram by gram.
    """


command.add_command(demo)
command.add_command(run)
command.add_command(ledger)
command.add_command(quantify)
command.add_command(explain)
command.add_command(compare)
command.add_command(library)
library.add_command(diff)
library.add_command(new)


def main() -> None:
    """The entry point."""
    command(prog_name="tanpuhui")
