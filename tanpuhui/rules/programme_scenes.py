"""Which methodology computes a scene of a programme, and how the programme may limit it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from tanpuhui.rules.faults import EmptyRange, WrongLimit
from tanpuhui.rules.fields import Fields
from tanpuhui.rules.methodologies import (
    LIMIT_KEYS,
    Limit,
    Methodology,
    _limit_problem,
    amount_in_mg,
)
from tanpuhui.rules.programme_faults import (
    HistoryNotKept,
    LooserLimit,
    NeverApplies,
    SceneNotComputed,
    SceneNotListed,
    StandInDoesNotHold,
    StandingNotAccepted,
    StandInPooled,
    TwoFitOneRecord,
    WrongFleet,
)
from tanpuhui.rules.programme_grades import Acceptance, Reach, below
from tanpuhui.rules.programme_names import ProgrammeSurroundings, known_regions, looked_up
from tanpuhui.rules.programmes import Fleet, ProgrammeLimit, SceneRule, StandIn, covered
from tanpuhui.rules.scenes import Scene
from tanpuhui.rules.strict_yaml import Listing
from tanpuhui.terms import DayRange, Fault, Mass, Units, UnknownRegion


class SceneReader:
    """Reads the entries under ``scenes``, and holds each to the methodology that it names.

    Args:
        top: the programme's file.
        regions: where the programme counts acts; None for anywhere.
        valid: when it counts them.
        points: what may earn points.
        issuance: what may be issued.
    """

    def __init__(
        self,
        top: Fields,
        around: ProgrammeSurroundings,
        *,
        regions: tuple[str, ...] | None,
        valid: DayRange,
        points: Acceptance,
        issuance: Acceptance,
    ) -> None:
        self.top = top
        self.name = top.text("id")
        self.around = around
        self.regions = regions
        self.valid = valid
        self.points = points
        self.issuance = issuance
        self.methods: dict[str, list[Methodology]] = {}  # by scene; what limits are held to

    def scenes(self) -> dict[str, tuple[SceneRule, ...]]:
        """The rules of each scene."""
        found: dict[str, tuple[SceneRule, ...]] = {}
        block = self.top.block("scenes", f"{self.top.of}, scenes")
        if block is None:
            return found
        for scene_id in block.keys():  # noqa: SIM118 - Fields is no mapping
            of = f"{self.top.of}, scene {scene_id}"
            parts: tuple[Fields | None, ...]
            if isinstance(block.written(scene_id), Listing):
                parts = block.blocks(scene_id, of)
                block.at_least_one(scene_id)
            else:
                parts = (block.block(scene_id, of),)
            scene = looked_up(
                self.around.scene, scene_id, block.place_of(scene_id), self.top.faults
            )
            self.methods[scene_id] = []
            rules = tuple(self._rule(scene_id, scene, part) for part in parts if part is not None)
            self._no_two_fit(scene_id, rules)
            found[scene_id] = rules
        return found

    def _rule(self, scene_id: str, scene: Scene | None, fields: Fields) -> SceneRule:
        place = fields.place_of("methodology")
        method_id = fields.text("methodology")
        method = looked_up(self.around.methodology, method_id, place, fields.faults)
        regions = fields.texts("regions") if fields.has("regions") else None
        fields.at_least_one("regions")
        known_regions(fields, regions, self.around.regions)
        rule = SceneRule(
            scene=scene_id,
            methodology=method_id,
            regions=regions,
            days=_open_days(fields),
            fleet=self._fleet(scene, method, fields),
            stand_in=self._stand_in(fields),
            place=place,
        )
        fields.finish()
        if method is not None:
            self.methods[scene_id].append(method)
            fields.faults.extend(self._faults_of(rule, method))
        return rule

    def _fleet(self, scene: Scene | None, method: Methodology | None, top: Fields) -> Fleet | None:
        fields = top.optional_block("fleet", f"{top.of}, fleet")
        if fields is None:
            return None
        source = fields.source(self.around.documents)
        stated = fields.scalars(skip=("source",))
        if not stated:
            top.wrong("fleet", "a quantity that records leave out, with its source")
        quantities: dict[str, str] = {}
        for name, value in stated.items():
            problem = None if scene is None else _fleet_problem(name, value, scene, method)
            if scene is not None and problem is not None:
                place = fields.place_of(name)
                fields.faults.append(
                    WrongFleet(place=place, scene=scene.id, quantity=name, problem=problem)
                )
            quantities[name] = str(value)
        return Fleet(quantities, source)

    def _stand_in(self, top: Fields) -> StandIn | None:
        fields = top.optional_block("stand_in", f"{top.of}, stand_in")
        if fields is None:
            return None
        found = StandIn(fields.optional_text("region"), fields.optional_day("day"))
        fields.finish()
        if not fields.has("region") and not fields.has("day"):
            top.wrong("stand_in", "a region, a day or both")
        if found.region is not None and found.region not in self.around.regions:
            place = fields.place_of("region")
            top.faults.append(UnknownRegion(place=place, region=found.region, wanted_by=top.of))
        return found

    def _faults_of(self, rule: SceneRule, method: Methodology) -> Iterator[Fault]:
        place, scene, name = rule.place, rule.scene, method.id
        if method.case_of(scene) is None:
            yield SceneNotComputed(
                place=place, scene=scene, methodology=name, scenes=method.scenes()
            )
        case = method.case_of(scene)
        history = () if case is None else tuple(g.name for g in case.inputs if g.history)
        if history:
            yield HistoryNotKept(place=place, scene=scene, methodology=name, history=history)
        if method.standing not in self.points.standings:
            yield StandingNotAccepted(
                place=place, scene=scene, methodology=name,
                standing=method.standing, accepted=self.points.standings,
            )  # fmt: skip
        if rule.stand_in is not None:
            if method.standing in self.issuance.standings:
                yield StandInPooled(place=place, scene=scene, standing=method.standing)
            outside = _stand_in_problem(rule.stand_in, method)
            if outside is not None:
                yield StandInDoesNotHold(
                    place=place, scene=scene, methodology=name, problem=outside
                )
        reach = self._reach(rule, method)
        for acceptance in (self.points, self.issuance):
            yield from below(acceptance, reach, programme=self.name)
        problem = self._outside_the_programme(rule) or self._never(rule, method)
        if problem is not None:
            yield NeverApplies(place=place, scene=scene, methodology=name, problem=problem)

    def _reach(self, rule: SceneRule, method: Methodology) -> Reach:
        """Where and when the values of the methodology are looked up for the scene."""
        stand_in = rule.stand_in or StandIn(None, None)
        regions = rule.regions or self.regions
        if stand_in.region is not None:
            regions = (stand_in.region,)
        days = _common(rule.days, self.valid, method.valid, method.crediting)
        if stand_in.day is not None:
            days = DayRange(stand_in.day, stand_in.day + timedelta(days=1))
        return Reach(rule.scene, method, regions, days, rule.place)

    def _outside_the_programme(self, rule: SceneRule) -> str | None:
        if not _meet(rule.regions, self.regions):
            return f"the programme counts acts in {_joined(self.regions)} only"
        if _common(rule.days, self.valid).is_empty():
            return f"the programme counts acts {self.valid} only"
        return None

    def _never(self, rule: SceneRule, method: Methodology) -> str | None:
        """Why no record can fit the methodology; what a stand-in gives is asked elsewhere."""
        stand_in = rule.stand_in or StandIn(None, None)
        places = rule.regions or self.regions
        if stand_in.region is None and not _meet(places, method.regions):
            return f"it holds in {_joined(method.regions)}, the acts are in {_joined(places)}"
        acts, holds = _common(rule.days, self.valid), _common(method.valid, method.crediting)
        if stand_in.day is None and _common(acts, holds).is_empty():
            return f"it holds {holds}, the acts are {acts}"
        return None

    def _no_two_fit(self, scene_id: str, rules: tuple[SceneRule, ...]) -> None:
        for first, second in combinations(rules, 2):
            if first.days.overlaps(second.days) and _meet(first.regions, second.regions):
                place, line = second.place, first.place.line
                self.top.faults.append(
                    TwoFitOneRecord(place=place, scene=scene_id, other_line=line)
                )


def _open_days(fields: Fields) -> DayRange:
    """The keys ``from`` and ``until``, each of which may be left out."""
    days = DayRange(fields.optional_day("from"), fields.optional_day("until"))
    if days.is_empty():
        place = fields.place_of("until")
        fields.faults.append(EmptyRange(place=place, of=fields.of, days=str(days)))
    return days


def _fleet_problem(
    name: str, value: object, scene: Scene, method: Methodology | None
) -> str | None:
    quantity = scene.quantities.get(name)
    if quantity is None:
        return "is no quantity of the scene"
    if quantity.unit is not None:
        return f"is an amount ({quantity.unit}), which each record must say itself"
    if value not in quantity.choices:
        return f"is {value}, not one of {', '.join(quantity.choices)}"
    case = None if method is None else method.case_of(scene.id)
    if case is not None and name not in (given.name for given in case.inputs):
        return "is nothing that the methodology asks for"
    return None


def _stand_in_problem(stand_in: StandIn, method: Methodology) -> str | None:
    if stand_in.region is not None and not covered(method.regions, stand_in.region):
        return f"it holds in {_joined(method.regions)}, not in {stand_in.region}"
    holds = _common(method.valid, method.crediting)
    if stand_in.day is not None and stand_in.day not in holds:
        return f"it holds {holds}, not on {stand_in.day}"
    return None


def _meet(left: tuple[str, ...] | None, right: tuple[str, ...] | None) -> bool:
    """True where some place lies in both; None is anywhere."""
    if left is None or right is None:
        return True
    return any(covered((one,), other) or covered((other,), one) for one in left for other in right)


def _common(*ranges: DayRange) -> DayRange:
    """The days that lie in all of the ranges."""
    begins = [days.from_day for days in ranges if days.from_day is not None]
    ends = [days.until_day for days in ranges if days.until_day is not None]
    return DayRange(max(begins, default=None), min(ends, default=None))


def _joined(regions: tuple[str, ...] | None) -> str:
    return "any region" if regions is None else ", ".join(regions)


# -- limits ----------------------------------------------------------------------------------------


def read_limits(top: Fields, reader: SceneReader, units: Units) -> Iterator[ProgrammeLimit]:
    """The programme's own limits, each held to those of the methodologies."""
    for fields in top.blocks("limits", f"A limit of {top.of}"):
        scenes = fields.texts("scenes", required=True)
        fields.at_least_one("scenes")
        each = fields.texts("each", required=True)
        count, mass = fields.optional_number("count"), fields.optional_text("reduction")
        fields.finish()
        problem = _limit_problem(each, count, mass)
        mass_mg: int | None = None
        if problem is None and mass is not None:
            try:
                mass_mg = amount_in_mg(mass, units)
            except Fault as fault:
                problem = fault.what().removesuffix(".")
        if problem is not None:
            top.faults.append(WrongLimit(place=fields.place, problem=problem))
            continue
        keys = tuple(key for key in LIMIT_KEYS if key in each)
        limit = ProgrammeLimit(keys, mass_mg, None if count is None else int(count), scenes)
        top.faults.extend(_limit_faults(limit, fields, reader))
        yield limit


