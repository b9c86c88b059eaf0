"""One pass in the order of precedence: each claim counts, or loses to a winner before it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from tanpuhui.dedup.components import components
from tanpuhui.dedup.shapes import Key
from tanpuhui.dedup.timelines import NOBODY, Timelines, int64s


@dataclass(frozen=True)
class Losses:
    """Who lost, to whom and under which key; three columns of one length, in precedence."""

    positions: list[int] = field(default_factory=list)
    winner_positions: list[int] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)


def losses(contested: pa.Table) -> Losses:
    """The claims that lose, each with the first of the winners that are its rivals.

    A claim is asked against winners only, so one whose rivals have all lost counts.

    Args:
        contested: shaped as ``contested.CONTESTED``, in any order.
    """
    groups = (contested[name] for name in ("reference_group", "asset_group", "time_group"))
    rows = contested.append_column("component", components(*groups))
    # From here on, a claim's place is its number in this order.
    rows = rows.sort_by([("component", "ascending"), ("place", "ascending")])
    positions = int64s(rows["position"])
    winners = _Winners(rows)
    found = Losses()
    for place, stays in enumerate(rows["stays"].to_pylist()):
        winner, key = (NOBODY, None) if stays else winners.first_rival(place)
        if key is None:
            winners.add(place)
        else:
            found.positions.append(positions[place])
            found.winner_positions.append(positions[winner])
            found.keys.append(key)
    return found


class _Winners:
    """The winners so far, found by what they name and by the time that they occupy."""

    def __init__(self, rows: pa.Table) -> None:
        self._references: list[int | None] = rows["reference_group"].to_pylist()
        self._named: dict[int, int] = {}  # the first winner that names a reference
        self._assets = _timelines(rows, "asset_group")
        self._times = _timelines(rows, "time_group")

    def first_rival(self, place: int) -> tuple[int, Key | None]:
        """The first winner that is a rival, and the first key that the two share."""
        winner = NOBODY
        key: Key | None = None
        reference = self._references[place]
        if reference is not None and reference in self._named:
            winner, key = self._named[reference], "same-reference"
        rival = self._assets.first_rival(place)
        if rival < winner:
            winner, key = rival, "same-asset"
        rival = self._times.first_rival(place)
        if rival < winner:
            winner, key = rival, "same-time"
        return winner, key

    def add(self, place: int) -> None:
        """Note a winner. Winners are noted in the order of their places."""
        reference = self._references[place]
        if reference is not None:
            # Lines that were posted under other rules may share a reference; the first is named.
            self._named.setdefault(reference, place)
        self._assets.occupy(place)
        self._times.occupy(place)


def _timelines(rows: pa.Table, group: str) -> Timelines:
    columns = (rows[name].combine_chunks() for name in (group, "claim_from_us", "claim_until_us"))
    return Timelines(*columns)
