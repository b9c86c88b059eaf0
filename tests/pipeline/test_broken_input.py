"""Broken files and broken records stop nothing else, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipeline.store import (
    Store,
    assert_nothing_is_lost,
    ride,
    rows_of,
    said,
    verdicts_of,
    walk,
    write_csv,
    write_json_lines,
)

Open = Callable[[str], Store]
BANK = {"partner": "hankou-bank"}


def _texts(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist([{k: v and str(v) for k, v in row.items()} for row in rows])


def test_each_broken_file_is_named_with_its_fault_and_the_good_ones_are_taken(
    open_store: Open, tmp_path: Path
) -> None:
    store = open_store("hankou")
    whole = tmp_path / "whole.parquet"
    many = [walk(f"p{n}", **BANK, subject=f"u{n}") for n in range(3_000)]
    pq.write_table(_texts(many), whole, row_group_size=500)
    truncated = tmp_path / "truncated.parquet"
    truncated.write_bytes(whole.read_bytes()[:-2_000])
    damaged = tmp_path / "damaged.parquet"
    content = bytearray(whole.read_bytes())
    content[1_000:3_000] = bytes(2_000)
    damaged.write_bytes(content)
    chinese = tmp_path / "gb.csv"
    write_csv(chinese, [walk("g", **BANK, asset="电表")])
    chinese.write_bytes(chinese.read_text(encoding="utf-8").encode("gb18030"))
    late = tmp_path / "late.csv"  # good at its head, broken far behind
    write_csv(late, [walk(f"l{n}", **BANK, subject=f"u{n}") for n in range(20_000)])
    late.write_bytes(late.read_bytes() + b"w,\xff\xfe\n")
    ragged = tmp_path / "ragged.csv"
    write_csv(ragged, [walk("x", **BANK), walk("y", **BANK)])
    ragged.write_text(ragged.read_text("utf-8") + "1,2,3\n", "utf-8")
    columns = write_csv(tmp_path / "columns.csv", [{"record_id": "x", "subject": "u"}])
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    json = tmp_path / "broken.jsonl"
    json.write_text('{"record_id": "a"\n', "utf-8")
    first = write_csv(tmp_path / "first.csv", [walk("a", **BANK)])
    last = write_json_lines(tmp_path / "last.jsonl", [walk("b", **BANK, subject="u2")])

    staged = store.post(
        first, truncated, damaged, chinese, late, ragged, columns, empty, folder,
        tmp_path / "absent.csv", json, tmp_path / "table.xlsx", last,
    )  # fmt: skip

    named = [(f.code, Path(f.place.file).name) for f in staged.unreadable if f.place]
    assert named == [
        ("ITK-108", "truncated.parquet"), ("ITK-108", "damaged.parquet"), ("ITK-103", "gb.csv"),
        ("ITK-103", "late.csv"), ("ITK-106", "ragged.csv"), ("ITK-105", "columns.csv"),
        ("ITK-101", "empty.csv"), ("ITK-101", "folder.csv"), ("ITK-101", "absent.csv"),
        ("ITK-107", "broken.jsonl"), ("ITK-102", "table.xlsx"),
    ]  # fmt: skip
    assert said(staged) == {"a": ("counted", None), "b": ("counted", None)}
    assert {row["record_id"]: row["file"] for row in verdicts_of(staged)} == {
        "a": "first.csv", "b": "last.jsonl",
    }  # fmt: skip
    assert len(staged.to_json()["unreadable"]) == 11
    assert_nothing_is_lost(staged)


def test_each_broken_record_is_refused_with_code_and_reason_and_kept(open_store: Open) -> None:
    good = walk("good", **BANK)
    broken = {
        "text": (walk("text", **BANK, steps="many"), "unreadable-steps", "many"),
        "negative": (walk("negative", **BANK, steps=-5), "negative-steps", "-5"),
        "missing": (walk("missing", **BANK, steps=None), "missing-steps", None),
        "turned": (
            walk("turned", **BANK, ended_at="2024-06-02T23:00:00+08:00"),
            "end-before-start", "2024-06-02T23:00:00+08:00",
        ),
        "bare": (
            walk("bare", **BANK, started_at="2024-06-03T00:00:00"),
            "time-without-offset", "2024-06-03T00:00:00",
        ),
        "scene": (walk("scene", **BANK, scene="flying"), "unknown-scene", "flying"),
        "place": (walk("place", **BANK, region="429999"), "unknown-region", "429999"),
        "days": (
            walk("days", **BANK, ended_at="2024-06-05T00:00:00+08:00"),
            "not-one-local-day", "2024-06-05T00:00:00+08:00",
        ),
        "old": (
            walk("old", **BANK, started_at="2022-08-24T00:00:00+08:00",
                 ended_at="2022-08-25T00:00:00+08:00"),
            "outside-programme", "2022-08-24T00:00:00+08:00",
        ),
        "phone": (walk("phone", **BANK, subject="13812345678"), "personal-subject", None),
        "nobody": (walk("nobody", **BANK, subject=None), "missing-subject", None),
        "zero": (walk("zero", **BANK, steps=0, subject="u7"), "no-steps", None),
    }  # fmt: skip

    staged = open_store("hankou").post_rows([row for row, _, _ in broken.values()], [good])

    codes = {name: ("refused", code) for name, (_, code, _) in broken.items()}
    assert said(staged) == {**codes, "good": ("counted", None)}
    reasons = {row["record_id"]: row["reason"] for row in verdicts_of(staged)}
    assert reasons == {name: reason for name, (_, _, reason) in broken.items()} | {"good": None}
    kept = {row["record_id"]: row for row in rows_of(staged, "refused")}
    assert kept.keys() == broken.keys()
    assert kept["scene"]["scene"] == "flying"
    assert kept["zero"]["subject"] == "u7"
    assert_nothing_is_lost(staged)


def test_a_file_of_a_header_alone_is_read_and_its_name_stands_on_no_record(
    open_store: Open, tmp_path: Path
) -> None:
    header = write_csv(tmp_path / "a.csv", [], tuple(walk("x", **BANK)))
    full = write_csv(tmp_path / "b.csv", [walk("a", **BANK)])

    staged = open_store("hankou").post(header, full)

    assert staged.unreadable == ()
    assert [row["file"] for row in verdicts_of(staged)] == ["b.csv"]


def test_a_file_that_is_named_twice_is_read_twice_and_counts_once(
    open_store: Open, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", [walk("a", **BANK), walk("b", **BANK, subject="u2")])

    staged = open_store("hankou").post(path, path)

    assert (staged.counts.counted, staged.counts.duplicate) == (2, {"retry": 2})
    assert_nothing_is_lost(staged)


def test_verdicts_stand_in_the_order_of_the_files(open_store: Open) -> None:
    store = open_store("hankou")
    records = [walk(f"w{n:05}", **BANK, subject=f"u{n % 977}", steps=n % 3) for n in range(9_000)]

    staged = store.post_rows(records[:4_000], records[4_000:])

    assert [v["record_id"] for v in verdicts_of(staged)] == [row["record_id"] for row in records]
    assert_nothing_is_lost(staged)


def test_a_batch_without_a_readable_file_comes_to_nothing(open_store: Open, tmp_path: Path) -> None:
    staged = open_store("hankou").post(tmp_path / "absent.csv")

    assert len(staged.unreadable) == 1
    assert staged.files == ()
    assert staged.to_json()["points"] == {"tanbi": None}
    assert staged.to_json()["books"]["person"]["count"] == 0


def test_texts_with_quotes_commas_and_line_breaks_come_back_as_they_were(open_store: Open) -> None:
    name = '号, "1"\n汉'

    staged = open_store("hankou").post_rows([walk(name, **BANK, steps=0)])

    assert [row["record_id"] for row in verdicts_of(staged)] == [name]
    assert [row["record_id"] for row in rows_of(staged, "refused")] == [name]


@pytest.mark.slow
def test_two_million_rows_of_one_person_are_resolved_and_limited(
    open_store: Open, tmp_path: Path
) -> None:
    # Rides of a second, one after the other, each reported twice: by the fare and by the person.
    count = 1_000_000
    path = tmp_path / "crowd.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("record_id,partner,subject,scene,started_at,ended_at,region,evidence\n")
        for n in range(count):
            day, second = divmod(n, 86_400)
            hour, rest = divmod(second, 3_600)
            at = f"2024-06-{day + 1:02}T{hour:02}:{rest // 60:02}:{rest % 60:02}+08:00"
            for kind in ("fare_record", "statement"):
                file.write(f"{kind}{n},amap,k:one,bus_ride,{at},{at},420100,{kind}\n")

    staged = open_store("stays-limited").post(path)

    assert staged.counts.received == 2 * count
    assert staged.counts.counted == count
    assert staged.counts.duplicate == {"same-time": count}
    # 250 g a day and four rides that hold something a month: 80 + 80 + 80 + 10 on the first day.
    assert staged.to_json()["credited_mg"] == 250_000
    assert staged.to_json()["reduction_mg"] == count * 80_000
    assert len(rows_of(staged, "verdicts")) == 2 * count


def test_a_bus_ride_refused_for_its_partner_says_which(open_store: Open) -> None:
    staged = open_store("hankou").post_rows([ride("r", partner="stranger")])

    (row,) = verdicts_of(staged)
    assert (row["code"], row["reason"]) == ("unknown-partner", "stranger")
