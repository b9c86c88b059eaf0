"""Whatever the claims, the verdicts are those of the brute-force resolution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dedup import brute_force
from tests.dedup.brute_force import step_where_posted_stays, step_where_stronger_supersedes
from tests.dedup.reports import Claim, Verdict, crowds, crowds_with_lines

Resolve = Callable[[list[Claim]], dict[int, Verdict]]
BOTH = pytest.mark.parametrize("resolve", [step_where_posted_stays, step_where_stronger_supersedes])


@given(crowds_with_lines())
@settings(max_examples=200)
def test_where_posted_stays_each_claim_loses_to_the_first_winner_that_is_its_rival(
    claims: list[Claim],
) -> None:
    expected = brute_force.where_posted_stays(claims)

    found = step_where_posted_stays(claims)

    assert found == {c.position: expected[c.position] for c in claims if not c.posted}


@given(crowds_with_lines())
@settings(max_examples=200)
def test_where_stronger_supersedes_posted_claims_compete_and_those_that_lose_are_named(
    claims: list[Claim],
) -> None:
    expected = brute_force.all_at_once(claims)

    found = step_where_stronger_supersedes(claims)

    assert found == {
        c.position: expected[c.position]
        for c in claims
        if not c.posted or expected[c.position][0] is not None
    }


@BOTH
@given(data=st.data())
def test_the_order_of_rows_changes_no_verdict(resolve: Resolve, data: st.DataObject) -> None:
    claims = data.draw(crowds_with_lines())

    shuffled = data.draw(st.permutations(claims))

    assert resolve(list(shuffled)) == resolve(claims)


@BOTH
@given(data=st.data())
def test_keyed_hashes_decide_like_the_numbers_and_persons_they_stand_for(
    resolve: Resolve, data: st.DataObject
) -> None:
    claims = data.draw(crowds_with_lines())

    hashed = [
        replace(
            claim,
            person_id=-(10**12) * claim.person_id,
            reference=claim.reference and _hashed(claim.reference),
            asset=claim.asset and _hashed(claim.asset),
        )
        for claim in claims
    ]

    assert resolve(hashed) == resolve(claims)


def _hashed(text: str) -> str:
    return sha256(b"a key that no partner knows" + text.encode()).hexdigest()


@BOTH
@given(data=st.data())
def test_claims_without_a_shared_number_or_class_all_count(
    resolve: Resolve, data: st.DataObject
) -> None:
    claims = data.draw(crowds())

    alone = [replace(claim, reference=None, asset=None, exclusive_class=None) for claim in claims]

    assert resolve(alone) == dict.fromkeys((claim.position for claim in alone), (None, None))


@BOTH
def test_no_claims_have_no_verdicts(resolve: Resolve) -> None:
    assert resolve([]) == {}


@BOTH
def test_verdicts_stand_in_the_order_of_the_rows(resolve: Resolve) -> None:
    claims = [replace(Claim(position), reference="7") for position in (5, -2, 9, 0)]

    assert list(resolve(claims)) == [5, -2, 9, 0]
