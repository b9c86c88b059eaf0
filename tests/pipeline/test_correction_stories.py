"""What is withdrawn or restated, worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow.parquet as pq
import pytest

from tanpuhui import ledger
from tanpuhui.pipeline import (
    AlreadyWithdrawn,
    Corrected,
    ImportedNotRestated,
    LinesLocked,
    NothingToClawBack,
    NothingToWithdraw,
    UnknownRecords,
)
from tanpuhui.terms import DayRange
from tests.pipeline.store import (
    Row,
    Store,
    library_with,
    lines_of,
    of_kind,
    ride,
    rows_of,
    said,
    verdicts_of,
    walk,
)

Open = Callable[[str], Store]
HERE = {"subject": "k:u1", "partner": "amap"}
HANKOU, BIKES = "rates.hankou_2022", "mobility.shared_cycling.edc_cec_2021"


def _at(clock: str, until: str, day: str = "2024-06-03") -> dict[str, object]:
    return {"started_at": f"{day}T{clock}:00+08:00", "ended_at": f"{day}T{until}:00+08:00"}


def _bike(record_id: str, km: float, **given: object) -> dict[str, object]:
    return ride(
        record_id, **HERE, scene="shared_bike_ride", evidence="vehicle_record", distance_km=km,
        **given,
    )  # fmt: skip


def _buses(count: int) -> list[dict[str, object]]:
    """Rides of one person on one day, an hour apart, 80 g each."""
    return [ride(f"b{n}", **HERE, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20")) for n in range(count)]


def _lines(found: Corrected) -> list[tuple[str, int, int]]:
    """Kind, reduction and credit of each line, in order."""
    return sorted(
        (row["line_kind"], row["reduction_mg"], row["credited_mg"])
        for row in lines_of(found.staged)
    )


def _points(store: Store) -> dict[str, int]:
    """What everybody has, by currency."""
    sums: dict[str, int] = {}
    for staged in store.posted:
        for row in staged.point_balances.to_pylist():
            sums[row["currency"]] = sums.get(row["currency"], 0) + row["points"]
    return sums


# -- withdrawal -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stays-limited", "supersedes-limited"])
def test_a_withdrawn_winner_lets_the_report_post_that_had_lost_to_it(
    open_store: Open, name: str
) -> None:
    store = open_store(name)
    store.post_rows([ride("f", **HERE), ride("d", **HERE, evidence="statement")])

    found = store.withdraw(("amap", "f"))

    assert _lines(found) == [("act", 80_000, 80_000), ("reversal", -80_000, -80_000)]
    assert found.to_json() | {"books": None} == {
        "batch": "batch2", "withdrawn": 1, "read_lines": 0, "refused": {}, "clawed_back_lines": 0,
        "reversed_lines": 1, "counted_again": 1, "difference_lines": 0, "baseline_mg": None,
        "reduction_mg": 0, "credited_mg": 0, "points": {"grams": 0, "table": 0}, "people": 1,
        "books": None,
    }  # fmt: skip
    assert found.staged.books.agree()
    assert {line["evidence"] for line in store.standing().values()} == {"statement"}


def test_of_a_chain_the_middle_counts_only_once_neither_end_does(open_store: Open) -> None:
    # a and c overlap b, and not each other.
    store = open_store("stays-limited")
    store.post_rows(
        [
            ride("a", **HERE, **_at("08:00", "08:10")),
            ride("b", **HERE, **_at("08:05", "08:20"), evidence="photo"),
            ride("c", **HERE, **_at("08:15", "08:30")),
        ]
    )

    first = store.withdraw(("amap", "a"))
    second = store.withdraw(("amap", "c"))

    assert _lines(first) == [("reversal", -80_000, -80_000)]
    assert _lines(second) == [("act", 80_000, 80_000), ("reversal", -80_000, -80_000)]
    (left,) = store.standing().values()
    assert left["evidence"] == "photo"


def test_what_a_withdrawal_sets_free_may_take_the_place_of_a_posted_line(open_store: Open) -> None:
    # b had lost to a, and c, which is weaker than b, counts. Without a, b takes c's place.
    store = open_store("supersedes")
    store.post_rows(
        [
            ride("a", **HERE, **_at("08:00", "08:10")),
            ride("b", **HERE, **_at("08:05", "08:20"), evidence="photo"),
            ride("c", **HERE, **_at("08:15", "08:30"), evidence="statement"),
        ]
    )

    found = store.withdraw(("amap", "a"))

    assert _lines(found) == [("act", 80_000, 80_000), *[("reversal", -80_000, -80_000)] * 2]
    (left,) = store.standing().values()
    assert left["evidence"] == "photo"


def test_a_withdrawn_report_that_had_lost_never_comes_back(open_store: Open) -> None:
    store = open_store("stays-limited")
    store.post_rows([ride("f", **HERE), ride("d", **HERE, evidence="statement")])

    lost = store.withdraw(("amap", "d"))
    won = store.withdraw(("amap", "f"))

    assert (_lines(lost), [file.kind for file in lost.staged.files]) == ([], ["withdrawn"])
    assert _lines(won) == [("reversal", -80_000, -80_000)]
    assert store.standing() == {}


def test_a_withdrawn_line_stays_gone_when_its_winner_is_taken_back_too(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("weak", **HERE, evidence="statement")])
    store.post_rows([ride("strong", **HERE)])
    store.withdraw(("amap", "weak"))

    store.withdraw(("amap", "strong"))

    assert store.standing() == {}


def test_the_same_record_sent_again_is_a_retry_and_the_right_one_comes_under_a_new_id(
    open_store: Open,
) -> None:
    store = open_store("stays-limited")
    store.post_rows([ride("f", **HERE)])
    store.withdraw(("amap", "f"))

    later = store.post_rows(
        [ride("f", **HERE), ride("f2", **HERE, **_at("08:00", "08:25"))],
        [ride("f", **HERE, region="420106")],
    )

    assert [(v["record_id"], v["verdict"], v["code"]) for v in verdicts_of(later)] == [
        ("f", "duplicate", "retry"), ("f2", "counted", None), ("f", "refused", "conflict"),
    ]  # fmt: skip
    assert len(store.standing()) == 1


def test_room_that_a_withdrawal_frees_under_a_daily_limit_returns_by_difference_lines(
    open_store: Open,
) -> None:
    # 250 g a day: of the fourth ride 10 g are credited, and all of it once the first is gone.
    store = open_store("stays-limited")
    store.post_rows(_buses(3))
    store.post_rows(_buses(4)[3:])
    credited = sorted(row["credited_mg"] for row in store.standing().values())
    assert credited == [10_000, 80_000, 80_000, 80_000]

    found = store.withdraw(("amap", "b0"))

    assert _lines(found) == [("difference", 0, 70_000), ("reversal", -80_000, -80_000)]
    # Three rides of 80 g: 80 x 0.037 = 2.96 each, and 2 each by the table.
    assert _points(store) == {"grams": 6, "table": 6}


def test_many_records_are_withdrawn_at_once(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("a", **HERE), ride("b", **HERE, **_at("10:00", "10:20"))])

    found = store.withdraw(("amap", "a"), ("amap", "b"), ("amap", "a"))

    assert (found.withdrawn, len(_lines(found))) == (2, 2)
    assert rows_of(found.staged, "withdrawn") == sorted(
        rows_of(found.staged, "withdrawn"), key=lambda row: row["record_key"]
    )


def test_records_that_are_not_in_the_journal_cannot_be_withdrawn_and_the_fault_says_why(
    open_store: Open,
) -> None:
    store = open_store("stays-limited")
    store.post_rows([ride("f", **HERE), walk("w", **HERE, steps=0)])

    with pytest.raises(UnknownRecords) as caught:
        store.withdraw(("amap", "f"), ("amap", "w"), ("amap", "x"), ("bank", "f"))

    assert caught.value.records == (
        ("amap", "w", "refused, no-steps"),
        ("amap", "x", "never received"),
        ("bank", "f", "never received"),
    )
    assert len(store.standing()) == 1


def test_a_record_is_withdrawn_once(open_store: Open) -> None:
    store = open_store("stays-limited")
    store.post_rows([ride("f", **HERE), ride("g", **HERE, **_at("10:00", "10:20"))])
    store.withdraw(("amap", "f"))

    with pytest.raises(AlreadyWithdrawn) as caught:
        store.withdraw(("amap", "f"), ("amap", "g"))

    assert caught.value.records == (("amap", "f", "batch2"),)
    with pytest.raises(NothingToWithdraw):
        store.withdraw()


# -- restatement ----------------------------------------------------------------------------------


def test_a_corrected_factor_adds_the_difference_and_leaves_the_first_line_alone(
    open_store: Open,
) -> None:
    # 10 km x 48.70 g = 487 g; with 60 g a kilometre 600 g, with 40 g 400 g.
    store = open_store("supersedes")
    store.post_rows([_bike("r", 10)])
    (before,) = store.lines()

    store.rules = library_with("0.02", "80", "60")
    up = store.restate(BIKES)
    again = store.restate(BIKES)
    store.rules = library_with("0.02", "80", "40")
    down = store.restate(BIKES)

    assert _lines(up) == [("difference", 113_000, 113_000)]
    assert again.changes_nothing()
    assert _lines(down) == [("difference", -200_000, -200_000)]
    assert store.lines()[0] == before
    (now,) = store.standing().values()
    assert (now["reduction_mg"], now["credited_mg"]) == (400_000, 400_000)
    assert now["factor_set"] == store.rules.methodology(BIKES).factor_set() != before["factor_set"]
    # 400 g x 0.037 = 14.8; 10 km are 100 times 0.1 km, 3 points each.
    assert _points(store) == {"grams": 14, "table": 300}


def test_a_restated_line_that_is_withdrawn_is_taken_back_by_the_sum(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([_bike("r", 10)])
    store.rules = library_with("0.02", "80", "60")
    store.restate(BIKES)

    found = store.withdraw(("amap", "r"))

    assert _lines(found) == [("reversal", -600_000, -600_000)]
    assert store.standing() == {}
    assert set(_points(store).values()) == {0}


def test_a_restated_line_that_a_stronger_report_takes_back_comes_back_as_restated(
    open_store: Open,
) -> None:
    store = open_store("supersedes")
    store.post_rows([_bike("weak", 10)])
    store.rules = library_with("0.02", "80", "60")
    store.restate(BIKES)
    taken = store.post_rows([{**_bike("strong", 5), "evidence": "fare_record"}])

    found = store.withdraw(("amap", "strong"))

    assert ("reversal", -600_000) in [
        (line["line_kind"], line["credited_mg"]) for line in lines_of(taken)
    ]
    assert _lines(found) == [("act", 600_000, 600_000), ("reversal", -300_000, -300_000)]


def test_limits_are_filled_anew_when_lines_are_restated(open_store: Open) -> None:
    # 250 g a day: 80 + 80 + 80 + 10 g. At 65 g a ride 65 + 65 + 65 + 55 g.
    store = open_store("stays-limited")
    store.post_rows(_buses(3))
    store.post_rows(_buses(4)[3:])
    store.rules = library_with("0.02", "65", "48.70")

    found = store.restate(HANKOU)

    less = ("difference", -15_000, -15_000)
    assert _lines(found) == [less, less, less, ("difference", -15_000, 45_000)]
    assert found.staged.books.agree()


def test_only_the_lines_of_the_days_and_the_methodology_are_restated(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows(
        [
            _bike("r1", 1),
            _bike("r2", 1, **_at("08:00", "08:20", "2024-06-04")),
            _bike("r3", 1, **_at("08:00", "08:20", "2024-06-05")),
            ride("bus", **HERE, **_at("12:00", "12:20", "2024-06-04")),
        ]
    )
    store.rules = library_with("0.03", "90", "60")

    found = store.restate(BIKES, DayRange(date(2024, 6, 4), date(2024, 6, 5)))

    (line,) = lines_of(found.staged)
    assert (str(line["local_day"]), line["reduction_mg"]) == ("2024-06-04", 11_300)


def test_what_the_rules_would_refuse_now_comes_to_nothing_and_the_result_says_so(
    open_store: Open,
) -> None:
    # A ride of a day on which the methodology does not hold any more.
    store = open_store("supersedes")
    store.post_rows([_bike("r", 10)])
    store.rules = library_with("0.02", "80", "48.70", bikes_until="2024-01-01")

    found = store.restate(BIKES)

    assert sum(found.refused.values()) == 1
    assert _lines(found) == [("difference", -487_000, -487_000)]
    store.rules = library_with("0.02", "80", "48.70")
    assert _lines(store.restate(BIKES)) == [("difference", 487_000, 487_000)]


def test_imported_results_cannot_be_restated(open_store: Open) -> None:
    with pytest.raises(ImportedNotRestated):
        open_store("imports").restate("imported:amap")


# -- late records ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stays-limited", "supersedes-limited"])
def test_a_late_record_posts_to_its_own_day_and_fills_what_its_day_has_left(
    open_store: Open, name: str
) -> None:
    # 250 g a day, 90 g a ride: the third ride of the day comes a week late and gets 70 g.
    store = open_store(name)
    store.post_rows([_bike(f"r{n}", 3, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20")) for n in (1, 2)])
    store.post_rows([_bike("next", 3, **_at("08:00", "08:20", "2024-06-09"))])

    late = store.post_rows([_bike("late", 3, **_at("15:00", "15:20"))])

    (line,) = lines_of(late)
    assert (str(line["local_day"]), line["credited_mg"]) == ("2024-06-03", 70_000)
    assert [file.local_day for file in of_kind(late, "lines")] == [date(2024, 6, 3)]


def test_a_late_stronger_record_takes_back_the_line_of_its_own_day(open_store: Open) -> None:
    store = open_store("supersedes-limited")
    store.post_rows([ride("d", **HERE, evidence="statement")])
    store.post_rows([ride("later", **HERE, **_at("08:00", "08:20", "2024-06-09"))])

    late = store.post_rows([ride("f", **HERE)])

    assert {str(line["local_day"]) for line in lines_of(late)} == {"2024-06-03"}
    assert late.counts.reversed_lines == 1


# -- lines that a pool has locked ------------------------------------------------------------------


def _locked(store: Store, pool: str = "pool-1") -> Row:
    (line,) = store.standing().values()
    store.locked.append((line["batch"], line["line"], pool))
    return line


def test_a_stronger_report_loses_to_a_locked_line(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("d", **HERE, evidence="statement")])
    _locked(store)

    later = store.post_rows([ride("f", **HERE)])

    assert said(later) == {"f": ("duplicate", "same-time")}
    assert verdicts_of(later)[0]["winner_record_id"] == "d"
    assert lines_of(later) == []


def test_a_locked_line_is_withdrawn_only_by_a_claw_back_that_names_its_pool(
    open_store: Open,
) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("d", **HERE)])
    line = _locked(store)

    for other in (None, "pool-2"):
        with pytest.raises(LinesLocked) as caught:
            store.withdraw(("amap", "d"), clawback=other)
        assert caught.value.lines == (("pool-1", line["batch"], line["line"]),)
    found = store.withdraw(("amap", "d"), clawback="pool-1")

    assert found.clawed_back == 1
    assert _lines(found) == [("reversal", -80_000, -80_000)]


def test_a_locked_line_is_raised_by_a_restatement_and_lowered_by_a_claw_back_only(
    open_store: Open,
) -> None:
    store = open_store("supersedes")
    store.post_rows([_bike("r", 10)])
    _locked(store)
    store.rules = library_with("0.02", "80", "60")
    assert _lines(store.restate(BIKES)) == [("difference", 113_000, 113_000)]
    store.rules = library_with("0.02", "80", "40")

    with pytest.raises(LinesLocked):
        store.restate(BIKES)
    found = store.restate(BIKES, clawback="pool-1")

    assert (_lines(found), found.clawed_back) == ([("difference", -200_000, -200_000)], 1)


def test_a_claw_back_that_claws_nothing_back_is_refused(open_store: Open) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("d", **HERE)])

    with pytest.raises(NothingToClawBack):
        store.withdraw(("amap", "d"), clawback="pool-1")


def test_a_limit_that_is_filled_anew_takes_from_others_before_a_locked_line(
    open_store: Open,
) -> None:
    # As in the story of supersede: 90 + 90 + 70 + 0 g on the first day, four rides a month that
    # hold something. The freed second bus would push out the last ride of the next day; that one
    # is locked, so the ride before it goes.
    store = open_store("supersedes-limited")
    bike = {"scene": "shared_bike_ride", "evidence": "navigation_track", "distance_km": 3}
    next_day = "2024-06-04"
    store.post_rows(
        [
            ride("bike1", **HERE, **_at("06:00", "06:20"), **bike),
            ride("bike2", **HERE, **_at("07:00", "07:20"), **bike),
            *(ride(f"a{n}", **HERE, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20")) for n in range(2)),
            *(
                ride(f"b{n}", **HERE, **_at(f"{8 + n:02}:00", f"{8 + n:02}:20", next_day))
                for n in range(3)
            ),
        ]
    )
    last = max(store.standing().values(), key=lambda line: line["started_at"])
    store.locked.append((last["batch"], last["line"], "pool-1"))

    found = store.withdraw(("amap", "bike1"))

    more = [row for row in lines_of(found.staged) if row["line_kind"] == "difference"]
    assert [row["credited_mg"] for row in more] == [10_000, 80_000, -80_000]
    assert more[-1]["corrects_line"] != last["line"]
    assert str(more[-1]["local_day"]) == next_day


# -- what a person is told ------------------------------------------------------------------------


def _told(store: Store, causes: dict[str, ledger.Cause]) -> list[str]:
    """The Chinese and English remark of each line, in the order of posting."""
    found = []
    for staged in store.posted:
        for file in of_kind(staged, "lines"):
            found += pq.read_table(file.path, partitioning=None).to_pylist()
    lines = ledger.LINES.empty_table().from_pylist(found, ledger.LINES)
    told = ledger.statement(lines, ledger.GRANTS.empty_table(), store.rules, causes)
    return [str(line.remark and line.remark.en) for line in told]


def test_a_statement_tells_a_withdrawal_from_a_stronger_report_and_says_why(
    open_store: Open,
) -> None:
    store = open_store("supersedes")
    store.post_rows([ride("d", **HERE, evidence="statement")])
    store.post_rows([ride("f", **HERE)])
    store.withdraw(("amap", "f"))
    (key,) = (int(row["record_key"]) for row in rows_of(store.posted[-1], "withdrawn"))
    cause = ledger.Cause("withdrawal", "proven-cheating", "case 7", frozenset([key]))

    told = _told(store, {"batch3": cause})

    assert "taken back: a stronger report of the same act counts" in told
    assert "taken back: the record was withdrawn, cheating was proven (case 7)" in told
    assert "counts now: the report of the same act that had counted was withdrawn" in told


def test_a_statement_says_from_which_figure_to_which_a_line_was_restated(
    open_store: Open,
) -> None:
    store = open_store("supersedes")
    store.post_rows([_bike("r", 10)])
    store.rules = library_with("0.02", "80", "60")
    store.restate(BIKES)

    first, restated = _told(store, {"batch2": ledger.Cause("restatement", note="notice of May")})

    assert "this library does not hold" in first
    assert restated.startswith(f"restated: 487 g became 600 g under rules {BIKES} · ")
    assert restated.endswith("; notice of May")
