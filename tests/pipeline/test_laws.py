"""Whatever the records, and however they come: what a model in plain Python says comes out."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tanpuhui.pipeline import Staged
from tests.pipeline.comparison import differences, sums_by
from tests.pipeline.model import STRANGER, Batch, Model, Report
from tests.pipeline.store import (
    Row,
    Store,
    assert_nothing_is_lost,
    lines_of,
    rows_of,
    store,
    subject_key,
    verdicts_of,
)
from tests.pipeline.worlds import World, world

SEEDS = st.integers(0, 2**32)
# A run of the main job takes most of a second, so there are few examples, of many cases each; and a
# failure is shown as it is, since a smaller seed is no simpler world.
FEW = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def opened(name: str) -> Store:
    """An empty store that holds the records of strangers."""
    found = store(name, Path(tempfile.mkdtemp(prefix="laws-")))
    found.people.numbers[subject_key("", STRANGER)] = None
    return found


def _run(name: str, batches: Sequence[Sequence[Report]], chance: Random) -> Store:
    """The batches posted, each in one to three files."""
    found = opened(name)
    for batch in batches:
        parts: list[list[dict[str, object]]] = [[] for _ in range(chance.randrange(1, 4))]
        for report in batch:
            chance.choice(parts).append(report.row())
        found.post_rows(*parts)
    return found


def model_of(name: str) -> Model:
    """The model of a trial programme."""
    return Model(name, supersedes="supersedes" in name, limited="limited" in name)


def assert_same(staged: Staged, expected: Batch) -> None:
    """The batch has the verdicts and lines that the model says."""
    names = (
        "partner", "record_id", "verdict", "code", "winner_partner", "winner_record_id",
        "credited_mg",
    )  # fmt: skip
    verdicts = Counter(tuple(row[name] for name in names) for row in verdicts_of(staged))
    assert verdicts == expected.verdicts, differences(verdicts, expected.verdicts)
    assert_same_lines(staged, expected)
    assert_nothing_is_lost(staged)


def assert_same_lines(staged: Staged, expected: Batch) -> None:
    """The batch has the lines that the model says, with their amounts."""
    lines = Counter(
        (line["line_kind"], int(line["record_key"]), line["reduction_mg"], line["credited_mg"])
        for line in lines_of(staged)
    )
    assert lines == expected.lines, differences(lines, expected.lines)
    assert staged.counts.reversed_lines == sum(
        n for line, n in expected.lines.items() if line[0] == "reversal"
    )


def assert_the_books_are_those_of(found: Store, model: Model) -> None:
    """Persons, partners and regions, over all batches, are sums over the acts that stand."""
    standing = found.standing()
    assert {k: line["credited_mg"] for k, line in standing.items()} == {
        act.key: act.credited_mg for act in model.acts
    }
    for book, of in (("partner", lambda r: r.partner), ("region", lambda r: r.region)):
        assert sums_by(found.posted, "book_lines", "point_lines", book) == model.total(of)
    persons = model.total(lambda r: found.people.number("", r.person))
    assert sums_by(found.posted, "balances", "point_balances", "person_id") == persons
    assert all(staged.books.agree() for staged in found.posted)


def _assert_as_the_model_says(name: str, made: World, chance: Random) -> None:
    found, model = _run(name, made.batches, chance), model_of(name)
    for staged, batch in zip(found.posted, made.batches, strict=True):
        assert_same(staged, model.post(batch))
    assert_the_books_are_those_of(found, model)
    assert_limits_hold(list(found.standing().values()), name)


def assert_limits_hold(acts: Iterable[Row], name: str) -> None:
    """Asked of the journal itself, so that a slip in the model is seen."""
    used: Counter[Any] = Counter()
    for act in acts:
        assert 0 <= act["credited_mg"] <= act["reduction_mg"]
        who, day = act["person_id"], act["local_day"]
        if act["scene"] == "walk":
            used["walk", who, day] += act["credited_mg"]
        else:
            used["trips", who, day] += act["credited_mg"]
        if act["scene"] in ("bus_ride", "metro_ride"):
            used["count", who, day.month] += act["credited_mg"] > 0
        else:
            used["month", who, day.month] += act["credited_mg"]
    most = {"walk": 200_000, "trips": 250_000, "count": 4, "month": 400_000}
    for (kind, *_), amount in used.items():
        assert amount <= most[kind] or (kind != "walk" and "limited" not in name)


@FEW
@given(SEEDS)
def test_in_one_batch_neither_the_order_of_rows_nor_of_files_changes_anything(seed: int) -> None:
    # The model knows of no order, so all orders that agree with it agree.
    made = world(seed, batches=1, pairs=50)

    rows = list(made.batches[0])
    Random(seed + 1).shuffle(rows)
    _assert_as_the_model_says("stays-limited", World((tuple(rows),)), Random(seed))


@FEW
@given(SEEDS, st.integers(2, 5))
def test_where_posted_stays_batch_after_batch_is_resolved_and_limited_as_the_model_says(
    seed: int, batches: int
) -> None:
    made = world(seed, batches=batches, pairs=40)

    _assert_as_the_model_says("stays-limited", made, Random(seed))


@FEW
@given(SEEDS, st.integers(2, 5))
def test_where_stronger_supersedes_the_split_into_batches_changes_nothing_in_the_books(
    seed: int, batches: int
) -> None:
    made = world(seed, batches=batches, pairs=40, conflicts=False)

    found = _run("supersedes", made.batches, Random(seed))

    at_once, in_turn = model_of("supersedes"), model_of("supersedes")
    at_once.post(made.all_reports())
    for staged, batch in zip(found.posted, made.batches, strict=True):
        assert_same(staged, in_turn.post(batch))
    assert_the_books_are_those_of(found, at_once)


@FEW
@given(SEEDS, st.integers(2, 4))
def test_where_stronger_supersedes_freed_room_of_limits_returns_by_difference_lines(
    seed: int, batches: int
) -> None:
    made = world(seed, batches=batches, pairs=40)

    _assert_as_the_model_says("supersedes-limited", made, Random(seed))


@FEW
@given(SEEDS)
def test_a_split_in_the_order_of_time_changes_nothing_where_no_two_reports_are_rivals(
    seed: int,
) -> None:
    made = world(seed, batches=1, pairs=40)
    alone = model_of("stays-limited")
    alone.post(made.batches[0])
    winners = sorted((act.report for act in alone.acts), key=lambda r: r.start)
    thirds = [winners[n * len(winners) // 3 : (n + 1) * len(winners) // 3] for n in range(3)]

    found = _run("stays-limited", thirds, Random(seed))

    whole = model_of("stays-limited")
    whole.post(winners)
    assert_the_books_are_those_of(found, whole)


@pytest.mark.parametrize("name", ["stays-limited", "supersedes-limited"])
def test_a_batch_that_is_run_again_counts_nothing_new(name: str) -> None:
    made = world(20240603, batches=1, pairs=40)

    found = _run(name, made.batches * 2, Random(1))

    first, again = found.posted
    assert again.counts.counted == 0
    assert set(again.counts.duplicate) <= {"retry"}
    lost = sum(first.counts.duplicate.values())
    assert sum(again.counts.duplicate.values()) == first.counts.counted + lost
    assert again.counts.refused == first.counts.refused
    assert again.counts.held == first.counts.held
    assert (lines_of(again), rows_of(again, "grants")) == ([], [])
    assert again.to_json()["credited_mg"] == 0
