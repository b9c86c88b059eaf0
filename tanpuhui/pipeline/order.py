"""What a batch is asked to do, and what it needs to know of the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from tanpuhui.rules import FileMapping, Library, Programme

# One row a person as a partner names them. ``scope`` is the partner; empty where the id means one
# person over all partners (the prefix k:). ``subject_key`` is a keyed hash of both.
SUBJECTS = pa.schema([("scope", pa.string()), ("subject_key", pa.string())])
# ``person_id`` is null where nobody is bound.
PEOPLE = pa.schema([*SUBJECTS, ("person_id", pa.int64())])
# ``secret``: 32 hex digits; null where it was erased.
SECRETS = pa.schema([("person_id", pa.int64()), ("secret", pa.string())])
# A journal line that a pool has taken, and the pool's name.
LOCKED = pa.schema([("batch", pa.string()), ("line", pa.int64()), ("pool", pa.string())])


class Bindings(Protocol):
    """Who a partner's user is."""

    def bind(self, subjects: pa.Table) -> pa.Table:
        """The people behind subjects.

        Args:
            subjects: distinct, shaped as ``SUBJECTS``.

        Returns:
            The same rows in any order, shaped as ``PEOPLE``.
        """
        ...

    def secrets(self, people: pa.Table) -> pa.Table:
        """What keeps the seals over people's lines from being guessed.

        Args:
            people: ``person_id`` int64, distinct; some of them may not have been bound just now.

        Returns:
            The same people in any order, shaped as ``SECRETS``.
        """
        ...


@dataclass(frozen=True)
class Segment:
    """A file of journal lines, or of suppressed reports, of one programme and local day.

    Args:
        starts, ends: between these two instants all its acts took place.
        has_corrections: whether a line in it corrects another.
    """

    path: Path
    programme: str
    local_day: date
    starts: datetime
    ends: datetime
    has_corrections: bool = False


@dataclass(frozen=True)
class Earlier:
    """What was posted before in the programme's dedup domain.

    Args:
        keys: files shaped as ``staged.KEYS``: every record that was counted or lost to another.
        references: files shaped as ``staged.REFERENCES``.
        lines: every segment of journal lines; a batch reads those that it may meet.
        suppressed: every segment of reports that lost to another.
        verdicts: by batch, its file of verdicts, which holds the partners' own record ids.
        withdrawn: files shaped as ``staged.WITHDRAWN``: records that were taken back for good.
        locked: shaped as ``LOCKED``: lines that nothing takes back or lowers.
    """

    keys: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    lines: tuple[Segment, ...] = ()
    suppressed: tuple[Segment, ...] = ()
    verdicts: Mapping[str, Path] = field(default_factory=dict)
    withdrawn: tuple[Path, ...] = ()
    locked: pa.Table = field(default_factory=LOCKED.empty_table)


@dataclass(frozen=True)
class Order:
    """One batch to compute.

    Args:
        batch: its id.
        posted_order: its number in its dedup domain.
        files: what the partner handed in.
        partner: who, where the records do not say.
        secret: keys the hashes of ids, references, assets and subjects; one a domain, for ever.
        folder: the domain's part of the lake; what is written counts once it is committed.
    """

    batch: str
    posted_order: int
    files: tuple[Path, ...]
    partner: str | None
    mapping: FileMapping | None
    programme: Programme
    library: Library
    bindings: Bindings
    earlier: Earlier
    secret: str
    folder: Path
