"""What holds however the same claims are split into batches: one run is one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.dedup import brute_force
from tests.dedup.brute_force import (
    all_at_once,
    counted,
    shared_key,
    step_where_posted_stays,
    step_where_stronger_supersedes,
    strength,
)
from tests.dedup.reports import Claim, Verdict, crowds, numbered


@st.composite
def splits(draw: st.DrawFn, *, batches: int = 4) -> list[list[Claim]]:
    """Claims split into batches; no batch is empty."""
    claims = draw(crowds())
    of = [draw(st.integers(1, batches)) for _ in claims]
    return list(numbered(of, claims))


# -- what is posted stays --------------------------------------------------------------------------


@given(splits())
def test_where_posted_stays_batches_give_what_one_run_with_the_batch_as_first_key_gives(
    batches: list[list[Claim]],
) -> None:
    in_order = [claim.as_posted(n) for n, batch in enumerate(batches) for claim in batch]
    expected = brute_force.resolved(in_order, brute_force.posted_first, stays=lambda claim: False)

    verdicts: dict[int, Verdict] = {}
    posted: list[Claim] = []
    for number, batch in enumerate(batches):
        found = step_where_posted_stays([*posted, *batch])
        posted += [c.as_posted(number) for c in batch if found[c.position][0] is None]
        verdicts |= found

    # Winners alone are kept between the runs, and yet each loser's winner is the same too.
    assert verdicts == expected


@given(splits(batches=2), st.data())
def test_after_a_withdrawal_only_those_who_lost_to_that_line_need_to_be_handed_in_again(
    batches: list[list[Claim]], data: st.DataObject
) -> None:
    claims = [claim for batch in batches for claim in batch]
    verdicts = step_where_posted_stays(claims)
    lines = [c.as_posted(1) for c in claims if c.position in counted(verdicts)]
    if not lines:
        return
    withdrawn = data.draw(st.sampled_from(lines))
    left = [line for line in lines if line != withdrawn]
    losers = [c for c in claims if verdicts[c.position][0] == withdrawn.position]

    again = step_where_posted_stays([*left, *losers])

    # Nobody else needs asking: the other losers' winners still stand.
    others = [c for c in claims if c.position not in {x.position for x in [*lines, *losers]}]
    assert not counted(step_where_posted_stays([*left, *others]))
    now = [*left, *(c for c in losers if c.position in counted(again))]
    assert not _rivals(now)
    for loser in losers:
        suppressed_by_others = any(shared_key(loser, line) for line in left)
        assert not (suppressed_by_others and loser in now)


# -- stronger evidence supersedes ------------------------------------------------------------------


@given(splits())
def test_where_stronger_supersedes_batches_that_hand_in_earlier_losers_give_the_all_at_once_result(
    batches: list[list[Claim]],
) -> None:
    posted: list[Claim] = []
    lost: list[Claim] = []
    known: list[Claim] = []
    for number, batch in enumerate(batches, start=1):
        known += batch
        asked = [*posted, *lost, *batch]

        found = step_where_stronger_supersedes(asked)

        expected = all_at_once(known)
        winners = counted(expected)
        assert {c.position for c in asked} - {
            p for p, v in found.items() if v[0] is not None
        } == winners
        posted = [c if c.posted else c.as_posted(number) for c in asked if c.position in winners]
        lost = [
            replace(c, posted=False, posted_order=0) for c in asked if c.position not in winners
        ]
        assert {c.position: expected[c.position] for c in lost} == {
            p: v for p, v in found.items() if v[0] is not None
        }


@given(splits())
def test_where_stronger_supersedes_handing_in_whom_a_reversed_line_suppressed_gives_it_too(
    batches: list[list[Claim]],
) -> None:
    posted: dict[int, Claim] = {}
    lost: dict[int, tuple[Claim, int]] = {}  # a loser and its winner
    known: list[Claim] = []
    for number, batch in enumerate(batches, start=1):
        known += batch
        asked = list(batch)
        while asked:
            found = step_where_stronger_supersedes([*posted.values(), *asked])
            by_position = {c.position: c for c in [*posted.values(), *asked]}
            reversed_now = set()
            for position, (winner, _) in found.items():
                claim = replace(by_position[position], posted=False, posted_order=0)
                if winner is None:
                    posted[position] = claim.as_posted(number)
                else:
                    lost[position] = claim, winner
                    if posted.pop(position, None):
                        reversed_now.add(position)
            asked = [claim for claim, winner in lost.values() if winner in reversed_now]
            for claim in asked:
                del lost[claim.position]

        assert set(posted) == counted(all_at_once(known))


@given(splits(batches=2))
def test_where_stronger_supersedes_new_claims_alone_give_it_exactly_if_no_earlier_loser_is_freed(
    batches: list[list[Claim]],
) -> None:
    if len(batches) < 2:
        return
    first, second = batches
    won = counted(step_where_stronger_supersedes(first))
    lines = [c.as_posted(1) for c in first if c.position in won]
    losers = [c for c in first if c.position not in won]

    found = step_where_stronger_supersedes([*lines, *second])

    left = [c for c in [*lines, *second] if found.get(c.position, (None, None))[0] is None]
    freed = [c for c in losers if not any(_suppresses(line, c) for line in left)]
    assert not _rivals(left)
    same = {c.position for c in left} == counted(all_at_once([*first, *second]))
    assert same == (not freed)


@given(splits())
def test_a_run_over_what_is_posted_changes_nothing(batches: list[list[Claim]]) -> None:
    claims = [claim for batch in batches for claim in batch]
    won = counted(step_where_stronger_supersedes(claims))
    lines = [c.as_posted(n) for n, c in enumerate(claims) if c.position in won]

    assert step_where_stronger_supersedes(lines) == {}
    assert step_where_posted_stays(lines) == {}


def _suppresses(line: Claim, loser: Claim) -> bool:
    return shared_key(line, loser) is not None and strength(line) < strength(loser)


def _rivals(claims: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    return [
        (one, other)
        for number, one in enumerate(claims)
        for other in claims[:number]
        if shared_key(one, other)
    ]
