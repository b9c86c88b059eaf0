"""Regions lie in one another by the first digits of their code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.terms import CHINA, WORLD, Region, Regions, UnknownRegion

CODES = st.integers(100001, 999999).map(str)


@pytest.fixture
def regions() -> Regions:
    listed = [
        Region("000000", "World", "世界"),
        Region("100000", "China", "中国"),
        Region("420000", "Hubei", "湖北省"),
        Region("420100", "Wuhan", "武汉市"),
        Region("429000", "Hubei, directly under the province", "湖北省直辖县级行政区划"),
    ]
    return Regions({region.code: region for region in listed})


@pytest.mark.parametrize(
    ("code", "lineage"),
    [
        ("420106", ("420106", "420100", "420000", "100000", "000000")),
        ("420100", ("420100", "420000", "100000", "000000")),
        ("420000", ("420000", "100000", "000000")),
        ("429004", ("429004", "429000", "420000", "100000", "000000")),  # a county under a province
        ("100000", ("100000", "000000")),
        ("000000", ("000000",)),
    ],
)
def test_a_region_lies_in_its_city_its_province_china_and_the_world(
    code: str, lineage: tuple[str, ...]
) -> None:
    assert Regions.lineage(code) == lineage


@given(CODES)
def test_every_lineage_goes_outward_to_china_and_the_world_and_names_no_region_twice(
    code: str,
) -> None:
    lineage = Regions.lineage(code)

    assert lineage[0] == code
    assert lineage[-2:] == (CHINA, WORLD)
    assert len(set(lineage)) == len(lineage)


@pytest.mark.parametrize(
    ("outer", "inner", "covered"),
    [
        ("420100", "420100", True),
        ("420100", "420106", True),
        ("100000", "420106", True),
        ("000000", "100000", True),
        ("420106", "420100", False),  # a district does not hold its city
        ("420100", "420500", False),
        ("440000", "420100", False),
    ],
)
def test_a_region_covers_itself_and_what_lies_in_it(outer: str, inner: str, covered: bool) -> None:
    assert Regions.covers(outer, inner) is covered


@pytest.mark.parametrize("code", ["420100", "420106", "429004", "100000"])
def test_a_listed_region_and_a_county_of_a_listed_city_are_known(
    regions: Regions, code: str
) -> None:
    assert code in regions


@pytest.mark.parametrize("code", ["420500", "420506", "990000", "42010", "4201066", "wuhan", ""])
def test_a_city_that_is_not_listed_a_county_of_it_and_a_code_of_another_form_are_unknown(
    regions: Regions, code: str
) -> None:
    assert code not in regions


def test_an_unlisted_county_is_called_by_the_name_of_its_city(regions: Regions) -> None:
    assert regions.of("420106").zh == "武汉市"


def test_an_unknown_region_is_refused_with_who_wanted_it_and_the_file_to_add_it_to(
    regions: Regions,
) -> None:
    with pytest.raises(UnknownRegion) as refusal:
        regions.of("420500", wanted_by="rates.hankou_2022")

    assert refusal.value.code == "LIB-201"
    assert "'420500'" in refusal.value.what()
    assert "rates.hankou_2022" in refusal.value.what()
    assert "library/vocabulary/regions.yaml" in refusal.value.remedy()
