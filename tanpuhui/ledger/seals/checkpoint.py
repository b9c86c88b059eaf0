"""Checkpoints: what a log says, signed, about its size and its root.

    the log's origin
    how many leaves it has
    its root in Base 64
    further lines, which nobody needs

Source: https://c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tanpuhui.ledger.seals.faults import NotInForm
from tanpuhui.ledger.seals.merkle import HASH_BYTES
from tanpuhui.ledger.seals.note import Note, SigningKey, from_base64, to_base64

_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """A log at a moment.

    Args:
        origin: which log; also the name of its keys.
        size: how many leaves, 0 or more.
        root: 32 bytes.
        extensions: further lines, as they stand.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def to_text(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), to_base64(self.root), *self.extensions]
        assert all(line and "\n" not in line for line in lines), "a line is empty or is two"
        return "".join(f"{line}\n" for line in lines)

    def signed(self, *keys: SigningKey) -> Note:
        """The note, signed by each of the keys: two while the log changes its key."""
        text = self.to_text()
        return Note(text, tuple(key.sign(text) for key in keys))

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Read the text of a note; verify the note first.

        Raises:
            NotInForm: it is no checkpoint, and which line is wrong.
        """
        *lines, end = text.split("\n")
        if end or len(lines) < 3:
            raise _no_checkpoint("it needs three lines: origin, size and root")
        if not all(lines):
            raise _no_checkpoint(f"line {lines.index('') + 1} is empty")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise _no_checkpoint(f"line 2, the size, is no whole number: {size!r}")
        content = from_base64(root)
        if content is None or len(content) != HASH_BYTES:
            raise _no_checkpoint(f"line 3, the root, is not 32 bytes in Base 64: {root!r}")
        return cls(origin, int(size), content, tuple(extensions))


def _no_checkpoint(problem: str) -> NotInForm:
    return NotInForm(form="checkpoint", problem=problem)
