"""The journal line: what is kept of an act that counts, for ever.

Its schema was decided once (docs/decisions/0011-journal-line.md). A line is never edited: what
turns out wrong is corrected by a further line that names the one it corrects. Names of people, raw
record ids, references and assets are not in it, only numbers and keyed hashes.
"""

from __future__ import annotations

import pyarrow as pa

SCHEMA_VERSION = 1

# Every quantity that a scene of the library may carry. A new one is appended, with a new schema
# version; segments written before read as null there.
AMOUNT_QUANTITIES = (
    "amount_fen",
    "area_ha",
    "day_count",
    "distance_km",
    "energy_kwh",
    "engine_litre",
    "fuel_litre",
    "item_count",
    "mass_kg",
    "minutes",
    "paid_fen",
    "people_count",
    "sheets",
    "steps",
    "tonne_km",
)
TEXT_QUANTITIES = ("cabin", "crop", "kind", "material", "mode", "power")
AMOUNTS = ("baseline_mg", "activity_mg", "leakage_mg", "reduction_mg", "credited_mg")
ACT, REVERSAL, DIFFERENCE = "act", "reversal", "difference"

# A keyed hash as a whole number of 120 bits: the same on every engine, and fast to sort and join.
KEY = pa.decimal128(38, 0)
_UTC = pa.timestamp("us", tz="UTC")

LINES = pa.schema(
    [
        ("schema_version", pa.int32()),
        ("batch", pa.string()),
        ("posted_order", pa.int64()),  # of the batch in its dedup domain
        ("line", pa.int64()),  # number of the line in its batch, from 0
        ("line_kind", pa.string()),  # act, reversal of one, or difference to what one was credited
        ("corrects_batch", pa.string()),
        ("corrects_line", pa.int64()),
        ("domain", pa.string()),  # among whose programmes an act is credited once
        ("programme", pa.string()),
        ("programme_sha256", pa.string()),
        ("partner", pa.string()),
        ("record_key", KEY),  # keyed hash of programme, partner and record id
        ("person_id", pa.int64()),
        ("scene", pa.string()),
        ("region", pa.string()),  # where the act took place
        ("evidence", pa.string()),
        ("reference_key", KEY),  # keyed hashes, null where the record has none
        ("asset_key", KEY),
        ("started_at", _UTC),
        ("ended_at", _UTC),
        ("local_day", pa.date32()),  # the programme's day of started_at
        ("methodology", pa.string()),
        ("methodology_sha256", pa.string()),
        ("factor_set", pa.string()),
        ("factor_region", pa.string()),  # for where and when factors were looked up; the act's own
        ("factor_day", pa.date32()),  # but under a stand-in
        ("library_version", pa.string()),
        ("imported_algorithm", pa.string()),  # null where the platform computed
        *((name, pa.float64()) for name in AMOUNT_QUANTITIES),  # as the formula saw them
        *((name, pa.string()) for name in TEXT_QUANTITIES),
        ("baseline_mg", pa.int64()),  # null where the methodology publishes none
        ("activity_mg", pa.int64()),
        ("leakage_mg", pa.int64()),
        ("reduction_mg", pa.int64()),  # before limits
        ("credited_mg", pa.int64()),  # after limits: what the books sum
    ]
)

# Reports that lost to another, as lines would have been; ``credited_mg`` 0.
SUPPRESSED = pa.schema(
    [*LINES, ("lost_by", pa.string()), ("winner_key", KEY)]  # the key shared, and the winner
)

# What an act is computed by, and the quantities that the formula saw: a difference line of a
# restatement has them anew.
SEEN = (
    "methodology", "methodology_sha256", "factor_set", "factor_region", "factor_day",
    "imported_algorithm", *AMOUNT_QUANTITIES, *TEXT_QUANTITIES,
)  # fmt: skip

GRANTS = pa.schema(
    [
        ("batch", pa.string()),
        ("line", pa.int64()),
        ("programme", pa.string()),
        ("partner", pa.string()),
        ("person_id", pa.int64()),
        ("region", pa.string()),
        ("scene", pa.string()),
        ("methodology", pa.string()),
        ("local_day", pa.date32()),
        ("currency", pa.string()),
        ("points", pa.int64()),  # in the currency's unit: points, or hundredths of one
    ]
)
