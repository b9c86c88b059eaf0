"""Faults: errors as part of the product.

A fault has a code, says what happened with its values, where, what to do and what to read. It is a
dataclass whose fields are the values and whose text is made from them, so a program reads the
fields and a person reads the text. Its docstring is its page in docs/reference/errors.md.

    @dataclass(eq=False)
    class NoSuchThing(Fault):
        '''What the reader of the reference page learns.'''

        code: ClassVar[str] = "LIB-999"
        thing: str

        def what(self) -> str:
            return f"There is no thing {self.thing!r}."

        def remedy(self) -> str:
            return "name one that exists"
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

_CODE = re.compile(r"[A-Z]{3}-\d{3}")
_KNOWN: dict[str, type[Fault]] = {}


@dataclass(frozen=True)
class Place:
    """Where a thing was written.

    Args:
        file: path as the reader would type it.
        line: line in the file, from 1; None for the whole file.
        row: row of a table, from 1 without the header; None where there is no table.
    """

    file: str
    line: int | None = None
    row: int | None = None

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        row = "" if self.row is None else f", row {self.row}"
        return f"{self.file}{line}{row}"


@dataclass(eq=False, kw_only=True)
class Fault(Exception):
    """One thing that is wrong, with its values, its place and its remedy.

    Subclasses name a ``code``, and say ``what`` happened, the ``details`` worth a line of their own
    and the ``remedy``: a file to change or a command to type.
    """

    code: ClassVar[str] = ""
    place: Place | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.code:
            return
        assert _CODE.fullmatch(cls.code), f"{cls.__name__}: {cls.code!r} is no code"
        twin = _KNOWN.get(cls.code)
        # A dataclass decorator with slots may build a class twice; another class may not.
        assert twin is None or twin.__qualname__ == cls.__qualname__, f"{cls.code} is taken"
        _KNOWN[cls.code] = cls

    def what(self) -> str:
        """What happened, with its values: one sentence."""
        raise NotImplementedError

    def details(self) -> Iterable[tuple[str, str]]:
        """Further lines, each a short label and its text."""
        return ()

    def remedy(self) -> str:
        """What to type or to change."""
        raise NotImplementedError

    def read(self) -> str:
        """What to read next."""
        return f"docs/reference/errors.md#{self.code.lower()}"

    def __str__(self) -> str:
        lines = [f"{self.code}  {self.what()}"]
        rows = [] if self.place is None else [("Where", str(self.place))]
        rows += [*self.details(), ("Do this", self.remedy()), ("Read", self.read())]
        for label, text in rows:
            first, *rest = text.splitlines() or [""]
            lines.append(f"  {label:<10} {first}")
            lines += [f"  {'':<10} {line}" for line in rest]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The fault as the API and ``--json`` return it: its text and its fields."""
        named = {
            f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "place"
        }
        return {
            "code": self.code,
            "what": self.what(),
            "where": None if self.place is None else dataclasses.asdict(self.place),
            "fields": {name: _plain(value) for name, value in named.items()},
            "do": self.remedy(),
            "read": self.read(),
        }


class Faults(Exception):
    """Several faults found in one pass, so that an author mends them in one go."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        assert self.faults, "no fault to report"
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n\n".join(str(fault) for fault in self.faults)


def fault_codes() -> dict[str, type[Fault]]:
    """Every code that has been loaded, in order, with its class."""
    return dict(sorted(_KNOWN.items()))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
