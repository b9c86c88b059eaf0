"""Where the libraries are: the public one first, then those that are named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tanpuhui.rules import library_folders
from tanpuhui.terms import Fault
from tests.tidy.house import LIBRARY


def _private(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    (folder / "factors").mkdir(parents=True)
    return folder


def test_without_more_the_public_library_is_read() -> None:
    (folder,) = library_folders({})

    assert folder.resolve() == LIBRARY


def test_private_libraries_come_after_the_public_one_in_the_order_they_are_named(
    tmp_path: Path,
) -> None:
    first, second, third = (_private(tmp_path, name) for name in ("one", "two", "three"))
    environment = {"TANPUHUI_LIBRARY": f"{first}{os.pathsep}{second}"}

    folders = library_folders(environment, (third,))

    assert folders[0].resolve() == LIBRARY
    assert folders[1:] == (first, second, third)


def test_an_empty_variable_names_no_library() -> None:
    assert len(library_folders({"TANPUHUI_LIBRARY": ""})) == 1


def test_a_folder_that_is_no_library_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()

    with pytest.raises(Fault) as refusal:
        library_folders({}, (tmp_path / "notes",))

    assert refusal.value.code == "LIB-110"
    assert f"{tmp_path / 'notes'} is no library" in refusal.value.what()
    assert "laid out like 'library/'" in refusal.value.remedy()


def test_a_folder_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Fault) as refusal:
        library_folders({"TANPUHUI_LIBRARY": str(tmp_path / "gone")})

    assert refusal.value.code == "LIB-110"
    assert "gone" in refusal.value.what()
