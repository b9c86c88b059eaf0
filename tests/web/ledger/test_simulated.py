"""Simulated runs on the real store; ``python -m tests.simulation --store web`` makes many."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tanpuhui import web
from tests.simulation.web_store import run_on


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1))
def test_a_run_with_faults_of_every_kind_ends_as_the_model_says(
    store: web.Store, number: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seed = Random(request.config.getoption("randomly_seed") - number).randrange(10**9)
    again = f"python -m tests.simulation --store web --seed {seed} --runs 1"

    posted = run_on(store, seed, tmp_path)

    assert posted >= 0, again
