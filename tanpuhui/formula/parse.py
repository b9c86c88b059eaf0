"""From a formula's text to its tree.

The grammar, loosest first:

    truth      = conjunct { "or" conjunct }
    conjunct   = negation { "and" negation }
    negation   = "not" negation | relation
    relation   = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
                     | "in" "(" text { "," text } ")" ]
    sum        = product { ( "+" | "-" ) product }
    product    = signed { ( "*" | "/" ) signed }
    signed     = "-" signed | power
    power      = atom [ "^" signed ]
    atom       = number [ unit ] | text | name [ "[" sum { "," sum } "]" ]
               | name "(" truth { "," truth } ")" | "(" truth ")"

A unit follows its number after a space and holds none itself: ``200 gCO2e``, ``3 gCO2e/km``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar, cast

from tanpuhui.formula.faults import NotAFormula
from tanpuhui.formula.nodes import (
    Arithmetic,
    ArithmeticSign,
    Call,
    Comparison,
    ComparisonSign,
    Logic,
    Lookup,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Text,
)

Part = TypeVar("Part", bound=Node)

LENGTH_LIMIT = 2_000  # characters of one formula
DEPTH_LIMIT = 30  # brackets, signs and powers inside one another
SIGN_LIMIT = 150  # + - * / and, or in one formula; each makes the tree one deeper

_JOINING = frozenset({"+", "-", "*", "/", "and", "or"})
_KEYWORDS = frozenset({"and", "or", "not", "in"})
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
        (?:[
        ](?!(?:and|or|not|in)\b)(?P<unit>[^\W\d]\w*(?:\^-?\d+)?(?:[*/][^\W\d]\w*(?:\^-?\d+)?)*))?
      | (?P<name>[A-Za-z_]\w*)
      | '(?P<text>[^']*)'
      | (?P<sign>==|!=|<=|>=|[-+*/^<>(),\[\]])""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class _Token:
    kind: str  # number, name, text, sign, word (a keyword), end
    text: str
    at: int
    unit: str | None = None

    def shown(self) -> str:
        return "the end" if self.kind == "end" else f"{self.text!r}"


def parse(formula: str) -> Node:
    """The tree of a formula.

    Raises:
        NotAFormula: the text does not follow the grammar; it names the column.
    """
    if len(formula) > LENGTH_LIMIT:
        raise NotAFormula(
            formula=f"{formula[:60]} …",
            at=0,
            found=f"{len(formula)} characters",
            wanted=f"a formula of at most {LENGTH_LIMIT} characters",
        )
    tokens = _tokens(formula)
    signs = [token for token in tokens if token.text in _JOINING and token.kind != "text"]
    if len(signs) > SIGN_LIMIT:
        raise NotAFormula(
            formula=f"{formula[:60]} …", at=0,
            found=f"{len(signs)} signs", wanted=f"a formula of at most {SIGN_LIMIT}",
        )  # fmt: skip
    parser = _Parser(formula, tokens)
    tree = parser.truth()
    parser.expect_end()
    return tree


def _tokens(formula: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            raise NotAFormula(
                formula=formula, at=at, found=repr(formula[at]), wanted="a name, number or sign"
            )
        kind = "number" if match["number"] else cast(str, match.lastgroup)
        if kind == "name" and match["name"] in _KEYWORDS:
            kind = "word"
        if kind != "space":
            text = match["number"] or match["text"] or match[0]
            text = match["text"] if kind == "text" else text
            tokens.append(_Token(kind, text, at, match["unit"]))
        at = match.end()
    tokens.append(_Token("end", "", len(formula)))
    return tokens


class _Parser:
    """One pass over the tokens, one method a line of the grammar."""

    def __init__(self, formula: str, tokens: list[_Token]) -> None:
        self.formula = formula
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    # -- the grammar ------------------------------------------------------------------------------

    def truth(self) -> Node:
        return self._chain(self._conjunct, {"or"}, lambda token, a, b: Logic("or", a, b, token.at))

    def _conjunct(self) -> Node:
        return self._chain(
            self._negation, {"and"}, lambda token, a, b: Logic("and", a, b, token.at)
        )

    def _negation(self) -> Node:
        token = self._take_if({"not"})
        return self._relation() if token is None else Not(self._deeper(self._negation), token.at)

    def _relation(self) -> Node:
        left = self._sum()
        token = self._take_if({"==", "!=", "<", "<=", ">", ">=", "in"})
        if token is None:
            return left
        if token.text == "in":
            self._take("(")
            texts = self._list(self._text, ")")
            return Member(left, texts, token.at)
        return Comparison(cast(ComparisonSign, token.text), left, self._sum(), at=token.at)

    def _sum(self) -> Node:
        return self._chain(self._product, {"+", "-"}, self._arithmetic)

    def _product(self) -> Node:
        return self._chain(self._signed, {"*", "/"}, self._arithmetic)

    def _signed(self) -> Node:
        token = self._take_if({"-"})
        return self._power() if token is None else Negative(self._deeper(self._signed), token.at)

    def _power(self) -> Node:
        left = self._atom()
        token = self._take_if({"^"})
        if token is None:
            return left
        return Arithmetic("^", left, self._deeper(self._signed), token.at)

    def _atom(self) -> Node:
        token = self.tokens[self.position]
        self.position += 1
        if token.kind == "number":
            return Number(Decimal(token.text), token.unit, token.at)
        if token.kind == "text":
            return Text(token.text, token.at)
        if token.kind == "name":
            if self._take_if({"("}):
                return Call(token.text, self._list(self.truth, ")"), token.at)
            if self._take_if({"["}):
                return Lookup(token.text, self._list(self._sum, "]"), token.at)
            return Name(token.text, token.at)
        if token.text == "(":
            inner = self._deeper(self.truth)
            self._take(")")
            return inner
        self.position -= 1
        raise self._fault(token, "a number, a name or '('")

    def _text(self) -> Text:
        token = self.tokens[self.position]
        if token.kind != "text":
            raise self._fault(token, "a text in single quotes")
        self.position += 1
        return Text(token.text, token.at)

    # -- how it moves -----------------------------------------------------------------------------

    @staticmethod
    def _arithmetic(token: _Token, left: Node, right: Node) -> Node:
        return Arithmetic(cast(ArithmeticSign, token.text), left, right, token.at)

    def _chain(
        self,
        part: Callable[[], Node],
        signs: set[str],
        join: Callable[[_Token, Node, Node], Node],
    ) -> Node:
        left = part()
        while (token := self._take_if(signs)) is not None:
            left = join(token, left, part())
        return left

    def _list(self, part: Callable[[], Part], close: str) -> tuple[Part, ...]:
        parts = [self._deeper(part)]
        while self._take_if({","}):
            parts.append(self._deeper(part))
        self._take(close)
        return tuple(parts)

    def _deeper(self, part: Callable[[], Part]) -> Part:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            token = self.tokens[self.position]
            raise self._fault(token, f"at most {DEPTH_LIMIT} brackets inside one another")
        result = part()
        self.depth -= 1
        return result

    def _take_if(self, texts: set[str]) -> _Token | None:
        token = self.tokens[self.position]
        if token.kind in ("sign", "word") and token.text in texts:
            self.position += 1
            return token
        return None

    def _take(self, text: str) -> None:
        if self._take_if({text}) is None:
            raise self._fault(self.tokens[self.position], repr(text))

    def expect_end(self) -> None:
        token = self.tokens[self.position]
        if token.kind != "end":
            raise self._fault(token, "a sign or the end")

    def _fault(self, token: _Token, wanted: str) -> NotAFormula:
        return NotAFormula(formula=self.formula, at=token.at, found=token.shown(), wanted=wanted)
