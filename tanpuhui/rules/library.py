"""The library as one object: each file is read when it is first asked for, and once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from tanpuhui.rules.checklists import Checklist, ChecklistSurroundings, read_checklist
from tanpuhui.rules.factors import Factor, read_factor
from tanpuhui.rules.faults import (
    NoLibrary,
    NoSuchFile,
    NoVectors,
    TwoOfOneId,
    WrongEdition,
    WrongId,
)
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.jurisdictions import (
    Jurisdiction,
    Policy,
    read_jurisdiction,
    read_policies,
)
from tanpuhui.rules.methodologies import Methodology, Surroundings, read_methodology
from tanpuhui.rules.planned import Planned, read_planned
from tanpuhui.rules.programme_files import read_programme
from tanpuhui.rules.programme_names import ProgrammeSurroundings
from tanpuhui.rules.programmes import Programme
from tanpuhui.rules.scenes import Scene, read_scene
from tanpuhui.rules.strict_yaml import read_yaml, shown_path
from tanpuhui.rules.vectors import Vector, read_vectors
from tanpuhui.rules.vocabulary import (
    Document,
    Term,
    UnitNames,
    read_documents,
    read_quantity_words,
    read_regions,
    read_terms,
    read_units,
)
from tanpuhui.terms import Fault, Faults, Place, Regions, Units, hash_of_bytes, hash_of_parts

Thing = TypeVar("Thing")

VECTORS = ".vectors.yaml"


class Library:
    """The rules as data.

    Args:
        folders: libraries to read; the first holds the vocabulary, the others add files of their
            own.

    Every reading method raises ``Faults`` where a file has faults, all of them at once.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders
        self._factors: dict[str, Factor] = {}
        self._scenes: dict[str, Scene] = {}
        self._methodologies: dict[str, Methodology] = {}
        self._programmes: dict[str, Programme] = {}
        self._jurisdictions: dict[str, Jurisdiction] = {}
        self._checklists: dict[str, Checklist] = {}

    # -- the vocabulary ---------------------------------------------------------------------------

    @cached_property
    def _units(self) -> tuple[Units, dict[str, UnitNames]]:
        return self._vocabulary("units", read_units)

    @property
    def units(self) -> Units:
        """The table of units."""
        return self._units[0]

    @property
    def unit_names(self) -> dict[str, UnitNames]:
        """What each unit is called."""
        return self._units[1]

    @cached_property
    def regions(self) -> Regions:
        """The regions."""
        return self._vocabulary("regions", read_regions)

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The documents that values come from; further libraries may add their own."""
        return self._of_all("sources", read_documents)

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The glossary."""
        return self._vocabulary("terms", read_terms)

    @cached_property
    def quantity_words(self) -> dict[str, Words]:
        """What the columns of quantities mean, by name; further libraries may add their own."""
        return self._of_all("quantities", read_quantity_words)

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """What the library is to have and does not have yet, by id."""
        path = self.folders[0] / "planned.yaml"
        if not path.is_file():
            return ()
        return _read(path, "The list of what is planned", read_planned)

    def _of_all(self, name: str, read: Callable[[Fields], Mapping[str, Thing]]) -> dict[str, Thing]:
        """A vocabulary of every library that has one, as one."""
        found: dict[str, Thing] = {}
        for folder in self.folders:
            path = folder / "vocabulary" / f"{name}.yaml"
            if path.is_file():
                found |= _read(path, f"The vocabulary of {name}", read)
        return found

    def _vocabulary(self, name: str, read: Callable[[Fields], Thing]) -> Thing:
        path = self.folders[0] / "vocabulary" / f"{name}.yaml"
        if not path.is_file():
            raise NoLibrary(folder=str(self.folders[0]), lacks=f"file vocabulary/{name}.yaml")
        return _read(path, f"The vocabulary of {name}", read)

    # -- factors, scenes, methodologies, programmes -----------------------------------------------

    def factor(self, factor_id: str) -> Factor:
        """The factor with this id."""
        if factor_id not in self._factors:

            def read(top: Fields, sha256: str) -> Factor:
                return read_factor(
                    top, units=self.units, regions=self.regions,
                    documents=self.documents, sha256=sha256,
                )  # fmt: skip

            self._factors[factor_id] = self._read_id("factor", factor_id, read)
        return self._factors[factor_id]

    def scene(self, scene_id: str) -> Scene:
        """The scene with this id."""
        if scene_id not in self._scenes:

            def read(top: Fields, sha256: str) -> Scene:
                return read_scene(top, units=self.units, documents=self.documents, sha256=sha256)

            self._scenes[scene_id] = self._read_id("scene", scene_id, read)
        return self._scenes[scene_id]

    def methodology(self, methodology_id: str) -> Methodology:
        """The methodology with this id."""
        if methodology_id not in self._methodologies:
            around = Surroundings(self.units, self.regions, self.documents, self.scene, self.factor)

            def read(top: Fields, sha256: str) -> Methodology:
                return read_methodology(top, around, sha256=sha256)

            found = self._read_id("methodology", methodology_id, read)
            self._methodologies[methodology_id] = found
        return self._methodologies[methodology_id]

    def vectors(self, methodology_id: str) -> tuple[Vector, ...]:
        """The worked vectors of a methodology; empty where it has none."""
        path = self._path("methodology", methodology_id)
        beside = path.with_name(path.name.removesuffix(".yaml") + VECTORS)
        if not beside.is_file():
            return ()

        def read(top: Fields) -> tuple[Vector, ...]:
            named, vectors = read_vectors(top)
            if named != methodology_id:
                place = top.place_of("methodology")
                top.faults.append(WrongId(place=place, found=named, wanted=methodology_id))
            return vectors

        return _read(beside, f"The vectors of {methodology_id}", read)

    def jurisdiction(self, jurisdiction_id: str) -> Jurisdiction:
        """What the province or city with this id rules."""
        if jurisdiction_id not in self._jurisdictions:

            def read(top: Fields, sha256: str) -> Jurisdiction:
                return read_jurisdiction(
                    top, regions=self.regions, documents=self.documents, sha256=sha256
                )

            found = self._read_id("jurisdiction", jurisdiction_id, read)
            if found.inside is not None:
                self._path("jurisdiction", found.inside)  # a name that is no file is a fault
            self._jurisdictions[jurisdiction_id] = found
        return self._jurisdictions[jurisdiction_id]

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The dated policies of the library."""
        path = self.folders[0] / "policies.yaml"
        if not path.is_file():
            return ()

        def read(top: Fields) -> tuple[Policy, ...]:
            return read_policies(top, regions=self.regions, documents=self.documents)

        return _read(path, "The list of policies", read)

    def programme(self, programme_id: str) -> Programme:
        """The programme with this id."""
        if programme_id not in self._programmes:
            path = self._path("programme", programme_id)
            self._programmes[programme_id] = self._read_programme(path, programme_id)
        return self._programmes[programme_id]

    def programme_file(self, path: Path) -> Programme:
        """The programme of a file that may lie anywhere; its id is the file's name.

        What it names (methodologies, scenes, documents) is that of the library.
        """
        if not path.is_file():
            raise NoSuchFile(kind="programme file", id=str(path))
        return self._read_programme(path, path.name.removesuffix(".yaml"))

    def _read_programme(self, path: Path, programme_id: str) -> Programme:
        around = ProgrammeSurroundings(
            self.units, self.regions, self.documents, self.scene, self.methodology
        )

        def read(top: Fields, sha256: str) -> Programme:
            return read_programme(top, around, sha256=sha256)

        return _read_named(path, "programme", programme_id, read)

    def checklist(self, checklist_id: str) -> Checklist:
        """The checklist with this id."""
        if checklist_id not in self._checklists:
            around = ChecklistSurroundings(self.regions, self.documents, self.scene)

            def read(top: Fields, sha256: str) -> Checklist:
                return read_checklist(top, around, sha256=sha256)

            self._checklists[checklist_id] = self._read_id("checklist", checklist_id, read)
        return self._checklists[checklist_id]

    def _path(self, kind: str, thing_id: str) -> Path:
        paths = self._paths(kind).get(thing_id, [])
        if not paths:
            known = self._paths(kind)
            nearest = tuple(get_close_matches(thing_id, known, n=3, cutoff=0.5))
            raise NoSuchFile(kind=kind, id=thing_id, nearest=nearest)
        if len(paths) > 1:
            raise TwoOfOneId(id=thing_id, files=tuple(shown_path(path) for path in paths))
        return paths[0]

    def _paths(self, kind: str) -> dict[str, list[Path]]:
        return self._all_paths[kind]

    @cached_property
    def _all_paths(self) -> dict[str, dict[str, list[Path]]]:
        found: dict[str, dict[str, list[Path]]] = {}
        for kind, folder_name in _FOLDERS.items():
            found[kind] = {}
            for folder in self.folders:
                top = folder / folder_name
                for path in sorted(top.rglob("*.yaml")):
                    if not path.name.endswith(VECTORS):
                        thing_id = ".".join(path.relative_to(top).with_suffix("").parts)
                        found[kind].setdefault(thing_id, []).append(path)
        return found

    def ids(self, kind: str) -> tuple[str, ...]:
        """Every id of a kind, such as ``methodology`` or ``scene``, in order."""
        return tuple(sorted(self._paths(kind)))

    def _read_id(self, kind: str, thing_id: str, read: Callable[[Fields, str], Thing]) -> Thing:
        return _read_named(self._path(kind, thing_id), kind, thing_id, read)

    # -- the whole --------------------------------------------------------------------------------

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong with the files, but for vectors that fail; none twice."""
        seen: set[str] = set()
        for fault in self._all_faults():
            text = json.dumps(fault.to_json(), sort_keys=True)
            if text not in seen:
                seen.add(text)
                yield fault

    def _all_faults(self) -> Iterator[Fault]:
        for load in (lambda: self.units, lambda: self.regions, lambda: self.documents):
            try:
                load()
            except (Fault, Faults) as error:
                yield from faults_of(error)
                return  # nothing else can be read without its vocabulary
        checks: list[tuple[str, Callable[[str], object]]] = [
            ("factor", self.factor),
            ("scene", self.scene),
            ("methodology", self.methodology),
            ("methodology", self._checked_edition),
            ("methodology", self._checked_vectors),
            ("programme", self.programme),
            ("jurisdiction", self.jurisdiction),
            ("checklist", self.checklist),
        ]
        lists: list[Callable[[], object]] = [
            lambda: self.terms,
            lambda: self.quantity_words,
            lambda: self.planned,
            lambda: self.policies,
        ]
        for load_list in lists:
            try:
                load_list()
            except (Fault, Faults) as error:
                yield from faults_of(error)
        for kind, check in checks:
            for thing_id in self.ids(kind):
                try:
                    check(thing_id)
                except (Fault, Faults) as error:
                    yield from faults_of(error)

    def _checked_edition(self, methodology_id: str) -> None:
        """Look whether ``supersedes`` leads to earlier editions, and to an end."""
        method = self.methodology(methodology_id)
        seen = {methodology_id}
        edition, before = method, method.supersedes
        while before is not None:
            if before not in self.ids("methodology"):
                problem = "the library does not have"
            elif before in seen:
                problem = "supersedes it in turn" if len(seen) > 1 else "is itself"
            elif not _begins_no_later(self.methodology(before), edition):
                problem = f"begins to hold later, {self.methodology(before).valid}"
            else:
                seen.add(before)
                edition = self.methodology(before)
                before = edition.supersedes
                continue
            raise WrongEdition(
                place=Place(method.file), methodology=edition.id, supersedes=before, problem=problem
            )

    def _checked_vectors(self, methodology_id: str) -> None:
        if not self.vectors(methodology_id):
            path = self._path("methodology", methodology_id)
            name = shown_path(path)
            raise NoVectors(
                place=Place(name),
                methodology=methodology_id,
                wanted=name.removesuffix(".yaml") + VECTORS,
            )

    @cached_property
    def version(self) -> str:
        """The release that carries the public library, and the hash of all its files."""
        try:
            release = version("tanpuhui")
        except PackageNotFoundError:
            release = "0"
        paths = [
            (path.relative_to(folder).as_posix(), path)
            for folder in self.folders
            for path in folder.rglob("*.yaml")
        ]
        content = hash_of_parts(
            part
            for name, path in sorted(paths)
            for part in (name, hash_of_bytes(path.read_bytes()))
        )
        return f"{release}+{content[:12]}"


