"""Tables of records: numbers that are none, how columns are stored, how many rows, their order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tanpuhui import engine
from tanpuhui.engine import Backend
from tests.conformance.trial_library import plan, quantified, refusals, table, types


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e301, -1.7e308])
def test_what_is_no_number_counts_as_not_given(number: float, backend: Backend) -> None:
    required = refusals(backend, plan("trial.inputs"), [{"distance_km": number, "mode": "bus"}])
    optional = refusals(backend, plan("trial.plus"), [{"a": number, "b": 1.0}])
    with_default = quantified(backend, plan("trial.defaults"), [{"item_count": number}])

    assert required == ["missing-distance_km"]
    assert optional == ["no-result"]
    assert with_default == [{"reduction_mg": 80_000, "refused": None}]


def test_a_number_that_is_none_leaves_its_neighbours_alone(backend: Backend) -> None:
    rows = [{"a": number, "b": 1.0} for number in (2.0, math.nan, 3.0, math.inf, 4.0)]

    found = quantified(backend, plan("trial.plus"), rows)

    assert [row["reduction_mg"] for row in found] == [3000, None, 4000, None, 5000]


def test_a_result_past_every_double_is_out_of_range(backend: Backend) -> None:
    # 1e200 x 1e200 is infinite as a double.
    codes = refusals(
        backend, plan("trial.times"), [{"a": 1e200, "x": 1e200}, {"a": 1e20, "x": 1.0}]
    )

    assert codes == ["out-of-range", "out-of-range"]


def test_minus_zero_is_zero(backend: Backend) -> None:
    found = quantified(backend, plan("trial.plus"), [{"a": -0.0, "b": 0.0}])

    assert found == [{"reduction_mg": 0, "refused": None}]


def test_a_table_without_rows_gives_a_table_without_rows(backend: Backend) -> None:
    of = plan("trial.scenes")

    found = engine.quantifier(backend, of, types(of))(table(of, []))

    assert found.num_rows == 0
    assert found.schema == pa.schema(
        [
            ("baseline_mg", pa.int64()),
            ("activity_mg", pa.int64()),
            ("reduction_mg", pa.int64()),
            ("refused", pa.string()),
        ]
    )


def test_a_table_of_one_row_gives_one_row(backend: Backend) -> None:
    assert quantified(backend, plan("trial.plus"), [{"a": 1.0, "b": 2.0}]) == [
        {"reduction_mg": 3000, "refused": None}
    ]


@pytest.mark.parametrize("rows", [100_000])
def test_rows_keep_their_order(rows: int, backend: Backend) -> None:
    # Row n says n grams; every seventh row says nothing and is refused.
    of = plan("trial.plus")
    grams = pa.array(np.arange(rows, dtype=np.float64), mask=np.arange(rows) % 7 == 3)
    given = pa.table(
        {
            "scene": pa.repeat("trial", rows),
            "region": pa.repeat("420106", rows),
            "day": pa.repeat(table(of, [{}])["day"][0], rows),
            "a": grams,
            "b": pa.repeat(0.0, rows),
        }
    )
    kinds = dict(zip(given.column_names, given.schema.types, strict=True))

    found = engine.quantifier(backend, of, kinds)(given)

    expected = [None if n % 7 == 3 else n * 1000 for n in range(rows)]
    assert found["reduction_mg"].to_pylist() == expected


def test_columns_may_come_in_any_order_and_in_several_chunks(backend: Backend) -> None:
    of = plan("trial.plus")
    first, second = (table(of, [{"a": a, "b": 1.0}]) for a in (1.0, 2.0))
    chunked = pa.concat_tables([first, second])
    turned = chunked.select(sorted(chunked.column_names, reverse=True))
    kinds = dict(zip(turned.column_names, turned.schema.types, strict=True))

    found = engine.quantifier(backend, of, kinds)(turned)

    assert found["reduction_mg"].to_pylist() == [2000, 3000]


@pytest.mark.parametrize("code", [pa.int8(), pa.int32()])
def test_dictionary_encoded_texts_give_what_plain_ones_give(
    code: pa.DataType, backend: Backend
) -> None:
    of = plan("trial.refusals")
    rows: list[dict[str, Any]] = [
        {"mode": mode, "region": region, "scene": scene, "distance_km": 10.0}
        for mode in ("bus", "metro", "train", "boat", "rocket", None)
        for region in ("420106", "110000", "999999", None)
        for scene in ("trial_ride", "trial_walk", None)
    ]
    plain = table(of, [{**row, "day": of.crediting.from_day} for row in rows])
    coded = plain
    for name in ("scene", "region", "mode"):
        place = coded.column_names.index(name)
        column = coded[name].cast(pa.dictionary(code, pa.string()))
        coded = coded.set_column(place, name, column)

    found = {
        kind: engine.quantifier(
            backend, of, dict(zip(given.column_names, given.schema.types, strict=True))
        )(given)
        for kind, given in (("plain", plain), ("coded", coded))
    }

    assert found["coded"].to_pylist() == found["plain"].to_pylist()
    # 10 km x 44.6 g and 10 km x 21.2 g; nothing else is right in every column.
    assert sorted(mg for mg in found["coded"]["reduction_mg"].to_pylist() if mg) == [212000, 446000]


def test_one_kernel_serves_many_tables(backend: Backend) -> None:
    of = plan("trial.plus")
    kernel = engine.quantifier(backend, of, types(of))

    found = [
        kernel(table(of, [{"a": a, "b": 1.0}]))["reduction_mg"].to_pylist() for a in (1.0, 2.0)
    ]

    assert found == [[2000], [3000]]


def test_columns_that_the_plan_does_not_read_are_left_out(backend: Backend) -> None:
    of = plan("trial.plus")
    given = table(of, [{"a": 1.0, "b": 2.0}]).append_column("remark", pa.array(["早高峰"]))
    kinds = dict(zip(given.column_names, given.schema.types, strict=True))

    found = engine.quantifier(backend, of, kinds)(given)

    assert found.column_names == ["reduction_mg", "refused"]
    assert found["reduction_mg"].to_pylist() == [3000]
