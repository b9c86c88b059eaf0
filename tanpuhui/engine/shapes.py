"""The shapes of the tables that the engine gives."""

from __future__ import annotations

import pyarrow as pa

from tanpuhui.engine.plan import Plan

CREDITED = pa.schema([("position", pa.int64()), ("credited_mg", pa.int64())])


def quantified_schema(plan: Plan) -> pa.Schema:
    """``<output>_mg`` for each output of the plan, ``refused`` and ``inexact``."""
    amounts = [(f"{output}_mg", pa.int64()) for output in plan.outputs()]
    return pa.schema([*amounts, ("refused", pa.string()), ("inexact", pa.bool_())])
