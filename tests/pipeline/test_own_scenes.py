"""Scenes of a library of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanpuhui import pipeline
from tanpuhui.rules import Library
from tests.pipeline.store import People, engine, ride, write_csv
from tests.tidy.house import LIBRARY

STAIRS = """\
id: stairs
title: {en: Stairs, zh: 楼梯}
family: travel
quantities:
  floors: {unit: item, required: true}
period: instant
evidence: [statement]
same_act: {by: [reference], exclusive_class: null}
"""
RULE = """\
id: trial.stairs_2026
title: {en: Stairs, zh: 楼梯}
standing: enterprise_algorithm
text: reconstructed
source: {document: ccpr_report_2023, place: null}
valid: {from: 2026-01-01, until: null}
regions: ["420100"]
cases:
  - scenes: [stairs]
    inputs: [floors]
    parameters: {per_floor: rates.hankou_ride}
    formula: {reduction: "floors * 1 item / 1 item * per_floor"}
"""


def test_a_quantity_that_a_line_cannot_hold_stops_the_batch_before_it_is_read(
    tmp_path: Path,
) -> None:
    own = tmp_path / "own"
    for name, text in {"scenes/stairs": STAIRS, "methodologies/trial/stairs_2026": RULE}.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / f"{name}.yaml").write_text(text, encoding="utf-8")
    written = (Path(__file__).parent / "programmes" / "supersedes.yaml").read_text("utf-8")
    file = tmp_path / "tower.yaml"
    file.write_text(
        written.replace("id: supersedes", "id: tower").replace(
            "scenes:\n", "scenes:\n  stairs: {methodology: trial.stairs_2026}\n", 1
        ),
        encoding="utf-8",
    )
    library = Library((LIBRARY, own))
    order = pipeline.Order(
        batch="b", posted_order=1, files=(write_csv(tmp_path / "in.csv", [ride("r")]),),
        partner="bank", mapping=None, programme=library.programme_file(file), library=library,
        bindings=People(), earlier=pipeline.Earlier(), secret="5" * 64, folder=tmp_path / "lake",
    )  # fmt: skip

    with pytest.raises(pipeline.QuantityWithoutColumn) as told:
        pipeline.compute(order, engine())

    assert told.value.quantities == ("floors",)
    assert not (tmp_path / "lake").exists()
