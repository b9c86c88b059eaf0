"""The rounding rule: to the nearest microgram, then down to whole milligrams."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpuhui.engine import whole_mg
from tanpuhui.formula import EXACT

# The most by which a microgram's snap may lift an amount, in milligrams.
SNAP_MG = Decimal("0.0005679")

grams = st.decimals(
    min_value=Decimal("-9e15"), max_value=Decimal("9e15"), allow_nan=False, places=12
)
small_grams = st.decimals(min_value=-10, max_value=10, allow_nan=False, places=12)


@pytest.mark.parametrize(
    ("amount", "mg"),
    [
        ("0", 0),
        ("146.1", 146_100),
        ("0.001", 1),
        ("0.0019994", 1),  # 1.9994 mg: down
        ("0.002", 2),
        ("0.0009994", 0),  # 999.4 micrograms: down
        ("0.0009996", 1),  # 999.6: snapped to 1,000 micrograms first
        ("0.00099943", 0),  # 999.43, and 0.43 + 0.5679 < 1
        ("0.00099944", 1),  # 999.44, and 0.44 + 0.5679 > 1
        ("0.0009995", 1),  # half a microgram goes up to the next one
        ("48.7", 48_700),
        ("48.70000000000001", 48_700),  # the dust of doubles, above …
        ("48.69999999999999", 48_700),  # … and below
        ("-0.0000001", 0),  # less than half a microgram below zero is zero
        ("-0.000001", -1),  # a microgram below is a milligram down
        ("-0.0009", -1),
        ("-0.001", -1),
        ("-0.0011", -2),
        ("9199999999999999.999", 9_199_999_999_999_999_999),
    ],
)
def test_an_amount_is_snapped_and_then_cut_down(amount: str, mg: int) -> None:
    assert whole_mg(Decimal(amount)) == mg


@given(st.one_of(grams, small_grams))
def test_an_amount_is_never_lifted_by_more_than_the_snap_nor_cut_by_a_whole_milligram(
    amount: Decimal,
) -> None:
    with localcontext(EXACT):
        exact_mg = amount * 1000

        assert -SNAP_MG <= exact_mg - whole_mg(amount) < 1


@given(st.one_of(grams, small_grams), st.decimals(min_value=0, max_value=10, places=9))
def test_more_is_never_rounded_to_less(amount: Decimal, more: Decimal) -> None:
    with localcontext(EXACT):
        assert whole_mg(amount) <= whole_mg(amount + more)


@given(st.integers(-(10**18), 10**18))
def test_whole_milligrams_stay(mg: int) -> None:
    with localcontext(EXACT):
        assert whole_mg(Decimal(mg) / 1000) == mg


@given(st.integers(-(10**12), 10**12), st.integers(-400, 400))
def test_dust_below_a_microgram_changes_nothing(mg: int, dust: int) -> None:
    with localcontext(EXACT):
        assert whole_mg(Decimal(mg) / 1000 + Decimal(dust) / 1_000_000_000) == mg


def test_the_rule_gives_a_python_integer() -> None:
    assert type(whole_mg(Decimal("1.5"))) is int
