"""Commitments of lines, as verification needs them: the one place where they are asked for.

The log holds commitments only. Who has a line and its salt can open the commitment and see that it
is of this line and no other; who has neither learns nothing from it, and once the person's secret
is erased nobody can make the salt again. The bytes of a line are ``canonical``'s to say; it is
loaded when the first line is opened, since it brings Arrow along.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

SALT_BYTES = 32
_CANONICAL = "tanpuhui.ledger.seals.canonical"


def commitment(salt: bytes, row: Mapping[str, Any]) -> bytes:
    """The commitment of a line: 32 bytes, the hash of its leaf in the batch's tree.

    Args:
        salt: 32 bytes.
        row: the line, one value a column.

    Raises:
        ValueError: a column is missing, or of another type, or no line has it. Canonical bytes pass
            over what is no column; a proof may not carry along what nobody committed to.
    """
    canonical = importlib.import_module(_CANONICAL)
    unknown = sorted(set(row) - set(canonical.NUMBERS))
    if unknown:
        raise ValueError(f"a line of this version has no column {', '.join(unknown)}")
    found: bytes = canonical.commitment(salt, row)
    return found
