"""What can be wrong between the database, the lake and the keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

_GUIDE = "docs/guides/database.md"
_CORRECTING = "docs/guides/correct-a-record.md"


@dataclass(eq=False, kw_only=True)
class WrongSecret(Fault):
    """The secret of a dedup domain is lost, or another one lies in its place.

    The secret keys the hashes of record ids, references and subjects. With another one no earlier
    report would be recognised: each act could be credited again, each person would become a new
    one. So a new secret is never made in the place of a lost one, and nothing is posted.
    """

    code: ClassVar[str] = "LDG-101"
    domain: str
    file: str
    reason: str

    def what(self) -> str:
        return f"The secret of the dedup domain {self.domain!r} {self.reason}: {self.file}."

    def remedy(self) -> str:
        return (
            "put the folder keys back that belongs to this database, from a back-up or from the\n"
            "other TANPUHUI_HOME; or use the database that belongs to this home"
        )


@dataclass(eq=False, kw_only=True)
class ForeignLake(Fault):
    """The folder of a dedup domain holds files that another database vouches for.

    Files that no row of the manifest names are swept before a batch is posted. With a foreign or an
    older database that would delete a good journal, so nothing is deleted and nothing is posted.
    """

    code: ClassVar[str] = "LDG-102"
    folder: str
    reason: str

    def what(self) -> str:
        return f"The lake does not belong to this database: {self.folder} {self.reason}."

    def remedy(self) -> str:
        return (
            "set TANPUHUI_LAKE or TANPUHUI_HOME to the lake of this database, or\n"
            "TANPUHUI_DATABASE_URL to the database of this lake; after a restore, restore both\n"
            "from one moment"
        )


@dataclass(eq=False, kw_only=True)
class SegmentsMissing(Fault):
    """Files of the journal are gone from the lake, though the manifest names them."""

    code: ClassVar[str] = "LDG-103"
    lake: str
    count: int
    first: str

    def what(self) -> str:
        files = "1 file" if self.count == 1 else f"{self.count:,} files"
        return f"{files} of the journal are not in the lake {self.lake}, first {self.first}."

    def remedy(self) -> str:
        return "put them back from a back-up; or set TANPUHUI_LAKE to where they lie now"


@dataclass(eq=False, kw_only=True)
class FileChanged(Fault):
    """A partner's file was written to while it was read. Nothing of it was posted."""

    code: ClassVar[str] = "LDG-104"
    file: str

    def what(self) -> str:
        return f"{self.file} changed while it was being read; nothing was posted."

    def remedy(self) -> str:
        return "run the command again once the file is complete"


@dataclass(eq=False, kw_only=True)
class LakeNotWritable(Fault):
    """The platform may not write in the lake or among the keys, or the disk is full."""

    code: ClassVar[str] = "LDG-105"
    path: str
    reason: str

    def what(self) -> str:
        return f"{self.path} cannot be written: {self.reason}."

    def remedy(self) -> str:
        return (
            "make room, or set TANPUHUI_HOME or TANPUHUI_LAKE to a folder on a local disk\n"
            "that you may write in; then run the command again"
        )

    def read(self) -> str:
        return f"{_GUIDE}, Where the data lies"


@dataclass(eq=False, kw_only=True)
class NothingPosted(Fault):
    """A correction is asked for where no batch was ever posted."""

    code: ClassVar[str] = "LDG-121"
    programme: str
    domain: str

    def what(self) -> str:
        return f"Nothing was ever posted in the dedup domain {self.domain!r} of {self.programme!r}."

    def remedy(self) -> str:
        return (
            "look whether --programme, TANPUHUI_HOME and TANPUHUI_DATABASE_URL are those with\n"
            "which the records were posted"
        )

    def read(self) -> str:
        return _CORRECTING


@dataclass(eq=False, kw_only=True)
class LinesNotLockable(Fault):
    """A pool asks for lines that it cannot have: there are no such acts, or others have them."""

    code: ClassVar[str] = "LDG-122"
    pool: str
    count: int
    lines: tuple[tuple[str, int, str], ...]

    def what(self) -> str:
        lines = "1 line" if self.count == 1 else f"{self.count:,} lines"
        return f"{lines} cannot be locked by {self.pool!r}; none was."

    def details(self) -> Iterable[tuple[str, str]]:
        return [(f"line {line}", f"batch {batch}: {why}") for batch, line, why in self.lines]

    def remedy(self) -> str:
        return "leave these lines out"

    def read(self) -> str:
        return _CORRECTING


@dataclass(eq=False, kw_only=True)
class LinesNotHeld(Fault):
    """A pool releases lines that it has not locked."""

    code: ClassVar[str] = "LDG-123"
    pool: str
    count: int
    lines: tuple[tuple[str, int], ...]

    def what(self) -> str:
        lines = "1 line is" if self.count == 1 else f"{self.count:,} lines are"
        return f"{lines} not locked by {self.pool!r}; none was released."

    def details(self) -> Iterable[tuple[str, str]]:
        return [(f"line {line}", f"batch {batch}") for batch, line in self.lines]

    def remedy(self) -> str:
        return "leave these lines out, or name the pool that has them"

    def read(self) -> str:
        return _CORRECTING
