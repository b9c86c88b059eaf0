"""The real store: PostgreSQL, lake, keys and ``web.ledger``; a fresh dedup domain for each run.

The poster dies by an exception, which rolls its transaction back as the end of its process would;
real kills are in tests/web/ledger. Accounts are opened by persons, so that a report can be held.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import re
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow.parquet as pq

from tanpuhui import web
from tanpuhui.rules import Library, Programme
from tanpuhui.web.ledger import Places
from tanpuhui.web.ledger.asked import Asked
from tests.pipeline.comparison import without_zeros
from tests.pipeline.model import Report
from tests.pipeline.store import SECRET, TRIALS, Row, library, standing_of, subject_key
from tests.simulation.answer import REFUSALS, Answer, Died, dying
from tests.simulation.history import Crash, History, Post, history
from tests.simulation.memory_store import engine
from tests.simulation.play import play


@dataclass
class WebStore:
    """A dedup domain of a database; see ``play.Chain``."""

    store: web.Store
    own: tuple[Programme, ...]

    @staticmethod
    def opened(made: History, store: web.Store, folder: Path) -> WebStore:
        """Programmes and a domain of its own; everybody has an account but the history's nobody.

        The secret is the one by which the model computes keys.
        """
        run = uuid.uuid4().hex[:12]
        own = tuple(_programme(name, run, folder) for name in made.programmes)
        found = WebStore(store, own)
        secret = store.places.secret_of(found.domain)
        secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret.write_text(SECRET, encoding="ascii")
        for person in sorted({report.person for report in _reports(made)} - made.nobody):
            found.open_account(person)
        return found

    @property
    def domain(self) -> str:
        """The dedup domain of all its programmes."""
        return self.own[0].domain

    def programmes(self) -> Sequence[Programme]:
        """See ``play.Chain``."""
        return self.own

    def lock(self, programme: int, keys: Collection[int], pool: str) -> None:
        """See ``play.Chain``."""
        standing = self.standing(programme)
        lines = [(standing[key]["batch"], standing[key]["line"]) for key in sorted(keys)]
        assert self.store.lock(pool, lines) == len(lines)

    def open_account(self, person: str) -> None:
        """See ``play.Chain``."""
        from tanpuhui.web.participants.models import Binding, Person

        key = uuid.UUID(subject_key("", person))
        Binding.objects.create(
            domain=self.domain, scope="", subject_key=key, person=Person.objects.create()
        )

    def person(self, name: str) -> int | None:
        """See ``play.Chain``."""
        return self.store.person_of(self.own[0], name, "")

    def post(
        self, programme: int, files: Sequence[Path], rules: Library, crash: Crash | None
    ) -> Answer | None:
        """See ``play.Chain``."""
        with contextlib.suppress(Died), _dying(crash) as told:
            posted = self.store.post(
                files, partner=None, mapping=None, programme=self.own[programme], library=rules,
                backend=engine(), told=told,
            )  # fmt: skip
            if crash is not None and crash.is_committed:
                return None
            verdicts = [] if posted.verdicts is None else _rows([posted.verdicts])
            return Answer(
                posted.result["batch"], posted.repeated, verdicts, _rows(list(posted.lines))
            )
        return None

    def correct(self, asked: Asked, crash: Crash | None) -> Answer | None:
        """See ``play.Chain``."""
        with contextlib.suppress(Died), _dying(crash) as told:
            try:
                found = self.store.correct(asked, backend=engine(), told=told)
            except REFUSALS as fault:
                return Answer.of_fault(fault)
            if crash is not None and crash.is_committed:
                return None
            batch = found.result["batch"]
            return Answer(
                batch, found.repeated, [], self._lines(batch__name=batch) if batch else []
            )
        return None

    def totals(self, programme: int, by: str) -> dict[Any, tuple[Any, ...]]:
        """See ``play.Chain``."""
        from tanpuhui.web.ledger.models import Balance

        name = self.own[programme].id
        books = self.store.books(name)
        if by == "person_id":
            of = Balance.objects.filter(batch__programme=name)
            persons = of.values_list("person_id", flat=True).distinct()
            totals = {p: self.store.balance(p, name) for p in persons}
        else:
            totals = dict(getattr(books, by))
        sums = {n: [t.count, t.reduction_mg, t.credited_mg] for n, t in totals.items()}
        points = {n: Counter({c: p or 0 for c, p in t.points.items()}) for n, t in totals.items()}
        return without_zeros(sums, points)

    def standing(self, programme: int) -> dict[int, Row]:
        """See ``play.Chain``."""
        return standing_of(self._lines(batch__programme=self.own[programme].id))

    def close(self) -> None:
        """See ``play.Chain``."""
        from tanpuhui.web.ledger import lake, services
        from tanpuhui.web.ledger.models import Batch, Domain, Segment

        if not Domain.objects.filter(pk=self.domain).exists():
            return
        places = self.store.places
        for programme in self.own:
            posted = Batch.objects.filter(programme=programme.id).count()
            if posted:
                assert self.store.books(programme.id).agree()
                self.store.publish_log(programme.id)
                status = self.store.log_status(programme.id)
                assert (status.size, status.published_size) == (posted, posted), "a log lacks some"
        with services.in_turn(self.domain, places, lambda step: None) as turn:
            lake.swept(places, turn.domain)
        named = Segment.objects.filter(batch__domain=self.domain).values_list("path", flat=True)
        below = places.of_domain(self.domain).glob("*/**/*")  # not the domain's own mark
        found = {p.relative_to(places.lake).as_posix() for p in below if p.is_file()}
        assert found == set(named), "lake and manifest differ"

    def _lines(self, **of_batch: str) -> list[Row]:
        """Of some batches, in the order of posting."""
        from tanpuhui.web.ledger.models import Segment

        of = Segment.objects.filter(**of_batch, batch__domain=self.domain, kind="lines")
        paths = of.order_by("batch__posted_order", "path").values_list("path", flat=True)
        return _rows([self.store.places.lake / path for path in paths])


def _programme(trial: str, run: str, folder: Path) -> Programme:
    """A trial programme with an id and a domain that no other run has."""
    name = f"{trial}-{run}"
    text = (TRIALS / f"{trial}.yaml").read_text(encoding="utf-8")
    for old, new in (
        (f"id: {trial}", f"id: {name}"),
        ("dedup_domain: trial", f"dedup_domain: trial-{run}"),
        ("opened_by: partner", "opened_by: person"),
    ):
        text, count = re.subn(f"(?m){re.escape(old)}\\b", new, text, count=1)
        assert count == 1, f"the trial programme does not say {old!r}"
    file = folder / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return library().programme_file(file)


def run_on_web(seed: int) -> int:
    """The run of a seed on the real store; gives how many batches it posted.

    Raises:
        AssertionError: the platform and the model differ.
    """
    home = _home()
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    try:
        return run_on(_store(), seed, folder)
    finally:
        shutil.rmtree(folder)


def run_on(store: web.Store, seed: int, folder: Path) -> int:
    """The run of a seed on a store that is open."""
    made = history(seed)
    return play(made, WebStore.opened(made, store, folder / "programme"), folder / "in")


@cache
def _home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="simulated-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


@cache
def _store() -> web.Store:
    """One database for all runs of a process; it ends with the process."""
    stack = contextlib.ExitStack()
    server = stack.enter_context(web.postgres.server(_home() / "postgres"))
    stack.enter_context(web.opened({"TANPUHUI_DATABASE_URL": server.url()}))
    atexit.register(stack.close)
    return web.Store(Places(_home() / "lake", _home() / "keys"))


@contextlib.contextmanager
def _dying(crash: Crash | None) -> Iterator[Callable[[str], None]]:
    """With a crash: the poster dies where it says. Gives what is told each step."""
    from django.db import DatabaseError, InterfaceError, connection

    from tanpuhui.web.ledger import lake, publishing

    written = itertools.count()

    def put_on_disk(*given: Any) -> None:
        raise Died

    def put(path: Path, content: bytes) -> bool:
        if crash is None or next(written) == len(crash.lost):
            raise Died
        return honest(path, content)

    def told(step: str) -> None:
        try:
            dying(crash)(step)
        except Died:
            if crash is None or crash.when != "cut off":
                raise
            _cut_off()

    honest = publishing._put
    with contextlib.ExitStack() as stack:
        if crash is not None and crash.when == "before the commit":
            stack.enter_context(mock.patch.object(lake, "put_on_disk", put_on_disk))
        if crash is not None and crash.when == "in the publishing":
            stack.enter_context(mock.patch.object(publishing, "_put", put))
        try:
            yield told
        except (DatabaseError, InterfaceError) as error:
            if crash is None or crash.when != "cut off":
                raise
            connection.close()  # the next request opens another
            raise Died from error


def _cut_off() -> None:
    """The database ends the connection, as where a server restarts or a network fails."""
    import psycopg
    from django.db import connection

    mine = connection.connection.info
    with psycopg.connect(mine.dsn, password=mine.password or None, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [mine.backend_pid])


def _reports(made: History) -> list[Report]:
    posts = [event for event in made.events if isinstance(event, Post)]
    return [sent.report for post in posts for file in post.files for sent in file.rows]


def _rows(paths: Sequence[Path]) -> list[Row]:
    found: list[Row] = []
    for path in paths:
        found += pq.ParquetFile(path).read().to_pylist()
    return found
