"""Hashes that name exact content: SHA-256, in lower-case hex."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def hash_of_bytes(content: bytes) -> str:
    """SHA-256 of the bytes as they are, so that ``sha256sum FILE`` gives the same."""
    return hashlib.sha256(content).hexdigest()


def hash_of_parts(parts: Iterable[str]) -> str:
    """SHA-256 over texts, each after its length in bytes, so that no two lists collide."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode()
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()
