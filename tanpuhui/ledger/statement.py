"""A person's statement: every line of the journal in words, with the numbers that made it.

The sentences are made by the judge from what the line holds, so a figure in a statement and the
figure in the journal cannot differ unseen: where they do, the line says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from tanpuhui.engine import Explainer, Explanation
from tanpuhui.ledger.causes import REASON_WORDS, Cause
from tanpuhui.ledger.lines import ACT, AMOUNT_QUANTITIES, DIFFERENCE, REVERSAL, TEXT_QUANTITIES
from tanpuhui.rules import Library, Words
from tanpuhui.terms import Fault, Faults, Mass

_TAKEN_BACK = Words(
    "taken back: a stronger report of the same act counts", "冲回：同一行为已有更强凭证的记录计入"
)
_FILLED = Words("room under a limit became free again", "限额重新有余量，补记差额")
_PUSHED_OUT = Words(
    "limits were filled anew and leave this act less", "限额重新分配，本行为可计入量减少"
)
_FREE_AGAIN = Words(
    "counts now: the report of the same act that had counted was withdrawn",
    "同一行为原计入的记录已撤回，本记录改为计入",
)
_OTHER_RULES = Words(
    "computed by rules that this library does not hold; the journal pins them by their hash",
    "所用规则版本不在当前规则库中；账本以哈希固定其版本",
)
_DIFFERS = Words(
    "the rules at hand give another figure; ask the operator",
    "按现有规则重算的数值不同，请联系运营方",
)


@dataclass(frozen=True)
class StatementLine:
    """A line of a statement.

    Args:
        scene, region: in words.
        explanation: the formula with its numbers, factors and sources; None where the rules that
            the line pins are not at hand, and for what computes nothing.
        points: by currency, in its unit.
        remark: what a reader has to know besides; None for nothing.
        corrects: batch and line of the act that it corrects; None for an act.
    """

    batch: str
    line: int
    line_kind: str
    local_day: date
    started_at: datetime
    partner: str
    scene: Words
    region: Words
    methodology: str
    reduction_mg: int
    credited_mg: int
    points: Mapping[str, int]
    explanation: Explanation | None
    remark: Words | None
    corrects: tuple[str, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``ledger statement --json`` prints it."""
        said = {} if self.explanation is None else self.explanation.sentences
        return {
            "batch": self.batch,
            "line": self.line,
            "kind": self.line_kind,
            "local_day": self.local_day.isoformat(),
            "started_at": self.started_at.isoformat(),
            "partner": self.partner,
            "scene": vars(self.scene),
            "region": vars(self.region),
            "methodology": self.methodology,
            "reduction_mg": self.reduction_mg,
            "credited_mg": self.credited_mg,
            "points": dict(self.points),
            "sentences": {output: vars(words) for output, words in said.items()},
            "corrects": None
            if self.corrects is None
            else {"batch": self.corrects[0], "line": self.corrects[1]},
            "remark": None if self.remark is None else vars(self.remark),
        }


def _handed_over(algorithm: str) -> Words:
    return Words(
        f"a result of the partner's own algorithm ({algorithm}); it earns points only",
        f"由合作方自有算法（{algorithm}）得出的结果，仅计积分",
    )


def statement(
    lines: pa.Table,
    grants: pa.Table,
    library: Library,
    causes: Mapping[str, Cause] | None = None,
) -> tuple[StatementLine, ...]:
    """The lines of a person in words, in the order of the table.

    Args:
        lines: shaped as ``LINES``; what corrects a line stands after it.
        grants: of these lines, shaped as ``GRANTS``.
        library: where the methodologies are looked for that the lines pin.
        causes: by batch, what those of them say of themselves that are corrections.
    """
    points: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for grant in grants.to_pylist():
        points[grant["batch"], grant["line"]][grant["currency"]] += grant["points"]
    explainers = _Explainers(library)
    standing: dict[tuple[str, int], _Standing] = {}
    found = []
    for row in lines.to_pylist():
        act = _act_of(row)
        before = standing.get(act)
        standing[act] = _standing_after(row, before)
        context = _Context(before, standing[act], (causes or {}).get(row["batch"]))
        found.append(_line(row, dict(points[row["batch"], row["line"]]), explainers, context))
    return tuple(found)


@dataclass(frozen=True)
class _Standing:
    """Where an act stands after some of its lines: its figure, and the rules behind it."""

    reduction_mg: int
    credited_mg: int
    rules: tuple[str | None, ...]


@dataclass(frozen=True)
class _Context:
    """An act before a line and after it, and what the batch of the line says of itself."""

    before: _Standing | None
    after: _Standing
    cause: Cause | None

    def is_restated(self) -> bool:
        """True where other rules, or other values, made the figure of the act."""
        before, after = self.before, self.after
        return before is not None and (
            (before.reduction_mg, before.rules) != (after.reduction_mg, after.rules)
        )


def _standing_after(row: Mapping[str, Any], before: _Standing | None) -> _Standing:
    rules = (row["methodology"], row["methodology_sha256"], row["factor_set"])
    old = (0, 0) if before is None else (before.reduction_mg, before.credited_mg)
    return _Standing(old[0] + row["reduction_mg"], old[1] + row["credited_mg"], rules)


