"""What commands print in the pages that are written by hand.

The commands of a block whose fence says ``console`` are run, in order, and what they print is put
below them. A block whose fence names a file (``yaml mine/scenes/stairs.yaml``) is such a file for
the commands that follow it on the page. So a reader who copies a page from top to bottom sees what
the page shows. Other blocks are left as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import cast

from click.testing import CliRunner

from tanpuhui import cli

FENCE = re.compile(r"```(?P<info>[^`]*)")  # at the left edge; an indented block is never run
WIDTH = 90  # columns of a terminal, for what commands print

# What a command printed that left its folder as it was, by the command and what the folder held. A
# page and its twin in the other language run the same ones, and some take seconds.
_said: dict[tuple[str, str], list[str]] = {}


def renewed(text: str, root: Path) -> str:
    """The page with its commands run, in a folder that holds the page's own files and examples."""
    lines: list[str] = []
    block: list[str] = []
    info: str | None = None
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        Path("examples").symlink_to(root / "examples")
        for line in text.splitlines():
            if info is None:
                lines.append(line)
                fence = FENCE.fullmatch(line)
                info = fence["info"].strip() if fence else None
            elif line == "```":
                lines += [*_block(info, block, root), line]
                info, block = None, []
            else:
                block.append(line)
    assert info is None, "a page has a block without an end"
    return "\n".join(lines) + "\n" if lines else ""


def _block(info: str, block: list[str], root: Path) -> list[str]:
    """The lines of a block as they should be; a block with a file's name is written to it."""
    kind, _, file = info.partition(" ")
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text("\n".join(block) + "\n", encoding="utf-8")
    if kind != "console":
        return block
    lines: list[str] = []
    for command in (line for line in block if line.startswith("$ ")):
        lines += [*([""] if lines else []), command, *_answer(command.removeprefix("$ "), root)]
    return lines


def _answer(command: str, root: Path) -> list[str]:
    """What a command prints; run once where it changes nothing."""
    held = _held()
    if (command, held) not in _said:
        printed = _printed(command, root)
        if _held() != held:
            return printed
        _said[command, held] = printed
    return _said[command, held]


def _held() -> str:
    """A hash of the files of the folder we are in, without the examples, which nobody changes."""
    digest = hashlib.sha256()
    for path in sorted(Path().rglob("*")):
        if path.is_file() and not path.is_symlink():
            digest.update(f"{path}:{path.stat().st_size}:".encode() + path.read_bytes())
    return digest.hexdigest()


def _printed(command: str, root: Path) -> list[str]:
    """What a command prints, stdout and stderr as they come."""
    program, *arguments = shlex.split(command)
    assert program == "tanpuhui", f"console blocks run tanpuhui alone, not {program}"
    runner = CliRunner(env={"TANPUHUI_LIBRARY": None, "TANPUHUI_ENGINE": None})
    with runner.isolation() as (_, _, both):
        # As on a terminal: a line of stdout stands before what stderr says after it.
        cast(io.TextIOWrapper, sys.stdout).reconfigure(line_buffering=True)
        with contextlib.suppress(SystemExit):
            cli.command.main(arguments, prog_name=program, terminal_width=WIDTH)
        sys.stdout.flush()
        text = both.getvalue().decode().replace(f"{root}{os.sep}", "")
    # The release and the hash of all rules are other on each machine and after each edit.
    text = re.sub(r"^library \S+\+[0-9a-f]{12}:", "library …:", text, flags=re.MULTILINE)
    return [line.rstrip() for line in text.strip().splitlines()]
