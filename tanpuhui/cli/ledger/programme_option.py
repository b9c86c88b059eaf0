"""The option that every command of the group takes."""

from __future__ import annotations

import click

with_programme = click.option(
    "--programme", required=True, metavar="ID|FILE",
    help="A programme of the library by its id, or a programme file of your own (.yaml).",
)  # fmt: skip
