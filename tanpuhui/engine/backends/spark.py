"""The Spark back end: the same plans on many machines.

What a session is given, reads or keeps lies as Parquet in a folder of its own that every worker
reads (``TANPUHUI_SPARK_SCRATCH``), so a worker that dies costs its tasks and nothing that was kept,
and nothing is computed twice with two results. Partners' files are read by DuckDB's strict reader,
so that both engines see the same rows in the same order; all that follows is Spark's.

Rows that are numbered are counted over the parts that were written, each part in its own order, so
numbers stand as DuckDB gives them. A file is written in parts by the workers and joined here, piece
by piece, in exactly the types asked for.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # py4j is untyped
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from tanpuhui.engine.backends.base import FileForm, Given, Kernel
from tanpuhui.engine.backends.duckdb import DuckDBBackend
from tanpuhui.engine.backends.spark_sql import TYPES, cast_sql, kind_of, quoted
from tanpuhui.engine.backends.travelling import RECORDS, check_types, records_of, unbound, widened
from tanpuhui.engine.columns import quantified
from tanpuhui.engine.faults import SparkNotStarted, UnreadableFile
from tanpuhui.engine.functions import given
from tanpuhui.engine.limits import credited
from tanpuhui.engine.plan import Plan
from tanpuhui.engine.project_columns import project_quantified
from tanpuhui.engine.projects import ProjectKernel, ProjectPlan, ProjectTables, project_schema
from tanpuhui.engine.shapes import CREDITED, quantified_schema

MASTER, SCRATCH = "TANPUHUI_SPARK_MASTER", "TANPUHUI_SPARK_SCRATCH"
_PLACE = "part and row"  # Spark's number of a row: the part in the upper bits, the row in the lower
_ROW_BITS = 33
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    # What Spark guesses of a join's size it gets wrong for rows that grow; it looks again as it
    # goes, and joins few parts into one.
    "spark.sql.adaptive.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.enabled": "false",
    # A plan too long for one Java method is told as an error, and run all the same.
    "spark.log.level": "OFF",
}


class SparkBackend:
    """Runs plans on Spark.

    Args:
        master: Spark's master URL; None for that of ``TANPUHUI_SPARK_MASTER``, else this machine.
        scratch: a folder that this process and every worker read and write; None for that of
            ``TANPUHUI_SPARK_SCRATCH``, else one of this machine.
        settings: further settings of Spark.

    Raises:
        SparkNotStarted: there is no Java here, or no such cluster.
    """

    name = "spark"

    def __init__(
        self,
        master: str | None = None,
        scratch: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._spark = _started(master or os.environ.get(MASTER) or "local[*]", settings or {})
        named = os.environ.get(SCRATCH)
        self._scratch = scratch or (Path(named) if named else None)
        self._files = DuckDBBackend()

    def quantifier(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """See ``Backend``."""
        return self._kernel(quantified(records_of(columns), plan), quantified_schema(plan))

    def creditor(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """See ``Backend``."""
        return self._kernel(credited(records_of(columns), plan), CREDITED)

    def project_quantifier(self, plan: ProjectPlan) -> ProjectKernel:
        """See ``Backend``."""
        schema = project_schema(plan)

        def kernel(tables: ProjectTables) -> pa.Table:
            with self.session() as session:
                rows = {
                    kind: session.table(f"rows_{kind}", table)
                    for kind, table in tables.rows.items()
                }
                years = session.table("years", tables.years)
                return session.fetch(project_quantified(years, rows, plan), schema)

        return kernel

    def fetch(self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table]) -> pa.Table:
        """See ``RelationalBackend``."""
        with self.session() as session:
            for name, table in tables.items():
                session.table(name, table)
            return session.fetch(expression, schema)

    def write(
        self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table], path: Path
    ) -> int:
        """See ``RelationalBackend``."""
        with self.session() as session:
            for name, table in tables.items():
                session.table(name, table)
            return session.write(expression, schema, path)

    @contextmanager
    def session(self) -> Iterator[SparkWork]:
        """See ``RelationalBackend``."""
        folder = Path(tempfile.mkdtemp(prefix="tanpuhui-spark-", dir=self._scratch))
        try:
            yield SparkWork(self._spark.newSession(), self._files, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _kernel(self, expression: Any, schema: pa.Schema) -> Kernel:
        def kernel(records: pa.Table) -> pa.Table:
            with self.session() as session:
                session.table(RECORDS, records)
                return session.fetch(expression, schema)

        return kernel


class SparkWork:
    """See ``Session``."""

    def __init__(self, spark: SparkSession, files: DuckDBBackend, folder: Path) -> None:
        self._spark = spark
        self._files = files
        self._folder = folder
        self._made = 0
        self._given: dict[str, Given] = {}

    def table(self, name: str, table: pa.Table) -> Any:
        """See ``Session``."""
        path = self._new_path().with_suffix(".parquet")
        pq.write_table(_plain(table), path, compression="zstd")
        self._view(name, self._spark.read.parquet(str(path)))
        return unbound(name, table.schema)

    def text_file(self, name: str, path: Path, form: FileForm, columns: Sequence[str]) -> Any:
        """See ``Session``."""
        named = [column for column in columns if column]
        schema = pa.schema([(column, pa.string()) for column in named])
        copied = self._new_path().with_suffix(".parquet")
        with self._files.session() as reader:
            reader.write(reader.text_file(name, path, form, columns), schema, copied)
        self._view(name, self._spark.read.parquet(str(copied)))
        return unbound(name, schema)

    def parquet(
        self,
        name: str,
        paths: Sequence[Path],
        schema: pa.Schema,
        *,
        appended: Collection[str] = (),
    ) -> Any:
        """See ``Session``."""
        if not paths:
            return self.table(name, schema.empty_table())
        for path in paths:
            _refuse_other_schema(path, schema, appended)
        with _telling():
            self._view(name, self._read([_literally(path) for path in paths], schema))
        return unbound(name, schema)

    def keep(
        self,
        name: str,
        expression: Any,
        schema: pa.Schema,
        *,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> Any:
        """See ``Session``."""
        folder = self._written(cast_sql(expression, schema, self._given))
        self._view(name, self._read([str(folder)], schema))
        return unbound(name, schema)

    def keep_numbered(
        self,
        name: str,
        expression: Any,
        schema: pa.Schema,
        *,
        by: Sequence[str] = (),
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> Any:
        """See ``Session``."""
        order = (
            f" ORDER BY {', '.join(f'{quoted(column)} NULLS LAST' for column in by)}" if by else ""
        )
        placed = f"SELECT *, monotonically_increasing_id() AS {quoted(_PLACE)}"
        folder = self._written(
            f"{placed} FROM ({cast_sql(expression, schema, self._given)}{order})"
        )
        numbered = pa.schema([pa.field("position", pa.int64()), *schema])
        stored = self._read([str(folder)], schema.append(pa.field(_PLACE, pa.int64())))
        place = quoted(_PLACE)
        part, row = f"shiftright({place}, {_ROW_BITS})", f"{place} & {2**_ROW_BITS - 1}"
        befores = ", ".join(f"{number}L, {before}L" for number, before in _befores(folder))
        before = f"element_at(map({befores}), {part})" if befores else "0L"
        columns = [quoted(column) for column in schema.names]
        self._view(name, stored.selectExpr(f"{before} + ({row}) AS position", *columns))
        return unbound(name, numbered)

    def give(self, name: str, value: Given) -> Any:
        """See ``Session``."""
        self._given[name] = value
        return given(name, kind_of(value))

    def fetch(self, expression: Any, schema: pa.Schema) -> pa.Table:
        """See ``Session``."""
        with _telling():
            found = self._spark.sql(cast_sql(expression, schema, self._given)).toArrow()
        check_types(found.schema, schema, what="the result")
        return found.cast(schema)

    def write(
        self,
        expression: Any,
        schema: pa.Schema,
        path: Path,
        *,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> int:
        """See ``Session``."""
        folder = self._written(cast_sql(expression, schema, self._given))
        try:
            rows = _joined(_parts(folder), schema, path)
        except OSError as error:
            raise UnreadableFile(place=None, problem=str(error)) from error
        check_types(pq.read_schema(path), schema, what=str(path))
        shutil.rmtree(folder)
        return rows

    def forget(self, *names: str) -> None:
        """See ``Session``."""
        for name in names:
            self._spark.catalog.dropTempView(name)

    def _new_path(self) -> Path:
        self._made += 1
        return self._folder / f"{self._made:05}"

    def _view(self, name: str, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(quoted(name))

    def _read(self, paths: list[str], schema: pa.Schema) -> DataFrame:
        types = ", ".join(f"{quoted(field.name)} {TYPES[field.type]}" for field in schema)
        return self._spark.read.schema(types).parquet(*paths)

    def _written(self, sql: str) -> Path:
        """The rows of a query as Parquet files, one a part, in a folder."""
        folder = self._new_path()
        with _telling():
            self._spark.sql(sql).write.parquet(str(folder))
        return folder


def _started(master: str, settings: Mapping[str, str]) -> SparkSession:
    builder = SparkSession.builder.appName("tanpuhui").master(master)
    for name, value in {**_SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        problem = str(error).strip().splitlines()[0].rstrip(".")
        raise SparkNotStarted(master=master, problem=problem) from error


def _plain(table: pa.Table) -> pa.Table:
    """The table in types that Spark reads: no codes, no bytes of a fixed size."""
    table = widened(table)
    fields = []
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        fields.append(field.with_type(pa.binary() if pa.types.is_fixed_size_binary(kind) else kind))
    return table.cast(pa.schema(fields))


def _parts(folder: Path) -> list[Path]:
    """The parts of what was written, in their order; Spark writes none that is empty, but one."""
    return sorted(folder.glob("part-*.parquet"))


def _befores(folder: Path) -> Iterator[tuple[int, int]]:
    """Of each part its number, and how many rows the parts before it have."""
    before = 0
    for path in _parts(folder):
        yield int(path.name.split("-")[1]), before
        before += pq.read_metadata(path).num_rows


def _joined(parts: Sequence[Path], schema: pa.Schema, path: Path) -> int:
    """Parts as one file, a piece at a time."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for part in parts:
            for piece in pq.ParquetFile(part).iter_batches():
                writer.write_batch(piece.select(schema.names).cast(schema))
                rows += piece.num_rows
    return rows


def _literally(path: Path) -> str:
    """A path in which ``*``, ``?``, ``[`` and ``{`` stand for themselves."""
    return "".join(f"\\{letter}" if letter in "*?[]{}\\" else letter for letter in str(path))


def _refuse_other_schema(path: Path, schema: pa.Schema, appended: Collection[str]) -> None:
    """Raise UnreadableFile where a file is missing, damaged, or lacks a column."""
    try:
        found = pq.read_schema(path).names
    except (OSError, pa.ArrowException) as error:
        raise UnreadableFile(place=None, problem=f"{path}: {error}") from error
    missing = [name for name in schema.names if name not in found and name not in appended]
    if missing:
        raise UnreadableFile(place=None, problem=f"{path} has no column {missing[0]}")


@contextmanager
def _telling() -> Iterator[None]:
    """Tells what Spark could not read as a fault of the file."""
    try:
        yield
    except PySparkException as error:
        condition = error.getCondition() or ""
        if not condition.startswith(("FAILED_READ_FILE", "PATH_NOT_FOUND")):
            raise
        raise UnreadableFile(place=None, problem=str(error).splitlines()[0]) from error
