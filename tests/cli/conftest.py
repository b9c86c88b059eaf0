"""The command as it is typed, in this process: the libraries are read once for all tests."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tanpuhui import cli
from tanpuhui.cli import shared_options
from tanpuhui.rules import Library
from tests.cli.command_line import TRIALS, Typed

_open_library = functools.cache(shared_options.open_library)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What comes of ``tanpuhui`` and the words given; the environment says nothing of its own."""
    for name in ("TANPUHUI_ENGINE", "TANPUHUI_LIBRARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(shared_options, "open_library", _open_library)

    def run(*words: str | Path, environment: dict[str, str] | None = None) -> Result:
        if environment:  # TANPUHUI_LIBRARY may be among it: read anew
            monkeypatch.setattr(shared_options, "open_library", _open_library.__wrapped__)
        arguments = [str(word) for word in words]
        result = CliRunner().invoke(cli.command, arguments, env=environment)
        # A fault is told; a traceback never reaches whoever typed the command.
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def trials() -> Library:
    """The public library and that of the conformance suite, as ``--library`` opens them."""
    return _open_library((Path(TRIALS),))
