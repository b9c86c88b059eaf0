"""A crowd of any shape costs hardly more than its number: nothing compares all with all.

A hundred thousand claims of one person would be five thousand million pairs. Each test ends within
seconds, or not within the patience of whoever waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa
import pytest

from tanpuhui import dedup
from tanpuhui.engine import RelationalBackend
from tests.dedup.reports import Claim, table

COUNT = 100_000
TRIP = table([Claim(0, exclusive_class="trip")])

pytestmark = pytest.mark.slow


def _outcome(
    backend: RelationalBackend, spans: Iterable[tuple[int, int]], *, posted_count: int = 0
) -> Counter[int | None]:
    """How many new claims of one person each winner beats; under None, how many count.

    Args:
        spans: when each claim begins and ends; the first is the strongest.
        posted_count: how many of the first are posted.
    """
    begins, ends = zip(*spans, strict=True)
    count = len(begins)
    given = {
        "position": list(range(count)),
        "posted": [n < posted_count for n in range(count)],
        "evidence_rank": list(range(count)),
        "claim_from_us": begins,
        "claim_until_us": ends,
    }
    columns = {
        field.name: pa.array(given[field.name], field.type)
        if field.name in given
        else pa.repeat(TRIP[field.name][0], count)
        for field in dedup.CLAIMS
    }
    claims = pa.table(columns, schema=dedup.CLAIMS)
    return Counter(
        dedup.verdicts_where_posted_stays(claims, backend)["winner_position"].to_pylist()
    )


def test_claims_of_one_instant_all_lose_to_the_strongest(backend: RelationalBackend) -> None:
    assert _outcome(backend, [(0, 9)] * COUNT) == {None: 1, 0: COUNT - 1}


def test_a_chain_of_any_length_keeps_every_second(backend: RelationalBackend) -> None:
    found = _outcome(backend, [(2 * n, 2 * n + 3) for n in range(COUNT)])

    assert found[None] == COUNT // 2


def test_long_claims_over_many_short_winners_name_the_strongest_of_them(
    backend: RelationalBackend,
) -> None:
    short = [(10 * n, 10 * n + 9) for n in range(COUNT // 2)]
    # Each begins in the gap after a short one, and ends where the last of them does.
    long = [(10 * n + 9, 5 * COUNT) for n in range(COUNT // 2 - 1)]

    found = _outcome(backend, [*short, *long])

    assert found.pop(None) == COUNT // 2
    assert found == {n + 1: 1 for n in range(COUNT // 2 - 1)}


def test_weak_short_claims_under_a_strong_long_one_all_lose_to_it(
    backend: RelationalBackend,
) -> None:
    found = _outcome(backend, [(0, COUNT), *((n, n + 1) for n in range(COUNT))])

    assert found == {None: 1, 0: COUNT}


def test_posted_lines_that_all_overlap_cost_no_more(backend: RelationalBackend) -> None:
    lines = [(n, COUNT + n) for n in range(COUNT // 2)]
    new = [(COUNT + n, COUNT + n + 1) for n in range(COUNT // 2)]

    found = _outcome(backend, [*lines, *new], posted_count=COUNT // 2)

    # At COUNT + n the lines that began after n are still on their way, the first of them n + 1.
    assert found.pop(None) == 1
    assert found == {n + 1: 1 for n in range(COUNT // 2 - 1)}


def test_one_reference_named_by_all_counts_once(backend: RelationalBackend) -> None:
    claims = table(Claim(n, reference="7", record_id=f"{n:06}") for n in range(COUNT // 10))

    found = dedup.verdicts_where_posted_stays(claims, backend)

    assert Counter(found["winner_position"].to_pylist()) == {None: 1, 0: COUNT // 10 - 1}
