"""Baselines from history: what a case reads of other records, such as a household's own past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tanpuhui.rules.faults import WrongHistory
from tanpuhui.rules.fields import Fields

GroupKey = Literal["person", "asset", "reference", "region"]
GROUP_KEYS: tuple[GroupKey, ...] = ("person", "asset", "reference", "region")
DAY_LIMIT = 366  # how far back a history may look


@dataclass(frozen=True)
class History:
    """The mean of an amount over days of a group of records of the same case.

    A day's records of the group are added up first, so that two readings of a day are one day.

    Args:
        mean: the input whose mean it is.
        each: what tells the groups apart.
        days: the days before the record's own that are looked at; 0 for the record's own day, over
            the sums of all assets or persons of the group.
        least: with fewer days (or members, on the same day) than this there is no mean.
    """

    mean: str
    each: tuple[GroupKey, ...]
    days: int
    least: int


def read_history(fields: Fields, amounts: tuple[str, ...]) -> History | None:
    """The history of a block; None, with a fault, where it cannot be one.

    Args:
        amounts: the inputs of the case that are amounts.
    """
    mean, each = fields.text("mean"), fields.texts("each", required=True)
    days, least = fields.number("days"), fields.optional_number("least")
    fields.finish()
    lowest = days if least is None and days else least
    keys = tuple(key for key in GROUP_KEYS if key in each)
    problem = None
    if mean not in amounts:
        problem = f"is the mean of {mean!r}, which is no amount among the inputs of its case"
    elif len(keys) != len(each) or not keys:
        problem = f"is of each {', '.join(each) or 'nothing'}, not of {', '.join(GROUP_KEYS)}"
    elif days != int(days) or not 0 <= days <= DAY_LIMIT:
        problem = f"looks back {days} days, not a whole number from 0 to {DAY_LIMIT}"
    elif lowest is None or lowest != int(lowest) or lowest < 1 or (days and lowest > days):
        problem = "has a 'least' that is no whole number of days from 1 to 'days'"
    if problem is not None:
        fields.faults.append(WrongHistory(place=fields.place, problem=problem))
        return None
    assert lowest is not None
    return History(mean, keys, int(days), int(lowest))
