"""What Spark runs of an expression: Ibis' SQL, with what Spark has under other names.

Three traps that were measured: a fraction such as 44.6 is a DECIMAL for Spark and must be a DOUBLE;
a cast of a double to a whole number cuts, where DuckDB rounds, so plans round by themselves; and
what a text means as a number or a time is Spark's own opinion, so intake looks at its form first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import ibis
import ibis.config
import ibis.expr.datatypes as dt
import pyarrow as pa
import sqlglot
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from sqlglot import exp

from tanpuhui.engine.backends.base import Given
from tanpuhui.engine.functions import (
    BYTES_JOINED,
    CLOCK_AT,
    DIGEST,
    DOUBLE_BITS,
    GIVEN,
    HEX_KEY,
    HEX_NUMBER,
    INSTANT_OF,
    JOINED,
    NAN_BITS,
    PACKED,
    UTF8,
)
from tanpuhui.engine.local_day import LOCAL_DAY

PLAN_LIMIT = 2048  # plans whose SQL is kept

# What Spark calls each type that travels.
TYPES: dict[pa.DataType, str] = {
    pa.int64(): "BIGINT",
    pa.int32(): "INT",
    pa.float64(): "DOUBLE",
    pa.string(): "STRING",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP",
    pa.decimal128(38, 0): "DECIMAL(38, 0)",
    pa.binary(): "BINARY",
}
_WIDE = dt.Decimal(38, 0)
_HALF = "DECIMAL(20, 0)"
_HEX_HALF = 15  # digits of which Spark's conv makes a number below 2^63


class _Options(ibis.config.Config):  # type: ignore[misc]  # ibis is untyped
    """The options of Ibis' compiler for Spark; its back end, which sets them, needs pandas."""

    treat_nan_as_null: bool = False


class _Compiler(PySparkCompiler):  # type: ignore[misc]  # ibis is untyped
    """Ibis' compiler, whose sums of whole numbers hold more than 64 bits, as DuckDB's do."""

    __slots__ = ()

    def visit_ScalarUDF(self, op: Any, **given: Any) -> Any:
        """See ``PySparkCompiler``; what is packed is told by its type, which SQL does not say."""
        if op.__func_name__ != PACKED:
            return super().visit_ScalarUDF(op, **given)
        kinds = [_packed_as(argument.dtype) for argument in op.args]
        parts = [_call(kind, value) for kind, value in zip(kinds, given.values(), strict=True)]
        return self.f.concat(*parts)

    def visit_Sum(self, op: Any, *, arg: Any, where: Any) -> Any:
        if op.arg.dtype.is_integer() or op.arg.dtype.is_boolean():
            arg = self.cast(arg, _WIDE)
        return self.agg.sum(arg, where=where)


def _packed_as(kind: Any) -> str:
    """The name of what packs a number of this type."""
    return PACKED + ("_day" if kind.is_date() else "_key" if kind.is_decimal() else "")


def cast_sql(expression: Any, schema: pa.Schema, given: Mapping[str, Given]) -> str:
    """The SQL of an expression, each column cast to its type in the schema.

    Args:
        given: the values that it names, as ``Session.give`` has them.

    Raises:
        KeyError: one of them was not given.
    """
    columns = ", ".join(
        f"CAST({quoted(field.name)} AS {TYPES[field.type]}) AS {quoted(field.name)}"
        for field in schema
    )
    inner = _NAMED_VALUE.sub(
        lambda named: _literal(given[named.group(1).replace("\\'", "'")]),
        _sql_of_node(expression.op()),
    )
    return f"SELECT {columns} FROM ({inner})"


_NAMED_VALUE = re.compile(GIVEN + r"\('((?:[^'\\]|\\.)*)'\)", re.IGNORECASE)


def _literal(value: Given) -> str:
    """A value as Spark reads it."""
    match value:
        case str():
            return exp.Literal.string(value).sql(dialect="spark")
        case int():
            return f"CAST('{value}' AS BIGINT)"
        case bytes():
            return f"unhex('{value.hex()}')"
        case datetime():
            return f"CAST('{value.isoformat()}' AS TIMESTAMP)"
        case date():
            return f"CAST('{value.isoformat()}' AS DATE)"


def kind_of(value: Given) -> str:
    """The type of a value as Ibis calls it."""
    match value:
        case str():
            return "string"
        case int():
            return "int64"
        case bytes():
            return "binary"
        case datetime():
            return "timestamp('UTC')"
        case date():
            return "date"


def quoted(name: str) -> str:
    """A name as Spark reads it."""
    return "`" + name.replace("`", "``") + "`"


_COMPILER = _Compiler()


@functools.lru_cache(maxsize=PLAN_LIMIT)
def _sql_of_node(node: Any) -> str:
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _Options()
    written = _COMPILER.to_sqlglot(node.to_expr().unbind()).sql(dialect="spark")
    tree = sqlglot.parse_one(written, dialect="spark")
    return tree.transform(_for_spark).sql(dialect="spark")


