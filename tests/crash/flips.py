"""Flips bits of files and of rows of the manifest: ``python -m tests.crash.flips --flips 1000``.

Each is found by reconcile and named, and put back before the next. What is flipped is a bit of a
file of the lake, or a bit of a value in a row of the manifest.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tanpuhui import pipeline, web
from tests.crash.home import DOMAIN, Home, library, warmed
from tests.web.ledger import trial_city as city

# The columns of the manifest; ``id`` is left out: nothing but the database finds a row by it.
COLUMNS = (
    "batch_id", "kind", "path", "local_day", "starts", "ends", "has_corrections", "rows", "bytes",
    "sha256",
)  # fmt: skip
_ZERO_DAY = date(1970, 1, 1)
_BITS_OF_A_DAY, _BITS_OF_A_TIME, _BITS_OF_A_NUMBER = 21, 58, 62  # what the database can hold
_OF_ROWS = 0.4  # the share of flips in rows


@dataclass
class Flips:
    """What a number of flips came to.

    Args:
        found: by where, those that reconcile named.
        unseen: in words, those that it did not find, or did not name.
    """

    seed: int
    found: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    unseen: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = ", ".join(f"{name} {count}" for name, count in sorted(self.found.items()))
        codes = ", ".join(f"{name} {count}" for name, count in sorted(self.codes.items()))
        missed = "".join(f"\n  {one}" for one in self.unseen[:20])
        return (
            f"seed {self.seed}: {self.found.total() + len(self.unseen)} flips, "
            f"{self.found.total()} found and named, {len(self.unseen)} not{missed}\n"
            f"where  {where}\ntold as  {codes}"
        )


def flipped(
    store: web.Store, *, flips: int, seed: int, tell: Callable[[str], None] = lambda line: None
) -> Flips:
    """Flip bits of a ledger one by one; each is put back.

    Args:
        store: with the trial city posted.
    """
    draw, report, engine = random.Random(seed), Flips(seed), pipeline.open_engine()
    files = sorted(path for path in store.places.lake.rglob("*") if _is_sealed(path))
    assert not store.reconcile(DOMAIN, backend=engine).findings, "it agrees before"
    for number in range(flips):
        wrong = _of_row(draw) if draw.random() < _OF_ROWS else _of_file(draw, files)
        with wrong as (where, names):
            findings = store.reconcile(DOMAIN, backend=engine).findings
        named = [one for one in findings if any(name in str(one) for name in names)]
        if named:
            report.found[where.split(":")[0]] += 1
            report.codes[named[0].code] += 1
        else:
            told = ", ".join(one.code for one in findings) or "nothing"
            report.unseen.append(f"{where}: told {told}")
        if (number + 1) % 100 == 0:
            tell(f"{number + 1:5} flips, {len(report.unseen)} not found")
    assert not store.reconcile(DOMAIN, backend=engine).findings, "everything was put back"
    return report


def _is_sealed(path: Path) -> bool:
    """Whether a file is one of which every bit is compared."""
    return path.is_file() and path.name != "lock"


@contextmanager
def _of_file(draw: random.Random, files: list[Path]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A bit of a file, every byte of the lake being as likely; and how it is to be named."""
    sizes = [path.stat().st_size for path in files]
    (path,) = draw.choices(files, sizes)
    content = path.read_bytes()
    place = draw.randrange(len(content) * 8)
    changed = bytearray(content)
    changed[place // 8] ^= 1 << place % 8
    path.write_bytes(changed)
    kind = path.parts[path.parts.index(f"domain={DOMAIN}") + 1]
    try:
        yield f"{kind}: bit {place} of {path.name}", (_named(path),)
    finally:
        path.write_bytes(content)


def _named(path: Path) -> str:
    """A file as a finding names it: from the lake's root; of a mark, its folder."""
    if path.name == "mark":
        return str(path.parent)
    return path.as_posix().split("/lake/")[1]


@contextmanager
def _of_row(draw: random.Random) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A bit of a value of the manifest, whose row is named by its path; null values have no bit."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_segment DISABLE TRIGGER USER")
        cursor.execute("SELECT id FROM ledger_segment ORDER BY id")
        number = draw.choice([row[0] for row in cursor.fetchall()])
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ledger_segment WHERE id = %s", [number])
        row = dict(zip(COLUMNS, cursor.fetchone(), strict=True))
        column = draw.choice([name for name, value in row.items() if value is not None])
        value, text = _bit_flipped(draw, row[column])
        with _unbound(cursor, column):
            set_to = f"UPDATE ledger_segment SET {column} = %s WHERE id = %s"
            cursor.execute(set_to, [value, number])
            try:
                yield f"manifest {column}: {row['path']} became {text}", (row["path"], str(value))
            finally:
                cursor.execute(set_to, [row[column], number])


@contextmanager
def _unbound(cursor: Any, column: str) -> Iterator[None]:
    """Let a row name a batch that does not exist, as a flipped bit on a disk would."""
    if column != "batch_id":
        yield
        return
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'ledger_segment'::regclass AND contype = 'f'"
    )
    ((name, definition),) = cursor.fetchall()
    cursor.execute(f"ALTER TABLE ledger_segment DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        cursor.execute(f"ALTER TABLE ledger_segment ADD CONSTRAINT {name} {definition}")


def _bit_flipped(draw: random.Random, value: Any) -> tuple[Any, str]:
    """A value of which one bit is other, for the database, and as text."""
    if isinstance(value, bool):
        return not value, str(not value)
    if isinstance(value, int):
        changed: Any = value ^ 1 << draw.randrange(_BITS_OF_A_NUMBER)
    elif isinstance(value, str):
        places = [(n, bit) for n, letter in enumerate(value) for bit in range(7)
                  if ord(letter) ^ 1 << bit]  # fmt: skip
        n, bit = draw.choice(places)
        changed = value[:n] + chr(ord(value[n]) ^ 1 << bit) + value[n + 1 :]
    elif isinstance(value, datetime):
        epoch = datetime(1970, 1, 1, tzinfo=value.tzinfo)
        microseconds = (value - epoch) // timedelta(microseconds=1)
        changed = _time(microseconds ^ 1 << draw.randrange(_BITS_OF_A_TIME))
    else:
        assert isinstance(value, date), f"a column of type {type(value)}"
        changed = _day((value - _ZERO_DAY).days ^ 1 << draw.randrange(_BITS_OF_A_DAY))
    return changed, str(changed)


def _time(microseconds: int) -> str:
    """An instant for the database, which knows more years than Python."""
    days, rest = divmod(microseconds, 86_400_000_000)
    clock = datetime(1970, 1, 1) + timedelta(microseconds=rest)  # noqa: DTZ001  # of a day only
    return f"{_day(days)} {clock:%H:%M:%S.%f}+00"


def _day(days: int) -> str:
    """A day by its number since 1970, by the calendar of 400 years, each of 146,097 days."""
    cycles, rest = divmod(days, 146_097)
    found = _ZERO_DAY + timedelta(days=rest)
    return f"{found.year + 400 * cycles:04d}-{found:%m-%d}"


def main() -> int:
    """The flips that were asked for, and whether each was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.flips", description=__doc__)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(2**31) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    warmed()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tanpuhui-flips-") as name:
        home = Home(Path(name))
        home.begun()
        with web.opened(home.environment()) as store:
            city.posted(store, library(), Path(name))
            report = flipped(
                store, flips=asked.flips, seed=seed, tell=lambda line: print(line, flush=True)
            )
    print(report)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if report.unseen else 0


if __name__ == "__main__":
    sys.exit(main())
