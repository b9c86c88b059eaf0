"""Saves a home, and makes a home of what was saved. Decides when a back-up is whole.

A back-up is of one moment: the database is dumped in the snapshot in which the manifest was read,
and the files that this manifest names never change. Posting goes on meanwhile. The keys are saved
elsewhere, since whoever has the journal and the keys can try whether a known id is in it.

Takes: a home, and a folder for the back-up; or a whole back-up, its keys, and an empty home.
Gives: a folder that proves itself by hashes; a home that reconciles.
Refuses: a damaged home, a back-up that is not whole, a home that is not empty, the wrong keys.
"""

from tanpuhui.web.backup.faults import (
    BackUpDamaged,
    BackUpUnfinished,
    FolderTaken,
    FolderUnwritable,
    HomeDamaged,
    HomeNotEmpty,
    KeysMissing,
    ProgramFailed,
)
from tanpuhui.web.backup.record import BackUp
from tanpuhui.web.backup.restoring import Restored, restore
from tanpuhui.web.backup.saving import BackedUp, back_up

__all__ = [
    "BackUp",
    "BackUpDamaged",
    "BackUpUnfinished",
    "BackedUp",
    "FolderTaken",
    "FolderUnwritable",
    "HomeDamaged",
    "HomeNotEmpty",
    "KeysMissing",
    "ProgramFailed",
    "Restored",
    "back_up",
    "restore",
]
