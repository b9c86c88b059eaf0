"""Regions by their GB/T 2260 code: six digits, two a level, parent by prefix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms.faults import Fault

WORLD = "000000"
CHINA = "100000"
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Region:
    """A region of the vocabulary."""

    code: str
    en: str
    zh: str


@dataclass(eq=False, kw_only=True)
class UnknownRegion(Fault):
    """A region code that the vocabulary does not have.

    Codes are those of GB/T 2260: six digits, of which two name the province, two the city and two
    the county. Provinces and cities are listed in library/vocabulary/regions.yaml; a county is
    accepted when its city is listed.
    """

    code: ClassVar[str] = "LIB-201"
    region: str
    wanted_by: str = ""

    def what(self) -> str:
        by = f" (wanted by {self.wanted_by})" if self.wanted_by else ""
        return f"There is no region {self.region!r}{by}."

    def remedy(self) -> str:
        return (
            "use the six-digit GB/T 2260 code, in quotes, such as '420100' for Wuhan;\n"
            "add a new region to library/vocabulary/regions.yaml"
        )


class Regions:
    """The regions of the vocabulary, and who lies in whom.

    Args:
        known: every listed region by code. World ('000000') is the root, China ('100000') its
            child.
    """

    def __init__(self, known: Mapping[str, Region]) -> None:
        self._known = dict(known)

    def __contains__(self, code: str) -> bool:
        """True for a listed region, and for a county whose city is listed."""
        return code in self._known or (
            _CODE.fullmatch(code) is not None
            and not code.endswith("00")
            and f"{code[:4]}00" in self._known
        )

    def __iter__(self) -> Iterator[Region]:
        return iter(self._known.values())

    def of(self, code: str, *, wanted_by: str = "") -> Region:
        """The region with this code; for an unlisted county, its city.

        Raises:
            UnknownRegion: the vocabulary has neither.
        """
        if code not in self:
            raise UnknownRegion(region=code, wanted_by=wanted_by)
        return self._known.get(code) or self._known[f"{code[:4]}00"]

    @staticmethod
    def lineage(code: str) -> tuple[str, ...]:
        """The region and those it lies in, nearest first, up to the world.

        >>> Regions.lineage("420106")
        ('420106', '420100', '420000', '100000', '000000')
        >>> Regions.lineage("100000")
        ('100000', '000000')
        """
        steps = [code, f"{code[:4]}00", f"{code[:2]}0000", CHINA, WORLD]
        if code == WORLD:
            return (WORLD,)
        if code == CHINA:
            return (CHINA, WORLD)
        return tuple(dict.fromkeys(steps))

    @staticmethod
    def last_inside(code: str) -> str:
        """The last code that can lie in a region; all that lie in it stand between it and this.

        >>> [Regions.last_inside(code) for code in ("420000", "420100", "420106")]
        ['429999', '420199', '420106']
        """
        if code in (WORLD, CHINA):
            return "999999"
        bare = code.rstrip("0")
        bare += "0" * (len(bare) % 2)
        return bare + "9" * (len(code) - len(bare))

    @staticmethod
    def covers(outer: str, inner: str) -> bool:
        """True where ``inner`` is ``outer`` or lies in it."""
        return outer in Regions.lineage(inner)
