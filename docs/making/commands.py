"""The page of commands, from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from docs.making.markdown import NOTICE, fenced, paragraphs, table
from tanpuhui import cli


def commands() -> list[str]:
    """Every command with its usage, options and epilog."""
    lines = [
        "# Commands", "", NOTICE, "",
        "Exit codes are the same everywhere: 0 done; 1 something was refused or does not hold;",
        "2 the command was wrong. `TANPUHUI_LIBRARY` names private libraries (several as in PATH)",
        "and `TANPUHUI_ENGINE` the engine, where no option does. `python -m tanpuhui` is the same",
        "command.", "",
    ]  # fmt: skip
    for name, command in _commands("tanpuhui", cli.command):
        context = click.Context(command, info_name=name, terminal_width=100)
        options = [parameter.get_help_record(context) for parameter in command.get_params(context)]
        rows = [(f"`{record[0]}`", record[1]) for record in options if record and record[1]]
        epilog = inspect.cleandoc(command.epilog or "").replace("\b\n", "")
        lines += [f"## {name}", "", *paragraphs(command.help)]
        lines += fenced(f"{name} {' '.join(command.collect_usage_pieces(context))}", "sh")
        lines += table(("option", "meaning"), rows)
        lines += fenced(epilog) if epilog else []
    return lines


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if name != "tanpuhui":
        yield name, command
    if isinstance(command, click.Group):
        for inner, found in sorted(command.commands.items()):
            yield from _commands(f"{name} {inner}", found)
