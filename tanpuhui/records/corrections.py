"""Kinds of batches, and the closed set of reasons for which records are withdrawn."""

from __future__ import annotations

RECORDS, WITHDRAWAL, RESTATEMENT = "records", "withdrawal", "restatement"

OTHER_REASON = "other"  # says too little by itself, so it asks for a note
REASONS = (
    "partner-error", "proven-cheating", "duplicate-person", "wrong-person", "consent-withdrawn",
    "authority-order", OTHER_REASON,
)  # fmt: skip
