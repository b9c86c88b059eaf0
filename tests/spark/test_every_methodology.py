"""One batch that asks every methodology gives the same lines, verdicts and seal on Spark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tanpuhui import pipeline
from tanpuhui.pipeline import Staged
from tests.pipeline.store import Store, engine, rows_of
from tests.spark import every_methodology
from tests.spark.cluster import refuse_without_java

pytestmark = pytest.mark.slow  # Spark starts


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Staged, Staged]:
    """The batch by DuckDB, and by Spark on this machine."""
    refuse_without_java()
    folder = tmp_path_factory.mktemp("every")
    store = Store(every_methodology.programme(folder), folder)
    files = store.files("every", every_methodology.records())
    order = store.order(*files)
    here = pipeline.compute(order, engine())
    there = replace(order, folder=folder / "spark")
    return here, pipeline.compute(there, pipeline.open_engine("spark"))


def test_the_sample_counts_under_every_methodology_that_has_all_its_values(
    both: tuple[Staged, Staged],
) -> None:
    lines = rows_of(both[0], "lines")

    asked = {one.methodology.id for one in every_methodology.asked()}
    assert {line["methodology"] for line in lines} == asked
    assert len(asked) > 30
    counts = both[0].counts
    assert counts.counted > 1_000
    assert sum(counts.duplicate.values()) > 0
    assert len(counts.refused) > 20


def test_spark_gives_the_lines_verdicts_and_seal_of_duckdb(both: tuple[Staged, Staged]) -> None:
    here, there = both

    assert there.counts == here.counts
    assert rows_of(there, "lines") == rows_of(here, "lines")
    assert _sorted(rows_of(there, "verdicts")) == _sorted(rows_of(here, "verdicts"))
    assert there.seal == here.seal


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=str)
