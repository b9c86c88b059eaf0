"""What a programme accepts, for points and for issuance; and what falls below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tanpuhui.records import EVIDENCE, Evidence
from tanpuhui.rules.factors import GRADES, Factor, FactorValue, Grade
from tanpuhui.rules.faults import NotOneOf
from tanpuhui.rules.fields import Choice, Fields
from tanpuhui.rules.methodologies import STANDINGS, TEXTS, Methodology, Standing
from tanpuhui.rules.programme_faults import GradeTooLow, TextTooLow
from tanpuhui.rules.strict_yaml import Listing
from tanpuhui.terms import DayRange, Fault, Place, Regions

Use = Literal["points", "issuance"]


@dataclass(frozen=True)
class Acceptance:
    """What may be used for one purpose; empty standings accept nothing.

    Args:
        standings: of the methodology: what kind of document it is.
        texts: how its formula is known.
        grades: how the values in its formula are known.
        evidence: how the act is known; a line with weaker evidence is not used, and no fault.
    """

    use: Use
    standings: tuple[Standing, ...]
    texts: tuple[str, ...]
    grades: tuple[Grade, ...]
    evidence: tuple[Evidence, ...]

    def takes(self, methodology: Methodology, evidence: str) -> bool:
        """True where a line of this methodology with this evidence may be used.

        That its values hold the grade is what ``library check`` proved of the programme's file.
        """
        return (
            methodology.standing in self.standings
            and methodology.text in self.texts
            and evidence in self.evidence
        )


@dataclass(frozen=True)
class Reach:
    """A scene's rule, as far as its methodology's values are concerned.

    Args:
        regions: where acts are looked up; None for anywhere.
        days: when; the days of the rule and of the methodology alike.
    """

    scene: str
    methodology: Methodology
    regions: tuple[str, ...] | None
    days: DayRange
    place: Place


def read_accepts(top: Fields) -> tuple[Acceptance, Acceptance]:
    """What earns points, and what may be issued.

    A list of standings alone means: for points any text and grade; for issuance only what was
    read. So a programme that says little issues little.
    """
    fields = top.block("accepts", f"{top.of}, accepts")
    if fields is None:
        return _nothing("points"), _nothing("issuance")
    found = _acceptance(fields, "points"), _acceptance(fields, "issuance")
    fields.finish()
    return found


def _nothing(use: Use) -> Acceptance:
    return Acceptance(use, (), (), (), ())


def _acceptance(fields: Fields, use: Use) -> Acceptance:
    lenient = use == "points"
    if isinstance(fields.written(use), Listing) or not fields.has(use):
        standings = _some(fields, use, STANDINGS)
        texts, grades = (TEXTS, GRADES) if lenient else (("read",), GRADES[:1])
        return Acceptance(use, standings, texts, grades, EVIDENCE)
    inner = fields.block(use, f"{fields.of}, {use}")
    if inner is None:
        return _nothing(use)
    found = Acceptance(
        use=use,
        standings=_some(inner, "standing", STANDINGS),
        texts=_some(inner, "text", TEXTS),
        grades=_some(inner, "grade", GRADES),
        evidence=_some(inner, "evidence", EVIDENCE) if inner.has("evidence") else EVIDENCE,
    )
    inner.finish()
    return found


def _some(fields: Fields, key: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    found = fields.texts(key, required=True)
    for name in found:
        if name not in choices:
            place = fields.place_of(key)
            fields.faults.append(NotOneOf(place=place, key=key, found=name, choices=choices))
    return tuple(choice for choice in choices if choice in found)


def below(acceptance: Acceptance, reach: Reach, *, programme: str) -> Iterator[Fault]:
    """Everything of a scene whose standing is accepted that is known less well than it must be.

    Where nothing is yielded, no value below the grade can come into a line of the scene.
    """
    method = reach.methodology
    if method.standing not in acceptance.standings:
        return
    if method.text not in acceptance.texts:
        yield TextTooLow(
            place=reach.place, programme=programme, use=acceptance.use, scene=reach.scene,
            methodology=method.id, text=method.text, accepted=acceptance.texts,
        )  # fmt: skip
    case = method.case_of(reach.scene)
    for name, factor in () if case is None else case.parameters.items():
        for value in _reached(factor, reach):
            if value.grade is not None and value.grade not in acceptance.grades:
                yield GradeTooLow(
                    place=reach.place, programme=programme, use=acceptance.use, scene=reach.scene,
                    methodology=method.id, parameter=name, factor=factor.id, grade=value.grade,
                    region=value.region, days=str(value.days), accepted=acceptance.grades,
                )  # fmt: skip


def _reached(factor: Factor, reach: Reach) -> Iterator[FactorValue]:
    """The values of a factor that an act of the scene can be computed with."""
    for region in factor.regions():
        near = reach.regions is None or any(
            Regions.covers(region, own) or Regions.covers(own, region) for own in reach.regions
        )
        for value in factor.timeline(region) if near else ():
            if value.days.overlaps(reach.days):
                yield value
