"""What was answered for a batch, against its verdicts, balances and book lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tanpuhui import ledger
from tanpuhui.ledger import AnswerDisagrees, BookDisagrees, Finding
from tanpuhui.pipeline.reconcile.kept import KeptBatch
from tanpuhui.pipeline.verdicts import COUNTED, DUPLICATE, HELD, REFUSED
from tanpuhui.records import RECORDS

if TYPE_CHECKING:
    from tanpuhui.pipeline.reconcile.look import Look


def verdicts_agree(look: Look) -> Iterator[Finding]:
    """Received = counted + duplicate + refused + held: in the file of verdicts as in the answer."""
    paths = {file.batch: file for file in look.files("verdicts")}
    left = {file.batch: file.rows for file in look.files("refused")}
    corrected = {file.batch for file in look.files("lines") if file.has_corrections}
    credited = _credited(look)
    for batch in look.whole.values():
        if batch.kind != RECORDS:
            continue
        if batch.number not in paths:
            yield _answer(batch, expected="a file of verdicts in the manifest", found="none")
            continue
        found = _verdicts_of(look, paths[batch.number].path)
        wanted: dict[str, Any] = {
            "received": sum(sum(codes.values()) for codes, _ in found.values()),
            "counted": sum(found[COUNTED][0].values()),
            "duplicate": sum(found[DUPLICATE][0].values()),
            "duplicate_codes": found[DUPLICATE][0],
            "refused": found[REFUSED][0],
            "held": found[HELD][0],
        }
        yield from _differing(batch, wanted, "its verdicts")
        if batch.has_held != bool(found[HELD][0]):
            yield _answer(batch, expected=f"has_held {not batch.has_held}, as in its verdicts",
                          found=str(batch.has_held))  # fmt: skip
        mended = sum(sum(found[name][0].values()) for name in (REFUSED, HELD))
        if left.get(batch.number, 0) != mended:
            yield _answer(batch, expected=f"{mended:,} records in its file refused, as in its "
                          "verdicts", found=f"{left.get(batch.number, 0):,}")  # fmt: skip
        if batch.number not in corrected and credited[batch.name] != found[COUNTED][1]:
            yield _answer(batch, expected=f"verdicts of {credited[batch.name]:,} mg, as its lines",
                          found=f"{found[COUNTED][1]:,} mg")  # fmt: skip


_NOT_SAID = object()


def _credited(look: Look) -> Mapping[str, int]:
    lines = look.lines
    by_batch = lines.group_by("batch").aggregate(mg=lines.credited_mg.sum())
    schema = pa.schema([("batch", pa.string()), ("mg", pa.int64())])
    found = look.session.fetch(by_batch, schema).to_pylist()
    return defaultdict(int, {row["batch"]: row["mg"] for row in found})


def _verdicts_of(look: Look, path: str) -> Mapping[str, tuple[dict[str, int], int]]:
    """By verdict: how many by code, and the milligrams credited."""
    table = pq.read_table(look.kept.lake / path, columns=["verdict", "code", "credited_mg"])
    summed = table.group_by(["verdict", "code"]).aggregate(
        [("credited_mg", "sum"), ([], "count_all")]
    )
    found: dict[str, tuple[dict[str, int], int]] = {
        verdict: ({}, 0) for verdict in (COUNTED, DUPLICATE, REFUSED, HELD)
    }
    for row in summed.to_pylist():
        codes, mg = found.setdefault(row["verdict"], ({}, 0))
        codes[row["code"]] = row["count_all"]
        found[row["verdict"]] = (codes, mg + (row["credited_mg_sum"] or 0))
    return found


def books_agree(look: Look) -> Iterator[Finding]:
    """The three books of each batch agree, to the milligram and the point."""
    for batch in look.whole.values():
        books = look.books.of(batch)
        if not books.agree():
            partners = sum(total.credited_mg for total in books.partner.values())
            yield BookDisagrees(
                at=f"books of batch {batch.name}", found="another sum, count or number of points",
                expected=f"{partners:,} mg over partners, regions, scenes and persons alike "
                f"(persons: {books.person.credited_mg:,} mg)",
            )  # fmt: skip


def answers_agree(look: Look) -> Iterator[Finding]:
    """What was answered is what balances and book lines come to, and what its row says."""
    kinds = _kinds(look)
    withdrawn = {file.batch: file.rows for file in look.files("withdrawn")}
    for batch in look.whole.values():
        books = look.books.of(batch).to_json()
        wanted = {
            "batch": batch.name,
            **_said_of_corrections(batch, kinds[batch.name], withdrawn.get(batch.number, 0)),
            "people": look.books.people(batch),
            "baseline_mg": look.books.baseline_mg(batch),
            "reduction_mg": books["person"]["reduction_mg"],
            "credited_mg": books["person"]["credited_mg"],
            "points": books["person"]["points"],
            "books": books,
        }
        yield from _differing(batch, wanted, "the tables")


def _said_of_corrections(
    batch: KeptBatch, lines: Mapping[str, int], withdrawn: int
) -> dict[str, Any]:
    """What the answer says of corrections, by the row of the batch and by its lines.

    Args:
        lines: how many the batch has, by kind.
        withdrawn: how many keys its file of withdrawn records has.
    """
    if batch.kind == RECORDS:
        return {"reversed_lines": lines[ledger.REVERSAL]}
    return {
        "kind": batch.kind,
        "reason": batch.reason,
        "note": batch.note,
        "clawback": batch.clawback,
        "withdrawn": withdrawn,
        "reversed_lines": lines[ledger.REVERSAL],
        "counted_again": lines[ledger.ACT],
        "difference_lines": lines[ledger.DIFFERENCE],
    }


def _kinds(look: Look) -> Mapping[str, Mapping[str, int]]:
    """By batch, how many lines it has of each kind."""
    lines = look.lines
    counted = lines.group_by("batch", "line_kind").aggregate(n=lines.count())
    schema = pa.schema([("batch", pa.string()), ("line_kind", pa.string()), ("n", pa.int64())])
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in look.session.fetch(counted, schema).to_pylist():
        found[row["batch"]][row["line_kind"]] = row["n"]
    return found


def _differing(batch: KeptBatch, wanted: Mapping[str, Any], where: str) -> Iterator[Finding]:
    """What the answer says otherwise, or does not say."""
    for name, value in wanted.items():
        if batch.result.get(name, _NOT_SAID) != value:
            path, expected, found = _first_difference(name, value, batch.result.get(name))
            yield _answer(batch, expected=f"{path} {expected}, as in {where}", found=str(found))


def _first_difference(path: str, wanted: Any, found: Any) -> tuple[str, Any, Any]:
    """The first place inside a value at which two values differ, and both there."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted({*wanted, *found}):
            if wanted.get(key) != found.get(key):
                return _first_difference(f"{path}.{key}", wanted.get(key), found.get(key))
    return path, wanted, found


def _answer(batch: KeptBatch, *, expected: str, found: str) -> AnswerDisagrees:
    return AnswerDisagrees(at=f"ledger_batch {batch.name}, result", expected=expected, found=found)
