"""A formula written out for a reader, with numbers in the place of names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tanpuhui.formula.nodes import (
    Arithmetic,
    Call,
    Comparison,
    Convert,
    Logic,
    Lookup,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Text,
    Zeroed,
)

Language = Literal["en", "zh"]
Leaf = Callable[[Number | Text | Name | Lookup], str]

_SIGNS = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {"and": " and ", "or": " or ", "not": "not ", "in": " is one of ", "if": "if ",
           "then": ", then ", "else": ", else ", "given": " is given", "otherwise": ", or else ",
           "min": "the smaller of ", "max": "the larger of ", "clip": "kept within limits: ",
           "comma": ", "},
    "zh": {"and": " 且 ", "or": " 或 ", "not": "并非 ", "in": " 属于 ", "if": "若 ",
           "then": " 则 ", "else": "，否则 ", "given": " 已提供", "otherwise": "，缺省为 ",
           "min": "取较小者 ", "max": "取较大者 ", "clip": "限定范围 ", "comma": "，"},
}  # fmt: skip
# How tightly a node binds; a looser one inside a tighter one gets brackets.
_LOGIC, _RELATION, _SUM, _PRODUCT, _POWER, _ATOM = range(6)


def sentence(tree: Node, leaf: Leaf, language: Language) -> str:
    """The formula as a person reads it.

    Args:
        tree: a checked tree.
        leaf: what to write for a number, a text, a name or a look-up: its value and unit, or its
            name.
        language: ``en`` or ``zh``.

    Returns:
        Text such as ``7250 step × 0.02 gCO2e/step``.
    """
    return _Writer(leaf, _WORDS[language]).write(tree)[0]


class _Writer:
    def __init__(self, leaf: Leaf, words: dict[str, str]) -> None:
        self.leaf = leaf
        self.words = words

    def write(self, node: Node) -> tuple[str, int]:
        """The text of a node, and how tightly it binds."""
        words = self.words
        match node:
            case Number() | Text() | Name() | Lookup():
                return self.leaf(node), _ATOM
            case Arithmetic(sign=sign, left=left, right=right):
                return self._arithmetic(sign, left, right)
            case Negative(of=of):
                return f"−{self._inside(of, _PRODUCT)}", _SUM
            case Convert(of=of, factor=factor):
                return f"{self._inside(of, _PRODUCT)} × {factor:f}", _PRODUCT
            case Zeroed(of=of):
                return self.write(of)
            case Comparison(sign=sign, left=left, right=right):
                mark = _SIGNS.get(sign, sign)
                return f"{self._inside(left, _SUM)} {mark} {self._inside(right, _SUM)}", _RELATION
            case Logic(word=word, left=left, right=right):
                both = (self._inside(left, _RELATION), self._inside(right, _RELATION))
                return words[word].join(both), _LOGIC
            case Not(of=of):
                return f"{words['not']}{self._inside(of, _ATOM)}", _LOGIC
            case Member(item=item, texts=texts):
                listed = words["comma"].join(text.value for text in texts)
                return f"{self._inside(item, _ATOM)}{words['in']}{listed}", _RELATION
            case Call():
                return self._call(node)

    def _arithmetic(self, sign: str, left: Node, right: Node) -> tuple[str, int]:
        if sign == "^":
            base = self._inside(left, _ATOM)
            # (10 km)^2, and not 10 km^2, which would be ten of another unit.
            base = f"({base})" if " " in base and not base.startswith("(") else base
            return f"{base}^{self._inside(right, _ATOM)}", _POWER
        level = _PRODUCT if sign in "*/" else _SUM
        # a − (b − c) and a ÷ (b × c) keep their brackets: the right side must bind tighter.
        right_level = level + 1 if sign in "-/" else level
        mark = _SIGNS.get(sign, sign)
        return f"{self._inside(left, level)} {mark} {self._inside(right, right_level)}", level

    def _call(self, node: Call) -> tuple[str, int]:
        words = self.words
        texts = [self.write(argument)[0] for argument in node.arguments]
        match node.name:
            case "if":
                text = f"{words['if']}{texts[0]}{words['then']}{texts[1]}{words['else']}{texts[2]}"
                return f"({text})", _ATOM
            case "given":
                return f"{texts[0]}{words['given']}", _RELATION
            case "otherwise":
                return f"({texts[0]}{words['otherwise']}{texts[1]})", _ATOM
            case "min" | "max" | "clip":
                return f"({words[node.name]}{words['comma'].join(texts)})", _ATOM
            case name:
                return f"{name}({texts[0]})", _ATOM

    def _inside(self, node: Node, level: int) -> str:
        text, own = self.write(node)
        return text if own >= level else f"({text})"
