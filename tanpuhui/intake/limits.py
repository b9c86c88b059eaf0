"""How much one record and one file may carry: every limit of the step, in one place."""

from __future__ import annotations

# Characters of a text that a partner chooses: its ids, references and assets.
TEXT_LIMIT = 200
# In the unit of its quantity. Above it a double no longer holds eight places, and no act is so big.
NUMBER_LIMIT = 1e15
# Characters of an offending text that are shown with a refusal.
REASON_LIMIT = 40
# Objects of a JSON Lines file that are looked at to learn its keys.
HEAD_LIMIT = 1_000
# Codes that no vocabulary has, in one file. GB/T 2260 has about 3,400 codes in all.
REGION_LIMIT = 2_000
# Texts that are compared one by one. DuckDB turns a list into a join over all records, which is
# slower for few and faster for many.
COMPARED_LIMIT = 32
