"""Every code of the files of the library, of formulas and of records is raised by a test."""

from __future__ import annotations

from tanpuhui import engine, formula, records, rules
from tanpuhui.terms import fault_codes
from tests.tidy.house import ROOT, python_files

LOADED = (engine, formula, records, rules)
# LIB-4 are the faults of programmes, which have tests of their own.
OURS = ("LIB-1", "LIB-2", "LIB-3", "FML-", "REC-1")
FOLDERS = ("terms", "records", "formula", "rules")


def test_every_code_of_the_library_the_formulas_and_the_records_is_named_by_a_test() -> None:
    folders = [f"tests/{folder}" for folder in FOLDERS]
    text = "\n".join(path.read_text(encoding="utf-8") for path in python_files(*folders))
    codes = [code for code in fault_codes() if code.startswith(OURS)]

    unnamed = [code for code in codes if f'"{code}"' not in text]

    assert len(codes) > 30, ROOT
    assert not unnamed
