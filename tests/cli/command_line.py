"""What the tests of the commands share."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

from tests.tidy.house import ROOT

TRIALS = str(ROOT / "tests" / "conformance" / "library")  # a private library, for --library

Typed = Callable[..., Result]
