"""The files of a batch: what a verifier, an auditor and the next batch read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow.parquet as pq

from tanpuhui import ledger
from tanpuhui.pipeline import KEYS, REFERENCES, VERDICTS
from tests.pipeline.store import (
    SECRET,
    Store,
    lines_of,
    of_kind,
    record_key,
    ride,
    rows_of,
    said,
    verdicts_of,
    walk,
)
from tests.pipeline.worlds import world

Open = Callable[[str], Store]
HERE = {"subject": "k:u1", "partner": "amap"}


def _crowd(seed: int = 7) -> list[dict[str, object]]:
    return [report.row() for report in world(seed, batches=1, pairs=60).batches[0]]


def test_lines_are_sorted_in_each_day_and_numbered_through_the_batch(open_store: Open) -> None:
    staged = open_store("stays-limited").post_rows(_crowd())

    files = of_kind(staged, "lines")
    days = [file.local_day for file in files]
    assert days == sorted(days, key=str)
    assert len(days) == len(set(days)) > 2
    for file in files:
        rows = pq.ParquetFile(file.path).read().to_pylist()
        assert {row["local_day"] for row in rows} == {file.local_day}
        order = [(row["person_id"], row["started_at"], row["record_key"]) for row in rows]
        assert order == sorted(order)
    assert [line["line"] for line in lines_of(staged)] == list(range(staged.counts.counted))


def test_every_file_has_the_schema_that_was_decided(open_store: Open) -> None:
    staged = open_store("stays-limited").post_rows(_crowd())

    schemas = {"lines": ledger.LINES, "suppressed": ledger.SUPPRESSED, "grants": ledger.GRANTS,
               "keys": KEYS, "references": REFERENCES, "verdicts": VERDICTS}  # fmt: skip
    assert {file.kind for file in staged.files} == {*schemas, "refused", "tree"}
    for file in staged.files:
        if file.kind not in ("refused", "tree"):
            found, wanted = pq.read_schema(file.path), schemas[file.kind]
            assert (found.names, found.types) == (wanted.names, wanted.types), file.kind


def test_a_segment_says_between_which_instants_its_acts_took_place(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows(_crowd())
    store.post_rows(_crowd(8))

    for staged in store.posted:
        for file in (*of_kind(staged, "lines"), *of_kind(staged, "suppressed")):
            rows = pq.ParquetFile(file.path).read().to_pylist()
            assert file.starts == min(row["started_at"] for row in rows)
            assert file.ends == max(row["ended_at"] for row in rows)
            corrects = any(row["line_kind"] != "act" for row in rows)
            assert file.has_corrections == corrects


def test_each_grant_cites_a_line_of_its_batch_that_says_the_same(open_store: Open) -> None:
    staged = open_store("stays-limited").post_rows(_crowd())

    lines = {line["line"]: line for line in lines_of(staged)}
    grants = rows_of(staged, "grants")
    assert grants
    same = ("batch", "programme", "partner", "person_id", "region", "scene", "methodology",
            "local_day")  # fmt: skip
    for grant in grants:
        assert grant["points"] > 0
        line = lines[grant["line"]]
        assert {name: grant[name] for name in same} == {name: line[name] for name in same}


def test_one_batch_computed_twice_writes_the_same_rows(open_store: Open) -> None:
    store = open_store("stays-limited")
    rows = _crowd()
    turned = rows[:]
    Random(1).shuffle(turned)

    first = store.compute(*store.files("one", rows))
    second = store.compute(*store.files("two", turned[:100], turned[100:]))

    assert lines_of(first) == lines_of(second)
    assert rows_of(first, "grants") == rows_of(second, "grants")


def test_neither_ids_nor_numbers_of_tickets_stand_in_the_journal(open_store: Open) -> None:
    store = open_store("supersedes")
    plain = ("my-record", "my-ticket", "my-bike", "k:my-person")
    mine = {"subject": plain[3], "reference": plain[1], "asset": plain[2], "distance_km": 1}
    bike = ride(plain[0], partner="amap", scene="shared_bike_ride", **mine)

    staged = store.post_rows([bike, {**bike, "record_id": "other", "evidence": "vehicle_record"}])

    kinds = ("lines", "suppressed", "grants", "keys", "references")
    said_there = "".join(str(rows_of(staged, kind)) for kind in kinds)  # type: ignore[arg-type]
    assert not [text for text in (*plain, SECRET) if text in said_there]
    (line,) = lines_of(staged)
    assert int(line["record_key"]) == record_key("supersedes", "amap", "my-record")


# -- days ------------------------------------------------------------------------------------------


def test_the_local_day_is_that_of_the_programme_s_zone_at_both_edges(open_store: Open) -> None:
    at = {
        "last": ("2024-06-03T15:59:59Z", "2024-06-03T16:10:00Z"),
        "first": ("2024-06-03T16:00:00Z", "2024-06-03T16:00:00Z"),
    }
    store = open_store("luzhou")

    store.post_rows(
        [
            ride(name, region="510500", subject=name, started_at=start, ended_at=end)
            for name, (start, end) in at.items()
        ]
    )

    assert {str(line["started_at"])[11:19]: line["local_day"] for line in store.lines()} == {
        "15:59:59": date(2024, 6, 3),
        "16:00:00": date(2024, 6, 4),
    }


def test_a_ride_across_midnight_meets_the_line_of_the_day_before(open_store: Open) -> None:
    store = open_store("luzhou")
    here = {"region": "510500", "subject": "k:u1"}
    store.post_rows(
        [ride("a", **here, started_at="2024-06-03T23:50:00+08:00",
              ended_at="2024-06-04T00:20:00+08:00")]
    )  # fmt: skip

    later = store.post_rows(
        [ride("b", **here, started_at="2024-06-04T00:10:00+08:00",
              ended_at="2024-06-04T00:30:00+08:00"),
         ride("c", **here, started_at="2024-06-04T00:30:00+08:00",
              ended_at="2024-06-04T00:40:00+08:00")]
    )  # fmt: skip

    assert said(later) == {"b": ("duplicate", "same-time"), "c": ("counted", None)}


def test_one_day_s_steps_are_one_act_whatever_hours_the_reports_name(open_store: Open) -> None:
    store = open_store("luzhou")
    here = {"region": "510500", "subject": "k:u1"}
    store.post_rows(
        [walk("a", **here, started_at="2024-06-03T00:00:00+08:00",
              ended_at="2024-06-03T00:10:00+08:00")]
    )  # fmt: skip

    later = store.post_rows(
        [walk("b", **here, started_at="2024-06-03T23:40:00+08:00",
              ended_at="2024-06-04T00:00:00+08:00"),
         walk("c", **here, started_at="2024-06-04T00:00:00+08:00",
              ended_at="2024-06-04T00:10:00+08:00")]
    )  # fmt: skip

    assert said(later) == {"b": ("duplicate", "same-time"), "c": ("counted", None)}


def test_two_check_ins_of_one_second_in_two_batches_are_one_act(open_store: Open) -> None:
    store = open_store("luzhou")
    here = {"region": "510500", "subject": "k:u1"}
    times = ["2024-06-03T08:00:00.900+08:00", "2024-06-03T08:00:00.200+08:00"]
    first, second = (
        store.post_rows([ride(f"r{n}", **here, started_at=at, ended_at=at)])
        for n, at in enumerate(times)
    )

    assert said(first) == {"r0": ("counted", None)}
    assert said(second) == {"r1": ("duplicate", "same-time")}


# -- sizes -----------------------------------------------------------------------------------------


def test_records_beyond_what_a_double_holds_are_exact_to_the_milligram(open_store: Open) -> None:
    # 48.70 g a kilometre: 71.2 million km are 3,467.44 t; the second ends in digits that a double's
    # product no longer tells.
    store = open_store("open-data")
    bike: dict[str, Any] = {"scene": "shared_bike_ride", "partner": "meituan"}
    amounts = ["71200000", "98765432.123457", "20533880.903491", "1.5"]

    staged = store.post_rows(
        [ride(f"r{n}", **bike, subject=f"u{n}", distance_km=km) for n, km in enumerate(amounts)]
    )

    exact = [int(Decimal(km) * 48_700) for km in amounts]
    assert exact[0] == 3_467_440_000_000
    assert [v["credited_mg"] for v in verdicts_of(staged)] == exact
    assert staged.to_json()["credited_mg"] == sum(exact)
