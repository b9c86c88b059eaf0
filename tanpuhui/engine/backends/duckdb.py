"""The DuckDB back end: the plans of one machine.

Ibis only compiles. The SQL it writes is changed in two ways before it runs, and both are traps that
were measured: a fraction such as 44.6 is a DECIMAL for DuckDB and must be a DOUBLE, and the local
    day
needs DuckDB's own ``timezone``. What comes out is cast to the types asked for, column by column,
and looked at: written naively, an int64 sum becomes HUGEINT and then DOUBLE in Parquet.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from tanpuhui.engine.backends.base import FileForm, Kernel
from tanpuhui.engine.columns import quantified
from tanpuhui.engine.faults import StrangeEngine, UnreadableFile, WrongType
from tanpuhui.engine.functions import (
    BYTES_JOINED,
    DIGEST,
    DOUBLE_BITS,
    HEX_KEY,
    HEX_NUMBER,
    JOINED,
    NAN_BITS,
    PACKED,
    UTF8,
)
from tanpuhui.engine.limits import credited
from tanpuhui.engine.local_day import LOCAL_DAY
from tanpuhui.engine.plan import Plan
from tanpuhui.engine.project_columns import project_quantified
from tanpuhui.engine.projects import ProjectKernel, ProjectPlan, ProjectTables, project_schema
from tanpuhui.engine.shapes import CREDITED, quantified_schema
from tanpuhui.terms import Place

RECORDS = "records"
_ROWS = "rows of "  # before the name of what is kept numbered
# Level 1 takes two thirds of the time of the usual 3, for 7 % more bytes. A dictionary of texts
# that all differ is begun for nothing; ours hold far fewer than a tenth of a row group. The
# encodings of version 2 take an eighth less time and 6 % fewer bytes. A group is 50 whole vectors.
_PARQUET = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION V2, "
    "ROW_GROUP_SIZE 102400, DICTIONARY_SIZE_LIMIT 10000"
)
PLAN_LIMIT = 512  # plans whose SQL is kept

# Each type that travels: what Ibis calls it, and what DuckDB does.
_TYPES: dict[pa.DataType, tuple[str, str]] = {
    pa.int64(): ("int64", "BIGINT"),
    pa.int32(): ("int32", "INTEGER"),
    pa.float64(): ("float64", "DOUBLE"),
    pa.string(): ("string", "VARCHAR"),
    pa.bool_(): ("boolean", "BOOLEAN"),
    pa.date32(): ("date", "DATE"),
    pa.timestamp("us", tz="UTC"): ("timestamp('UTC')", "TIMESTAMPTZ"),
    pa.decimal128(38, 0): ("decimal(38, 0)", "DECIMAL(38, 0)"),  # keys; nothing is counted in it
    pa.binary(): ("binary", "BLOB"),  # digests
}
# Types that other programs write, and the one that travels in their place. A float32 is widened
# before anything is computed: the product of two of them would be a float32, off by grams.
_WIDER: dict[pa.DataType, pa.DataType] = {
    pa.large_string(): pa.string(),
    pa.string_view(): pa.string(),
    pa.float32(): pa.float64(),
    **dict.fromkeys((pa.int8(), pa.int16(), pa.uint8(), pa.uint16(), pa.uint32()), pa.int64()),
}
# DuckDB packs numbers by what it sorts by, which it may change one day; so it is asked once.
_PACKS = (
    "SELECT create_sort_key(CAST(NULL AS BIGINT), 'ASC NULLS FIRST', CAST(-2 AS BIGINT), "
    "'ASC NULLS FIRST', CAST('1970-01-02' AS DATE), 'ASC NULLS FIRST', CAST(3 AS DECIMAL(38, 0)), "
    "'ASC NULLS FIRST')"
)
_PACKED_ARE = bytes.fromhex("01027ffffffffffffffe02800000010280000000000000000000000000000003")
# What DuckDB raises where a file is not what it should be. A damaged Parquet page is a plain Error.
_OF_FILES = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)


class DuckDBBackend:
    """Runs plans on DuckDB, in this process.

    Args:
        threads: cores to use; None for all.
        memory: the most memory, as DuckDB writes it ("4GB"); None for DuckDB's own share.
    """

    name = "duckdb"

    def __init__(self, *, threads: int | None = None, memory: str | None = None) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            # Nothing is fetched from anywhere while a plan runs.
            "autoinstall_known_extensions": False,
        }
        if threads is not None:
            settings["threads"] = threads
        if memory is not None:
            settings["memory_limit"] = memory
        self._database = duckdb.connect(config=settings)
        self._database.execute("SET TimeZone = 'UTC'")
        if self._database.execute(_PACKS).fetchall() != [(_PACKED_ARE,)]:
            raise StrangeEngine(engine=self.name, version=duckdb.__version__)

    def quantifier(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """See ``Backend``."""
        return self._kernel(quantified(_records(columns), plan), quantified_schema(plan))

    def creditor(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """See ``Backend``."""
        return self._kernel(credited(_records(columns), plan), CREDITED)

    def project_quantifier(self, plan: ProjectPlan) -> ProjectKernel:
        """See ``Backend``."""
        schema = project_schema(plan)

        @functools.cache  # a plan has the same columns each time; its SQL takes longest to write
        def sql(years: pa.Schema, rows: tuple[tuple[str, pa.Schema], ...]) -> str:
            unbound = {kind: _unbound(f"rows_{kind}", columns) for kind, columns in rows}
            return cast_sql(project_quantified(_unbound("years", years), unbound, plan), schema)

        def kernel(tables: ProjectTables) -> pa.Table:
            named = {f"rows_{kind}": table for kind, table in tables.rows.items()}
            kinds = tuple((kind, table.schema) for kind, table in tables.rows.items())
            with self._session({"years": tables.years, **named}) as session, _telling(None):
                return session.rows(sql(tables.years.schema, kinds), schema)

        return kernel

    def fetch(self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table]) -> pa.Table:
        """See ``RelationalBackend``."""
        with self._session(tables) as session:
            return session.fetch(expression, schema)

    def write(
        self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table], path: Path
    ) -> int:
        """See ``RelationalBackend``."""
        with self._session(tables) as session:
            return session.write(expression, schema, path)

    @contextmanager
    def session(self) -> Iterator[DuckDBSession]:
        """See ``RelationalBackend``."""
        with self._session({}) as session:
            yield session

    def _kernel(self, expression: Any, schema: pa.Schema) -> Kernel:
        sql = cast_sql(expression, schema)

        def kernel(records: pa.Table) -> pa.Table:
            with self._session({RECORDS: records}) as session:
                return session.rows(sql, schema)

        return kernel

    @contextmanager
    def _session(self, tables: Mapping[str, pa.Table]) -> Iterator[DuckDBSession]:
        """A cursor of its own that sees the tables, so that calls do not meet."""
        cursor = self._database.cursor()
        try:
            cursor.execute("SET TimeZone = 'UTC'")
            session = DuckDBSession(cursor)
            for name, table in tables.items():
                cursor.register(name, _widened(table))
            yield session
        finally:
            cursor.close()


class DuckDBSession:
    """See ``Session``."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def table(self, name: str, table: pa.Table) -> Any:
        """See ``Session``."""
        self._cursor.register(name, _widened(table))
        return _unbound(name, table.schema)

    def text_file(self, name: str, path: Path, form: FileForm, columns: Sequence[str]) -> Any:
        """See ``Session``."""
        named = [column for column in columns if column]
        casts = ", ".join(
            f"NULLIF(CAST({_quoted(column)} AS VARCHAR), '') AS {_quoted(column)}"
            for column in named
        )
        source = _reader(path, form, columns)
        with _telling(path):
            self._cursor.execute(
                f"CREATE TEMP VIEW {_quoted(name)} AS SELECT {casts} FROM {source}"
            )
        return ibis.table(dict.fromkeys(named, "string"), name=name)

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
        listed = ", ".join(_file(path) for path in paths)
        source = f"read_parquet([{listed}], hive_partitioning = false"
        if appended:
            source = _by_name(f"{source}, union_by_name = true)", schema, appended)
        else:
            source = f"FROM {source})"
        with _telling(paths[0]):
            self._cursor.execute(f"CREATE TEMP VIEW {_quoted(name)} AS {source}")
        return _unbound(name, schema)

    def keep(
        self,
        name: str,
        expression: Any,
        schema: pa.Schema,
        *,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> Any:
        """See ``Session``."""
        sql = cast_sql(expression, schema, texts or {})
        with _telling(None):
            self._cursor.execute(f"CREATE TEMP TABLE {_quoted(name)} AS {sql}")
        return _unbound(name, schema)

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
        sql = cast_sql(expression, schema, texts or {})
        if by:
            sql = f"SELECT * FROM ({sql}) ORDER BY {', '.join(_quoted(column) for column in by)}"
        rows = _quoted(_ROWS + name)
        with _telling(None):
            self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {rows} AS {sql}")
        # A row's number is its place in the table. A window would number them in one thread.
        self._cursor.execute(
            f"CREATE OR REPLACE TEMP VIEW {_quoted(name)} AS "
            f"SELECT rowid AS position, * FROM {rows}"
        )
        return _unbound(name, pa.schema([pa.field("position", pa.int64()), *schema]))

    def fetch(self, expression: Any, schema: pa.Schema) -> pa.Table:
        """See ``Session``."""
        with _telling(None):
            return self.rows(cast_sql(expression, schema), schema)

    def write(
        self,
        expression: Any,
        schema: pa.Schema,
        path: Path,
        *,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> int:
        """See ``Session``."""
        sql = cast_sql(expression, schema, texts or {})
        with _telling(None):
            self._cursor.execute(f"COPY ({sql}) TO {_text(str(path))} ({_PARQUET})")
        file = pq.ParquetFile(path)
        check_types(file.schema_arrow, schema, what=str(path))
        return int(file.metadata.num_rows)

    def forget(self, *names: str) -> None:
        """See ``Session``."""
        for name in names:
            numbered = _quoted(_ROWS + name)
            kept = self._cursor.execute(
                "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [name]
            ).fetchone()
            what = "VIEW" if kept and kept[0] else "TABLE"
            self._cursor.execute(f"DROP {what} IF EXISTS {_quoted(name)}")
            self._cursor.execute(f"DROP TABLE IF EXISTS {numbered}")

    def rows(self, sql: str, schema: pa.Schema) -> pa.Table:
        """The rows of a query, looked at whether they have the types of the schema."""
        found = self._cursor.sql(sql).to_arrow_table()
        check_types(found.schema, schema, what="the result")
        return found.cast(schema)  # same types; what may be null is as the schema says


def _by_name(source: str, schema: pa.Schema, appended: Collection[str]) -> str:
    """Files of several schemas in the columns of one; each is opened at once, 0.4 ms a file.

    The relation without rows has the appended columns, where no file has them.
    """
    missing = ", ".join(
        f"CAST(NULL AS {_TYPES[schema.field(name).type][1]}) AS {_quoted(name)}"
        for name in appended
    )
    names = ", ".join(map(_quoted, schema.names))
    return f"SELECT {names} FROM (FROM {source} UNION ALL BY NAME SELECT {missing} WHERE false)"


@contextmanager
def _telling(path: Path | None) -> Iterator[None]:
    """Tells what DuckDB could not read as a fault of the file."""
    try:
        yield
    except duckdb.Error as error:
        if not isinstance(error, _OF_FILES) and type(error) is not duckdb.Error:
            raise
        place = None if path is None else Place(str(path))
        raise UnreadableFile(place=place, problem=_problem(error)) from error


def _problem(error: duckdb.Error) -> str:
    """What DuckDB says, up to where it would repeat a record."""
    said = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
    return re.split(r' in (?:Parquet )?file "', said)[0].removesuffix(".")


def _reader(path: Path, form: FileForm, columns: Sequence[str]) -> str:
    """DuckDB's reader of a partner's file.

    Its sniffing is off: left to guess, it drops a CSV row that begins with ``#``, reads each line
    as one cell where a row is ragged, misses a JSON key that the first rows do not have, and puts
    the name of a folder such as ``region=420100`` in the place of a column.
    """
    file = f"{_file(path)}, hive_partitioning = false"
    match form:
        case "csv":
            places = [name or _unused(number, columns) for number, name in enumerate(columns)]
            return (
                f"read_csv({file}, auto_detect = false, header = true, delim = ',', quote = '\"', "
                f"escape = '\"', strict_mode = true, null_padding = false, "
                f"columns = {_texts(places)})"
            )
        case "jsonl":
            names = [name for name in columns if name]
            return f"read_json({file}, format = 'newline_delimited', columns = {_texts(names)})"
        case "parquet":
            # Old writers do not say that a binary column is text.
            return f"read_parquet({file}, binary_as_string = true)"


def _texts(columns: Sequence[str]) -> str:
    return "{" + ", ".join(f"{_text(column)}: 'VARCHAR'" for column in columns) + "}"


def _unused(number: int, columns: Sequence[str]) -> str:
    """A name for a column that has none; it is read and left."""
    name = f"unnamed {number}"
    while name in columns:
        name += "_"
    return name


def _file(path: Path) -> str:
    """The path of one file, in which ``*``, ``?`` and ``[`` stand for themselves."""
    return _text("".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path)))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def cast_sql(
    expression: Any, schema: pa.Schema, texts: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> str:
    """The SQL of an expression, each column cast to its type in the schema.

    Args:
        texts: of columns that hold few different texts, all of them. As an ENUM such a column goes
            into Parquet with its dictionary, ten times as fast, and is a plain text there.
    """
    inner = sql_of(expression)
    columns = ", ".join(
        f"CAST({_quoted(field.name)} AS {_type(field, texts)}) AS {_quoted(field.name)}"
        for field in schema
    )
    return f"SELECT {columns} FROM ({inner})"


def _type(field: pa.Field, texts: Mapping[str, Sequence[str]]) -> str:
    known = texts.get(field.name)
    if not known:
        return _TYPES[field.type][1]
    return f"ENUM({', '.join(_text(text) for text in dict.fromkeys(known))})"


def sql_of(expression: Any) -> str:
    """The SQL of an expression; fractions as doubles, the local day by DuckDB's function."""
    return _sql_of_node(expression.op())


# Most plans of a batch are those of the batch before, and small batches cost hardly anything else.
@functools.lru_cache(maxsize=PLAN_LIMIT)
def _sql_of_node(node: Any) -> str:
    written = ibis.to_sql(node.to_expr(), dialect="duckdb")
    tree = sqlglot.parse_one(written, dialect="duckdb")
    return tree.transform(_for_duckdb).sql(dialect="duckdb")


def _for_duckdb(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit():
        return exp.cast(exp.Literal.string(node.name), exp.DataType.Type.DOUBLE)
    if isinstance(node, exp.Anonymous) and node.name.lower() == LOCAL_DAY:
        instant, zone = _each_for_duckdb(node)
        # TIMEZONE(zone, instant) is the wall clock there, without a zone; its date is the local
        # day.
        clock = exp.Anonymous(this="timezone", expressions=[zone, instant])
        return exp.cast(clock, exp.DataType.Type.DATE)
    if isinstance(node, exp.Anonymous) and node.name.lower() == JOINED:
        node.set("this", "concat")
        return node
    if isinstance(node, exp.Anonymous) and node.name.lower() in (HEX_NUMBER, HEX_KEY):
        digits = exp.Concat(expressions=[exp.Literal.string("0x"), *_each_for_duckdb(node)])
        if node.name.lower() == HEX_NUMBER:
            return exp.cast(digits, exp.DataType.Type.BIGINT)
        return exp.cast(exp.cast(digits, "HUGEINT", dialect="duckdb"), "DECIMAL(38, 0)")
    if isinstance(node, exp.Anonymous) and node.name.lower() in _WRITTEN_OUT:
        return _WRITTEN_OUT[node.name.lower()](*_each_for_duckdb(node))
    return node


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _double_bits(value: exp.Expression) -> exp.Expression:
    bits = exp.cast(exp.cast(value, "BIT", dialect="duckdb"), exp.DataType.Type.BIGINT)
    nan = exp.If(this=_call("isnan", value.copy()), true=exp.Literal.number(NAN_BITS))
    return exp.Case(ifs=[nan], default=bits)


def _bytes_joined(*parts: exp.Expression) -> exp.Expression:
    """By ``||``: of bytes it is faster than ``concat``, unlike of texts."""
    return functools.reduce(lambda a, b: exp.DPipe(this=a, expression=b, safe=True), parts)


def _packed(*numbers: exp.Expression) -> exp.Expression:
    order = exp.Literal.string("ASC NULLS FIRST")
    return _call("create_sort_key", *(one for n in numbers for one in (n, order.copy())))


_WRITTEN_OUT: dict[str, Callable[..., exp.Expression]] = {
    DIGEST: lambda content: _call("unhex", _call("sha256", content)),
    UTF8: lambda text: _call("encode", text),
    BYTES_JOINED: _bytes_joined,
    DOUBLE_BITS: _double_bits,
    PACKED: _packed,
}


def _each_for_duckdb(node: exp.Anonymous) -> list[exp.Expression]:
    """The arguments of a call that is replaced; sqlglot does not go into what it replaces."""
    return [argument.transform(_for_duckdb) for argument in node.expressions]


def check_types(found: pa.Schema, wanted: pa.Schema, *, what: str) -> None:
    """Look whether a table or file has the types asked for.

    Raises:
        WrongType: a column has another type, or another name.
    """
    for field, given in zip(wanted, found, strict=True):
        if field.name != given.name or field.type != given.type:
            raise WrongType(
                what_has_it=what, column=given.name, found=str(given.type),
                wanted=f"{field.name} {field.type}",
            )  # fmt: skip


def _records(columns: Mapping[str, pa.DataType]) -> Any:
    return _unbound(RECORDS, pa.schema(list(columns.items())))


def _unbound(name: str, schema: pa.Schema) -> Any:
    columns = {field.name: _TYPES[_travelling(name, field)][0] for field in schema}
    return ibis.table(columns, name=name)


def _widened(table: pa.Table) -> pa.Table:
    """The table with each column in a type that travels, or coded in one."""
    wider = pa.schema([field.with_type(_wider(field.type)) for field in table.schema])
    return table if wider.equals(table.schema) else table.cast(wider)


def _wider(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        inner = _wider(kind.value_type)
        return kind if inner == kind.value_type else inner
    return _WIDER.get(kind, kind)


def _travelling(table: str, field: pa.Field) -> pa.DataType:
    """The type that a column has for a plan; DuckDB compares the codes of a coded one, not texts.

    Bytes of a fixed size are bytes for it, and are read where they lie.

    Raises:
        WrongType: no plan can read it.
    """
    kind = _wider(field.type)
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    kind = pa.binary() if pa.types.is_fixed_size_binary(kind) else kind
    if kind not in _TYPES:
        raise WrongType(
            what_has_it=f"table {table}", column=field.name, found=str(field.type),
            wanted=f"one of {', '.join(map(str, _TYPES))}",
        )  # fmt: skip
    return kind
