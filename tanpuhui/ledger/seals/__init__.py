"""The seals of a ledger. Decides what a sealed batch and its log look like, and what proves them.

Formats are those of other people's logs (RFC 6962, C2SP), so that their tools verify ours. Nothing
here knows of a database or a lake, and importing it loads no engine: what makes the bytes of lines,
one by one (``canonical``) or in columns, is loaded when it is first asked for.

Takes: leaf hashes, tree files and tiles; records of batches; keys; proofs that people carry.
Gives: roots, proofs, signed checkpoints, tiles; and of a proof what holds, step by step.
Refuses: what is not written in the one form that its format has.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tanpuhui.ledger.seals.checkpoint import Checkpoint
from tanpuhui.ledger.seals.commitments import SALT_BYTES, commitment
from tanpuhui.ledger.seals.edge import Edge
from tanpuhui.ledger.seals.export import BatchExport
from tanpuhui.ledger.seals.faults import (
    NoSuchLeaf,
    NotAKey,
    NothingToVerify,
    NotInForm,
    TreeFileTorn,
    UnknownSigner,
    WrongSignature,
)
from tanpuhui.ledger.seals.merkle import (
    EMPTY_ROOT,
    HashedLeaves,
    Subtrees,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    root_by_inclusion,
    roots_by_consistency,
)
from tanpuhui.ledger.seals.note import (
    Note,
    Signature,
    SigningKey,
    VerifierKey,
    new_signing_key,
)
from tanpuhui.ledger.seals.proof import ConsistencyProof, Inclusion, LineProof
from tanpuhui.ledger.seals.record import BatchRecord, ManifestRow, manifest_digest
from tanpuhui.ledger.seals.steps import Report, Step, Trust
from tanpuhui.ledger.seals.tiled import (
    TILE_WIDTH,
    TreeFile,
    hashes_of,
    level_counts,
    write_tree_file,
)
from tanpuhui.ledger.seals.tiles import (
    LogTiles,
    Tile,
    from_bundle,
    from_hash_tile,
    new_tiles,
    tiles_of,
    to_bundle,
    to_hash_tile,
)
from tanpuhui.ledger.seals.verify import verify_bytes, verify_files, verify_line

if TYPE_CHECKING:
    from tanpuhui.ledger.seals.canonical import batch_digits, canonical_bytes, salt
    from tanpuhui.ledger.seals.columns import committed, committed_of_batches, nodes

_LATE = {
    "batch_digits": "canonical",
    "canonical_bytes": "canonical",
    "committed": "columns",
    "committed_of_batches": "columns",
    "nodes": "columns",
    "salt": "canonical",
}

__all__ = [
    "EMPTY_ROOT",
    "SALT_BYTES",
    "TILE_WIDTH",
    "BatchExport",
    "BatchRecord",
    "Checkpoint",
    "ConsistencyProof",
    "Edge",
    "HashedLeaves",
    "Inclusion",
    "LineProof",
    "LogTiles",
    "ManifestRow",
    "NoSuchLeaf",
    "NotAKey",
    "NotInForm",
    "Note",
    "NothingToVerify",
    "Report",
    "Signature",
    "SigningKey",
    "Step",
    "Subtrees",
    "Tile",
    "TreeFile",
    "TreeFileTorn",
    "Trust",
    "UnknownSigner",
    "VerifierKey",
    "WrongSignature",
    "batch_digits",
    "canonical_bytes",
    "commitment",
    "committed",
    "committed_of_batches",
    "consistency_path",
    "from_bundle",
    "from_hash_tile",
    "hashes_of",
    "inclusion_path",
    "leaf_hash",
    "level_counts",
    "manifest_digest",
    "new_signing_key",
    "new_tiles",
    "node_hash",
    "nodes",
    "root",
    "root_by_inclusion",
    "roots_by_consistency",
    "salt",
    "tiles_of",
    "to_bundle",
    "to_hash_tile",
    "verify_bytes",
    "verify_files",
    "verify_line",
    "write_tree_file",
]


def __getattr__(name: str) -> Any:
    """What makes the bytes of lines: it brings Arrow along, and in columns an engine."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATE[name]}"), name)
