"""A home in which files are posted by children, and what can be said of it afterwards."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tanpuhui import ledger, pipeline, rules, web
from tanpuhui.rules import Library, Programme
from tests.crash import blows
from tests.crash.children import Child, Say, child
from tests.web.ledger import trial_city as city
from tests.web.ledger.hand_in import figures

DOMAIN = "trial"


@functools.cache
def library() -> Library:
    """The public library."""
    return Library(rules.library_folders({}))


def warmed() -> None:
    """Load everything that children need, before anything is forked; no thread is begun by it."""
    web.django_for_reading()
    importlib.import_module("tanpuhui.web.ledger.services")
    importlib.import_module("tanpuhui.web.ledger.reconciling")
    importlib.import_module("tanpuhui.engine.backends.duckdb")
    programme()


@functools.cache
def programme() -> Programme:
    """The rules of the trial city."""
    return city.programme(library())


@dataclass(frozen=True)
class Home:
    """A home whose processes are all children of this one.

    Args:
        folder: where it lies, with all that is said of it.
    """

    folder: Path

    @property
    def path(self) -> Path:
        """The home itself."""
        return self.folder / "home"

    @property
    def lake(self) -> Path:
        """Its lake."""
        return self.path / "lake"

    def environment(self) -> dict[str, str]:
        """What names it."""
        return {"TANPUHUI_HOME": str(self.path)}

    def poster(self, file: Path, blow: blows.Blow | None = None) -> Child:
        """A child that posts a file, and dies where the blow hits it."""
        return child(self.folder, lambda say: self._posted(file, blow, say))

    def _posted(self, file: Path, blow: blows.Blow | None, say: Say) -> dict[str, Any]:
        hit = None if blow is None else blows.armed(blow)

        def told(step: str) -> None:
            say(step=step)
            if hit is not None:
                hit(step)

        with web.opened(self.environment()) as store:
            posted = _post(store, file, told)
        return {**figures(posted.result), "repeated": posted.repeated}

    def again_and_looked(self, files: Sequence[Path]) -> dict[str, Any]:
        """Post files that were posted to before, and look whether every law holds."""
        return dict(child(self.folder, lambda say: self._again_and_looked(files)).answer())

    def _again_and_looked(self, files: Sequence[Path]) -> dict[str, Any]:
        with web.opened(self.environment()) as store:
            posted = [_post(store, file, lambda step: None) for file in files]
            return {"answers": [_answer(one) for one in posted], **looked(store)}

    def looked(self) -> dict[str, Any]:
        """Look whether every law holds."""

        def look(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                return looked(store)

        return dict(child(self.folder, look).answer())

    def posted_in_order(self, files: Sequence[Path]) -> dict[str, Any]:
        """Post files one after the other in one process that nobody kills; and what came of it."""

        def post(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                engine = pipeline.open_engine()
                for file in files:
                    _post(store, file, lambda step: None, backend=engine)
                return {**looked(store), **contents(store)}

        return dict(child(self.folder, post).answer())

    def contents(self) -> dict[str, Any]:
        """Its batches, books and lines."""

        def read(say: Say) -> dict[str, Any]:
            with web.opened(self.environment()) as store:
                return contents(store)

        return dict(child(self.folder, read).answer())


def _post(store: web.Store, file: Path, told: Any, **further: Any) -> web.Posted:
    return store.post(
        [file], partner=None, mapping=None, programme=programme(), library=library(), told=told,
        **further,
    )  # fmt: skip


def _answer(posted: web.Posted) -> dict[str, Any]:
    return {**figures(posted.result), "repeated": posted.repeated}


def looked(store: web.Store) -> dict[str, Any]:
    """What reconcile finds, what lies in the lake unnamed, and whether the books agree."""
    if not store.domains():
        return {"findings": [], "left": [], "batches": 0, "agree": True}
    found = store.reconcile(DOMAIN)
    return {
        "findings": [str(one) for one in found.findings],
        "left": [one.at for one in found.left],
        "batches": found.batches,
        "agree": store.books(programme().id).agree(),
    }


def contents(store: web.Store) -> dict[str, Any]:
    """All that two homes with the same postings must have alike, but for persons' numbers."""
    posted = store.batches(programme().id)
    lines = [
        path for path in sorted(store.places.lake.rglob("*.parquet")) if "/lines/" in str(path)
    ]
    acts: dict[str, list[int]] = {}
    rows = []
    for path in lines:
        for row in pq.read_table(path).to_pylist():
            signed = {ledger.ACT: 1, ledger.REVERSAL: -1}.get(row["line_kind"], 0)
            found = acts.setdefault(f"{row['record_key']}", [0, 0])
            found[0] += signed
            found[1] += row["credited_mg"]
            rows.append(repr({name: value for name, value in row.items() if name != "person_id"}))
    balances = {}
    for number in range(8):
        person = store.person_of(programme(), f"k:p{number}", "")
        if person is not None:
            balances[f"k:p{number}"] = store.balance(person, programme().id).to_json()
    return {
        "results": {batch.name: figures(batch.result) for batch in posted},
        "books": store.books(programme().id).to_json(),
        "balances": balances,
        "acts": acts,
        "lines": sorted(rows),
    }
