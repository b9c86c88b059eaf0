"""Which part of a journal: acts of which days, and what was known at which moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from tanpuhui.terms import DayRange

Command = TypeVar("Command", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d"])
_EXAMPLE = "2026-03-31T12:00:00+08:00"


class Instant(click.ParamType[datetime]):
    """A moment as RFC 3339 writes it, with its offset."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment; without an offset it would be another one on another machine."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment; write it like {_EXAMPLE}", param, ctx)
        if found.tzinfo is None:
            self.fail(f"{value!r} has no offset; write it like {_EXAMPLE}", param, ctx)
        return found


def with_days(command: Command) -> Command:
    """The options ``--from`` and ``--until``."""
    first = click.option(
        "--from", "from_day", type=_DAY, metavar="YYYY-MM-DD", help="The first local day."
    )
    last = click.option(
        "--until", "until_day", type=_DAY, metavar="YYYY-MM-DD",
        help="The first day no longer counted.",
    )  # fmt: skip
    return first(last(command))


with_known_at = click.option(
    "--known-at", type=Instant(), metavar="INSTANT",
    help=f"As it was known then: of batches posted until this moment, like {_EXAMPLE}.",
)  # fmt: skip


def days_of(from_day: datetime | None, until_day: datetime | None) -> DayRange:
    """The days of the two options.

    Raises:
        BadParameter: no day lies between them.
    """
    days = DayRange(
        None if from_day is None else from_day.date(),
        None if until_day is None else until_day.date(),
    )
    if days.is_empty():
        raise click.BadParameter("no day lies between --from and it", param_hint="--until")
    return days
