"""What provinces and cities rule: each fact with how it is known, and none invented."""

from __future__ import annotations

import pytest

from tests.rules.small_library import SmallLibrary

CITY = "jurisdictions/a_city.yaml"
TEXT = """\
id: a_city
title: {en: A city, zh: 某市}
region: "420100"
inside: null
authority: null
instruments:
  - title: {en: Measures, zh: 管理办法}
    number: null
    issued: "2022-08"
    from: 2022-08-18
    until: null
    status: in_force
    known: part
    source: {document: a_report, place: null}
facts:
  unit_name: {value: ACER, known: read, source: {document: a_report, place: null}}
  points_are_money: {value: false, known: secondary, source: {document: a_report, place: null}}
  offset_share: {value: 0.1, known: part, source: {document: a_report, place: null}}
  points_years: {value: null, note: {en: not read, zh: 未读}}
"""
POLICIES = "policies.yaml"
POLICY = """\
policies:
  - title: {en: A plan, zh: 某方案}
    number: null
    issuer: {en: A city, zh: 某市}
    issued: "2022-08"
    region: "420100"
    about: measures
    asks: {en: Points., zh: 积分。}
    source: {document: a_report, place: "1.3.1"}
"""


@pytest.fixture
def small(small: SmallLibrary) -> SmallLibrary:
    """The small library with a jurisdiction and a policy."""
    small.write(CITY, TEXT)
    small.write(POLICIES, POLICY)
    return small


def test_a_jurisdiction_says_what_it_rules_and_how_that_is_known(small: SmallLibrary) -> None:
    city = small.open().jurisdiction("a_city")

    assert small.faults() == []
    assert city.facts["unit_name"].value == "ACER"
    assert city.facts["points_are_money"].value is False
    assert (city.facts["points_years"].value, city.facts["points_years"].known) == (None, None)
    assert city.instruments[0].issued == "2022-08"


def test_policies_are_read_in_the_order_of_the_file(small: SmallLibrary) -> None:
    (policy,) = small.open().policies

    assert (policy.issued, policy.region, policy.asks.zh) == ("2022-08", "420100", "积分。")


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "said"),
    [
        (CITY, 'region: "420100"', 'region: "990000"', "LIB-201", "990000"),
        (CITY, "inside: null", "inside: a_land", "LIB-111", "a_land"),
        (CITY, "known: read", "known: memory", "LIB-109", "memory"),
        (CITY, "value: 0.1,", "value: 10,", "LIB-107", "share from 0 to 1"),
        (CITY, "value: false,", 'value: "no",', "LIB-107", "true or false"),
        (CITY, "{value: null, note: {en: not read, zh: 未读}}", "{value: null}", "LIB-107", "note"),
        (CITY, "{value: null, note:", "{value: null, known: read, note:", "LIB-107", "nothing"),
        (CITY, "unit_name: {", "unit: {", "LIB-106", "unit"),
        (
            CITY,
            "document: a_report, place: null}\nfacts",
            "document: gossip, place: null}\nfacts",
            "LIB-109",
            "gossip",
        ),
        (CITY, "status: in_force", "status: usual", "LIB-109", "usual"),
        (POLICIES, 'issued: "2022-08"', "issued: null", "LIB-107", "2023-05"),
        (POLICIES, 'region: "420100"', 'region: "420900"', "LIB-201", "420900"),
        (POLICIES, "about: measures", "about: things", "LIB-109", "things"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_line(
    file: str, old: str, new: str, code: str, said: str, small: SmallLibrary
) -> None:
    small.change(file, old, new)

    faults = small.faults()

    assert [fault.code for fault in faults] == [code]
    assert said in str(faults[0])
