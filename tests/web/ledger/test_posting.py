"""A batch is posted whole, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui.ledger import LINES
from tanpuhui.terms import DayRange
from tests.web.ledger.hand_in import Desk, figures, ride, walk, write

OPENED_BY_PERSON = ("opened_by: partner", "opened_by: person")


def test_a_file_becomes_a_batch_with_three_books(hankou: Desk, tmp_path: Path) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 7_250), walk("2", "bo", 10_001))

    posted = hankou.post(file)

    # 7,250 x 0.02 = 145 g; 10,001 x 0.02 = 200.02 g, of which a day is credited 200 g.
    assert (posted.result["reduction_mg"], posted.result["credited_mg"]) == (345_020, 345_000)
    assert (posted.result["counted"], posted.result["people"]) == (2, 2)
    assert str(posted.result["batch"]).startswith("hankou-000001-")
    assert posted.result["seconds"] > 0
    assert not posted.repeated
    assert hankou.store.books("hankou").to_json() == posted.result["books"]


def test_the_same_file_again_is_answered_with_the_first_result(
    hankou: Desk, tmp_path: Path
) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 7_250))
    first = hankou.post(file)

    again = hankou.post(file.rename(tmp_path / "renamed.csv"))

    assert again.repeated
    assert (again.result, again.lines, again.verdicts) == (
        first.result, first.lines, first.verdicts,
    )  # fmt: skip
    assert len(hankou.store.batches("hankou")) == 1


def test_the_order_of_the_files_is_no_other_question(hankou: Desk, tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", walk("1", "ann", 7_250))
    two = write(tmp_path / "two.csv", walk("2", "bo", 500))
    first = hankou.post(one, two)

    assert hankou.post(two, one).result == first.result


def test_another_partner_for_the_same_file_is_another_question(
    hankou: Desk, tmp_path: Path
) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 7_250))
    hankou.post(file)

    assert not hankou.post(file, partner="wuhan-transit-card").repeated


def test_a_record_that_comes_again_in_another_file_is_a_retry(hankou: Desk, tmp_path: Path) -> None:
    hankou.post(write(tmp_path / "one.csv", walk("1", "ann", 7_250)))

    posted = hankou.post(write(tmp_path / "two.csv", walk("1", "ann", 7_250), walk("2", "bo", 500)))

    assert posted.result["duplicate_codes"] == {"retry": 1}
    assert posted.result["credited_mg"] == 10_000
    assert hankou.store.books("hankou").person.credited_mg == 155_000


def test_a_record_that_comes_again_with_another_content_is_refused(
    hankou: Desk, tmp_path: Path
) -> None:
    hankou.post(write(tmp_path / "one.csv", walk("1", "ann", 7_250)))

    posted = hankou.post(write(tmp_path / "two.csv", walk("1", "ann", 9_000)))

    assert posted.result["refused"] == {"conflict": 1}
    assert hankou.store.books("hankou").person.credited_mg == 145_000


def test_a_limit_counts_what_earlier_batches_posted(
    open_data_with: Callable[[str, str], Desk], tmp_path: Path
) -> None:
    limit = "{scenes: [shared_bike_ride], each: [person, local_day], reduction: 300 gCO2e}"
    desk = open_data_with("limits: []", f"limits: [{limit}]")
    rides = [ride(str(n), "ann", 4, hour=8 + n) for n in range(3)]

    posted = [desk.post(write(tmp_path / f"{n}.csv", rides[n])) for n in range(3)]

    # Each ride is 4 x 48.70 = 194.8 g. Of 300 g the second finds 105.2 left, and the third none.
    assert [p.result["credited_mg"] for p in posted] == [194_800, 105_200, 0]
    assert desk.store.books("open-data").person.credited_mg == 300_000


def test_batches_give_the_books_that_one_batch_gives(shanxi: Desk, tmp_path: Path) -> None:
    rides = [
        ride("1", "k:ann", 2.0, partner="meituan"),
        ride("2", "k:ann", 2.1, partner="qingju"),
        ride("3", "k:bo", 3.0, hour=9, partner="didi"),
        ride("4", "k:ann", 1.0, hour=11, partner="qingju"),
    ]
    for number, one in enumerate(rides):
        shanxi.post(write(tmp_path / f"{number}.csv", one))
    split = shanxi.store.books(shanxi.programme.id)

    whole = shanxi.post(write(tmp_path / "whole.csv", *rides))

    # All four are retries; the one that lost to the first ride is known, too.
    assert whole.result["duplicate_codes"] == {"retry": 4}
    # 2 km + 3 km + 1 km at 48.70 g; the second report is of the first ride.
    assert split.person.credited_mg == 97_400 + 146_100 + 48_700
    assert split.agree()


def test_a_file_without_records_posts_nothing(hankou: Desk, tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.csv")

    posted = hankou.post(empty)

    assert (posted.result["batch"], posted.result["received"]) == (None, 0)
    assert (posted.lines, posted.verdicts) == ((), None)
    assert hankou.store.programmes() == ()
    assert not [path for path in hankou.store.places.lake.rglob("*.parquet")]


def test_a_file_that_is_not_there_posts_nothing_and_does_not_answer_for_it_later(
    hankou: Desk, tmp_path: Path
) -> None:
    missing = hankou.post(tmp_path / "steps.csv")

    later = hankou.post(write(tmp_path / "steps.csv", walk("1", "ann", 500)))

    assert (missing.result["batch"], len(missing.result["unreadable"])) == (None, 1)
    assert (later.repeated, later.result["counted"]) == (False, 1)


def test_a_file_that_is_refused_whole_is_posted_with_its_verdicts(
    hankou: Desk, tmp_path: Path
) -> None:
    posted = hankou.post(write(tmp_path / "steps.csv", walk("1", "ann", 0)))

    assert posted.result["refused"] == {"no-steps": 1}
    assert posted.lines == ()
    assert pq.read_table(posted.verdicts)["code"].to_pylist() == ["no-steps"]


def test_where_persons_open_accounts_the_unknown_are_held_and_may_come_again(
    open_data_with: Callable[[str, str], Desk], tmp_path: Path
) -> None:
    desk = open_data_with(*OPENED_BY_PERSON)
    file = write(tmp_path / "rides.csv", ride("1", "ann", 2))

    first = desk.post(file)
    second = desk.post(file)

    assert first.result["held"] == {"no-account": 1}
    assert (second.repeated, second.result["held"]) == (False, {"no-account": 1})
    assert second.result["batch"] != first.result["batch"]


def test_who_was_held_is_credited_once_an_account_is_open(
    open_data_with: Callable[[str, str], Desk], tmp_path: Path
) -> None:
    desk = open_data_with(*OPENED_BY_PERSON)
    file = write(tmp_path / "rides.csv", ride("1", "ann", 2))
    desk.post(file)
    # The same domain; here the partner opens ann's account.
    by_partner = open_data_with("opened_by: partner", "opened_by: partner")
    by_partner.post(write(tmp_path / "other.csv", ride("2", "ann", 1, hour=12)))

    posted = desk.post(file)

    assert (posted.repeated, posted.result["counted"], posted.result["held"]) == (False, 1, {})
    assert desk.post(file).result == posted.result


def test_books_balances_and_lines_agree(shanxi: Desk, tmp_path: Path) -> None:
    for day in (1, 2):
        rides = [ride(f"{day}-{n}", f"u{n % 3}", 1 + n / 7, hour=8 + n) for n in range(9)]
        rides = [text.replace("2026-03-01", f"2026-03-0{day}") for text in rides]
        shanxi.post(write(tmp_path / f"{day}.csv", *rides))
    store = shanxi.store
    files = sorted(store.places.lake.rglob("lines/**/*.parquet"))
    lines = pa.concat_tables(pq.ParquetFile(file).read() for file in files)

    books = store.books(shanxi.programme.id)

    assert books.agree()
    assert books.person.credited_mg == sum(lines["credited_mg"].to_pylist())
    persons = set(lines["person_id"].to_pylist())
    assert len(persons) == 3
    for person in persons:
        theirs = store.lines_of(person)
        assert theirs.lines.schema.equals(LINES)
        assert len(theirs.lines) == store.balance(person).count == 6
        assert sum(theirs.lines["credited_mg"].to_pylist()) == store.balance(person).credited_mg


def test_books_of_some_days_are_summed_over_the_lines_of_those_days(
    hankou: Desk, tmp_path: Path
) -> None:
    steps = [walk("1", "ann", 7_250), walk("2", "ann", 500, day="2026-03-02")]
    hankou.post(write(tmp_path / "steps.csv", *steps))

    second = hankou.store.books("hankou", DayRange(date(2026, 3, 2), date(2026, 3, 3)))

    assert second.agree()
    assert (second.person.count, second.person.credited_mg) == (1, 10_000)
    assert hankou.store.books("hankou", DayRange(date(2026, 3, 3), None)).person.count == 0


def test_a_person_is_found_by_the_partners_id(hankou: Desk, tmp_path: Path) -> None:
    steps = [walk("1", "安", 7_250), walk("2", "k:bo", 500)]
    hankou.post(write(tmp_path / "steps.csv", *steps))
    store, programme = hankou.store, hankou.programme

    found = store.person_of(programme, "安", "hankou-bank")
    shared = store.person_of(programme, "k:bo", "wuhan-transit-card")

    assert found is not None
    assert shared is not None
    assert store.balance(found).credited_mg == 145_000
    assert store.balance(shared, "hankou").credited_mg == 10_000
    assert store.person_of(programme, "安", "wuhan-transit-card") is None
    assert store.most_credited("hankou", 5) == (found, shared)


def test_points_are_granted_and_shown_with_the_person(
    open_data_with: Callable[[str, str], Desk], tmp_path: Path
) -> None:
    currency = "{id: leaf, title: {en: leaf, zh: 叶}, rate: {per_gram: 1}}"
    desk = open_data_with("currencies: []", f"currencies: [{currency}]")

    posted = desk.post(write(tmp_path / "rides.csv", ride("1", "ann", 2)))

    # 97.4 g are 97 whole points.
    (person,) = desk.store.most_credited("open-data", 5)
    assert posted.result["points"] == {"leaf": 97}
    assert desk.store.balance(person).points == {"leaf": 97}
    assert desk.store.lines_of(person, "open-data").grants["points"].to_pylist() == [97]
    assert desk.store.books("open-data").agree()
    assert desk.store.books("open-data", DayRange(date(2026, 3, 1), None)).agree()


def test_a_batch_is_listed_with_its_answer(hankou: Desk, tmp_path: Path) -> None:
    posted = hankou.post(
        write(tmp_path / "steps.csv", walk("1", "ann", 500)), partner="hankou-bank"
    )

    (batch,) = hankou.store.batches("hankou")

    assert (batch.name, batch.result) == (posted.result["batch"], posted.result)
    assert (batch.posted_order, batch.domain, batch.partner) == (1, "hankou", "hankou-bank")
    assert hankou.store.programmes() == ("hankou",)
    assert figures(batch.result) == figures(posted.result)


@pytest.mark.parametrize("programme", [None, "hankou"])
def test_a_number_that_nobody_has_has_nothing(hankou: Desk, programme: str | None) -> None:
    assert hankou.store.balance(999, programme).credited_mg == 0
    assert len(hankou.store.lines_of(999, programme).lines) == 0
