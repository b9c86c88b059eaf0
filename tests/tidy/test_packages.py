"""Packages say what they are for, and are used through their front door."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.house import (
    PACKAGE,
    complaint,
    glossary,
    module_name,
    named,
    packages,
    python_files,
    tree,
)

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
VAGUE_BUT_MEANT = {"tanpuhui/engine/backends/base.py"}  # what every back end is held to
LABELS = ("Takes:", "Gives:", "Refuses:")


def test_every_package_says_what_it_decides_takes_gives_and_refuses() -> None:
    silent = [
        f"{named(path)} lacks {', '.join(lack)}" for path in packages() if (lack := _lacks(path))
    ]

    assert not silent, complaint(
        "The docstring of a package's __init__.py says what the package decides (its first\n"
        "paragraph), and has a line each that begins with Takes:, Gives: and Refuses:",
        silent,
        "write what is lacking; tanpuhui/terms/__init__.py shows the form",
    )


def _lacks(path: Path) -> list[str]:
    text = ast.get_docstring(tree(path)) or ""
    first_paragraph = text.split("\n\n")[0]
    decides = re.search(r"\bdecides?\b", first_paragraph, re.IGNORECASE)
    lack = [] if decides else ["'Decides …' in its first paragraph"]
    return lack + [label for label in LABELS if not re.search(rf"^{label} \S", text, re.MULTILINE)]


def test_outsiders_import_a_package_by_its_root_only() -> None:
    reached_into = [
        f"{named(path)}:{line} imports {name}"
        for path in python_files("tanpuhui", "benchmarks", "docs")
        for line, name in _imported_modules(path)
        if _is_inside_another_package(module_name(path), name)
    ]

    assert not reached_into, complaint(
        "What is outside a package imports the package, not a module inside it.",
        reached_into,
        "import the name from the package's root; if it is not there, ask whether it should be",
    )


@pytest.mark.parametrize(
    ("importer", "imported", "refused"),
    [
        ("tanpuhui.rules.read", "tanpuhui.terms.units", True),
        ("tanpuhui.rules.read", "tanpuhui.terms", False),
        ("tanpuhui.rules.read", "tanpuhui.rules.locate", False),
        ("tanpuhui.engine.plan", "tanpuhui.engine.backends.base", False),
        ("benchmarks.kernel", "tanpuhui.engine.backends.duckdb", True),
        ("tanpuhui.__main__", "tanpuhui.cli", False),
    ],
)
def test_the_front_door_is_known_from_a_window(importer: str, imported: str, refused: bool) -> None:
    assert _is_inside_another_package(importer, imported) is refused


def _is_inside_another_package(importer: str, imported: str) -> bool:
    floor = imported.split(".")[:2]
    return len(imported.split(".")) > 2 and importer.split(".")[:2] != floor


def _imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Each module of ours that a file imports, ``from package import module`` included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, path)
            if _is_ours(source):
                yield node.lineno, source
                named_here = (f"{source}.{alias.name}" for alias in node.names)
                yield from ((node.lineno, name) for name in named_here if _is_hidden_module(name))


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    here = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join([*here[: len(here) - node.level], *filter(None, [node.module])])


def _is_ours(name: str) -> bool:
    return name.split(".")[0] == PACKAGE.name


def _is_hidden_module(name: str) -> bool:
    """Whether a dotted name is a module that its package does not offer in ``__all__``."""
    *package, last = name.split(".")
    folder = PACKAGE.parent.joinpath(*package)
    is_module = (folder / f"{last}.py").is_file() or (folder / last / "__init__.py").is_file()
    return is_module and folder != PACKAGE and last not in _offered(folder / "__init__.py")


@functools.cache
def _offered(init: Path) -> frozenset[str]:
    if not init.is_file():
        return frozenset()
    assigned = {
        target.id: node.value
        for node in tree(init).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if "__all__" not in assigned:
        return frozenset()
    return frozenset(ast.literal_eval(assigned["__all__"]))


def test_no_module_has_a_name_that_anything_would_fit() -> None:
    vague = [
        named(path)
        for path in python_files()
        if VAGUE_NAMES & {path.stem, path.parent.name} and named(path) not in VAGUE_BUT_MEANT
    ]

    assert not vague, complaint(
        f"Everything ends up in a module called {', '.join(sorted(VAGUE_NAMES))}.",
        vague,
        "name it after what it decides, or put its parts where they are used",
    )


def test_every_package_name_is_a_word_of_the_glossary() -> None:
    known = {term["id"] for term in glossary()}
    top = [path.parent for path in packages() if path.parent.parent == PACKAGE]

    unknown = [folder.name for folder in top if folder.name not in known]

    assert top, "found no package under tanpuhui/"
    assert not unknown, complaint(
        "The name of a package stands in the glossary.",
        unknown,
        "add the word, with its Chinese and its meaning, to library/vocabulary/terms.yaml",
    )
