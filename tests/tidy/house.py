"""What the tidy tests read: the files of the repository, their syntax trees, the glossary."""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tanpuhui"
LIBRARY = ROOT / "library"

_MADE = {"build", "dist", "__pycache__"}
_HIDDEN_BUT_OURS = {".ci", ".gitattributes", ".gitignore"}
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$")
_FENCE = re.compile(r"^ *(```|~~~)")


def complaint(rule: str, found: Iterable[str], do_this: str) -> str:
    """The text of a failure: the rule, each place that breaks it, what to do."""
    return "\n".join(["", rule, *(f"  {line}" for line in found), f"Do this: {do_this}"])


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that git tracks, or would track if it were added, as absolute paths."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
        paths = [ROOT / name for name in names]
    else:  # a tree without git, such as an unpacked archive
        paths = [path for path in ROOT.rglob("*") if not _is_made(path)]
    found = sorted({path for path in paths if path.is_file()})
    assert len(found) > 20, f"{ROOT} does not look like the repository: {len(found)} files"
    return tuple(found)


def _is_made(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    hidden = any(part.startswith(".") for part in parts) and parts[0] not in _HIDDEN_BUT_OURS
    return hidden or any(part in _MADE for part in parts)


def named(path: Path) -> str:
    """The path as a reader of the repository types it."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """The Python files under these folders, or of the whole repository."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    return [
        path
        for path in files()
        if path.suffix == ".py" and any(path.is_relative_to(root) for root in roots)
    ]


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=named(path))


def module_name(path: Path) -> str:
    """``tanpuhui/rules/locate.py`` is ``tanpuhui.rules.locate``; a package is its ``__init__``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def packages() -> list[Path]:
    """Every package below ``tanpuhui`` itself, as the path of its ``__init__.py``."""
    inits = [path for path in python_files("tanpuhui") if path.name == "__init__.py"]
    return [path for path in inits if path.parent != PACKAGE]


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The numbered lines of a Markdown file that are not inside a fenced block."""
    inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def headings(path: Path) -> list[str]:
    """The headings of a Markdown page, without their marks and back-quotes."""
    assert path.is_file(), f"{named(path)} is missing; docs/build_reference.py makes it"
    found = (_HEADING.match(line) for _, line in prose(path))
    return [match["text"].replace("`", "") for match in found if match]


def read_yaml(path: Path) -> Any:
    """The content of a YAML file of the library, as plain mappings and lists."""
    assert path.is_file(), f"{named(path)} is missing"
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@functools.cache
def glossary() -> tuple[dict[str, Any], ...]:
    """The terms of library/vocabulary/terms.yaml."""
    terms = read_yaml(LIBRARY / "vocabulary" / "terms.yaml")["terms"]
    assert terms, "library/vocabulary/terms.yaml holds no term"
    return tuple(terms)
