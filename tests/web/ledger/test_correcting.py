"""Corrections are batches like any other: posted whole, and once."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tanpuhui.pipeline import AlreadyWithdrawn, LinesLocked
from tanpuhui.rules import Library
from tanpuhui.terms import DayRange
from tanpuhui.web.ledger.answers import Correction
from tanpuhui.web.ledger.faults import LinesNotHeld, LinesNotLockable, NothingPosted
from tests.tidy.house import LIBRARY
from tests.web.ledger.hand_in import Desk, figures, walk, write

STEPS = "rates.hankou_2022"


def _withdraw(desk: Desk, *records: tuple[str, str], **given: Any) -> Correction:
    question = desk.store.withdrawal(
        records, programme=desk.programme, library=desk.library,
        **{"because": "partner-error", "note": None, "clawback": None, **given},
    )  # fmt: skip
    return desk.store.correct(question)


def _restate(desk: Desk, library: Library, methodology: str = STEPS) -> Correction:
    question = desk.store.restatement(
        methodology, DayRange(date(2026, 1, 1), None),
        programme=library.programme(desk.programme.id), library=library, note=None, clawback=None,
    )  # fmt: skip
    return desk.store.correct(question)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library with 0.03 g a step in the place of 0.02."""
    folder = tmp_path_factory.mktemp("corrected") / "library"
    shutil.copytree(LIBRARY, folder)
    file = folder / "factors" / "rates" / "hankou_step.yaml"
    text = file.read_text(encoding="utf-8")
    assert "value: 0.02" in text
    file.write_text(text.replace("value: 0.02", "value: 0.03"), encoding="utf-8")
    return Library((folder,))


def test_a_withdrawal_is_a_batch_that_says_why_and_the_books_follow(
    hankou: Desk, tmp_path: Path
) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250), walk("2", "bo", 500)))

    done = _withdraw(hankou, ("hankou-bank", "1"), note="ticket 12")

    from tanpuhui.web.ledger.models import Batch

    row = Batch.objects.get(name=done.result["batch"])
    assert (row.kind, row.reason, row.note, row.clawback) == (
        "withdrawal", "partner-error", "ticket 12", None,
    )  # fmt: skip
    books = hankou.store.books("hankou")
    assert books.agree()
    assert (books.person.count, books.person.credited_mg) == (1, 10_000)
    assert [batch.kind for batch in hankou.store.batches("hankou")] == ["records", "withdrawal"]


def test_the_same_withdrawal_again_is_answered_with_the_first_result(
    hankou: Desk, tmp_path: Path
) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250), walk("2", "bo", 500)))
    both = (("hankou-bank", "1"), ("hankou-bank", "2"))
    first = _withdraw(hankou, *both)

    again = _withdraw(hankou, *reversed(both))

    assert (first.repeated, again.repeated) == (False, True)
    assert again.result == first.result
    with pytest.raises(AlreadyWithdrawn):
        _withdraw(hankou, both[0], because="proven-cheating")


def test_what_is_foreseen_is_what_is_posted_and_posts_nothing(hankou: Desk, tmp_path: Path) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250)))
    before = {path for path in hankou.store.places.lake.rglob("*.parquet")}
    question = hankou.store.withdrawal(
        [("hankou-bank", "1")], programme=hankou.programme, library=hankou.library,
        because="partner-error", note=None, clawback=None,
    )  # fmt: skip

    seen = hankou.store.foresee(question)

    assert {path for path in hankou.store.places.lake.rglob("*.parquet")} == before
    assert len(hankou.store.batches("hankou")) == 1
    done = hankou.store.correct(question)
    assert figures({**done.result, "batch": None}) == figures(seen.result)


def test_a_restatement_posts_differences_and_once_more_nothing(
    hankou: Desk, corrected: Library, tmp_path: Path
) -> None:
    # At 0.03 g a step 7,250 are 217.5 g, of which 200 g are credited; 500 are 15 g.
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250), walk("2", "bo", 500)))

    done = _restate(hankou, corrected)
    again = _restate(hankou, corrected)
    back = _restate(hankou, hankou.library)
    forth = _restate(hankou, corrected)
    same = _restate(hankou, hankou.library, "mobility.shared_cycling.edc_cec_2021")

    assert (done.result["difference_lines"], done.result["reduction_mg"]) == (2, 77_500)
    assert done.result["credited_mg"] == 60_000
    # The last batch's question is answered from its row; once another was posted, it is asked anew.
    assert (again.repeated, again.result) == (True, done.result)
    assert (back.repeated, back.result["credited_mg"]) == (False, -60_000)
    assert (forth.repeated, forth.result["credited_mg"]) == (False, 60_000)
    assert (same.result["batch"], same.result["read_lines"]) == (None, 0)
    books = hankou.store.books("hankou")
    assert books.agree()
    assert books.person.credited_mg == 215_000


