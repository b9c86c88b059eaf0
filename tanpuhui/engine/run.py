"""Running a plan: on the engine asked for, and exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tanpuhui.engine.backends.base import Backend, Kernel
from tanpuhui.engine.backends.reference import ReferenceBackend
from tanpuhui.engine.faults import MissingColumns, NoEngine, NoSpark
from tanpuhui.engine.plan import Plan
from tanpuhui.engine.project_judge import ProjectJudge
from tanpuhui.engine.projects import ProjectKernel, ProjectPlan, ProjectTables

APPLICABILITY = ("scene", "region", "day")


def _duckdb() -> Backend:
    # Imported when asked for: Ibis and DuckDB take a second to load, which 'explain' need not wait.
    from tanpuhui.engine.backends.duckdb import DuckDBBackend

    return DuckDBBackend()


def _spark() -> Backend:
    try:
        from tanpuhui.engine.backends.spark import SparkBackend
    except ModuleNotFoundError as error:
        raise NoSpark(missing=error.name or "pyspark") from error
    return SparkBackend()


_OPENERS: Mapping[str, Callable[[], Backend]] = {
    "duckdb": _duckdb,
    "reference": ReferenceBackend,
    "spark": _spark,
}


def open_backend(name: str) -> Backend:
    """The back end of that name: ``duckdb``, ``reference`` or ``spark``.

    Raises:
        NoEngine: there is none of that name.
        NoSpark: Spark is asked for, and its package is not installed.
    """
    if name not in _OPENERS:
        raise NoEngine(engine=name, engines=tuple(_OPENERS))
    return _OPENERS[name]()


def quantifier(backend: Backend, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
    """A kernel from records to their amounts, exact for records of any size.

    Args:
        columns: the columns that the records will have, with their types: ``scene``, ``region``,
            ``day`` and the plan's inputs, and ``evidence`` where it is known.

    Returns:
        A function from such records to a table of the same rows: ``<output>_mg`` int64 for each
            output
        of the plan, and ``refused`` str, null where the record counts.

    Raises:
        MissingColumns: an input has no column.
    """
    wanted = (*APPLICABILITY, *(given.name for given in plan.inputs()))
    missing = tuple(name for name in wanted if name not in columns)
    if missing:
        raise MissingColumns(missing=missing, found=tuple(columns), wanted_by=plan.methodology)
    kernel = backend.quantifier(plan, columns)
    judge = ReferenceBackend().quantifier(plan, columns)

    def quantify(records: pa.Table) -> pa.Table:
        found = _with_unknown_regions(kernel(records), records, plan)
        # A double does not hold the milligram of a very large record: those few are judged in
        # Decimal.
        if pc.any(found["inexact"]).as_py():
            found = _replaced(found, records, judge)
        return found.drop_columns(["inexact"])

    return quantify


def project_quantifier(backend: Backend, plan: ProjectPlan) -> ProjectKernel:
    """A kernel from the rows of projects to their years, exact for projects of any size.

    Returns:
        A function from ``ProjectTables`` to a table of one row a year, in their order: each term
        as a double in its unit, ``<output>_mg`` int64, and ``refused`` str, null where it counts.
    """
    kernel, judge = backend.project_quantifier(plan), ProjectJudge(plan)

    def quantify(tables: ProjectTables) -> pa.Table:
        found = kernel(tables)
        left = [at for at, inexact in enumerate(found["inexact"].to_pylist()) if inexact]
        if left:
            exact = dict(zip(left, judge.table(tables, left).to_pylist(), strict=True))
            rows = [exact.get(at, row) for at, row in enumerate(found.to_pylist())]
            found = pa.Table.from_pylist(rows, schema=found.schema)
        return found.drop_columns(["inexact"])

    return quantify


def _with_unknown_regions(found: pa.Table, records: pa.Table, plan: Plan) -> pa.Table:
    """The result, with records refused whose region is no code of the vocabulary.

    Asked of the few distinct regions of a table, not of each record.
    """
    regions = pc.unique(records["region"]).to_pylist()
    unknown = [code for code in regions if code is None or code not in plan.listed_regions]
    if not unknown:
        return found
    bad = pc.is_in(records["region"].cast(pa.string()), pa.array(unknown, pa.string()))
    # A record that no case takes keeps that code: it comes first, as in the judge.
    no_case = pc.fill_null(pc.equal(found["refused"], "scene-not-covered"), fill_value=False)
    bad = pc.and_not(bad, no_case)
    columns = {}
    for field in found.schema:
        instead = pa.scalar(_INSTEAD.get(field.name), field.type)
        columns[field.name] = pc.if_else(bad, instead, found[field.name])
    return pa.table(columns, schema=found.schema)


_INSTEAD: Mapping[str, object] = {"refused": "region-unknown", "inexact": False}


def _replaced(found: pa.Table, records: pa.Table, judge: Kernel) -> pa.Table:
    exact = judge(records.filter(found["inexact"]))
    columns = {
        name: pc.replace_with_mask(found[name].combine_chunks(), found["inexact"].combine_chunks(),
                                   exact[name].combine_chunks())
        for name in found.column_names
    }  # fmt: skip
    return pa.table(columns, schema=found.schema)
