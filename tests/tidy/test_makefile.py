"""Every target of the Makefile says what it does, and `make help` prints it."""

from __future__ import annotations

import re

from tests.tidy.house import ROOT, complaint

TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
PROMISED = {"help", "demo", "test", "check", "bench", "lint", "format", "lock", "clean"}


def test_every_target_has_a_description() -> None:
    declared = set(" ".join(re.findall(r"^\.PHONY: (.+)$", TEXT, re.MULTILINE)).split())
    described = set(re.findall(r"^([a-z-]+):[^#\n]*## \S", TEXT, re.MULTILINE))

    assert declared >= PROMISED, f"the Makefile lacks {sorted(PROMISED - declared)}"
    assert declared == described, complaint(
        "Each target has a line '## what it does', which `make help` prints.",
        sorted(declared ^ described),
        "describe it in the Makefile",
    )
