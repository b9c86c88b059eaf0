"""A value of which one bit is other, for a file or for the database."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

_ZERO_DAY = date(1970, 1, 1)
_BITS_OF_A_DAY, _BITS_OF_A_TIME, _BITS_OF_A_NUMBER = 21, 58, 62  # what the database can hold


def of_bytes(content: bytes, place: int) -> bytes:
    """Bytes of which one bit is other; bit 0 is the last of the first byte."""
    changed = bytearray(content)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def of_value(draw: random.Random, value: Any) -> tuple[Any, str]:
    """A value of which one bit is other, for the database, and as text."""
    if isinstance(value, bool):
        return not value, str(not value)
    if isinstance(value, bytes):
        changed: Any = of_bytes(value, draw.randrange(len(value) * 8))
        return changed, changed.hex()
    if isinstance(value, int):
        changed = value ^ 1 << draw.randrange(_BITS_OF_A_NUMBER)
    elif isinstance(value, str):
        places = [(n, bit) for n, letter in enumerate(value) for bit in range(7)
                  if ord(letter) ^ 1 << bit]  # fmt: skip
        n, bit = draw.choice(places)
        changed = value[:n] + chr(ord(value[n]) ^ 1 << bit) + value[n + 1 :]
    elif isinstance(value, datetime):
        epoch = datetime(1970, 1, 1, tzinfo=value.tzinfo)
        microseconds = (value - epoch) // timedelta(microseconds=1)
        changed = _time(microseconds ^ 1 << draw.randrange(_BITS_OF_A_TIME))
    else:
        assert isinstance(value, date), f"a column of type {type(value)}"
        changed = _day((value - _ZERO_DAY).days ^ 1 << draw.randrange(_BITS_OF_A_DAY))
    return changed, str(changed)


def _time(microseconds: int) -> str:
    """An instant for the database, which knows more years than Python."""
    days, rest = divmod(microseconds, 86_400_000_000)
    clock = datetime(1970, 1, 1) + timedelta(microseconds=rest)  # noqa: DTZ001  # of a day only
    return f"{_day(days)} {clock:%H:%M:%S.%f}+00"


def _day(days: int) -> str:
    """A day by its number since 1970, by the calendar of 400 years, each of 146,097 days."""
    cycles, rest = divmod(days, 146_097)
    found = _ZERO_DAY + timedelta(days=rest)
    return f"{found.year + 400 * cycles:04d}-{found:%m-%d}"
