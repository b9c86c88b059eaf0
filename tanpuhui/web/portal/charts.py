"""The geometry of two charts; the template draws them as SVG, so no script is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanpuhui.web.portal.shown import BookRow, Fate

WIDTH, BAND_HEIGHT = 1000, 44


@dataclass(frozen=True)
class Piece:
    """A rectangle of the band; the kind of its fate names its colour."""

    fate: Fate
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A bar of the chart by scene; ``length`` is of ``WIDTH``."""

    row: BookRow
    length: float


def band(fates: Sequence[Fate], received: int) -> tuple[Piece, ...]:
    """One band, cut by the fates of the records."""
    pieces: list[Piece] = []
    x = 0.0
    for fate in fates:
        width = WIDTH * fate.count / received if received else 0.0
        pieces.append(Piece(fate, round(x, 2), round(width, 2)))
        x += width
    return tuple(pieces)


def bars(rows: Sequence[BookRow]) -> tuple[Bar, ...]:
    """One bar a row, the longest as wide as the chart."""
    sizes = [int(row.credited.exact.replace(",", "")) for row in rows]
    longest = max([*sizes, 1])
    return tuple(
        Bar(row, round(WIDTH * max(size, 0) / longest, 2))
        for row, size in zip(rows, sizes, strict=True)
    )
