"""One word for one thing: the glossary's ``avoid`` entries hold code, docs and library to it.

In code an avoided word is found where *we* give a name (a function, class, argument, variable,
attribute or module), whole or as a part of a snake_case or CamelCase name; a glossary word that
contains it (``carbon_account`` for ``account``) is not meant. In text it is found literally,
outside code spans and fenced blocks, so a page that explains why not to use a word writes it in
back-quotes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.tidy.house import (
    LIBRARY,
    ROOT,
    complaint,
    files,
    glossary,
    named,
    prose,
    python_files,
    read_yaml,
    tree,
)

TERMS = LIBRARY / "vocabulary" / "terms.yaml"
SOURCES = LIBRARY / "vocabulary" / "sources.yaml"  # official titles are quoted as they are printed
GLOSSARY_PAGES = {"glossary.md", "terms.md"}  # made from terms.yaml: they print what to avoid
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
CODE_SPAN = re.compile(r"`[^`]*`")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Avoided:
    """A word not to use, and the term to use instead."""

    text: str
    say: str
    because: str

    def __str__(self) -> str:
        return f"{self.text!r}: say {self.say!r} ({self.because})"


def test_every_avoided_word_names_where_and_why() -> None:
    loose = [
        f"{term['id']}: {entry}"
        for term in glossary()
        for entry in term.get("avoid") or []
        if set(entry) != {"text", "in", "because"} or entry["in"] not in {"code", "text"}
    ]

    assert not loose, complaint(
        f"An `avoid` entry of {named(TERMS)} has text, in (code | text) and because.",
        loose,
        "complete it",
    )


def test_no_term_stands_twice_in_the_glossary() -> None:
    ids = [term["id"] for term in glossary()]

    twice = sorted({word for word in ids if ids.count(word) > 1})

    assert not twice, complaint("A term has one entry.", twice, f"join them in {named(TERMS)}")


def test_the_code_gives_no_name_that_the_glossary_avoids() -> None:
    avoided = list(_avoided("code"))
    terms = [_words(term["id"]) for term in glossary()]

    found = [
        f"{named(path)}:{line} {name} has {word}"
        for path in python_files("tanpuhui")
        for line, name in _names_given(path)
        for word in avoided
        if _holds(_words(name), _words(word.text), terms)
    ]

    assert avoided, f"{named(TERMS)} has no `avoid` entry with `in: code`"
    assert not found, complaint(
        f"The code uses the glossary's words ({named(TERMS)}).", found, "rename it"
    )


@pytest.mark.parametrize(
    ("name", "avoid", "held"),
    [
        ("user", "user", True),
        ("user_id", "user", True),
        ("UserLedger", "user", True),
        ("superuser", "user", False),
        ("carbon_account", "account", False),
        ("accounts_by_day", "account", False),
        ("carbon_account_account", "account", True),
        ("saved_emission_g", "emission_g", True),
    ],
)
def test_an_avoided_word_is_seen_whole_and_inside_a_name(name: str, avoid: str, held: bool) -> None:
    assert _holds(_words(name), _words(avoid), [("carbon", "account")]) is held


def _avoided(place: str) -> Iterator[Avoided]:
    for term in glossary():
        for entry in term.get("avoid") or []:
            if entry["in"] == place:
                yield Avoided(entry["text"], term["id"], _plain(entry["because"]))


def _plain(because: Any) -> str:
    return str(because.get("en", because) if isinstance(because, dict) else because)


def _words(name: str) -> Words:
    return tuple(word for word in HUMP.sub("_", name).lower().split("_") if word)


def _holds(name: Words, avoid: Words, terms: list[Words]) -> bool:
    """Whether a name has the avoided words in a row, outside every longer term of the glossary."""
    longer = [term for term in terms if len(term) > len(avoid) and _starts(term, avoid)]
    meant = {
        at + offset for term in longer for at in _starts(name, term) for offset in range(len(term))
    }
    return any(not meant.issuperset(range(at, at + len(avoid))) for at in _starts(name, avoid))


def _starts(words: Words, part: Words) -> list[int]:
    return [at for at in range(len(words)) if part and words[at : at + len(part)] == part]


def _names_given(path: Path) -> Iterator[tuple[int, str]]:
    yield 1, path.parent.name if path.stem == "__init__" else path.stem
    for node in ast.walk(tree(path)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def test_pages_and_titles_say_nothing_that_the_glossary_avoids() -> None:
    avoided = list(_avoided("text"))

    found = [
        f"{where} has {word}"
        for where, text in [*_text_of_pages(), *_titles_of_the_library()]
        for word in avoided
        if word.text in text
    ]

    assert avoided, f"{named(TERMS)} has no `avoid` entry with `in: text`"
    assert not found, complaint(
        f"Pages and titles use the glossary's words ({named(TERMS)}).",
        found,
        "use the term; a page that must quote the word puts it in back-quotes",
    )


def _text_of_pages() -> Iterator[tuple[str, str]]:
    for path in files():
        is_page = path.is_relative_to(ROOT / "docs") or path.name.startswith("README")
        if path.suffix == ".md" and is_page and path.name not in GLOSSARY_PAGES:
            for number, line in prose(path):
                yield f"{named(path)}:{number}", CODE_SPAN.sub("", line)


def _titles_of_the_library() -> Iterator[tuple[str, str]]:
    for path in files():
        if path.suffix == ".yaml" and path.is_relative_to(LIBRARY):
            if path in {TERMS, SOURCES}:
                continue
            for title in _titles(read_yaml(path)):
                yield f"{named(path)}, a title", title


def _titles(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _titles(item)
    elif isinstance(node, dict):
        title = node.get("title") or ""
        yield from map(str, title.values() if isinstance(title, dict) else [title])
        for value in node.values():
            yield from _titles(value)
