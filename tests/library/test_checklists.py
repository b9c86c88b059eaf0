"""The checklists of the library: documents that compute nothing, with what was read of them."""

from __future__ import annotations

import pytest

from tanpuhui.rules import Library
from tests.tidy.house import LIBRARY

ALL = Library((LIBRARY,)).ids("checklist")


def test_the_checklists_of_the_report_are_there() -> None:
    assert set(ALL) >= {
        "conformance.bank_personal_carbon_account_zj",
        "conformance.ceca_incentive_2022",
        "conformance.db36t_1476_2021",
        "conformance.db36t_1477_2021",
        "conformance.enterprise_carbon_account_quzhou",
        "guideline.acef_031_2022",
        "venue.hotel.cd_2021",
        "venue.restaurant.cd_2021",
        "venue.scenic_area.cd_2021",
        "venue.shop.cd_2021",
    }


@pytest.mark.parametrize("checklist_id", ALL)
def test_none_of_them_was_read_whole_and_each_says_so(library: Library, checklist_id: str) -> None:
    found = library.checklist(checklist_id)

    assert found.text != "read"
    assert found.unread


def test_no_checklist_shares_its_id_with_a_methodology(library: Library) -> None:
    assert set(ALL).isdisjoint(library.ids("methodology"))


def test_the_guide_of_forty_behaviours_lists_only_those_that_somebody_names(
    library: Library,
) -> None:
    # Of forty, 26 are named by the press or by a guide that followed; the others were not read.
    found = library.checklist("guideline.acef_031_2022")

    groups = {item.group.zh for item in found.items if item.group is not None}
    by_later_guides = {item.id for item in found.items if item.grade == "derived"}
    assert (found.count, len(found.items)) == (40, 26)
    assert groups == {"衣", "食", "住", "行", "用", "办公", "数字金融"}
    assert by_later_guides == {"walking", "etc", "hybrid_car", "paperless", "low_carbon_meeting"}


@pytest.mark.parametrize(
    "checklist_id",
    [
        "conformance.bank_personal_carbon_account_zj",
        "conformance.enterprise_carbon_account_quzhou",
        "venue.restaurant.cd_2021",
    ],
)
def test_a_document_that_nobody_quotes_has_no_items(library: Library, checklist_id: str) -> None:
    found = library.checklist(checklist_id)

    assert (found.text, found.items, found.valid) == ("unread", (), None)
