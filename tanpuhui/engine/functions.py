"""Functions that engines have and Ibis does not write as we need them, by DuckDB's names.

A back end of another engine puts its own in their place: ``timezone(zone, x)`` is Spark's
``to_utc_timestamp`` and ``from_utc_timestamp``, ``sha256(x)`` its ``sha2(x, 256)``, ``epoch_us``
its ``unix_micros``. What begins with ``tanpuhui`` is no engine's; each back end writes it out.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, cast

import ibis
import ibis.expr.datatypes as dt

INSTANT = dt.Timestamp(timezone="UTC")
HEX_NUMBER = "tanpuhui_hex_number"
HEX_KEY = "tanpuhui_hex_key"
JOINED = "tanpuhui_joined"


@functools.cache  # so that two plans which call it are equal, where they are in all else
def _function(name: str, takes: tuple[dt.DataType, ...], gives: dt.DataType) -> Callable[..., Any]:
    def stand_in() -> None:
        """Has the arguments that Ibis looks for."""

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    arguments = [inspect.Parameter(f"argument_{n}", kind) for n in range(len(takes))]
    stand_in.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    made = ibis.udf.scalar.builtin(name=name, signature=(tuple(takes), gives))(stand_in)
    return cast(Callable[..., Any], made)


# The instant at which the wall clock of a zone shows a time.
instant_of = _function("timezone", (dt.string, dt.timestamp), INSTANT)
# What the wall clock of a zone shows at an instant.
clock_at = _function("timezone", (dt.string, INSTANT), dt.timestamp)
# Microseconds since 1970 in UTC.
microseconds = _function("epoch_us", (INSTANT,), dt.int64)
# SHA-256 of the UTF-8 of a text, in lower-case hex.
sha256 = _function("sha256", (dt.string,), dt.string)
# The first characters of a text. Ibis would write the text twice, and a hash in it be made twice.
leading = _function("left", (dt.string, dt.int64), dt.string)
# What stands under a path of a JSON text: a text without its quotes, or a number as it is written.
json_text = _function("json_extract_string", (dt.string, dt.string), dt.string)
# The number that up to fifteen hex digits write; fifteen are 60 bits.
hex_number = _function(HEX_NUMBER, (dt.string,), dt.int64)
# The same of up to thirty, 120 bits: a key that engines sort and join fast.
hex_key = _function(HEX_KEY, (dt.string,), dt.Decimal(38, 0))


def any_of(truths: Iterable[Any]) -> Any:
    """True where one of the truths is; false where there are none.

    Halves are joined with halves: a chain nests once for each, and Ibis gives up at some hundreds.
    """
    listed = list(truths)
    if len(listed) <= 1:
        return listed[0] if listed else ibis.literal(value=False)
    middle = len(listed) // 2
    return any_of(listed[:middle]) | any_of(listed[middle:])


def joined(*parts: Any) -> Any:
    """The parts as one text; none of them may be null.

    Ibis and sqlglot would write ``||``, which copies the text once for each part.
    """
    return _function(JOINED, (dt.string,) * len(parts), dt.string)(*parts)
