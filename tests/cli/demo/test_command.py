"""``tanpuhui demo``, as it is typed."""

from __future__ import annotations

import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.demo import processes

# Of a city of this size every kind of verdict comes up; fewer people would leave one to chance.
CODES = (
    "same-time", "same-reference", "same-asset", "retry", "conflict", "time-without-offset",
    "unreadable-started_at", "unknown-scene", "end-before-start", "missing-evidence",
    "unreadable-distance_km", "negative-distance_km", "personal-subject", "unknown-region",
    "negative-steps",
)  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    # An operator's own settings, which must not be touched: nobody listens at this address.
    return folder, processes.run(
        folder, "--no-serve", "--people", "200", "--days", "2",
        TANPUHUI_HOME=str(folder / "operators"),
        TANPUHUI_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
    )  # fmt: skip


def test_the_books_of_the_simulated_city_agree(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, result = ran

    assert result.returncode == 0, result.stdout + result.stderr
    sums = re.findall(r"合计.* ([0-9,]+) mg", result.stdout)
    assert len(sums) == 4, "by partner, by region, by scene, persons"
    assert len(set(sums)) == 1
    assert "三本账逐毫克一致 · the three books agree to the milligram" in result.stdout


def test_it_says_in_both_languages_that_all_is_simulated(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, result = ran

    assert result.stdout.startswith("模拟数据")
    assert "Simulated data" in result.stdout


@pytest.mark.parametrize("code", CODES)
def test_its_files_give_every_kind_of_verdict(
    ran: tuple[Path, subprocess.CompletedProcess[str]], code: str
) -> None:
    _, result = ran

    assert f"({code})" in result.stdout


def test_statements_show_the_formula_of_each_line(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, result = ran

    people = result.stdout.split("模拟居民 simulated person")[1:]
    assert len(people) == 3
    assert all("减排量 = " in person and "reduction = " in person for person in people)


def test_the_operators_books_are_left_alone_and_nothing_stays(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = ran

    assert not (folder / "operators").exists()
    assert not list((folder / "temporary").glob("tanpuhui-demo-*"))


def test_ctrl_c_ends_the_page_and_the_database(tmp_path: Path) -> None:
    demo = processes.served(
        tmp_path, "--people", "20", "--days", "1", "--programme", "shenzhen-low-carbon-planet"
    )
    (noted,) = (tmp_path / "temporary").rglob("postmaster.pid")
    database = int(noted.read_text().split()[0])

    code = demo.interrupt()

    assert code == 0
    assert not _lives(database)
    assert not list((tmp_path / "temporary").glob("tanpuhui-demo-*"))
    assert "Traceback" not in (tmp_path / "printed.txt").read_text()


def _lives(pid: int) -> bool:
    """Whether a process is there and is not one of the dead that nobody has waited for yet."""
    asked = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_a_port_that_is_taken_is_told_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        result = processes.run(tmp_path, "--port", str(taken.getsockname()[1]), "--people", "5")

    assert result.returncode == 2
    assert "WEB-103" in result.stderr
    assert "--port" in result.stderr
    assert not list((tmp_path / "temporary").glob("tanpuhui-demo-*"))


def test_files_can_be_had_without_running_them(tmp_path: Path) -> None:
    result = processes.run(tmp_path, "--people", "20", "--days", "1", "--files", f"{tmp_path}/city")

    assert result.returncode == 0, result.stderr
    assert (tmp_path / "city" / "README.txt").read_text().count("tanpuhui run --programme") == 2
