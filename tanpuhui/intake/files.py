"""Files of records, looked at before and after they are scanned: what stops one, and only that one.

A scan belongs to an engine, and an engine only says that it failed. So a file is looked at twice at
most: at its head before the scan, which is quick; and after a scan that failed, slowly and from the
beginning, for the line where it goes wrong.
"""

from __future__ import annotations

import codecs
import csv
import json
import shlex
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
            a key that is rare may be missing here; ``scanned_columns`` says what to scan.
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
    check_named_once(columns, place)
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


def check_named_once(columns: tuple[str, ...], place: Place) -> None:
    """Look whether each column has a name of its own, capitals and small letters not told apart.

    Raises:
        ColumnTwice: two have one.
    """
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
            raise _not_csv(path, 1, error) from error
    if not any(name.strip() for name in names):
        raise NoRecords(place=Place(str(path), 1), problem="the first line names no column")
    if any("\0" in name for name in names):  # UTF-16 without its mark is UTF-8 with zeros between
        hint = f"iconv -f UTF-16 -t UTF-8 {shlex.quote(str(path))} > utf8.csv"
        problem = "the name of a column holds a zero byte"
        raise DamagedFile(place=Place(str(path), 1), form="CSV", problem=problem, hint=hint)
    return names


def _json_columns(path: Path) -> tuple[str, ...]:
    with path.open("rb") as content:
        if content.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            problem = "it begins with a byte order mark, which JSON does not have"
            raise NotJsonLines(place=Place(str(path), 1), problem=problem)
        content.seek(0)
        lines = _checked_lines(content, path)
        found = list(islice(_objects(lines, path), HEAD_LIMIT))
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
        except csv.Error as error:
            return _not_csv(file.path, began, error)
        except NotUtf8 as fault:
            return fault
        content.seek(0)
        return _line_that_ends_otherwise(content, file.path)


def _line_that_ends_otherwise(content: IO[bytes], path: Path) -> Fault | None:
    """The first line that does not end as the first one does: engines read one kind of end."""
    first = content.readline().endswith(b"\r\n")
    for number, line in enumerate(content, start=2):
        if line.endswith(b"\n") and line.endswith(b"\r\n") != first:
            problem = "its lines end in two ways, some in LF and some in CR LF"
            hint = f"sed -i 's/\\r$//' {shlex.quote(str(path))}"
            place = Place(str(path), number)
            return DamagedFile(place=place, form="CSV", problem=problem, hint=hint)
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
    """The lines of a file as text, without the byte order mark that spreadsheets put first."""
    for number, line in enumerate(content, start=1):
        plain = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        try:
            yield plain.decode()
        except UnicodeDecodeError as error:
            place = Place(str(path), number)
            raise NotUtf8(place=place, byte=error.start + 1) from error


def _objects(lines: Iterable[str], path: Path) -> Iterator[dict[str, object]]:
    """Each record of JSON Lines; empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, object_pairs_hook=_object)
        except ValueError as error:
            problem = str(error).split(":")[0].lower()
            raise NotJsonLines(place=Place(str(path), number), problem=problem) from error
        except RecursionError as error:
            place = Place(str(path), number)
            raise NotJsonLines(place=place, problem="it is nested too deep") from error
        if not isinstance(found, dict):
            problem = f"it is {_KINDS.get(type(found), 'a value')}"
            raise NotJsonLines(place=Place(str(path), number), problem=problem)
        yield found


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The object of these pairs.

    Raises:
        ValueError: Python would read it, and engines do not.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in it twice")
    try:
        "".join(text for pair in pairs for text in pair if isinstance(text, str)).encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a surrogate pair") from error
    return found


_NAMES: dict[FileForm, str] = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}
_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number"}


def _not_csv(path: Path, line: int, error: csv.Error) -> DamagedFile:
    """What is wrong with a row that Python's reader refuses, by the words in which it does."""
    said = str(error)
    hint = "write a quote inside a cell twice, and close each that opens"
    if "unexpected end" in said:
        problem = "a quote that opens in this row does not close"
    elif "field limit" in said:
        problem = "a cell of this row is very long, as where a quote does not close"
    elif "new-line" in said:
        problem = "a carriage return stands outside quotes"
        hint = "end each line in LF or CR LF"
    else:
        problem = "text follows a quote that closes"
    return DamagedFile(place=Place(str(path), line), form="CSV", problem=problem, hint=hint)


def _not_parquet(path: Path, said: str) -> DamagedFile:
    problem = (said.strip().splitlines() or ["it breaks off"])[0].rstrip(".")
    return DamagedFile(place=Place(str(path)), form="Parquet", problem=problem)
