"""The reference has a place for each thing that a reader can meet: codes, commands, functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import click

from tanpuhui import cli, formula
from tests.tidy.house import ROOT, complaint, headings, named, prose, python_files, tree

REFERENCE = ROOT / "docs" / "reference"
REMAKE = "remake the page with docs/build_reference.py"
CODE = re.compile(r"[A-Z]{3}-\d{3}")


def test_every_error_code_has_its_heading_in_the_reference() -> None:
    codes = dict(_codes())
    page = REFERENCE / "errors.md"
    known = set(headings(page))

    assert codes, "found no class with an error code under tanpuhui/"
    missing = [f"{code} ({where})" for code, where in sorted(codes.items()) if code not in known]
    assert not missing, complaint(
        f"Each error code is a heading of {named(page)}, alone on its line: messages link to it.",
        missing,
        REMAKE,
    )


def test_the_reference_has_no_error_code_that_nothing_raises() -> None:
    codes = dict(_codes())
    page = REFERENCE / "errors.md"

    dead = [code for code in headings(page) if CODE.fullmatch(code) and code not in codes]

    assert not dead, complaint(f"{named(page)} describes codes that the code lacks.", dead, REMAKE)


def test_no_two_classes_share_an_error_code() -> None:
    holders: dict[str, list[str]] = {}
    for code, where in _codes():
        holders.setdefault(code, []).append(where)

    twice = [f"{code}: {'; '.join(where)}" for code, where in holders.items() if len(where) > 1]

    assert not twice, complaint("An error code means one thing.", twice, "give one another number")


def _codes() -> Iterator[tuple[str, str]]:
    """Each error code, with the class and file that hold it."""
    for path in python_files("tanpuhui"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                code = _code_of(node)
                if code:
                    yield code, f"{node.name}, {named(path)}:{node.lineno}"


def _code_of(node: ast.ClassDef) -> str | None:
    for line in node.body:
        match line:
            case (
                ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code)))
                | ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code)))
            ) if CODE.fullmatch(code):
                return code
    return None


def test_every_command_has_its_heading_in_the_reference() -> None:
    page = REFERENCE / "commands.md"
    commands = list(_commands(cli.command, "tanpuhui"))
    known = set(headings(page))

    assert commands, "tanpuhui.cli.command has no command"
    missing = [command for command in commands if command not in known]
    assert not missing, complaint(f"Each command is a heading of {named(page)}.", missing, REMAKE)


def _commands(group: click.Group, path: str) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        yield f"{path} {name}"
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")


def test_every_function_of_formulas_has_its_place_in_the_reference() -> None:
    page = REFERENCE / "formula.md"
    assert page.is_file(), f"{named(page)} is missing; docs/build_reference.py makes it"
    # A place is a heading or a row of a table that begins with the function's name.
    places = [line.lstrip("#| ").replace("`", "") for _, line in prose(page) if line[:1] in "#|"]

    missing = [
        name
        for name in formula.FUNCTIONS
        if not any(re.match(rf"{re.escape(name)}(\W|$)", place) for place in places)
    ]

    assert formula.FUNCTIONS, "the language has no function"
    assert not missing, complaint(
        f"Each function of formulas has a heading or a row in {named(page)}.", missing, REMAKE
    )


def test_every_methodology_has_a_page_in_each_language_that_leads_to_the_other() -> None:
    top = ROOT / "library" / "methodologies"
    files = [path for path in top.rglob("*.yaml") if not path.name.endswith(".vectors.yaml")]
    ids = [".".join(path.relative_to(top).with_suffix("").parts) for path in files]
    english, chinese = REFERENCE / "methodologies", ROOT / "docs" / "zh" / "methodologies"

    assert ids, f"found no methodology under {named(top)}"
    for name in (*(f"{found}.md" for found in ids), "README.md"):
        pages = [(folder / name).read_text(encoding="utf-8") for folder in (english, chinese)]
        assert f"](../../zh/methodologies/{name})" in pages[0], f"{name}: {REMAKE}"
        assert f"](../../reference/methodologies/{name})" in pages[1], f"{name}: {REMAKE}"
