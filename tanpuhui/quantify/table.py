"""A table of records through one methodology."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui import engine, records
from tanpuhui.engine import Backend, MissingColumns, Plan, SceneNeeded
from tanpuhui.rules import Output


@dataclass(frozen=True)
class Quantified:
    """What came of a table of records.

    Args:
        table: the records' own columns as they came, then ``baseline_mg``, ``activity_mg``,
            ``leakage_mg``, ``reduction_mg`` int64 mgCO2e (null where refused, or where the
            methodology does not give that output) and ``refused`` str (empty where the record
            counts).
        prepared: the records as the plan read them, for whoever lists the factors that they used.
        refusals: of each record the code under which it is refused, null where it counts.
        refused: how many records were refused, by code.
        totals: sums over the records that count, mgCO2e; None where no case gives the output.
    """

    table: pa.Table
    prepared: pa.Table
    refusals: pa.ChunkedArray
    received: int
    counted: int
    refused: Mapping[str, int]
    totals: Mapping[Output, int | None]


def quantify(
    table: pa.Table, plan: Plan, backend: Backend, *, region: str, day: date
) -> Quantified:
    """Quantify each record of a table.

    Args:
        table: one row a record; every column text, named as the scene names its quantities;
            ``scene`` where the methodology serves several; ``region``, ``day`` and ``evidence``
            where known.
        region: GB/T 2260 code for records that do not say where.
        day: the local day for records that do not say when.

    Raises:
        MissingColumns: an input has no column.
        SceneNeeded: the methodology serves several scenes and the table has no column ``scene``.
    """
    prepared, unreadable = _prepared(table, plan, region, day)
    columns = dict(zip(prepared.column_names, prepared.schema.types, strict=True))
    found = engine.quantifier(backend, plan, columns)(prepared)
    refused = _marked(found["refused"], unreadable)
    counts = pc.is_null(refused)
    amounts = {
        output: pc.if_else(counts, found[f"{output}_mg"], pa.scalar(None, pa.int64()))
        if output in plan.outputs()
        else pa.nulls(table.num_rows, pa.int64())
        for output in engine.OUTPUTS
    }
    result = table
    for output, amount in amounts.items():
        result = _with_column(result, f"{output}_mg", amount)
    result = _with_column(result, "refused", pc.fill_null(refused, ""))
    return Quantified(
        table=result,
        prepared=prepared,
        refusals=refused,
        received=table.num_rows,
        counted=int(pc.sum(counts).as_py() or 0),
        refused={
            str(pair["values"].as_py()): int(pair["counts"].as_py())
            for pair in pc.value_counts(pc.drop_null(refused))
        },
        totals={
            output: _total(amount) if output in plan.outputs() else None
            for output, amount in amounts.items()
        },
    )


def _prepared(
    table: pa.Table, plan: Plan, region: str, day: date
) -> tuple[pa.Table, dict[str, pa.ChunkedArray]]:
    """The columns that the plan reads, in its types; and by code what could not be read."""
    rows = table.num_rows
    unreadable: dict[str, pa.ChunkedArray] = {}
    columns: dict[str, pa.ChunkedArray] = {}
    columns["scene"] = _scenes(table, plan)
    columns["region"] = pc.fill_null(_text(table, "region"), region)
    if "day" in table.column_names:
        days, unreadable["unreadable-day"] = records.days_of(table["day"])
        columns["day"] = pc.fill_null(days, pa.scalar(day, pa.date32()))
    else:
        columns["day"] = pa.chunked_array([pa.repeat(pa.scalar(day, pa.date32()), rows)])
    _check_inputs(table, plan, columns["scene"])
    for given in plan.inputs():
        if given.quantity.unit is None or given.name not in table.column_names:
            kind = pa.string() if given.quantity.unit is None else pa.float64()
            columns[given.name] = _text(table, given.name).cast(kind)
        else:
            columns[given.name], bad = records.numbers_of(table[given.name])
            asked = _asked(plan, given.name, columns["scene"])
            unreadable[f"unreadable-{given.name}"] = pc.and_(bad, asked)
    if "evidence" in table.column_names:
        columns["evidence"] = table["evidence"]
    for key in engine.history_columns(plan):
        if key not in columns and key in table.column_names:
            columns[key] = table[key].cast(pa.string())
    return engine.with_history(pa.table(columns), plan), unreadable


def _asked(plan: Plan, name: str, scenes: pa.ChunkedArray) -> pa.ChunkedArray:
    """True where the case of the record reads the input; what it does not read may say anything."""
    asking = [
        scene
        for case in plan.cases
        if name in {given.name for given in case.inputs}
        for scene in case.scenes
    ]
    return pc.is_in(scenes, pa.array(asking, pa.string()))


def _scenes(table: pa.Table, plan: Plan) -> pa.ChunkedArray:
    scenes = [scene for case in plan.cases for scene in case.scenes]
    if "scene" in table.column_names:
        return table["scene"]
    if len(plan.cases) > 1:
        raise SceneNeeded(methodology=plan.methodology, scenes=tuple(scenes))
    return pa.chunked_array([pa.repeat(scenes[0], table.num_rows)])


def _check_inputs(table: pa.Table, plan: Plan, scenes: pa.ChunkedArray) -> None:
    """Every required input of a case that some record takes must have a column."""
    present = set(pc.unique(scenes).to_pylist())
    missing = [
        given.name
        for case in plan.cases
        if present & set(case.scenes)
        for given in case.inputs
        if given.quantity.required and given.name not in table.column_names
    ]
    if missing:
        raise MissingColumns(
            missing=tuple(dict.fromkeys(missing)),
            found=tuple(table.column_names),
            wanted_by=plan.methodology,
        )


def _text(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name in table.column_names:
        return table[name].cast(pa.string())
    return pa.chunked_array([pa.nulls(table.num_rows, pa.string())])


def _marked(refused: pa.ChunkedArray, unreadable: Mapping[str, pa.ChunkedArray]) -> pa.ChunkedArray:
    """The codes, with those of unreadable values before any other."""
    for code, bad in unreadable.items():
        refused = pc.if_else(bad, code, refused)
    return refused


def _with_column(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    """The table with a column of ours; a column of that name that came in is replaced."""
    if name in table.column_names:
        table = table.drop_columns([name])
    return table.append_column(name, column)


def _total(amount: pa.ChunkedArray) -> int:
    """The sum in Python's integers, which have no largest one."""
    return sum(int(pc.sum(part).as_py() or 0) for part in _parts(amount))


def _parts(amount: pa.ChunkedArray) -> list[pa.Array]:
    # A record holds less than 2**63 mg; sums of parts this small cannot run over 64 bits unless
    # records are beyond any real size, so those are added one by one.
    largest = pc.max(pc.abs(amount)).as_py() or 0
    step = max(1, min(1_000_000, (2**63 - 1) // max(1, largest)))
    whole = amount.combine_chunks() if isinstance(amount, pa.ChunkedArray) else amount
    return [whole.slice(begin, step) for begin in range(0, len(whole), step)]
