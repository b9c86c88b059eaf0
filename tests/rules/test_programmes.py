"""What a programme chooses, and for which acts; that it holds no formula and no factor."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tanpuhui.rules import ProgrammeCase, StandIn
from tanpuhui.terms import DayRange, Fault, Faults, fault_codes
from tests.rules.small_library import TRIP, SmallLibrary
from tests.rules.small_programme import PROGRAMME, TEXT, programme_faults
from tests.rules.small_programme import programme as read

WUHAN, HUBEI, SHENZHEN = "420106", "420000", "440300"
DAY = date(2023, 6, 1)


@pytest.fixture
def small(small: SmallLibrary) -> SmallLibrary:
    """The small library with a programme."""
    small.write(PROGRAMME, TEXT)
    return small


# -- what it says ----------------------------------------------------------------------------------


def test_a_programme_in_good_form_has_no_fault_and_says_what_it_chose(small: SmallLibrary) -> None:
    programme = read(small)

    assert small.faults() == []
    assert small.open().ids("programme") == ("a-platform",)
    assert (programme.title.zh, programme.operator.en) == ("某平台", "A company")
    assert programme.valid == DayRange(date(2023, 1, 1), None)
    assert (programme.opened_by, programme.already_posted) == ("partner", "stays")
    assert programme.points.standings == ("local", "enterprise_algorithm")
    assert programme.issuance.standings == ("local",)
    assert programme.methodologies() == ("a_city", "rates.a_bank")
    assert [note.zh for note in programme.notes] == ["A note."]
    assert len(programme.sha256) == 64


def test_a_record_is_computed_by_the_methodology_that_the_programme_names(
    small: SmallLibrary,
) -> None:
    programme = read(small)

    assert programme.case_for("walk", WUHAN, DAY).methodology == "rates.a_bank"
    assert programme.case_for("trip", HUBEI, DAY).methodology == "a_city"
    assert programme.case_for("trip", HUBEI, DAY).code is None


@pytest.mark.parametrize(
    ("scene", "region", "day", "code"),
    [
        ("bus_ride", SHENZHEN, date(2022, 1, 1), "scene-not-in-programme"),
        ("walk", SHENZHEN, date(2022, 1, 1), "region-not-in-programme"),
        ("walk", "100000", DAY, "region-not-in-programme"),
        ("walk", WUHAN, date(2022, 12, 31), "outside-programme"),
    ],
)
def test_a_record_that_the_programme_does_not_take_is_told_why_scene_first(
    small: SmallLibrary, scene: str, region: str, day: date, code: str
) -> None:
    case = read(small).case_for(scene, region, day)

    assert (case.methodology, case.code) == (None, code)


def test_the_last_day_of_a_programme_is_the_one_before_its_end(small: SmallLibrary) -> None:
    small.change(PROGRAMME, "2023-01-01, until: null", "2023-01-01, until: 2023-06-02")
    programme = read(small)

    assert programme.case_for("walk", WUHAN, date(2023, 6, 1)).code is None
    assert programme.case_for("walk", WUHAN, date(2023, 6, 2)).code == "outside-programme"


def test_partners_rank_in_the_order_of_the_file_and_others_do_not_rank(small: SmallLibrary) -> None:
    programme = read(small)

    ranks = [programme.partner_rank(name) for name in ("a-card", "a-bank", "a-stranger")]

    assert ranks == [0, 1, None]


def test_any_partner_region_and_day_may_be_taken(small: SmallLibrary) -> None:
    small.change(PROGRAMME, "partners: [a-card, a-bank]", "partners: any")
    small.change(PROGRAMME, 'regions: ["420000"]', "regions: any")
    small.change(PROGRAMME, "valid: {from: 2023-01-01, until: null}", "valid: any")
    programme = read(small)

    assert (programme.partners, programme.regions) == (None, None)
    assert programme.partner_rank("zebra") == programme.partner_rank("ant") == 0
    assert programme.case_for("walk", "000000", date(1900, 1, 1)).methodology == "rates.a_bank"


@pytest.mark.parametrize(
    ("lines", "domain"),
    [
        ("", "a-platform"),
        ("jurisdiction: null\n", "a-platform"),
        ("jurisdiction: hubei\n", "hubei"),
        ("dedup_domain: wuhan\n", "wuhan"),
        ("jurisdiction: hubei\ndedup_domain: wuhan\n", "wuhan"),
    ],
)
def test_one_act_is_credited_once_in_the_jurisdiction_unless_the_file_says_otherwise(
    small: SmallLibrary, lines: str, domain: str
) -> None:
    small.append(PROGRAMME, lines)

    assert read(small).domain == domain


def test_the_hash_of_a_programme_is_that_of_its_bytes(small: SmallLibrary) -> None:
    before = read(small).sha256
    small.append(PROGRAMME, "# a remark\n")

    assert read(small).sha256 != before


# -- scenes ----------------------------------------------------------------------------------------

BY_DAY = """\
  walk:
    - {methodology: rates.a_bank, until: 2024-01-01}
    - {methodology: rates.a_bank, from: 2024-01-01, regions: ["420100"]}
