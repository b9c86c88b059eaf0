"""What can be wrong with a back-up, or with where it is made or restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

_GUIDE = "docs/guides/keep-it-safe.md"


class _OfBackUps(Fault):
    """A fault whose page is the guide."""

    def read(self) -> str:
        return _GUIDE


@dataclass(eq=False, kw_only=True)
class FolderTaken(_OfBackUps):
    """The folder for the back-up, or for its keys, cannot be used for it.

    A back-up is never written over another one. The folder of an interrupted back-up may be named
    again: what is already in it and whole is kept.
    """

    code: ClassVar[str] = "BAK-101"
    folder: str
    reason: str

    def what(self) -> str:
        return f"No back-up can be made in {self.folder}: it {self.reason}."

    def remedy(self) -> str:
        return "name a new folder, on another disk than the home: tanpuhui backup FOLDER"


@dataclass(eq=False, kw_only=True)
class HomeDamaged(_OfBackUps):
    """Files that the manifest names are gone or are not what was posted, so they are not saved.

    An older back-up may still have them. It is not written over.
    """

    code: ClassVar[str] = "BAK-102"
    count: int
    first: str

    def what(self) -> str:
        files = "1 file" if self.count == 1 else f"{self.count:,} files"
        return f"The back-up was not made: {files} of the lake are damaged or gone, {self.first}."

    def remedy(self) -> str:
        return (
            "type 'tanpuhui ledger reconcile', which names every one; put them back from an older\n"
            "back-up (its folder lake has the same paths); then make this back-up again"
        )


@dataclass(eq=False, kw_only=True)
class FolderUnwritable(_OfBackUps):
    """The folder cannot be written, or its disk is full. What is in it is not a whole back-up."""

    code: ClassVar[str] = "BAK-103"
    path: str
    reason: str

    def what(self) -> str:
        return f"{self.path} cannot be written: {self.reason}."

    def remedy(self) -> str:
        return (
            "make room, or name a folder that you may write in; then run the command again.\n"
            "A back-up goes on where it was interrupted; of an interrupted restore delete the home"
        )


@dataclass(eq=False, kw_only=True)
class ProgramFailed(_OfBackUps):
    """A program of PostgreSQL that saves or loads the database gave up; its last words are shown.

    A server that is newer than the program is one reason: then install the newer pg_dump and
    pg_restore, which are looked for in PATH where the embedded PostgreSQL is not installed.
    """

    code: ClassVar[str] = "BAK-104"
    program: str
    lines: tuple[str, ...]

    def what(self) -> str:
        return f"{self.program} failed."

    def details(self) -> tuple[tuple[str, str], ...]:
        """What it said last."""
        return (("It says", "\n".join(self.lines) or "nothing"),)

    def remedy(self) -> str:
        return "mend what it says and run the command again; nothing in the home was changed"


@dataclass(eq=False, kw_only=True)
class BackUpUnfinished(_OfBackUps):
    """The folder holds no whole back-up: it was interrupted, or it is none.

    The file COMPLETE is written last. Without it nothing says that the rest is there.
    """

    code: ClassVar[str] = "BAK-105"
    folder: str
    reason: str

    def what(self) -> str:
        return f"{self.folder} is not a whole back-up: {self.reason}."

    def remedy(self) -> str:
        return (
            "restore another back-up. If the home still lives, finish this one:\n"
            f"tanpuhui backup {self.folder}; if not, delete it"
        )


@dataclass(eq=False, kw_only=True)
class BackUpDamaged(_OfBackUps):
    """Files of the back-up are gone, or are not those that were saved. Nothing was restored."""

    code: ClassVar[str] = "BAK-106"
    folder: str
    count: int
    first: str

    def what(self) -> str:
        files = "1 file" if self.count == 1 else f"{self.count:,} files"
        return f"{files} of the back-up {self.folder} are damaged or gone, first {self.first}."

    def remedy(self) -> str:
        return (
            "restore another back-up; or take the files that are named from another one, which\n"
            "has them at the same path with the same hash, and run the command again"
        )


@dataclass(eq=False, kw_only=True)
class KeysMissing(_OfBackUps):
    """The secrets of the dedup domains are not at hand, or are those of another home.

    With a new secret no earlier report would be known again: each act could be credited twice.
    """

    code: ClassVar[str] = "BAK-107"
    folder: str
    domains: tuple[str, ...]
    reason: str

    def what(self) -> str:
        named = ", ".join(self.domains)
        return f"The key of {named} {self.reason} in {self.folder}. Nothing was restored."

    def remedy(self) -> str:
        return (
            "name the folder where the keys were saved: tanpuhui restore FOLDER --keys FOLDER2\n"
            "(files DOMAIN.secret and PROGRAMME.log-key). If they are lost for good,\n"
            "--without-keys restores books and journal to be read; nothing can be posted there"
        )


@dataclass(eq=False, kw_only=True)
class HomeNotEmpty(_OfBackUps):
    """A back-up is restored into an empty home only, so that nothing is written over."""

    code: ClassVar[str] = "BAK-108"
    where: str
    found: str

    def what(self) -> str:
        return f"{self.where} is not empty: {self.found}. Nothing was restored."

    def remedy(self) -> str:
        return (
            "set TANPUHUI_HOME (and TANPUHUI_LAKE or TANPUHUI_DATABASE_URL, if you use them) to a\n"
            "new, empty one; or move the old one away first. Do not delete it before the restored\n"
            "home has reconciled"
        )
