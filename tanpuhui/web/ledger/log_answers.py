"""What is told of a log and of what it proves: plain values, without Django."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LogStatus:
    """A programme's log as it stands.

    Args:
        origin: its name.
        size: how many entries it has, one a sealed batch.
        root: of its tree, 64 hex digits.
        keys: its public keys and from which size on each signs, the newest last.
        signers: whose signatures stand under its last checkpoint, by name and number.
        checkpoint: the last one, a signed note.
        published_size: of the checkpoint in its folder; None where none can be read there.
        folder: where it is published.
        unsealed: batches of the programme that were posted before batches were sealed.
    """

    programme: str
    origin: str
    size: int
    root: str
    keys: tuple[tuple[str, int], ...]
    signers: tuple[str, ...]
    checkpoint: str
    published_size: int | None
    folder: str
    unsealed: int

    @property
    def is_behind(self) -> bool:
        """Whether the published log lacks something of the database's."""
        return self.published_size != self.size

    def to_json(self) -> dict[str, Any]:
        """As ``ledger seal status --json`` has it."""
        return {
            "programme": self.programme,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "keys": [{"vkey": vkey, "from_size": size} for vkey, size in self.keys],
            "signers": list(self.signers),
            "checkpoint": self.checkpoint,
            "published_size": self.published_size,
            "behind": self.is_behind,
            "folder": self.folder,
            "unsealed_batches": self.unsealed,
        }


@dataclass(frozen=True)
class ProvedLine:
    """A line of a record with its proof.

    Args:
        kind: ``act``, ``reversal`` or ``difference``.
        credited_mg: mgCO2e, below zero where it takes back.
        proof: the file that ``ledger verify`` reads.
    """

    batch: str
    line: int
    kind: str
    credited_mg: int
    proof: bytes
