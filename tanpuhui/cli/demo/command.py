"""``tanpuhui demo``: a simulated city goes through the main job, and one page shows its books."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from tanpuhui import rules, web
from tanpuhui.cli import shared_options as shared
from tanpuhui.cli.books_shown import books_shown
from tanpuhui.cli.demo import shown
from tanpuhui.cli.demo.city import City, simulated
from tanpuhui.cli.demo.files import DayFiles, written
from tanpuhui.cli.ledger import line_shown
from tanpuhui.cli.progress import steps_on_stderr
from tanpuhui.rules import Library, Programme
from tanpuhui.terms import Mass

DEFAULT_PROGRAMME = "shanxi-sanjin-green-life"
DEFAULT_PORT, PORTS_TRIED = 8000, 20
MOST_PEOPLE, MOST_DAYS = 200_000, 31  # for more, see the benchmark: it simulates in columns


@click.command(
    short_help="Run a simulated city through the main job and look at its books.",
    epilog="""\b
Examples
  tanpuhui demo
  tanpuhui demo --programme hankou --people 500 --no-serve
  tanpuhui demo --files city
      only writes the partners' files; city/README.txt says how to run them by hand

\b
Everything in it is simulated from the seed: the same seed, the same city. It uses a database and a
lake of its own, which are gone when it ends; TANPUHUI_HOME is not touched.
Exit codes    0 the books agree; 1 they do not; 2 the command was wrong.
""",
)
@click.option(
    "--programme", default=DEFAULT_PROGRAMME, show_default=True, metavar="ID|FILE",
    help="By whose rules: a programme of the library, or a programme file of your own (.yaml).",
)  # fmt: skip
@click.option(
    "--people",
    type=click.IntRange(1, MOST_PEOPLE),
    default=2000,
    show_default=True,
    metavar="N",
    help="How many people live in the city.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=3,
    show_default=True,
    metavar="N",
    help="How many days pass.",
)
@click.option("--seed", type=int, default=20260302, show_default=True, help="Draws the city.")
@click.option(
    "--files", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write the partners' files to DIR and do nothing else.",
)  # fmt: skip
@click.option("--no-serve", is_flag=True, help="End after printing; serve no page.")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N",
    help=f"Serve the page here. Default: {DEFAULT_PORT}, or the next free one.",
)  # fmt: skip
@shared.with_library
@shared.telling_faults
def demo(
    programme: str,
    people: int,
    days: int,
    seed: int,
    folder: Path | None,
    no_serve: bool,
    port: int | None,
    libraries: tuple[Path, ...],
) -> None:
    """Simulate a city, post what its partners report day by day, and show the three books."""
    library = shared.open_library(libraries)
    found = shared.programme_of(library, programme)
    city = simulated(found, library, seed=seed, people=people, days=days)
    click.echo(shown.opening(city, found))
    if folder is not None:
        written(city, folder)
        click.echo(f"\n文件已写入 files written to {folder} · {folder / 'README.txt'}")
        return
    agree = False
    with (
        _ending_quietly(),
        _site(no_serve, port) as site,
        _own_home() as own,
        web.opened({"TANPUHUI_HOME": str(own / "home")}) as store,
    ):
        run = _Run(city, found, library, store)
        run.post(written(city, own / "files"))
        agree = run.show()
        if agree and site is not None:
            run.serve(site)
    sys.exit(shared.DONE if agree else shared.REFUSED)


@contextlib.contextmanager
def _ending_quietly() -> Iterator[None]:
    """Ctrl-C, or a signal to end, ends the block: the page, the database, the folder; no noise.

    Set by hand, since a process that a script starts in the background is born deaf to Ctrl-C.
    """
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.default_int_handler) for number in signals]
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\n已结束 ended")
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def _own_home() -> Iterator[Path]:
    """A folder that is gone afterwards; the operator's own books are elsewhere."""
    # Django reads its settings here: not the operator's database, and a key of this run's own.
    os.environ.pop("TANPUHUI_DATABASE_URL", None)
    os.environ["TANPUHUI_SECRET_KEY"] = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory(prefix="tanpuhui-demo-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def _site(no_serve: bool, port: int | None) -> contextlib.AbstractContextManager[web.Site | None]:
    """Where the page will be; taken first, so that nobody waits to hear that it is not free."""
    if no_serve:
        return contextlib.nullcontext()
    first = DEFAULT_PORT if port is None else port
    return web.listening(range(first, first + (PORTS_TRIED if port is None else 1)))


@dataclass(frozen=True)
class _Run:
    """A city on its way through the main job."""

    city: City
    programme: Programme
    library: Library
    store: web.Store

    def post(self, days: tuple[DayFiles, ...]) -> None:
        """Post each day's files: those in our columns as one batch, then those with a mapping."""
        scenes = {name: self.library.scene(name) for name in self.library.ids("scene")}
        mapping = rules.read_mapping(days[0].mapping, scenes=scenes, units=self.library.units)
        for day, files in zip(self.city.days, days, strict=True):
            click.echo(f"\n第 {self.city.days.index(day) + 1} 天 · {day.isoformat()}")
            if files.files:
                self._post(files.files, None)
            if files.own_columns is not None:
                self._post((files.own_columns,), mapping)

    def _post(self, files: tuple[Path, ...], mapping: rules.FileMapping | None) -> None:
        with steps_on_stderr() as told:
            result = self.store.post(
                files, partner=None, mapping=mapping, programme=self.programme,
                library=self.library, told=told,
            ).result  # fmt: skip
        names = " + ".join(path.name for path in files)
        click.echo(
            f"  {names}\n"
            f"    收到 received {result['received']:,} · 计入 counted {result['counted']:,} · "
            f"重复 duplicate {result['duplicate']:,} · "
            f"拒绝 refused {sum(result['refused'].values()):,} · "
            f"{Mass(result['credited_mg'])} · {result['seconds']:.1f} s"
        )

    def show(self) -> bool:
        """Print what became of the records, the books and a few statements; whether they agree."""
        batches = self.store.batches(self.programme.id)
        click.echo("\n逐条结论 · what became of the records")
        click.echo(shown.fates_shown([batch.result for batch in batches], self.city))
        books = self.store.books(self.programme.id)
        click.echo(f"\n{books_shown(books.to_json(), self.programme, self.library)}")
        agree = books.agree()
        click.echo(
            "\n三本账逐毫克一致 · the three books agree to the milligram"
            if agree
            else "\n三本账不一致 · THE BOOKS DO NOT AGREE"
        )
        click.echo(shown.agreement_shown(books.to_json()))
        for number, person_id in zip(shown.people_told(self.city), self._told_ids(), strict=True):
            self._show_statement(number, person_id)
        return agree

    def _told_ids(self) -> tuple[int, ...]:
        """The accounts of those whose statements are told."""
        named = (shown.subject_of(self.city, n) for n in shown.people_told(self.city))
        ids = [self.store.person_of(self.programme, *names) for names in named]
        return tuple(person_id for person_id in ids if person_id is not None)

    def _show_statement(self, number: int, person_id: int) -> None:
        from tanpuhui import ledger  # with Ibis, which other commands need not wait for

        mine = self.store.lines_of(person_id, self.programme.id)
        click.echo(f"\n模拟居民 simulated person {number} · 账户 account {person_id}")
        for line in ledger.statement(mine.lines, mine.grants, self.library, mine.causes):
            click.echo(line_shown(line, self.programme))

    def serve(self, site: web.Site) -> None:
        """Show the page until Ctrl-C."""
        city = self.city
        drawn = web.Simulated(city.seed, city.people, len(city.days), len(city.acts))
        site.show(web.Portal(self.programme, self.library, self.store, drawn, self._told_ids()))
        click.echo(f"\n网页 page  {site.address}   （Ctrl-C 结束 ends）")
        site.serve_forever()
