"""Where a stronger report takes the place of a posted one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pipeline.store import Store, lines_of, ride, rows_of, said, verdicts_of

Open = Callable[[str], Store]
HERE = {"subject": "k:u1", "partner": "amap"}


def _at(clock: str, until: str, day: str = "2024-06-03") -> dict[str, object]:
    return {"started_at": f"{day}T{clock}:00+08:00", "ended_at": f"{day}T{until}:00+08:00"}


def test_a_stronger_report_takes_back_the_posted_line_and_its_points(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("d", **HERE, evidence="statement")])

    later = store.post_rows([ride("f", **HERE)])

    assert said(later) == {"f": ("counted", None)}
    assert later.counts.reversed_lines == 1
    kinds = [(line["line_kind"], line["credited_mg"]) for line in lines_of(later)]
    assert sorted(kinds) == [("act", 80_000), ("reversal", -80_000)]
    (taken_back,) = (line for line in lines_of(later) if line["line_kind"] == "reversal")
    assert (taken_back["corrects_batch"], taken_back["corrects_line"]) == ("batch1", 0)
    assert sorted((g["currency"], g["points"]) for g in rows_of(later, "grants")) == [
        ("grams", -2), ("grams", 2), ("table", -2), ("table", 2),
    ]  # fmt: skip
    assert later.to_json()["points"] == {"grams": 0, "table": 0}


def test_what_a_line_that_is_taken_back_had_suppressed_counts(open_store: Open) -> None:
    store = open_store("supersedes")
    first = store.post_rows(
        [
            ride("b", **HERE, **_at("08:05", "08:20"), evidence="photo"),
            ride("c", **HERE, **_at("08:15", "08:30"), evidence="statement"),
        ]
    )

    later = store.post_rows([ride("a", **HERE, **_at("08:00", "08:10"))])

    assert said(first) == {"b": ("counted", None), "c": ("duplicate", "same-time")}
    kinds = sorted(line["line_kind"] for line in lines_of(later))
    assert kinds == ["act", "act", "reversal"]
    assert later.to_json()["credited_mg"] == 80_000
    # The ride that says no number is one ride when it comes back, too, and earns its two points.
    assert {line["item_count"] for line in store.lines()} == {1.0}
    assert later.to_json()["points"] == {"grams": 2, "table": 2}


def test_a_line_that_was_taken_back_stands_again_once_its_winner_is_taken_back(
    open_store: Open,
) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("a", **HERE, **_at("08:00", "08:10"), evidence="statement")])
    store.post_rows([ride("b", **HERE, **_at("08:05", "08:20"), evidence="photo")])

    later = store.post_rows([ride("c", **HERE, **_at("08:15", "08:30"))])

    assert sorted(line["line_kind"] for line in lines_of(later)) == ["act", "act", "reversal"]
    assert {str(line["started_at"])[11:16] for line in store.standing().values()} == {
        "00:00", "00:15",
    }  # fmt: skip


def test_a_ticket_proved_weeks_later_takes_back_the_line_of_its_day(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("d", **HERE, evidence="photo", reference="T-1")])

    later = store.post_rows(
        [ride("f", **HERE, **_at("08:00", "08:20", "2024-07-20"), reference="T-1")]
    )

    assert later.counts.reversed_lines == 1
    days = {(line["line_kind"], str(line["local_day"])) for line in lines_of(later)}
    assert days == {("act", "2024-07-20"), ("reversal", "2024-06-03")}


def test_a_line_is_taken_back_once_though_its_correction_lies_far_from_the_next_batch(
    open_store: Open,
) -> None:
    # The day's segment reaches into the evening, so the batch of the day after next reads it; the
    # morning's correction, in a segment that ends in the morning, must be read with it.
    store = open_store("supersedes")
    store.post_rows(
        [
            ride("a", **HERE, **_at("00:30", "00:50"), evidence="statement"),
            ride("z", **HERE, **_at("23:00", "23:30")),
        ]
    )
    store.post_rows([ride("b", **HERE, **_at("00:30", "00:35"))])
    store.post_rows(
        [
            ride("c", **HERE, **_at("00:40", "00:45")),
            ride("y", **HERE, **_at("23:40", "23:50")),
        ]
    )

    last = store.post_rows([ride("x", **HERE, **_at("20:00", "20:20", "2024-06-04"))])

    assert [line["line_kind"] for line in lines_of(last)] == ["act"]
    assert len(store.standing()) == 5


def test_room_that_is_set_free_on_another_day_and_for_another_person_is_filled(
    open_store: Open,
) -> None:
    # 250 g a person and day: of four rides the last is credited 10 g.
    store = open_store("supersedes-limited")
    rides = [
        ride(f"r{n}", **HERE, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20"), reference=f"T-{n}",
             evidence="photo")
        for n in range(4)
    ]  # fmt: skip
    first = store.post_rows(rides)

    later = store.post_rows(
        [ride("f", partner="amap", subject="k:u2", **_at("08:00", "08:20", "2024-06-25"),
              reference="T-0")]
    )  # fmt: skip

    assert [v["credited_mg"] for v in verdicts_of(first)] == [80_000, 80_000, 80_000, 10_000]
    (more,) = (line for line in lines_of(later) if line["line_kind"] == "difference")
    assert (more["corrects_batch"], more["corrects_line"]) == ("batch1", 3)
    assert (more["reduction_mg"], more["credited_mg"]) == (0, 70_000)
    # Its points by the table were granted with the 10 g; those by the gram grow from 0 to 2.
    granted = [g for g in rows_of(later, "grants") if g["line"] == more["line"]]
    assert [(g["currency"], g["points"]) for g in granted] == [("grams", 2)]


def test_a_ride_that_is_filled_again_takes_the_place_of_a_later_one_under_a_limit_by_number(
    open_store: Open,
) -> None:
    # 250 g a day: 90 + 90 + 70 + 0. Four rides a month that hold something: the first day's bus
    # and the three of the next day. Then a bike is another's, and the second bus holds something.
    store = open_store("supersedes-limited")
    bike = {"scene": "shared_bike_ride", "evidence": "navigation_track", "distance_km": 3}
    next_day = "2024-06-04"
    store.post_rows(
        [
            ride("bike1", **HERE, **_at("06:00", "06:20"), **bike, reference="T-1"),
            ride("bike2", **HERE, **_at("07:00", "07:20"), **bike),
            *(ride(f"a{n}", **HERE, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20")) for n in range(2)),
            *(
                ride(f"b{n}", **HERE, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20", next_day))
                for n in range(3)
            ),
        ]
    )

    later = store.post_rows(
        [
            ride("other", partner="amap", subject="k:u2", **_at("06:00", "06:20", "2024-06-20"),
                 **{**bike, "evidence": "fare_record"}, reference="T-1")
        ]
    )  # fmt: skip

    more = [line["credited_mg"] for line in lines_of(later) if line["line_kind"] == "difference"]
    assert more == [10_000, 80_000, -80_000]
    buses = [line for line in store.standing().values() if line["scene"] == "bus_ride"]
    assert sorted(line["credited_mg"] for line in buses) == [0, 80_000, 80_000, 80_000, 80_000]


def test_a_report_of_a_posted_act_with_less_evidence_changes_nothing(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("f", **HERE)])

    later = store.post_rows([ride("d", **HERE, evidence="statement")])

    (lost,) = verdicts_of(later)
    assert (lost["code"], lost["winner_record_id"]) == ("same-time", "f")
    assert lines_of(later) == []


@pytest.mark.parametrize("name", ["supersedes", "supersedes-limited"])
def test_a_batch_of_no_records_is_a_batch(open_store: Open, name: str) -> None:
    store = open_store(name)

    for _ in range(2):
        staged = store.post_rows([])
        assert (staged.counts.received, staged.files) == (0, ())
        store.post_rows([ride("f", **HERE)])
