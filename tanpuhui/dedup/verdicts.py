"""The verdicts of a run: columns, then one pass over the few claims that have a rival."""

from __future__ import annotations

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui.dedup.contested import (
    CLAIMS_TABLE,
    CONTESTED,
    contested_where_posted_stays,
    contested_where_stronger_supersedes,
)
from tanpuhui.dedup.greedy import losses
from tanpuhui.dedup.shapes import CLAIMS, VERDICTS
from tanpuhui.engine import RelationalBackend


def verdicts_where_posted_stays(claims: pa.Table, backend: RelationalBackend) -> pa.Table:
    """What becomes of each new claim, where a line that is posted is never taken back.

    Precedence: posted claims in the order of their posting, then by strength: evidence, partner,
    start, record id. Posted claims are winners, whoever their rivals.

    Args:
        claims: of one dedup domain, in any order, with the columns of ``CLAIMS``; others are not
            looked at. ``position`` unique; ``posted_order`` 0 for new claims; ``evidence_rank`` and
            ``partner_rank`` 0 for the strongest; ``reference`` and ``asset`` null where they do not
            make two reports of the scene one act; ``claim_from_us`` before ``claim_until_us``,
            half-open: an instant as its second, a local day as its day.
        backend: runs the part in columns.

    Returns:
        One row a new claim, in the order of the rows, shaped as ``VERDICTS``: ``winner_position``
        null where the claim counts, else the first in the precedence of the winners that are its
        rivals; ``key`` the first of ``KEYS`` that the two share, null where the claim counts.
    """
    return _verdicts(claims, backend, contested_where_posted_stays())


def verdicts_where_stronger_supersedes(claims: pa.Table, backend: RelationalBackend) -> pa.Table:
    """What becomes of each claim, where a stronger report takes the place of a posted one.

    Precedence: by strength; being posted decides only between claims that are equal in all of it.
    What a posted claim suppressed may count once that claim is reversed, so those losers have to be
    handed in again as new claims: all of them in the same call, or in the next call those whose
    winner was reversed, until none is. Either way the winners are those of all claims at once.

    Args:
        claims: as for ``verdicts_where_posted_stays``.
        backend: runs the part in columns.

    Returns:
        As ``verdicts_where_posted_stays``, and one row a posted claim that loses and has to be
        reversed.
    """
    return _verdicts(claims, backend, contested_where_stronger_supersedes())


def _verdicts(claims: pa.Table, backend: RelationalBackend, plan: ir.Table) -> pa.Table:
    claims = claims.select(CLAIMS.names)
    _assert_well_formed(claims)
    contested = backend.fetch(plan, CONTESTED, {CLAIMS_TABLE: claims})
    assert pc.count_distinct(contested["position"]).as_py() == len(contested), "a position is twice"
    found = losses(contested)
    loss = pc.index_in(claims["position"], value_set=pa.array(found.positions, pa.int64()))
    verdicts = pa.table(
        {
            "position": claims["position"],
            "winner_position": pa.array(found.winner_positions, pa.int64()).take(loss),
            "key": pa.array(found.keys, pa.string()).take(loss),
        },
        schema=VERDICTS,
    )
    return verdicts.filter(pc.or_(pc.invert(claims["posted"]), pc.is_valid(loss)))


def _assert_well_formed(claims: pa.Table) -> None:
    """What the pipeline has seen to before it asks."""
    for column, wanted in zip(claims.columns, CLAIMS, strict=True):
        assert column.type == wanted.type, f"{wanted.name} is {column.type}, not {wanted.type}"
        assert wanted.nullable or not column.null_count, f"{wanted.name} has nulls"
    passes = pc.less(claims["claim_from_us"], claims["claim_until_us"])
    assert pc.all(passes, min_count=0).as_py(), "a claim occupies no time"
