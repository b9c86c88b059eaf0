"""The hash of what a record says, by which a retry is told from a conflict.

Two records with one partner and one id are the same record or a conflict. To be compared, what they
say is written as one text and hashed. Meanings are written, not spellings: an instant and not the
text of a time, a number and not its digits, so that a record is the same whether a partner sends
it as CSV, JSON or Parquet. Each part shows where it ends, so no two contents make one text; and all
parts are whole numbers or texts as they came, so every engine makes the same.

    2;<subject><reference><asset><scene>;<region>;<evidence>;<start>;<length>;<quantity>=<number>;…

Of subject, reference and asset each stands behind its number of characters and a colon, with no
number where it is null. Start is in microseconds since 1970, length in microseconds. A number is
its whole part, a point and its fraction in units of 2^-62. The quantities are those that the
record's scene asks for and the record gives, by name, in the scene's unit; for a straight line its
four coordinates. Partner and record id are left out: they are the key under which contents are
compared, and the hash costs by the length of the text.

The hash is MD5 (docs/decisions/0013-hash-of-contents.md). It guards nothing: whoever finds two
contents of one hash can only have the second of their own records answered with the first's result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from tanpuhui import engine
from tanpuhui.engine import joined, md5, microseconds

FORM = "2;"  # of the text below; another form is another number
_FRACTIONS = 2.0**62  # of a whole: exact for every double from 2^-10 up


def content(t: Any, quantities: Sequence[Any]) -> Any:
    """The hash of each accepted record's content, 32 hex digits; null of a refused one.

    Args:
        t: records with the columns that ``received`` makes before its last layer.
        quantities: the texts of their quantities, none of them null.
    """
    started = microseconds(t.started_at)
    lasted = microseconds(t.ended_at) - started
    parts = [
        ibis.literal(FORM),
        *sized_text(t.subject_text),
        *sized_text(t.reference_text),
        *sized_text(t.asset_text),
        *(part for name in ("scene", "region", "evidence") for part in (t[f"{name}_text"], ";")),
        *(part for number in (started, lasted) for part in (number.cast("string"), ";")),
        *quantities,
    ]
    return ibis.cases((t.refused.isnull(), md5(joined(*parts))))


def sized_text(text: Any) -> tuple[Any, ...]:
    """The parts of a text that may be null."""
    return text.length().cast("string").coalesce(""), ":", text.coalesce("")


def number_text(number: Any) -> tuple[Any, ...]:
    """The parts of a number between minus and plus 10^15."""
    whole = engine.floor(number)
    fraction = engine.floor((number - whole) * ibis.literal(_FRACTIONS, type="float64"))
    # Both are whole already; a number that cannot be cast is in no accepted record.
    return whole.try_cast("int64").cast("string"), ".", fraction.try_cast("int64").cast("string")
