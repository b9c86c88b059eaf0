"""A version of the library as it is named: a folder, or a revision of a git repository."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tanpuhui import rules
from tanpuhui.cli.faults import NoSuchVersion
from tanpuhui.rules import Library

SECONDS = 60  # that git may take to hand out a revision


def version_named(given: str, kept: ExitStack) -> Library:
    """The library of a folder or of a revision.

    Args:
        kept: holds the files of a revision until it closes.

    Raises:
        NoSuchVersion: it is neither.
    """
    folder = Path(given)
    if folder.is_dir():
        return _library_in(folder, given)
    top = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="tanpuhui-library-")))
    _extract(given, top)
    return Library((top / "library",))


def _library_in(folder: Path, given: str) -> Library:
    for found in (folder, folder / "library"):
        if (found / "vocabulary" / "units.yaml").is_file():
            return Library((found,))
    if any((folder / kind).is_dir() for kind in ("methodologies", "factors", "scenes")):
        return Library(rules.library_folders({}, (folder,)))
    raise NoSuchVersion(given=given, problem="the folder holds no library")


def _extract(revision: str, into: Path) -> None:
    """The folder ``library`` of the revision, as files."""
    if revision.startswith("-"):
        raise NoSuchVersion(given=revision, problem="it begins with a hyphen")
    try:
        archive = subprocess.run(
            ["git", "archive", "--format=tar", f"{revision}:library"],
            capture_output=True, check=False, timeout=SECONDS, cwd=_top_of_repository(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoSuchVersion(given=revision, problem=f"git cannot be run ({error})") from error
    if archive.returncode:
        lines = archive.stderr.decode(errors="replace").strip().splitlines() or ["git says nothing"]
        raise NoSuchVersion(
            given=revision, problem=f"there is no such folder, and git says: {lines[-1]}"
        )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(into / "library", filter="data")


def _top_of_repository() -> Path | None:
    """The top of the repository that one stands in; the folder itself where there is none."""
    found = subprocess.run(
        ["git", "rev-parse", "--show-toplevel"],
        capture_output=True, check=False, timeout=SECONDS, text=True,
    )  # fmt: skip
    return Path(found.stdout.strip()) if found.returncode == 0 else None
