"""The part in columns: which claims have a rival at all. On every relational engine."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import pytest
from hypothesis import given, settings

from tanpuhui.dedup import contested as columns
from tanpuhui.engine import RelationalBackend
from tests.dedup.brute_force import contested, posted_first, stronger_first
from tests.dedup.reports import Claim, crowds_with_lines, table

LOWEST, HIGHEST = -(2**63), 2**63 - 1


@given(claims=crowds_with_lines())
@settings(max_examples=60)
def test_the_contested_claims_are_those_with_a_rival_posted_first(
    backend: RelationalBackend, claims: list[Claim]
) -> None:
    expected = contested(claims, posted_first, stays=lambda claim: claim.posted)

    assert _rows(backend, columns.contested_where_posted_stays(), claims) == expected


@given(claims=crowds_with_lines())
@settings(max_examples=60)
def test_the_contested_claims_are_those_with_a_rival_strongest_first(
    backend: RelationalBackend, claims: list[Claim]
) -> None:
    expected = contested(claims, stronger_first, stays=lambda claim: False)

    assert _rows(backend, columns.contested_where_stronger_supersedes(), claims) == expected


def test_a_claim_alone_under_every_key_never_leaves_the_columns(backend: RelationalBackend) -> None:
    claims = [
        Claim(1, reference="7", asset="bike", exclusive_class="trip"),
        # The numbers of another scene, by another person.
        Claim(2, reference="7", asset="bike", scene="metro_ride", person_id=2),
        # The same bike, the same person: later.
        Claim(3, asset="bike", claim_from_us=1, claim_until_us=2),
        Claim(4, exclusive_class="trip", claim_from_us=1, claim_until_us=2),
        Claim(5, exclusive_class="steps"),
        Claim(6),
        Claim(7),
    ]

    assert _rows(backend, columns.contested_where_posted_stays(), claims) == []


def test_a_claim_may_occupy_all_time_there_is(backend: RelationalBackend) -> None:
    always = Claim(1, asset="coat", claim_from_us=LOWEST, claim_until_us=HIGHEST)
    once = Claim(2, asset="coat", record_id="s", claim_from_us=HIGHEST - 1, claim_until_us=HIGHEST)

    found = _rows(backend, columns.contested_where_posted_stays(), [once, always])

    assert [(row["position"], row["asset_group"]) for row in found] == [(1, 1), (2, 1)]


@pytest.mark.parametrize("partners", [["B", "a", "é", "阿", "𠀀"]])
def test_partners_of_one_rank_stand_in_the_order_of_their_code_points(
    backend: RelationalBackend, partners: list[str]
) -> None:
    claims = [Claim(n, partner=partner, reference="7") for n, partner in enumerate(partners)]

    found = _rows(backend, columns.contested_where_posted_stays(), claims[::-1])

    assert [partners[row["position"]] for row in found] == partners == sorted(partners)


def _rows(backend: RelationalBackend, plan: ir.Table, claims: list[Claim]) -> list[dict[str, Any]]:
    found = backend.fetch(plan, columns.CONTESTED, {columns.CLAIMS_TABLE: table(claims)})
    rows: list[dict[str, Any]] = found.sort_by("place").to_pylist()
    return rows
