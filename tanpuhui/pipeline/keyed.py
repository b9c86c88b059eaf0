"""Keyed hashes: what stands in the lake in the place of record ids, references and assets."""

from __future__ import annotations

from typing import Any

import ibis

from tanpuhui.engine import hex_key, joined, leading, sha256
from tanpuhui.terms import hash_of_bytes, hash_of_parts

# Of the hash's 64 hex digits: enough that no two texts of a country are ever taken for one.
TEXT_DIGITS = 32
NUMBER_DIGITS = 30
# Of the key that a purpose has for itself; short, so that key and text mostly fit one round of
# SHA-256.
_KEY_DIGITS = 32


def keyed_number(secret: str, purpose: tuple[str, ...], *texts: Any) -> Any:
    """The keyed hash of some texts as a column of whole numbers (``ledger.KEY``).

    Args:
        secret: of the dedup domain.
        purpose: what is hashed, so that equal texts of two purposes are hashed apart.
        texts: columns; the hash is null where one of them is null.
    """
    known, hashed = _hashed(secret, purpose, texts)
    return ibis.cases((known, hex_key(leading(hashed, NUMBER_DIGITS))))


def keyed_text(secret: str, purpose: tuple[str, ...], *texts: Any) -> Any:
    """As ``keyed_number``, as a column of 32 hex digits."""
    known, hashed = _hashed(secret, purpose, texts)
    return ibis.cases((known, leading(hashed, TEXT_DIGITS)))


def key_of(secret: str, purpose: tuple[str, ...], *texts: str) -> str:
    """As ``keyed_text``, of one row.

    >>> key_of("secret", ("subject",), "bus", "u1")[:8]
    'f907dffd'
    """
    parts = [hash_of_parts([secret, *purpose])[:_KEY_DIGITS]]
    parts += [f"{len(text)}:{text}" for text in texts]
    return hash_of_bytes("".join(parts).encode())[:TEXT_DIGITS]


def _hashed(secret: str, purpose: tuple[str, ...], texts: tuple[Any, ...]) -> tuple[Any, Any]:
    """Where all texts are known, and their hash; each text stands behind its length."""
    parts: list[Any] = [ibis.literal(hash_of_parts([secret, *purpose])[:_KEY_DIGITS])]
    for text in texts:
        parts += [text.length().cast("string").coalesce(""), ibis.literal(":"), text.coalesce("")]
    return ibis.and_(*(text.notnull() for text in texts)), sha256(joined(*parts))
