"""What a partner hands in, right and wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random


@dataclass(frozen=True)
class Report:
    """A record that a partner hands in; texts as they are written, so that they can be wrong.

    Args:
        fields: by field of a behaviour record or quantity, in the order of writing.
        handed_in_day: the number of the day with whose file it comes, from 0.
    """

    role: str
    handed_in_day: int
    fields: Mapping[str, str]


Slip = Callable[[Mapping[str, str]], Mapping[str, str]]

# Each a kind of mistake that real files hold, in a file in which it can be written: the role, a
# field that the record has, and what goes wrong. The number is the telephone company's own.
_SLIPS: tuple[tuple[str, str, Slip], ...] = (
    ("fares", "started_at", lambda fields: {"started_at": fields["started_at"][:-6]}),
    ("fares", "started_at", lambda fields: {"started_at": "this morning"}),
    ("fares", "scene", lambda fields: {"scene": "flying_carpet"}),
    ("fares", "ended_at", lambda fields: {"ended_at": "2026-01-01T00:00:00+08:00"}),
    ("fares", "evidence", lambda fields: {"evidence": ""}),
    ("bikes", "distance_km", lambda fields: {"distance_km": "two kilometres"}),
    ("bikes", "distance_km", lambda fields: {"distance_km": f"-{fields['distance_km']}"}),
    ("bikes", "subject", lambda fields: {"subject": "13800138000"}),
    ("orders", "distance_km", lambda fields: {"distance_km": f"-{fields['distance_km']}"}),
    ("everyday", "region", lambda fields: {"region": "999999"}),
    ("everyday", "steps", lambda fields: {"steps": "-12"}),
)


def mistakes(random: Random, reports: Sequence[Report], day: int) -> list[Report]:
    """Records that cannot be taken: one of each kind, made from right ones, with ids of their own.

    Args:
        reports: the right ones.
        day: the number of the day with whose files they come.
    """
    found: list[Report] = []
    for number, (role, field, slip) in enumerate(_SLIPS):
        right = _first(reports, role, field, start=random.randrange(max(len(reports), 1)))
        if right is not None:
            wrong = {**slip(right.fields), "record_id": f"SIM-{role}-slip-{day}-{number:02d}"}
            fields = {**right.fields, **wrong}
            found.append(replace(right, handed_in_day=day, fields=fields))
    return found


def _first(reports: Sequence[Report], role: str, field: str, *, start: int) -> Report | None:
    """The first report of a role, from somewhere on and round, in which a field is filled."""
    turned: Iterable[Report] = (*reports[start:], *reports[:start])
    return next((r for r in turned if r.role == role and r.fields.get(field)), None)
