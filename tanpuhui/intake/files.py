"""Files of records, looked at before and after they are scanned: what stops one, and only that one.

A scan belongs to an engine, and an engine only says that it failed. So a file is looked at twice at
most: at its head before the scan, which is quick; and after a scan that failed, slowly and from the
beginning, for the line where it goes wrong.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from tanpuhui.engine import FileForm
from tanpuhui.intake.faults import (
    ColumnTwice,
    DamagedFile,
    NoRecords,
    NotJsonLines,
    NotUtf8,
    RaggedRow,
    UnknownForm,
)
from tanpuhui.intake.limits import HEAD_LIMIT
from tanpuhui.terms import Fault, Place

FORMS: dict[str, FileForm] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


@dataclass(frozen=True)
class RecordFile:
    """A file whose head is in order.

    Args:
        columns: those of the file, in order; of JSON Lines the keys of its first 1,000 records, so
            a key that is rare may be missing here. A scan of JSON Lines asks for the columns it
            wants (``wanted_columns``).
    """

    path: Path
    form: FileForm
    columns: tuple[str, ...]

    @property
    def place(self) -> Place:
        """The file, for messages."""
        return Place(str(self.path))


def heads(paths: Iterable[Path]) -> tuple[tuple[RecordFile, ...], tuple[Fault, ...]]:
    """Each file whose head is in order, and what is wrong with each of the others."""
    files, faults = [], []
    for path in paths:
        try:
            files.append(head(path))
        except Fault as fault:
            faults.append(fault)
    return tuple(files), tuple(faults)


def head(path: Path) -> RecordFile:
    """The file's form and columns; its records are not looked at.

    Raises:
        NoRecords, UnknownForm, NotUtf8, ColumnTwice, NotJsonLines, DamagedFile: the file cannot be
            scanned.
    """
    place = Place(str(path))
    form = FORMS.get(path.suffix.lower())
    try:
        if path.is_dir():
            raise NoRecords(place=place, problem="this is a folder")
        if form is None:
            raise UnknownForm(place=place, ending=path.suffix)
        if path.stat().st_size == 0:
            raise NoRecords(place=place, problem="the file is empty")
        columns = _COLUMNS[form](path)
    except OSError as error:
        problem = (error.strerror or "it cannot be opened").lower()
        raise NoRecords(place=place, problem=problem) from error
    _check_named_once(columns, place)
    return RecordFile(path, form, columns)


def flaw(file: RecordFile, problem: str) -> Fault:
    """What is wrong with a file that an engine could not scan, and in which line.

    Args:
        problem: what the engine said; repeated where nothing can be found that is clearer.
    """
    try:
        found = _FLAWS[file.form](file)
    except OSError as error:
        problem = (error.strerror or "it cannot be opened").lower()
        return NoRecords(place=file.place, problem=problem)
    if found is not None:
        return found
    said = (problem.strip().splitlines() or ["no reason is known"])[0].strip().rstrip(".")
    return DamagedFile(place=file.place, form=_NAMES[file.form], problem=said)


def check_scanned(file: RecordFile, columns: Iterable[str]) -> None:
    """Look whether an engine found the columns that the file's first line names.

    An engine that guesses how a file is written guesses wrong where rows are ragged: it then takes
    each line for one cell, and fails at nothing.

    Args:
        columns: what the engine calls the columns of its scan; a column without name may be called
            anything.

    Raises:
        RaggedRow, NotUtf8, DamagedFile: it found others; the fault says why.
    """
    found = tuple(columns)
    if file.form == "jsonl":
        return  # its columns are the keys of its records, and rare ones are not in the head
    alike = len(found) == len(file.columns) and all(
        name in {"", scanned} for name, scanned in zip(file.columns, found, strict=True)
    )
    if not alike:
        raise flaw(file, f"its columns were taken for {', '.join(map(repr, found))}")


def _check_named_once(columns: tuple[str, ...], place: Place) -> None:
    counted = Counter(name.casefold() for name in columns if name)
    twice = tuple(name for name in columns if counted[name.casefold()] > 1)
    if twice:
        raise ColumnTwice(place=place, columns=twice)


# -- heads -----------------------------------------------------------------------------------------


def _csv_columns(path: Path) -> tuple[str, ...]:
    with path.open("rb") as content:
        rows = csv.reader(_checked_lines(content, path), strict=True)
        try:
            names = tuple(next(rows, ()))
        except csv.Error as error:
            raise _broken_quote(path, 1) from error
    if not any(name.strip() for name in names):
        raise NoRecords(place=Place(str(path), 1), problem="the first line names no column")
    return names


def _json_columns(path: Path) -> tuple[str, ...]:
    with path.open("rb") as content:
        lines = islice(_checked_lines(content, path), HEAD_LIMIT)
        found = [record for _, record in _objects(lines, path)]
    if not found:
        raise NoRecords(place=Place(str(path)), problem="no line holds a record")
    return tuple(dict.fromkeys(key for record in found for key in record))


def _parquet_columns(path: Path) -> tuple[str, ...]:
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise _not_parquet(path, str(error)) from error


_COLUMNS = {"csv": _csv_columns, "jsonl": _json_columns, "parquet": _parquet_columns}

# -- flaws -----------------------------------------------------------------------------------------


def _csv_flaw(file: RecordFile) -> Fault | None:
    with file.path.open("rb") as content:
        rows = csv.reader(_checked_lines(content, file.path), strict=True)
        began = 1
        try:
            for row in rows:
                if row and len(row) != len(file.columns):
                    place = Place(str(file.path), began)
                    return RaggedRow(place=place, cells=len(row), columns=len(file.columns))
                began = rows.line_num + 1
        except csv.Error:
            return _broken_quote(file.path, began)
        except NotUtf8 as fault:
            return fault
    return None


def _json_flaw(file: RecordFile) -> Fault | None:
    with file.path.open("rb") as content:
        try:
            for _ in _objects(_checked_lines(content, file.path), file.path):
                pass
        except (NotJsonLines, NotUtf8) as fault:
            return fault
    return None


def _parquet_flaw(file: RecordFile) -> Fault | None:
    try:
        with pq.ParquetFile(file.path) as content:
            for number in range(content.num_row_groups):
                content.read_row_group(number)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        return _not_parquet(file.path, str(error))
    return None


_FLAWS = {"csv": _csv_flaw, "jsonl": _json_flaw, "parquet": _parquet_flaw}

# -- how -------------------------------------------------------------------------------------------


def _checked_lines(content: IO[bytes], path: Path) -> Iterator[str]:
    """The lines of a file as text, without the mark that spreadsheets put before the first."""
    for number, line in enumerate(content, start=1):
        plain = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        try:
            yield plain.decode()
        except UnicodeDecodeError as error:
            place = Place(str(path), number)
            raise NotUtf8(place=place, byte=error.start + 1) from error


def _objects(lines: Iterable[str], path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Each record of JSON Lines with its line; empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            problem = str(error).split(":")[0].lower()
            raise NotJsonLines(place=Place(str(path), number), problem=problem) from error
        except RecursionError as error:
            place = Place(str(path), number)
            raise NotJsonLines(place=place, problem="it is nested too deep") from error
        if not isinstance(found, dict):
            problem = f"it is {_KINDS.get(type(found), 'a value')}"
            raise NotJsonLines(place=Place(str(path), number), problem=problem)
        yield number, found


_NAMES: dict[FileForm, str] = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}
_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number"}


def _broken_quote(path: Path, line: int) -> DamagedFile:
    problem = "a quote that opens in this row does not close"
    return DamagedFile(place=Place(str(path), line), form="CSV", problem=problem)


def _not_parquet(path: Path, said: str) -> DamagedFile:
    problem = (said.strip().splitlines() or ["it breaks off"])[0].rstrip(".")
    return DamagedFile(place=Place(str(path)), form="Parquet", problem=problem)