"""


def test_a_scene_may_change_by_day_and_by_region(small: SmallLibrary) -> None:
    small.change(PROGRAMME, "  walk: {methodology: rates.a_bank}\n", BY_DAY)
    programme = read(small)
    first, second = programme.scenes["walk"]

    assert programme.case_for("walk", HUBEI, date(2023, 12, 31)).rule == first
    assert programme.case_for("walk", WUHAN, date(2024, 1, 1)).rule == second
    assert programme.case_for("walk", "420200", date(2024, 1, 1)).code == "outside-programme"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("until: 2024-01-01", "until: 2024-01-02"),
        (", until: 2024-01-01", ""),
        (", from: 2024-01-01", ""),
    ],
)
def test_two_entries_that_fit_one_record_are_refused_at_the_second(
    small: SmallLibrary, old: str, new: str
) -> None:
    small.change(PROGRAMME, "  walk: {methodology: rates.a_bank}\n", BY_DAY.replace(old, new))

    fault = small.only_fault()

    assert fault.code == "LIB-408"
    assert small.where(fault) == small.at(PROGRAMME, 'regions: ["420100"]')
    assert "that of line 16" in fault.what()
    assert "part them by day" in fault.remedy()


def test_two_entries_of_one_day_are_parted_by_regions_of_which_none_lies_in_another(
    small: SmallLibrary,
) -> None:
    parted = BY_DAY.replace("until: 2024-01-01", 'regions: ["420200"]').replace(
        "from: 2024-01-01, ", ""
    )
    small.change(PROGRAMME, "  walk: {methodology: rates.a_bank}\n", parted)
    small.change("vocabulary/regions.yaml", "Wuhan, zh: 武汉市}\n",
                 'Wuhan, zh: 武汉市}\n  "420200": {en: Huangshi, zh: 黄石市}\n')  # fmt: skip

    # Huangshi is no place of the bank, so its entry takes nothing; but the two never meet.
    assert [fault.code for fault in small.faults()] == ["LIB-405"]


def _with_stand_in(small: SmallLibrary, stand_in: str) -> None:
    small.change(PROGRAMME, "walk: {methodology: rates.a_bank}",
                 f"walk: {{methodology: rates.a_bank, stand_in: {stand_in}}}")  # fmt: skip
    small.change(PROGRAMME, 'regions: ["420000"]', 'regions: ["440000"]')
    small.change(PROGRAMME, "  trip: {methodology: a_city}\n", "")


def test_a_stand_in_is_looked_up_there_and_then_while_the_act_stays_where_it_was(
    small: SmallLibrary,
) -> None:
    _with_stand_in(small, '{region: "420100", day: 2022-08-25}')
    rule = read(small).case_for("walk", SHENZHEN, DAY).rule

    assert rule is not None
    assert rule.stand_in == StandIn("420100", date(2022, 8, 25))
    assert rule.looked_up_as(SHENZHEN, DAY) == ("420100", date(2022, 8, 25))


def test_a_stand_in_may_lend_the_place_alone(small: SmallLibrary) -> None:
    _with_stand_in(small, '{region: "420100"}')
    rule = read(small).case_for("walk", SHENZHEN, DAY).rule

    assert rule is not None
    assert rule.looked_up_as(SHENZHEN, DAY) == ("420100", DAY)


def test_without_a_stand_in_a_rule_is_looked_up_where_and_when_the_act_was(
    small: SmallLibrary,
) -> None:
    rule = read(small).scenes["walk"][0]

    assert rule.looked_up_as(WUHAN, DAY) == (WUHAN, DAY)


@pytest.mark.parametrize(
    ("stand_in", "problem"),
    [
        ('{region: "440300", day: 2022-08-25}', "it holds in 420100, not in 440300"),
        ('{region: "420000", day: 2022-08-25}', "it holds in 420100, not in 420000"),
        ('{region: "420100", day: 2022-08-24}', "not on 2022-08-24"),
    ],
)
def test_a_stand_in_where_its_own_methodology_does_not_hold_is_refused(
    small: SmallLibrary, stand_in: str, problem: str
) -> None:
    _with_stand_in(small, stand_in)

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == ("LIB-406", small.at(PROGRAMME, "stand_in"))
    assert problem in fault.what()


def test_what_a_stand_in_computes_can_never_be_issued(small: SmallLibrary) -> None:
    _with_stand_in(small, '{region: "420100"}')
    small.change(
        PROGRAMME, "issuance: {standing: [local]", "issuance: {standing: [enterprise_algorithm]"
    )

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == ("LIB-407", small.at(PROGRAMME, "stand_in"))
    assert "take enterprise_algorithm out of 'accepts: issuance'" in fault.remedy()


POWER = """\
  power: {one_of: [electric, diesel], required: false}
