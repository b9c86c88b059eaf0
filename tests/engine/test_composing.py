"""What is built once for the same rules, and what is built anew."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import pytest

from tanpuhui.engine import composed

built: list[str] = []


@dataclass(frozen=True)
class Rule:
    """A rule that holds something that cannot be hashed."""

    most: int
    words: dict[str, str] = field(default_factory=dict)


@composed
def _limited(rows: Any, rule: Rule, *, scenes: frozenset[str] = frozenset()) -> Any:
    built.append("limited")
    return rows.filter(rows.steps <= rule.most)


def _rows(name: str = "rows", column: str = "steps") -> Any:
    return ibis.table({column: "int64"}, name=name)


@pytest.fixture(autouse=True)
def _nothing_built() -> None:
    built.clear()


def test_the_same_rule_over_a_table_of_the_same_name_is_built_once() -> None:
    rule = Rule(10)

    first = _limited(_rows(), rule, scenes=frozenset({"walk", "bus"}))
    second = _limited(_rows(), rule, scenes=frozenset({"bus", "walk"}))

    assert first is second
    assert built == ["limited"]


def test_a_table_of_another_name_or_another_number_is_built_anew() -> None:
    rule = Rule(10)

    _limited(_rows(), rule)
    _limited(_rows("others"), rule)
    _limited(_rows(), rule, scenes=frozenset({"walk"}))

    assert built == ["limited"] * 3


def test_a_changed_rule_is_never_taken_for_the_one_it_was_made_of() -> None:
    rule = Rule(10)

    first = _limited(_rows(), rule)
    second = _limited(_rows(), replace(rule, most=20))
    # Nor for one that says the same: what a rule says is not looked into.
    _limited(_rows(), replace(rule))

    assert not first.equals(second)
    assert built == ["limited"] * 3


def test_what_may_change_is_refused() -> None:
    @composed
    def chosen(rows: Any, names: Any) -> Any:
        return rows.select(*names)

    with pytest.raises(TypeError, match="list may change"):
        chosen(_rows(), ["steps"])
    with pytest.raises(TypeError, match="dict may change"):
        chosen(_rows(), {"steps": 1})
