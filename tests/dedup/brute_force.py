"""The resolution as DESIGN 3.9 says it, every claim against every winner; nothing shared with the
step but the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import pyarrow as pa

from tanpuhui import dedup
from tanpuhui.engine import RelationalBackend
from tests.dedup.reports import Claim, Verdict, by_position, table

Order = Callable[[Claim], tuple[Any, ...]]


def strength(claim: Claim) -> tuple[Any, ...]:
    """Strongest first. Texts compare by code point."""
    return (
        claim.evidence_rank,
        claim.partner_rank,
        claim.partner,
        claim.started_at,
        claim.record_id,
    )


def posted_first(claim: Claim) -> tuple[Any, ...]:
    """Posted claims in the order of posting, then by strength."""
    return (not claim.posted, claim.posted_order, strength(claim), claim.position)


def stronger_first(claim: Claim) -> tuple[Any, ...]:
    """By strength; posted first between equals."""
    return (strength(claim), not claim.posted, claim.posted_order, claim.position)


def of_one_reference(one: Claim, other: Claim) -> bool:
    """Whether both name one reference of one scene."""
    return (
        one.scene == other.scene and one.reference is not None and one.reference == other.reference
    )


def of_one_asset(one: Claim, other: Claim) -> bool:
    """Whether both name one asset of one scene in overlapping time."""
    named = one.scene == other.scene and one.asset is not None and one.asset == other.asset
    return named and _meet(one, other)


def of_one_time(one: Claim, other: Claim) -> bool:
    """Whether both are acts of one person that exclude each other, in overlapping time."""
    return (
        one.person_id == other.person_id
        and one.exclusive_class is not None
        and one.exclusive_class == other.exclusive_class
        and _meet(one, other)
    )


def _meet(one: Claim, other: Claim) -> bool:
    return one.claim_from_us < other.claim_until_us and other.claim_from_us < one.claim_until_us


RIVAL_BY: Mapping[str, Callable[[Claim, Claim], bool]] = {
    "same-reference": of_one_reference,
    "same-asset": of_one_asset,
    "same-time": of_one_time,
}


def shared_key(one: Claim, other: Claim) -> str | None:
    """The first key under which two claims are rivals; None where they are not."""
    return next((key for key, are_rivals in RIVAL_BY.items() if are_rivals(one, other)), None)


def resolved(
    claims: Iterable[Claim], order: Order, *, stays: Callable[[Claim], bool]
) -> dict[int, Verdict]:
    """What becomes of every claim, posted ones included."""
    winners: list[Claim] = []
    verdicts: dict[int, Verdict] = {}
    for claim in sorted(claims, key=order):
        lost: Verdict = (None, None)
        if not stays(claim):
            keys = ((winner.position, shared_key(claim, winner)) for winner in winners)
            lost = next(((position, key) for position, key in keys if key), lost)
        verdicts[claim.position] = lost
        if lost[0] is None:
            winners.append(claim)
    return verdicts


def where_posted_stays(claims: Iterable[Claim]) -> dict[int, Verdict]:
    """What becomes of every claim where a posted line stays."""
    return resolved(claims, posted_first, stays=lambda claim: claim.posted)


def all_at_once(claims: Iterable[Claim]) -> dict[int, Verdict]:
    """What becomes of every claim by strength alone."""
    return resolved(claims, stronger_first, stays=lambda claim: False)


def counted(verdicts: Mapping[int, Verdict]) -> set[int]:
    """The positions of the claims that count."""
    return {position for position, (winner, _) in verdicts.items() if winner is None}


# -- in the place of an engine ---------------------------------------------------------------------


def contested(
    claims: Sequence[Claim], order: Order, *, stays: Callable[[Claim], bool]
) -> list[dict[str, Any]]:
    """The rows that the part in columns gives, by place."""
    group_of = {
        "reference_group": _groups(claims, of_one_reference, lambda c: (c.scene, c.reference)),
        "asset_group": _groups(claims, of_one_asset, lambda c: (c.scene, c.asset)),
        "time_group": _groups(claims, of_one_time, lambda c: (c.person_id, c.exclusive_class)),
    }
    met = [c for c in claims if any(c.position in groups for groups in group_of.values())]
    return [
        {
            "position": claim.position,
            "place": place,
            "stays": stays(claim),
            **{name: groups.get(claim.position) for name, groups in group_of.items()},
            "claim_from_us": claim.claim_from_us,
            "claim_until_us": claim.claim_until_us,
        }
        for place, claim in enumerate(sorted(met, key=order))
    ]


def _groups(
    claims: Sequence[Claim],
    are_rivals: Callable[[Claim, Claim], bool],
    group: Callable[[Claim], tuple[Any, ...]],
) -> dict[int, int]:
    """By position of the claims with a rival: the lowest position of such a claim of the group."""
    met = [c for c in claims if any(are_rivals(c, other) for other in claims if other is not c)]
    return {
        claim.position: min(c.position for c in met if group(c) == group(claim)) for claim in met
    }


class _ByHand:
    """Gives the rows of ``contested`` to whatever is asked, so that thousands of runs are cheap.

    ``test_columns.py`` shows that an engine gives the same.
    """

    def __init__(self, order: Order, stays: Callable[[Claim], bool]) -> None:
        self._order = order
        self._stays = stays

    def fetch(self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table]) -> pa.Table:
        """See ``RelationalBackend``."""
        (claims,) = tables.values()
        rows = [Claim(**row) for row in claims.to_pylist()]
        return pa.Table.from_pylist(contested(rows, self._order, stays=self._stays), schema)


_STAYS = cast(RelationalBackend, _ByHand(posted_first, lambda claim: claim.posted))
_SUPERSEDES = cast(RelationalBackend, _ByHand(stronger_first, lambda claim: False))


def step_where_posted_stays(claims: Sequence[Claim]) -> dict[int, Verdict]:
    """What the step says, given the contested rows by hand."""
    return by_position(dedup.verdicts_where_posted_stays(table(claims), _STAYS))


def step_where_stronger_supersedes(claims: Sequence[Claim]) -> dict[int, Verdict]:
    """What the step says, given the contested rows by hand."""
    return by_position(dedup.verdicts_where_stronger_supersedes(table(claims), _SUPERSEDES))
