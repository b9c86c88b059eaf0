"""Results that a partner can only hand over in grams, by an algorithm of its own."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow.parquet as pq
import pytest

from tanpuhui import ledger
from tests.pipeline.store import Store, library, lines_of, ride, rows_of, said

Open = Callable[[str], Store]


@pytest.fixture
def imports(open_store: Open) -> Store:
    return open_store("imports")


def test_a_result_is_posted_under_the_name_of_its_algorithm(imports: Store) -> None:
    staged = imports.post_rows([ride("r", partner="forest", imported_g="51.2345678")])

    (line,) = lines_of(staged)
    # Down to whole milligrams, as everything else.
    assert (line["reduction_mg"], line["credited_mg"]) == (51_234, 51_234)
    assert line["methodology"] == "imported:forest"
    assert line["imported_algorithm"] == "Forest 2022"
    assert (line["methodology_sha256"], line["factor_set"]) == (None, None)


def test_a_result_earns_points(imports: Store) -> None:
    staged = imports.post_rows([ride("r", partner="forest", imported_g="51.2345678")])

    (grant,) = rows_of(staged, "grants")
    assert grant["points"] == 51


def test_a_partner_that_hands_in_activity_is_computed_whatever_grams_it_names(
    imports: Store,
) -> None:
    staged = imports.post_rows([ride("r", partner="bank", imported_g="9999")])

    (line,) = lines_of(staged)
    assert (line["credited_mg"], line["imported_algorithm"]) == (80_000, None)


def test_a_result_and_a_record_of_one_ride_are_one_act(imports: Store) -> None:
    staged = imports.post_rows(
        [
            ride("a", partner="bank", subject="k:one"),
            ride("b", partner="forest", subject="k:one", imported_g=500),
        ]
    )

    assert said(staged) == {"a": ("counted", None), "b": ("duplicate", "same-time")}


@pytest.mark.parametrize(
    ("grams", "code"),
    [(None, "missing-imported_g"), ("-1", "negative-imported_g"), ("much", "unreadable-imported_g"),
     ("1e12", "above-most-imported_g")],
)  # fmt: skip
def test_a_result_that_cannot_be_believed_is_refused(
    imports: Store, grams: str | None, code: str
) -> None:
    staged = imports.post_rows([ride("r", partner="forest", imported_g=grams)])

    assert said(staged) == {"r": ("refused", code)}


def test_a_limit_of_the_programme_holds_for_results_too(imports: Store) -> None:
    bus = {"partner": "forest", "subject": "k:one", "imported_g": 60}
    early = {"started_at": "2026-03-02T08:00:00+08:00", "ended_at": "2026-03-02T08:20:00+08:00"}
    late = {"started_at": "2026-03-02T18:00:00+08:00", "ended_at": "2026-03-02T18:20:00+08:00"}

    staged = imports.post_rows([ride("a", **bus, **early), ride("b", **bus, **late)])

    assert sorted(line["credited_mg"] for line in lines_of(staged)) == [40_000, 60_000]


def test_a_statement_says_whose_algorithm_it_was(imports: Store) -> None:
    staged = imports.post_rows([ride("r", partner="forest", imported_g="51.2")])
    (segment,) = (file.path for file in staged.files if file.kind == "lines")
    (granted,) = (file.path for file in staged.files if file.kind == "grants")

    (line,) = ledger.statement(pq.read_table(segment), pq.read_table(granted), library())

    assert line.explanation is None
    assert line.remark is not None
    assert "Forest 2022" in line.remark.en
    assert "Forest 2022" in line.remark.zh
