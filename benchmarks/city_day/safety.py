"""What each safety feature costs: a day with all of them, and with one switched off at a time.

They are switched off here alone, by something that does nothing in the place of a step, so this
reaches into the package; the platform has no such switch. Whole and without follow each other by
turns, and of each the least of three counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import date
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import ibis
import pyarrow as pa

from benchmarks.city_day import floor
from benchmarks.city_day.measure import Time, columnar, now, rules
from tanpuhui import ledger, web
from tanpuhui.pipeline import Order

RECORDS = 600_000
ROUNDS = 3
DAY = date(2022, 8, 10)
_CLOCKS = ("posted_order", "factor_day")  # when a line was known, and whose factors it has

Off = Callable[[], AbstractContextManager[None]]


@contextmanager
def _patched(module: str, **instead: Any) -> Iterator[None]:
    found = import_module(f"tanpuhui.{module}")
    with ExitStack() as patches:
        for name, other in instead.items():
            patches.enter_context(mock.patch.object(found, name, other))
        yield


@contextmanager
def without_idempotency() -> Iterator[None]:
    """No keyed hash of a record's id, none of its content, nothing looked up, no index written."""
    keys, writing = (import_module(f"tanpuhui.pipeline.{name}") for name in ("keys", "writing"))
    shape = pa.schema([("position", pa.int64()), ("code", pa.string())])

    def hashed(records: Any, *, secret: str, programme: str) -> dict[str, Any]:
        own = records.record_id.substr(1)  # r17, or r17x of the second report
        number = own.replace("x", "").cast("int64") * 2 + own.endswith("x").cast("int64")
        return {
            **keys.hashed(records, secret=secret, programme=programme),
            "record_key": number.cast("decimal(38, 0)"),
            "content": ibis.null("int64"),
        }

    def nothing(session: Any, *others: Any) -> Any:
        return session.table("nobody", shape.empty_table())

    def written(session: Any, order: Order, kind: str, *others: Any, **more: Any) -> Any:
        return [] if kind == "keys" else writing.write_whole(session, order, kind, *others, **more)

    others = {name: getattr(writing, name) for name in ("write_lines", "write_grants",
                                                        "write_suppressed")}  # fmt: skip
    with (
        _patched("pipeline.reading", hashed=hashed),
        _patched("pipeline.batch", seen_before=nothing, repeated=nothing,
                 writing=SimpleNamespace(write_whole=written, **others)),
    ):  # fmt: skip
        yield


@contextmanager
def without_two_clocks() -> Iterator[None]:
    """Factors of one day for all, and lines that say neither theirs nor when they were known."""
    fields = [field for field in ledger.LINES if field.name not in _CLOCKS]
    shapes = SimpleNamespace(
        LINES=pa.schema(fields), SUPPRESSED=ledger.SUPPRESSED, GRANTS=ledger.GRANTS, ACT=ledger.ACT
    )
    one_day = mock.Mock(return_value=ibis.literal(DAY))
    with (
        _patched("pipeline.amounts", factor_day=one_day),
        _patched("pipeline.writing", ledger=shapes),
    ):
        yield


@contextmanager
def without_seal() -> Iterator[None]:
    """No commitments, no tree."""
    nothing: tuple[Any, list[Any]] = (
        import_module("tanpuhui.pipeline.staged").Seal(0, sha256().hexdigest()),
        [],
    )
    with _patched("pipeline.batch", sealed=mock.Mock(return_value=nothing)):
        yield


@contextmanager
def without_manifest() -> Iterator[None]:
    """Files are neither hashed nor made sure to be on the disk; their few rows stay."""
    with (
        _patched("web.ledger.durable", sha256_of=mock.Mock(return_value="0" * 64)),
        _patched("web.ledger.lake", put_on_disk=mock.Mock()),
    ):
        yield


COMPUTED: Mapping[str, Off] = {
    "idempotency": without_idempotency,
    "two clocks": without_two_clocks,
    "seal": without_seal,
}


def posted(day: Path, folder: Path, *, is_whole: bool) -> Time:
    """How long a process of its own, with its own ledger, takes to post the day."""
    asked = [sys.executable, "-m", "benchmarks.city_day.safety", *map(str, (day, folder)), "whole"]
    found = subprocess.run(asked if is_whole else asked[:-1], check=True, stdout=subprocess.PIPE)
    clock, processor = map(float, found.stdout.split())
    return Time(clock, processor)


def _post_here(day: Path, folder: Path, off: Off) -> Time:
    library, programme = rules(folder)
    with (
        tempfile.TemporaryDirectory(dir=folder) as home,
        web.opened({"TANPUHUI_HOME": home}) as store,
        off(),
    ):
        began = now()
        store.post([day], partner=None, mapping=None, programme=programme, library=library)
        return now() - began


def measure(folder: Path, records: int = RECORDS, rounds: int = ROUNDS) -> None:
    """Print what each costs."""
    day = folder / "safety.csv"
    floor.generate(day, records=records)
    print(f"safety features, of {records:,} records: with all of them, and without one")

    def computed() -> Time:
        return columnar(day, folder)[1]

    features: dict[str, tuple[Callable[[], Time], Callable[[], Time]]] = {
        **{name: (computed, _off(off, computed)) for name, off in COMPUTED.items()},
        "manifest": (lambda: posted(day, folder, is_whole=True),
                     lambda: posted(day, folder, is_whole=False)),
    }  # fmt: skip
    columnar(day, folder)  # what is done once in a process is done now
    for name, (all_of_it, less) in features.items():
        turns = [(all_of_it(), less()) for _ in range(rounds)]
        _print(name, *(_least(list(times)) for times in zip(*turns, strict=True)))


def _off(off: Off, run: Callable[[], Time]) -> Callable[[], Time]:
    def without() -> Time:
        with off():
            return run()

    return without


def _least(times: list[Time]) -> Time:
    return Time(min(t.clock for t in times), min(t.processor for t in times))


def _print(name: str, whole: Time, without: Time) -> None:
    clock, processor = (
        (of, less, of / less) for of, less in ((whole.clock, without.clock),
                                               (whole.processor, without.processor))
    )  # fmt: skip
    print(f"{f'  {name}':<28}{clock[0]:8.2f} s {clock[1]:7.2f} s {clock[2]:5.2f} x   processors "
          f"{processor[0]:7.2f} s {processor[1]:7.2f} s {processor[2]:5.2f} x")  # fmt: skip


def main() -> None:
    """``python -m benchmarks.city_day.safety [RECORDS]``; with files, posts them for ``posted``."""
    match sys.argv[1:]:
        case [day, folder, *whole]:
            off: Off = nullcontext if whole else without_manifest
            took = _post_here(Path(day), Path(folder), off)
            print(took.clock, took.processor)
        case given:
            with tempfile.TemporaryDirectory() as folder:
                measure(Path(folder), int(given[0]) if given else RECORDS)


if __name__ == "__main__":
    main()
