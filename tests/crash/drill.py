"""The drill: post, back up while others post, post more, lose the home, restore, post again.

``python -m tests.crash.drill [external]`` prints what came of it, as JSON; the test reads that.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tanpuhui import web
from tests.crash.children import child
from tests.crash.home import Home, Work, warmed
from tests.web.ledger import trial_city as city


def main() -> None:
    """The drill, into the embedded database or into one of the operator's own."""
    with tempfile.TemporaryDirectory(prefix="tanpuhui-drill-") as name, contextlib.ExitStack() as s:
        folder = Path(name)
        warmed()
        database = None
        if sys.argv[1:] == ["external"]:
            database = s.enter_context(web.postgres.server(folder / "own")).url()
        print(json.dumps(_drilled(folder, database)))


def _drilled(folder: Path, database: str | None) -> dict[str, Any]:
    lost, saved, keys = Home(folder / "lost"), folder / "saved", folder / "keys"
    lost.folder.mkdir()
    works = [Work(file=city.any_file(folder / f"{n}.csv", n, 7)) for n in range(4)]
    with web.postgres.server(lost.path):
        first = lost.worker(works[0]).result()
        known = [(partner, record_id) for partner, record_id in first["known"]]
        works.insert(1, Work(records=tuple(known[:2])))
        answers = [first, lost.worker(works[1]).result()]
        busy = lost.worker(works[2])
        backed_up = child(folder, lambda say: _saved(lost, saved, keys)).result()
        answers.append(busy.result())
        answers += [lost.worker(work).result() for work in works[3:]]
        before = lost.contents()
    shutil.rmtree(lost.path)
    new = Home(folder / "new", database)
    new.folder.mkdir()
    restored = child(folder, lambda say: _restored(new, saved, keys)).result()
    stood = new.contents()
    again = new.again_and_looked(works)
    return {
        "backed_up": backed_up,
        "restored": restored,
        "answers": [_plain(one) for one in answers],
        "again": [_plain(one) for one in again["answers"]],
        "repeated": [one["repeated"] for one in again["answers"]],
        "stood": list(stood["results"]),
        "findings": again["findings"] + again["left"],
        "alike": before == new.contents(),
        "says_secret": any(
            (keys / "trial.secret").read_bytes() in path.read_bytes()
            for path in saved.rglob("*")
            if path.is_file()
        ),
        "refused": child(folder, lambda say: _restored(new, saved, keys)).answer()["fault"],
    }


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("batch", "credited_mg", "points", "people")}


def _saved(home: Home, folder: Path, keys: Path) -> dict[str, Any]:
    return web.backup.back_up(home.environment(), folder, keys=keys).to_json()


def _restored(home: Home, folder: Path, keys: Path) -> dict[str, Any]:
    return web.backup.restore(home.environment(), folder, keys=keys).to_json()


if __name__ == "__main__":
    main()
