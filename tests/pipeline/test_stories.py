"""What the main job comes to for the people who ride, walk and hand in records."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipeline.store import (
    Store,
    assert_nothing_is_lost,
    lines_of,
    mapping,
    ride,
    rows_of,
    said,
    verdicts_of,
    walk,
)
from tests.tidy.house import ROOT

Open = Callable[[str], Store]
COUNTED = ("counted", None)


# -- what an act earns -----------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "credited_mg"), [(10_001, 200_000), (7_250, 145_000)])
def test_the_ten_thousand_and_first_step_earns_nothing_at_hankou(
    open_store: Open, steps: int, credited_mg: int
) -> None:
    staged = open_store("hankou").post_rows([walk("w", partner="hankou-bank", steps=steps)])

    # 0.02 g a step, at most 200 g a day.
    assert staged.to_json()["reduction_mg"] == steps * 20
    assert staged.to_json()["credited_mg"] == credited_mg


def test_points_whose_rate_is_not_published_are_null_at_hankou(open_store: Open) -> None:
    staged = open_store("hankou").post_rows([walk("w", partner="hankou-bank")])

    json = staged.to_json()
    assert json["points"] == {"tanbi": None}
    assert json["books"]["partner"]["hankou-bank"]["points"] == {"tanbi": None}
    assert rows_of(staged, "grants") == []


def test_four_acts_at_luzhou_come_to_1512_2_grams_and_46_points(open_store: Open) -> None:
    here = {"partner": "lvya", "region": "510500"}
    noon = {"started_at": "2024-06-03T12:00:00+08:00", "ended_at": None}

    staged = open_store("luzhou").post_rows(
        [
            walk("w", **here, steps=500),
            ride("b", **here),
            ride("p", **here, **noon, scene="clean_plate", evidence="photo", item_count=1),
            ride("c", **here, **noon, scene="used_clothes", evidence="photo", mass_kg=1),
        ]
    )

    # 500 x 0.0164 + 80 + 144 + 1,280 = 1,512.2 g; 1 + 10 + 5 + 30 = 46 points
    assert staged.to_json()["credited_mg"] == 1_512_200
    assert staged.to_json()["points"] == {"lvya-jifen": 46}


def test_a_bus_ride_that_says_no_number_is_one_ride_in_its_line(open_store: Open) -> None:
    store = open_store("luzhou")

    store.post_rows([ride("b", region="510500")])

    assert [line["item_count"] for line in store.lines()] == [1.0]


# -- one act, several reports ----------------------------------------------------------------------


def test_a_ride_declared_and_shown_in_one_file_counts_once_for_its_screenshot(
    open_store: Open,
) -> None:
    declared, shown = ride("d", evidence="statement"), ride("s", evidence="photo")

    staged = open_store("tantanxingqiu").post_rows([declared, shown])

    assert said(staged) == {"d": ("duplicate", "same-time"), "s": COUNTED}
    assert staged.to_json()["points"] == {"tan-jifen": 105}


def test_a_ride_declared_first_and_shown_later_stays_as_it_was_declared(open_store: Open) -> None:
    store = open_store("tantanxingqiu")

    first = store.post_rows([ride("d", evidence="statement")])
    second = store.post_rows([ride("s", evidence="photo")])

    assert first.to_json()["points"] == {"tan-jifen": 52}
    assert second.to_json()["points"] == {"tan-jifen": 0}
    (lost,) = verdicts_of(second)
    assert (lost["verdict"], lost["code"]) == ("duplicate", "same-time")
    assert (lost["winner_partner"], lost["winner_record_id"]) == ("transit", "d")


def test_a_ride_that_three_partners_report_counts_once_whatever_the_order_of_files(
    open_store: Open,
) -> None:
    here = {"region": "140100", "subject": "k:u1", "distance_km": 3}
    reports = [
        ride("a", **here, scene="shared_bike_ride", partner="meituan", evidence="navigation_track"),
        ride("b", **here, scene="shared_bike_ride", partner="qingju"),
        ride("c", **here, scene="shared_bike_ride", partner="didi", evidence="vehicle_record"),
    ]
    store = open_store("shanxi-sanjin-green-life")

    found = [store.compute(*store.files(f"turn{n}", *([r] for r in reports[n:] + reports[:n])))
             for n in range(3)]  # fmt: skip

    for staged in found:
        assert said(staged) == {
            "a": ("duplicate", "same-time"),
            "b": COUNTED,
            "c": ("duplicate", "same-time"),
        }
        assert staged.to_json()["credited_mg"] == 146_100  # 3 x 48.70 g


def test_a_ride_that_three_partners_report_in_three_batches_counts_for_the_first(
    open_store: Open,
) -> None:
    store = open_store("shanxi-sanjin-green-life")
    here = {"region": "140100", "subject": "k:u1", "distance_km": 3, "scene": "shared_bike_ride"}

    batches = [
        store.post_rows([ride("a", **here, partner="didi", evidence="navigation_track")]),
        store.post_rows([ride("b", **here, partner="meituan")]),
        store.post_rows([ride("c", **here, partner="qingju", evidence="vehicle_record")]),
    ]

    assert [staged.counts.counted for staged in batches] == [1, 0, 0]
    assert [v["winner_record_id"] for b in batches for v in verdicts_of(b)] == [None, "a", "a"]


def test_two_partners_own_ids_for_their_users_are_two_people(open_store: Open) -> None:
    store = open_store("luzhou")
    here = {"region": "510500", "subject": "42"}

    staged = store.post_rows([ride("a", **here, partner="p"), ride("b", **here, partner="q")])

    assert staged.counts.counted == 2
    assert staged.to_json()["people"] == 2


def test_a_ticket_that_is_handed_in_weeks_later_is_the_same_act(open_store: Open) -> None:
    store = open_store("luzhou")
    store.post_rows([ride("a", region="510500", reference="T-1")])
    for day in range(4, 9):  # other days come in between
        at = {"started_at": f"2024-06-{day:02}T08:00:00+08:00",
              "ended_at": f"2024-06-{day:02}T08:20:00+08:00"}  # fmt: skip
        store.post_rows([ride(f"d{day}", region="510500", reference=f"T-{day}", **at)])

    late = store.post_rows(
        [
            ride("b", region="510500", reference="T-1", partner="else", subject="u2",
                 started_at="2024-07-20T08:00:00+08:00", ended_at="2024-07-20T08:20:00+08:00"),
        ]
    )  # fmt: skip

    (lost,) = verdicts_of(late)
    assert (lost["verdict"], lost["code"]) == ("duplicate", "same-reference")
    assert lost["winner_record_id"] == "a"


# -- the same record again -------------------------------------------------------------------------


def test_a_record_in_two_files_is_a_retry(open_store: Open) -> None:
    store = open_store("hankou")
    record = walk("w", partner="hankou-bank")

    together = store.compute(*store.files("both", [record], [record]))
    store.post_rows([record])
    again = store.post_rows([record])

    assert sorted((v["verdict"], v["code"] or "") for v in verdicts_of(together)) == [
        ("counted", ""),
        ("duplicate", "retry"),
    ]
    assert said(again) == {"w": ("duplicate", "retry")}
    assert again.to_json()["credited_mg"] == 0
    assert lines_of(again) == []


def test_a_retry_is_known_though_it_is_written_otherwise(open_store: Open) -> None:
    store = open_store("hankou")
    store.post_rows([walk("w", partner="hankou-bank", steps="7250")])

    again = store.post_rows(
        [walk("w", partner="hankou-bank", steps="7250.0", started_at="2024-06-02T16:00:00Z")]
    )

    assert said(again) == {"w": ("duplicate", "retry")}


@pytest.mark.parametrize("turned", [False, True])
def test_one_id_with_two_contents_in_one_file_is_a_conflict_whatever_the_order_of_rows(
    open_store: Open, turned: bool
) -> None:
    records = [walk("w", partner="hankou-bank", steps=steps) for steps in (5_000, 7_000)]

    staged = open_store("hankou").post_rows(records[::-1] if turned else records)

    rows = {v["verdict"]: v for v in verdicts_of(staged)}
    assert rows["refused"]["code"] == "conflict"
    # Whichever counts, it is the same one in both orders: the one whose content has the lower hash.
    assert rows["counted"]["credited_mg"] == 140_000


def test_one_id_with_other_content_is_refused_in_a_later_batch(open_store: Open) -> None:
    store = open_store("hankou")
    store.post_rows([walk("w", partner="hankou-bank", steps=5_000)])

    later = store.post_rows([walk("w", partner="hankou-bank", steps=7_000)])

    assert said(later) == {"w": ("refused", "conflict")}
    assert [row["steps"] for row in rows_of(later, "refused")] == [7_000.0]
    assert_nothing_is_lost(later)


def test_the_id_of_a_report_that_lost_is_taken(open_store: Open) -> None:
    store = open_store("tantanxingqiu")
    store.post_rows([ride("s", evidence="photo"), ride("d", evidence="statement")])

    again = store.post_rows([ride("d", evidence="statement")])

    assert said(again) == {"d": ("duplicate", "retry")}


def test_a_refused_record_is_mended_and_sent_again_with_its_id(open_store: Open) -> None:
    store = open_store("hankou")
    by_intake = walk("w1", partner="hankou-bank", steps=-1)
    by_rule = walk("w2", partner="hankou-bank", steps=0, subject="u2")
    refused = store.post_rows([by_intake, by_rule])

    mended = store.post_rows([{**by_intake, "steps": 100}, {**by_rule, "steps": 100}])

    assert said(refused) == {"w1": ("refused", "negative-steps"), "w2": ("refused", "no-steps")}
    assert said(mended) == {"w1": COUNTED, "w2": COUNTED}


def test_a_refused_record_claims_no_id_from_the_mended_one_in_the_same_file(
    open_store: Open,
) -> None:
    # Eight pairs, so that the hash of the good content is below that of the bad one and above.
    broken = [walk(f"w{n}", partner="hankou-bank", subject=f"u{n}", steps=0) for n in range(8)]

    staged = open_store("hankou").post_rows([*broken, *({**row, "steps": 9} for row in broken)])

    codes = [(v["verdict"], v["code"]) for v in verdicts_of(staged)]
    assert sorted(codes, key=str) == [COUNTED] * 8 + [("refused", "no-steps")] * 8


def test_who_has_no_account_is_held_and_counts_once_there_is_one(open_store: Open) -> None:
    store = open_store("hankou")
    store.people.leave_unbound("hankou-bank", "u1")
    record = walk("w", partner="hankou-bank")

    held = store.post_rows([record])
    store.people.forget("hankou-bank", "u1")
    later = store.post_rows([record])

    assert said(held) == {"w": ("held", "no-account")}
    assert [row["steps"] for row in rows_of(held, "refused")] == [7_250.0]
    assert_nothing_is_lost(held)
    assert said(later) == {"w": COUNTED}


def test_a_stranger_s_report_takes_nothing_from_someone_with_an_account(open_store: Open) -> None:
    store = open_store("luzhou")
    store.people.leave_unbound("p", "nobody")
    here = {"region": "510500", "reference": "T-1"}

    staged = store.post_rows(
        [
            ride("a", **here, partner="p", subject="nobody"),
            ride("b", **here, partner="q", evidence="photo"),
        ]
    )

    assert said(staged) == {"a": ("held", "no-account"), "b": COUNTED}


def test_a_fare_that_cannot_be_computed_takes_nothing_from_a_trip_that_can(
    open_store: Open,
) -> None:
    here = {"region": "440300", "subject": "k:u1", "scene": "metro_ride"}
    fare = ride("f", **here, partner="tencent-ride-code")
    track = ride("t", **here, partner="tencent-map", evidence="navigation_track", distance_km=4)

    staged = open_store("shenzhen-low-carbon-planet").post_rows([fare, track])

    assert said(staged) == {"f": ("refused", "no-distance"), "t": COUNTED}


# -- other people's data, and stand-ins ------------------------------------------------------------

CITIBIKE = (
    "tripduration", "starttime", "stoptime", "start station id", "start station name",
    "start station latitude", "start station longitude", "end station id", "end station name",
    "end station latitude", "end station longitude", "bikeid", "usertype", "birth year", "gender",
)  # fmt: skip


def _trips(path: Path, count: int) -> Path:
    """Made-up trips with the operator's columns; every tenth ends where it began."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(CITIBIKE)
        for n in range(count):
            there = (40.70, -74.0) if n % 10 == 0 else (40.70 + (n % 7 + 1) / 1000, -74.0)
            writer.writerow(
                [600, f"2020-03-01 {n // 60:02}:{n % 60:02}:03.6400",
                 f"2020-03-01 {n // 60 + 1:02}:{n % 60:02}:13.0010", 1, "A", 40.70, -74.0, 2, "B",
                 *there, 16_000 + n, "Subscriber", 1980, 1]
            )  # fmt: skip
    return path


