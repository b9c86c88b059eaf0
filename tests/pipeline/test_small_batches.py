"""A small batch costs its own work: no plan of it is composed that a batch before it had."""

from __future__ import annotations

from pathlib import Path

from tanpuhui.engine.backends import duckdb
from tests.pipeline.store import ride, said, store, walk


def _composed() -> int:
    return duckdb._sql_of_node.cache_info().misses


def test_a_batch_like_one_before_it_composes_no_plan(tmp_path: Path) -> None:
    # Other people on other days, with other ids; one record without a reference, as before.
    trial = store("stays-limited", tmp_path)
    for number in range(3):
        before = _composed()
        day = f"2024-06-{number + 3:02}"
        times = {"started_at": f"{day}T08:00:00+08:00", "ended_at": f"{day}T08:20:00+08:00"}
        whole = {"started_at": f"{day}T00:00:00+08:00", "ended_at": f"{day}T23:00:00+08:00"}
        found = trial.post_rows(
            [
                ride(f"r{number}", partner="amap", subject=f"u{number}", **times),
                walk(f"w{number}", partner="bank", subject=f"v{number}", **whole),
            ]
        )

        assert set(said(found).values()) == {("counted", None)}

    assert _composed() - before == 0, "the third batch composed plans"


def test_what_records_lack_makes_no_other_plan_of_a_small_batch(tmp_path: Path) -> None:
    trial = store("stays-limited", tmp_path)
    for number, given in enumerate(({"reference": "T1"}, {"asset": "B1"}, {"reference": "T2"})):
        before = _composed()
        trial.post_rows([ride(f"r{number}", partner="amap", subject=f"u{number}", **given)])

    assert _composed() - before == 0