def test_books_and_statements_answer_as_it_was_known_then(
    hankou: Desk, corrected: Library, tmp_path: Path
) -> None:
    hankou.post(
        write(
            tmp_path / "a.csv",
            walk("1", "ann", 500), walk("2", "ann", 1_000, day="2026-03-02"),
        )
    )  # fmt: skip
    then = datetime.now(tz=UTC)
    _restate(hankou, corrected)
    _withdraw(hankou, ("hankou-bank", "2"))
    first_day = DayRange(None, date(2026, 3, 2))
    store = hankou.store

    # 10 + 20 g were known; 15 + 30 g are right, and the 30 g were withdrawn.
    for days, known_at, grams in (
        (None, then, 30), (None, None, 15), (first_day, then, 10), (first_day, None, 15),
    ):  # fmt: skip
        books = store.books("hankou", days, known_at)
        assert books.agree()
        assert books.person.credited_mg == grams * 1_000
        mine = store.lines_of(1, "hankou", days=days, known_at=known_at)
        assert sum(mine.lines["credited_mg"].to_pylist()) == grams * 1_000
    assert store.balance(1, "hankou", then).credited_mg == 30_000
    assert store.books("hankou", None, datetime(2020, 1, 1, tzinfo=UTC)).person.count == 0


def test_points_that_were_used_before_they_are_taken_back_are_owed(
    hankou: Desk, tmp_path: Path
) -> None:
    # 145 g at 0.1 point a gram are 14 points. There is no spending yet, so what was used stands in
    # the table as a reward would put it.
    from tanpuhui.web.ledger.models import Batch, PointBalance

    file = tmp_path / "hankou.yaml"
    text = (LIBRARY / "programmes" / "hankou.yaml").read_text(encoding="utf-8")
    assert "rate: null" in text
    file.write_text(text.replace("rate: null", "rate: {per_gram: 0.1}"), encoding="utf-8")
    desk = Desk(hankou.store, hankou.library.programme_file(file), hankou.library)
    desk.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250)))
    assert desk.store.balance(1, "hankou").points == {"tanbi": 14}
    used = Batch.objects.create(
        name="used", domain_id="hankou", posted_order=0, programme="hankou", programme_sha256="",
        library_version="", question="used", has_held=False, currencies={}, result="{}",
    )  # fmt: skip
    PointBalance.objects.create(person_id=1, batch_id=used.number, currency="tanbi", points=-10)

    _withdraw(desk, ("hankou-bank", "1"))

    assert desk.store.balance(1, "hankou").points == {"tanbi": -10}


def test_a_locked_line_is_corrected_only_by_a_claw_back_that_names_its_pool(
    hankou: Desk, tmp_path: Path
) -> None:
    batch = str(hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 500))).result["batch"])
    store = hankou.store

    assert (store.lock("pool-1", [(batch, 0)]), store.lock("pool-1", [(batch, 0)])) == (1, 0)
    with pytest.raises(LinesLocked):
        _withdraw(hankou, ("hankou-bank", "1"))
    done = _withdraw(hankou, ("hankou-bank", "1"), clawback="pool-1")

    from tanpuhui.web.ledger.models import Batch

    assert Batch.objects.get(name=done.result["batch"]).clawback == "pool-1"
    assert done.result["clawed_back_lines"] == 1
    assert store.release("pool-1", [(batch, 0)]) == 1
    with pytest.raises(LinesNotLockable, match="it was taken back"):
        store.lock("pool-1", [(batch, 0)])


def test_a_pool_locks_no_line_that_is_anothers_or_nobodys_and_releases_its_own(
    hankou: Desk, tmp_path: Path
) -> None:
    batch = str(hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 500))).result["batch"])
    hankou.store.lock("pool-1", [(batch, 0)])

    for line in ((batch, 0), (batch, 7), ("no-batch", 0)):
        with pytest.raises(LinesNotLockable):
            hankou.store.lock("pool-2", [line])
    with pytest.raises(LinesNotHeld):
        hankou.store.release("pool-2", [(batch, 0)])


def test_nothing_can_be_corrected_where_nothing_was_posted(hankou: Desk) -> None:
    with pytest.raises(NothingPosted):
        _withdraw(hankou, ("hankou-bank", "1"))
    assert not hankou.store.places.secret_of(hankou.programme.domain).exists()
