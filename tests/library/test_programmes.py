"""The programmes of the library and the examples: they compute, and say what is borrowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tanpuhui import cli
from tanpuhui.engine import Judge, Judged, plan_of
from tanpuhui.formula import EXACT
from tanpuhui.rules import Library, PerGram, PerScene, Programme
from tests.tidy.house import LIBRARY, ROOT

EXAMPLES = sorted((ROOT / "examples" / "programmes").glob("*.yaml"))
OURS = ["hankou", "shanxi-sanjin-green-life", "shenzhen-low-carbon-planet"]
ALL = [*OURS, *(path.stem for path in EXAMPLES)]
# A record of each scene that a programme lists, with all that any methodology here asks for.
RECORDS: dict[str, dict[str, Any]] = {
    "walk": {"steps": Decimal(7250), "evidence": "device_sensor"},
    "bus_ride": {"distance_km": Decimal(10), "evidence": "photo"},
    "metro_ride": {"distance_km": Decimal(10), "evidence": "photo"},
    "shared_bike_ride": {"distance_km": Decimal(2)},
    "shared_ebike_ride": {"distance_km": Decimal(2)},
    "bill_payment": {"paid_fen": Decimal(5000)},
    "clean_plate": {"item_count": Decimal(1)},
    "used_clothes": {"mass_kg": Decimal(1)},
    "no_tableware": {"item_count": Decimal(1)},
}


def _programme(library: Library, name: str) -> Programme:
    path = next((path for path in EXAMPLES if path.stem == name), None)
    return library.programme(name) if path is None else library.programme_file(path)


def _where(programme: Programme) -> str:
    return "840000" if programme.regions is None else programme.regions[0]


def _judged(library: Library, programme: Programme, scene: str, day: date, **record: Any) -> Judged:
    """What a record comes to, by the rule that the programme names for it."""
    region = _where(programme)
    rule = programme.case_for(scene, region, day).rule
    assert rule is not None, f"{programme.id} does not take {scene} on {day}"
    there, then = rule.looked_up_as(region, day)
    stated = {} if rule.fleet is None else rule.fleet.quantities
    plan = plan_of(library.methodology(rule.methodology), library.regions)
    with localcontext(EXACT):
        return Judge(plan).judge({**stated, **record, "scene": scene, "region": there, "day": then})


def _reduction_mg(*arguments: Any, **record: Any) -> int:
    judged = _judged(*arguments, **record)
    assert judged.refused is None, judged.refused
    return judged.mg["reduction"]


# -- all of them -----------------------------------------------------------------------------------


def test_the_first_programmes_and_the_examples_are_there(library: Library) -> None:
    assert set(OURS) <= set(library.ids("programme"))
    assert {"luzhou", "open-data", "tantanxingqiu"} <= {path.stem for path in EXAMPLES}


@pytest.mark.parametrize("name", ALL)
def test_every_scene_of_a_programme_computes_a_record_on_its_first_day_and_years_later(
    library: Library, name: str
) -> None:
    programme = _programme(library, name)

    for scene in programme.scenes:
        for day in (programme.valid.from_day or date(2020, 3, 1), date(2026, 6, 1)):
            assert _reduction_mg(library, programme, scene, day, **RECORDS[scene]) > 0


@pytest.mark.parametrize("name", ALL)
def test_every_note_of_a_programme_is_in_english_and_in_chinese(
    library: Library, name: str
) -> None:
    programme = _programme(library, name)

    for words in (programme.title, programme.operator, *programme.notes):
        assert re.search(r"[一-鿿]", words.zh)
        assert not re.search(r"[一-鿿]", words.en)


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_a_company_computed_or_that_stands_in_can_be_issued(
    library: Library, name: str
) -> None:
    # MTH-09
    for rule in _rules(_programme(library, name)):
        standing = library.methodology(rule.methodology).standing
        issued = standing in _programme(library, name).issuance.standings
        assert not (issued and (rule.stand_in or standing == "enterprise_algorithm"))


def _rules(programme: Programme) -> Iterator[Any]:
    return (rule for rules in programme.scenes.values() for rule in rules)


def test_one_act_is_credited_once_in_a_province_or_city_that_rules_it(library: Library) -> None:
    domains = {name: _programme(library, name).domain for name in ALL}

    assert domains["shenzhen-low-carbon-planet"] == "shenzhen"
    assert domains["shanxi-sanjin-green-life"] == "shanxi"
    assert all(domains[name] == name for name in ("hankou", "luzhou", "open-data"))


# -- what each of them gives -----------------------------------------------------------------------


def test_hankou_bank_gives_145_g_for_7250_steps_and_has_no_published_rate(
    library: Library,
) -> None:
    hankou = library.programme("hankou")

    # 7,250 x 0.02 g = 145 g
    assert _reduction_mg(library, hankou, "walk", date(2023, 1, 1), steps=7250) == 145_000
    assert hankou.partners == ("wuhan-transit-card", "hankou-bank")
    assert [(currency.id, currency.rate) for currency in hankou.currencies] == [("tanbi", None)]


def test_a_shenzhen_bus_is_electric_where_the_record_does_not_say(library: Library) -> None:
    planet = library.programme("shenzhen-low-carbon-planet")
    day = date(2022, 9, 23)

    silent = _judged(library, planet, "bus_ride", day, distance_km=Decimal(10))
    diesel = _judged(library, planet, "bus_ride", day, distance_km=Decimal(10), power="diesel")

    # 10 km x 26.9 g = 269 g
    assert (silent.mg["reduction"], silent.values["power"]) == (269_000, "electric")
    assert diesel.refused == "not-electric"


def test_shenzhen_counts_no_steps_as_long_as_no_methodology_for_them_is_known(
    library: Library,
) -> None:
    planet = library.programme("shenzhen-low-carbon-planet")

    assert planet.partners == ("tencent-ride-code", "tencent-map", "tencent-steps")
    assert planet.case_for("walk", "440300", date(2022, 9, 23)).code == "scene-not-in-programme"
    assert "tencent-steps" in " ".join(note.en for note in planet.notes)


def test_shanxi_says_which_of_its_scenes_stand_in_and_none_can_be_issued(library: Library) -> None:
    shanxi = library.programme("shanxi-sanjin-green-life")

    borrowed = {rule.scene: rule.stand_in.region for rule in _rules(shanxi) if rule.stand_in}
    own = {rule.scene for rule in _rules(shanxi) if rule.stand_in is None}

    assert borrowed == {
        "walk": "420100", "bus_ride": "420100", "metro_ride": "420100",
        "clean_plate": "510500", "used_clothes": "510500",
    }  # fmt: skip
    assert own == {"shared_bike_ride", "shared_ebike_ride", "no_tableware"}
    assert shanxi.issuance.standings == ()
    assert sum(note.en.startswith("Stand-in:") for note in shanxi.notes) == 2


def test_shanxi_has_the_fourteen_partners_of_the_text_and_the_one_that_only_the_table_has(
    library: Library,
) -> None:
    # Research, seed cases G05: 1 + 1 + 3 + 8 + 1 = 14 in the text; the table adds 光盘打卡.
    partners = library.programme("shanxi-sanjin-green-life").partners

    assert partners is not None
    assert len(partners) == 15
    assert {"meituan", "qingju", "taiyuan-bus", "didi", "eleme", "guangpan-daka"} <= set(partners)


def test_a_shared_bike_in_taiyuan_counts_at_the_rate_for_all_china(library: Library) -> None:
    shanxi = library.programme("shanxi-sanjin-green-life")
    day = date(2022, 11, 29)

    # 5 km x 48.70 g = 243.5 g; 10,001 steps are 200.02 g before the day's limit
    bike = _reduction_mg(library, shanxi, "shared_bike_ride", day, distance_km=Decimal(5))
    walk = _reduction_mg(library, shanxi, "walk", day, steps=Decimal(10001))

    assert (bike, walk) == (243_500, 200_020)


def test_a_green_day_in_luzhou_is_1512_2_g_and_46_points(library: Library) -> None:
    # Research, case T12: 8.2 + 80 + 144 + 1,280 = 1,512.2 g; 1 + 10 + 5 + 30 = 46 points.
    luzhou = _programme(library, "luzhou")
    day = date(2024, 10, 10)
    acts = {
        "walk": {"steps": Decimal(500)},
        "bus_ride": {"item_count": Decimal(1)},
        "clean_plate": {"item_count": Decimal(1)},
        "used_clothes": {"mass_kg": Decimal(1)},
    }
    (currency,) = luzhou.currencies
    assert isinstance(currency.rate, PerScene)

    reduction_mg = sum(_reduction_mg(library, luzhou, scene, day, **q) for scene, q in acts.items())
    points = sum(
        table.of(acts[scene][table.quantity]) for scene, table in currency.rate.scenes.items()
    )

    assert (reduction_mg, points) == (1_512_200, 46)


def test_points_in_luzhou_do_not_follow_grams(library: Library) -> None:
    (currency,) = _programme(library, "luzhou").currencies
    assert isinstance(currency.rate, PerScene)

    # 999 steps are 16.38 g and one whole five hundred; 1.9 kg of clothes one whole kilogram.
    assert currency.rate.scenes["walk"].of(Decimal(999)) == 1
    assert currency.rate.scenes["used_clothes"].of(Decimal("1.9")) == 30


@pytest.mark.parametrize(
    ("scene", "photo", "statement"), [("bus_ride", 105, 52), ("metro_ride", 274, 137)]
)
def test_tantan_xingqiu_pays_by_evidence_and_a_point_is_a_gram(
    library: Library, scene: str, photo: int, statement: int
) -> None:
    # Research, case T13: what was declared stays, so a screenshot that follows earns nothing more.
    planet = _programme(library, "tantanxingqiu")
    day = date(2022, 2, 17)
    (currency,) = planet.currencies

    found = [
        _reduction_mg(library, planet, scene, day, item_count=1, evidence=evidence)
        for evidence in ("photo", "statement")
    ]

    assert found == [photo * 1000, statement * 1000]
    assert (currency.rate, currency.per_point()) == (PerGram(Decimal(1)), 1)
    assert planet.already_posted == "stays"


@pytest.mark.parametrize("day", [date(2013, 6, 1), date(2020, 3, 1), date(2030, 1, 1)])
def test_open_data_takes_anyone_s_rides_anywhere_and_at_any_time(
    library: Library, day: date
) -> None:
    open_data = _programme(library, "open-data")
    km = Decimal(1)

    # 1 km: 48.70 g by bike, 54.50 g by e-bike
    assert _reduction_mg(library, open_data, "shared_bike_ride", day, distance_km=km) == 48_700
    assert _reduction_mg(library, open_data, "shared_ebike_ride", day, distance_km=km) == 54_500
    assert open_data.partner_rank("citibike") == 0
    assert (open_data.limits, open_data.time_zone) == ((), "UTC")


def test_open_data_refuses_a_ride_without_distance_by_the_methodology_s_condition(
    library: Library,
) -> None:
    open_data = _programme(library, "open-data")

    judged = _judged(library, open_data, "shared_bike_ride", date(2020, 3, 1), distance_km=0)

    assert judged.refused == "no-distance"


# -- on the command line ---------------------------------------------------------------------------


def _run(*arguments: str) -> str:
    result = CliRunner(env={"TANPUHUI_LIBRARY": None}).invoke(cli.command, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_programmes_are_listed() -> None:
    rows = json.loads(_run("library", "list", "--kind", "programme", "--json"))

    assert {row["id"]: row["domain"] for row in rows}.items() >= {
        ("hankou", "hankou"),
        ("shanxi-sanjin-green-life", "shanxi"),
    }


def test_a_programme_is_shown_with_its_choices_and_its_stand_ins() -> None:
    text = _run("library", "show", "shanxi-sanjin-green-life")
    facts = json.loads(_run("library", "show", "hankou", "--json"))

    assert "walk: rates.hankou_2022, a stand-in, as if in 420100" in text
    assert "used_clothes: rates.luzhou_2024, a stand-in, as if in 510500 on 2024-05-15" in text
    assert facts["partners"] == ["wuhan-transit-card", "hankou-bank"]
    assert facts["currencies"]["tanbi"]["rate"] == "not published: no points"


def test_a_table_of_points_is_shown_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "scenes").mkdir(parents=True)
    (folder / "programmes").mkdir()
    luzhou = next(path for path in EXAMPLES if path.stem == "luzhou")
    (folder / "programmes" / "luzhou.yaml").write_bytes(luzhou.read_bytes())

    text = _run("library", "show", "luzhou", "--library", str(folder))

    assert "walk: 1 for each whole 500 of steps" in text
    assert "partners: any" in text


def test_a_check_of_the_library_checks_its_programmes(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "scenes").mkdir(parents=True)
    (folder / "programmes").mkdir()
    text = (LIBRARY / "programmes" / "hankou.yaml").read_text(encoding="utf-8")
    broken = text.replace("id: hankou\n", "id: mine\n").replace("Asia/Shanghai", "Asia/Wuhan")
    (folder / "programmes" / "mine.yaml").write_text(broken, encoding="utf-8")

    result = CliRunner().invoke(cli.command, ["library", "check", "--library", str(folder)])

    assert result.exit_code == 1
    assert "LIB-403  There is no time zone 'Asia/Wuhan'." in result.output