def _limit_faults(limit: ProgrammeLimit, fields: Fields, reader: SceneReader) -> Iterator[Fault]:
    for scene in limit.scenes:
        methods = reader.methods.get(scene)
        if methods is None:
            listed = tuple(reader.methods)
            place = fields.place_of("scenes")
            yield SceneNotListed(place=place, scene=scene, named_by="A limit", listed=listed)
            continue
        # Where the methodology changes, a limit has its use if it tightens one of them.
        tighter = [(method.id, _tighter(limit, scene, method)) for method in methods]
        for name, own in tighter[:1]:
            if own is not None and all(found is not None for _, found in tighter):
                yield LooserLimit(
                    place=fields.place, scene=scene, methodology=name,
                    limit=_in_words(limit), own=_in_words(own),
                )  # fmt: skip
                return


def _tighter(limit: ProgrammeLimit, scene: str, method: Methodology) -> Limit | None:
    """A limit of the methodology over the same groups and at least these scenes, with less."""
    case = method.case_of(scene)
    known = [(method.scenes(), own) for own in method.limits]
    known += [] if case is None else [(case.scenes, own) for own in case.limits]
    for scenes, own in known:
        if own.each == limit.each and set(limit.scenes) <= set(scenes):
            for its, ours in ((own.reduction_mg, limit.reduction_mg), (own.count, limit.count)):
                if its is not None and ours is not None and its < ours:
                    return own
    return None


def _in_words(limit: Limit) -> str:
    most = f"{limit.count} records" if limit.reduction_mg is None else str(Mass(limit.reduction_mg))
    return f"{most} for each {' and '.join(limit.each)}"
