"""The commitment of a line: its salt and its canonical bytes under one hash.

The log holds commitments only. Who has a line and its salt can open the commitment and see that it
is of this line and no other; who has neither learns nothing from it, and once the person's secret
is erased nobody can make the salt again.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tanpuhui.ledger.seals.merkle import leaf_hash

SALT_BYTES = 32


def canonical_of(row: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a journal line: the one place where they are asked for."""
    canonical = importlib.import_module("tanpuhui.ledger.seals.canonical")
    found: bytes = canonical.canonical_bytes(row)
    return found


def commitment(salt: bytes, row: Mapping[str, Any]) -> bytes:
    """SHA-256 of salt and canonical bytes: 32 bytes, the data of the line's leaf.

    Args:
        salt: 32 bytes.
        row: the line, one value a column.
    """
    return sha256(salt + canonical_of(row)).digest()


def leaf_of_line(salt: bytes, row: Mapping[str, Any]) -> bytes:
    """The leaf hash of a line in its batch's tree, 32 bytes."""
    return leaf_hash(commitment(salt, row))
