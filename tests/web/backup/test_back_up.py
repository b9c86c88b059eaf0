"""What a back-up holds, and what is refused while it is made or restored."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tanpuhui import web
from tanpuhui.web import backup
from tests.web.ledger.hand_in import Desk

BackUp = Callable[[], web.backup.BackedUp]


def files_of(desk: Desk) -> list[Path]:
    """The files of the lake that the manifest names."""
    below = desk.store.places.lake.glob("domain=*/*/**/*")
    return sorted(path for path in below if path.is_file())


def restored(outer: Path, keys: Path | None = None) -> backup.Restored:
    """Restore into a new home; every test here is refused before anything is made."""
    target = outer / "new"
    environment = {"TANPUHUI_HOME": str(target)}
    try:
        return backup.restore(environment, outer / "saved", keys=keys or outer / "keys")
    finally:
        assert not target.exists()


def test_a_back_up_has_every_file_with_its_size_and_hash(
    desk: Desk, back_up: BackUp, outer: Path
) -> None:
    made = back_up()

    record = json.loads((outer / "saved" / "MANIFEST.json").read_text(encoding="ascii"))
    by_path = {file["path"]: file for file in record["files"]}
    lake = desk.store.places.lake
    assert set(by_path) == {
        "database.dump", "lake/domain=trial/mark",
        *(f"lake/{path.relative_to(lake).as_posix()}" for path in files_of(desk)),
    }  # fmt: skip
    for path, about in by_path.items():
        content = (outer / "saved" / path).read_bytes()
        assert (about["bytes"], about["sha256"]) == (
            len(content), hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
    assert (made.record.batches, made.record.domains[0].posted_order) == (3, 3)
    assert not (outer / "saved" / "UNFINISHED").exists()


def test_the_keys_of_the_logs_are_saved_too(desk: Desk, back_up: BackUp, outer: Path) -> None:
    back_up()

    held = desk.store.places.log_key_of("supersedes-limited").read_text(encoding="ascii")
    assert (outer / "keys" / "supersedes-limited.log-key").read_text(encoding="ascii") == held


def test_a_restore_without_the_key_of_a_log_is_refused(back_up: BackUp, outer: Path) -> None:
    back_up()
    (outer / "keys" / "supersedes-limited.log-key").unlink()

    with pytest.raises(backup.KeysMissing, match="the log of supersedes-limited is lost"):
        restored(outer)


def test_only_the_owner_can_read_a_back_up(back_up: BackUp, outer: Path) -> None:
    back_up()

    for path in (outer / "saved", outer / "keys", *(outer / "saved").rglob("*")):
        if not path.is_dir() or path in (outer / "saved", outer / "keys"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_damaged_home_is_not_saved_and_the_file_is_named(
    desk: Desk, back_up: BackUp, outer: Path
) -> None:
    first, second, *_ = files_of(desk)
    content = first.read_bytes()
    first.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    second.unlink()

    with pytest.raises(backup.HomeDamaged) as told:
        back_up()

    assert (told.value.count, first.name in told.value.first) == (2, True)
    with pytest.raises(backup.BackUpUnfinished):
        restored(outer)


def test_an_interrupted_back_up_is_finished_by_the_same_command(
    desk: Desk, back_up: BackUp, outer: Path
) -> None:
    missing = files_of(desk)[-1]
    content = missing.read_bytes()
    missing.unlink()
    with pytest.raises(backup.HomeDamaged):
        back_up()
    missing.write_bytes(content)

    made = back_up()

    assert made.kept == len(files_of(desk)) - 1
    assert (outer / "saved" / "COMPLETE").exists()


def test_a_back_up_is_not_written_over_another_nor_into_a_folder_with_something_else(
    back_up: BackUp, environment: dict[str, str], outer: Path, tmp_path: Path
) -> None:
    back_up()
    other = outer / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")

    for folder, keys, why in (
        (outer / "saved", None, "whole back-up"),
        (other, None, "not empty"),
        (other / "letter.txt", None, "is a file"),
        (tmp_path / "lake" / "inside", None, "lies inside"),
        (outer / "new", outer / "new" / "keys", "not apart"),
    ):
        with pytest.raises(backup.FolderTaken, match=why):
            backup.back_up(environment, folder, keys=keys)
    assert (other / "letter.txt").read_text() == "mine"


def test_the_keys_are_not_saved_where_others_can_read(
    environment: dict[str, str], outer: Path
) -> None:
    open_to_all = outer / "keys"
    open_to_all.mkdir()
    open_to_all.chmod(0o755)

    with pytest.raises(backup.FolderTaken, match="chmod 700"):
        backup.back_up(environment, outer / "saved", keys=open_to_all)


def test_a_back_up_of_which_a_byte_is_other_is_not_restored(back_up: BackUp, outer: Path) -> None:
    back_up()
    for name in ("database.dump", "MANIFEST.json", "lake/domain=trial/mark"):
        path = outer / "saved" / name
        content = path.read_bytes()
        path.write_bytes(content[:9] + bytes([content[9] ^ 4]) + content[10:])

        with pytest.raises(backup.BackUpDamaged, match=Path(name).name):
            restored(outer)
        path.write_bytes(content)


def test_a_back_up_without_its_last_mark_or_of_which_a_file_is_gone_is_not_restored(
    back_up: BackUp, outer: Path
) -> None:
    back_up()
    lines = next((outer / "saved").rglob("lines/**/*.parquet"))
    lines.unlink()
    with pytest.raises(backup.BackUpDamaged, match=r"gone"):
        restored(outer)

    (outer / "saved" / "COMPLETE").unlink()
    with pytest.raises(backup.BackUpUnfinished):
        restored(outer)


def test_the_keys_of_another_home_are_refused_and_so_are_none(back_up: BackUp, outer: Path) -> None:
    back_up()
    others = outer / "others"
    others.mkdir()

    with pytest.raises(backup.KeysMissing, match="cannot be read"):
        restored(outer, keys=others)
    (others / "trial.secret").write_text("5" * 64, encoding="ascii")
    with pytest.raises(backup.KeysMissing, match="another home"):
        restored(outer, keys=others)


def test_a_home_in_which_something_lies_is_not_restored_into(back_up: BackUp, outer: Path) -> None:
    back_up()
    target = outer / "new"
    target.mkdir()
    (target / "letter.txt").write_text("mine")

    with pytest.raises(backup.HomeNotEmpty, match=r"letter\.txt"):
        backup.restore({"TANPUHUI_HOME": str(target)}, outer / "saved", keys=outer / "keys")
    assert [path.name for path in target.iterdir()] == ["letter.txt"]


def test_a_database_in_which_tables_are_is_not_restored_into_and_the_home_stays_shut(
    back_up: BackUp, environment: dict[str, str], outer: Path
) -> None:
    back_up()
    elsewhere = {**environment, "TANPUHUI_HOME": str(outer / "new")}

    with pytest.raises(backup.HomeNotEmpty, match="has the table"):
        backup.restore(elsewhere, outer / "saved", keys=outer / "keys")

    with pytest.raises(web.UnfinishedRestore), web.opened(elsewhere):
        pass
    with pytest.raises(backup.HomeNotEmpty, match="did not end"):
        backup.restore(elsewhere, outer / "saved", keys=outer / "keys")


def test_a_back_up_of_a_newer_release_is_not_restored(back_up: BackUp, outer: Path) -> None:
    back_up()
    manifest = outer / "saved" / "MANIFEST.json"
    record = json.loads(manifest.read_text(encoding="ascii"))
    record["migrations"].append("ledger.9999_later")
    manifest.write_text(json.dumps(record), encoding="ascii")
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (outer / "saved" / "COMPLETE").write_text(digest, encoding="ascii")

    with pytest.raises(web.NewerTables, match="9999_later"):
        restored(outer)
