"""What a server of the portal shows; loads neither Django nor the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tanpuhui.rules import Library, Programme
    from tanpuhui.web.store import Store

ENVIRON_KEY = "tanpuhui.portal"  # of the WSGI environment: the Portal that a server shows


@dataclass(frozen=True)
class Simulated:
    """Of a simulated city: what was asked for, and what truly happened in it."""

    seed: int
    people: int
    days: int
    acts: int


@dataclass(frozen=True)
class Portal:
    """What a server shows.

    Args:
        simulated: None where the books are real.
        featured: persons whose statements are good examples.
        alone: held while rules are read, since a library reads its files as they are asked for.
    """

    programme: Programme
    library: Library
    store: Store
    simulated: Simulated | None
    featured: tuple[int, ...] = ()
    alone: Lock = field(default_factory=Lock)
