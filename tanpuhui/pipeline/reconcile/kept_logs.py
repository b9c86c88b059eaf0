"""What the database keeps of a sealed log, and what lies in its folder, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tanpuhui.ledger import seals


@dataclass(frozen=True)
class KeptKey:
    """A row of a log's keys; see ``ledger_logkey``."""

    vkey: str
    from_size: int


@dataclass(frozen=True)
class KeptEntry:
    """An entry of a log.

    Args:
        batch: the number of the batch's row.
        domain: in which that batch was posted; None where there is no such batch.
        record: of the batch, as text.
    """

    batch: int
    domain: str | None
    place: int
    record: str


@dataclass(frozen=True)
class KeptCheckpoint:
    """A signed checkpoint of a log, as text."""

    size: int
    note: str


@dataclass(frozen=True)
class Published:
    """What lay in the folder of a log before the rows were read.

    Args:
        folder: of the log; may not exist.
        checkpoint: its content; None where there was none.
        files: all others, from the folder; what was written later is not among them.
    """

    folder: Path
    checkpoint: bytes | None
    files: tuple[str, ...]


@dataclass(frozen=True)
class KeptLog:
    """All that is kept of the log of a programme.

    Args:
        programme: whose log it is.
        origin, size, edge: of its row; None where it has no row, but something else names it.
        keys: by size.
        entries: by place.
        checkpoints: by size.
    """

    programme: str
    origin: str | None
    size: int | None
    edge: bytes | None
    keys: tuple[KeptKey, ...]
    entries: tuple[KeptEntry, ...]
    checkpoints: tuple[KeptCheckpoint, ...]
    published: Published

    @cached_property
    def grown(self) -> Grown:
        """The tree over the entries, up to the first place at which there is not one entry."""
        grown = Grown()
        for place, entry in enumerate(self.entries):
            if entry.place != place:
                break
            grown.append(entry.record.encode("utf-8", "surrogateescape"))
        return grown

    def at(self, entry: KeptEntry) -> str:
        """How a finding names an entry."""
        named = f"place {entry.place}, batch number {entry.batch}"
        return f"ledger_logentry {self.programme} {named}"

    @cached_property
    def is_signed(self) -> bool:
        """Whether the entries come to the root that the last checkpoint has.

        Where they do not, a row was changed, and what was published may be the better copy.
        """
        texts = [
            one.note.partition("\n\n")[0] + "\n"
            for one in self.checkpoints
            if one.size == self.newest
        ]
        if self.origin is None or self.grown.size != len(self.entries) or not texts:
            return False
        root = self.grown.roots[-1]
        return texts[0] == seals.Checkpoint(self.origin, self.grown.size, root).to_text()

    @cached_property
    def newest(self) -> int:
        """The size of the last checkpoint of which there is a row; 0 where there is none."""
        return max((one.size for one in self.checkpoints), default=0)


@dataclass
class Grown:
    """A log that grows from its entries: its root at every size, and what its tiles hold.

    Args:
        roots: by size, from 0 on.
        edge: of the last size.
    """

    entries: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=lambda: [seals.EMPTY_ROOT])
    edge: seals.Edge = field(default_factory=seals.Edge)
    _levels: list[list[bytes]] = field(default_factory=lambda: [[]])

    def append(self, entry: bytes) -> None:
        """Grow by an entry."""
        self.entries.append(entry)
        leaf = seals.leaf_hash(entry)
        self.edge = self.edge.grown(leaf)
        self.roots.append(self.edge.root())
        self._append(0, leaf)

    def _append(self, level: int, one: bytes) -> None:
        if level == len(self._levels):
            self._levels.append([])
        hashes = self._levels[level]
        hashes.append(one)
        if len(hashes) % seals.TILE_WIDTH == 0:
            below = hashes[-seals.TILE_WIDTH :]
            self._append(level + 1, seals.root(seals.HashedLeaves(below), len(below)))

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    def tile(self, tile: seals.Tile) -> bytes | None:
        """The content of a tile or bundle; None where the log is not as long."""
        first = tile.index * seals.TILE_WIDTH
        level = tile.level or 0
        source: Sequence[bytes]
        if tile.level is None:
            source = self.entries
        else:
            source = self._levels[level] if level < len(self._levels) else ()
        part = source[first : first + tile.width]
        if len(part) < tile.width:
            return None
        return seals.to_bundle(part) if tile.level is None else seals.to_hash_tile(part)
