"""The same records through every methodology of their scene."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from tanpuhui import engine
from tanpuhui import quantify as step
from tanpuhui.quantify import Asked, Compared
from tanpuhui.rules import Library, library_folders

DAY = date(2024, 6, 1)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(library_folders({}))


def rows(library: Library, asked: Asked, **by_hand: dict[str, str]) -> dict[str, Compared]:
    """By methodology, what it makes of the records; ``by_hand`` names one with __ for dots."""
    settings = {name.replace("__", "."): values for name, values in by_hand.items()}
    backend = engine.open_backend("reference")
    found = step.compared(library, asked, backend=backend, settings=settings)
    return {row.methodology.id: row for row in found}


def bikes(*distances: str, region: str | None = None) -> Asked:
    return Asked("shared_bike_ride", pa.table({"distance_km": list(distances)}), region, DAY)


def buses(when: date = DAY, /, **columns: list[str | None]) -> Asked:
    arrays = {name: pa.array(texts, pa.string()) for name, texts in columns.items()}
    return Asked("bus_ride", pa.table(arrays), None, when)


def test_every_methodology_with_a_case_for_the_scene_has_a_row_and_no_other(
    library: Library,
) -> None:
    found = rows(library, bikes("1"))

    serving = [m for m in library.ids("methodology")
               if library.methodology(m).case_of("shared_bike_ride")]  # fmt: skip
    assert list(found) == serving


def test_each_row_is_what_quantify_makes_of_the_records(library: Library) -> None:
    found = rows(library, bikes("1", "2", "4"))

    # 48.70 g a kilometre: 48.7, 97.4, 194.8 g.
    row = found["mobility.shared_cycling.edc_cec_2021"]
    assert row.status == "computed"
    assert row.amounts is not None
    assert (row.amounts.least_mg, row.amounts.median_mg, row.amounts.most_mg) == (
        48_700, 97_400, 194_800)  # fmt: skip
    assert row.amounts.total_mg == 340_900
    assert row.rate is not None
    assert (row.rate.unit, row.rate.quantity) == ("km", 7.0)
    assert row.rate.grams_each() == pytest.approx(48.7)
    assert row.baseline is None
    assert row.grades == ("reported",)


def test_of_an_even_count_the_median_is_the_lower_of_the_two_in_the_middle(
    library: Library,
) -> None:
    found = rows(library, bikes("1", "2", "3", "4"))

    amounts = found["mobility.shared_cycling.edc_cec_2021"].amounts
    assert amounts is not None
    assert amounts.median_mg == 97_400


def test_a_published_baseline_is_told_for_each_kilometre(library: Library) -> None:
    found = rows(library, buses(distance_km=["2", "6"], power=["electric", "electric"]))

    baseline = found["mobility.low_carbon_travel.db11t_3043_2024"].baseline
    assert baseline is not None
    assert (baseline.unit, baseline.quantity) == ("km", 8.0)
    assert baseline.grams_each() == pytest.approx(baseline.mg / 1000 / 8)


def test_a_region_where_a_methodology_does_not_hold_is_counted_as_its_own(library: Library) -> None:
    found = rows(library, buses(item_count=["1", "1", "1"], region=["510500", "420106", None]))

    # Hankou Bank's rule holds in 420100, in which 420106 lies; the one of 510500 is moved, and so
    # is the one that does not say where.
    hankou = found["rates.hankou_2022"]
    assert (hankou.region, hankou.region_assumed, hankou.counted) == ("420100", 2, 3)


def test_the_region_asked_for_is_kept_where_the_methodology_holds_there(library: Library) -> None:
    found = rows(library, bikes("1", region="310000"))

    nationwide = found["mobility.shared_cycling.edc_cec_2021"]
    beijing = found["rates.beijing_handbook_2023"]
    assert (nationwide.region, nationwide.region_assumed) == ("310000", 0)
    assert (beijing.region, beijing.region_assumed) == ("110000", 1)


def test_an_unknown_region_is_refused_and_not_moved(library: Library) -> None:
    found = rows(library, buses(item_count=["1", "1"], region=["420100", "999999"]))

    assert found["rates.hankou_2022"].counted == 1


def test_a_day_outside_is_counted_as_the_nearest_day_inside(library: Library) -> None:
    early = rows(library, buses(date(2019, 1, 1), item_count=["1"]))

    hankou = early["rates.hankou_2022"]
    assert (hankou.day, hankou.day_assumed, hankou.counted) == (date(2022, 8, 25), 1, 1)


def test_a_record_that_says_a_day_outside_is_moved_alone(library: Library) -> None:
    found = rows(library, buses(item_count=["1", "1"], day=["2019-01-01", "2024-01-01"]))

    hankou = found["rates.hankou_2022"]
    assert (hankou.day_assumed, hankou.counted) == (1, 2)


def test_a_methodology_without_its_official_value_says_which_parameter_it_lacks(
    library: Library,
) -> None:
    found = rows(library, bikes("1"))

    row = found["mobility.bicycle.gd_2019001_v01"]
    assert (row.status, row.amounts, bool(row.lacking)) == ("no-value", None, True)


def test_a_value_given_by_hand_gives_a_figure_and_stays_named(library: Library) -> None:
    lacking = rows(library, buses(distance_km=["1"]))["mobility.low_carbon_travel.qd_2022"]

    assert lacking.status == "no-value"
    (parameter,) = lacking.lacking
    chosen = {parameter: "100"}
    row = rows(library, buses(distance_km=["1"]), mobility__low_carbon_travel__qd_2022=chosen)[
        "mobility.low_carbon_travel.qd_2022"
    ]
    assert row.chosen == chosen


def test_records_without_a_column_that_a_methodology_needs_say_which(library: Library) -> None:
    found = rows(library, buses(item_count=["1"]))

    row = found["rates.hubei_tantanxingqiu_2021"]
    assert (row.status, row.lacking) == ("no-column", ("evidence",))


def test_refused_records_are_counted_by_code(library: Library) -> None:
    found = rows(library, buses(item_count=["1", "1"], evidence=["photo", "fare_record"]))

    row = found["rates.hubei_tantanxingqiu_2021"]
    assert (row.counted, dict(row.refused)) == (1, {"evidence-not-accepted": 1})


def test_records_of_other_scenes_in_the_file_are_left_out(library: Library) -> None:
    table = pa.table({"scene": ["walk", "bus_ride"], "steps": ["100", None]})
    found = rows(library, Asked("walk", table, None, DAY))

    row = found["rates.hankou_2022"]
    assert (row.counted, sum(row.refused.values())) == (1, 0)
