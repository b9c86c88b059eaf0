"""A programme for the small library, to be spoilt one line at a time."""

from __future__ import annotations

import pytest

from tanpuhui.rules import Programme
from tanpuhui.terms import Fault, Faults
from tests.rules.small_library import SmallLibrary

PROGRAMME = "programmes/a-platform.yaml"
TEXT = """\
id: a-platform
title: {en: A platform, zh: 某平台}
operator: {en: A company, zh: 某公司}
authority: null
time_zone: Asia/Shanghai
regions: ["420000"]
valid: {from: 2023-01-01, until: null}
accounts: {opened_by: partner}
partners: [a-card, a-bank]
already_posted: stays
accepts:
  points: [enterprise_algorithm, local]
  issuance: {standing: [local], text: [read, reported], grade: [read, reported]}
scenes:
  walk: {methodology: rates.a_bank}
  trip: {methodology: a_city}
limits:
  - {scenes: [walk], each: [person, local_day], reduction: 100 gCO2e}
currencies:
  - {id: coin, title: {zh: 碳币}, rate: null}
source: {document: a_report, place: "3.1"}
notes: [A note.]
"""


def programme(small: SmallLibrary) -> Programme:
    """The programme as it is on disk now."""
    return small.open().programme("a-platform")


def programme_faults(small: SmallLibrary) -> list[Fault]:
    """What is wrong with it, in the order in which it is told."""
    with pytest.raises(Faults) as refusal:
        programme(small)
    return list(refusal.value.faults)
