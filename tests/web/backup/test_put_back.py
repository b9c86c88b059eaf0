"""A file that the lake has lost is named by reconcile, and comes back from a back-up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tanpuhui import web
from tests.crash import bits
from tests.web.ledger import trial_city as city
from tests.web.ledger.hand_in import Desk


@pytest.mark.parametrize(
    ("kind", "hurt", "code"),
    [
        ("lines", None, "LDG-130"),
        ("lines", lambda content: bits.of_bytes(content, 4_321), "LDG-132"),
        ("tree", lambda content: content[:-32], "LDG-132"),
        ("keys", None, "LDG-130"),
    ],
    ids=["lines deleted", "lines damaged", "tree cut", "keys deleted"],
)
def test_a_file_that_is_deleted_or_damaged_is_named_and_put_back_from_the_back_up(
    desk: Desk,
    back_up: Callable[[], web.backup.BackedUp],
    outer: Path,
    tmp_path: Path,
    kind: str,
    hurt: Callable[[bytes], bytes] | None,
    code: str,
) -> None:
    back_up()
    lake = desk.store.places.lake
    path = next(p for p in sorted((lake / "domain=trial" / kind).rglob("*")) if p.is_file())
    if hurt is None:
        path.unlink()
    else:
        path.write_bytes(hurt(path.read_bytes()))

    found = desk.store.reconcile("trial").findings
    at = path.relative_to(lake)
    shutil.copyfile(outer / "saved" / "lake" / at, path)  # as the remedy says

    assert {one.code for one in found} == {code}
    assert all(at.as_posix() in one.what() for one in found)
    assert "put this file back from a back-up" in found[0].remedy()
    assert desk.store.reconcile("trial").findings == ()
    posted = desk.post(city.write(tmp_path / "more.csv", city.walk("m1", "bo", "100", day=5)))
    assert posted.result["counted"] == 1