def test_each_trip_of_a_foreign_file_counts_once_where_it_has_a_distance(
    open_store: Open, tmp_path: Path
) -> None:
    store = open_store("open-data")
    given = {"partner": "citibike", "mapping": mapping(ROOT / "examples/maps/citibike.yaml")}
    trips = _trips(tmp_path / "trips.csv", 200)

    first = store.post(trips, **given)
    again = store.post(trips, **given)

    assert first.counts.counted == 180
    assert first.counts.refused == {"no-distance": 20}
    # A thousandth of a degree on a sphere of radius 6371.0088 km is 0.11119508 km.
    for line in lines_of(first):
        thousandths = round(line["distance_km"] / 0.11119508)
        assert line["distance_km"] == pytest.approx(thousandths * 0.11119508, rel=1e-7)
        assert line["reduction_mg"] == int(line["distance_km"] * 48_700)
        assert line["credited_mg"] == line["reduction_mg"]
        assert (line["factor_region"], str(line["factor_day"])) == ("100000", "2021-09-17")
    assert again.counts.duplicate == {"retry": 180}
    assert again.counts.refused == {"no-distance": 20}
    assert again.to_json()["reduction_mg"] == 0
    assert_nothing_is_lost(again)


def test_a_stand_in_lends_its_factor_and_the_line_says_from_where_and_when(
    open_store: Open,
) -> None:
    store = open_store("shanxi-sanjin-green-life")
    here = {"partner": "shishang", "region": "140105"}
    at = {"started_at": "2023-06-03T12:00:00+08:00", "ended_at": None}

    store.post_rows(
        [
            ride("b", **here),
            ride("c", **here, **at, scene="used_clothes", evidence="photo", mass_kg=1),
        ]
    )

    lines = {line["scene"]: line for line in store.lines()}
    bus, clothes = lines["bus_ride"], lines["used_clothes"]
    assert (bus["region"], bus["factor_region"], str(bus["factor_day"])) == (
        "140105", "420100", "2024-06-03",
    )  # fmt: skip
    assert (clothes["factor_region"], str(clothes["factor_day"])) == ("510500", "2024-05-15")
    assert str(clothes["local_day"]) == "2023-06-03"
    assert (bus["credited_mg"], clothes["credited_mg"]) == (80_000, 1_280_000)


def test_a_fleet_that_the_programme_states_is_in_the_line(open_store: Open) -> None:
    store = open_store("shenzhen-low-carbon-planet")
    here = {"region": "440300", "partner": "tencent-ride-code", "distance_km": 10}

    staged = store.post_rows([ride("a", **here), ride("b", **here, subject="u2", power="diesel")])

    assert said(staged) == {"a": COUNTED, "b": ("refused", "not-electric")}
    assert [line["power"] for line in store.lines()] == ["electric"]
