"""What was worked by hand for the public library comes out on Spark too, to the milligram."""

from __future__ import annotations

import pytest

from tanpuhui import engine, quantify
from tests.pipeline.store import library
from tests.spark.cluster import refuse_without_java

pytestmark = pytest.mark.slow  # Spark starts


def test_every_vector_of_the_library_holds_on_spark() -> None:
    refuse_without_java()
    rules, spark = library(), engine.open_backend("spark")

    failing = [
        str(fault)
        for methodology in rules.ids("methodology")
        for fault in quantify.failing_vectors(rules, methodology, spark)
    ]

    assert failing == []
    assert sum(len(rules.vectors(methodology)) for methodology in rules.ids("methodology")) > 500