def _for_spark(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit():
        return exp.cast(exp.Literal.string(node.name), exp.DataType.Type.DOUBLE)
    if isinstance(node, exp.Anonymous) and node.name.lower() in _WRITTEN_OUT:
        arguments = [argument.transform(_for_spark) for argument in node.expressions]
        return _WRITTEN_OUT[node.name.lower()](*arguments)
    return node


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _instant_of(zone: exp.Expression, clock: exp.Expression) -> exp.Expression:
    return _call("to_utc_timestamp", exp.cast(clock, "TIMESTAMP", dialect="spark"), zone)


def _clock_at(zone: exp.Expression, instant: exp.Expression) -> exp.Expression:
    clock = _call("from_utc_timestamp", instant, zone)
    return exp.cast(clock, "TIMESTAMP_NTZ", dialect="spark")


def _local_day(instant: exp.Expression, zone: exp.Expression) -> exp.Expression:
    return exp.cast(_call("from_utc_timestamp", instant, zone), exp.DataType.Type.DATE)


def _hex_number(digits: exp.Expression) -> exp.Expression:
    sixteen, ten = exp.Literal.number(16), exp.Literal.number(10)
    return exp.cast(_call("conv", digits, sixteen, ten), exp.DataType.Type.BIGINT)


def _hex_key(digits: exp.Expression) -> exp.Expression:
    """Two halves of fifteen digits: the number of thirty is beyond what ``conv`` gives."""
    whole = _call("lpad", digits, exp.Literal.number(2 * _HEX_HALF), exp.Literal.string("0"))
    half = exp.Literal.number(_HEX_HALF)
    high, low = (
        exp.cast(
            _hex_number(_call(side, whole.copy(), half.copy())), "DECIMAL(20, 0)", dialect="spark"
        )
        for side in ("left", "right")
    )
    step = exp.cast(exp.Literal.string(str(16**_HEX_HALF)), "DECIMAL(20, 0)", dialect="spark")
    made = exp.Add(this=exp.Mul(this=high, expression=step), expression=low)
    return exp.cast(made, "DECIMAL(38, 0)", dialect="spark")


def _double_bits(value: exp.Expression) -> exp.Expression:
    """Java's ``doubleToLongBits``, which has one NaN, by ``reflect``; Spark has no name for it."""
    java, method = exp.Literal.string("java.lang.Double"), exp.Literal.string("doubleToLongBits")
    bits = exp.cast(_call("reflect", java, method, value), exp.DataType.Type.BIGINT)
    nan = exp.If(this=_call("isnan", value.copy()), true=exp.Literal.number(NAN_BITS))
    return exp.Case(
        ifs=[exp.If(this=exp.Is(this=value.copy(), expression=exp.Null()), true=exp.Null()), nan],
        default=bits,
    )


def _written_as(sql: str) -> Callable[[exp.Expression], exp.Expression]:
    """What puts a value in the place of ``x``."""
    tree = sqlglot.parse_one(sql, dialect="spark")

    def filled(value: exp.Expression) -> exp.Expression:
        return tree.copy().transform(
            lambda node: value.copy() if isinstance(node, exp.Column) and node.name == "x" else node
        )

    return filled


def _packed(digits: str) -> Callable[[exp.Expression], exp.Expression]:
    """0x02 and the bytes of hex digits; 0x01 where they are null."""
    return _written_as(f"coalesce(concat(unhex('02'), unhex({digits})), unhex('01'))")


# Half of the range is added by turning the first bit round. Keys have 120 bits and are not below 0.
_NUMBER_DIGITS = "lpad(hex(x ^ CAST('-9223372036854775808' AS BIGINT)), 16, '0')"
_DAY_DIGITS = "lpad(hex(CAST(unix_date(x) AS BIGINT) + CAST('2147483648' AS BIGINT)), 8, '0')"
_STEP = "CAST('1152921504606846976' AS DECIMAL(20, 0))"  # 2^60
_KEY_DIGITS = (
    f"if(x < 0 OR x DIV {_STEP} >= CAST('1152921504606846976' AS BIGINT), "
    "raise_error('no key of 120 bits'), "
    f"concat('80', lpad(hex(x DIV {_STEP}), 15, '0'), "
    f"lpad(hex(CAST(x % {_STEP} AS BIGINT)), 15, '0')))"
)

_WRITTEN_OUT: dict[str, Callable[..., exp.Expression]] = {
    LOCAL_DAY: _local_day,
    INSTANT_OF: _instant_of,
    CLOCK_AT: _clock_at,
    JOINED: lambda *parts: _call("concat", *parts),
    HEX_NUMBER: _hex_number,
    HEX_KEY: _hex_key,
    DIGEST: lambda content: _call("unhex", _call("sha2", content, exp.Literal.number(256))),
    UTF8: lambda text: _call("encode", text, exp.Literal.string("UTF-8")),
    BYTES_JOINED: lambda *parts: _call("concat", *parts),
    DOUBLE_BITS: _double_bits,
    PACKED: _packed(_NUMBER_DIGITS),
    f"{PACKED}_day": _packed(_DAY_DIGITS),
    f"{PACKED}_key": _packed(_KEY_DIGITS),
    "epoch_us": lambda instant: _call("unix_micros", instant),
    "sha256": lambda text: _call("sha2", text, exp.Literal.number(256)),
    "strlen": lambda text: _call("octet_length", text),
    "json_extract_string": lambda text, path: _call("get_json_object", text, path),
}
