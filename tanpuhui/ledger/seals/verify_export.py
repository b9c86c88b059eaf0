"""Verification of a whole exported batch: every line opened, every file compared, nothing missing.

Lines are read a few thousand at a time. Kept in memory are the salts (32 bytes a line) and which
lines were seen. Only this module reads Parquet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tanpuhui.ledger.seals.commitments import SALT_BYTES, commitment
from tanpuhui.ledger.seals.export import HEADER, SALTS_JSON, SALTS_PARQUET, TREE, BatchExport
from tanpuhui.ledger.seals.faults import NothingToVerify, NotInForm, TreeFileTorn
from tanpuhui.ledger.seals.merkle import folded, root
from tanpuhui.ledger.seals.record import BatchRecord, manifest_digest
from tanpuhui.ledger.seals.steps import (
    Report,
    Step,
    Trust,
    checkpoint_steps,
    log_step,
    not_in_form,
)
from tanpuhui.ledger.seals.tiled import TILE_WIDTH, TreeFile, hashes_of, level_counts

MOST_LINES = 100_000_000  # of a batch that is verified whole
MOST_NAMED = 100  # lines that are named one by one; the others are counted
_ROWS_AT_ONCE = 5_000
_HASH = re.compile("[0-9a-f]{64}")
_NAMES = ("batch", "programme", "domain", "posted_order")


def verify_export(folder: Path, trust: Trust) -> Report:
    """Verify the folder of an exported batch.

    Raises:
        NothingToVerify: the folder has no header, or one of its files cannot be read.
    """
    try:
        content = (folder / HEADER).read_bytes()
    except OSError as error:
        reason = f"{HEADER} is missing ({error.strerror})"
        raise NothingToVerify(path=str(folder), reason=reason) from None
    try:
        header = BatchExport.from_bytes(content)
        steps, checkpoint = checkpoint_steps(
            header.checkpoint, trust, claimed=header.key, where=HEADER
        )
        if checkpoint is not None:
            steps.append(log_step(header.record, header.in_log, checkpoint, HEADER))
        record = BatchRecord.from_bytes(header.record)
    except NotInForm as fault:
        return Report(str(folder), "batch", (not_in_form(fault, HEADER),))
    signed = checkpoint is not None and all(
        step.holds for step in steps if step.step in ("form", "signature", "origin")
    )
    opening = _Opening(folder, header, record)
    try:
        steps += [_manifest_step(header, record), *opening.steps()]
    except OSError as error:
        raise NothingToVerify(path=str(error.filename or folder), reason=str(error)) from None
    return Report(str(folder), "batch", tuple(steps), has_own_key=not trust.keys,
                  counts={"lines": record.lines, "opened": opening.opened,
                          "closed": opening.closed, "wrong": opening.wrong},
                  checkpoints=(checkpoint,) if signed and checkpoint else ())  # fmt: skip


def _manifest_step(header: BatchExport, record: BatchRecord) -> Step:
    found = manifest_digest(header.manifest)
    if found == record.manifest:
        said = f"the list of {len(header.manifest)} files is the one that was sealed"
        return Step("manifest", True, said, HEADER)
    return Step("manifest", False, "a row of the list of files was changed", HEADER,
                expected=record.manifest, found=found)  # fmt: skip


@dataclass
class _Opening:
    """The lines of an exported batch, opened one after the other; what was found on the way."""

    folder: Path
    header: BatchExport
    record: BatchRecord
    opened: int = 0
    closed: int = 0
    wrong: int = 0
    _found: list[Step] = field(default_factory=list)
    _unnamed: int = 0

    def steps(self) -> list[Step]:
        """Everything about tree, salts and segments."""
        if self.record.lines > MOST_LINES:
            said = f"a batch of more than {MOST_LINES:,} lines is not verified whole"
            return [Step("form", False, said, HEADER)]
        salts = self._salts()
        with (self.folder / TREE).open("rb") as file:
            try:
                tree = TreeFile(file, self.record.lines, name=TREE)
            except TreeFileTorn as fault:
                self._note(Step("tree", False, fault.what(), TREE))
                return self._found
            self._found += _tree_steps(tree, self.record)
            if salts is not None:
                self._segments(tree, salts)
        if self._unnamed:
            said = f"{self._unnamed:,} further findings of this kind are not named"
            self._found.append(Step("segment", False, said))
        return self._found

    def _note(self, step: Step) -> None:
        """Keep a finding; of very many only the first are named."""
        if len(self._found) < MOST_NAMED:
            self._found.append(step)
        else:
            self._unnamed += 1

    def _salts(self) -> _Salts | None:
        found = _Salts(self.record.lines)
        parquet = self.folder / SALTS_PARQUET
        name = SALTS_PARQUET if parquet.exists() else SALTS_JSON
        try:
            for line, salt in _salts_of(self.folder / name):
                found.put(line, salt)
            found.all_there()
        except NotInForm as fault:
            self._note(not_in_form(fault, name))
            return None
        return found

    def _segments(self, tree: TreeFile, salts: _Salts) -> None:
        sealed = {row.path: row for row in self.header.manifest}
        seen = bytearray(self.record.lines)
        for path, name in self.header.segments.items():
            file = self.folder / name
            if path not in sealed:
                self._note(Step("segment", False, f"{path} is not in the list of files", name))
            elif (found := _sha256(file)) != sealed[path].sha256:
                self._note(Step("segment", False, "the file is not the one that was sealed", name,
                                expected=sealed[path].sha256, found=found))  # fmt: skip
            self._segment(name, tree, salts, seen)
        missing = seen.count(0)
        if missing:
            self._note(Step("segment", False,
                            f"{missing:,} lines are in no file, the first is line {seen.index(0)}",
                            expected=f"{self.record.lines} lines",
                            found=f"{self.record.lines - missing} lines"))  # fmt: skip
        elif not self.wrong:
            said = f"all {self.record.lines:,} lines are there, each once"
            self._found.append(Step("segment", True, said))
        if not self.wrong and not missing:
            said = f"{self.opened:,} lines open to their commitments; {self.closed:,} are closed"
            self._found.append(Step("commitment", True, said))

    def _segment(self, name: str, tree: TreeFile, salts: _Salts, seen: bytearray) -> None:
        # Only here is Parquet read.
        import pyarrow as pa
        import pyarrow.parquet as pq

        row_number = 0
        try:
            with pq.ParquetFile(self.folder / name) as file:
                for piece in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                    for row in piece.to_pylist():
                        row_number += 1
                        self._line(row, tree, salts, seen, f"{name}, row {row_number}")
        except (pa.ArrowException, OSError, ValueError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            self.wrong += 1
            said = f"the file cannot be read after row {row_number}: {str(error).splitlines()[0]}"
            self._note(Step("segment", False, said, name))

    def _line(
        self, row: dict[str, Any], tree: TreeFile, salts: _Salts, seen: bytearray, where: str
    ) -> None:
        line = row.get("line")
        if not isinstance(line, int) or not 0 <= line < self.record.lines:
            self.wrong += 1
            said = f"the number of the line, {line!r}, is none of the batch's {self.record.lines}"
            self._note(Step("segment", False, said, where))
            return
        where = f"line {line} ({where})"
        if seen[line]:
            self.wrong += 1
            self._note(Step("segment", False, "the line is there twice", where))
            return
        seen[line] = 1
        for name in _NAMES:
            if row.get(name) != getattr(self.record, name):
                self.wrong += 1
                self._note(Step("record", False, f"column {name} is not what the record says",
                                where, expected=str(getattr(self.record, name)),
                                found=str(row.get(name))))  # fmt: skip
        salt = salts.of(line)
        if salt is None:
            self.closed += 1
            return
        wanted = tree.subtree(0, line)
        try:
            found = commitment(salt, row)
        except ValueError as error:
            self.wrong += 1
            self._note(Step("commitment", False, f"this is no journal line: {error}", where))
            return
        if found == wanted:
            self.opened += 1
            return
        self.wrong += 1
        said = "the line is not the one that was sealed: a value of it, or its salt, was changed"
        self._note(Step("commitment", False, said, where,
                        expected=wanted.hex(), found=found.hex()))  # fmt: skip


class _Salts:
    """A salt a line, or that it was erased: 33 bytes a line."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._bytes = bytearray(lines * SALT_BYTES)
        self._state = bytearray(lines)  # 0 not there, 1 there, 2 erased

    def put(self, line: int, salt: bytes | None) -> None:
        """Keep a salt.

        Raises:
            NotInForm: there is no such line, or it has one already.
        """
        if not 0 <= line < self._lines or self._state[line]:
            problem = f"line {line} is there twice, or is none of {self._lines}"
            raise NotInForm(form="list of salts", problem=problem)
        self._state[line] = 2 if salt is None else 1
        if salt is not None:
            self._bytes[line * SALT_BYTES : (line + 1) * SALT_BYTES] = salt

    def all_there(self) -> None:
        """Refuse a list that lacks a line."""
        if 0 in self._state:
            problem = f"line {self._state.index(0)} is missing"
            raise NotInForm(form="list of salts", problem=problem)

    def of(self, line: int) -> bytes | None:
        """The salt; None where it was erased."""
        if self._state[line] == 2:
            return None
        return bytes(self._bytes[line * SALT_BYTES : (line + 1) * SALT_BYTES])


