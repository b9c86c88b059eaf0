"""What every command has in common: a help that teaches, faults for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import click
import pytest

from tanpuhui import __version__, cli
from tests.cli.command_line import TRIALS, Typed

FAULTY = [
    ("explain", "rates.hankou_2022", "scene=walk", "miles=3"),
    ("explain", "rates.hankou_2022", "steps=1", "--region", "990000"),
    ("explain", "trial.without_value", "distance_km=1", "--library", TRIALS),
    ("quantify", "rates.hankou_2022", "nowhere.csv"),
    ("quantify", "rates.hankou_2021", "nowhere.csv"),
    ("library", "show", "no.such.thing"),
    ("library", "list", "--library", "/nowhere"),
]


def commands(
    command: click.Command = cli.command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """The words of every command and sub-command."""
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))


@pytest.mark.parametrize("words", list(commands()), ids=lambda words: " ".join(words) or "tanpuhui")
def test_the_help_of_a_command_teaches_by_an_example(words: tuple[str, ...], typed: Typed) -> None:
    long, short = typed(*words, "--help"), typed(*words, "-h")

    assert (long.exit_code, long.stdout) == (0, short.stdout)
    usage, *rest = long.stdout.splitlines()
    assert usage.startswith("Usage:")
    # The command itself; of a group one of its commands.
    example = re.compile(rf"\btanpuhui {' '.join((*words, ''))}[\w-]")
    assert any(example.search(f"{line} -") for line in rest)


@pytest.mark.parametrize("words", list(commands()), ids=lambda words: " ".join(words) or "tanpuhui")
def test_every_option_says_what_it_is_for(words: tuple[str, ...]) -> None:
    command: click.Command = cli.command
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]

    silent = [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert command.help
    assert silent == []


@pytest.mark.parametrize("name", ["quantify", "explain"])
def test_the_help_tells_the_exit_codes(name: str, typed: Typed) -> None:
    told = " ".join(typed(name, "--help").stdout.split())

    assert re.search(r"Exit codes 0 .* 1 .* refused; 2 the command was wrong", told)


def test_the_examples_of_the_help_can_be_typed(typed: Typed) -> None:
    told = typed("explain", "--help").stdout

    examples = re.findall(r"^ +tanpuhui (explain .+)$", told, re.MULTILINE)

    assert len(examples) >= 3
    for example in examples:
        assert typed(*example.split()).exit_code == 0, example


@pytest.mark.parametrize("words", FAULTY, ids=lambda words: " ".join(words[:2]))
def test_a_fault_in_json_has_code_values_place_remedy_and_page(
    words: tuple[str, ...], typed: Typed
) -> None:
    told, answered = typed(*words), typed(*words, "--json")

    assert (told.exit_code, answered.exit_code) == (2, 2)
    (fault,) = json.loads(answered.stdout)["faults"]
    assert set(fault) == {"code", "what", "where", "fields", "do", "read"}
    assert told.stderr.startswith(f"{fault['code']}  {fault['what']}")
    assert told.stdout == ""
    # The same remedy for people and programs; long ones run over lines.
    assert fault["do"].splitlines()[0] in told.stderr
    assert fault["fields"]


def test_an_unknown_command_is_a_wrong_command(typed: Typed) -> None:
    for words in (
        ("quantity",),
        ("library", "lint"),
        ("explain",),
        ("quantify", "rates.hankou_2022"),
    ):
        assert typed(*words).exit_code == 2


def test_the_version_is_printed(typed: Typed) -> None:
    assert typed("--version").stdout.strip() == f"tanpuhui, version {__version__}"
