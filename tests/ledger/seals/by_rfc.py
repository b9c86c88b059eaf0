"""A second opinion on trees: RFC 6962, section 2.1, written down as it stands there.

Shares no line with the package. It follows the definitions by recursion over whole lists of data,
where the package walks over numbers and complete subtrees, so that a slip in one is not in both.
"""

from __future__ import annotations

import hashlib
from functools import cache

Data = tuple[bytes, ...]


def _sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _k(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def mth(d: Data) -> bytes:
    """The Merkle tree hash (section 2.1)."""
    if len(d) == 0:
        return _sha(b"")
    if len(d) == 1:
        return _sha(bytes([0]) + d[0])
    k = _k(len(d))
    return _sha(bytes([1]) + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: Data) -> list[bytes]:
    """The audit path (section 2.1.1)."""
    if len(d) == 1:
        return []
    k = _k(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def proof(m: int, d: Data) -> list[bytes]:
    """The consistency proof (section 2.1.2), for 0 < m <= n."""
    return _subproof(m, d, True)


def _subproof(m: int, d: Data, b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = _k(len(d))
    if m <= k:
        return [*_subproof(m, d[:k], b), mth(d[k:])]
    return [*_subproof(m - k, d[k:], False), mth(d[:k])]


def root_of_path(data: bytes, m: int, n: int, audit: list[bytes]) -> bytes:
    """The root that an audit path gives, by undoing the recursion; asserts that its length fits."""
    return root_of_leaf(_sha(bytes([0]) + data), m, n, audit)


def root_of_leaf(leaf: bytes, m: int, n: int, audit: list[bytes]) -> bytes:
    """The same, of a leaf whose hash is known."""
    if n == 1:
        assert not audit
        return leaf
    *inner, last = audit
    k = _k(n)
    if m < k:
        return _sha(bytes([1]) + root_of_leaf(leaf, m, k, inner) + last)
    return _sha(bytes([1]) + last + root_of_leaf(leaf, m - k, n - k, inner))


def roots_of_proof(m: int, n: int, given: list[bytes], old: bytes) -> tuple[bytes, bytes]:
    """The old and the new root that a consistency proof gives, by undoing the recursion."""
    return _roots(m, n, given, old, True)


def _roots(m: int, n: int, given: list[bytes], old: bytes, b: bool) -> tuple[bytes, bytes]:
    if m == n:
        if b:
            assert not given
            return old, old
        (own,) = given
        return own, own
    *inner, last = given
    k = _k(n)
    if m <= k:
        left_old, left_new = _roots(m, k, inner, old, b)
        return left_old, _sha(bytes([1]) + left_new + last)
    right_old, right_new = _roots(m - k, n - k, inner, old, False)
    return _sha(bytes([1]) + last + right_old), _sha(bytes([1]) + last + right_new)
