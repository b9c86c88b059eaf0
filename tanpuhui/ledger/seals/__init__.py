"""The seals of a ledger. Decides what a sealed batch and its log look like, and what proves them.

Formats are those of other people's logs (RFC 6962, C2SP), so that their tools verify ours. Nothing
here knows of a database, a lake or an engine, and importing it loads none.

Takes: leaf hashes, tree files and tiles; records of batches; keys; proofs that people carry.
Gives: roots, proofs, signed checkpoints, tiles; and of a proof what holds, step by step.
Refuses: what is not written in the one form that its format has.
"""

from tanpuhui.ledger.seals.checkpoint import Checkpoint
from tanpuhui.ledger.seals.commitments import SALT_BYTES, commitment, leaf_of_line
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
from tanpuhui.ledger.seals.tiled import TreeFile, level_counts, write_tree_file
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

__all__ = [
    "EMPTY_ROOT",
    "SALT_BYTES",
    "BatchExport",
    "BatchRecord",
    "Checkpoint",
    "ConsistencyProof",
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
    "commitment",
    "consistency_path",
    "from_bundle",
    "from_hash_tile",
    "inclusion_path",
    "leaf_hash",
    "leaf_of_line",
    "level_counts",
    "manifest_digest",
    "new_signing_key",
    "new_tiles",
    "node_hash",
    "root",
    "root_by_inclusion",
    "roots_by_consistency",
    "tiles_of",
    "to_bundle",
    "to_hash_tile",
    "verify_bytes",
    "verify_files",
    "verify_line",
    "write_tree_file",
]
