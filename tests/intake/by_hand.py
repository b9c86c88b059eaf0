"""The checks of intake once more, row by row in plain Python, as the judge of the plan.

Written from docs/mechanism/03-intake.md and not from the plan: texts by regular expressions of
Python's own, times by ``datetime`` and ``zoneinfo``, regions by their prefixes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from tanpuhui.rules import Quantity
from tests.intake.reception import DAYS, OURS, PARTNERS, SCENES, SHANGHAI, Texts

_BLANK = " \t\n\r\v\f"
_TIME = re.compile(
    r"([1-8]\d{3}-[01]\d-[0-3]\d)[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d{1,9})?"
    r"(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PERSONAL = re.compile(r"((\+|00)?86)?1[3-9]\d{9}", re.ASCII)
_RESIDENT = re.compile(
    r"[1-8]\d{5}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]", re.ASCII
)
_RANKS = (
    "fare_record", "meter_record", "vehicle_record", "navigation_track", "device_sensor", "photo",
    "statement",
)  # fmt: skip


class Unreadable(Exception):
    """A text is no time, or no number."""


def judged(row: Texts) -> str | None:
    """The code of the first check that a row fails; None where it is accepted."""
    said = {name: text or None for name, text in row.items()}
    return next(_failures(said), None)


def _failures(row: dict[str, str | None]) -> Iterator[str]:
    known = SCENES.get(row.get("scene") or "")
    for name in ("record_id", "partner", "subject", "scene", "started_at"):
        if _blank(row.get(name)):
            yield f"missing-{name}"
    if _blank(row.get("ended_at")) and known and known.period != "instant":
        yield "missing-ended_at"
    for name in ("region", "evidence"):
        if _blank(row.get(name)):
            yield f"missing-{name}"
    if row["partner"] not in PARTNERS:
        yield "unknown-partner"
    if known is None:
        yield "unknown-scene"
        return
    if known.id not in OURS:
        yield "scene-not-in-programme"
        return
    yield from _time_failures(row)
    yield from _place_failures(row["region"] or "")
    if row["evidence"] not in _RANKS:
        yield "unknown-evidence"
    if row["evidence"] not in known.evidence:
        yield "evidence-not-accepted"
    for name, asked in sorted(known.quantities.items()):
        yield from _quantity_failures(name, asked, row.get(name))
    yield from _last_failures(row, known.period)


def _time_failures(row: dict[str, str | None]) -> Iterator[str]:
    for name in ("started_at", "ended_at"):
        if row.get(name) is not None:
            try:
                time_of(row[name] or "")
            except Unreadable:
                yield f"unreadable-{name}"
                return
    started, ended = times_of(row)
    if started.tzinfo is None or ended.tzinfo is None:
        yield "time-without-offset"
        return
    if ended < started:
        yield "end-before-start"
    if started.astimezone(ZoneInfo(SHANGHAI)).date() not in DAYS:
        yield "outside-programme"


def _place_failures(region: str) -> Iterator[str]:
    if not re.fullmatch(r"\d{6}", region, re.ASCII):
        yield "unknown-region"
    if not region.startswith("42"):
        yield "region-not-in-programme"


def _quantity_failures(name: str, asked: Quantity, text: str | None) -> Iterator[str]:
    if asked.unit is None:
        if text is None and asked.required:
            yield f"missing-{name}"
        if text is not None and text not in asked.choices:
            yield f"unknown-{name}"
        return
    if text is None:
        if asked.required:
            yield f"missing-{name}"
        return
    try:
        number = number_of(text)
    except Unreadable:
        yield f"unreadable-{name}"
        return
    if number < 0:
        yield f"negative-{name}"
    if number > (10**15 if asked.most is None else asked.most):
        yield f"above-most-{name}"


def _last_failures(row: dict[str, str | None], period: str) -> Iterator[str]:
    started, ended = times_of(row)
    if period == "local_day":
        last = ended - timedelta(microseconds=1) if ended > started else ended
        zone = ZoneInfo(SHANGHAI)
        if last.astimezone(zone).date() != started.astimezone(zone).date():
            yield "not-one-local-day"
    subject = row["subject"] or ""
    if subject.startswith("k:") and (len(subject) == 2 or subject[2] < "!"):
        yield "unreadable-subject"
    if _PERSONAL.fullmatch(subject) or _RESIDENT.fullmatch(subject):
        yield "personal-subject"
    for name in ("partner", "record_id", "subject", "reference", "asset"):
        if len(row.get(name) or "") > 200:
            yield f"too-long-{name}"


def _blank(text: str | None) -> bool:
    return text is None or not text.strip(_BLANK)


def times_of(row: Texts) -> tuple[datetime, datetime]:
    """Start and end of a row; the end of an instant is its start."""
    started, ended = row["started_at"] or "", row.get("ended_at")
    return time_of(started), time_of(ended or started)


def time_of(text: str) -> datetime:
    """The time, with its offset if it has one; digits below the microsecond are cut.

    Raises:
        Unreadable: it is no time of RFC 3339, with offset or without.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise Unreadable(text)
    day, clock, fraction, offset = found.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError as error:
        raise Unreadable(text) from error
    wall += timedelta(microseconds=int(f"{(fraction or '.')[1:]:0<6}"[:6]))
    return wall if offset is None else wall.replace(tzinfo=_zone(offset))


def _zone(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-size if offset[0] == "-" else size)


def number_of(text: str) -> float:
    """The number.

    Raises:
        Unreadable: it is none, or none that is finite.
    """
    plain = text.strip(_BLANK)
    if not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
        raise Unreadable(text)
    return float(plain)


def values(row: Texts) -> dict[str, Any]:
    """The typed values of an accepted row."""
    said = {name: text or None for name, text in row.items()}
    asked = SCENES[said["scene"] or ""].quantities
    started, ended = times_of(said)
    found: dict[str, Any] = {
        name: said.get(name)
        for name in ("record_id", "partner", "subject", "scene", "region", "evidence",
                     "reference", "asset")
    }  # fmt: skip
    for name in ("distance_km", "item_count", "paid_fen", "steps", "mode", "power"):
        text = said.get(name) if name in asked else None
        is_number = name in asked and asked[name].unit is not None and text is not None
        found[name] = number_of(text) if is_number and text else text
    return found | {
        "started_at": started.astimezone(UTC),
        "ended_at": ended.astimezone(UTC),
        "local_day": started.astimezone(ZoneInfo(SHANGHAI)).date(),
        "evidence_rank": _RANKS.index(said["evidence"] or ""),
    }
