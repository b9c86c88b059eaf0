"""What lines earn: by mass, by a table, and through corrections."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui import incentives
from tanpuhui.engine import RelationalBackend
from tanpuhui.rules import Currency, PerGram, PerScene, ScenePoints, Words

_TEXTS = ("batch", "programme", "partner", "region", "scene", "methodology")
_LINES = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("line", pa.int64()),
        ("person_id", pa.int64()),
        ("local_day", pa.date32()),
        ("steps", pa.float64()),
        ("mass_kg", pa.float64()),
        ("credited_mg", pa.int64()),
        ("before_mg", pa.int64()),
    ]
)
_FOUND = pa.schema([("line", pa.int64()), ("currency", pa.string()), ("points", pa.int64())])


def _currency(rate: PerGram | PerScene | None, name: str = "points") -> Currency:
    return Currency(name, Words(name, name), "whole", rate)


def _grants(
    backend: RelationalBackend, currencies: Sequence[Currency], *lines: dict[str, Any]
) -> list[tuple[int, str, int]]:
    usual = {**dict.fromkeys(_TEXTS, "x"), "scene": "walk", "person_id": 1, "before_mg": 0}
    rows = [{**usual, "line": number, **line} for number, line in enumerate(lines)]
    table = pa.Table.from_pylist(rows, _LINES)
    unbound = ibis.table(
        {f.name: {"double": "float64", "date32[day]": "date"}.get(str(f.type), str(f.type))
         for f in _LINES}, name="lines",
    )  # fmt: skip
    expression = incentives.grants(unbound, tuple(currencies))
    if expression is None:
        return []
    found = backend.fetch(expression.select(*_FOUND.names), _FOUND, {"lines": table})
    return sorted((row["line"], row["currency"], row["points"]) for row in found.to_pylist())


A_GRAM = _currency(PerGram(Decimal(1)))
TABLE = _currency(PerScene({"walk": ScenePoints("steps", Decimal(500), 1)}), "table")


def test_a_point_a_gram_is_cut_to_whole_points(backend: RelationalBackend) -> None:
    found = _grants(backend, [A_GRAM], {"credited_mg": 1_999}, {"credited_mg": 2_000})

    assert found == [(0, "points", 1), (1, "points", 2)]


def test_a_rate_with_a_fraction_is_exact(backend: RelationalBackend) -> None:
    # 0.1 of a point a gram: 10 g make one; 9.999 g none.
    tenth = _currency(PerGram(Decimal("0.1")))

    found = _grants(backend, [tenth], {"credited_mg": 9_999}, {"credited_mg": 10_000})

    assert found == [(1, "points", 1)]


def test_points_by_the_table_count_each_whole_so_much(backend: RelationalBackend) -> None:
    lines = [{"credited_mg": 1, "steps": steps} for steps in (499, 500, 1_499)]

    assert _grants(backend, [TABLE], *lines) == [(1, "table", 1), (2, "table", 2)]


def test_three_tenths_of_a_kilogram_are_three_times_a_tenth(backend: RelationalBackend) -> None:
    clothes = _currency(PerScene({"walk": ScenePoints("mass_kg", Decimal("0.1"), 1)}))

    assert _grants(backend, [clothes], {"credited_mg": 1, "mass_kg": 0.3}) == [(0, "points", 3)]


def test_what_a_limit_left_nothing_of_earns_nothing_by_the_table_either(
    backend: RelationalBackend,
) -> None:
    assert _grants(backend, [TABLE], {"credited_mg": 0, "steps": 5_000}) == []


def test_a_scene_that_is_not_in_the_table_earns_nothing(backend: RelationalBackend) -> None:
    assert _grants(backend, [TABLE], {"credited_mg": 9, "scene": "bus_ride", "steps": 500}) == []


def test_a_quantity_that_a_line_does_not_carry_earns_nothing(backend: RelationalBackend) -> None:
    assert _grants(backend, [TABLE], {"credited_mg": 9, "steps": None}) == []


def test_a_line_earns_in_every_currency_whose_rate_is_published(
    backend: RelationalBackend,
) -> None:
    silent = _currency(None, "silent")

    found = _grants(backend, [A_GRAM, silent, TABLE], {"credited_mg": 7_000, "steps": 500})

    assert found == [(0, "points", 7), (0, "table", 1)]


def test_no_published_rate_is_no_table_of_grants(backend: RelationalBackend) -> None:
    assert _grants(backend, [_currency(None)], {"credited_mg": 7_000}) == []


def test_halves_of_a_gram_that_a_difference_adds_up_earn_the_point_of_the_whole(
    backend: RelationalBackend,
) -> None:
    # 0.5 g, then 0.5 g more: the second completes the gram. Taken back, the point goes.
    lines = [
        {"credited_mg": 500},
        {"credited_mg": 500, "before_mg": 500},
        {"credited_mg": -1_000, "before_mg": 1_000},
    ]

    assert _grants(backend, [A_GRAM], *lines) == [(1, "points", 1), (2, "points", -1)]


def test_points_by_the_table_are_not_granted_again_for_a_difference(
    backend: RelationalBackend,
) -> None:
    lines = [
        {"credited_mg": 50, "steps": 500},
        {"credited_mg": 50, "steps": 500, "before_mg": 50},
        {"credited_mg": -100, "steps": 500, "before_mg": 100},
    ]

    assert _grants(backend, [TABLE], *lines) == [(0, "table", 1), (2, "table", -1)]


def test_points_by_the_table_come_with_the_difference_where_the_act_was_credited_nothing(
    backend: RelationalBackend,
) -> None:
    lines = [
        {"credited_mg": 0, "steps": 500},
        {"credited_mg": 70, "steps": 500, "before_mg": 0},
    ]

    assert _grants(backend, [TABLE], *lines) == [(1, "table", 1)]


def test_an_act_that_emits_more_than_it_saves_costs_no_points(backend: RelationalBackend) -> None:
    found = _grants(
        backend, [A_GRAM], {"credited_mg": -5_000}, {"credited_mg": 5_000, "before_mg": -5_000}
    )

    assert found == []
