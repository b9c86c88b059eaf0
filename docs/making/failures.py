"""The page of other people's failures, and the test that asks each of us.

Each is told in our own words from a public report, in ``failures.yaml``. Whether every test that is
named there exists is looked at by ``tests/tidy/test_failures.py``. ``material.yaml`` has the cases
and numbers of others that ours is held against.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from docs.making.markdown import NOTICE

FILE = Path(__file__).with_suffix(".yaml")
MATERIAL = FILE.with_name("material.yaml")


@dataclass(frozen=True)
class Failure:
    """A failure of others.

    Args:
        reports: where it can be read, as ``owner/repository#number``.
        told: what went wrong, or what users asked for.
        answer: what is done here.
        tests: each as ``file::test``; none where it is ``open``.
        is_open: nothing answers it yet.
    """

    reports: tuple[str, ...]
    told: str
    answer: str
    tests: tuple[str, ...]
    is_open: bool


def sections() -> dict[str, tuple[Failure, ...]]:
    """The failures of each section of the page, in its order."""
    read = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return {
        section["section"]: tuple(
            Failure(
                tuple(one["reports"]), one["told"], one["answer"], tuple(one.get("tests", ())),
                one.get("open", False),
            )
            for one in section["failures"]
        )
        for section in read
    }  # fmt: skip


def all_failures() -> Iterable[Failure]:
    """Every failure of the page."""
    return (one for found in sections().values() for one in found)


@dataclass(frozen=True)
class Material:
    """Cases or numbers of others that ours is held against.

    Args:
        tests: each as ``file::test``; none where it is open.
        open: why there is no test yet.
    """

    what: str
    tests: tuple[str, ...]
    open: str | None


def material() -> tuple[Material, ...]:
    """The material of others, in the order of the page."""
    every = YAML(typ="safe").load(MATERIAL.read_text(encoding="utf-8"))
    return tuple(
        Material(one["what"], tuple(one.get("tests", ())), one.get("open")) for one in every
    )


def failures() -> list[str]:
    """The page: one row a failure, with the test that would fail if it were ours."""
    lines = [
        "# Failures of others", "", NOTICE, "",
        "What went wrong in other people's systems, or what their users asked for, as far as it",
        "concerns what is built here. Each row names a test that would fail if it were true of",
        "this platform. *Open* means that nothing answers it yet.", "",
    ]  # fmt: skip
    for title, found in sections().items():
        lines += [f"## {title}", "", "| what went wrong | here | tested by |", "|---|---|---|"]
        lines += [*(_row(one) for one in found), ""]
    lines += [
        "## Material of others, run against ours", "",
        "Cases and numbers that other people published, held against this platform.", "",
        "| what | tested by |", "|---|---|",
        *(f"| {one.what} | {_tested(one.tests)}{f': {one.open}' if one.open else ''} |"
          for one in material()),
    ]  # fmt: skip
    return lines


def _row(one: Failure) -> str:
    where = ", ".join(_link(report) for report in one.reports)
    return f"| {one.told} ({where}) | {one.answer} | {_tested(one.tests)} |"


def _tested(tests: tuple[str, ...]) -> str:
    return "<br>".join(f"`{test}`" for test in tests) or "*open*"


def _link(report: str) -> str:
    repository, number = report.split("#")
    name = repository.split("/")[1]
    return f"[{name} #{number}](https://github.com/{repository}/issues/{number})"
