"""Which claims have a rival at all, as columns: most have none, and end here."""

from __future__ import annotations

import functools
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanpuhui.dedup.shapes import CLAIMS

CLAIMS_TABLE = "claims"

# One row a claim with a rival. ``place``: its number in the precedence, from 0. ``stays``: it
# counts, whoever its rivals. ``*_group``: the position of a claim of its group under that key, one
# a group; null where the claim has no rival under the key.
CONTESTED = pa.schema(
    [
        ("position", pa.int64()),
        ("place", pa.int64()),
        ("stays", pa.bool_()),
        ("reference_group", pa.int64()),
        ("asset_group", pa.int64()),
        ("time_group", pa.int64()),
        ("claim_from_us", pa.int64()),
        ("claim_until_us", pa.int64()),
    ]
)

GROUPS = ("reference_group", "asset_group", "time_group")
POSTING = ("is_new", "posted_order")
STRENGTH = ("evidence_rank", "partner_rank", "partner", "started_at", "record_id")
_TYPES = {
    pa.int64(): "int64",
    pa.int32(): "int32",
    pa.bool_(): "boolean",
    pa.string(): "string",
    pa.timestamp("us", tz="UTC"): "timestamp('UTC')",
}
_FALSE = ibis.literal(value=False)


@functools.cache
def contested_where_posted_stays() -> ir.Table:
    """The claims with a rival, posted ones first in the order of their posting; they stay.

    Returns:
        An expression over the unbound table ``claims``, shaped as ``CONTESTED``, in no order.
    """
    claims = _claims()
    return _contested(claims, (*POSTING, *STRENGTH, "position"), stays=claims.posted)


@functools.cache
def contested_where_stronger_supersedes() -> ir.Table:
    """The claims with a rival by strength alone; being posted decides only between equals.

    Returns:
        As ``contested_where_posted_stays``; none stays.
    """
    return _contested(_claims(), (*STRENGTH, *POSTING, "position"), stays=ibis.literal(value=False))


def _claims() -> ir.Table:
    return ibis.table({field.name: _TYPES[field.type] for field in CLAIMS}, name=CLAIMS_TABLE)


def _contested(claims: ir.Table, precedence: tuple[str, ...], *, stays: Any) -> ir.Table:
    touching = ibis.union(
        _of_one_reference(claims.filter(claims.reference.notnull())),
        _overlapping(claims.filter(claims.asset.notnull()), "asset_group", "scene", "asset"),
        _overlapping(
            claims.filter(claims.exclusive_class.notnull()),
            "time_group",
            "person_id",
            "exclusive_class",
        ),
    )
    groups = touching.group_by("position").aggregate(
        **{name: touching[name].max() for name in GROUPS}
    )
    rows = claims.mutate(is_new=~claims.posted, stays=stays).inner_join(groups, "position")
    order = ibis.window(order_by=[rows[name] for name in precedence])
    return rows.mutate(place=ibis.row_number().over(order)).select(*CONTESTED.names)


def _of_one_reference(claims: ir.Table) -> ir.Table:
    """The claims whose reference another claim of the scene names too."""
    named = claims.group_by("scene", "reference").aggregate(
        group=claims.position.min(), claim_count=claims.count()
    )
    named = named.filter(named.claim_count > 1)
    return _touching(claims.inner_join(named, ["scene", "reference"]), "reference_group")


def _overlapping(claims: ir.Table, name: str, *group_by: str) -> ir.Table:
    """The claims whose time overlaps that of another claim of the group.

    In the order of their starts, a claim overlaps an earlier one if any of those ends after it
    starts, and a later one if the next starts before it ends.
    """
    alike = [claims[column] for column in group_by]
    order = [claims.claim_from_us, claims.position]
    before = ibis.window(group_by=alike, order_by=order, preceding=(None, 1))
    onwards = ibis.window(group_by=alike, order_by=order)
    is_reached = claims.claim_until_us.max().over(before) > claims.claim_from_us
    reaches = claims.claim_from_us.lead().over(onwards) < claims.claim_until_us
    overlaps = is_reached.fill_null(_FALSE) | reaches.fill_null(_FALSE)
    found = claims.select("position", *group_by, overlaps=overlaps)
    found = found.filter(found.overlaps)
    of_one = ibis.window(group_by=[found[column] for column in group_by])
    return _touching(found.mutate(group=found.position.min().over(of_one)), name)


def _touching(found: ir.Table, name: str) -> ir.Table:
    """The claims with their group under one key; null under the others."""
    no_group = ibis.null("int64")
    return found.select(
        "position", **{other: found.group if other == name else no_group for other in GROUPS}
    )
