"""What the verdicts mean to the people who ride, hand in and audit. On every relational engine."""

from __future__ import annotations

from itertools import permutations

import pyarrow as pa
import pytest

from tanpuhui import dedup
from tanpuhui.engine import RelationalBackend
from tanpuhui.records import Evidence
from tests.dedup.reports import MINUTE_US, Claim, Verdict, by_position, report, table

COUNTS: Verdict = (None, None)
ALL_TIME = (-(2**63), 2**63 - 1)


def _stays(backend: RelationalBackend, *claims: Claim) -> dict[int, Verdict]:
    return by_position(dedup.verdicts_where_posted_stays(table(claims), backend))


def _supersedes(backend: RelationalBackend, *claims: Claim) -> dict[int, Verdict]:
    return by_position(dedup.verdicts_where_stronger_supersedes(table(claims), backend))


def _trip(
    position: int, minutes: tuple[int, int], evidence: Evidence, partner: str = "amap"
) -> Claim:
    return report(
        position, minutes=minutes, evidence=evidence, partner=partner, exclusive_class="trip"
    )


# -- one act, several reports ----------------------------------------------------------------------


def test_a_ride_reported_by_three_partners_is_counted_for_the_strongest_evidence(
    backend: RelationalBackend,
) -> None:
    rides = [
        _trip(1, (0, 20), "navigation_track", "amap"),
        _trip(2, (1, 19), "fare_record", "hello"),
        _trip(3, (2, 25), "device_sensor", "bank"),
    ]

    for rows in permutations(rides):
        assert _stays(backend, *rows) == {1: (2, "same-time"), 2: COUNTS, 3: (2, "same-time")}


def test_a_trip_reported_by_two_apps_is_counted_for_the_one_with_precedence(
    backend: RelationalBackend,
) -> None:
    # The programme's order of partners comes before their names and before the earlier start.
    first = report(1, minutes=(5, 9), evidence="photo", partner="zebra", exclusive_class="trip")
    second = report(2, minutes=(0, 9), evidence="photo", partner="amap", partner_rank=1,
                    exclusive_class="trip")  # fmt: skip

    assert _stays(backend, second, first) == {1: COUNTS, 2: (1, "same-time")}


def test_of_two_equal_reports_the_earlier_start_counts_and_then_the_record_id(
    backend: RelationalBackend,
) -> None:
    early = report(1, minutes=(0, 9), evidence="photo", reference="7", record_id="z")
    later = report(2, minutes=(1, 9), evidence="photo", reference="7", record_id="a")
    twin = report(3, minutes=(0, 9), evidence="photo", reference="7", record_id="zz")

    found = _stays(backend, twin, later, early)

    assert found == {1: COUNTS, 2: (1, "same-reference"), 3: (1, "same-reference")}


def test_a_ticket_claimed_twice_in_one_scene_counts_once_though_times_differ(
    backend: RelationalBackend,
) -> None:
    claims = [
        report(1, minutes=(0, 20), evidence="photo", reference="T-1", person_id=1),
        report(2, minutes=(900, 930), evidence="fare_record", reference="T-1", person_id=2),
    ]

    assert _stays(backend, *claims) == {1: (2, "same-reference"), 2: COUNTS}


def test_a_bike_that_two_persons_claim_at_one_time_counts_once(backend: RelationalBackend) -> None:
    claims = [
        report(1, minutes=(0, 20), evidence="vehicle_record", asset="bike-9", person_id=1),
        report(2, minutes=(10, 30), evidence="photo", asset="bike-9", person_id=2),
        report(3, minutes=(20, 40), evidence="photo", asset="bike-9", person_id=3),
    ]

    # The third overlaps the second alone, and the second has lost.
    assert _stays(backend, *claims) == {1: COUNTS, 2: (1, "same-asset"), 3: COUNTS}


def test_a_batch_of_goods_that_occupies_all_time_is_credited_once_in_its_life(
    backend: RelationalBackend,
) -> None:
    first, until = ALL_TIME
    claims = [
        Claim(n, record_id=f"{n}", scene="used_clothes", asset="bale-4", person_id=n,
              claim_from_us=first, claim_until_us=until)
        for n in (1, 2)
    ]  # fmt: skip

    assert _stays(backend, *claims) == {1: COUNTS, 2: (1, "same-asset")}


def test_one_day_of_steps_counted_by_two_apps_counts_once(backend: RelationalBackend) -> None:
    day = (0, 24 * 60)
    claims = [
        report(1, minutes=day, evidence="device_sensor", scene="walk", exclusive_class="steps"),
        report(2, minutes=day, evidence="device_sensor", scene="walk", exclusive_class="steps",
               partner="bank"),
    ]  # fmt: skip

    assert _stays(backend, *claims) == {1: COUNTS, 2: (1, "same-time")}


