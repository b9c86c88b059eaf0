"""A store in memory: bindings as a dict, and earlier batches as what they staged."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tanpuhui import ledger, pipeline, rules
from tanpuhui.engine import RelationalBackend
from tanpuhui.pipeline import (
    LOCKED,
    NAMED_RECORDS,
    Corrected,
    Earlier,
    FileKind,
    Order,
    Restatement,
    Segment,
    Staged,
    StagedFile,
    Withdrawal,
)
from tanpuhui.rules import FileMapping, Library, Programme
from tanpuhui.terms import DayRange, hash_of_parts
from tests.tidy.house import LIBRARY, ROOT

SECRET = "5" * 64
EXAMPLES = ROOT / "examples" / "programmes"
ALWAYS = DayRange(None, None)
TRIALS = Path(__file__).parent / "programmes"

Row = dict[str, Any]
Record = Mapping[str, object]


@cache
def engine() -> RelationalBackend:
    """One engine for all tests."""
    return pipeline.open_engine()


@cache
def library() -> Library:
    return Library((LIBRARY,))


@cache
def library_with(step_g: str, ride_g: str, km_g: str, bikes_until: str = "null") -> Library:
    """The library with other values of a step, a ride and a kilometre, in grams.

    Args:
        bikes_until: the day from which the methodology of shared bikes holds no longer.
    """
    folder = Path(tempfile.mkdtemp(prefix="library-")) / "library"
    shutil.copytree(LIBRARY, folder)
    for file, value in (
        ("rates/hankou_step", step_g), ("rates/hankou_ride", ride_g),
        ("mobility/shared_bike_edc_cec", km_g),
    ):  # fmt: skip
        path = folder / "factors" / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        changed = re.sub(r"^  - value: .*$", f"  - value: {value}", text, flags=re.M)
        path.write_text(changed, encoding="utf-8")
    bikes = folder / "methodologies" / "mobility" / "shared_cycling" / "edc_cec_2021.yaml"
    text = bikes.read_text(encoding="utf-8")
    assert "until: null}" in text
    bikes.write_text(text.replace("until: null}", f"until: {bikes_until}}}"), encoding="utf-8")
    return Library((folder,))


@cache
def programme(name: str) -> Programme:
    """A programme of the library, of the examples, or of the folder beside this file."""
    for folder in (EXAMPLES, TRIALS):
        if (folder / f"{name}.yaml").is_file():
            return library().programme_file(folder / f"{name}.yaml")
    return library().programme(name)


def mapping(path: Path) -> FileMapping:
    scenes = {scene: library().scene(scene) for scene in library().ids("scene")}
    return rules.read_mapping(path, scenes=scenes, units=library().units)


# -- keyed hashes, as the documentation says them --------------------------------------------------


def _keyed(purpose: Sequence[str], texts: Iterable[str]) -> str:
    said = "".join(f"{len(text)}:{text}" for text in texts)
    return sha256((hash_of_parts([SECRET, *purpose])[:32] + said).encode()).hexdigest()


def record_key(programme_id: str, partner: str, record_id: str) -> int:
    """The number that stands for a record in the journal."""
    return int(_keyed(("record", programme_id), (partner, record_id))[:30], 16)


def subject_key(partner: str, subject: str) -> str:
    """The text by which a person is asked for."""
    scope = "" if subject.startswith("k:") else partner
    return _keyed(("subject",), (scope, subject))[:32]


@dataclass
class People:
    """Who is who: every new subject is bound to the next number, but for strangers."""

    numbers: dict[str, int | None] = field(default_factory=dict)
    without_secret: set[int] = field(default_factory=set)

    def bind(self, subjects: pa.Table) -> pa.Table:
        """See ``Bindings``."""
        keys = subjects["subject_key"].to_pylist()
        highest = max((number or 0 for number in self.numbers.values()), default=0)
        new = dict.fromkeys(key for key in keys if key not in self.numbers)
        self.numbers |= {key: highest + n for n, key in enumerate(new, start=1)}
        known = [self.numbers[key] for key in keys]
        return subjects.append_column("person_id", pa.array(known, pa.int64()))

    def secrets(self, people: pa.Table) -> pa.Table:
        """See ``Bindings``."""
        found = [self.secret(number) for number in people["person_id"].to_pylist()]
        return people.append_column("secret", pa.array(found, pa.string()))

    def secret(self, number: int) -> str | None:
        """Of one person."""
        if number in self.without_secret:
            return None
        return sha256(f"secret of {number}".encode()).hexdigest()[:32]

    def leave_unbound(self, partner: str, subject: str) -> None:
        """A person who has no account."""
        self.numbers[subject_key(partner, subject)] = None

    def forget(self, partner: str, subject: str) -> None:
        """The next time the person is asked for, it is bound."""
        del self.numbers[subject_key(partner, subject)]

    def number(self, partner: str, subject: str) -> int | None:
        return self.numbers[subject_key(partner, subject)]


@dataclass
class Store:
    """Batches of one programme's dedup domain, one after the other."""

    programme: Programme
    folder: Path
    people: People = field(default_factory=People)
    posted: list[Staged] = field(default_factory=list)
    tries: int = 0
    rules: Library = field(default_factory=lambda: library())
    locked: list[tuple[str, int, str]] = field(default_factory=list)
    corrections: list[Corrected] = field(default_factory=list)

    def post(self, *files: Path, **given: Any) -> Staged:
        """A batch, computed and kept for those that follow."""
        staged = self._compute(self.folder / "lake", *files, **given)
        self.posted.append(staged)
        return staged

    def post_rows(self, *files: Sequence[Record]) -> Staged:
        """A batch of one file for each list of records."""
        number = len(self.posted) + 1
        return self.post(*self.files(f"batch{number}", *files))

    def files(self, name: str, *files: Sequence[Record]) -> list[Path]:
        """Records as CSV files."""
        paths = [self.folder / "in" / f"{name}_{n}.csv" for n in range(len(files))]
        for path, rows in zip(paths, files, strict=True):
            write_csv(path, rows)
        return paths

    def order(self, *files: Path) -> Order:
        """What is asked of the pipeline for the next batch."""
        return self._order(self.folder / "lake", files)

    def compute(self, *files: Path, **given: Any) -> Staged:
        """A batch that nobody commits."""
        self.tries += 1
        return self._compute(self.folder / f"try{self.tries}", *files, **given)

    def _compute(
        self,
        folder: Path,
        *files: Path,
        partner: str | None = None,
        mapping: FileMapping | None = None,
    ) -> Staged:
        return pipeline.compute(self._order(folder, files, partner, mapping), engine())

    def _order(
        self,
        folder: Path,
        files: tuple[Path, ...] = (),
        partner: str | None = None,
        mapping: FileMapping | None = None,
    ) -> Order:
        number = len(self.posted) + 1
        return Order(
            batch=f"batch{number}", posted_order=number, files=files, partner=partner,
            mapping=mapping, programme=self.programme, library=self.rules, bindings=self.people,
            earlier=self.earlier(), secret=SECRET, folder=folder,
        )  # fmt: skip

    def withdraw(self, *records: tuple[str, str], clawback: str | None = None) -> Corrected:
        """Records of (partner, record id), taken back in a batch that is kept."""
        partners, ids = zip(*records, strict=True) if records else ((), ())
        named = pa.table([partners, ids], schema=NAMED_RECORDS)
        return self._correct(Withdrawal(named, clawback))

    def restate(
        self, methodology: str, days: DayRange = ALWAYS, clawback: str | None = None
    ) -> Corrected:
        """Lines computed again under the rules of ``rules``, in a batch that is kept."""
        return self._correct(Restatement(methodology, days, clawback))

    def _correct(self, asked: Withdrawal | Restatement) -> Corrected:
        found = pipeline.correct(self._order(self.folder / "lake"), asked, engine())
        if not found.changes_nothing():
            self.posted.append(found.staged)
            self.corrections.append(found)
        return found

    def earlier(self) -> Earlier:
        """What the batches so far have left behind."""
        return Earlier(
            keys=tuple(self._paths("keys")),
            references=tuple(self._paths("references")),
            lines=tuple(self._segments("lines")),
            suppressed=tuple(self._segments("suppressed")),
            verdicts={
                s.batch: f.path for s in self.posted for f in s.files if f.kind == "verdicts"
            },
            withdrawn=tuple(self._paths("withdrawn")),
            grants=self._grants(),
            locked=pa.Table.from_pylist(
                [dict(zip(LOCKED.names, lock, strict=True)) for lock in self.locked], LOCKED
            ),
        )

    def _grants(self) -> dict[date, tuple[Path, ...]]:
        found: dict[date, tuple[Path, ...]] = {}
        for staged in self.posted:
            for file in of_kind(staged, "grants"):
                assert file.local_day is not None
                found[file.local_day] = (*found.get(file.local_day, ()), file.path)
        return found

    def _paths(self, kind: FileKind) -> Iterable[Path]:
        return (f.path for staged in self.posted for f in of_kind(staged, kind))

    def _segments(self, kind: FileKind) -> Iterable[Segment]:
        for staged in self.posted:
            for file in of_kind(staged, kind):
                assert file.local_day is not None
                assert file.starts is not None
                assert file.ends is not None
                yield Segment(
                    file.path, self.programme.id, file.local_day, file.starts, file.ends,
                    file.has_corrections,
                )  # fmt: skip

    def lines(self) -> list[Row]:
        """Every line of every batch, in the order of posting."""
        return [line for staged in self.posted for line in lines_of(staged)]

    def standing(self) -> dict[int, Row]:
        """By record key, the acts that were not taken back, with their differences."""
        return standing_of(self.lines())


