"""Proofs as files that people carry: of one line, and of a log that only grew.

A ``LineProof`` is one JSON file with all that shows a journal line to be in a sealed batch, and the
batch in the log that a checkpoint signs. It needs no database, no network and no trust in whoever
hands it over; it needs the log's public key, from elsewhere. The key that stands in it is a claim.

A ``ConsistencyProof`` has two or more checkpoints of one log, and shows each to be an earlier state
of the next: nothing that was sealed has been changed or taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tanpuhui.ledger.seals import json_form
from tanpuhui.ledger.seals.commitments import SALT_BYTES
from tanpuhui.ledger.seals.json_form import Fields
from tanpuhui.ledger.seals.note import Note

LINE_FORMAT = "tanpuhui-line-proof/v1"
CONSISTENCY_FORMAT = "tanpuhui-consistency-proof/v1"
MOST_BYTES = 4_000_000  # of a proof


@dataclass(frozen=True)
class Inclusion:
    """That a leaf is in a tree.

    Args:
        index: of the leaf, from 0.
        size: of the tree.
        path: hashes of 32 bytes, from the leaf upwards.
    """

    index: int
    size: int
    path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """As proofs have it."""
        return {
            "index": self.index,
            "size": self.size,
            "path": [one.hex() for one in self.path],
        }

    @classmethod
    def taken(cls, fields: Fields) -> Inclusion:
        """Read it from an object of a proof."""
        found = cls(fields.number("index"), fields.number("size"), fields.hashes("path"))
        fields.done()
        return found


@dataclass(frozen=True)
class LineProof:
    """All that proves a line.

    Args:
        line: the journal line, one value a column, with the types that Arrow gives to Python.
        salt: of the line's commitment, 32 bytes.
        commitment: of the line, 32 bytes, the hash of its leaf; it follows from line and salt, and
            stands here so that whoever verifies can say whether the line or the path was changed.
        in_batch: the line in the batch's tree.
        record: the batch record, as bytes.
        in_log: the record in the log.
        checkpoint: signed, of the log at ``in_log.size``.
        key: the text form of the log's key, as the proof claims it.
    """

    line: Mapping[str, Any]
    salt: bytes
    commitment: bytes
    in_batch: Inclusion
    record: bytes
    in_log: Inclusion
    checkpoint: Note
    key: str

    def to_bytes(self) -> bytes:
        """The proof as a JSON file."""
        return json_form.written(
            {
                "format": LINE_FORMAT,
                "line": json_form.columns_written(self.line),
                "salt": self.salt.hex(),
                "commitment": self.commitment.hex(),
                "in_batch": self.in_batch.to_json(),
                "record": self.record.decode(),
                "in_log": self.in_log.to_json(),
                "checkpoint": self.checkpoint.to_bytes().decode(),
                "key": self.key,
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> LineProof:
        """Read a proof; nothing is verified by that.

        Raises:
            NotInForm: it is no line proof, and which part is wrong.
        """
        fields = Fields(json_form.read(content, form="line proof"), form="line proof")
        if fields.text("format") != LINE_FORMAT:
            raise fields.wrong("format", f"is not {LINE_FORMAT!r}")
        found = cls(
            line=fields.columns("line"),
            salt=fields.hash("salt", bytes_count=SALT_BYTES),
            commitment=fields.hash("commitment"),
            in_batch=Inclusion.taken(fields.fields("in_batch")),
            record=fields.text("record").encode(),
            in_log=Inclusion.taken(fields.fields("in_log")),
            checkpoint=Note.from_bytes(fields.text("checkpoint").encode()),
            key=fields.text("key"),
        )
        fields.done()
        return found


@dataclass(frozen=True)
class ConsistencyProof:
    """That a log only grew.

    Args:
        checkpoints: signed, two or more, the smallest first.
        paths: from each checkpoint to the next, one fewer.
        key: the text form of the log's key, as the proof claims it.
    """

    checkpoints: tuple[Note, ...]
    paths: tuple[tuple[bytes, ...], ...]
    key: str

    def to_bytes(self) -> bytes:
        """The proof as a JSON file."""
        return json_form.written(
            {
                "format": CONSISTENCY_FORMAT,
                "checkpoints": [note.to_bytes().decode() for note in self.checkpoints],
                "steps": [{"path": [one.hex() for one in path]} for path in self.paths],
                "key": self.key,
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> ConsistencyProof:
        """Read a proof; nothing is verified by that.

        Raises:
            NotInForm: it is no consistency proof, and which part is wrong.
        """
        fields = Fields(json_form.read(content, form="consistency proof"), form="consistency proof")
        if fields.text("format") != CONSISTENCY_FORMAT:
            raise fields.wrong("format", f"is not {CONSISTENCY_FORMAT!r}")
        texts = fields.items("checkpoints")
        if not all(isinstance(text, str) for text in texts):
            raise fields.wrong("checkpoints", "is no list of texts")
        steps = fields.each("steps")
        if len(texts) < 2 or len(steps) != len(texts) - 1:
            raise fields.wrong("steps", "do not lead from each checkpoint to the next")
        found = cls(
            checkpoints=tuple(Note.from_bytes(text.encode()) for text in texts),
            paths=tuple(step.hashes("path") for step in steps),
            key=fields.text("key"),
        )
        for step in steps:
            step.done()
        fields.done()
        return found
