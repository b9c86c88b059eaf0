"""YAML as the library writes it: a strict subset in which no value can mean two things.

Numbers are Decimals, days are dates; what YAML 1.1 would have turned into something else (on, off,
yes, no, 010, 12:30) must be quoted; no anchors, tags or repeated keys. Every value keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from tanpuhui.rules.faults import AmbiguousScalar, DuplicateKey, NotStrictYaml, NotYaml
from tanpuhui.terms import Fault, Faults, Place, hash_of_bytes

SIZE_LIMIT = 2_000_000  # bytes of one file

Scalar = str | Decimal | date | bool | None

_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRAP = re.compile(
    r"(?i:on|off|yes|no|y|n|true|false|null)"  # but for the plain true, false and null above
    r"|[-+]?0\d+(?:\.\d*)?|0[xob]\w+"  # octal, hexadecimal
    r"|\d+(?::[0-5]?\d)+"  # base sixty
    r"|[-+]?\d[\d_]*_[\d_]*(?:\.\d*)?"  # 1_000
    r"|[-+]?\.\d+|[-+]?\d+\."  # .5 and 5.
    r"|[-+]?\.(?i:inf)|\.(?i:nan)"
)
_CONSTANTS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}


@dataclass(frozen=True)
class Leaf:
    """A single value and its line."""

    value: Scalar
    line: int


@dataclass(frozen=True)
class Listing:
    """A list, its items each with their line."""

    items: tuple[Written, ...]
    line: int


@dataclass(frozen=True)
class Block:
    """A mapping; keys are texts; ``key_lines`` says where each stands."""

    entries: Mapping[str, Written]
    key_lines: Mapping[str, int]
    line: int


Written = Leaf | Listing | Block


@dataclass(frozen=True)
class YamlFile:
    """A file that was read: its name as one would type it, its top block, the hash of its bytes."""

    name: str
    top: Block
    sha256: str


def read_yaml(path: Path) -> YamlFile:
    """The file, strictly read.

    Raises:
        Faults: it is no YAML, or not of the strict subset; every place is named.
    """
    name = shown_path(path)
    content = path.read_bytes()
    if len(content) > SIZE_LIMIT:
        raise Faults([NotYaml(place=Place(name), problem=f"it has over {SIZE_LIMIT} bytes")])
    return _parsed(name, content)


@lru_cache(maxsize=2_000)
def _parsed(name: str, content: bytes) -> YamlFile:
    """The file of these bytes; what was parsed once is not parsed again.

    Most of the time to open a library is parsing, and a process opens it again and again: a server
    for each batch, the tests and the pages for each command. What comes out is never changed.
    """
    try:
        text = content.decode()
        node = YAML(typ="safe", pure=True).compose(text)
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8"
        raise Faults([NotYaml(place=Place(name), problem=problem)]) from error
    except MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        problem = " ".join(str(error.problem or error.context).split())
        raise Faults([NotYaml(place=Place(name, line), problem=problem)]) from error
    except YAMLError as error:
        problem = " ".join(str(error).split())
        raise Faults([NotYaml(place=Place(name), problem=problem)]) from error
    reader = _Reader(name, text)
    top = reader.written(node) if node is not None else Block({}, {}, 1)
    if not isinstance(top, Block):
        problem = "the file must be a mapping of keys to values"
        reader.faults.append(NotYaml(place=Place(name, 1), problem=problem))
    if reader.faults:
        raise Faults(reader.faults)
    assert isinstance(top, Block)
    return YamlFile(name, top, hash_of_bytes(content))


def shown_path(path: Path) -> str:
    """The path as the reader would type it: relative to where he stands, if it lies below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


class _Reader:
    """Turns ruamel's nodes into ours and collects what is not strict."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.anchored: set[int] = set()  # told once, however often an alias leads there
        self.open: set[int] = set()  # the nodes being read; an alias may lead back to one
        self.faults: list[Fault] = []

    def written(self, node: Any) -> Written:
        line = node.start_mark.line + 1
        if node.anchor is not None and id(node) not in self.anchored:
            self.anchored.add(id(node))
            self._refuse(line, f"the anchor &{node.anchor}")
        if self.text[node.start_mark.index : node.start_mark.index + 1] == "!":
            self._refuse(line, f"the tag {node.tag}")
        if id(node) in self.open:
            return Leaf(None, line)
        self.open.add(id(node))
        found = self._node(node, line)
        self.open.discard(id(node))
        return found

    def _node(self, node: Any, line: int) -> Written:
        if isinstance(node, ScalarNode):
            return Leaf(self._scalar(node, line), line)
        if isinstance(node, SequenceNode):
            return Listing(tuple(self.written(item) for item in node.value), line)
        assert isinstance(node, MappingNode)
        return self._block(node, line)

    def _block(self, node: Any, line: int) -> Block:
        entries: dict[str, Written] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._refuse(key_line, "a key that is not a text")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._refuse(key_line, "the merge key <<")
            if key_node.style is None and _TRAP.fullmatch(key):
                self.faults.append(AmbiguousScalar(place=Place(self.name, key_line), text=key))
            if key in entries:
                place = Place(self.name, key_line)
                self.faults.append(DuplicateKey(place=place, key=key, first_line=lines[key]))
            entries[key] = self.written(value_node)
            lines[key] = key_line
        return Block(entries, lines, line)

    def _scalar(self, node: Any, line: int) -> Scalar:
        text = str(node.value)
        if node.style is not None:  # quoted or a text block
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _NUMBER.fullmatch(text):
            return Decimal(text)
        if _DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self._refuse(line, f"{text}, which is no day of the calendar")
                return text
        if _TRAP.fullmatch(text):
            self.faults.append(AmbiguousScalar(place=Place(self.name, line), text=text))
        return text

    def _refuse(self, line: int, what: str) -> None:
        self.faults.append(NotStrictYaml(place=Place(self.name, line), found=what))
