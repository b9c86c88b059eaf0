"""The main job: partners' files in, a batch of journal lines, grants and sums out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, cast

import ibis

from tanpuhui import engine, ledger
from tanpuhui.engine import RelationalBackend, Session
from tanpuhui.pipeline import writing
from tanpuhui.pipeline.acts import Acts, resolve
from tanpuhui.pipeline.amounts import AnyPlan, amounts, rule_plans
from tanpuhui.pipeline.further import refuse_names_of_lines
from tanpuhui.pipeline.granting import grants_of
from tanpuhui.pipeline.keys import repeated, seen_before
from tanpuhui.pipeline.limits import limited, limits_of
from tanpuhui.pipeline.lines import Lines, act_lines, give_what_is_same, suppressed_lines
from tanpuhui.pipeline.order import Order
from tanpuhui.pipeline.people import known
from tanpuhui.pipeline.reading import Found, Received, accepted, count_of, found_in, read_files
from tanpuhui.pipeline.seal import sealed
from tanpuhui.pipeline.settling import credited, named, settled
from tanpuhui.pipeline.staged import KEYS, REFERENCES, Counts, Seal, Staged, StagedFile
from tanpuhui.pipeline.verdicts import counts_of, refused_records, verdicts
from tanpuhui.terms import Fault

ENGINES = ("duckdb", "spark")
Told = Callable[[str], None]


@dataclass
class Steps:
    """Tells which step runs, and remembers how long each took."""

    told: Told
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Work that belongs to one step."""
        self.told(name)
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began


def compute(order: Order, backend: RelationalBackend, *, told: Told = lambda step: None) -> Staged:
    """A batch, computed and written to the order's folder; nothing is committed.

    Args:
        told: called with the name of each step when it begins.

    Returns:
        The batch. Files that could not be read are named in it; the others were taken.

    Raises:
        NameOfLine: a scene names a quantity as a line names something else; nothing is read then.
    """
    refuse_names_of_lines(order)
    steps = Steps(told)
    with backend.session() as session:
        with steps.step("intake"):
            received = read_files(session, order)
        with steps.step("people"):
            records, before = _fresh(session, order, received)
            people = known(session, order, accepted(records).filter(records.again_code.isnull()))
        plans = rule_plans(order)
        give_what_is_same(session, order)
        with steps.step("quantify"):
            found = found_in(session, received)
            worth = amounts(session, order, records, people=people, plans=plans, found=found,
                            quantities=received.quantities)  # fmt: skip
            reports, again = _reports(session, worth, before)
        with steps.step("dedup"):
            acts = resolve(session, backend, order, reports, received.count)
        with steps.step("limits"):
            lines = _lines(session, order, reports, acts, plans, found)
        with steps.step("ledger"):
            files = writing.write_lines(session, order, lines)
            files += _write_indexes(session, order, reports, acts, lines.whole, plans)
        with steps.step("seal"):
            seal, tree = sealed(session, order, lines.whole)
            files += tree
        with steps.step("incentives"):
            granted = grants_of(session, order, lines.whole)
            files += writing.write_grants(session, order, granted)
        with steps.step("verdicts"):
            said = verdicts(session, order, received, again, worth, acts, lines.whole)
            files += said.files
            files += refused_records(session, order, received, said.table)
            counts = counts_of(session, said.table, lines.whole)
        with steps.step("books"):
            sums = (lines.whole, granted, counts, files)
            return staged_of(session, order, sums, seal, steps, unreadable=received.unreadable)


def _fresh(session: Session, order: Order, received: Received) -> tuple[Any, Any]:
    """The records with ``again_code``, where an earlier batch has claimed their key; and these."""
    records = received.records
    before = seen_before(session, accepted(records), order.earlier.keys)
    if not count_of(session, before):
        return records.mutate(again_code=ibis.null("string")), before
    named = before.rename(again_code="code")
    return records.left_join(named, "position").drop("position_right"), before


def _reports(session: Session, worth: Any, before: Any) -> tuple[Any, Any]:
    """The records that a methodology computes, once each, with their amounts; and all repeated."""
    good = worth.filter(worth.rule.notnull() & worth.code.isnull())
    again = repeated(session, good)
    if count_of(session, again):
        good = good.anti_join(again, "position")
    return good, before.union(again)


def _lines(
    session: Session,
    order: Order,
    reports: Any,
    acts: Acts,
    plans: tuple[AnyPlan, ...],
    found: Found,
) -> Lines:
    """The journal lines of the batch."""
    counted = reports.anti_join(acts.losses, "position")
    if acts.supersedes:
        return settled(session, order, acts, plans, own=counted)
    trimmed, _ = limited(session, order, named(counted, plans), limits_of(order, plans), None)
    return act_lines(session, order, credited(counted, trimmed), plans, found)


def _write_indexes(
    session: Session,
    order: Order,
    reports: Any,
    acts: Acts,
    lines: Any,
    plans: tuple[AnyPlan, ...],
) -> list[StagedFile]:
    """The reports that lost, and what later batches look for: keys and references."""
    files = writing.write_suppressed(session, order, suppressed_lines(order, reports, acts, plans))
    files += writing.write_whole(session, order, "keys", reports.order_by("position"), KEYS)
    lost = reports.semi_join(acts.losses, "position")
    both = (table.select(*REFERENCES.names) for table in (lines, lost))
    named = ibis.union(*both, distinct=True)
    named = named.filter(named.reference_key.notnull())
    return files + writing.write_whole(session, order, "references", named, REFERENCES)


def staged_of(
    session: Session,
    order: Order,
    written: tuple[Any, Any, Counts, list[StagedFile]],
    seal: Seal,
    steps: Steps,
    *,
    unreadable: tuple[Fault, ...] = (),
) -> Staged:
    """The batch as it is staged: its sums, which agree.

    Args:
        written: its lines, its grants, what became of its records, and its files.
    """
    lines, granted, counts, files = written
    currencies = {c.id: c.rate is not None for c in order.programme.currencies}
    book_lines = session.fetch(ledger.book_lines(lines), ledger.BOOK_LINES)
    point_lines = session.fetch(ledger.point_lines(granted), ledger.POINT_LINES)
    balances = session.fetch(ledger.balances(lines), ledger.BALANCES)
    point_balances = session.fetch(ledger.point_balances(granted), ledger.POINT_BALANCES)
    books = ledger.books_of(book_lines, point_lines, balances, point_balances, currencies)
    assert books.agree(), "persons, partners and regions are sums over the same lines"
    return Staged(
        batch=order.batch, files=tuple(files), balances=balances, point_balances=point_balances,
        book_lines=book_lines, point_lines=point_lines, currencies=currencies, counts=counts,
        books=books, seal=seal, unreadable=unreadable, seconds=steps.seconds,
    )  # fmt: skip


def open_engine(name: str = "duckdb") -> RelationalBackend:
    """An engine that runs whole batches.

    Raises:
        NoEngine: there is none of that name, or it judges single records only.
        NoSpark: Spark is asked for and is not here.
    """
    if name not in ENGINES:
        raise engine.NoEngine(engine=name, engines=ENGINES)
    return cast(RelationalBackend, engine.open_backend(name))