def _act_of(row: Mapping[str, Any]) -> tuple[str, int]:
    """The act that a line is, or that it corrects."""
    if row["line_kind"] == ACT:
        return row["batch"], row["line"]
    return row["corrects_batch"], row["corrects_line"]


class _Explainers:
    """One explainer a methodology, as long as it is the one that lines pin."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._made: dict[tuple[str, str, str], Explainer | None] = {}

    def of(self, row: Mapping[str, Any]) -> Explainer | None:
        key = (row["methodology"], row["methodology_sha256"], row["factor_set"])
        if key not in self._made:
            self._made[key] = self._find(*key)
        return self._made[key]

    def _find(self, name: str, sha256: str, factor_set: str) -> Explainer | None:
        try:
            methodology = self.library.methodology(name)
            if (methodology.sha256, methodology.factor_set()) != (sha256, factor_set):
                return None
            return Explainer(methodology, self.library)
        except (Fault, Faults):
            return None

    def scene(self, name: str) -> Words:
        if name not in self.library.ids("scene"):
            return Words(name, name)
        return self.library.scene(name).title

    def region(self, code: str) -> Words:
        if code not in self.library.regions:
            return Words(code, code)
        region = self.library.regions.of(code)
        return Words(region.en, region.zh)


def _line(
    row: Mapping[str, Any], points: dict[str, int], by: _Explainers, context: _Context
) -> StatementLine:
    kind = row["line_kind"]
    computed = kind == ACT or (kind == DIFFERENCE and context.is_restated())
    explainer = by.of(row) if computed else None
    explanation = None if explainer is None else explainer.explain(_record(row))
    return StatementLine(
        batch=row["batch"],
        line=row["line"],
        line_kind=kind,
        local_day=row["local_day"],
        started_at=row["started_at"],
        partner=row["partner"],
        scene=by.scene(row["scene"]),
        region=by.region(row["region"]),
        methodology=row["methodology"],
        reduction_mg=row["reduction_mg"],
        credited_mg=row["credited_mg"],
        points=points,
        explanation=explanation,
        remark=_remark(row, explanation, context),
        corrects=None if kind == ACT else _act_of(row),
    )


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the formula saw: the act's quantities, and the region and day of its factors."""
    quantities = {name: row[name] for name in (*AMOUNT_QUANTITIES, *TEXT_QUANTITIES)}
    return {
        **quantities,
        "scene": row["scene"],
        "region": row["factor_region"],
        "day": row["factor_day"],
        "evidence": row["evidence"],
    }


def _remark(
    row: Mapping[str, Any], explanation: Explanation | None, context: _Context
) -> Words | None:
    if row["line_kind"] == REVERSAL:
        return _taken_back(row, context.cause)
    if row["line_kind"] == DIFFERENCE:
        return _difference(row, explanation, context)
    if row["imported_algorithm"] is not None:
        return _handed_over(row["imported_algorithm"])
    if explanation is None:
        return _OTHER_RULES
    if explanation.mg.get("reduction") != row["reduction_mg"]:
        return _DIFFERS
    cut_mg = row["reduction_mg"] - row["credited_mg"]
    if cut_mg > 0:
        mass = Mass(cut_mg)
        return Words(f"a limit took {mass}", f"超出限额，少计 {mass}")
    return None if context.cause is None else _FREE_AGAIN


def _taken_back(row: Mapping[str, Any], cause: Cause | None) -> Words:
    """Withdrawn, or beaten by a stronger report; a withdrawal may bring about both."""
    if cause is None or int(row["record_key"]) not in cause.withdrawn:
        return _TAKEN_BACK
    reason = REASON_WORDS[cause.reason or "other"]
    note_en = f" ({cause.note})" if cause.note else ""
    note_zh = f"（{cause.note}）" if cause.note else ""
    return Words(
        f"taken back: the record was withdrawn, {reason.en}{note_en}",
        f"冲回：该记录已撤回，{reason.zh}{note_zh}",
    )


def _difference(
    row: Mapping[str, Any], explanation: Explanation | None, context: _Context
) -> Words:
    """The old figure, the new one and the rules behind it; or what limits gave or took."""
    before, after = context.before, context.after
    if before is None or not context.is_restated():
        return _FILLED if row["credited_mg"] > 0 else _PUSHED_OUT
    old, new = Mass(before.reduction_mg), Mass(after.reduction_mg)
    rules = row["methodology"]
    if row["factor_set"] is not None:
        rules += f" · {row['methodology_sha256'][:8]} · {row['factor_set'][:8]}"
    en = f"restated: {old} became {new} under rules {rules}"
    zh = f"按更正后的规则重算：由 {old} 改为 {new}（规则 {rules}）"
    cut_mg = after.reduction_mg - after.credited_mg
    if cut_mg > 0:
        en, zh = f"{en}; a limit takes {Mass(cut_mg)}", f"{zh}；超出限额，少计 {Mass(cut_mg)}"
    if explanation is not None and explanation.refused is not None:
        en += f"; these rules refuse such a record: {explanation.refused}"
        zh += f"；按该规则此类记录不予计入：{explanation.refused}"
    if context.cause is not None and context.cause.note:
        en, zh = f"{en}; {context.cause.note}", f"{zh}；{context.cause.note}"
    return Words(en, zh)
