"""Everything that is asked of a record, in the order in which it is asked.

A record is refused with the code of the first check that fails. Of a good record nothing is asked
twice: one cheap question (``accepts``) settles most of them, and only the others go through the
list. The list decides; the cheap question may say no to a record in which the list finds no fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from tanpuhui.engine import any_of
from tanpuhui.intake.clocks import is_time
from tanpuhui.intake.limits import TEXT_LIMIT
from tanpuhui.intake.programme_facts import ProgrammeFacts, in_scenes
from tanpuhui.intake.texts import one_of
from tanpuhui.records import EVIDENCE, Evidence
from tanpuhui.terms import CHINA, WORLD

ALWAYS_NEEDED = ("record_id", "partner", "subject", "scene", "started_at")
CHOSEN_BY_PARTNERS = ("partner", "record_id", "subject", "reference", "asset")
SHARED_PREFIX = "k:"  # before a keyed hash that all partners of a programme share

# Mainland mobile numbers, with the country's prefix or not, and resident identity numbers with a
# day of birth: what names a person to anyone is not taken as an id.
_PERSONAL = (
    r"^(?:(?:[+]|00)?86)?1[3-9][0-9]{9}\z"
    r"|^[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]\z"
)
_PERSONAL_LENGTH = (11, 18)
_FIRST_VISIBLE = "!"  # texts that begin with a space or a control character come before it


@dataclass(frozen=True)
class Check:
    """Something that a record may fail.

    Args:
        failed: boolean column; null is no failure.
        code: of the refusal.
        shown: the text that is shown with it; None where none helps, or none may be shown.
    """

    failed: Any
    code: str
    shown: Any = None


# -- the list --------------------------------------------------------------------------------------


def field_checks(t: Any, programme: ProgrammeFacts) -> list[Check]:
    """The checks that come before those of quantities.

    Args:
        t: records with the columns that ``received`` makes before its checks.
    """
    return [
        *_missing(t, programme),
        *_known(t, programme),
        *_times(t, programme),
        *_places(t, programme),
        *_evidence(t, programme),
    ]


def last_checks(t: Any, programme: ProgrammeFacts) -> list[Check]:
    """The checks that come after those of quantities."""
    return [
        Check(~_one_local_day(t, programme), "not-one-local-day", t.ended_at_text),
        Check(_malformed(t.subject_text), "unreadable-subject"),
        Check(_personal(t.subject_text), "personal-subject"),
        *(
            Check(t[f"{name}_text"].length() > TEXT_LIMIT, f"too-long-{name}")
            for name in CHOSEN_BY_PARTNERS
        ),
    ]


def _missing(t: Any, programme: ProgrammeFacts) -> list[Check]:
    lasting = [scene.id for scene in programme.known_scenes.values() if scene.period != "instant"]
    without_end = _blank(t.ended_at_text) & one_of(t.scene_text, lasting)
    return [
        *(Check(_blank(t[f"{name}_text"]), f"missing-{name}") for name in ALWAYS_NEEDED),
        Check(without_end, "missing-ended_at"),
        Check(_blank(t.region_text), "missing-region"),
        Check(_blank(t.evidence_text), "missing-evidence"),
    ]


def _known(t: Any, programme: ProgrammeFacts) -> list[Check]:
    checks = []
    if programme.partners is not None:
        ours = one_of(t.partner_text, programme.partners)
        checks.append(Check(~ours, "unknown-partner", t.partner_text))
    known = one_of(t.scene_text, programme.known_scenes)
    return [
        *checks,
        Check(~known, "unknown-scene", t.scene_text),
        Check(t.scene_number.isnull(), "scene-not-in-programme", t.scene_text),
    ]


def _times(t: Any, programme: ProgrammeFacts) -> list[Check]:
    start, end = t.started_at_text, t.ended_at_text
    return [
        Check(~is_time(start), "unreadable-started_at", start),
        Check(end.notnull() & ~is_time(end), "unreadable-ended_at", end),
        Check(t.started_at.isnull(), "time-without-offset", start),
        Check(t.ended_at.isnull(), "time-without-offset", end),
        Check(t.ended_at < t.started_at, "end-before-start", end),
        *(Check(~inside, "outside-programme", start) for inside in _inside(t, programme)),
    ]


def _places(t: Any, programme: ProgrammeFacts) -> list[Check]:
    checks = [Check(~is_code(t.region_text), "unknown-region", t.region_text)]
    if programme.unknown_regions:
        unknown = one_of(t.region_text, programme.unknown_regions)
        checks.append(Check(unknown, "unknown-region", t.region_text))
    if programme.regions is not None:
        ours = _lies_in_any(t.region_text, programme.regions)
        checks.append(Check(~ours, "region-not-in-programme", t.region_text))
    return checks


def _evidence(t: Any, programme: ProgrammeFacts) -> list[Check]:
    accepted = _accepted_evidence(t, programme)
    return [
        Check(t.evidence_rank.isnull(), "unknown-evidence", t.evidence_text),
        Check(~accepted, "evidence-not-accepted", t.evidence_text),
    ]


# -- the cheap question ----------------------------------------------------------------------------


def accepts(t: Any, programme: ProgrammeFacts) -> list[Any]:
    """What is true of every good record but a few; any of them may be false or null of others."""
    partner = (
        t.partner_text >= _FIRST_VISIBLE
        if programme.partners is None
        else one_of(t.partner_text, programme.partners)
    )
    return [
        t.record_id_text >= _FIRST_VISIBLE,
        partner,
        t.subject_text >= _FIRST_VISIBLE,
        t.scene_number.notnull(),
        t.ended_at >= t.started_at,
        *_inside(t, programme),
        *_region_accepts(t.region_text, programme),
        _accepted_evidence(t, programme),
        _one_local_day(t, programme),
        ~_malformed(t.subject_text),
        ~_personal(t.subject_text),
        *(t[f"{name}_text"].length().coalesce(0) <= TEXT_LIMIT for name in CHOSEN_BY_PARTNERS),
    ]


def _region_accepts(region: Any, programme: ProgrammeFacts) -> Iterable[Any]:
    yield is_code(region)
    if programme.unknown_regions:
        yield ~one_of(region, programme.unknown_regions)
    if programme.regions is not None:
        yield _lies_in_any(region, programme.regions)


# -- what is asked ---------------------------------------------------------------------------------


def _blank(text: Any) -> Any:
    return text.isnull() | (text.strip() == "")


def _inside(t: Any, programme: ProgrammeFacts) -> Iterable[Any]:
    """The tests that the local day is one of the programme's."""
    first, until = programme.days.from_day, programme.days.until_day
    if first not in (None, date.min):
        yield t.local_day >= ibis.literal(first)
    if until is not None:
        yield t.local_day < ibis.literal(until)


