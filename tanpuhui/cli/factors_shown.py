"""The factors that a computation used, as ``--json`` tells them."""

from __future__ import annotations

from typing import Any

from tanpuhui.engine import FactorUsed


def factor_facts(used: FactorUsed) -> dict[str, Any]:
    """A value of a factor with its version, days, grade and source."""
    written = used.written
    return {
        "parameter": used.parameter,
        "keys": list(used.keys),
        "factor": used.factor,
        "factor_sha256": used.sha256,
        "value": None if used.value is None else str(used.value),
        "unit": used.unit,
        "region": written.region,
        "days": str(written.days),
        "known_since": written.known_since.isoformat(),
        "grade": written.grade,
        "wording": written.wording,
        "source": {
            "document": written.source.document,
            "title": vars(used.document),
            "place": written.source.place,
        },
    }
