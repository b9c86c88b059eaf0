"""Where the library is: in the wheel, or beside the package in the repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tanpuhui.rules.faults import NoLibrary

VARIABLE = "TANPUHUI_LIBRARY"


def library_folders(
    environment: Mapping[str, str], further: tuple[Path, ...] = ()
) -> tuple[Path, ...]:
    """The folders to read, the public library first.

    Args:
        environment: ``TANPUHUI_LIBRARY`` may name private libraries, separated as in PATH.
        further: private libraries named on the command line.

    Raises:
        NoLibrary: a named folder is not there, or holds no files of a library.
    """
    named = [Path(part) for part in environment.get(VARIABLE, "").split(os.pathsep) if part]
    folders = (public_library(), *named, *further)
    for folder in folders[1:]:
        if not any((folder / kind).is_dir() for kind in ("methodologies", "factors", "scenes")):
            raise NoLibrary(folder=str(folder), lacks="folder methodologies, factors or scenes")
    return folders


def public_library() -> Path:
    """The folder of the library that comes with the package.

    Raises:
        NoLibrary: the installation is broken.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "library", package.parent / "library"):
        if (folder / "vocabulary").is_dir():
            return folder
    raise NoLibrary(folder=str(package), lacks="folder library; install tanpuhui again")
