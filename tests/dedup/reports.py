"""Claims for the tests: made by hand in minutes, or drawn at random from a crowded small world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from tanpuhui import dedup
from tanpuhui.records import EVIDENCE, Evidence

MIDNIGHT = datetime(2022, 9, 1, tzinfo=UTC)
MINUTE_US = 60_000_000

# What became of a claim: the position of the winner it lost to and the key, or None and None.
Verdict = tuple[int | None, str | None]


@dataclass(frozen=True)
class Claim:
    """A row of ``dedup.CLAIMS``."""

    position: int
    partner: str = "amap"
    record_id: str = "r"
    scene: str = "bus_ride"
    person_id: int = 1
    evidence_rank: int = 0
    partner_rank: int = 0
    started_at: datetime = MIDNIGHT
    reference: str | None = None
    asset: str | None = None
    exclusive_class: str | None = None
    claim_from_us: int = 0
    claim_until_us: int = 1
    posted: bool = False
    posted_order: int = 0

    def as_posted(self, order: int) -> Claim:
        """The claim as a line of the batch with that number."""
        return replace(self, posted=True, posted_order=order)


def report(position: int, *, minutes: tuple[int, int], evidence: Evidence, **given: Any) -> Claim:
    """A claim from one minute of the day until another, by one person unless said."""
    first, last = minutes
    return Claim(
        position=position,
        record_id=given.pop("record_id", f"r{position}"),
        evidence_rank=EVIDENCE.index(evidence),
        started_at=MIDNIGHT + timedelta(minutes=first),
        claim_from_us=first * MINUTE_US,
        claim_until_us=last * MINUTE_US,
        **given,
    )


def table(claims: Iterable[Claim]) -> pa.Table:
    """The claims as the step takes them, one row each, in the order given."""
    rows = [asdict(claim) for claim in claims]
    return pa.Table.from_pylist(rows, schema=dedup.CLAIMS)


def by_position(verdicts: pa.Table) -> dict[int, Verdict]:
    """The verdicts, by the position of the claim."""
    assert verdicts.schema == dedup.VERDICTS
    rows = [(row["position"], row) for row in verdicts.to_pylist()]
    found = {position: (row["winner_position"], row["key"]) for position, row in rows}
    assert len(found) == len(rows), "a position has two verdicts"
    return found


@st.composite
def crowds(draw: st.DrawFn, *, most: int = 30) -> list[Claim]:
    """Claims of a world so small that most of them are rivals: chains, pile-ups, shared numbers.

    No two have the same partner and record id, as intake sees to.
    """
    count = draw(st.integers(0, most))
    positions = draw(st.permutations(range(-3, count - 3)))
    return [draw(_claims(position, number)) for number, position in enumerate(positions)]


@st.composite
def _claims(draw: st.DrawFn, position: int, number: int) -> Claim:
    begins = draw(st.integers(0, 20))
    return Claim(
        position=position,
        partner=draw(st.sampled_from(["B", "a", "b", "é", "阿", "𠀀"])),
        record_id=f"{draw(st.integers(0, 12))}-{number}",  # as texts: "12" before "2"
        scene=draw(st.sampled_from(["bus_ride", "shared_bike_ride"])),
        person_id=draw(st.integers(1, 2)),
        evidence_rank=draw(st.integers(0, 2)),
        partner_rank=draw(st.integers(0, 2)),
        started_at=MIDNIGHT + timedelta(microseconds=draw(st.integers(0, 2))),
        reference=draw(st.sampled_from([None, None, "1", "2", "3", "4"])),
        asset=draw(st.sampled_from([None, None, "x", "y"])),
        exclusive_class=draw(st.sampled_from([None, "trip", "trip", "steps"])),
        claim_from_us=begins,
        claim_until_us=begins + draw(st.sampled_from([1, 1, 2, 3, 5, 20])),
    )


@st.composite
def crowds_with_lines(draw: st.DrawFn) -> list[Claim]:
    """Claims of which some are posted; even lines that are rivals, as other rules left them."""
    orders = st.sampled_from([0, 0, 0, 1, 2])
    return [
        claim.as_posted(order) if (order := draw(orders)) else claim for claim in draw(crowds())
    ]


def numbered(batches: Sequence[int], claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """The claims by the number of their batch, lowest first."""
    for batch in sorted(set(batches)):
        yield [claim for claim, of in zip(claims, batches, strict=True) if of == batch]
