"""What travels between Arrow, Ibis and the engines: the types, and looking at what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import pyarrow as pa

from tanpuhui.engine.faults import WrongType

RECORDS = "records"

# Each type that travels, and what Ibis calls it.
IBIS_TYPES: Mapping[pa.DataType, str] = {
    pa.int64(): "int64",
    pa.int32(): "int32",
    pa.float64(): "float64",
    pa.string(): "string",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamp('UTC')",
    pa.decimal128(38, 0): "decimal(38, 0)",  # keys; nothing is counted in it
    pa.binary(): "binary",  # digests
}
_ARROW_TYPES = {name: kind for kind, name in IBIS_TYPES.items()}
# Types that other programs write, and the one that travels in their place. A float32 is widened
# before anything is computed: the product of two of them would be a float32, off by grams.
_WIDER: dict[pa.DataType, pa.DataType] = {
    pa.large_string(): pa.string(),
    pa.string_view(): pa.string(),
    pa.float32(): pa.float64(),
    **dict.fromkeys((pa.int8(), pa.int16(), pa.uint8(), pa.uint16(), pa.uint32()), pa.int64()),
}


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


def records_of(columns: Mapping[str, pa.DataType]) -> Any:
    """The records of a plan, as a table of an expression."""
    return unbound(RECORDS, pa.schema(list(columns.items())))


def unbound(name: str, schema: pa.Schema) -> Any:
    """A table of an expression, by its name and its columns.

    Raises:
        WrongType: no plan can read a column.
    """
    columns = {field.name: IBIS_TYPES[_travelling(name, field)] for field in schema}
    return ibis.table(columns, name=name)


def schema_of(table: Any) -> pa.Schema:
    """The columns of an expression in the types that travel; each may be null.

    Raises:
        KeyError: a column has a type that does not.
    """
    kinds = table.schema().items()
    return pa.schema([(name, _ARROW_TYPES[str(kind.copy(nullable=True))]) for name, kind in kinds])


def widened(table: pa.Table) -> pa.Table:
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
    if kind not in IBIS_TYPES:
        raise WrongType(
            what_has_it=f"table {table}", column=field.name, found=str(field.type),
            wanted=f"one of {', '.join(map(str, IBIS_TYPES))}",
        )  # fmt: skip
    return kind
