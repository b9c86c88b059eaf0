"""What a programme may limit, what its points are for, and whose results it takes as they come."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui.rules import PerGram, PerScene, ScenePoints
from tests.rules.small_library import METHODOLOGY, SmallLibrary
from tests.rules.small_programme import PROGRAMME, TEXT, programme_faults
from tests.rules.small_programme import programme as read


@pytest.fixture
def small(small: SmallLibrary) -> SmallLibrary:
    """The small library with a programme."""
    small.write(PROGRAMME, TEXT)
    return small


# -- limits ----------------------------------------------------------------------------------------


def test_a_limit_is_kept_in_milligrams_with_its_scenes(small: SmallLibrary) -> None:
    (limit,) = read(small).limits

    assert (limit.scenes, limit.each) == (("walk",), ("person", "local_day"))
    assert (limit.reduction_mg, limit.count) == (100_000, None)


@pytest.mark.parametrize(
    "limit",
    [
        "{scenes: [walk], each: [person, local_day], reduction: 200 gCO2e}",  # as much: no raise
        "{scenes: [walk], each: [person, local_month], reduction: 3 kgCO2e}",  # another group
        "{scenes: [walk, trip], each: [person, local_day], reduction: 900 gCO2e}",  # both together
        "{scenes: [walk], each: [person, local_day], count: 1}",  # another measure
    ],
)
def test_a_programme_may_tighten_a_published_limit(small: SmallLibrary, limit: str) -> None:
    small.change(PROGRAMME, "{scenes: [walk], each: [person, local_day], reduction: 100 gCO2e}",
                 limit)  # fmt: skip

    assert small.faults() == []


@pytest.mark.parametrize("own", ["case", "methodology"])
def test_a_programme_may_not_loosen_a_published_limit(small: SmallLibrary, own: str) -> None:
    if own == "methodology":
        text = small.text(METHODOLOGY).replace("    limits:", "limits:")
        small.write(METHODOLOGY, text.replace("      - {each", "  - {each"))
    small.change(PROGRAMME, "reduction: 100 gCO2e", "reduction: 200.001 gCO2e")

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == ("LIB-410", small.at(PROGRAMME, "200.001"))
    assert "200.001 g for each person and local_day is looser than the 200 g" in fault.what()
    assert "write less than 200 g" in fault.remedy()


def test_a_count_may_not_be_loosened_either(small: SmallLibrary) -> None:
    small.change(METHODOLOGY, "reduction: 200 gCO2e", "count: 2")
    small.change(PROGRAMME, "reduction: 100 gCO2e", "count: 3")

    assert "3 records for each person and local_day is looser" in small.only_fault().what()


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("{scenes: [cycle], each: [person], count: 1}", "LIB-411"),
        ("{scenes: [], each: [person], count: 1}", "LIB-107"),
        ("{each: [person], count: 1}", "LIB-105"),
        ("{scenes: [walk], each: [house], count: 1}", "LIB-304"),
        ("{scenes: [walk], each: [person]}", "LIB-304"),
        ("{scenes: [walk], each: [person], reduction: 5 km}", "LIB-304"),
        ("{scenes: [walk], each: [person], count: 1, formula: steps}", "LIB-106"),
    ],
)
def test_a_limit_that_does_not_say_how_much_of_what_for_whom_is_refused(
    small: SmallLibrary, limit: str, code: str
) -> None:
    small.change(PROGRAMME, "{scenes: [walk], each: [person, local_day], reduction: 100 gCO2e}",
                 limit)  # fmt: skip

    fault = small.only_fault()

    assert fault.code == code
    assert small.where(fault) == small.at(PROGRAMME, limit)


# -- points ----------------------------------------------------------------------------------------


def _rate(small: SmallLibrary, rate: str, unit: str = "whole") -> None:
    small.change(PROGRAMME, "rate: null", f"unit: {unit}, rate: {rate}")


def test_a_rate_that_is_not_published_is_null_and_not_nought(small: SmallLibrary) -> None:
    (coin,) = read(small).currencies

    assert coin.rate is None
    assert (coin.unit, coin.title.zh, coin.title.en) == ("whole", "碳币", "碳币")


@pytest.mark.parametrize(("unit", "points"), [("whole", "1.5"), ("hundredth", "150")])
def test_points_may_follow_the_grams_in_the_currency_s_own_unit(
    small: SmallLibrary, unit: str, points: str
) -> None:
    _rate(small, "{per_gram: 1.5}", unit)
    (coin,) = read(small).currencies

    assert coin.rate == PerGram(Decimal(points))


def test_points_may_follow_a_table_of_scenes(small: SmallLibrary) -> None:
    _rate(small, "{per_scene: {walk: {points: 1, each: 500 step}}}")
    (coin,) = read(small).currencies

    assert coin.rate == PerScene({"walk": ScenePoints("steps", Decimal(500), 1)})


def test_only_whole_multiples_of_an_amount_earn_points() -> None:
    table = ScenePoints("steps", Decimal(500), 3)

    # 499 is no whole five hundred; 1,499 are two of them: 2 x 3 = 6.
    assert [table.of(Decimal(n)) for n in (0, 499, 500, 1499)] == [0, 0, 3, 6]


def test_an_amount_is_kept_in_the_unit_of_the_scene_s_quantity(small: SmallLibrary) -> None:
    _rate(small, "{per_scene: {trip: {points: 0.25, each: 500 m}}}", unit="hundredth")
    (coin,) = read(small).currencies

    # 500 m are 0.5 of the scene's km; a quarter of a point is 25 hundredths.
    assert coin.rate == PerScene({"trip": ScenePoints("distance_km", Decimal("0.5"), 25)})


@pytest.mark.parametrize(
    ("rate", "code", "said"),
    [
        ("{}", "LIB-414", "either 'per_gram' or 'per_scene'"),
        ("{per_gram: 1, per_scene: {walk: {points: 1, each: 1 step}}}", "LIB-414", "either"),
        ("{per_gram: 0}", "LIB-414", "grants nothing"),
        ("{per_gram: -1}", "LIB-414", "grants nothing"),
        ("{per_scene: {walk: {points: 1, each: 500}}}", "LIB-107", "a text was wanted"),
        ("{per_scene: {walk: {points: 1, each: steps}}}", "LIB-414", "a number and a unit"),
        ("{per_scene: {walk: {points: 1, each: 1 mile}}}", "LIB-414", "no unit 'mile'"),
        ("{per_scene: {walk: {points: 1, each: 1 km}}}", "LIB-414", "steps (step)"),
        ("{per_scene: {walk: {points: 1, each: 0 step}}}", "LIB-414", "above 0"),
        ("{per_scene: {walk: {points: 0, each: 1 step}}}", "LIB-414", "whole number of points"),
        ("{per_scene: {walk: {points: 0.5, each: 1 step}}}", "LIB-414", "whole number of points"),
        ("{per_scene: {walk: {each: 1 step}}}", "LIB-105", "has no 'points'"),
        ("{per_scene: {cycle: {points: 1, each: 1 km}}}", "LIB-411", "'cycle'"),
        ("{per_mile: 1}", "LIB-106", "unknown key 'per_mile'"),
        ("5", "LIB-107", "a mapping of keys"),
    ],
)
def test_a_rate_that_leaves_open_what_earns_how_much_is_refused(
    small: SmallLibrary, rate: str, code: str, said: str
) -> None:
    _rate(small, rate)

    fault = next(fault for fault in programme_faults(small) if fault.code == code)

    assert small.where(fault) == small.at(PROGRAMME, "id: coin")
    assert said in fault.what()


def test_a_currency_without_a_rate_must_say_so(small: SmallLibrary) -> None:
    small.change(PROGRAMME, ", rate: null", "")

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == ("LIB-414", small.at(PROGRAMME, "id: coin"))
    assert "write 'rate: null' where it is not published" in fault.remedy()


# -- imported results ------------------------------------------------------------------------------

IMPORTED = "imported: {a-bank: {algorithm: The bank's own, scenes: [walk]}}\n"


def test_a_partner_that_has_only_grams_names_its_algorithm(small: SmallLibrary) -> None:
    small.append(PROGRAMME, IMPORTED)

    (imported,) = read(small).imported

    assert (imported.partner, imported.algorithm, imported.scenes) == (
        "a-bank", "The bank's own", ("walk",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("a-bank", "a-stranger", "LIB-412"),
        ("[walk]", "[cycle]", "LIB-111"),
        ("[walk]", "[]", "LIB-107"),
        ("algorithm: The bank's own, ", "", "LIB-105"),
        ("scenes: [walk]", "scenes: [walk], factor: 3", "LIB-106"),
    ],
)
def test_imported_results_of_nobody_or_of_nothing_are_refused(
    small: SmallLibrary, old: str, new: str, code: str
) -> None:
    small.append(PROGRAMME, IMPORTED.replace(old, new))

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == (code, small.at(PROGRAMME, "imported"))