def test_a_claim_with_several_rivals_names_the_strongest_and_the_first_key_they_share(
    backend: RelationalBackend,
) -> None:
    ride = {"reference": "7", "asset": "bike", "exclusive_class": "trip"}
    claims = [
        report(1, minutes=(0, 5), evidence="meter_record", asset="bike", person_id=2),
        report(2, minutes=(6, 9), evidence="fare_record", exclusive_class="trip", asset="bike"),
        report(3, minutes=(90, 95), evidence="vehicle_record", reference="7", person_id=3),
        report(4, minutes=(0, 9), evidence="photo", **ride),
    ]

    assert _stays(backend, *claims)[4] == (2, "same-asset")


# -- several acts ----------------------------------------------------------------------------------


def test_two_trips_an_hour_apart_on_one_line_are_two_trips(backend: RelationalBackend) -> None:
    claims = [_trip(1, (0, 30), "fare_record"), _trip(2, (90, 120), "fare_record")]

    assert _stays(backend, *claims) == {1: COUNTS, 2: COUNTS}


def test_a_trip_that_begins_when_another_ends_is_another(backend: RelationalBackend) -> None:
    claims = [_trip(1, (0, 30), "fare_record"), _trip(2, (30, 40), "fare_record")]

    assert _stays(backend, *claims) == {1: COUNTS, 2: COUNTS}


def test_the_same_number_in_two_scenes_is_two_references(backend: RelationalBackend) -> None:
    claims = [
        report(1, minutes=(0, 9), evidence="fare_record", reference="1001", scene="bus_ride"),
        report(2, minutes=(0, 9), evidence="fare_record", reference="1001", scene="bill_payment"),
    ]

    assert _stays(backend, *claims) == {1: COUNTS, 2: COUNTS}


def test_a_bus_and_a_metro_ride_at_one_time_exclude_each_other(backend: RelationalBackend) -> None:
    bus = report(1, minutes=(0, 9), evidence="photo", scene="bus_ride", exclusive_class="trip")
    metro = report(2, minutes=(5, 30), evidence="fare_record", scene="metro_ride",
                   exclusive_class="trip")  # fmt: skip

    assert _stays(backend, bus, metro) == {1: (2, "same-time"), 2: COUNTS}


def test_walking_while_riding_is_two_acts_of_two_classes(backend: RelationalBackend) -> None:
    claims = [
        report(1, minutes=(0, 1440), evidence="photo", scene="walk", exclusive_class="steps"),
        _trip(2, (5, 30), "photo"),
    ]

    assert _stays(backend, *claims) == {1: COUNTS, 2: COUNTS}


def test_four_equal_charges_are_not_lost_as_duplicates(backend: RelationalBackend) -> None:
    # One person, one shop, one minute, one amount: only the order numbers differ.
    charges = [
        report(n, minutes=(5, 6), evidence="fare_record", scene="no_tableware",
               record_id=f"order-{n}", reference=f"order-{n}")
        for n in range(4)
    ]  # fmt: skip

    assert _stays(backend, *charges) == dict.fromkeys(range(4), COUNTS)


def test_charges_without_a_number_are_not_lost_as_duplicates_either(
    backend: RelationalBackend,
) -> None:
    charges = [
        report(n, minutes=(5, 6), evidence="fare_record", scene="clean_plate") for n in range(4)
    ]

    assert _stays(backend, *charges) == dict.fromkeys(range(4), COUNTS)


# -- chains ----------------------------------------------------------------------------------------


def test_of_a_chain_whose_ends_do_not_touch_both_ends_count(backend: RelationalBackend) -> None:
    a, b, c = _trip(1, (0, 10), "photo"), _trip(2, (9, 20), "photo"), _trip(3, (19, 30), "photo")

    assert _stays(backend, c, b, a) == {1: COUNTS, 2: (1, "same-time"), 3: COUNTS}


def test_a_chain_may_run_over_all_three_keys(backend: RelationalBackend) -> None:
    # Each loses to the one before, or would if that one had not lost.
    claims = [
        report(1, minutes=(0, 9), evidence="fare_record", reference="7"),
        report(2, minutes=(50, 60), evidence="meter_record", reference="7", asset="x", person_id=2),
        report(3, minutes=(55, 70), evidence="vehicle_record", asset="x", exclusive_class="trip"),
        report(4, minutes=(65, 80), evidence="photo", exclusive_class="trip"),
    ]

    assert _stays(backend, *claims) == {
        1: COUNTS,
        2: (1, "same-reference"),
        3: COUNTS,
        4: (3, "same-time"),
    }


def test_of_a_chain_of_two_thousand_every_second_counts(backend: RelationalBackend) -> None:
    # Starts a minute apart, each two minutes less a second long: neighbours overlap, no others.
    chain = [
        Claim(n, record_id=f"{n:04}", exclusive_class="trip",
              claim_from_us=n * MINUTE_US, claim_until_us=(n + 2) * MINUTE_US - 1_000_000)
        for n in range(2_000)
    ]  # fmt: skip

    found = _stays(backend, *reversed(chain))

    assert found == {n: (n - 1, "same-time") if n % 2 else COUNTS for n in range(2_000)}


