"""Withdrawing records and restating lines: batches like any other, posted in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from time import perf_counter
from typing import Any

from tanpuhui import pipeline
from tanpuhui.engine import RelationalBackend
from tanpuhui.web.ledger import lake, services
from tanpuhui.web.ledger.answers import Correction
from tanpuhui.web.ledger.asked import Asked
from tanpuhui.web.ledger.faults import NothingPosted
from tanpuhui.web.ledger.models import Batch, Domain
from tanpuhui.web.ledger.places import Places
from tanpuhui.web.ledger.services import About, Handed, Told, Turn


def correct(asked: Asked, *, places: Places, backend: RelationalBackend, told: Told) -> Correction:
    """Post a correction, once; the same question is answered with the first result.

    Args:
        told: called with the name of each step when it begins, and when another poster is awaited.

    Raises:
        NothingPosted: there is no journal to correct.
        UnknownRecords, AlreadyWithdrawn, NothingToWithdraw: a record cannot be withdrawn.
        ImportedNotRestated: there is nothing to compute the lines from.
        LinesLocked, NothingToClawBack: a line is locked by a pool that is not named; or by none.
        WrongSecret, ForeignLake, SegmentsMissing: database, lake and keys do not fit together.
        LakeNotWritable: the batch cannot be kept.
    """
    began = perf_counter()
    about = _about(asked)
    with _turn(asked, places, told) as turn:
        earlier = lake.swept(places, turn.domain)
        known = _first_answer(asked, about, turn)
        if known is not None:
            return Correction(known.answer(), repeated=True)
        order = _order(asked, turn, about, earlier)
        found = pipeline.correct(order, asked.what, backend, told=told)
        result = _result(asked, found, began)
        if found.changes_nothing():
            return Correction({**result, "batch": None}, repeated=False)
        told(services.KEEPS)
        batch = services.committed(about, turn, order, found.staged, result)
        return Correction(batch.answer(), repeated=False)


def foresee(asked: Asked, *, places: Places, backend: RelationalBackend, told: Told) -> Correction:
    """What ``correct`` would answer; nothing is posted.

    Raises:
        As ``correct`` does.
    """
    began = perf_counter()
    with _turn(asked, places, told) as turn:
        earlier = lake.swept(places, turn.domain)
        order = _order(asked, turn, _about(asked), earlier)
        found = pipeline.correct(order, asked.what, backend, told=told)
        services.forget(found.staged)
        return Correction({**_result(asked, found, began), "batch": None}, repeated=False)


def _about(asked: Asked) -> About:
    return About(
        question=asked.sha256(),
        kind=asked.kind,
        reason=asked.reason,
        note=asked.note,
        clawback=asked.what.clawback,
    )


def _turn(asked: Asked, places: Places, told: Told) -> AbstractContextManager[Turn]:
    """The turn in the programme's domain, where something was posted."""
    domain = asked.programme.domain
    if not Domain.objects.filter(pk=domain).exists():
        raise NothingPosted(programme=asked.programme.id, domain=domain)
    return services.in_turn(domain, places, told)


def _first_answer(asked: Asked, about: About, turn: Turn) -> Batch | None:
    known = Batch.objects.filter(question=about.question).order_by("-number").first()
    if known is None or (asked.while_last and known.posted_order != turn.domain.posted_order):
        return None
    return known


def _order(asked: Asked, turn: Turn, about: About, earlier: pipeline.Earlier) -> pipeline.Order:
    handed = Handed((), None, None, asked.programme, asked.library)
    return services.order_of(handed, turn, about.question, earlier)


def _result(asked: Asked, found: pipeline.Corrected, began: float) -> Mapping[str, Any]:
    computed = found.to_json()
    steps = {name: round(seconds, 3) for name, seconds in found.staged.seconds.items()}
    return {
        "batch": computed.pop("batch"),
        "kind": asked.kind,
        "reason": asked.reason,
        "note": asked.note,
        "clawback": asked.what.clawback,
        **computed,
        "seconds": round(perf_counter() - began, 3),
        "seconds_by_step": steps,
    }
