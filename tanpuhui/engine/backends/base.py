"""What every back end offers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa

from tanpuhui.engine.plan import Plan
from tanpuhui.engine.projects import ProjectKernel, ProjectPlan

FileForm = Literal["csv", "jsonl", "parquet"]
Given = str | int | date | datetime | bytes  # what ``Session.give`` takes
Kernel = Callable[[pa.Table], pa.Table]


class Backend(Protocol):
    """A back end computes plans over Arrow tables.

    A kernel is prepared once for a plan and may be called for any number of tables.
    """

    name: str

    def quantifier(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """A kernel from records to their amounts; shapes as ``columns.quantified`` says.

        Args:
            columns: the columns that the records will have, with their types.
        """
        ...

    def creditor(self, plan: Plan, columns: Mapping[str, pa.DataType]) -> Kernel:
        """A kernel from amounts to what limits leave; shapes as ``limits.credited`` says."""
        ...

    def project_quantifier(self, plan: ProjectPlan) -> ProjectKernel:
        """A kernel from the rows of projects to their years, as ``projects.project_schema`` says.

        A year marked ``inexact`` is left to the judge.
        """
        ...


class Session(Protocol):
    """A piece of work on a relational engine: tables and files by name, and what was kept of them.

    Expressions are Ibis expressions over the tables that the session gave. What a session keeps
    lives until it ends.
    """

    def table(self, name: str, table: pa.Table) -> Any:
        """An Arrow table, to be used in expressions.

        A float32 becomes a double, a large string a string, a small integer an int64, bytes of a
        fixed size bytes.

        Raises:
            WrongType: a column has a type that no plan reads, such as a list.
        """
        ...

    def text_file(self, name: str, path: Path, form: FileForm, columns: Sequence[str]) -> Any:
        """A partner's file with every column as text, null where it is empty or absent.

        Nothing about the file is guessed: what an engine guesses from a sample, it gets wrong in
        silence. Damage in the middle is found when the rows are kept or fetched.

        Args:
            columns: of a CSV file every name of its header, in order; of others those to read.
                A column with an empty name is passed over. No two may differ in case alone.

        Raises:
            UnreadableFile: it is no such file, or stops being one before its end.
        """
        ...

    def parquet(
        self,
        name: str,
        paths: Sequence[Path],
        schema: pa.Schema,
        *,
        appended: Collection[str] = (),
    ) -> Any:
        """Files of our own, in the types of the schema; a table without rows where there are none.

        Args:
            appended: columns that files of an earlier schema do not have; null in these.

        Raises:
            UnreadableFile: a file is missing or damaged.
        """
        ...

    def keep(
        self,
        name: str,
        expression: Any,
        schema: pa.Schema,
        *,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> Any:
        """The rows of an expression, computed once and held under a name, in the schema's types.

        They are in no order: an engine that joins in several threads gives them as they come.

        Args:
            texts: as for ``write``.

        Raises:
            UnreadableFile: a file that it reads is damaged.
        """
        ...

    def keep_numbered(
        self,
        name: str,
        expression: Any,
        schema: pa.Schema,
        *,
        by: Sequence[str] = (),
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> Any:
        """As ``keep``, with ``position`` int64 before the columns: the rows counted from 0.

        What was kept under the name before is replaced.

        Args:
            by: the columns in whose order the rows are kept and counted; none for their own order.
            texts: as for ``write``; none of these columns is in ``by``.
        """
        ...

    def give(self, name: str, value: Given) -> Any:
        """A value that differs from batch to batch, as a column that is the same in each row.

        Plans are kept by what they say. A plan with this column says the name, where one with a
        literal would say the value, and be composed anew for each. ``engine.given`` is the same
        column, for who builds an expression without a session.

        A value that is given again is the one from then on, of earlier columns too: what is kept,
        fetched or written has the values of that moment.
        """
        ...

    def fetch(self, expression: Any, schema: pa.Schema) -> pa.Table:
        """The rows of an expression, in exactly the types of the schema.

        Raises:
            UnreadableFile: a file that it reads is damaged.
        """
        ...

    def write(
        self,
        expression: Any,
        schema: pa.Schema,
        path: Path,
        *,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> int:
        """The rows of an expression as a Parquet file in exactly the types; how many they are.

        Args:
            texts: of columns that hold few different texts, all that may occur: these are written
                much faster. Another text than these ends the work.

        Raises:
            UnreadableFile: a file that it reads is damaged, or this one cannot be written.
        """
        ...

    def forget(self, *names: str) -> None:
        """Drop what was kept under these names."""
        ...


class RelationalBackend(Backend, Protocol):
    """A back end that also runs any Ibis expression. The reference is none: it judges records."""

    def session(self) -> AbstractContextManager[Session]:
        """A session; what it kept is gone when it ends."""
        ...

    def fetch(self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The rows of an expression, in exactly the types of the schema.

        Args:
            expression: over unbound Ibis tables, named as in ``tables``.
        """
        ...

    def write(
        self, expression: Any, schema: pa.Schema, tables: Mapping[str, pa.Table], path: Path
    ) -> int:
        """The rows of an expression as a Parquet file in exactly the types of the schema.

        Returns:
            The number of rows.
        """
        ...
