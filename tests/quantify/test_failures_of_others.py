"""Failures that users of other rule engines reported, by name, where figures come of the rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tanpuhui import engine, quantify, records
from tanpuhui.engine import Backend
from tanpuhui.rules import Library
from tests.conformance.trial_library import BACKENDS, opened
from tests.rules.small_library import FACTOR, METHODOLOGY, VECTORS, SmallLibrary

NEXT_EDITION = "methodologies/rates/a_bank_2024.yaml"
SECOND_VALUE = """\
  - value: 0.03
    region: "420100"
    from: 2023-07-01
    until: 2024-01-01
    known_since: 2023-06-01
    grade: reported
    source: {document: a_report, place: "2.3"}
"""


@pytest.fixture
def small(tmp_path: Path) -> SmallLibrary:
    return SmallLibrary(tmp_path / "library")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    return opened(request.param)


def amounts(library: Library, name: str, rows: list[dict[str, str]], backend: Backend) -> list[Any]:
    """The reduction of each record, mg, or the code of its refusal."""
    plan = engine.plan_of(library.methodology(name), library.regions)
    table = records.table_of(rows, dict.fromkeys(rows[0], pa.string()))
    found = quantify.quantify(table, plan, backend, region="420100", day=date(2023, 6, 1))
    return [row["refused"] or row["reduction_mg"] for row in found.table.to_pylist()]


def test_policyengine_us_9171_a_quotient_in_a_formula_is_cut_nowhere(
    small: SmallLibrary, backend: Backend
) -> None:
    # 2/37 g a step: 37 steps are 2 g and 37 million of them 2 t. Cut to six digits, 0.054054 g,
    # they would be 1.999998 g and two grams too few.
    small.change(FACTOR, "value: 0.02", "value: 2")
    small.change(METHODOLOGY, '"steps * per_step"', '"steps * per_step / 37"')
    steps = [37, 74, 3_700_037, 37_000_000]

    found = amounts(small.open(), "rates.a_bank", [{"steps": str(n)} for n in steps], backend)

    assert found == [2_000, 4_000, 200_002_000, 2_000_000_000]


def test_mon_entreprise_34_each_edition_of_a_rule_computes_its_own_days_and_refuses_the_others(
    small: SmallLibrary, backend: Backend
) -> None:
    # Until the end of 2023 a step is 0.02 g; from 2024 on the formula leaves out the first 1,000.
    open_end, ended = "from: 2022-08-25, until: null", "from: 2022-08-25, until: 2024-01-01"
    after = small.text(METHODOLOGY).replace(open_end, "from: 2024-01-01, until: null")
    after = after.replace("id: rates.a_bank", "id: rates.a_bank_2024\nsupersedes: rates.a_bank")
    after = after.replace('"steps * per_step"', '"max(steps - 1000 step, 0 step) * per_step"')
    small.change(METHODOLOGY, open_end, ended)
    small.write(NEXT_EDITION, after)
    vectors = small.text(VECTORS).replace("rates.a_bank", "rates.a_bank_2024")
    small.write(NEXT_EDITION.replace(".yaml", ".vectors.yaml"), vectors)
    library = small.open()
    rows = [{"steps": "3000", "day": day} for day in ("2022-08-24", "2023-12-31", "2024-01-01")]

    assert list(library.faults()) == []
    # 3,000 x 0.02 g = 60 g; (3,000 - 1,000) x 0.02 g = 40 g.
    outside = "outside-validity"
    assert amounts(library, "rates.a_bank", rows, backend) == [outside, 60_000, outside]
    assert amounts(library, "rates.a_bank_2024", rows, backend) == [outside, outside, 40_000]


def test_mon_entreprise_1971_a_number_of_a_period_is_used_on_its_days_and_missed_on_others(
    small: SmallLibrary, backend: Backend
) -> None:
    small.change(FACTOR, "until: null", "until: 2023-07-01")
    small.append(FACTOR, SECOND_VALUE)
    days = ("2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01")
    rows = [{"steps": "1000", "day": day} for day in days]

    found = amounts(small.open(), "rates.a_bank", rows, backend)

    # 1,000 steps x 0.02 g, then x 0.03 g; in 2024 no number is in force.
    assert found == [20_000, 30_000, 30_000, "no-value-per_step"]


def test_nosgestesclimat_949_every_factor_that_a_table_used_is_listed_with_days_and_source(
    small: SmallLibrary,
) -> None:
    small.change(FACTOR, "until: null", "until: 2023-07-01")
    small.append(FACTOR, SECOND_VALUE)
    library = small.open()
    method = library.methodology("rates.a_bank")
    days = ("2023-06-29", "2023-06-30", "2023-07-01")
    rows = [{"steps": "100", "day": day} for day in days] + [{"steps": "0", "day": days[2]}]
    plan = engine.plan_of(method, library.regions)
    table = records.table_of(rows, dict.fromkeys(rows[0], pa.string()))
    backend = opened("reference")
    found = quantify.quantify(table, plan, backend, region="420100", day=date(2023, 1, 1))

    used = engine.factors_read(found.prepared, found.refusals, method, library)

    # Two records of June and one of July; the one without steps is refused and used nothing.
    assert [
        (one.parameter, str(one.value), str(one.written.days), one.written.grade, one.records)
        for one in used
    ] == [
        ("per_step", "0.02", "2022-08-25 until 2023-07-01", "read", 2),
        ("per_step", "0.03", "2023-07-01 until 2024-01-01", "reported", 1),
    ]
    assert {one.sha256 for one in used} == {library.factor("rates.a_step").sha256}
    assert [one.written.source.place for one in used] == ["2.2", "2.3"]


def test_guardian_1887_a_changed_byte_of_a_file_of_rules_changes_the_hash_that_a_result_pins(
    small: SmallLibrary,
) -> None:
    def pinned() -> tuple[str, str, str]:
        library = small.open()
        method = library.methodology("rates.a_bank")
        untouched.add(library.methodology("a_city").sha256)
        return method.sha256, method.factor_set(), library.version

    untouched: set[str] = set()

    as_published = pinned()
    small.append(METHODOLOGY, "# a remark\n")
    after_a_remark = pinned()
    small.change(FACTOR, "value: 0.02", "value: 0.03")
    after_a_number = pinned()

    assert after_a_remark[0] != as_published[0]
    assert after_a_remark[1] == as_published[1]  # no factor was touched
    assert after_a_number[0] == after_a_remark[0]
    assert after_a_number[1] != after_a_remark[1]
    assert len({as_published[2], after_a_remark[2], after_a_number[2]}) == 3
    assert len(untouched) == 1  # so the hash that differs names the file