def _begins_no_later(before: Methodology, after: Methodology) -> bool:
    first, second = before.valid.from_day, after.valid.from_day
    return first is None or second is None or first <= second


_FOLDERS = {
    "methodology": "methodologies",
    "checklist": "checklists",
    "factor": "factors",
    "scene": "scenes",
    "programme": "programmes",
    "jurisdiction": "jurisdictions",
}


def faults_of(error: Fault | Faults) -> tuple[Fault, ...]:
    """The faults that were raised, one by one."""
    return error.faults if isinstance(error, Faults) else (error,)


def _read(path: Path, of: str, read: Callable[[Fields], Thing]) -> Thing:
    return _read_hashed(path, of, lambda top, _: read(top))


def _read_named(
    path: Path, kind: str, thing_id: str, read: Callable[[Fields, str], Thing]
) -> Thing:
    """What a file says, whose ``id`` must be the id that its path gives it."""

    def read_checked(top: Fields, sha256: str) -> Thing:
        thing = read(top, sha256)
        found = top.optional_text("id")
        if found is not None and found != thing_id:
            place = top.place_of("id")
            top.faults.append(WrongId(place=place, found=found, wanted=thing_id))
        return thing

    return _read_hashed(path, f"The {kind} {thing_id}", read_checked)


def _read_hashed(path: Path, of: str, read: Callable[[Fields, str], Thing]) -> Thing:
    file = read_yaml(path)
    faults: list[Fault] = []
    thing = read(Fields(file.top, file=file.name, of=of, faults=faults), file.sha256)
    if faults:
        raise Faults(faults)
    return thing
