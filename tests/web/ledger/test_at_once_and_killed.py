"""Posters that die leave nothing half posted; posters that meet wait for each other."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tanpuhui.web.ledger.services import WAITS
from tests.web.ledger.hand_in import Desk, Outside, figures, ride, walk, write

pytestmark = pytest.mark.slow  # each starts processes, which load Django and DuckDB anew


@pytest.mark.parametrize("moment", ["ledger", "commit", "after fsync", "before the end"])
def test_a_poster_that_is_killed_has_posted_nothing_and_can_run_again(
    hankou: Desk, outside: Outside, tmp_path: Path, moment: str
) -> None:
    first = write(tmp_path / "first.csv", walk("1", "ann", 500))
    hankou.post(first)
    file = write(tmp_path / "steps.csv", walk("2", "bo", 7_250), walk("3", "chen", 500))

    with outside.poster("hankou", moment, file) as killed:
        assert killed.died()

    left = {path for path in hankou.store.places.lake.rglob("*.parquet") if "000002" in path.name}
    assert bool(left) == (moment != "ledger")
    assert (outside.rows_of("ledger_batch"), outside.rows_of("participants_person")) == (1, 1)
    assert hankou.store.books("hankou").person.credited_mg == 10_000
    posted = hankou.post(file)
    # 145 g and 10 g.
    assert (posted.repeated, posted.result["credited_mg"]) == (False, 155_000)
    assert str(posted.result["batch"]).startswith("hankou-000002-")
    assert hankou.store.books("hankou").person.credited_mg == 165_000
    assert hankou.post(file).result == posted.result


def test_what_a_dead_batch_left_is_swept_before_the_next(
    hankou: Desk, outside: Outside, tmp_path: Path
) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 500))
    with outside.poster("hankou", "before the end", file) as killed:
        assert killed.died()
    left = set(hankou.store.places.lake.rglob("*.parquet"))
    assert left

    hankou.post(write(tmp_path / "other.csv", walk("2", "bo", 500)))

    assert not left & set(hankou.store.places.lake.rglob("*.parquet"))


def test_the_run_after_a_death_answers_what_the_first_would_have(
    hankou: Desk, outside: Outside, tmp_path: Path
) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 7_250), walk("2", "bo", 500))
    with outside.poster("hankou", "pause commit", file) as whole:
        whole.said("commit")
        whole.process.kill()
    posted = hankou.post(file)

    with outside.poster("hankou", "never", file) as again:
        assert figures(again.result()) == figures(posted.result)


def test_two_posters_of_one_domain_work_one_after_the_other(
    shanxi: Desk, outside: Outside, tmp_path: Path
) -> None:
    weak = write(tmp_path / "a.csv", ride("1", "k:ann", 2.0), ride("2", "k:bo", 1.0))
    strong = write(
        tmp_path / "b.csv",
        ride("7", "k:ann", 2.2, partner="qingju", evidence="fare_record"),
        ride("8", "k:chen", 3.0, partner="qingju"),
    )
    name = shanxi.programme.id

    with outside.poster(name, "pause commit", weak) as first:
        first.said("commit")
        with outside.poster(name, "never", strong) as second:
            second.said(WAITS)
            first.go_on()
            results = [first.result(), second.result()]

    # Ann's ride is the first poster's: what is posted stays.
    assert [result["counted"] for result in results] == [2, 1]
    assert results[1]["duplicate_codes"] == {"same-time": 1}
    assert [str(result["batch"])[-15:-9] for result in results] == ["000001", "000002"]
    books = shanxi.store.books(name)
    assert books.agree()
    # 2 + 1 + 3 km at 48.70 g.
    assert (books.person.count, books.person.credited_mg) == (3, 292_200)


def test_two_posters_of_one_file_get_one_batch(
    hankou: Desk, outside: Outside, tmp_path: Path
) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 7_250))

    with outside.poster("hankou", "pause commit", file) as first:
        first.said("commit")
        with outside.poster("hankou", "never", file) as second:
            second.said(WAITS)
            first.go_on()
            assert first.result() == second.result()

    assert outside.rows_of("ledger_batch") == 1


def test_posters_of_two_domains_do_not_wait_for_each_other(
    hankou: Desk, shanxi: Desk, outside: Outside, tmp_path: Path
) -> None:
    steps = write(tmp_path / "steps.csv", walk("1", "ann", 7_250))
    rides = write(tmp_path / "rides.csv", ride("1", "ann", 2.0))
    steps_said: list[str] = []

    with outside.poster(shanxi.programme.id, "pause commit", rides) as other:
        other.said("commit")
        posted = hankou.post(steps, told=steps_said.append)
        assert other.process.poll() is None
        other.go_on()
        assert other.result()["counted"] == 1

    assert posted.result["counted"] == 1
    assert WAITS not in steps_said
    # The same id at two domains is two people.
    assert outside.rows_of("participants_person") == 2


def test_a_poster_on_another_machine_is_waited_for_by_the_domains_row(
    hankou: Desk, outside: Outside, tmp_path: Path
) -> None:
    hankou.post(write(tmp_path / "steps.csv", walk("1", "ann", 500)))
    file = write(tmp_path / "more.csv", walk("2", "bo", 500))

    with psycopg.connect(outside.database) as connection:
        connection.execute("SELECT * FROM ledger_domain WHERE id = 'hankou' FOR UPDATE")
        with outside.poster("hankou", "never", file) as waiting:
            waiting.said(WAITS)
            connection.rollback()
            assert waiting.result()["counted"] == 1