def standing_of(lines: Iterable[Row]) -> dict[int, Row]:
    """By record key, the acts that were not taken back, with their differences."""
    found: dict[tuple[str, int], Row] = {}
    for line in lines:
        named = (line["corrects_batch"], line["corrects_line"])
        if line["line_kind"] == ledger.ACT:
            found[line["batch"], line["line"]] = dict(line)
        elif line["line_kind"] == ledger.REVERSAL:
            del found[named]
        else:
            for name in ledger.AMOUNTS:
                if line[name] is not None:
                    found[named][name] = (found[named][name] or 0) + line[name]
            found[named] |= {name: line[name] for name in ledger.SEEN}
    by_key = {int(line["record_key"]): line for line in found.values()}
    assert len(by_key) == len(found), "a record stands twice"
    return by_key


def store(name: str, folder: Path) -> Store:
    return Store(programme(name), folder)


def write_csv(path: Path, rows: Sequence[Record], columns: Sequence[str] = ()) -> Path:
    """Records as a CSV file; a key that a record lacks is an empty cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = columns or list(dict.fromkeys(key for row in rows for key in row)) or list(RIDE)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return path


def write_json_lines(path: Path, rows: Sequence[Record]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def of_kind(staged: Staged, kind: FileKind) -> list[StagedFile]:
    return [file for file in staged.files if file.kind == kind]


def rows_of(staged: Staged, kind: FileKind) -> list[Row]:
    """The rows of all files of a kind, in order."""
    found: list[Row] = []
    for file in of_kind(staged, kind):
        table = pq.ParquetFile(file.path).read()
        assert len(table) == file.rows
        found += table.to_pylist()
    return found


def lines_of(staged: Staged) -> list[Row]:
    return rows_of(staged, "lines")


def verdicts_of(staged: Staged) -> list[Row]:
    return rows_of(staged, "verdicts")


def said(staged: Staged) -> dict[str, tuple[str, str | None]]:
    """By record id, verdict and code."""
    rows = verdicts_of(staged)
    found = {row["record_id"]: (row["verdict"], row["code"]) for row in rows}
    assert len(found) == len(rows), "a record id stands twice; look at the rows"
    return found


def assert_nothing_is_lost(staged: Staged) -> None:
    """Received is counted, duplicate, refused or held; and each has a row in the right files."""
    counts, rows = staged.counts, verdicts_of(staged)
    fates = [row["verdict"] for row in rows]
    assert len(rows) == counts.received
    assert fates.count("counted") == counts.counted
    assert fates.count("duplicate") == sum(counts.duplicate.values())
    assert fates.count("refused") == sum(counts.refused.values())
    assert fates.count("held") == sum(counts.held.values())
    assert len(rows) == sum(fates.count(f) for f in ("counted", "duplicate", "refused", "held"))
    assert all((row["code"] is None) == (row["verdict"] == "counted") for row in rows)
    assert all((row["credited_mg"] is None) == (row["verdict"] != "counted") for row in rows)
    assert all(row["file"] is not None for row in rows)
    left = [(r["file"], r["record_id"], r["code"]) for r in rows_of(staged, "refused")]
    expected = [r for r in rows if r["verdict"] in ("refused", "held")]
    assert sorted(map(str, left)) == sorted(
        str((r["file"], r["record_id"], r["code"])) for r in expected
    )


RIDE: dict[str, object] = {
    "record_id": "r1", "partner": "transit", "subject": "u1", "scene": "bus_ride",
    "started_at": "2024-06-03T08:00:00+08:00", "ended_at": "2024-06-03T08:20:00+08:00",
    "region": "420100", "evidence": "fare_record", "reference": None, "asset": None,
}  # fmt: skip
WALK: dict[str, object] = {
    **RIDE, "record_id": "w1", "scene": "walk", "evidence": "device_sensor", "steps": 7250,
    "started_at": "2024-06-03T00:00:00+08:00", "ended_at": "2024-06-04T00:00:00+08:00",
}  # fmt: skip


def ride(record_id: str, **given: object) -> dict[str, object]:
    """A bus ride of one person on one morning, unless said."""
    return {**RIDE, "record_id": record_id, **given}


def walk(record_id: str, **given: object) -> dict[str, object]:
    """A day's steps of one person, unless said."""
    return {**WALK, "record_id": record_id, **given}
