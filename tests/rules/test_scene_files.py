"""What a scene's file says of the records of a behaviour."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanpuhui.rules import Scene
from tanpuhui.terms import Unit
from tests.rules.small_library import TRIP, WALK, SmallLibrary


@pytest.fixture
def trip(small: SmallLibrary) -> Scene:
    return small.open().scene("trip")


def test_a_required_quantity_has_a_unit_and_no_default(trip: Scene) -> None:
    distance = trip.quantities["distance_km"]

    assert (distance.unit, distance.required) == (Unit("km"), True)
    assert (distance.default, distance.most, distance.choices) == (None, None, ())


def test_a_quantity_with_a_default_is_not_required(trip: Scene) -> None:
    count = trip.quantities["item_count"]

    assert (count.default, count.most, count.required) == (Decimal(1), Decimal(1), False)


def test_a_quantity_that_has_a_default_is_never_missing_whatever_else_is_said(
    small: SmallLibrary,
) -> None:
    small.change(TRIP, "required: false, default: 1", "required: true, default: 1")

    assert small.open().scene("trip").quantities["item_count"].required is False


def test_a_quantity_of_a_closed_set_is_a_text_without_unit(trip: Scene) -> None:
    mode = trip.quantities["mode"]

    assert (mode.unit, mode.choices, mode.required) == (None, ("walk", "bus", "metro"), True)


def test_a_scene_says_what_makes_two_reports_one_act(trip: Scene) -> None:
    assert trip.same_act_by == ("reference", "asset", "period")
    assert trip.exclusive_class == "trip"
    assert trip.period == "interval"


def test_a_scene_may_have_no_exclusive_class(small: SmallLibrary) -> None:
    small.change(WALK, "exclusive_class: steps", "exclusive_class: null")

    assert small.open().scene("walk").exclusive_class is None


def test_evidence_is_kept_strongest_first_in_whatever_order_it_was_written(
    small: SmallLibrary,
) -> None:
    small.change(WALK, "[device_sensor, statement]", "[statement, fare_record, photo]")

    assert small.open().scene("walk").evidence == ("fare_record", "photo", "statement")


def test_a_scene_keeps_its_words_source_and_notes(trip: Scene) -> None:
    assert (trip.title.en, trip.title.zh) == ("Trip", "出行")
    assert trip.source is not None
    assert (trip.source.document, trip.source.place) == ("a_report", "2.1")
    assert [note.zh for note in trip.notes] == ["每种方式一条记录。"]
    assert len(trip.sha256) == 64


def test_a_quantity_of_an_unknown_unit_is_refused_at_its_line(small: SmallLibrary) -> None:
    small.change(TRIP, "unit: km", "unit: mile")

    fault = next(fault for fault in small.faults() if fault.code == "LIB-202")

    assert small.where(fault) == small.at(TRIP, "mile")
    assert "'mile'" in fault.what()


def test_a_quantity_with_neither_unit_nor_choices_is_refused(small: SmallLibrary) -> None:
    small.change(TRIP, "{unit: km, required: true}", "{required: true}")

    fault = next(fault for fault in small.faults() if fault.code == "LIB-105")

    assert "has no 'unit'" in fault.what()
    assert "distance_km" in fault.what()
    assert small.where(fault)[0] == TRIP


@pytest.mark.parametrize("name", ["region", "record_id", "local_day", "refused"])
def test_a_quantity_is_not_named_like_what_every_record_has(small: SmallLibrary, name: str) -> None:
    steps = "  steps: {unit: step, required: true}\n"
    small.change(WALK, steps, f"{steps}  {name}: {{unit: step}}\n")

    fault = small.only_fault()

    assert fault.code == "LIB-107"
    assert small.where(fault) == small.at(WALK, "quantities:")
    assert f"other names than {name}" in str(fault)
