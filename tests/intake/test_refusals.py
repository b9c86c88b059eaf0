"""Every code of refusal, the order of the codes, and what is shown with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tanpuhui import engine, intake
from tanpuhui.terms import DayRange
from tests.intake.reception import (
    BIKE,
    BILL,
    BUS,
    COLUMNS,
    DAYS,
    OURS,
    PARTNERS,
    SCENES,
    SHANGHAI,
    TRIP,
    WALK,
    Texts,
    one,
    received,
    utc,
    verdict,
)


@pytest.mark.parametrize("row", [BIKE, WALK, BUS, BILL, TRIP])
def test_a_record_that_says_all_that_its_scene_asks_is_accepted(row: Texts) -> None:
    assert verdict(row) == (None, None)


@pytest.mark.parametrize(
    "field",
    ["record_id", "partner", "subject", "scene", "started_at", "ended_at", "region", "evidence"],
)
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_field_that_is_empty_is_missing(field: str, nothing: str | None) -> None:
    assert verdict(BIKE, **{field: nothing}) == (f"missing-{field}", None)


def test_an_instant_needs_no_end_and_ends_when_it_starts() -> None:
    found = one(BILL, ended_at=None)

    assert found["refused"] is None
    assert found["ended_at"] == found["started_at"] == utc(2022, 8, 10, 0)


@pytest.mark.parametrize(
    ("row", "changes", "code", "reason"),
    [
        (BIKE, {"partner": "meituan"}, "unknown-partner", "meituan"),
        (BIKE, {"scene": "Bike"}, "unknown-scene", "Bike"),
        (BIKE, {"scene": "power"}, "scene-not-in-programme", "power"),
        (BIKE, {"started_at": "10 August"}, "unreadable-started_at", "10 August"),
        (BIKE, {"ended_at": "later"}, "unreadable-ended_at", "later"),
        (BIKE, {"started_at": "2022-08-10 08:00:00"}, "time-without-offset", "2022-08-10 08:00:00"),
        (BIKE, {"ended_at": "2022-08-10T08:20:00"}, "time-without-offset", "2022-08-10T08:20:00"),
        (BIKE, {"ended_at": "2022-08-09T23:59:59Z"}, "end-before-start", "2022-08-09T23:59:59Z"),
        (BIKE, {"region": "4201"}, "unknown-region", "4201"),
        (BIKE, {"region": "110101"}, "region-not-in-programme", "110101"),
        (BIKE, {"evidence": "hearsay"}, "unknown-evidence", "hearsay"),
        (BIKE, {"evidence": "statement"}, "evidence-not-accepted", "statement"),
        (BIKE, {"distance_km": "two"}, "unreadable-distance_km", "two"),
        (BIKE, {"distance_km": "NaN"}, "unreadable-distance_km", "NaN"),
        (BIKE, {"distance_km": None}, "missing-distance_km", None),
        (BIKE, {"distance_km": "-0.1"}, "negative-distance_km", "-0.1"),
        (BIKE, {"distance_km": "2e15"}, "above-most-distance_km", "2e15"),
        (BUS, {"item_count": "2"}, "above-most-item_count", "2"),
        (BUS, {"distance_km": "100.1"}, "above-most-distance_km", "100.1"),
        (BUS, {"distance_km": "far"}, "unreadable-distance_km", "far"),
        (TRIP, {"mode": None}, "missing-mode", None),
        (TRIP, {"mode": "tram"}, "unknown-mode", "tram"),
        (BUS, {"power": "steam"}, "unknown-power", "steam"),
        (WALK, {"ended_at": "2022-08-11T00:00:01+08:00"}, "not-one-local-day",
         "2022-08-11T00:00:01+08:00"),
    ],
)  # fmt: skip
def test_a_record_is_refused_with_its_code_and_the_text_that_failed(
    row: Texts, changes: dict[str, str | None], code: str, reason: str | None
) -> None:
    assert verdict(row, **changes) == (code, reason)


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        (BIKE, {"distance_km": "0"}),
        (BIKE, {"distance_km": "1e15"}),
        (BIKE, {"ended_at": BIKE["started_at"]}),
        (BUS, {"item_count": "1"}),
        (BUS, {"distance_km": "100"}),
        (BUS, {"power": "gas"}),
        (BUS, {"evidence": "photo"}),
        (BIKE, {"region": "420000"}),
        (WALK, {"ended_at": "2022-08-11T00:00:00+08:00"}),
        (WALK, {"ended_at": "2022-08-10T00:00:00+08:00"}),
    ],
)
def test_a_record_at_the_edge_is_accepted(row: Texts, changes: dict[str, str | None]) -> None:
    assert verdict(row, **changes) == (None, None)


def test_a_programme_counts_from_its_first_local_day_up_to_its_last() -> None:
    # In Shanghai, 16:00 UTC is the next midnight; the programme runs from 2022 through 2023.
    starts = ["2021-12-31T15:59:59Z", "2021-12-31T16:00:00Z", "2023-12-31T15:59:59Z",
              "2023-12-31T16:00:00Z"]  # fmt: skip
    rows = [{**BIKE, "started_at": start, "ended_at": start} for start in starts]

    found = [(row["refused"], row["local_day"]) for row in received(rows)]

    assert found == [
        ("outside-programme", date(2021, 12, 31)),
        (None, date(2022, 1, 1)),
        (None, date(2023, 12, 31)),
        ("outside-programme", date(2024, 1, 1)),
    ]


def test_the_first_check_that_fails_gives_the_code() -> None:
    wrong = {
        "partner": "nobody", "scene": "sleep", "started_at": "then", "region": "x",
        "evidence": "none", "distance_km": "-1",
    }  # fmt: skip

    codes = []
    for mended in ("partner", "scene", "started_at", "region", "evidence", "distance_km"):
        codes.append(verdict(BIKE, **wrong)[0])
        wrong[mended] = BIKE[mended] or ""

    assert codes == [
        "unknown-partner", "unknown-scene", "unreadable-started_at", "unknown-region",
        "unknown-evidence", "negative-distance_km",
    ]  # fmt: skip
    assert verdict(BIKE, **wrong) == (None, None)


def test_what_a_scene_does_not_ask_for_neither_counts_nor_spoils_the_record() -> None:
    found = one(BIKE, steps="many", mode="tram", item_count="-1")

    assert (found["refused"], found["steps"], found["mode"]) == (None, None, None)


def test_a_reason_is_cut_at_forty_characters() -> None:
    _, reason = verdict(BIKE, scene="骑" * 100)

    assert reason == "骑" * 40


# -- subjects --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("k:", "unreadable-subject"),
        ("k: 5", "unreadable-subject"),
        ("13800138000", "personal-subject"),
        ("+8613800138000", "personal-subject"),
        ("11010119900307123X", "personal-subject"),
        ("s" * 201, "too-long-subject"),
    ],
)
def test_a_subject_that_is_no_opaque_id_is_refused_and_never_shown(subject: str, code: str) -> None:
    assert verdict(BIKE, subject=subject) == (code, None)


@pytest.mark.parametrize(
    "subject", ["k:9f2c", "12800138000", "1380013800", "110101199013071234", "s" * 200]
)
def test_an_opaque_subject_is_accepted(subject: str) -> None:
    assert verdict(BIKE, subject=subject) == (None, None)


@pytest.mark.parametrize("field", ["record_id", "reference", "asset"])
def test_an_id_is_at_most_200_characters_long(field: str) -> None:
    assert verdict(BIKE, **{field: "号" * 200}) == (None, None)
    assert verdict(BIKE, **{field: "号" * 201}) == (f"too-long-{field}", None)


# -- who and where ---------------------------------------------------------------------------------


def test_a_record_that_names_no_partner_is_of_the_one_who_hands_it_in() -> None:
    rows = [{**BIKE, "partner": None}, {**BIKE, "partner": "amap"}]

    found = received(rows, partner="hello")

    assert [row["partner"] for row in found] == ["hello", "amap"]


def test_where_one_partner_may_report_nobody_speaks_in_anothers_name() -> None:
    found = received([{**BIKE, "partner": "amap"}], partner="hello", partners=("hello",))

    assert found[0]["refused"] == "unknown-partner"


def test_a_programme_for_anyone_and_anywhere_takes_any_partner_and_region() -> None:
    row = {**BIKE, "partner": "citibike", "region": "000000"}

    (found,) = received([row], partners=None, regions=None, days=DayRange())

    assert found["refused"] is None


def test_where_anyone_may_report_a_partners_id_has_its_limit_too() -> None:
    rows = [{**BIKE, "partner": "p" * length} for length in (200, 201)]

    found = received(rows, partners=None)

    assert [row["refused"] for row in found] == [None, "too-long-partner"]


@pytest.mark.parametrize("number", [1, 33])
def test_a_region_that_the_vocabulary_lacks_is_refused(number: int) -> None:
    unknown = frozenset(f"4299{place:02}" for place in range(number))

    found = received([BIKE, {**BIKE, "region": "429900"}], unknown_regions=unknown)

    assert [row["refused"] for row in found] == [None, "unknown-region"]
    assert found[1]["reason"] == "429900"


@pytest.mark.parametrize(
    ("regions", "inside", "outside"),
    [
        (("000000",), "110000", None),
        (("100000",), "110101", "000000"),
        (("420000",), "429900", "430000"),
        (("420100",), "420106", "420200"),
        (("420106",), "420106", "420107"),
        (("420106", "110000"), "110101", "420107"),
    ],
)
def test_a_region_lies_in_the_programme_by_its_prefix(
    regions: tuple[str, ...], inside: str, outside: str | None
) -> None:
    rows = [{**BIKE, "region": region} for region in (inside, outside) if region is not None]

    found = [row["refused"] for row in received(rows, regions=regions)]

    assert found == [None, "region-not-in-programme"][: len(rows)]


def test_a_programme_may_have_hundreds_of_partners_scenes_and_regions() -> None:
    scenes = SCENES | {f"bike_{n}": replace(SCENES["bike"], id=f"bike_{n}") for n in range(250)}
    partners = [f"p{n}" for n in range(2_000)]
    rows = [{**BIKE, "scene": "bike_249", "partner": "p1999"}, {**BIKE, "partner": "nobody"},
            {**BIKE, "scene": "bike_250", "partner": "p0"}]  # fmt: skip

    found = received(
        rows, scenes=scenes, programme_scenes=tuple(s for s in scenes if s != "power"),
        partners=partners, regions=[f"{code}" for code in range(420_001, 420_800)],
    )  # fmt: skip

    assert [row["refused"] for row in found] == [None, "unknown-partner", "unknown-scene"]


# -- shape -----------------------------------------------------------------------------------------


def test_rows_stay_in_order_and_none_is_lost() -> None:
    rows = [
        {**BIKE, "record_id": f"r{number}", "distance_km": str(number % 3 - 1)}
        for number in range(5000)
    ]

    found = received(rows)

    assert [row["record_id"] for row in found] == [row["record_id"] for row in rows]
    assert [row["refused"] is None for row in found] == [n % 3 > 0 for n in range(5000)]


def test_evidence_is_ranked_with_zero_as_the_strongest() -> None:
    rows = [{**BUS, "evidence": "photo"}, BUS, WALK, {**BUS, "evidence": "hearsay"}]

    assert [row["evidence_rank"] for row in received(rows)] == [5, 0, 4, None]


def test_minus_zero_becomes_zero() -> None:
    assert str(one(BIKE, distance_km="-0")["distance_km"]) == "0.0"


def test_what_cannot_be_read_of_a_refused_record_is_null_and_the_rest_is_kept() -> None:
    found = one(BIKE, started_at="2022-08-10", distance_km="inf")

    assert (found["started_at"], found["local_day"], found["distance_km"]) == (None, None, None)
    assert (found["record_id"], found["ended_at"]) == ("r1", utc(2022, 8, 10, 0, 20))


def test_the_plan_runs_on_a_back_end_and_hands_a_row_number_on() -> None:
    import ibis
    import pyarrow as pa

    back_end = engine.open_backend("duckdb")
    carried = pa.schema([("row", pa.int64())])
    raw = pa.table(
        {
            "row": pa.array([7, 8], pa.int64()),
            **{name: pa.array([BIKE.get(name)] * 2, pa.string()) for name in COLUMNS},
        }
    )
    plan = intake.received(
        ibis.table({"row": "int64", **dict.fromkeys(COLUMNS, "string")}, name="raw"),
        mapping=None, partner=None, scenes=SCENES, programme_scenes=OURS, partners=PARTNERS,
        regions=None, unknown_regions=(), days=DAYS, time_zone=SHANGHAI,
        local_day=engine.local_day_column, carried=("row",),
    )  # fmt: skip
    schema = intake.received_schema(SCENES, OURS, carried=carried)

    found = back_end.fetch(plan, schema, {"raw": raw})  # type: ignore[attr-defined]

    assert found.schema == schema
    assert found["row"].to_pylist() == [7, 8]
    assert found["refused"].to_pylist() == [None, None]
