"""Database, lake and keys that do not belong together are refused, and nothing is lost by it."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from tanpuhui import web
from tests.web.ledger.hand_in import Desk, walk, write


@pytest.fixture
def posted(hankou: Desk, tmp_path: Path) -> web.Posted:
    """One batch of Ann's."""
    return hankou.post(write(tmp_path / "first.csv", walk("1", "ann", 500)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that was not posted yet."""
    return write(tmp_path / "steps.csv", walk("2", "bo", 7_250))


def parquet_of(desk: Desk) -> set[Path]:
    """All files of the lake."""
    return set(desk.store.places.lake.rglob("*.parquet"))


def test_secrets_are_for_the_owner_alone(hankou: Desk, posted: web.Posted) -> None:
    keys = hankou.store.places.keys
    secret = keys / "hankou.secret"

    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(bytes.fromhex(secret.read_text())) == 32
    assert sorted(path.name for path in keys.iterdir()) == ["hankou.log-key", "hankou.secret"]


def test_a_lost_secret_is_told_and_not_replaced(
    hankou: Desk, posted: web.Posted, file: Path
) -> None:
    secret = hankou.store.places.keys / "hankou.secret"
    kept = secret.rename(secret.with_suffix(".away"))

    with pytest.raises(web.WrongSecret, match=r"LDG-101.* is lost"):
        hankou.post(file)

    assert not secret.exists()
    kept.rename(secret)
    assert hankou.post(file).result["counted"] == 1


def test_the_secret_of_another_home_is_refused(
    hankou: Desk, posted: web.Posted, file: Path
) -> None:
    (hankou.store.places.keys / "hankou.secret").write_text("f" * 64)

    with pytest.raises(web.WrongSecret, match="is not the one it began with"):
        hankou.post(file)


def test_a_secret_left_by_a_first_posting_that_died_is_used(hankou: Desk, file: Path) -> None:
    keys = hankou.store.places.keys
    keys.mkdir(mode=0o700)
    (keys / "hankou.secret").write_text("e" * 64)

    hankou.post(file)

    assert (keys / "hankou.secret").read_text() == "e" * 64


def test_a_new_database_does_not_sweep_an_old_lake(
    hankou: Desk, posted: web.Posted, file: Path
) -> None:
    from django.db import connection

    before = parquet_of(hankou)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_domain CASCADE")

    with pytest.raises(web.ForeignLake, match=r"LDG-102(.|\n)*mark of another database"):
        hankou.post(file)

    assert parquet_of(hankou) == before


def test_files_in_a_folder_without_mark_are_not_swept(hankou: Desk, file: Path) -> None:
    folder = hankou.store.places.lake / "domain=hankou"
    folder.mkdir(parents=True)
    (folder / "mine.parquet").touch()

    with pytest.raises(web.ForeignLake, match="no mark"):
        hankou.post(file)

    assert (folder / "mine.parquet").exists()


def test_a_database_restored_from_before_does_not_sweep_what_came_after(
    hankou: Desk, posted: web.Posted, file: Path
) -> None:
    lines = posted.lines[0]
    younger = lines.with_name(lines.name.replace("000001", "000007"))
    shutil.copy(lines, younger)

    with pytest.raises(web.ForeignLake, match="younger than the database's last batch"):
        hankou.post(file)

    assert younger.exists()


def test_a_file_of_the_journal_that_is_gone_is_told(
    hankou: Desk, posted: web.Posted, file: Path
) -> None:
    (person,) = hankou.store.most_credited("hankou", 1)
    posted.lines[0].unlink()

    with pytest.raises(web.SegmentsMissing, match="LDG-103  1 file of the journal"):
        hankou.post(file)
    with pytest.raises(web.SegmentsMissing):
        hankou.store.lines_of(person)


def test_a_file_that_is_written_to_meanwhile_is_not_posted(
    hankou: Desk, posted: web.Posted, file: Path
) -> None:
    def told(step: str) -> None:
        if step == "books":
            with file.open("a") as more:
                more.write(walk("3", "chen", 500) + "\n")

    with pytest.raises(web.FileChanged, match="LDG-104"):
        hankou.post(file, told=told)

    assert len(hankou.store.batches("hankou")) == 1
    assert hankou.post(file).result["counted"] == 2


def test_a_lake_that_cannot_be_made_is_told(store: web.Store, hankou: Desk, file: Path) -> None:
    (store.places.lake.parent / "lake").touch()

    with pytest.raises(web.LakeNotWritable, match="LDG-105"):
        hankou.post(file)


def test_the_lake_may_lie_elsewhere(tmp_path: Path) -> None:
    from tanpuhui.web.ledger import places_of

    home, lake = tmp_path / "home", tmp_path / "lake"

    assert places_of({"TANPUHUI_LAKE": ""}, home).lake == home / "lake"
    assert places_of({"TANPUHUI_LAKE": str(lake)}, home).lake == lake
    assert places_of({"TANPUHUI_LAKE": str(lake)}, home).keys == home / "keys"