def _one_local_day(t: Any, programme: ProgrammeFacts) -> Any:
    """True where the scene's records lie in one local day and this one does.

    The end is the first moment outside, so it may be the next midnight.
    """
    daily = programme.numbers_where(lambda scene: scene.period == "local_day")
    last = ibis.ifelse(
        t.ended_at > t.started_at, t.ended_at - ibis.interval(microseconds=1), t.ended_at
    )
    same = programme.local_day(last, programme.time_zone) == t.local_day
    return ibis.cases((in_scenes(t, daily), same), else_=ibis.literal(value=True))


def _accepted_evidence(t: Any, programme: ProgrammeFacts) -> Any:
    by_evidence: dict[tuple[Evidence, ...], list[int]] = {}
    for number, scene in enumerate(programme.scenes):
        by_evidence.setdefault(scene.evidence, []).append(number)
    return ibis.cases(
        *(
            (in_scenes(t, numbers), _ranked(t, evidence))
            for evidence, numbers in by_evidence.items()
        )
    )


def _ranked(t: Any, evidence: Iterable[Evidence]) -> Any:
    ranks = [EVIDENCE.index(kind) for kind in evidence]
    return any_of(t.evidence_rank == ibis.literal(rank, "int32") for rank in ranks)


def _malformed(subject: Any) -> Any:
    """True for a shared hash that is empty or begins with a space."""
    return (subject >= SHARED_PREFIX) & (subject < SHARED_PREFIX + _FIRST_VISIBLE)


def _personal(subject: Any) -> Any:
    """True for a number that names a person to anyone."""
    shortest, longest = _PERSONAL_LENGTH
    long_enough = (subject.length() >= shortest) & (subject.length() <= longest)
    return ibis.cases((long_enough, subject.re_search(_PERSONAL)), else_=ibis.literal(value=False))


def is_code(text: Any) -> Any:
    """True for six digits, which a code of GB/T 2260 is."""
    return text.re_search(r"^[0-9]{6}\z")


def _lies_in_any(region: Any, codes: Iterable[str]) -> Any:
    return any_of(_lies_in(region, code) for code in codes)


def _lies_in(region: Any, code: str) -> Any:
    """True where the region is the code or lies in it; codes nest by prefix."""
    if code == WORLD:
        return region.notnull()
    if code == CHINA:
        return region != WORLD
    if code.endswith("0000"):
        return region.between(code, f"{code[:2]}9999")
    if code.endswith("00"):
        return region.between(code, f"{code[:4]}99")
    return region == code
