"""Lines that a pool has taken: nothing but a claw-back takes them back or lowers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow.compute as pc
import pyarrow.dataset as ds
from django.db import transaction

from tanpuhui import ledger
from tanpuhui.web.ledger import lake
from tanpuhui.web.ledger.faults import LinesNotHeld, LinesNotLockable
from tanpuhui.web.ledger.models import Batch, Domain, Lock, Segment
from tanpuhui.web.ledger.places import Places

Line = tuple[str, int]
_MOST_NAMED = 10
_NO_ACT, _TAKEN_BACK = "no act of this number", "it was taken back"


@transaction.atomic
def lock(pool: str, lines: Iterable[Line], *, places: Places) -> int:
    """Lock acts for a pool; how many it had not locked before.

    No batch is posted meanwhile in their domains, so what is locked stands.

    Args:
        lines: each by the name of its batch and its number there; of acts, not of corrections.

    Raises:
        LinesNotLockable: one is no act, was taken back, or is another pool's. None is locked then.
        SegmentsMissing: a file of the journal is gone.
    """
    asked = set(lines)
    batches = _locked_batches(asked)
    wrong = dict.fromkeys((line for line in asked if line[0] not in batches), _NO_ACT)
    for name, batch in batches.items():
        numbers = {number for of, number in asked if of == name}
        wrong |= {(name, n): why for n, why in _not_standing(batch, numbers, places).items()}
    theirs = _locks(batches)
    wrong |= {line: f"pool {theirs[line]}" for line in asked & set(theirs) if theirs[line] != pool}
    if wrong:
        first = sorted(wrong.items())[:_MOST_NAMED]
        raise LinesNotLockable(
            pool=pool, count=len(wrong), lines=tuple((*line, why) for line, why in first)
        )
    fresh = sorted(asked - set(theirs))
    Lock.objects.bulk_create(Lock(batch=batches[of], line=n, pool=pool) for of, n in fresh)
    return len(fresh)


@transaction.atomic
def release(pool: str, lines: Iterable[Line]) -> int:
    """Let go of lines that a pool has locked; how many there were.

    Raises:
        LinesNotHeld: one is not locked by this pool. None is released then.
    """
    asked = set(lines)
    batches = _locked_batches(asked)
    theirs = _locks(batches)
    wrong = sorted(line for line in asked if theirs.get(line) != pool)
    if wrong:
        raise LinesNotHeld(pool=pool, count=len(wrong), lines=tuple(wrong[:_MOST_NAMED]))
    for name, batch in batches.items():
        numbers = [number for of, number in asked if of == name]
        Lock.objects.filter(batch=batch, pool=pool, line__in=numbers).delete()
    return len(asked)


def _locked_batches(lines: Iterable[Line]) -> dict[str, Batch]:
    """The batches of some lines, by name, with their domains locked as a poster locks them."""
    found = {b.name: b for b in Batch.objects.filter(name__in={name for name, _ in lines})}
    domains = sorted({batch.domain_id for batch in found.values()})
    list(Domain.objects.filter(pk__in=domains).order_by("pk").select_for_update())
    return found


def _locks(batches: Mapping[str, Batch]) -> dict[Line, str]:
    rows = Lock.objects.filter(batch__in=batches.values())
    return {
        (name, line): pool for name, line, pool in rows.values_list("batch__name", "line", "pool")
    }


def _not_standing(batch: Batch, numbers: set[int], places: Places) -> dict[int, str]:
    """Which of the lines of a batch are no acts that stand, and why."""
    own = Segment.objects.filter(batch=batch, kind="lines")
    here = pc.field("line").isin(sorted(numbers)) & (pc.field("line_kind") == ledger.ACT)
    acts = _dataset(own, places).to_table(columns=["line", "local_day"], filter=here)
    days = set(acts["local_day"].to_pylist())
    later = Segment.objects.filter(
        batch__programme=batch.programme, kind="lines", has_corrections=True, local_day__in=days
    )
    reversals = (
        (pc.field("line_kind") == ledger.REVERSAL)
        & (pc.field("corrects_batch") == batch.name)
        & pc.field("corrects_line").isin(sorted(numbers))
    )
    gone = _dataset(later, places).to_table(columns=["corrects_line"], filter=reversals)
    missing = numbers - set(acts["line"].to_pylist())
    taken_back = dict.fromkeys(gone["corrects_line"].to_pylist(), _TAKEN_BACK)
    return dict.fromkeys(missing, _NO_ACT) | taken_back


def _dataset(segments: Iterable[Segment], places: Places) -> ds.Dataset:
    paths = [places.lake / segment.path for segment in segments]
    lake.refuse_missing(places, (path for path in paths if not path.is_file()))
    return ds.dataset([str(path) for path in paths], schema=ledger.LINES, format="parquet")
