"""Functions that engines have and Ibis does not write as we need them, by DuckDB's names.

A back end of another engine puts its own in their place: ``timezone(zone, x)`` is Spark's
``to_utc_timestamp`` and ``from_utc_timestamp``, ``sha256(x)`` its ``sha2(x, 256)``, ``epoch_us``
its ``unix_micros``, ``strlen`` its ``octet_length``. What begins with ``tanpuhui`` is no engine's;
each back end writes it out. On Spark: a digest is ``unhex(sha2(x, 256))``, UTF-8 ``encode(x,
'utf-8')``, bytes are joined by ``concat``; the bits of a double are
``reflect('java.lang.Double', 'doubleToLongBits', x)``, from which the NaN of ours is taken; and a
number is packed as ``unhex(lpad(hex(x ^ -9223372036854775808), 16, '0'))``.
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
DIGEST = "tanpuhui_digest"
UTF8 = "tanpuhui_utf8"
BYTES_JOINED = "tanpuhui_bytes_joined"
DOUBLE_BITS = "tanpuhui_double_bits"
PACKED = "tanpuhui_packed"
# The bits of the one NaN: as Java's doubleToLongBits has it, whatever NaN was meant.
NAN_BITS = 0x7FF8_0000_0000_0000


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
# MD5 of the same: half as dear, and good enough where nobody gains by finding two texts alike.
md5 = _function("md5", (dt.string,), dt.string)
# The first characters of a text. Ibis would write the text twice, and a hash in it be made twice.
leading = _function("left", (dt.string, dt.int64), dt.string)
# What stands under a path of a JSON text: a text without its quotes, or a number as it is written.
json_text = _function("json_extract_string", (dt.string, dt.string), dt.string)
# The number that up to fifteen hex digits write; fifteen are 60 bits.
hex_number = _function(HEX_NUMBER, (dt.string,), dt.int64)
# The same of up to thirty, 120 bits: a key that engines sort and join fast.
hex_key = _function(HEX_KEY, (dt.string,), dt.Decimal(38, 0))

# SHA-256 of bytes: 32 bytes.
digest = _function(DIGEST, (dt.binary,), dt.binary)
# The UTF-8 of a text, and how many bytes that is.
utf8 = _function(UTF8, (dt.string,), dt.binary)
byte_count = _function("strlen", (dt.string,), dt.int64)
# The IEEE 754 bits of a double as a signed whole number; every NaN has those of NAN_BITS.
double_bits = _function(DOUBLE_BITS, (dt.float64,), dt.int64)


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


def bytes_joined(*parts: Any) -> Any:
    """The parts, columns of bytes, as one; none of them may be null."""
    return _function(BYTES_JOINED, (dt.binary,) * len(parts), dt.binary)(*parts)


def packed(*numbers: Any) -> Any:
    """The numbers as bytes that sort as they do, one after the other; and no others have the same.

    Args:
        numbers: columns of int64, of days, and of whole numbers in ``decimal(38, 0)``.

    Returns:
        Of each 0x01 where it is null, else 0x02 and the number, or the days since 1970-01-01, plus
        half of its range, big-endian: in 8 bytes, of a day in 4, of a decimal in 16.
    """
    kinds = tuple(number.type().copy(nullable=True) for number in numbers)
    return _function(PACKED, kinds, dt.binary)(*numbers)


def bytes_of(value: bytes) -> Any:
    """Bytes that are the same in each row."""
    return ibis.literal(value, type="binary")
