"""A mass of CO2e is whole milligrams, and adds to nothing but a mass."""

from __future__ import annotations

import pytest

from tanpuhui.terms import Mass


def test_masses_add_to_a_mass() -> None:
    walked, rode = Mass(145_000), Mass(80_000)

    total = walked + rode

    # 145 g + 80 g = 225 g
    assert total == Mass(225_000)


def test_a_mass_does_not_add_to_a_bare_number() -> None:
    with pytest.raises(TypeError):
        _ = Mass(145_000) + 80_000  # type: ignore[operator]


def test_the_larger_mass_compares_as_larger() -> None:
    assert Mass(-1) < Mass(0) < Mass(1)


def test_a_mass_is_never_changed_in_place() -> None:
    mass = Mass(1)

    with pytest.raises(AttributeError):
        mass.mg = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("mg", "text"),
    [
        (0, "0 g"),
        (1, "0.001 g"),
        (-20, "-0.02 g"),
        (365_070, "365.07 g"),
        (9_999_999, "9,999.999 g"),  # one milligram below 10 kg is still told in grams
        (10_000_000, "10 kg"),
        (10_164_000, "10.164 kg"),
        (9_999_999_999, "9,999.999999 kg"),  # one milligram below 10 t
        (10_000_000_000, "10 t"),
        (3_467_440_000_000, "3,467.44 t"),
        (-10_000_000_000, "-10 t"),
        (9_223_372_036_854_775_807, "9,223,372,036.854775807 t"),  # the largest int64, every digit
    ],
)
def test_a_mass_reads_exactly_in_the_unit_of_its_size(mg: int, text: str) -> None:
    assert str(Mass(mg)) == text
