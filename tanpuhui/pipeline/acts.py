"""④ for a batch: which reports are one act, among themselves and with what is posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import dedup
from tanpuhui.engine import RelationalBackend, Session, any_of, composed, microseconds
from tanpuhui.pipeline import history
from tanpuhui.pipeline.order import Order
from tanpuhui.records import EVIDENCE
from tanpuhui.rules import Library, Programme, Scene

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_LOSSES = pa.schema(
    [("position", pa.int64()), ("winner_position", pa.int64()), ("key", pa.string())]
)
NO_LOSSES = _LOSSES.empty_table()

_CROWDS = pa.schema(
    [("person_id", pa.int64()), ("exclusive_class", pa.string()), ("count", pa.int64())]
)


@dataclass(frozen=True)
class Acts:
    """What became of the computable reports of a batch.

    Args:
        losses: one row a report that lost: position, winner_position, and the key they share.
        posted: the standing lines that were met, shaped as ``history.POSTED``, positions below 0.
        again: reports that had lost before and compete again, shaped as ``history.AGAIN``.
        withdrawn: lines that are taken back whatever competes, shaped as ``posted``.
        supersedes: whether lines of earlier batches may be taken back.
    """

    losses: Any
    posted: Any
    again: Any
    withdrawn: Any
    supersedes: bool

    def taken_back(self) -> Any:
        """The lines that are taken back, shaped as ``posted``."""
        return self.posted.semi_join(self.losses, "position").union(self.withdrawn)


@dataclass(frozen=True)
class Gone:
    """Records that are withdrawn.

    Args:
        keys: their ``record_key``.
        days: the local days of their acts.
    """

    keys: Any
    days: frozenset[date]


def resolve(
    session: Session, backend: RelationalBackend, order: Order, reports: Any, count: int
) -> Acts:
    """Which of the reports count.

    Args:
        reports: the computable records of the batch: ``position``, ``partner``, ``record_id``,
            ``record_key``, ``scene``, ``person_id``, ``evidence``, ``started_at``, ``ended_at``,
            ``local_day``, ``reference_key``, ``asset_key``.
        count: of records in the batch; positions from there on are free.
    """
    if order.programme.already_posted == "superseded_by_stronger_evidence":
        return _by_strength(session, backend, order, reports, count)
    posted = history.posted(session, order, reports, history.span_of(session, reports))
    again = session.table("again", history.AGAIN.empty_table())
    parts = [_claims(order, reports), _claims(order, posted, by_key=True, posted=True)]
    found = dedup.verdicts_where_posted_stays(_rivals(session, parts), backend)
    losses = _losses(session, "losses", found)
    return Acts(losses, posted, again, posted.limit(0), supersedes=False)


def resolve_without(session: Session, backend: RelationalBackend, order: Order, gone: Gone) -> Acts:
    """Which reports count once some are withdrawn, under the programme's own rule.

    What lost to a withdrawn line alone may count now. Where a stronger report supersedes, it may
    also take the place of a posted one.
    """
    if order.programme.already_posted == "superseded_by_stronger_evidence":

        def decided(posted: Any, again: Any) -> pa.Table:
            return _strongest(session, backend, order, [], (posted, again))

        return _grown(session, order, gone.days, decided, gone=gone.keys)

    def decided_by_order(posted: Any, again: Any) -> pa.Table:
        parts = [
            _claims(order, again, by_key=True),
            _claims(order, posted, by_key=True, posted=True),
        ]
        return dedup.verdicts_where_posted_stays(_rivals(session, parts), backend)

    return _grown(session, order, gone.days, decided_by_order, gone=gone.keys)


def _by_strength(
    session: Session, backend: RelationalBackend, order: Order, reports: Any, count: int
) -> Acts:
    """Which reports count where a stronger one takes the place of a posted one."""
    new = _claims(order, reports, by_key=True)

    def decided(posted: Any, again: Any) -> pa.Table:
        return _strongest(session, backend, order, [new], (posted, again))

    wanted = history.days_around(session, order, reports)
    return _grown(session, order, wanted, decided, first_position=count)


def _grown(
    session: Session,
    order: Order,
    wanted: frozenset[date],
    decided: Callable[[Any, Any], pa.Table],
    *,
    first_position: int = 0,
    gone: Any | None = None,
) -> Acts:
    """What is decided once no day is missing that an act which changed its fate may meet.

    A line that is taken back sets others free, which may meet acts of yet other days. So what is
    read grows.

    Args:
        wanted: the local days to begin with.
        decided: the verdicts on lines that stand and reports that are idle.
        gone: ``record_key`` of what is withdrawn.
    """
    days: frozenset[date] = frozenset()
    turn = 0
    while True:
        days, turn = days | wanted, turn + 1
        posted = history.posted_on(session, order, days, turn)
        again = history.idle_on(session, order, days, posted, first_position, turn)
        withdrawn = posted.limit(0) if gone is None else posted.semi_join(gone, "record_key")
        if gone is not None:
            posted = posted.anti_join(gone, "record_key")
            again = again.anti_join(gone, "record_key")
        losses = _losses(session, f"losses_{turn}", decided(posted, again))
        acts = Acts(losses, posted, again, withdrawn, supersedes=True)
        wanted = history.days_around(session, order, _changed(acts), turn)
        if wanted <= days:
            return acts


def _strongest(
    session: Session,
    backend: RelationalBackend,
    order: Order,
    new: list[Any],
    past: tuple[Any, Any],
) -> pa.Table:
    """The verdicts where a stronger report takes the place of a posted one.

    A programme takes back its own lines only, and none that a pool has locked: to others a report
    loses, however strong.

    Args:
        new: claims of the batch's own reports.
        past: lines that stand, and reports that are idle.
    """
    posted, again = past
    firm, ours = _firm_and_ours(session, order, posted)
    parts = [*new, _claims(order, again, by_key=True)]
    beaten = _beaten(session, backend, [*parts, _claims(order, firm, by_key=True, posted=True)])
    rivals = _rivals(session, [*parts, _claims(order, ours, by_key=True, posted=True)])
    left = rivals.filter(pc.invert(pc.is_in(rivals["position"], beaten["position"])))
    found = dedup.verdicts_where_stronger_supersedes(left, backend)
    return pa.concat_tables([found, beaten])


def _firm_and_ours(session: Session, order: Order, posted: Any) -> tuple[Any, Any]:
    """The lines that the batch cannot take back, and the others."""
    ours = posted.programme == order.programme.id
    if not len(order.earlier.locked):
        return posted.filter(~ours), posted.filter(ours)
    locked = session.table("locked_lines", order.earlier.locked)
    free = posted.filter(ours).anti_join(locked, ["batch", "line"])
    return posted.anti_join(free, "position"), free


def _beaten(session: Session, backend: RelationalBackend, parts: Iterable[Any]) -> pa.Table:
    """The reports that lose to a posted line; what they do to each other is not asked here."""
    rivals = _rivals(session, parts)
    if not pc.any(rivals["posted"], min_count=0).as_py():
        return dedup.VERDICTS.empty_table()
    found = dedup.verdicts_where_posted_stays(rivals, backend)
    return found.filter(pc.less(found["winner_position"], 0))


def _changed(acts: Acts) -> Any:
    """The lines that are taken back, and the reports that count though they had lost."""
    names = ("local_day", "started_at", "ended_at", "reference_key")
    back = acts.again.anti_join(acts.losses, "position")
    return acts.taken_back().select(*names).union(back.select(*names))


def _rivals(session: Session, parts: Iterable[Any]) -> pa.Table:
    parts = tuple(parts)
    # Kept, since within one statement DuckDB would hold all claims to read them twice.
    several = session.keep("crowds", _crowds(parts), _CROWDS)
    found = session.fetch(_keyed(parts, several), dedup.CLAIMS)
    session.forget("crowds")
    return found


@composed
def _crowds(parts: tuple[Any, ...]) -> Any:
    """The people with several claims of a class."""
    claims = ibis.union(*parts)
    timed = claims.filter(claims.exclusive_class.notnull())
    counts = timed.group_by("person_id", "exclusive_class").aggregate(count=timed.count())
    return counts.filter(counts["count"] > 1)


@composed
def _keyed(parts: tuple[Any, ...], several: Any) -> Any:
    """The claims that share a key with others, or may.

    The rest is nobody's rival and need not leave the engine: most people have one act of a class in
    all that is compared.
    """
    rivals = ibis.union(*parts).left_join(several, ["person_id", "exclusive_class"])
    keyed = rivals.filter(
        rivals.reference.notnull() | rivals.asset.notnull() | rivals["count"].notnull()
    )
    return keyed.select(*dedup.CLAIMS.names)


def _losses(session: Session, name: str, found: pa.Table) -> Any:
    lost = found.filter(found["winner_position"].is_valid()).cast(_LOSSES)
    return session.table(name, lost)


def _claims(order: Order, acts: Any, *, by_key: bool = False, posted: bool = False) -> Any:
    """Records or lines in the shape of claims.

    Args:
        by_key: their key is the record id: a line has no other, and so keys decide between equals.
    """
    return _shaped(acts, order.programme, order.library, by_key=by_key, posted=posted)


@composed
def _shaped(
    records: Any, programme: Programme, library: Library, *, by_key: bool, posted: bool
) -> Any:
    scenes = {scene: library.scene(scene) for scene in library.ids("scene")}
    whole_day = _is_of(records, (n for n, s in scenes.items() if s.period == "local_day"))
    start, end = microseconds(records.started_at), microseconds(records.ended_at)
    second = (start // _SECOND) * _SECOND
    day = records.local_day.epoch_seconds() * _SECOND
    instant = end <= start
    rank = [(records.evidence == name, number) for number, name in enumerate(EVIDENCE)]

    def named(key: str, column: Any) -> Any:
        said = column.cast("string")
        return _where(records, scenes, lambda scene: key in scene.same_act_by, said)

    return records.select(
        position=records.position,
        posted=ibis.literal(posted),
        posted_order=records.posted_order if posted else ibis.literal(0, type="int64"),
        partner=records.partner,
        record_id=records.record_key.cast("string") if by_key else records.record_id,
        scene=records.scene,
        person_id=records.person_id,
        evidence_rank=ibis.cases(*rank, else_=len(EVIDENCE)),
        partner_rank=_partner_rank(records, programme),
        started_at=records.started_at,
        reference=named("reference", records.reference_key),
        asset=named("asset", records.asset_key),
        exclusive_class=named("period", _class_of(records, scenes)),
        claim_from_us=ibis.cases((whole_day, day), (instant, second), else_=start),
        claim_until_us=ibis.cases(
            (whole_day, day + _DAY), (instant, second + _SECOND), else_=end
        ),
    )  # fmt: skip


def _class_of(records: Any, scenes: Mapping[str, Scene]) -> Any:
    """The exclusive class of the record's scene; null where it has none."""
    classes = sorted({s.exclusive_class for s in scenes.values() if s.exclusive_class is not None})
    branches = [
        (_is_of(records, (n for n, s in scenes.items() if s.exclusive_class == name)), name)
        for name in classes
    ]
    return ibis.cases(*branches, else_=ibis.null("string"))


def _where(
    records: Any, scenes: Mapping[str, Scene], asks: Callable[[Scene], bool], then: Any
) -> Any:
    here = _is_of(records, (name for name, scene in scenes.items() if asks(scene)))
    return ibis.cases((here, then), else_=ibis.null("string"))


def _is_of(records: Any, ids: Iterable[str]) -> Any:
    """True where the scene is one of these."""
    return any_of(records.scene == name for name in ids)


def _partner_rank(records: Any, programme: Programme) -> Any:
    partners = programme.partners or ()
    ranks = [(records.partner == name, number) for number, name in enumerate(partners)]
    return ibis.cases(*ranks, else_=len(partners)) if ranks else ibis.literal(0)
