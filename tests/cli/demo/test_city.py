"""The simulated city: the same for the same seed, and plausible."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tanpuhui import rules
from tanpuhui.cli import demo, shared_options
from tanpuhui.rules import Library, Programme
from tests.tidy.house import ROOT

EXAMPLES = ("luzhou", "tantanxingqiu", "open-data")


@pytest.fixture(scope="module")
def library() -> Library:
    return shared_options.open_library(())


@pytest.fixture(scope="module")
def shanxi(library: Library) -> Programme:
    return library.programme("shanxi-sanjin-green-life")


def _texts(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".parquet"
    }


def test_the_same_seed_writes_the_same_files(
    shanxi: Programme, library: Library, tmp_path: Path
) -> None:
    first = demo.simulated(shanxi, library, seed=7, people=80, days=2)
    again = demo.simulated(shanxi, library, seed=7, people=80, days=2)

    demo.written(first, tmp_path / "first" / "city")
    demo.written(again, tmp_path / "again" / "city")

    assert _texts(tmp_path / "first") == _texts(tmp_path / "again")
    assert len(_texts(tmp_path / "first")) == 8  # 2 days of 3 text files, a mapping, a README
    parquet = "city/day-1/everyday-didi.parquet"
    assert pq.read_table(tmp_path / "first" / parquet).equals(
        pq.read_table(tmp_path / "again" / parquet)
    )


def test_another_seed_is_another_city(shanxi: Programme, library: Library) -> None:
    cities = [demo.simulated(shanxi, library, seed=s, people=80, days=1) for s in (7, 8)]

    assert cities[0].acts != cities[1].acts


def test_every_file_says_that_it_is_simulated(
    shanxi: Programme, library: Library, tmp_path: Path
) -> None:
    demo.written(demo.simulated(shanxi, library, seed=7, people=80, days=1), tmp_path / "city")

    silent = [name for name, content in _texts(tmp_path).items() if "模拟" not in content.decode()]
    assert not silent


def test_the_four_forms_hold_what_the_partners_report_and_nothing_else(
    shanxi: Programme, library: Library, tmp_path: Path
) -> None:
    city = demo.simulated(shanxi, library, seed=7, people=80, days=2)

    days = demo.written(city, tmp_path / "city")

    for number, day in enumerate(days):
        paths = {path.suffix: path for path in day.files}
        assert day.own_columns is not None
        assert {
            "fares": len(paths[".csv"].read_text().splitlines()) - 1,
            "bikes": len(paths[".jsonl"].read_text().splitlines()),
            "everyday": pq.read_metadata(paths[".parquet"]).num_rows,
            "orders": len(day.own_columns.read_text().splitlines()) - 1,
        } == Counter(report.role for report in city.reports if report.handed_in_day == number)


def test_the_mapping_of_the_own_columns_can_be_read(
    shanxi: Programme, library: Library, tmp_path: Path
) -> None:
    city = demo.simulated(shanxi, library, seed=7, people=80, days=1)

    (day,) = demo.written(city, tmp_path / "city")

    scenes = {name: library.scene(name) for name in library.ids("scene")}
    mapping = rules.read_mapping(day.mapping, scenes=scenes, units=library.units)
    assert day.own_columns is not None
    head = day.own_columns.read_text().splitlines()[0].split(",")
    assert set(mapping.columns()) <= set(head)


def test_people_ride_to_work_in_the_morning_and_back_in_the_evening(
    shanxi: Programme, library: Library
) -> None:
    city = demo.simulated(shanxi, library, seed=7, people=500, days=1)

    hours = Counter(a.doing.started_at.hour for a in city.acts if a.doing.scene == "bus_ride")

    assert hours[7] + hours[8] > 3 * (hours[11] + hours[12])
    assert hours[17] + hours[18] > 3 * (hours[11] + hours[12])


def test_a_ride_is_reported_by_several_partners_and_some_records_come_a_day_late(
    shanxi: Programme, library: Library
) -> None:
    city = demo.simulated(shanxi, library, seed=7, people=300, days=2)

    references = Counter(r.fields["reference"] for r in city.reports if r.fields["reference"])
    late = [
        r for r in city.reports
        if r.handed_in_day == 1 and r.fields["started_at"].startswith(city.days[0].isoformat())
    ]  # fmt: skip

    assert max(references.values()) > 1
    assert late
    assert len(city.reports) > len(city.acts)


@pytest.mark.parametrize("name", ["hankou", "shenzhen-low-carbon-planet", *EXAMPLES])
def test_there_is_a_city_for_every_programme(name: str, library: Library, tmp_path: Path) -> None:
    file = ROOT / "examples" / "programmes" / f"{name}.yaml"
    programme = library.programme_file(file) if name in EXAMPLES else library.programme(name)

    city = demo.simulated(programme, library, seed=7, people=60, days=2)

    assert {act.doing.scene for act in city.acts} <= set(programme.scenes)
    assert city.acts
    assert len(demo.written(city, tmp_path / "city")) == 2


def test_files_are_not_written_over_anything(
    shanxi: Programme, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("precious")

    with pytest.raises(demo.FolderNotEmpty) as caught:
        demo.written(demo.simulated(shanxi, library, seed=7, people=5, days=1), tmp_path)

    assert caught.value.code == "CLI-102"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_programme_of_other_acts_is_refused(shanxi: Programme, library: Library) -> None:
    from dataclasses import replace

    other = replace(shanxi, scenes={"navigated_trip": ()})

    with pytest.raises(demo.NoSceneKnown) as caught:
        demo.simulated(other, library, seed=7, people=5, days=1)

    assert caught.value.code == "CLI-101"
