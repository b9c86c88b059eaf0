"""What pyproject.toml asks for, requirements.lock pins, and the code imports are one set."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.tidy.house import ROOT, complaint, named, python_files, tree

LOCK = ROOT / "requirements.lock"
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>.+))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
REMAKE = "run `make lock`"


def test_the_lock_pins_every_requirement_of_pyproject_within_its_range() -> None:
    pins = _pins()
    wanted = [Requirement(line) for line in _project()["dependencies"] + _extras() + _development()]

    loose = [
        f"{want}: the lock has {pins.get(canonicalize_name(want.name), 'nothing')}"
        for want in wanted
        if not want.specifier.contains(pins.get(canonicalize_name(want.name), Version("0")))
    ]

    assert not loose, complaint("requirements.lock follows pyproject.toml.", loose, REMAKE)


def test_the_lock_holds_pins_and_hashes_and_nothing_else() -> None:
    lines = LOCK.read_text(encoding="utf-8").splitlines()

    other = [
        f"{named(LOCK)}:{number} {line}"
        for number, line in enumerate(lines, start=1)
        if not (line.startswith("#") or PIN.match(line) or HASH.match(line))
    ]
    bare = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.match(line) and not HASH.match(following)
    ]

    assert not other + bare, complaint(
        "The lock has one version a package, with hashes; no address of an index or of a folder.",
        other + bare,
        REMAKE,
    )


def test_the_package_imports_only_what_it_asks_for() -> None:
    lines = [*_project()["dependencies"], *_extras()]
    asked = {canonicalize_name(Requirement(line).name) for line in lines}
    owners = packages_distributions()

    unasked = [
        f"{named(path)}:{line} imports {top}"
        for path in python_files("tanpuhui")
        for line, top in _third_party(tree(path))
        if not asked & {canonicalize_name(owner) for owner in owners.get(top, [])}
    ]

    assert not unasked, complaint(
        "What tanpuhui/ imports stands in `dependencies` of pyproject.toml: a package that is\n"
        "here only because another one needs it may be gone tomorrow.",
        unasked,
        "do without it, or add it with a line in docs/decisions/0001-tools-and-libraries.md",
    )


def _project() -> dict[str, Any]:
    project: dict[str, Any] = _pyproject()["project"]
    return project


def _extras() -> list[str]:
    """What an extra asks for; a module that imports it does so late, and says what is missing."""
    extras: dict[str, list[str]] = _project()["optional-dependencies"]
    return [line for lines in extras.values() for line in lines]


def _development() -> list[str]:
    lines: list[str] = _pyproject()["dependency-groups"]["dev"]
    return lines + list(_pyproject()["build-system"]["requires"])


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins() -> dict[str, Version]:
    found = (PIN.match(line) for line in LOCK.read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(pin["name"]): Version(pin["version"]) for pin in found if pin}


def _third_party(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        match node:
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(name), level=0):
                names = [name]
            case _:
                continue
        tops = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"tanpuhui"}
        yield from ((node.lineno, top) for top in sorted(tops))
