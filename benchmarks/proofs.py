"""Proof and check of one line in a batch of three million, from its tree file on disk.

The leaf hashes are made up; the tree over them, its file and the signature are real. Before any
time is printed each proof has led to the root that was computed apart from it.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tanpuhui.ledger import seals

LINES = 3_000_000
PROVED = 500
BAR_MS = 5.0
_SEED = 20261129


@dataclass(frozen=True)
class Measured:
    """How long one thing took, over many lines.

    Args:
        name: what was done.
        median_ms: milliseconds, of the lines' times.
        worst_ms: of the slowest line.
    """

    name: str
    median_ms: float
    worst_ms: float

    def line(self) -> str:
        """A line of the table."""
        return f"{self.name:<58} {self.median_ms:>9.3f} {self.worst_ms:>13.3f}"


def measure(lines: int = LINES) -> Iterator[Measured]:
    """Prove and check lines at random places; the file is opened anew for each."""
    leaves = [sha256(number.to_bytes(8)).digest() for number in range(lines)]
    in_memory = seals.HashedLeaves(leaves)
    root = seals.root(in_memory, lines)
    key = seals.new_signing_key("example.org/bench", seed=bytes(32))
    signed = seals.Checkpoint(key.name, lines, root).signed(key).to_bytes()
    places = random.Random(_SEED).sample(range(lines), PROVED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.tree"
        seals.write_tree_file(path, leaves)
        paths = [_prove(path, place, lines) for place in places]
        for place, proved in zip(places, paths, strict=True):
            assert proved == seals.inclusion_path(in_memory, place, lines)
            assert _root(leaves[place], place, lines, proved) == root
        by_place = dict(zip(places, paths, strict=True))
        yield _timed("proof of one line, tree file opened anew", places,
                     lambda place: _prove(path, place, lines))  # fmt: skip
        yield _timed("check of one line against the root", places,
                     lambda place: _root(leaves[place], place, lines, by_place[place]))  # fmt: skip
        public = key.verifier()
        yield _timed("proof, check, and the signature of the checkpoint", places,
                     lambda place: _all(path, leaves[place], place, signed, public))  # fmt: skip


def _prove(path: Path, place: int, lines: int) -> tuple[bytes, ...]:
    with path.open("rb") as file:
        return seals.inclusion_path(seals.TreeFile(file, lines), place, lines)


def _root(leaf: bytes, place: int, lines: int, path: tuple[bytes, ...]) -> bytes:
    return seals.root_by_inclusion(leaf, index=place, size=lines, path=path)


def _all(path: Path, leaf: bytes, place: int, signed: bytes, key: seals.VerifierKey) -> None:
    note = seals.Note.from_bytes(signed)
    note.verified([key])
    checkpoint = seals.Checkpoint.from_text(note.text)
    proved = _prove(path, place, checkpoint.size)
    assert _root(leaf, place, checkpoint.size, proved) == checkpoint.root


def _timed(name: str, places: list[int], run: Callable[[int], object]) -> Measured:
    times = []
    for place in places:
        started = time.perf_counter()
        run(place)
        times.append((time.perf_counter() - started) * 1_000)
    return Measured(name, statistics.median(times), max(times))


def main() -> None:
    """Print the table."""
    print(f"{f'seals: one line of {LINES:,} (bar {BAR_MS} ms)':<58} {'median ms':>9} "
          f"{'worst ms':>13}")  # fmt: skip
    for line in measure():
        print(line.line())


if __name__ == "__main__":
    main()
