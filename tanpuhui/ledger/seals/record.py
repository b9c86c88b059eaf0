"""The batch record: what the log holds of a posted batch, as bytes that can be written in one way.

    tanpuhui-batch/v1
    batch hankou-000001-1e46d731
    programme hankou
    …

A line a field, in a fixed order, its name, a space, its value. Two different records never have
the same bytes, and no other bytes read as the same record; so its leaf in the log stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from tanpuhui.ledger.seals.faults import NotInForm
from tanpuhui.terms import hash_of_parts

FORMAT = "tanpuhui-batch/v1"
_MANIFEST = "tanpuhui-manifest/v1"
_WHOLE = re.compile("0|-?[1-9][0-9]{0,18}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_HASH = re.compile("[0-9a-f]{64}")
_WORD = re.compile("[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class ManifestRow:
    """A sealed file of a batch, as the manifest has it.

    Args:
        kind: of file; a word.
        path: from the lake's root; no two files of a batch have the same.
        local_day: None where the file is of the whole batch.
        starts: when its first act began; None where it has none.
        ends: when its last act ended.
        has_corrections: whether a line in it corrects another.
        rows: in the file.
        bytes: of the file.
        sha256: of the file, 64 hex digits.
    """

    kind: str
    path: str
    local_day: date | None
    starts: datetime | None
    ends: datetime | None
    has_corrections: bool
    rows: int
    bytes: int
    sha256: str

    def parts(self) -> tuple[str, ...]:
        """The fields as texts; always as many, and "-" stands for none, which no day is."""
        return (
            self.kind,
            self.path,
            "-" if self.local_day is None else self.local_day.isoformat(),
            "-" if self.starts is None else instant_text(self.starts),
            "-" if self.ends is None else instant_text(self.ends),
            "corrects" if self.has_corrections else "-",
            str(self.rows),
            str(self.bytes),
            self.sha256,
        )


def manifest_digest(rows: Iterable[ManifestRow]) -> str:
    """One hash over the sealed files of a batch, whatever order they come in: 64 hex digits.

    Texts are hashed after their lengths, nine a row and the rows in order of path, so that no two
    manifests have the same digest.
    """
    ordered = sorted(rows, key=lambda row: row.path)
    assert len({row.path for row in ordered}) == len(ordered), "two rows name one file"
    parts = [part for row in ordered for part in row.parts()]
    return hash_of_parts([_MANIFEST, str(len(ordered)), *parts])


@dataclass(frozen=True)
class BatchRecord:
    """What is sealed of a posted batch.

    Args:
        batch: its id.
        programme: whose batch it is.
        domain: dedup domain, in which ``posted_order`` counts.
        posted_order: from 1.
        posted_at: UTC, to the microsecond, by the platform's clock.
        library_version: of the rules.
        programme_sha256: of the programme's file, 64 hex digits.
        kind: ``records``, ``withdrawal``, ``restatement`` or another word.
        lines: how many journal lines, 0 or more: the size of the batch's tree.
        root: of that tree, 64 hex digits.
        count: acts by which the books change; below zero where acts were taken back.
        reduction_mg: by which the books change, before limits, mgCO2e.
        credited_mg: by which the books change, after limits, mgCO2e.
        manifest: ``manifest_digest`` of the batch's files.
    """

    batch: str
    programme: str
    domain: str
    posted_order: int
    posted_at: datetime
    library_version: str
    programme_sha256: str
    kind: str
    lines: int
    root: str
    count: int
    reduction_mg: int
    credited_mg: int
    manifest: str

    def to_bytes(self) -> bytes:
        """The record as the log holds it."""
        values = [(name, _written(getattr(self, name))) for name in _NAMES]
        for name, value in values:
            problem = _problem(name, value)
            assert problem is None, f"{name} {problem}: {value!r}"
        return "".join(f"{line}\n" for line in (FORMAT, *map(" ".join, values))).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> BatchRecord:
        """Read a record.

        Raises:
            NotInForm: it is not written as ``to_bytes`` writes it; which line is wrong.
        """
        try:
            first, *lines = content.decode().split("\n")
        except UnicodeDecodeError:
            raise _no_record("it is not UTF-8") from None
        if first != FORMAT:
            raise _no_record(f"line 1 is {first!r}, not {FORMAT!r}")
        if len(lines) != len(_NAMES) + 1 or lines[-1]:
            raise _no_record(f"it has not {len(_NAMES) + 1} lines, each ended")
        values: dict[str, str] = {}
        for number, (name, line) in enumerate(zip(_NAMES, lines, strict=False), start=2):
            found, _, value = line.partition(" ")
            problem = f"is {found!r}" if found != name else _problem(name, value)
            if problem is not None:
                raise _no_record(f"line {number}, {name}, {problem}")
            values[name] = value
        try:
            posted_at = instant_of(values["posted_at"])
        except ValueError:
            raise _no_record("line 6, posted_at, is no time") from None
        numbers = {name: int(values[name]) for name in _NUMBERS}
        texts = {name: values[name] for name in _NAMES if name not in (*_NUMBERS, "posted_at")}
        # Together these are the fields, each of its type; mypy sees only that the names are texts.
        record = cls(**texts, **numbers, posted_at=posted_at)  # type: ignore[arg-type]
        assert record.to_bytes() == content, "a record has one form"
        return record


_NAMES = tuple(field.name for field in fields(BatchRecord))
_NUMBERS = ("posted_order", "lines", "count", "reduction_mg", "credited_mg")
_HASHES = ("programme_sha256", "root", "manifest")


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with six digits of the second.

    >>> instant_text(datetime(2026, 3, 1, 8, tzinfo=UTC))
    '2026-03-01T08:00:00.000000Z'
    """
    assert at.tzinfo is not None, "a time without a zone"
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    """The time that ``instant_text`` wrote.

    Raises:
        ValueError: the text is not of that form, or there is no such day or hour.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _written(value: str | int | datetime) -> str:
    return instant_text(value) if isinstance(value, datetime) else str(value)


def _problem(name: str, value: str) -> str | None:
    """What is wrong with a value as it is written; None where nothing is."""
    if not value or value != value.strip() or not value.isprintable():
        return "is empty, or holds what is not printed"
    if name in _NUMBERS and not _WHOLE.fullmatch(value):
        return "is no whole number in its one form"
    if name in ("posted_order", "lines") and value.startswith("-"):
        return "is below zero"
    if name in _HASHES and not _HASH.fullmatch(value):
        return "is not 64 digits of 0–9 and a–f"
    if name == "posted_at" and not _INSTANT.fullmatch(value):
        return "is no time in UTC to the microsecond"
    if name == "kind" and not _WORD.fullmatch(value):
        return "is no word of small letters"
    return None


def _no_record(problem: str) -> NotInForm:
    return NotInForm(form="batch record", problem=problem)
