"""The shapes of the tables that dedup takes and gives."""

from __future__ import annotations

from typing import Literal, get_args

import pyarrow as pa

Key = Literal["same-reference", "same-asset", "same-time"]
# In the order in which they are named where two claims share several.
KEYS: tuple[Key, ...] = get_args(Key)

# Texts are plain strings: an engine orders a dictionary-encoded partner by its codes.
CLAIMS = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("posted", pa.bool_(), nullable=False),
        pa.field("posted_order", pa.int64(), nullable=False),
        pa.field("partner", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("scene", pa.string(), nullable=False),
        pa.field("person_id", pa.int64(), nullable=False),
        pa.field("evidence_rank", pa.int32(), nullable=False),
        pa.field("partner_rank", pa.int32(), nullable=False),
        pa.field("started_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("reference", pa.string()),
        pa.field("asset", pa.string()),
        pa.field("exclusive_class", pa.string()),
        pa.field("claim_from_us", pa.int64(), nullable=False),
        pa.field("claim_until_us", pa.int64(), nullable=False),
    ]
)

VERDICTS = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("winner_position", pa.int64()),
        pa.field("key", pa.string()),
    ]
)
