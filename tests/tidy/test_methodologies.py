"""A methodology without worked cases is only an opinion: what its vectors must show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.tidy.house import LIBRARY, complaint, files, named, read_yaml

FOLDER = LIBRARY / "methodologies"
VECTORS = ".vectors.yaml"
ALWAYS = ("ordinary", "boundary", "refusal")
# What is measured and not counted: between two values there is always a third, so rounding shows.
MEASURED = {
    *("m", "km", "pkm", "m2", "m3", "ha", "litre"),
    *("g", "kg", "t", "tkm"),
    *("MJ", "GJ", "TJ", "kWh", "MWh"),
    *("second", "minute", "hour"),
}


def test_every_methodology_has_an_ordinary_a_boundary_and_a_refusal_vector() -> None:
    paths = _methodologies()

    lacking = [
        f"{named(_vectors_of(path))} lacks {', '.join(lack)}"
        for path in paths
        if (lack := [kind for kind in ALWAYS if kind not in _shown(path)])
    ]

    assert paths, f"there is no methodology under {named(FOLDER)}/"
    assert not lacking, complaint(
        "Beside each methodology stand vectors that show at least an ordinary case, a boundary\n"
        "and a refusal (`shows: …`; one with `refuse:` shows a refusal).",
        lacking,
        "work one by hand and write its arithmetic in a comment above it",
    )


def test_a_methodology_with_a_measured_input_has_a_rounding_vector() -> None:
    lacking = [
        f"{named(_vectors_of(path))}: {', '.join(inputs)}"
        for path in _methodologies()
        if (inputs := sorted(set(_measured_inputs(path)))) and "rounding" not in _shown(path)
    ]

    assert not lacking, complaint(
        "Where an input is measured (km, kg, kWh …), a vector shows what happens to the fraction\n"
        "of a milligram (`shows: rounding`).",
        lacking,
        "give an amount whose result has a fraction, and expect it rounded down",
    )


def test_every_vectors_file_stands_beside_its_methodology_and_names_it() -> None:
    beside = [path for path in _inside() if path.name.endswith(VECTORS)]

    lost = [
        f"{named(path)} says {read_yaml(path).get('methodology')!r}"
        for path in beside
        if read_yaml(path).get("methodology") != _id(path)
        or not path.with_name(path.name.removesuffix(VECTORS) + ".yaml").is_file()
    ]

    assert not lost, complaint(
        "A vectors file carries its methodology's file name, and its id in `methodology`.",
        lost,
        "rename the file or correct the id",
    )


def _methodologies() -> list[Path]:
    return [path for path in _inside() if not path.name.endswith(VECTORS)]


def _inside() -> list[Path]:
    return [path for path in files() if path.is_relative_to(FOLDER) and path.suffix == ".yaml"]


def _vectors_of(methodology: Path) -> Path:
    return methodology.with_name(methodology.stem + VECTORS)


def _id(vectors: Path) -> str:
    return ".".join(vectors.relative_to(FOLDER).parts).removesuffix(VECTORS)


def _shown(methodology: Path) -> set[str]:
    if not _vectors_of(methodology).is_file():
        return set()
    vectors = read_yaml(_vectors_of(methodology))["vectors"] or []
    return {"refusal" if "refuse" in v else v.get("shows", "ordinary") for v in vectors}


def _measured_inputs(methodology: Path) -> Iterator[str]:
    for case in read_yaml(methodology).get("cases") or []:
        quantities = _quantities(case)
        for name in case.get("inputs") or []:
            if quantities.get(name, {}).get("unit") in MEASURED:
                yield name


def _quantities(case: dict[str, Any]) -> dict[str, Any]:
    scenes = [read_yaml(LIBRARY / "scenes" / f"{scene}.yaml") for scene in case.get("scenes") or []]
    return {name: q for scene in scenes for name, q in (scene.get("quantities") or {}).items()}
