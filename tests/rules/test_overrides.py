"""Parameters given by hand (--set), for a value that the library does not have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tanpuhui.engine import Judge, plan_of
from tanpuhui.rules import Library, Methodology, NotAParameter, with_values
from tests.rules.small_library import FACTOR, TABLE, TRAVEL, SmallLibrary


def _set(library: Library, methodology: Methodology, **given: str) -> Methodology:
    dotted = {name.replace("__", "."): text for name, text in given.items()}
    return with_values(methodology, dotted, library.units)


def _mg(library: Library, methodology: Methodology, **record: object) -> int | str | None:
    """The reduction of a record in mg, or the code under which it is refused."""
    day = {"day": date(2023, 1, 1), "region": "420100"}
    judged = Judge(plan_of(methodology, library.regions)).judge({**day, **record})
    return judged.mg.get("reduction", judged.refused)


def test_a_value_that_the_library_lacks_can_be_given(small: SmallLibrary) -> None:
    small.change(FACTOR, "value: 0.02", "value: null")
    library = small.open()

    methodology = _set(library, library.methodology("rates.a_bank"), per_step="0.03")

    # 100 x 0.03 g = 3 g
    assert _mg(library, methodology, scene="walk", steps=100) == 3000


@pytest.mark.parametrize(
    ("text", "reduction_mg"),
    [
        ("0.03", 3000),
        ("0.03 gCO2e/step", 3000),
        ("0.00003 kgCO2e/step", 3000),
        ("30 mgCO2e/step", 3000),
        ("3e-2", 3000),
        ("0", 0),
        ("-0.03 gCO2e/step", -3000),
        ("-0.03", -3000),
    ],
)
def test_a_given_value_is_in_the_parameter_s_unit_or_converted_to_it(
    small: SmallLibrary, text: str, reduction_mg: int
) -> None:
    library = small.open()

    methodology = _set(library, library.methodology("rates.a_bank"), per_step=text)

    assert _mg(library, methodology, scene="walk", steps=100) == reduction_mg


def test_a_given_value_holds_in_every_region_and_on_every_day(small: SmallLibrary) -> None:
    library = small.open()
    methodology = _set(library, library.methodology("rates.a_bank"), per_step="0.03")

    factor = methodology.cases[0].parameters["per_step"]

    for region, day in (("000000", date.min), ("440300", date(2030, 1, 1)), ("420106", date.max)):
        value = factor.in_force(region, day, known_on=date.min)
        assert value.cells == {(): Decimal("0.03")}
        assert (value.grade, value.source.document) == ("assumed", "given by hand")


def test_a_given_value_gives_the_methodology_another_factor_set(small: SmallLibrary) -> None:
    # MTH-06: no figure computed with it can pass for one of the library's.
    library = small.open()
    plain = library.methodology("rates.a_bank")

    same_number = _set(library, plain, per_step="0.02")
    other_number = _set(library, plain, per_step="0.03")

    sets = {plain.factor_set(), same_number.factor_set(), other_number.factor_set()}
    assert len(sets) == 3
    assert plain.sha256 == other_number.sha256


def test_the_library_s_methodology_is_left_as_it_was(small: SmallLibrary) -> None:
    library = small.open()
    plain = library.methodology("rates.a_bank")

    _set(library, plain, per_step="0.03")

    assert _mg(library, plain, scene="walk", steps=100) == 2000
    assert _set(library, plain) is plain


# -- tables ----------------------------------------------------------------------------------------


def test_a_cell_of_a_table_can_be_given(small: SmallLibrary) -> None:
    library = small.open()
    plain = library.methodology("a_city")

    methodology = _set(library, plain, by_mode__metro="32 gCO2e/km")

    # 10 x (104 - 32) = 720 g; before, the metro had no value
    ride = {"scene": "trip", "distance_km": 10, "mode": "metro"}
    assert _mg(library, plain, **ride) == "no-value-by_mode"
    assert _mg(library, methodology, **ride) == 720_000


def test_the_other_cells_stay_as_they_are(small: SmallLibrary) -> None:
    library = small.open()

    methodology = _set(library, library.methodology("a_city"), by_mode__metro="0.032")

    # 10 x (104 - 52) = 520 g; 10 x (104 - 0) = 1,040 g
    assert _mg(library, methodology, scene="trip", distance_km=10, mode="bus") == 520_000
    assert _mg(library, methodology, scene="trip", distance_km=10, mode="walk") == 1_040_000


def test_two_cells_can_be_given(small: SmallLibrary) -> None:
    library = small.open()

    methodology = _set(
        library, library.methodology("a_city"), by_mode__metro="0.032", by_mode__bus="0.054"
    )

    # 10 x (104 - 32) = 720 g; 10 x (104 - 54) = 500 g
    assert _mg(library, methodology, scene="trip", distance_km=10, mode="metro") == 720_000
    assert _mg(library, methodology, scene="trip", distance_km=10, mode="bus") == 500_000


def test_giving_one_cell_does_not_carry_another_from_region_to_region(small: SmallLibrary) -> None:
    value = small.text(TABLE).split("values:\n")[1]
    other = value.replace("100000", "440000").replace("bus: 0.052", "bus: 0.06")
    small.append(TABLE, other)
    library = small.open()

    methodology = _set(library, library.methodology("a_city"), by_mode__metro="0.032")

    # Hubei has the country's bus, 52 g; 60 g are Guangdong's alone. 10 x (104 - 52) = 520 g
    assert _mg(library, methodology, scene="trip", distance_km=10, mode="bus") == 520_000


def test_a_table_of_two_axes_is_set_by_two_keys(small: SmallLibrary) -> None:
    small.change(TABLE, "by: [mode]", "by: [mode, power]")
    small.change(TABLE, "{walk: 0, bus: 0.052, metro: null}", "{bus: {electric: null}}")
    small.change(TRAVEL, "by_mode[mode]", "by_mode[mode, 'electric']")
    library = small.open()

    methodology = _set(library, library.methodology("a_city"), by_mode__bus__electric="0.027")

    # 10 x (104 - 27) = 770 g
    assert _mg(library, methodology, scene="trip", distance_km=10, mode="bus") == 770_000


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("methodology", "name", "text", "problem"),
    [
        ("rates.a_bank", "per_mile", "3", "there is no parameter 'per_mile'"),
        ("rates.a_bank", "steps", "3", "there is no parameter 'steps'"),
        ("rates.a_bank", "per_step", "many", "'many' is no number"),
        ("rates.a_bank", "per_step", "1 + 1", "is no number"),
        ("rates.a_bank", "per_step", "", "Found the end"),
        ("rates.a_bank", "per_step", "1,000", "Found ','"),
        ("rates.a_bank", "per_step", "3 km", "Found km, wanted gCO2e/step"),
        ("rates.a_bank", "per_step", "3 gCO2e", "Found gCO2e, wanted gCO2e/step"),
        ("rates.a_bank", "per_step", "3 gCO2/step", "no unit 'gCO2'"),
        ("rates.a_bank", "per_step.bus", "3", "it is one value"),
        ("a_city", "by_mode", "3", "it is a table by mode"),
        ("a_city", "by_mode.bus.electric", "3", "it is a table by mode"),
    ],
)
def test_a_name_that_is_no_parameter_and_a_value_that_is_no_amount_are_refused(
    small: SmallLibrary, methodology: str, name: str, text: str, problem: str
) -> None:
    library = small.open()
    plain = library.methodology(methodology)

    with pytest.raises(NotAParameter) as refusal:
        with_values(plain, {name: text}, library.units)

    fault = refusal.value
    assert fault.code == "LIB-309"
    assert f"--set {name}={text}: " in fault.what()
    assert problem in fault.what()
    assert f"parameters here are {'per_step' if methodology != 'a_city' else 'by_mode'}" in (
        fault.remedy()
    )


def test_a_cell_given_by_hand_has_neither_the_source_nor_the_grade_of_the_table(
    small: SmallLibrary,
) -> None:
    library = small.open()
    plain = library.methodology("a_city").cases[0].parameters["by_mode"]

    given = _set(library, library.methodology("a_city"), by_mode__metro="0.032")

    value = given.cases[0].parameters["by_mode"].in_force("420100", date(2026, 3, 1))
    metro, bus = value.of_cell(("metro",)), value.of_cell(("bus",))
    assert (metro.grade, metro.source.document) == ("assumed", "given by hand")
    before = plain.in_force("420100", date(2026, 3, 1))
    assert (bus.grade, bus.source) == (before.grade, before.source)
