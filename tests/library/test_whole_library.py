"""The public library: it loads whole, says where its numbers come from, and holds its vectors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tanpuhui import engine, quantify
from tanpuhui.rules import Factor, Library, Methodology, Scene
from tanpuhui.terms import CHINA, WORLD
from tests.tidy.house import LIBRARY

# The first library of issue 2.
FIRST = [
    "food.no_tableware.eleme_2022",
    "food.small_portion.caas_2023",
    "mobility.low_carbon_travel.db11t_3043_2024",
    "mobility.public_transport.sz_2021",
    "mobility.shared_cycling.edc_cec_2021",
    "mobility.shared_cycling.hello_2022",
    "rates.hankou_2022",
    "rates.hubei_tantanxingqiu_2021",
    "rates.luzhou_2024",
]
METHODOLOGIES = Library((LIBRARY,)).ids("methodology")


def test_the_library_loads_without_fault(library: Library) -> None:
    assert [str(fault) for fault in library.faults()] == []


def test_the_methodologies_of_the_first_library_are_there(library: Library) -> None:
    assert set(FIRST) <= set(library.ids("methodology"))


@pytest.mark.parametrize("methodology_id", METHODOLOGIES)
def test_every_worked_vector_holds_on_the_reference_back_end(
    library: Library, methodology_id: str
) -> None:
    # MTH-12: inputs, units, formula, bounds and vectors let anyone reproduce the figure.
    backend = engine.open_backend("reference")

    failures = [str(fault) for fault in quantify.failing_vectors(library, methodology_id, backend)]

    assert library.vectors(methodology_id)
    assert failures == []


@pytest.mark.parametrize("methodology_id", FIRST)
def test_a_methodology_says_who_issued_it_what_it_covers_and_since_when(
    library: Library, methodology_id: str
) -> None:
    # MTH-04, MTH-08
    methodology = library.methodology(methodology_id)

    assert methodology.issuer is not None
    assert methodology.scope is not None
    assert methodology.source.document in library.documents
    assert methodology.valid.from_day is not None
    assert methodology.regions
    assert methodology.cases


def test_the_number_of_a_standard_is_kept_as_the_issuer_writes_it(library: Library) -> None:
    # MTH-08
    methodology = library.methodology("mobility.low_carbon_travel.db11t_3043_2024")

    assert methodology.number == "DB11/T 3043-2024"
    assert methodology.standing == "local"
    assert methodology.issued == date(2024, 6, 28)


def test_a_company_s_own_rates_are_told_from_what_an_authority_approved(library: Library) -> None:
    # MTH-08, MTH-09: the legal status decides what a reduction may be used for.
    standing = {name: library.methodology(name).standing for name in FIRST}

    assert standing["rates.hankou_2022"] == "enterprise_algorithm"
    assert standing["mobility.public_transport.sz_2021"] == "normative_document"
    assert standing["mobility.shared_cycling.edc_cec_2021"] == "published_rate"


def test_shenzhen_credits_rides_from_the_first_day_of_2021(library: Library) -> None:
    # MTH-07
    crediting = library.methodology("mobility.public_transport.sz_2021").crediting

    assert date(2020, 12, 31) not in crediting
    assert date(2021, 1, 1) in crediting


@pytest.mark.parametrize("kind", ["factor", "scene", "methodology"])
def test_every_title_is_in_both_languages(library: Library, kind: str) -> None:
    read: dict[str, Callable[[str], Factor | Scene | Methodology]] = {
        "factor": library.factor,
        "scene": library.scene,
        "methodology": library.methodology,
    }

    for name in library.ids(kind):
        title = read[kind](name).title
        assert title.en.strip(), name
        assert any("一" <= letter <= "鿿" for letter in title.zh), name


def test_every_number_of_a_factor_has_a_grade_and_a_document_that_is_listed(
    library: Library,
) -> None:
    # QNT-04
    for name in library.ids("factor"):
        for value in library.factor(name).values:
            assert value.is_empty() or value.grade is not None, name
            assert value.source.document in library.documents, name


# -- the vocabulary --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "wanted", "scale"),
    [
        ("pkm", "km", "1"),
        ("km", "m", "1000"),
        ("kgCO2e", "gCO2e", "1000"),
        ("tCO2e", "mgCO2e", "1000000000"),
        ("kWh", "MJ", "3.6"),
        ("MWh", "GJ", "3.6"),
        ("t", "kg", "1000"),
        ("m3", "litre", "1000"),
        ("ha", "m2", "10000"),
        ("tkm", "kg*km", "1000"),
        ("hour", "second", "3600"),
        ("yuan", "fen", "100"),
        ("order", "item", "1"),
    ],
)
def test_the_units_are_to_one_another_as_in_the_world(
    library: Library, found: str, wanted: str, scale: str
) -> None:
    units = library.units

    assert units.scale(units.parse(found), units.parse(wanted)) == Decimal(scale)


@pytest.mark.parametrize(
    ("one", "other"),
    [("kg", "kgCO2e"), ("step", "item"), ("day", "hour"), ("person", "item"), ("MJ", "kg")],
)
def test_units_that_measure_other_things_never_meet(library: Library, one: str, other: str) -> None:
    units = library.units

    assert not units.alike(units.parse(one), units.parse(other))


def test_every_unit_can_be_brought_to_itself_and_has_its_names(library: Library) -> None:
    units = library.units

    for name in units.names():
        assert units.scale(units.parse(name), units.parse(name)) == 1
        assert library.unit_names[name].en, name
        assert library.unit_names[name].zh, name


def test_the_regions_are_the_34_provinces_and_what_lies_in_them(library: Library) -> None:
    codes = [region.code for region in library.regions]

    inside_china = [code for code in codes if code not in (WORLD, CHINA)]
    provinces = [code for code in inside_china if code.endswith("0000")]
    assert len(provinces) == 34
    assert all(f"{code[:2]}0000" in provinces for code in inside_china)


@pytest.mark.parametrize(
    "code",
    [
        "110105",  # a district of Beijing, which has no city between
        "440305",  # a district of Shenzhen
        "429004",  # a county-level city directly under Hubei
        "500235",  # a county of Chongqing
        "441900",  # Dongguan, a city without districts
        "810000",  # Hong Kong
    ],
)
def test_places_of_every_kind_are_known(library: Library, code: str) -> None:
    assert code in library.regions


def test_the_glossary_has_the_words_that_the_issue_fixes(library: Library) -> None:
    chinese = {name: term.zh for name, term in library.terms.items()}

    fixed = {
        "programme": "碳普惠平台",
        "scene": "场景",
        "issue": "签发",
        "retire": "注销",
        "cancel": "强制注销",
        "offset": "抵销",
        "validation": "审定",
        "verification": "核查",
        "certification": "核证",
        "redeem": "兑换",
        "coupon_use": "核销",
        "uptake": "消纳",
        "ledger": "碳账本",
        "account": "碳账户",
    }
    assert {name: chinese[name] for name in fixed} == fixed
