"""JSON as proofs are written in it: read strictly, and values of lines that survive exactly.

JSON knows one kind of number, and many readers keep 53 bits of it. A journal line has whole numbers
of 64 and of 120 bits, doubles, days and instants. So a value stands beside its kind, as text:

    "distance_km": ["float64", "3.5"],  "line": ["int64", "17"],  "reference_key": null
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tanpuhui.ledger.seals.faults import NotInForm
from tanpuhui.ledger.seals.record import instant_of, instant_text

_WHOLE = re.compile("0|-?[1-9][0-9]*")
_MOST_DIGITS = 38  # of a keyed hash in a line


def written(content: Mapping[str, Any]) -> bytes:
    """A file of JSON: two spaces, UTF-8, one line end after it."""
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def read(content: bytes, *, form: str) -> dict[str, Any]:
    """The object of a file of JSON.

    Raises:
        NotInForm: it is no JSON object, a name stands in it twice, or a number is no whole one.
    """

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        if len(set(names)) != len(names):
            raise NotInForm(form=form, problem="a name stands twice in one object")
        return dict(found)

    def no_number(text: str) -> Any:
        raise NotInForm(form=form, problem=f"{text} is no whole number")

    try:
        parsed = json.loads(
            content.decode(),
            object_pairs_hook=pairs,
            parse_float=no_number,
            parse_constant=no_number,
        )
    except UnicodeDecodeError:
        raise NotInForm(form=form, problem="it is not UTF-8") from None
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno} is not JSON ({error.msg})"
        raise NotInForm(form=form, problem=problem) from None
    except (RecursionError, ValueError):  # thousands of brackets, or of digits
        raise NotInForm(
            form=form, problem="it is nested too deeply, or a number too long"
        ) from None
    if not isinstance(parsed, dict):
        raise NotInForm(form=form, problem="it is not one object")
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NotInForm(form=form, problem="a text holds half a character") from None
    return parsed


class Fields:
    """An object of which each field is taken once, with its type, and none may be left."""

    def __init__(self, content: Mapping[str, Any], *, form: str, at: str = "") -> None:
        self._left = dict(content)
        self._form = form
        self._at = at

    def wrong(self, name: str, problem: str) -> NotInForm:
        """The fault that says what is wrong with a field."""
        return NotInForm(form=self._form, problem=f"{self._at}{name} {problem}")

    def _take(self, name: str, kind: type, called: str) -> Any:
        if name not in self._left:
            raise self.wrong(name, "is missing")
        found = self._left.pop(name)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise self.wrong(name, f"is no {called}")
        return found

    def text(self, name: str) -> str:
        """A text."""
        found: str = self._take(name, str, "text")
        return found

    def number(self, name: str) -> int:
        """A whole number, 0 or more."""
        found: int = self._take(name, int, "whole number")
        if found < 0:
            raise self.wrong(name, "is below zero")
        return found

    def truth(self, name: str) -> bool:
        """True or false."""
        found: bool = self._take(name, bool, "true or false")
        return found

    def hash(self, name: str, *, bytes_count: int = 32) -> bytes:
        """Bytes written in small hex digits."""
        return self._bytes(name, self.text(name), bytes_count)

    def hashes(self, name: str) -> tuple[bytes, ...]:
        """A list of hashes of 32 bytes."""
        return tuple(self._bytes(name, one, 32) for one in self.items(name))

    def items(self, name: str) -> list[Any]:
        """A list."""
        found: list[Any] = self._take(name, list, "list")
        return found

    def fields(self, name: str) -> Fields:
        """An object within."""
        found = self._take(name, dict, "object")
        return Fields(found, form=self._form, at=f"{self._at}{name}.")

    def each(self, name: str) -> list[Fields]:
        """A list of objects."""
        found = self.items(name)
        if not all(isinstance(one, dict) for one in found):
            raise self.wrong(name, "is no list of objects")
        return [
            Fields(one, form=self._form, at=f"{self._at}{name}[{n}].")
            for n, one in enumerate(found)
        ]

    def optional_text(self, name: str) -> str | None:
        """A text, or null."""
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return None
        return self.text(name)

    def columns(self, name: str) -> dict[str, Any]:
        """A line, as ``columns_written`` wrote it."""
        found: Mapping[str, Any] = self._take(name, dict, "object")
        return {column: self._value(f"{name}.{column}", value) for column, value in found.items()}

    def done(self) -> None:
        """Nothing else stands in the object."""
        for name in self._left:
            raise self.wrong(name, "is unknown")

    def _bytes(self, name: str, found: Any, bytes_count: int) -> bytes:
        if not isinstance(found, str) or not re.fullmatch(f"[0-9a-f]{{{2 * bytes_count}}}", found):
            raise self.wrong(name, f"is not {2 * bytes_count} digits of 0–9 and a–f")
        return bytes.fromhex(found)

    def _value(self, name: str, found: Any) -> Any:
        if found is None:
            return None
        match found:
            case [str(kind), str(text)] if kind in _READERS:
                try:
                    value = _READERS[kind](text)
                except (ValueError, ArithmeticError):
                    raise self.wrong(name, f"is no {kind}: {text!r}") from None
                if value_written(value) != [kind, text]:
                    raise self.wrong(name, f"is not written in the one form of a {kind}: {text!r}")
                return value
        raise self.wrong(name, f"is neither null nor one of {', '.join(_READERS)} with its text")


def value_written(value: Any) -> list[str] | None:
    """A value of a line with its kind.

    >>> value_written(3.5), value_written(Decimal(12)), value_written(None)
    (['float64', '3.5'], ['decimal', '12'], None)
    """
    match value:
        case None:
            return None
        case str():
            return ["text", value]
        case bool():
            pass
        case int():
            return ["int64", str(value)]
        case float() if math.isfinite(value):
            return ["float64", repr(value)]  # the shortest text that reads as the same double
        case Decimal() if value == value.to_integral_value():
            return ["decimal", str(int(value))]
        case datetime():
            return ["instant", instant_text(value)]
        case date():
            return ["day", value.isoformat()]
    raise AssertionError(f"a journal line holds no {type(value).__name__}: {value!r}")


def columns_written(row: Mapping[str, Any]) -> dict[str, list[str] | None]:
    """A line, one value a column, in the order of its columns."""
    return {name: value_written(value) for name, value in row.items()}


def _whole(text: str) -> int:
    found = int(text)
    if not _WHOLE.fullmatch(text) or not -(2**63) <= found < 2**63:
        raise ValueError(text)
    return found


def _key(text: str) -> Decimal:
    if not _WHOLE.fullmatch(text) or len(text) > _MOST_DIGITS:
        raise ValueError(text)
    return Decimal(text)


def _double(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text)
    return found


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "int64": _whole,
    "float64": _double,
    "decimal": _key,
    "instant": instant_of,
    "day": date.fromisoformat,
}
