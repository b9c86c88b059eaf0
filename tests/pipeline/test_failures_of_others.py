"""Failures of other people's systems, each named after its report.

All of them, with the tests elsewhere: docs/reference/failures-of-others.md.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tanpuhui import pipeline
from tanpuhui.rules import PerGram
from tests.pipeline.store import Store, engine, of_kind, ride, said, verdicts_of

Open = Callable[[str], Store]


def _at(hour: int, day: str = "2024-06-03") -> dict[str, Any]:
    return {
        "started_at": f"{day}T{hour:02}:00:00+08:00",
        "ended_at": f"{day}T{hour:02}:20:00+08:00",
    }


def _ride(record_id: str, hour: int = 8, partner: str = "amap", **given: Any) -> dict[str, Any]:
    return ride(record_id, **{"subject": "k:u1", "partner": partner, **_at(hour), **given})


def test_beankeeper_1_four_equal_rides_are_four_acts(open_store: Open) -> None:
    rides = [_ride(f"r{n}", 8 + n) for n in range(4)]

    staged = open_store("supersedes").post_rows(rides)

    # 80 g each.
    assert staged.counts.counted == 4
    assert staged.balances["credited_mg"].to_pylist() == [320_000]


def test_beankeeper_1_a_refused_duplicate_says_so_and_names_the_winner(open_store: Open) -> None:
    store = open_store("supersedes")

    staged = store.post_rows([_ride("r1"), _ride("r2", evidence="photo")])

    (lost,) = [row for row in verdicts_of(staged) if row["record_id"] == "r2"]
    assert (lost["verdict"], lost["code"]) == ("duplicate", "same-time")
    assert (lost["winner_partner"], lost["winner_record_id"]) == ("amap", "r1")


def test_openmeter_5118_a_retry_after_a_crash_counts_the_record(open_store: Open) -> None:
    store = open_store("supersedes")

    class Died(Exception):
        pass

    def dies(step: str) -> None:
        if step == "books":  # everything is on disk by then
            raise Died

    files = store.files("a", [_ride("r1")])
    with pytest.raises(Died):
        pipeline.compute(store._order(store.folder / "lake", tuple(files)), engine(), told=dies)
    shutil.rmtree(store.folder / "lake")  # the sweep

    again = store.post(*files)

    assert said(again) == {"r1": ("counted", None)}


def test_openmeter_5005_a_record_of_long_ago_is_stored_and_counted(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([_ride("new", **_at(8, "2024-06-03"))])  # the programme began 2022-08-25

    staged = store.post_rows([_ride("old", **_at(8, "2022-08-25"))])

    assert said(staged) == {"old": ("counted", None)}
    assert len(store.standing()) == 2


def test_openmeter_126_two_partners_may_use_one_record_id(open_store: Open) -> None:
    store = open_store("supersedes")

    staged = store.post_rows([_ride("1", 8, "amap"), _ride("1", 10, "bank")])

    assert staged.counts.counted == 2
    assert len(store.standing()) == 2


def test_delta_rs_2573_one_record_reads_no_day_that_it_cannot_meet(open_store: Open) -> None:
    store = open_store("supersedes")
    far = store.post_rows([_ride("far", **_at(8, "2024-03-03"))])
    for file in (*of_kind(far, "lines"), *of_kind(far, "grants")):
        file.path.unlink()  # whoever reads it now fails

    staged = store.post_rows([_ride("near")])

    assert said(staged) == {"near": ("counted", None)}


def test_erpnext_32951_a_withdrawal_takes_back_the_points_that_were_granted(
    open_store: Open,
) -> None:
    # 80 g at 0.037 a gram are 2 points, and 2 of the table. Then the rate goes up tenfold: at that
    # rate 29 points would be taken back, of 2 that were granted.
    store = open_store("supersedes")
    store.post_rows([_ride("r1")])
    raised = [
        replace(c, rate=PerGram(c.rate.points * 10)) if isinstance(c.rate, PerGram) else c
        for c in store.programme.currencies
    ]
    store.programme = replace(store.programme, currencies=tuple(raised))

    store.withdraw(("amap", "r1"))

    granted: dict[str, int] = {}
    for staged in store.posted:
        for row in staged.point_balances.to_pylist():
            granted[row["currency"]] = granted.get(row["currency"], 0) + row["points"]
    assert set(granted.values()) == {0}
