"""Who occupies which time: the winners of one key, asked for and added one by one.

All claims that may ever ask are known from the start. In the order of group and start each has a
slot, and the claims that overlap it lie in two places:

- those that start in its time have the slots after its own, up to a bound found once by bisection;
- those that start before and reach its start are found at the slot itself, where a winner has
  marked whom it reaches.

So nothing is inserted in the middle of a list, and a person with two million claims costs hardly
more a claim than one with three. Winners may overlap (lines posted under other rules): the first in
the precedence is found all the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

NOBODY = 1 << 62  # behind every place
_NO_SLOT = -1


class Timelines:
    """The time of each group, and which winners occupy it.

    Args:
        groups: by place in the precedence, int64: the claim's group; null where it has none.
        from_us: by place, int64: when the claim's time begins.
        until_us: by place, int64: when it ends; after it begins.
    """

    def __init__(self, groups: pa.Array, from_us: pa.Array, until_us: pa.Array) -> None:
        known = pa.table({"group": groups, "from_us": from_us, "until_us": until_us})
        by_start = pc.sort_indices(
            known, sort_keys=[("group", "ascending"), ("from_us", "ascending")]
        )
        by_start = by_start.slice(0, len(groups) - groups.null_count)  # nulls are sorted last
        slots = known.take(by_start)
        self._slots = [_NO_SLOT] * len(groups)
        for slot, place in enumerate(by_start.to_pylist()):
            self._slots[place] = slot
        self._bounds = _bounds(*(int64s(slots[name]) for name in slots.column_names))
        # By slot: the first winner that reaches it from before; the next slot that none reaches.
        self._reached_by = [NOBODY] * len(slots)
        self._unreached = list(range(len(slots) + 1))
        # A binary tree of the first winner that starts in a range of slots; the second half are its
        # leaves, one a slot.
        self._first = [NOBODY] * (2 * len(slots))

    def first_rival(self, place: int) -> int:
        """The place of the first winner that overlaps the claim; ``NOBODY`` if none does."""
        slot = self._slots[place]
        if slot == _NO_SLOT:
            return NOBODY
        found = self._reached_by[slot]
        low, high = slot + 1, self._bounds[slot]
        if low == high:
            return found
        first = self._first
        low += len(self._bounds)
        high += len(self._bounds)
        while low < high:  # the nodes that together cover the slots, from both sides
            if low & 1:
                if first[low] < found:
                    found = first[low]
                low += 1
            if high & 1:
                high -= 1
                if first[high] < found:
                    found = first[high]
            low >>= 1
            high >>= 1
        return found

    def occupy(self, place: int) -> None:
        """Note a winner. Winners are noted in the order of their places."""
        slot = self._slots[place]
        if slot == _NO_SLOT:
            return
        first = self._first
        node = slot + len(self._bounds)
        while node and first[node] == NOBODY:  # whoever stands there already comes first
            first[node] = place
            node >>= 1
        bound = self._bounds[slot]
        slot += 1
        while slot < bound:
            if self._unreached[slot] == slot:
                self._reached_by[slot] = place
                self._unreached[slot] = slot + 1
                slot += 1
            else:
                slot = self._next_unreached(slot)

    def _next_unreached(self, slot: int) -> int:
        steps = self._unreached
        while steps[slot] != slot:
            steps[slot] = steps[steps[slot]]  # halve the way for those who come after
            slot = steps[slot]
        return slot


def int64s(column: pa.Array | pa.ChunkedArray) -> Sequence[int]:
    """A column of int64 without nulls as a sequence that keeps no object a value."""
    chunk = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    assert chunk.type == pa.int64()
    assert chunk.null_count == 0
    values: Sequence[int] = memoryview(chunk.buffers()[1]).cast("q")
    return values[chunk.offset : chunk.offset + len(chunk)]


def _bounds(groups: Sequence[int], starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """By slot: the first slot after it that the claim does not reach; at most the group's end."""
    count = len(groups)
    bounds = []
    begin = 0
    while begin < count:
        group = groups[begin]
        end = begin + 1
        while end < count and groups[end] == group:
            end += 1
        for slot in range(begin, end):
            bounds.append(bisect_left(starts, ends[slot], slot + 1, end))
        begin = end
    return bounds
