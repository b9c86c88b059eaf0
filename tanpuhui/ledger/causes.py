"""Why a batch corrects what was posted: the reasons in words, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tanpuhui.rules import Words

# Why records are withdrawn, in words; the names are ``records.REASONS``.
REASON_WORDS: Mapping[str, Words] = {
    "partner-error": Words("the partner reported it wrongly", "合作方上报有误"),
    "proven-cheating": Words("cheating was proven", "查实作弊"),
    "duplicate-person": Words("one person had two accounts", "同一人重复开户"),
    "wrong-person": Words("it was credited to the wrong person", "计入了他人名下"),
    "consent-withdrawn": Words("the person took consent back", "本人撤回授权"),
    "authority-order": Words("the authority ordered it", "主管部门要求"),
    "other": Words("for another reason", "其他原因"),
}


@dataclass(frozen=True)
class Cause:
    """What a batch that corrects lines says of itself.

    Args:
        kind: ``withdrawal`` or ``restatement``.
        reason: of ``records.REASONS``; None for a restatement.
        note: what the operator wrote besides.
        withdrawn: the record keys that it withdrew.
    """

    kind: str
    reason: str | None = None
    note: str | None = None
    withdrawn: frozenset[int] = frozenset()
