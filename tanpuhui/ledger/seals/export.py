"""A whole batch as a folder that people carry: everything that its record seals of its lines.

    export.json        the record, its place in the log, the checkpoint, the manifest
    batch.tree         the tree file
    salts.jsonl        a line a journal line: {"line": 0, "salt": "…"}, null where it was erased
    segments/*.parquet the journal lines

``salts.parquet`` (columns ``line`` int64 and ``salt`` binary, null where erased) may stand for
``salts.jsonl``.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from tanpuhui.ledger.seals import json_form
from tanpuhui.ledger.seals.json_form import Fields
from tanpuhui.ledger.seals.note import Note
from tanpuhui.ledger.seals.proof import Inclusion
from tanpuhui.ledger.seals.record import ManifestRow, instant_of, instant_text

FORMAT = "tanpuhui-batch-export/v1"
HEADER, TREE = "export.json", "batch.tree"
SALTS_JSON, SALTS_PARQUET = "salts.jsonl", "salts.parquet"
_SEGMENT = re.compile(r"segments/[A-Za-z0-9_=-][A-Za-z0-9_=.-]*\.parquet")
_FORM = "batch export"


@dataclass(frozen=True)
class BatchExport:
    """The header of an exported batch.

    Args:
        record: the batch record, as bytes.
        in_log: the record in the log.
        checkpoint: signed, of the log at ``in_log.size``.
        key: the text form of the log's key, as the export claims it.
        manifest: every sealed file of the batch, exported or not.
        segments: the exported files, path in the manifest to path in the folder.
    """

    record: bytes
    in_log: Inclusion
    checkpoint: Note
    key: str
    manifest: tuple[ManifestRow, ...]
    segments: Mapping[str, str]

    def to_bytes(self) -> bytes:
        """The header as a JSON file."""
        return json_form.written(
            {
                "format": FORMAT,
                "record": self.record.decode(),
                "in_log": self.in_log.to_json(),
                "checkpoint": self.checkpoint.to_bytes().decode(),
                "key": self.key,
                "manifest": [_row_written(row) for row in self.manifest],
                "segments": [{"path": path, "file": file} for path, file in self.segments.items()],
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> BatchExport:
        """Read a header; nothing is verified by that.

        Raises:
            NotInForm: it is none, and which part is wrong.
        """
        taken = Fields(json_form.read(content, form=_FORM), form=_FORM)
        if taken.text("format") != FORMAT:
            raise taken.wrong("format", f"is not {FORMAT!r}")
        found = cls(
            record=taken.text("record").encode(),
            in_log=Inclusion.taken(taken.fields("in_log")),
            checkpoint=Note.from_bytes(taken.text("checkpoint").encode()),
            key=taken.text("key"),
            manifest=tuple(_row_taken(row) for row in taken.each("manifest")),
            segments=_segments_taken(taken),
        )
        taken.done()
        if len({row.path for row in found.manifest}) != len(found.manifest):
            raise taken.wrong("manifest", "names a file twice")
        return found

    def write(
        self,
        folder: Path,
        *,
        tree: Path,
        salts: Iterable[bytes | None],
        files: Mapping[str, Path],
    ) -> None:
        """Write the export into a new folder.

        Args:
            folder: must not exist.
            tree: the batch's tree file, copied.
            salts: one a line, in order of line; None where it was erased.
            files: where each exported file of the manifest lies; copied.

        Raises:
            FileExistsError: the folder is there already.
        """
        folder.mkdir()
        (folder / "segments").mkdir()
        for path, file in self.segments.items():
            shutil.copyfile(files[path], folder / file)
        shutil.copyfile(tree, folder / TREE)
        with (folder / SALTS_JSON).open("w", encoding="utf-8") as out:
            for line, salt in enumerate(salts):
                told = {"line": line, "salt": None if salt is None else salt.hex()}
                out.write(json.dumps(told) + "\n")
        (folder / HEADER).write_bytes(self.to_bytes())  # last: a folder without it is no export


def _segments_taken(taken: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    for segment in taken.each("segments"):
        path, file = segment.text("path"), segment.text("file")
        segment.done()
        if not _SEGMENT.fullmatch(file) or path in found:
            raise segment.wrong("file", f"is no file of segments/, or {path} stands twice: {file}")
        found[path] = file
    return found


def _row_written(row: ManifestRow) -> dict[str, Any]:
    told = {each.name: getattr(row, each.name) for each in fields(row)}
    for name in ("starts", "ends"):
        told[name] = None if told[name] is None else instant_text(told[name])
    told["local_day"] = None if row.local_day is None else row.local_day.isoformat()
    return told


def _row_taken(row: Fields) -> ManifestRow:
    day, starts, ends = (row.optional_text(name) for name in ("local_day", "starts", "ends"))
    try:
        found = ManifestRow(
            kind=row.text("kind"),
            path=row.text("path"),
            local_day=None if day is None else date.fromisoformat(day),
            starts=None if starts is None else instant_of(starts),
            ends=None if ends is None else instant_of(ends),
            has_corrections=row.truth("has_corrections"),
            rows=row.number("rows"),
            bytes=row.number("bytes"),
            sha256=row.hash("sha256").hex(),
        )
    except ValueError as error:
        raise row.wrong("local_day, starts or ends", f"is no time: {error}") from None
    row.done()
    if day is not None and found.local_day is not None and found.local_day.isoformat() != day:
        raise row.wrong("local_day", f"is not written in its one form: {day!r}")
    return found
