"""The vocabulary: units, regions, documents and terms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui.rules import unit_in_words
from tests.rules.small_library import REGIONS, SOURCES, UNITS, SmallLibrary


def test_a_unit_has_a_definition_and_its_names(small: SmallLibrary) -> None:
    library = small.open()

    km = library.unit_names["km"]

    assert (km.en, km.zh, km.symbol) == ("kilometre", "公里", "km")
    assert library.units.scale(library.units.parse("km"), library.units.parse("m")) == 1000


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("gCO2e/step", "en", "gCO2e/step"),
        ("gCO2e/step", "zh", "克二氧化碳当量/步"),
        ("kgCO2e/km^2", "zh", "千克二氧化碳当量/公里^2"),
        ("kg*km", "en", "kg·km"),
        ("kg*km", "zh", "千克·公里"),
        ("share", "en", ""),
    ],
)
def test_a_unit_is_written_in_the_reader_s_language(
    small: SmallLibrary, text: str, language: str, words: str
) -> None:
    library = small.open()

    assert unit_in_words(library.units.parse(text), library.unit_names, language) == words


def test_a_unit_that_does_not_say_what_it_is_is_refused_with_file_line_and_remedy(
    small: SmallLibrary,
) -> None:
    small.append(UNITS, "  mile: {en: mile, zh: 英里, symbol: mi}\n")

    fault = small.only_fault()

    assert fault.code == "LIB-105"
    assert small.where(fault) == small.at(UNITS, "mile")
    assert "has no 'is'" in fault.what()


@pytest.mark.parametrize("meaning", ["1609 metre", "1609 *", "about a mile"])
def test_a_unit_defined_by_what_is_no_unit_is_refused_with_file_and_line(
    small: SmallLibrary, meaning: str
) -> None:
    small.append(UNITS, f"  mile: {{is: {meaning}, en: mile, zh: 英里, symbol: mi}}\n")

    fault = small.only_fault()

    assert fault.code.startswith("LIB-")
    assert small.where(fault) == small.at(UNITS, "mile")


def test_a_unit_whose_definition_is_a_plain_number_is_a_pure_number(small: SmallLibrary) -> None:
    small.append(UNITS, "  percent: {is: 0.01, en: percent, zh: 百分之一, symbol: '%'}\n")
    units = small.open().units

    assert units.scale(units.parse("percent"), units.parse("share")) == Decimal("0.01")


def test_a_region_has_its_names_and_lies_in_others(small: SmallLibrary) -> None:
    regions = small.open().regions

    assert (regions.of("420100").en, regions.of("420100").zh) == ("Wuhan", "武汉市")
    assert "420106" in regions
    assert "420500" not in regions


@pytest.mark.parametrize("code", ["4201", "wuhan", "42010x"])
def test_a_region_under_another_key_than_six_digits_is_refused(
    small: SmallLibrary, code: str
) -> None:
    small.append(REGIONS, f'  "{code}": {{en: Somewhere, zh: 某地}}\n')

    fault = small.only_fault()

    assert fault.code == "LIB-107"
    assert small.where(fault) == small.at(REGIONS, code)
    assert "six digits" in fault.what()
    assert code in fault.what()


@pytest.mark.parametrize(
    ("written", "kept"),
    [('"2023-05"', "2023-05"), ('"2023"', "2023"), ("2023-05-01", "2023-05-01"), ("null", None)],
)
def test_the_date_of_a_document_is_a_day_a_month_a_year_or_unknown(
    small: SmallLibrary, written: str, kept: str | None
) -> None:
    small.change(SOURCES, 'date: "2023-05"', f"date: {written}")

    assert small.open().documents["a_report"].date == kept


def test_a_document_keeps_what_kind_it_is_and_how_much_of_it_was_read(
    small: SmallLibrary,
) -> None:
    document = small.open().documents["a_report"]

    assert (document.kind, document.read, document.url) == ("report", "whole", None)
    assert document.title.zh == "一份报告"
    assert document.issuer is None


def test_a_term_says_what_it_is_called_and_what_not_to_say(small: SmallLibrary) -> None:
    term = small.open().terms["programme"]

    assert (term.en, term.zh) == ("carbon inclusion programme", "碳普惠平台")
    (avoided,) = term.avoid
    assert (avoided.text, avoided.where) == ("scheme_id", "code")
    assert avoided.because == "say programme_id"