# -- what is posted --------------------------------------------------------------------------------


def test_a_posted_line_stays_though_stronger_evidence_comes(backend: RelationalBackend) -> None:
    line = _trip(-1, (0, 20), "statement").as_posted(1)
    proof = _trip(1, (0, 20), "fare_record", "hello")

    assert _stays(backend, line, proof) == {1: (-1, "same-time")}


def test_stronger_evidence_supersedes_a_posted_line_which_is_named_to_be_reversed(
    backend: RelationalBackend,
) -> None:
    line = _trip(-1, (0, 20), "statement").as_posted(1)
    proof = _trip(1, (0, 20), "fare_record", "hello")

    assert _supersedes(backend, line, proof) == {-1: (1, "same-time"), 1: COUNTS}


def test_weaker_evidence_supersedes_nothing(backend: RelationalBackend) -> None:
    line = _trip(-1, (0, 20), "fare_record").as_posted(1)
    shot = _trip(1, (0, 20), "photo")

    assert _supersedes(backend, line, shot) == {1: (-1, "same-time")}


def test_between_equals_the_posted_line_is_not_reversed(backend: RelationalBackend) -> None:
    line = report(9, minutes=(0, 20), evidence="photo", record_id="r", exclusive_class="trip")
    same = report(1, minutes=(0, 20), evidence="photo", record_id="r", exclusive_class="trip")

    assert _supersedes(backend, line.as_posted(5), same) == {1: (9, "same-time")}


def test_a_trip_that_meets_two_posted_lines_names_the_one_posted_first(
    backend: RelationalBackend,
) -> None:
    late = _trip(-1, (0, 10), "fare_record").as_posted(8)
    soon = _trip(-2, (10, 20), "statement").as_posted(3)

    assert _stays(backend, late, soon, _trip(1, (5, 15), "photo")) == {1: (-2, "same-time")}


def test_posted_lines_that_other_rules_let_overlap_stay_and_both_keep_others_out(
    backend: RelationalBackend,
) -> None:
    lines = [_trip(-1, (0, 60), "photo").as_posted(2), _trip(-2, (10, 20), "photo").as_posted(1)]
    trips = [_trip(1, (12, 15), "photo"), _trip(2, (30, 40), "photo"), _trip(3, (60, 65), "photo")]

    assert _stays(backend, *lines, *trips) == {
        1: (-2, "same-time"),
        2: (-1, "same-time"),
        3: COUNTS,
    }


def test_what_a_reversed_line_suppressed_counts_when_it_is_handed_in_again(
    backend: RelationalBackend,
) -> None:
    # B suppressed C. A, which does not touch C, supersedes B; then nothing speaks against C.
    a, b, c = (
        _trip(1, (0, 10), "fare_record"),
        _trip(2, (5, 20), "photo"),
        _trip(3, (15, 30), "statement"),
    )
    assert _supersedes(backend, b, c) == {2: COUNTS, 3: (2, "same-time")}
    assert _supersedes(backend, b.as_posted(1), a) == {1: COUNTS, 2: (1, "same-time")}

    assert _supersedes(backend, a.as_posted(2), c) == {3: COUNTS}
    # Or in one run, with C handed in beside A.
    assert _supersedes(backend, b.as_posted(1), a, c) == {
        1: COUNTS,
        2: (1, "same-time"),
        3: COUNTS,
    }


# -- what must be true of the claims ---------------------------------------------------------------


@pytest.mark.parametrize("decide", [_stays, _supersedes])
def test_a_claim_that_occupies_no_time_is_a_fault_of_the_caller(
    backend: RelationalBackend, decide: object
) -> None:
    assert callable(decide)
    with pytest.raises(AssertionError, match="occupies no time"):
        decide(backend, Claim(1, claim_from_us=7, claim_until_us=7))


def test_a_position_that_stands_twice_among_rivals_is_a_fault_of_the_caller(
    backend: RelationalBackend,
) -> None:
    twice = [Claim(1, reference="7"), Claim(1, reference="7")]

    with pytest.raises(AssertionError, match="position is twice"):
        dedup.verdicts_where_posted_stays(table(twice), backend)


def test_partners_as_codes_of_a_dictionary_are_a_fault_of_the_caller(
    backend: RelationalBackend,
) -> None:
    # An engine would order the partners by their codes, not by their names.
    claims = table([Claim(1)])
    at = claims.schema.get_field_index("partner")
    coded = claims.set_column(at, "partner", claims["partner"].dictionary_encode())

    with pytest.raises(AssertionError, match="partner is dictionary"):
        dedup.verdicts_where_posted_stays(coded, backend)


def test_columns_beyond_those_of_a_claim_are_left_alone(backend: RelationalBackend) -> None:
    claims = table([Claim(1)]).append_column("distance_km", pa.array([4.2]))

    assert by_position(dedup.verdicts_where_posted_stays(claims, backend)) == {1: COUNTS}
