"""What commands share: options, faults as text or JSON, defaults of time and place."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from tanpuhui import rules
from tanpuhui.rules import Library, Methodology, Programme
from tanpuhui.terms import Fault, Faults

Command = TypeVar("Command", bound=Callable[..., Any])

DONE, REFUSED, WRONG = 0, 1, 2

with_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
with_library = click.option(
    "--library", "libraries", multiple=True, type=click.Path(path_type=Path), metavar="DIR",
    help="Read a private library too (also: TANPUHUI_LIBRARY). May be repeated.",
)  # fmt: skip
with_region = click.option(
    "--region", metavar="CODE",
    help="Where, as a GB/T 2260 code such as 420100. Default: the methodology's first region.",
)  # fmt: skip
with_day = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="When. Default: today; the nearest valid day where the methodology does not hold today.",
)  # fmt: skip
with_set = click.option(
    "--set", "settings", multiple=True, metavar="PARAMETER=VALUE",
    help="Give a parameter the official value that the library does not have. May be repeated.",
)  # fmt: skip
with_engine = click.option(
    "--engine", "engine_name", default="duckdb", show_default=True, envvar="TANPUHUI_ENGINE",
    metavar="NAME",
    help="reference (Decimal, row by row), duckdb or spark (whole columns); same results.",
)  # fmt: skip
with_batch_engine = click.option(
    "--engine", "engine_name", default="duckdb", show_default=True, envvar="TANPUHUI_ENGINE",
    metavar="NAME",
    help="duckdb (this machine) or spark (the cluster TANPUHUI_SPARK_MASTER); same results.",
)  # fmt: skip


def telling_faults(run: Command) -> Command:
    """The command, with its faults told to the person (or the program) that typed it."""

    @functools.wraps(run)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except (Fault, Faults) as error:
            tell(error, as_json=bool(kwargs.get("as_json")))

    return told  # type: ignore[return-value]  # wraps keeps the signature


def tell(error: Fault | Faults, *, as_json: bool) -> NoReturn:
    """Print the faults and end with the exit code of a wrong command."""
    if as_json:
        click.echo(json.dumps({"faults": [fault.to_json() for fault in rules.faults_of(error)]},
                              ensure_ascii=False, indent=2))  # fmt: skip
    else:
        click.echo(str(error), err=True)
    sys.exit(WRONG)


def open_library(libraries: tuple[Path, ...]) -> Library:
    """The public library and any private ones."""
    return Library(rules.library_folders(os.environ, libraries))


def programme_of(library: Library, named: str) -> Programme:
    """The programme of an id, or of a file of one's own."""
    if named.endswith((".yaml", ".yml")) or os.sep in named:
        return library.programme_file(Path(named))
    return library.programme(named)


def today() -> date:
    """The day of the clock, in UTC; the only place where a command reads it."""
    return datetime.now(tz=UTC).date()


def region_of(methodology: Methodology, library: Library, region: str | None) -> str:
    """The region asked for, else the methodology's first."""
    if region is not None:
        library.regions.of(region, wanted_by="--region")
        return region
    return methodology.regions[0]


def day_of(methodology: Methodology, asked: datetime | None) -> date:
    """The day asked for; else today, or the nearest day on which an act can count."""
    if asked is not None:
        return asked.date()
    now = today()
    begins = [d for d in (methodology.valid.from_day, methodology.crediting.from_day) if d]
    ends = [d for d in (methodology.valid.until_day, methodology.crediting.until_day) if d]
    latest = min((date.fromordinal(end.toordinal() - 1) for end in ends), default=now)
    return max([min(now, latest), *begins])


def settings_of(settings: tuple[str, ...]) -> Mapping[str, str]:
    """The pairs of ``--set``."""
    return pairs_of(settings, "--set")


def pairs_of(texts: tuple[str, ...], what: str) -> dict[str, str]:
    """Pairs written ``key=value``, no key twice."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, value = pair_of(text, what)
        if key in pairs:
            raise click.BadParameter(f"{key!r} is given twice", param_hint=what)
        pairs[key] = value
    return pairs


def pair_of(text: str, what: str) -> tuple[str, str]:
    """A key and a value written ``key=value``."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise click.BadParameter(f"{text!r} is no pair; write key=value", param_hint=what)
    return key.strip(), value.strip()