"""
FLEET = "{power: electric, source: {document: a_report, place: null}}"


def _with_power(small: SmallLibrary, fleet: str) -> None:
    """The trip of the small library, with a kind that records may leave out."""
    small.change(TRIP, "  mode: {one_of", f"{POWER}  mode: {{one_of")
    small.change("methodologies/a_city.yaml", "inputs: [distance_km, mode]",
                 "inputs: [distance_km, mode, power]\n    conditions:\n"
                 "      - {code: not-electric, that: \"power == 'electric'\"}")  # fmt: skip
    small.change("methodologies/a_city.vectors.yaml", "mode: bus}", "mode: bus, power: electric}")
    small.change(PROGRAMME, "trip: {methodology: a_city}",
                 f"trip: {{methodology: a_city, fleet: {fleet}}}")  # fmt: skip


def test_a_fleet_says_once_and_with_a_source_what_records_leave_out(small: SmallLibrary) -> None:
    _with_power(small, FLEET)
    (rule,) = read(small).scenes["trip"]

    assert small.faults() == []
    assert rule.fleet is not None
    assert rule.fleet.quantities == {"power": "electric"}
    assert rule.fleet.source.document == "a_report"


@pytest.mark.parametrize(
    ("fleet", "code", "problem"),
    [
        (FLEET.replace("electric,", "steam,"), "LIB-413", "is steam, not one of electric, diesel"),
        (FLEET.replace("power:", "colour:"), "LIB-413", "'colour' is no quantity of the scene"),
        (FLEET.replace("power: electric", "distance_km: 5"), "LIB-413", "is an amount (km)"),
        ("{power: electric}", "LIB-207", "has no source"),
        ("{source: {document: a_report, place: null}}", "LIB-107", "a quantity that records"),
    ],
)
def test_a_fleet_that_is_no_such_statement_is_refused(
    small: SmallLibrary, fleet: str, code: str, problem: str
) -> None:
    _with_power(small, fleet)

    fault = small.only_fault()

    assert (fault.code, small.where(fault)) == (code, small.at(PROGRAMME, "fleet"))
    assert problem in fault.what()


def test_a_fleet_of_what_the_methodology_never_asks_for_is_refused(small: SmallLibrary) -> None:
    small.change(TRIP, "  mode: {one_of", f"{POWER}  mode: {{one_of")
    small.change(PROGRAMME, "trip: {methodology: a_city}",
                 f"trip: {{methodology: a_city, fleet: {FLEET}}}")  # fmt: skip

    assert "nothing that the methodology asks for" in small.only_fault().what()


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("walk: {methodology: rates.a_bank}", "walk: {methodology: a_city}", "LIB-404", "'walk'"),
        ('regions: ["420000"]', 'regions: ["440000"]', "LIB-405", "it holds in 420100, the acts"),
        ("2023-01-01, until: null", "2020-01-01, until: 2021-01-01", "LIB-405", "it holds from"),
        ("walk: {methodology: rates.a_bank}",
         'walk: {methodology: rates.a_bank, regions: ["440300"]}', "LIB-405", "in 420000 only"),
        ("walk: {methodology: rates.a_bank}",
         "walk: {methodology: rates.a_bank, until: 2022-12-31}", "LIB-405", "from 2023-01-01 on"),
        ("[enterprise_algorithm, local]", "[local]", "LIB-409", "'enterprise_algorithm' earns no"),
        ("methodology: rates.a_bank", "methodology: rates.a_bnk", "LIB-111", "'rates.a_bnk'"),
        ("  walk: {methodology", "  walks: {methodology", "LIB-111", "no scene 'walks'"),
    ],
)  # fmt: skip
def test_a_scene_that_no_record_could_use_is_refused_where_it_stands(
    small: SmallLibrary, old: str, new: str, code: str, said: str
) -> None:
    small.change(PROGRAMME, old, new)

    fault = next(fault for fault in programme_faults(small) if fault.code == code)

    assert small.where(fault)[0] == PROGRAMME
    assert said in fault.what()
    assert fault.remedy()


# -- form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["title", "operator", "time_zone", "regions", "valid", "accounts", "partners",
     "already_posted", "accepts", "scenes"],
)  # fmt: skip
def test_a_key_that_a_programme_must_have_is_missed_by_its_name(
    small: SmallLibrary, key: str
) -> None:
    small.write(PROGRAMME, TEXT.replace(f"\n{key}:", f"\nx_{key}:"))

    missed = [fault for fault in programme_faults(small) if fault.code == "LIB-105"]

    assert f"has no '{key}'" in missed[0].what()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("walk: {methodology: rates.a_bank}", "walk: {methodology: rates.a_bank, formula: steps}"),
        ("walk: {methodology: rates.a_bank}", "walk: {methodology: rates.a_bank, value: 0.02}"),
        ("authority: null", "authority: null\nfactors: {per_step: 0.02}"),
        ("authority: null", "authority: null\nparameters: {per_step: 0.02}"),
        ("{opened_by: partner}", "{opened_by: partner, fee: 1}"),
        ("issuance: {standing", "sale: [local]\n  issuance: {standing"),
    ],
)
def test_a_preset_holds_no_formula_no_factor_and_no_other_key(
    small: SmallLibrary, old: str, new: str
) -> None:
    small.change(PROGRAMME, old, new)

    fault = small.only_fault()

    assert (fault.code, small.where(fault)[0]) == ("LIB-106", PROGRAMME)


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("[a-card, a-bank]", "[a-card, A Bank]", "LIB-401", "'A Bank' of a partner"),
        ("[a-card, a-bank]", "[a-card, ../bank]", "LIB-401", "'../bank' of a partner"),
        ("[a-card, a-bank]", "[a-card, a-card]", "LIB-402", "partner 'a-card' is named twice"),
        ("[a-card, a-bank]", "[]", "LIB-107", "a list of at least one"),
        ("[a-card, a-bank]", "everyone", "LIB-107", "a list"),
        ("id: coin", "id: 碳币", "LIB-401", "of a currency"),
        ("authority: null", "authority: null\njurisdiction: 武汉", "LIB-401", "a jurisdiction"),
        ("authority: null", "authority: null\ndedup_domain: a b", "LIB-401", "de-duplication"),
        ("Asia/Shanghai", "Asia/Beijing", "LIB-403", "no time zone 'Asia/Beijing'"),
        ("Asia/Shanghai", "GMT+8", "LIB-403", "no time zone 'GMT+8'"),
        ("Asia/Shanghai", "localtime", "LIB-403", "no time zone 'localtime'"),
        ('regions: ["420000"]', 'regions: ["999999"]', "LIB-201", "no region '999999'"),
        ("standing: [local]", "standing: [locals]", "LIB-109", "'locals'"),
        ("opened_by: partner", "opened_by: bank", "LIB-109", "'bank'"),
        ("already_posted: stays", "already_posted: goes", "LIB-109", "'goes'"),
        ("2023-01-01, until: null", "2023-01-01, until: 2023-01-01", "LIB-209", "no day at all"),
        ("notes: [A note.]", "notes: [5]", "LIB-107", "a list of {en: …, zh: …}"),
        ("document: a_report", "document: a_rumour", "LIB-109", "'a_rumour'"),
        ("id: a-platform", "id: a-platfrom", "LIB-108", "the path says 'a-platform'"),
    ],
)
def test_what_a_key_does_not_allow_is_refused_at_its_line(
    small: SmallLibrary, old: str, new: str, code: str, said: str
) -> None:
    small.change(PROGRAMME, old, new)

    fault = next(fault for fault in programme_faults(small) if fault.code == code)

    assert small.where(fault) == small.at(PROGRAMME, new.splitlines()[-1])
    assert said in fault.what()
    assert fault.remedy()


def test_a_currency_named_twice_is_refused(small: SmallLibrary) -> None:
    small.change(PROGRAMME, "currencies:\n",
                 "currencies:\n  - {id: coin, title: {zh: 币}, rate: null}\n")  # fmt: skip

    assert "The currency 'coin' is named twice" in small.only_fault().what()


def test_all_faults_of_a_programme_are_told_at_once(small: SmallLibrary) -> None:
    small.change(PROGRAMME, "Asia/Shanghai", "Asia/Beijing")
    small.change(PROGRAMME, "reduction: 100 gCO2e", "reduction: 300 gCO2e")
    small.change(PROGRAMME, "notes:", "remarks:")

    assert {fault.code for fault in programme_faults(small)} == {"LIB-403", "LIB-410", "LIB-106"}


# -- files that lie anywhere -----------------------------------------------------------------------


def test_the_file_of_a_programme_may_lie_outside_the_library(
    small: SmallLibrary, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.replace("a-platform", "mine"), encoding="utf-8")

    programme = small.open().programme_file(path)

    assert programme.id == "mine"
    assert programme.case_for("walk", WUHAN, DAY) == ProgrammeCase(
        programme.scenes["walk"][0], None
    )


def test_a_file_of_another_name_than_its_programme_is_refused(
    small: SmallLibrary, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT, encoding="utf-8")

    with pytest.raises(Faults) as refusal:
        small.open().programme_file(path)

    assert [fault.code for fault in refusal.value.faults] == ["LIB-108"]


def test_a_programme_that_is_nowhere_is_missed_with_what_was_meant(
    small: SmallLibrary, tmp_path: Path
) -> None:
    with pytest.raises(Fault) as by_id:
        small.open().programme("a-plattform")
    with pytest.raises(Fault) as by_path:
        small.open().programme_file(tmp_path / "none.yaml")

    assert (by_id.value.code, by_path.value.code) == ("LIB-111", "LIB-111")
    assert "did you mean a-platform?" in by_id.value.remedy()
    assert "none.yaml" in by_path.value.what()


def test_every_code_of_programmes_is_named_by_a_test_of_rules() -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    codes = [code for code in fault_codes() if code.startswith("LIB-4")]

    assert len(codes) == 18
    assert [code for code in codes if f'"{code}"' not in text] == []
