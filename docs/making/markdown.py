"""The shape of a page: tables, fences, paragraphs, lists in two languages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

from tanpuhui import rules

NOTICE = "Made by `docs/build_reference.py`; change what it is made from, not this page."


def page(lines: Iterable[str]) -> str:
    """The lines as a page: no two empty lines in a row, one line end at the end."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def quoting(lines: Iterable[str], avoided: Iterable[str]) -> list[str]:
    """Words that the glossary avoids, where an official title has them, in back-quotes."""
    found, inside = [], False
    for line in "\n".join(lines).split("\n"):
        inside ^= line.startswith("```")
        parts = re.split(r"(`[^`]*`)", line)
        for word in () if inside else avoided:
            parts[::2] = [part.replace(word, f"`{word}`") for part in parts[::2]]
        found.append("".join(parts))
    return found


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table; nothing where there are no rows."""
    cells = [[_cell(text) for text in row] for row in rows]
    if not cells:
        return []
    head = list(header)
    lines = [head, ["---"] * len(head), *cells]
    return ["", *(f"| {' | '.join(row)} |" for row in lines), ""]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "—"


def fenced(text: str, kind: str = "text") -> list[str]:
    """A fenced block."""
    return ["", f"```{kind}", *text.rstrip().splitlines(), "```", ""]


def paragraphs(docstring: str | None) -> list[str]:
    """A docstring as Markdown: its paragraphs, each on one line."""
    text = inspect.cleandoc(docstring or "").replace("``", "`")
    return [line for part in text.split("\n\n") for line in (" ".join(part.split()), "")]


def both(words: rules.Words | None) -> str:
    """A text in its two languages, Chinese first; empty where there is none."""
    return "" if words is None else f"{words.zh} · {words.en}"


def bullets(items: Iterable[rules.Words]) -> list[str]:
    """Texts in two languages as a list."""
    return [line for words in items for line in (f"- {words.zh}", f"  <br>{words.en}")]
