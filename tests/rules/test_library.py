"""The library as one object: ids are paths, files are read when asked for, others may be added."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tanpuhui.rules import Library, faults_of
from tanpuhui.terms import Fault, Faults
from tests.rules.small_library import (
    FACTOR,
    METHODOLOGY,
    REGIONS,
    SOURCES,
    TABLE,
    TERMS,
    TRAVEL,
    TRIP,
    UNITS,
    VECTORS,
    WALK,
    SmallLibrary,
)


def _private(tmp_path: Path, name: str = "private") -> Path:
    """A private library with a methodology of its own, which uses the public factor and scene."""
    folder = tmp_path / name
    path = folder / "methodologies" / "ours" / "walking.yaml"
    path.parent.mkdir(parents=True)
    small = SmallLibrary(tmp_path / f"{name}_model")
    text = small.text(METHODOLOGY).replace("id: rates.a_bank", "id: ours.walking")
    path.write_text(text, encoding="utf-8")
    return folder


def test_the_id_of_a_file_is_its_path_with_dots(small: SmallLibrary) -> None:
    library = small.open()

    assert library.ids("factor") == ("rates.a_step", "travel.a_mode")
    assert library.ids("scene") == ("trip", "walk")
    assert library.ids("methodology") == ("a_city", "rates.a_bank")
    for thing_id in library.ids("methodology"):
        assert library.methodology(thing_id).id == thing_id


def test_a_file_is_read_once(small: SmallLibrary) -> None:
    library = small.open()

    first = library.methodology("rates.a_bank")
    small.write(METHODOLOGY, "broken: [")

    assert library.methodology("rates.a_bank") is first
    assert first.cases[0].parameters["per_step"] is library.factor("rates.a_step")


@pytest.mark.parametrize("name", [TABLE, TRIP, TRAVEL, VECTORS, TERMS])
def test_a_broken_file_elsewhere_does_not_stop_a_methodology(
    small: SmallLibrary, name: str
) -> None:
    small.write(name, "broken: [")

    assert small.open().methodology("rates.a_bank").id == "rates.a_bank"


@pytest.mark.parametrize("name", [FACTOR, WALK])
def test_a_broken_file_that_a_methodology_uses_stops_it(small: SmallLibrary, name: str) -> None:
    small.write(name, "broken: [")

    with pytest.raises(Faults) as refusal:
        small.open().methodology("rates.a_bank")

    assert [small.where(fault)[0] for fault in refusal.value.faults] == [name]


def test_a_file_that_was_mended_is_read_again(small: SmallLibrary) -> None:
    library = small.open()
    whole = small.text(FACTOR)
    small.write(FACTOR, "broken: [")
    with pytest.raises(Faults):
        library.factor("rates.a_step")

    small.write(FACTOR, whole)

    assert library.factor("rates.a_step").id == "rates.a_step"


@pytest.mark.parametrize(
    ("kind", "asked", "meant"),
    [
        ("methodology", "rates.a_bnak", "rates.a_bank"),
        ("factor", "rate.a_step", "rates.a_step"),
        ("scene", "walking", "walk"),
    ],
)
def test_an_id_that_is_not_there_is_refused_with_the_nearest(
    small: SmallLibrary, kind: str, asked: str, meant: str
) -> None:
    library = small.open()
    ask = {
        "methodology": library.methodology,
        "factor": library.factor,
        "scene": library.scene,
    }[kind]

    with pytest.raises(Fault) as refusal:
        ask(asked)

    assert refusal.value.code == "LIB-111"
    assert f"has no {kind} {asked!r}" in refusal.value.what()
    assert f"did you mean {meant}" in refusal.value.remedy()


# -- several libraries -----------------------------------------------------------------------------


def test_a_private_library_adds_files_that_use_the_public_ones(
    small: SmallLibrary, tmp_path: Path
) -> None:
    library = small.open(_private(tmp_path))

    methodology = library.methodology("ours.walking")

    assert library.ids("methodology") == ("a_city", "ours.walking", "rates.a_bank")
    assert methodology.cases[0].parameters["per_step"].id == "rates.a_step"


def test_a_private_library_may_add_documents(small: SmallLibrary, tmp_path: Path) -> None:
    private = _private(tmp_path)
    (private / "vocabulary").mkdir()
    own = small.text(SOURCES).replace("a_report", "our_report")
    (private / SOURCES).write_text(own, encoding="utf-8")

    library = small.open(private)

    assert list(library.documents) == ["a_report", "our_report"]


def test_one_id_in_two_libraries_is_refused_with_both_files(
    small: SmallLibrary, tmp_path: Path
) -> None:
    private = SmallLibrary(tmp_path / "private")
    library = small.open(private.folder)

    with pytest.raises(Fault) as refusal:
        library.factor("rates.a_step")

    fault = refusal.value
    assert fault.code == "LIB-112"
    assert "'rates.a_step' is defined in" in fault.what()
    assert f"library/{FACTOR}" in fault.what()
    assert f"private/{FACTOR}" in fault.what()
    assert "rename the one in the private library" in fault.remedy()


def test_an_id_in_two_libraries_is_a_fault_of_the_whole(
    small: SmallLibrary, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    (private / FACTOR).parent.mkdir(parents=True)
    (private / FACTOR).write_text(small.text(FACTOR), encoding="utf-8")

    codes = [fault.code for fault in small.open(private).faults()]

    assert "LIB-112" in codes


@pytest.mark.parametrize("name", [UNITS, REGIONS, TERMS])
def test_a_library_without_a_file_of_the_vocabulary_is_none(small: SmallLibrary, name: str) -> None:
    small.remove(name)

    fault = small.only_fault()

    assert fault.code == "LIB-110"
    assert fault.what().endswith(f"is no library: it has no file {name}.")
    assert "--library or TANPUHUI_LIBRARY" in fault.remedy()


# -- hashes and versions ---------------------------------------------------------------------------


def test_a_methodology_a_factor_and_a_scene_are_named_by_the_hash_of_their_files(
    small: SmallLibrary,
) -> None:
    # MTH-06: every calculated record pins the exact rules that were used.
    library = small.open()

    found = [
        library.methodology("rates.a_bank").sha256,
        library.factor("rates.a_step").sha256,
        library.scene("walk").sha256,
    ]

    assert found == [
        hashlib.sha256((small.folder / name).read_bytes()).hexdigest()
        for name in (METHODOLOGY, FACTOR, WALK)
    ]


def test_the_version_of_a_library_changes_with_any_of_its_files(small: SmallLibrary) -> None:
    first = small.open().version
    again = small.open().version
    small.change(VECTORS, "steps: 7250", "steps: 7251")

    assert first == again
    assert small.open().version != first


def test_the_version_of_a_library_does_not_depend_on_where_it_lies(
    small: SmallLibrary, tmp_path: Path
) -> None:
    near, far = tmp_path / "a", tmp_path / "z"
    near.mkdir()
    far.mkdir()

    before = small.open(_private(near)).version
    behind = small.open(_private(far)).version

    assert before == behind


# -- faults ----------------------------------------------------------------------------------------


def test_a_fault_and_several_faults_are_told_one_by_one(small: SmallLibrary) -> None:
    small.change(FACTOR, "    grade: read\n", "")
    small.change(FACTOR, 'region: "420100"', 'region: "420500"')
    with pytest.raises(Faults) as refusal:
        small.open().factor("rates.a_step")

    several = faults_of(refusal.value)

    assert len(several) == 2
    assert faults_of(several[0]) == (several[0],)


def test_faults_come_in_one_order_whenever_they_are_asked_for(small: SmallLibrary) -> None:
    small.change(FACTOR, "    grade: read\n", "")
    small.change(TRIP, "family: travel", "family: sport")
    small.remove(VECTORS)

    first, second = ([str(fault) for fault in small.faults()] for _ in range(2))

    assert first == second
    assert len(first) == 3


def test_a_library_of_no_files_but_a_vocabulary_has_no_fault(tmp_path: Path) -> None:
    small = SmallLibrary(tmp_path / "library")
    for name in (FACTOR, TABLE, TRIP, WALK, TRAVEL, METHODOLOGY):
        small.remove(name)

    library: Library = small.open()

    assert list(library.faults()) == []
    assert library.ids("methodology") == ()
