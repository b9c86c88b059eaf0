"""What stops a whole batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class QuantityWithoutColumn(Fault):
    """A scene of the programme carries a quantity that the journal line has no column for.

    A line holds what its formula saw, so that anyone can compute it again. Its columns are fixed; a
    scene of a library of your own may carry a quantity that is none of them.
    """

    code: ClassVar[str] = "PIP-101"
    programme: str
    scene: str
    quantities: tuple[str, ...]
    columns: tuple[str, ...]

    def what(self) -> str:
        """What happened."""
        named = ", ".join(self.quantities)
        return (
            f"Scene {self.scene!r} of programme {self.programme!r} carries {named}, for which a "
            "journal line has no column."
        )

    def details(self) -> Iterable[tuple[str, str]]:
        """The columns there are."""
        return [("Columns", ", ".join(self.columns))]

    def remedy(self) -> str:
        """What to type or to change."""
        return (
            "name the quantity as one of the columns, if it is the same thing in the same unit;\n"
            "or propose a column for the next version of the line's schema"
        )

    def read(self) -> str:
        """What to read next."""
        return "docs/decisions/0011-journal-line.md"


_GUIDE = "docs/guides/correct-a-record.md"
MOST_NAMED = 10  # records or lines that a fault names


@dataclass(eq=False, kw_only=True)
class UnknownRecords(Fault):
    """A record that is to be withdrawn is not in the journal.

    Only records that counted, or lost to another report of the same act, can be withdrawn. What was
    refused or held has claimed no key and changed nothing: there is nothing to take back, and the
    record can be sent again under its id once it is mended.
    """

    code: ClassVar[str] = "PIP-111"
    programme: str
    count: int
    records: tuple[tuple[str, str, str], ...]

    def what(self) -> str:
        """What happened."""
        records = "1 record is" if self.count == 1 else f"{self.count:,} records are"
        return f"{records} not in the journal of {self.programme!r}; nothing was withdrawn."

    def details(self) -> Iterable[tuple[str, str]]:
        """The first of them, and what is known of each."""
        named = [(partner, f"{record_id}: {known}") for partner, record_id, known in self.records]
        return named if self.count <= len(named) else [*named, ("…", f"{self.count:,} in all")]

    def remedy(self) -> str:
        """What to type or to change."""
        return (
            "write partner and record id as they stood in the file that was posted; to find out,\n"
            "run 'tanpuhui run … --out DIR' on that file again: it posts nothing and writes\n"
            "DIR/verdicts.parquet, with every record and its fate"
        )

    def read(self) -> str:
        """What to read next."""
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class AlreadyWithdrawn(Fault):
    """A record that is to be withdrawn was withdrawn before, by another command.

    The same command again is answered with its first result; this one asks for something else
    besides.
    """

    code: ClassVar[str] = "PIP-112"
    programme: str
    count: int
    records: tuple[tuple[str, str, str], ...]

    def what(self) -> str:
        """What happened."""
        records = "1 record was" if self.count == 1 else f"{self.count:,} records were"
        return f"{records} withdrawn from {self.programme!r} before; nothing was withdrawn now."

    def details(self) -> Iterable[tuple[str, str]]:
        """The first of them, with the batch that withdrew each."""
        return [(partner, f"{record_id}: by {batch}") for partner, record_id, batch in self.records]

    def remedy(self) -> str:
        """What to type or to change."""
        return "leave these records out and run the command again, if others are to be withdrawn"

    def read(self) -> str:
        """What to read next."""
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class LinesLocked(Fault):
    """A correction would take back or lower a line that a pool has taken for issuance.

    Credits may have been issued against it, so it is not changed in passing. Where it has to be,
    the claw-back names the pool, which then has to make good what it lost.
    """

    code: ClassVar[str] = "PIP-113"
    programme: str
    count: int
    pools: tuple[str, ...]
    lines: tuple[tuple[str, str, int], ...]

    def what(self) -> str:
        """What happened."""
        lines = "1 line" if self.count == 1 else f"{self.count:,} lines"
        pools = ", ".join(repr(pool) for pool in self.pools)
        return f"{lines} of {self.programme!r} that this would lower are locked by {pools}."

    def details(self) -> Iterable[tuple[str, str]]:
        """The first of them."""
        return [(pool, f"batch {batch}, line {line}") for pool, batch, line in self.lines]

    def remedy(self) -> str:
        """What to type or to change."""
        if len(self.pools) > 1:
            return (
                "correct the records of one pool at a time, each with --clawback and its name;\n"
                "or release the lines from their pools first"
            )
        return (
            f"add --clawback {self.pools[0]} if the pool has to give these lines back; or release\n"
            "them from the pool first; or leave these records out"
        )

    def read(self) -> str:
        """What to read next."""
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class NothingToClawBack(Fault):
    """A claw-back names a pool from which the correction takes nothing.

    The journal records what was clawed back from whom; it does not record what did not happen.
    """

    code: ClassVar[str] = "PIP-114"
    programme: str
    pool: str
    pools: tuple[str, ...]

    def what(self) -> str:
        """What happened."""
        return (
            f"This correction of {self.programme!r} lowers no line that {self.pool!r} has locked."
        )

    def details(self) -> Iterable[tuple[str, str]]:
        """The pools there are."""
        return [("Pools", ", ".join(self.pools) or "none has locked a line")]

    def remedy(self) -> str:
        """What to type or to change."""
        return "leave --clawback out, or name the pool as it is called"

    def read(self) -> str:
        """What to read next."""
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class ImportedNotRestated(Fault):
    """Imported results are grams of a partner's own algorithm, and cannot be computed again."""

    code: ClassVar[str] = "PIP-115"
    programme: str
    methodology: str

    def what(self) -> str:
        """What happened."""
        return (
            f"{self.methodology!r} of {self.programme!r} are results of a partner's own algorithm; "
            "the platform has nothing to compute them from."
        )

    def remedy(self) -> str:
        """What to type or to change."""
        return (
            "withdraw the records ('tanpuhui ledger correct --help') and have the partner send\n"
            "the right results under new ids"
        )

    def read(self) -> str:
        """What to read next."""
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class NothingToWithdraw(Fault):
    """A withdrawal names no record."""

    code: ClassVar[str] = "PIP-116"
    programme: str

    def what(self) -> str:
        """What happened."""
        return f"No record is named that is to be withdrawn from {self.programme!r}."

    def remedy(self) -> str:
        """What to type or to change."""
        return "name records by --record PARTNER RECORD_ID, or by --file with these two columns"

    def read(self) -> str:
        """What to read next."""
        return _GUIDE
