"""One journal line in bytes, its salt and its commitment: the reference, in plain Python.

    field       = number ":" value ","          null columns have no field
    value       = whole number in decimal digits, "-" before it where it is below zero
                | count of bytes ":" UTF-8      of a text
    packed      = 0x01                          of a column that is null
                | 0x02, the number plus half of its range, big-endian, in 4, 8 or 16 bytes
    canonical   = the fields of SHARED, the packed columns of PACKED, the fields of all others;
                  each part in the order of the columns
    salt        = SHA-256(secret, 16 hex digits of SHA-256(batch), line)
    commitment  = SHA-256(0x00, salt, SHA-256(fields of SHARED), the rest of canonical)

A column's number is its place in ``LINES``, from 1, so a column appended later changes no line that
has none; and a line has none that came after its own ``schema_version``. What many lines of a batch
share is hashed by itself, since an engine can do that once for all of them. Packed numbers are what
engines sort by: those of today make them ten times as fast as digits.

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

from tanpuhui.ledger.lines import (
    AMOUNT_QUANTITIES,
    AMOUNTS,
    APPENDED,
    KEY,
    LINES,
    SCHEMA_VERSION,
    TEXT_QUANTITIES,
)
from tanpuhui.ledger.seals.merkle import LEAF

# What says by whose rules, in which batch and what kind of act it was: the same for thousands of
# lines. Closed: a column that is appended to LINES is none of these.
SHARED = (
    "schema_version", "batch", "posted_order", "line_kind", "corrects_batch", "domain", "programme",
    "programme_sha256", "partner", "scene", "region", "evidence", "methodology",
    "methodology_sha256", "factor_set", "factor_region", "library_version", "imported_algorithm",
    *TEXT_QUANTITIES,
)  # fmt: skip
# The numbers of a line of its own. Closed too.
PACKED = (
    "line", "corrects_line", "record_key", "person_id", "reference_key", "asset_key", "started_at",
    "ended_at", "local_day", "factor_day", *AMOUNT_QUANTITIES, *AMOUNTS,
)  # fmt: skip
OTHERS = tuple(name for name in LINES.names if name not in SHARED and name not in PACKED)
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

_NULL, _HELD = b"\x01", b"\x02"  # before a packed number, and in the place of none
_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1)
_NAN_BITS = 0x7FF8_0000_0000_0000


def canonical_bytes(row: Mapping[str, Any]) -> bytes:
    """The bytes of one line: no two lines have the same.

    Args:
        row: a line as Arrow hands it out: by the names of ``LINES``; a column that is not there is
            as good as null, and names that are no columns are passed over.

    Raises:
        ValueError: a column that every line has is null, a value is none of its column's type, or
            the line has a column that its schema version does not.
    """
    return shared_bytes(row) + own_bytes(row)


def shared_bytes(row: Mapping[str, Any]) -> bytes:
    """The first part of the canonical bytes: the fields of ``SHARED``."""
    return _fields(row, SHARED)


def own_bytes(row: Mapping[str, Any]) -> bytes:
    """The second part of the canonical bytes: packed numbers, then all other fields."""
    version = row.get("schema_version") or 0
    if version > SCHEMA_VERSION:
        raise ValueError(f"a line of schema version {version}; known up to {SCHEMA_VERSION}")
    for name, since in APPENDED.items():
        if version < since and row.get(name) is not None:
            raise ValueError(f"a line of schema version {version} has no {name}")
    return b"".join(_packed(name, row.get(name)) for name in PACKED) + _fields(row, OTHERS)


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
    """What the log says of a line: 32 bytes, from which nobody learns it who lacks the salt.

    It is the hash of the line's leaf by RFC 6962, whose data are what is hashed, without the 0x00.
    """
    shared = sha256(shared_bytes(row)).digest()
    return sha256(LEAF + salt + shared + own_bytes(row)).digest()


def _fields(row: Mapping[str, Any], names: Iterable[str]) -> bytes:
    return b"".join(_field(name, row.get(name)) for name in names)


def _field(name: str, value: Any) -> bytes:
    if _is_absent(name, value):
        return b""
    kind = LINES.field(name).type
    try:
        if kind == pa.string():
            return b"%d:%b," % (NUMBERS[name], _text(value))
        return b"%d:%d," % (NUMBERS[name], _NUMBER[kind](value))
    except (TypeError, ArithmeticError) as error:
        raise ValueError(f"{name} cannot be {value!r}") from error


def _packed(name: str, value: Any) -> bytes:
    if _is_absent(name, value):
        return _NULL
    kind = LINES.field(name).type
    try:
        bits = 8 * _PACKED_BYTES[kind]
        return _HELD + (_NUMBER[kind](value) + (1 << bits - 1)).to_bytes(bits // 8, "big")
    except (TypeError, ArithmeticError) as error:
        raise ValueError(f"{name} cannot be {value!r}") from error


def _is_absent(name: str, value: Any) -> bool:
    if value is None and name in ALWAYS:
        raise ValueError(f"a line has a {name}, this one has none")
    return value is None


def _text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise TypeError("no text")
    content = value.encode()
    return b"%d:%b" % (len(content), content)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no whole number")
    return value


def _key(value: Any) -> int:
    number = int(value)
    if not isinstance(value, int | Decimal) or number != value:
        raise TypeError("no key")
    return number


def _double(value: Any) -> int:
    """Its bits as a signed number: -0.0 is not 0.0; of NaN, which no line has, there is one."""
    if isinstance(value, bool) or not isinstance(value, float | int):
        raise TypeError("no number")
    number = float(value)
    bits: int = struct.unpack(">q", struct.pack(">d", number))[0]
    return bits if number == number else _NAN_BITS


def _instant(value: Any) -> int:
    """Microseconds since 1970 in UTC."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError("no instant with its offset")
    return (value - _UTC_EPOCH) // timedelta(microseconds=1)


def _day(value: Any) -> int:
    """Days since 1970-01-01."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError("no day")
    return (value - _FIRST_DAY).days


# The number that a value is, by the type of its column; and in how many bytes it is packed.
_NUMBER: Mapping[pa.DataType, Callable[[Any], int]] = {
    pa.int32(): _whole,
    pa.int64(): _whole,
    pa.float64(): _double,
    pa.date32(): _day,
    pa.timestamp("us", tz="UTC"): _instant,
    KEY: _key,
}
_PACKED_BYTES: Mapping[pa.DataType, int] = {
    pa.int64(): 8, pa.float64(): 8, pa.timestamp("us", tz="UTC"): 8, pa.date32(): 4, KEY: 16
}  # fmt: skip
