"""Who loses is told to whom, also where the winner counts since something else was taken back."""

from __future__ import annotations

from collections.abc import Callable

from tests.pipeline.store import Row, Store, lines_of, ride, verdicts_of

Open = Callable[[str], Store]


def _trip(record_id: str, begin: str, end: str, evidence: str) -> dict[str, object]:
    return ride(
        record_id, subject="k:u1", partner="amap", evidence=evidence,
        started_at=f"2024-06-03T{begin}:00+08:00", ended_at=f"2024-06-03T{end}:00+08:00",
    )  # fmt: skip


def _of(rows: list[Row], record_id: str) -> tuple[object, ...]:
    (row,) = [row for row in rows if row["record_id"] == record_id]
    return row["verdict"], row["code"], row["winner_partner"], row["winner_record_id"]


def test_a_loser_is_told_the_id_of_a_winner_that_counts_since_a_withdrawal(
    open_store: Open,
) -> None:
    store = open_store("stays-limited")
    strong = _trip("strong", "08:00", "08:20", "fare_record")
    weak = _trip("weak", "08:10", "08:30", "photo")
    store.post_rows([strong, weak])
    store.withdraw(("amap", "strong"))

    late = store.post_rows([_trip("late", "08:15", "08:25", "statement")])

    assert _of(verdicts_of(late), "late") == ("duplicate", "same-time", "amap", "weak")


def test_a_loser_is_told_the_id_of_a_winner_that_counts_since_its_rival_was_superseded(
    open_store: Open,
) -> None:
    # 'second' had lost to 'first'; 'third' takes the place of 'first' and does not touch 'second'.
    store = open_store("supersedes")
    first = _trip("first", "08:10", "08:30", "navigation_track")
    second = _trip("second", "08:20", "08:40", "photo")
    store.post_rows([first, second])
    third = store.post_rows([_trip("third", "08:00", "08:15", "fare_record")])
    assert sorted(line["line_kind"] for line in lines_of(third)) == ["act", "act", "reversal"]

    late = store.post_rows([_trip("late", "08:35", "08:45", "statement")])

    assert _of(verdicts_of(late), "late") == ("duplicate", "same-time", "amap", "second")