def _salts_of(file: Path) -> Iterator[tuple[int, bytes | None]]:
    if file.name == SALTS_PARQUET:
        yield from _salts_of_parquet(file)
        return
    with file.open("rb") as lines:
        for number, content in enumerate(lines, start=1):
            problem = f'row {number} is not {{"line": number, "salt": 64 hex digits or null}}'
            try:
                told = json.loads(content)
            except ValueError:
                raise NotInForm(form="list of salts", problem=problem) from None
            match told:
                case {"line": int(line), "salt": str() | None as salt, **rest} if not rest:
                    if salt is not None and not _HASH.fullmatch(salt):
                        raise NotInForm(form="list of salts", problem=problem)
                    yield line, None if salt is None else bytes.fromhex(salt)
                case _:
                    raise NotInForm(form="list of salts", problem=problem)


def _salts_of_parquet(file: Path) -> Iterator[tuple[int, bytes | None]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as parquet:
            for piece in parquet.iter_batches(batch_size=_ROWS_AT_ONCE, columns=["line", "salt"]):
                for row in piece.to_pylist():
                    line, salt = row["line"], row["salt"]
                    if not isinstance(line, int) or (
                        salt is not None
                        and (not isinstance(salt, bytes) or len(salt) != SALT_BYTES)
                    ):
                        raise NotInForm(form="list of salts", problem=f"line {line} has no salt")
                    yield line, salt
    except (pa.ArrowException, KeyError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise NotInForm(form="list of salts", problem=str(error).splitlines()[0]) from None


def _tree_steps(tree: TreeFile, record: BatchRecord) -> list[Step]:
    """Whether each hash of a tree file follows from those below it, and its root is sealed."""
    steps = []
    for level, count in enumerate(level_counts(tree.size)[1:], start=1):
        for index in range(count):
            found = folded(hashes_of(tree.read_tile(level - 1, index)))
            wanted = tree.subtree(8 * level, index)
            if found != wanted:
                first = index * TILE_WIDTH**level
                steps.append(
                    Step("tree", False,
                         f"level {level}, hash {index}, is not that of the hashes below it "
                         f"(lines {first} to {first + TILE_WIDTH**level - 1})",
                         TREE, expected=wanted.hex(), found=found.hex())
                )  # fmt: skip
                if len(steps) == MOST_NAMED:
                    return steps
    found = root(tree, tree.size)
    if found.hex() != record.root:
        steps.append(Step("tree", False, "the tree file leads to another root than the record's",
                          TREE, expected=record.root, found=found.hex()))  # fmt: skip
    if not steps:
        steps.append(Step("tree", True, f"the tree over {tree.size:,} lines has the sealed root",
                          TREE))  # fmt: skip
    return steps


def _sha256(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as content:
        while piece := content.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
