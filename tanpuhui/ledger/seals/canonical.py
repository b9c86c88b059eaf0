"""One journal line in bytes, its salt and its commitment: the reference, in plain Python.

    field       = number ":" value ","          null columns have no field
    value       = whole number in decimal digits, "-" before it where it is below zero
                | count of bytes ":" UTF-8      of a text
    canonical   = the fields of SHARED, then all others, each part in the order of the columns
    salt        = SHA-256(secret, 16 hex digits of SHA-256(batch), line)
    commitment  = SHA-256(salt, SHA-256(fields of SHARED), all other fields)

A column's number is its place in ``LINES``, from 1, so a column appended later changes no line that
has none. What a batch's lines share is hashed by itself, since an engine can do that once for all.

Source: docs/decisions/0012-seals.md.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pyarrow as pa

from tanpuhui.ledger.lines import KEY, LINES

# What says by whose rules, and in which batch: mostly the same for thousands of lines. Closed: a
# column that is appended to LINES is none of these.
SHARED = (
    "schema_version", "batch", "posted_order", "domain", "programme", "programme_sha256",
    "methodology", "methodology_sha256", "factor_set", "library_version", "imported_algorithm",
)  # fmt: skip
OWN = tuple(name for name in LINES.names if name not in SHARED)
# What every line has; a null here is no line.
ALWAYS = frozenset(
    (
        "schema_version", "batch", "posted_order", "line", "line_kind", "domain", "programme",
        "programme_sha256", "partner", "record_key", "person_id", "scene", "region", "evidence",
        "started_at", "ended_at", "local_day", "methodology", "library_version", "credited_mg",
    )
)  # fmt: skip
NUMBERS: Mapping[str, int] = {name: place for place, name in enumerate(LINES.names, 1)}
BATCH_DIGITS = 16  # of the batch's hash in a salt's message, which then fits one block of SHA-256
SECRET_DIGITS = 32

_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1)
_NAN_BITS = 0x7FF8_0000_0000_0000


def canonical_bytes(row: Mapping[str, Any]) -> bytes:
    """The bytes of one line: no two lines have the same.

    Args:
        row: a line as Arrow hands it out: by the names of ``LINES``; a column that is not there is
            as good as null, and names that are no columns are passed over.

    Raises:
        ValueError: a column that every line has is null, or a value is none of its column's type.
    """
    return shared_bytes(row) + own_bytes(row)


def shared_bytes(row: Mapping[str, Any]) -> bytes:
    """The first part of the canonical bytes: the fields of ``SHARED``."""
    return _fields(row, SHARED)


def own_bytes(row: Mapping[str, Any]) -> bytes:
    """The second part of the canonical bytes: all other fields."""
    return _fields(row, OWN)


def salt(secret: str, batch: str, line: int) -> bytes:
    """What keeps a commitment from being guessed: 32 bytes, the same on every engine and run.

    Args:
        secret: of the person, 32 hex digits in lower case.
        batch: the batch's id.
        line: the line's number in it.

    >>> salt("0" * 32, "hankou-000001-7c164abb", 0).hex()[:16]
    '135d22d32e723c18'
    """
    assert len(secret) == SECRET_DIGITS, "a person's secret has 32 hex digits"
    return sha256(f"{secret}{batch_digits(batch)}{line}".encode()).digest()


def batch_digits(batch: str) -> str:
    """What stands for a batch in a salt's message."""
    return sha256(batch.encode()).hexdigest()[:BATCH_DIGITS]


def commitment(salt: bytes, row: Mapping[str, Any]) -> bytes:
    """What the log says of a line: 32 bytes, from which nobody learns it who lacks the salt."""
    return sha256(salt + sha256(shared_bytes(row)).digest() + own_bytes(row)).digest()


def _fields(row: Mapping[str, Any], names: Iterable[str]) -> bytes:
    return b"".join(_field(name, row.get(name)) for name in names)


def _field(name: str, value: Any) -> bytes:
    if value is None:
        if name in ALWAYS:
            raise ValueError(f"a line has a {name}, this one has none")
        return b""
    try:
        return b"%d:%b," % (NUMBERS[name], _WRITTEN[LINES.field(name).type](value))
    except (TypeError, ArithmeticError) as error:
        raise ValueError(f"{name} cannot be {value!r}") from error


def _whole(value: Any) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no whole number")
    return b"%d" % value


def _key(value: Any) -> bytes:
    number = int(value)
    if not isinstance(value, int | Decimal) or number != value:
        raise TypeError("no key")
    return b"%d" % number


def _text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise TypeError("no text")
    content = value.encode()
    return b"%d:%b" % (len(content), content)


def _double(value: Any) -> bytes:
    """Its bits as a signed number: -0.0 is not 0.0; of NaN, which no line has, there is one."""
    if isinstance(value, bool) or not isinstance(value, float | int):
        raise TypeError("no number")
    number = float(value)
    (bits,) = struct.unpack(">q", struct.pack(">d", number))
    return b"%d" % (bits if number == number else _NAN_BITS)


def _instant(value: Any) -> bytes:
    """Microseconds since 1970 in UTC."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError("no instant with its offset")
    return b"%d" % ((value - _UTC_EPOCH) // timedelta(microseconds=1))


def _day(value: Any) -> bytes:
    """Days since 1970-01-01."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError("no day")
    return b"%d" % (value - _FIRST_DAY).days


_WRITTEN: Mapping[pa.DataType, Callable[[Any], bytes]] = {
    pa.int32(): _whole,
    pa.int64(): _whole,
    pa.string(): _text,
    pa.float64(): _double,
    pa.date32(): _day,
    pa.timestamp("us", tz="UTC"): _instant,
    KEY: _key,
}
