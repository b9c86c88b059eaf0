"""A column means one thing in every scene, and the vocabulary says what."""

from __future__ import annotations

from tests.tidy.house import LIBRARY, complaint, named, read_yaml

MEANINGS = LIBRARY / "vocabulary" / "quantities.yaml"


def test_every_quantity_of_a_scene_has_its_meaning_and_no_other_has() -> None:
    known = read_yaml(MEANINGS)["quantities"]
    carried: dict[str, list[str]] = {}
    for path in sorted((LIBRARY / "scenes").glob("*.yaml")):
        for name in read_yaml(path).get("quantities") or {}:
            carried.setdefault(name, []).append(path.stem)

    silent = [f"{name} ({', '.join(carried[name])})" for name in sorted(carried.keys() - known)]
    unused = sorted(known.keys() - carried)

    assert not silent + unused, complaint(
        f"{named(MEANINGS)} says what each quantity of a scene means, and names no other.",
        silent + unused,
        "add a line 'name: {en: …, zh: …}', or take it out",
    )
