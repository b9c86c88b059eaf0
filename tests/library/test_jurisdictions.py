"""The jurisdictions of the library, and the policies of the report."""

from __future__ import annotations

import json
from decimal import Decimal

from click.testing import CliRunner

from tanpuhui import cli
from tanpuhui.rules import Library

TWELVE = {
    "guangdong", "guangzhou", "shenzhen", "chengdu", "chongqing", "beijing", "shanghai", "tianjin",
    "shandong", "hebei", "hainan", "wuhan",
}  # fmt: skip


def test_the_twelve_jurisdictions_are_there(library: Library) -> None:
    assert set(library.ids("jurisdiction")) >= TWELVE


def test_every_jurisdiction_that_a_programme_names_is_a_file(library: Library) -> None:
    named = {library.programme(name).jurisdiction for name in library.ids("programme")}

    assert named - {None} <= set(library.ids("jurisdiction"))


def test_the_unit_names_are_those_of_the_report(library: Library) -> None:
    units = {
        name: fact.value
        for name in library.ids("jurisdiction")
        if (fact := library.jurisdiction(name).facts.get("unit_name")) is not None
    }

    assert units == {
        "guangdong": "PHCER", "guangzhou": "GZCER", "shanghai": "SHCER", "chengdu": "CDCER",
        "chongqing": "CQCER", "beijing": None,
    }  # fmt: skip


def test_a_share_that_nobody_could_cite_is_empty_and_says_so(library: Library) -> None:
    for name in ("shenzhen", "chongqing", "tianjin"):
        fact = library.jurisdiction(name).facts["offset_share"]
        assert fact.value is None
        assert fact.note is not None
    assert library.jurisdiction("guangdong").facts["offset_share"].value == Decimal("0.1")


def test_points_of_shenzhen_are_no_money_and_hold_for_ten_years(library: Library) -> None:
    facts = library.jurisdiction("shenzhen").facts

    assert [facts[name].value for name in ("points_are_money", "points_transfer")] == [False, False]
    assert facts["points_years"].value == 10


def test_the_policies_of_the_report_stand_in_their_sections(library: Library) -> None:
    places = [policy.source.place for policy in library.policies]

    assert {place: places.count(place) for place in dict.fromkeys(places)} == {
        "1.3.1.1": 19, "1.3.1.2": 5, "1.3.1.3": 12, "1.3.1.4": 26, "1.3.1.5": 12,
    }  # fmt: skip


def test_a_jurisdiction_is_shown_and_listed() -> None:
    shown = CliRunner().invoke(cli.command, ["library", "show", "jurisdiction.shanghai", "--json"])
    text = CliRunner().invoke(cli.command, ["library", "show", "shanghai"]).stdout
    listed = CliRunner().invoke(cli.command, ["library", "list", "--kind", "policy", "--json"])

    found = json.loads(shown.stdout)
    assert found["facts"]["unit_name"] == {
        "value": "SHCER", "known": "read", "note": None,
        "source": {"document": "ccpr_report_2023", "place": "1.5.2"},
    }  # fmt: skip
    assert "沪环规〔2025〕10号" in text
    assert "不详 not known" in text
    assert len(json.loads(listed.stdout)) == 74
