"""What can be wrong with the file of a programme (LIB-4xx), beside the form of files in general."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault


@dataclass(eq=False, kw_only=True)
class WrongName(Fault):
    """An id that a programme gives cannot stand in paths, keys and addresses.

    Ids of programmes, partners, currencies, jurisdictions and de-duplication domains become names
    of folders and keys of answers, so they keep to what is safe everywhere.
    """

    code: ClassVar[str] = "LIB-401"
    what_it_names: str
    name: str

    def what(self) -> str:
        return f"The id {self.name!r} of a {self.what_it_names} is no plain name."

    def remedy(self) -> str:
        return (
            "use lower-case letters a to z, digits and single hyphens, as in wuhan-transit-card;\n"
            "the title says it in full"
        )


@dataclass(eq=False, kw_only=True)
class NamedTwice(Fault):
    """A list of a programme names one thing twice, so that its place in the order is unclear."""

    code: ClassVar[str] = "LIB-402"
    what_it_names: str
    name: str

    def what(self) -> str:
        return f"The {self.what_it_names} {self.name!r} is named twice."

    def remedy(self) -> str:
        return "leave it in one place; in 'partners' the earlier place has precedence"


@dataclass(eq=False, kw_only=True)
class UnknownTimeZone(Fault):
    """A time zone that the IANA database does not have.

    The zone decides on which local day an act lies, and with it factor, limit and partition. A
    fixed offset would be wrong wherever clocks are changed.
    """

    code: ClassVar[str] = "LIB-403"
    zone: str
    nearest: tuple[str, ...]

    def what(self) -> str:
        return f"There is no time zone {self.zone!r}."

    def remedy(self) -> str:
        meant = f"did you mean {' or '.join(self.nearest)}? Otherwise " if self.nearest else ""
        return f"{meant}name an IANA zone, such as Asia/Shanghai or UTC"


@dataclass(eq=False, kw_only=True)
class SceneNotComputed(Fault):
    """A programme gives a scene to a methodology that has no case for it."""

    code: ClassVar[str] = "LIB-404"
    scene: str
    methodology: str
    scenes: tuple[str, ...]

    def what(self) -> str:
        return f"{self.methodology} does not compute scene {self.scene!r}."

    def details(self) -> tuple[tuple[str, str], ...]:
        """What it does compute."""
        return (("It computes", ", ".join(self.scenes)),)

    def remedy(self) -> str:
        return "name a methodology that has a case for the scene, or leave the scene out"


@dataclass(eq=False, kw_only=True)
class NeverApplies(Fault):
    """A scene's methodology can take no record of the programme: other regions, or other days.

    Every record would be refused. Where the act happened decides whether a methodology applies.
    """

    code: ClassVar[str] = "LIB-405"
    scene: str
    methodology: str
    problem: str

    def what(self) -> str:
        return (
            f"No record of scene {self.scene!r} can be computed by {self.methodology}: "
            f"{self.problem}."
        )

    def remedy(self) -> str:
        return (
            "name a methodology that holds there and then; if none does, leave the scene out and\n"
            "say so in 'notes', or declare a stand-in: 'stand_in: {region: …, day: …}'"
        )


@dataclass(eq=False, kw_only=True)
class StandInDoesNotHold(Fault):
    """A declared stand-in lies where or when its own methodology does not hold."""

    code: ClassVar[str] = "LIB-406"
    scene: str
    methodology: str
    problem: str

    def what(self) -> str:
        return (
            f"The stand-in of scene {self.scene!r} is outside {self.methodology}: {self.problem}."
        )

    def remedy(self) -> str:
        return "name a region inside the methodology's 'regions' and a day inside its 'valid'"


@dataclass(eq=False, kw_only=True)
class StandInPooled(Fault):
    """A scene that is computed by a stand-in would be accepted for issuance.

    A stand-in is a declared borrowing of another place's or another day's rule. It may earn points;
    it is no proof of a reduction that could be issued and sold.
    """

    code: ClassVar[str] = "LIB-407"
    scene: str
    standing: str

    def what(self) -> str:
        return (
            f"Scene {self.scene!r} has a stand-in, and its standing {self.standing!r} is accepted "
            "for issuance."
        )

    def remedy(self) -> str:
        return f"take {self.standing} out of 'accepts: issuance', or the stand-in out of the scene"


@dataclass(eq=False, kw_only=True)
class TwoFitOneRecord(Fault):
    """Two entries of one scene fit the same record, so that it would have two values."""

    code: ClassVar[str] = "LIB-408"
    scene: str
    other_line: int | None

    def what(self) -> str:
        other = "another entry" if self.other_line is None else f"that of line {self.other_line}"
        return f"A record of scene {self.scene!r} can fit this entry and {other}."

    def remedy(self) -> str:
        return (
            "part them by day ('until' of one is 'from' of the next), or by regions of which none\n"
            "lies in another"
        )


@dataclass(eq=False, kw_only=True)
class StandingNotAccepted(Fault):
    """A scene's methodology has a standing that the programme does not accept for points."""

    code: ClassVar[str] = "LIB-409"
    scene: str
    methodology: str
    standing: str
    accepted: tuple[str, ...]

    def what(self) -> str:
        return (
            f"Scene {self.scene!r} is computed by {self.methodology}, whose standing "
            f"{self.standing!r} earns no points here."
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """What earns points."""
        return (("Accepted", ", ".join(self.accepted) or "nothing"),)

    def remedy(self) -> str:
        return f"add {self.standing} to 'accepts: points', or name another methodology"


@dataclass(eq=False, kw_only=True)
class LooserLimit(Fault):
    """A limit of a programme that allows more than the methodology's own.

    A published limit stands in the methodology and always holds; a programme may only tighten it,
    so this one would never bite.
    """

    code: ClassVar[str] = "LIB-410"
    scene: str
    methodology: str
    limit: str
    own: str

    def what(self) -> str:
        return (
            f"{self.limit} is looser than the {self.own} that {self.methodology} sets for scene "
            f"{self.scene!r}."
        )

    def remedy(self) -> str:
        return f"write less than {self.own}, or leave the limit out: that of the methodology holds"


@dataclass(eq=False, kw_only=True)
class SceneNotListed(Fault):
    """A limit or a rate of points names a scene that the programme does not list."""

    code: ClassVar[str] = "LIB-411"
    scene: str
    named_by: str
    listed: tuple[str, ...]

    def what(self) -> str:
        return f"{self.named_by} names scene {self.scene!r}, which the programme does not list."

    def remedy(self) -> str:
        return f"list it under 'scenes', or name one of: {', '.join(self.listed) or 'none yet'}"


@dataclass(eq=False, kw_only=True)
class PartnerNotListed(Fault):
    """Imported results are announced for a partner that the programme does not list."""

    code: ClassVar[str] = "LIB-412"
    partner: str
    listed: tuple[str, ...]

    def what(self) -> str:
        return f"'imported' names partner {self.partner!r}, which the programme does not list."

    def remedy(self) -> str:
        return f"add it to 'partners', or name one of: {', '.join(self.listed)}"


@dataclass(eq=False, kw_only=True)
class WrongFleet(Fault):
    """What a programme says of its fleet is nothing that its records could have said.

    A fleet states, once and with a source, a kind that records leave out, such as the power of all
    buses. It never states an amount: a preset holds no factor.
    """

    code: ClassVar[str] = "LIB-413"
    scene: str
    quantity: str
    problem: str

    def what(self) -> str:
        return f"The fleet of scene {self.scene!r}: {self.quantity!r} {self.problem}."

    def remedy(self) -> str:
        return "write 'fleet: {power: electric, source: {document: …, place: …}}'"


@dataclass(eq=False, kw_only=True)
class WrongRate(Fault):
    """A rate of points that cannot be read: what earns how many points is not clear."""

    code: ClassVar[str] = "LIB-414"
    currency: str
    problem: str

    def what(self) -> str:
        return f"The rate of {self.currency!r} cannot be read: {self.problem}."

    def remedy(self) -> str:
        return (
            "write 'rate: null' where it is not published, 'rate: {per_gram: 1}', or\n"
            "'rate: {per_scene: {walk: {points: 1, each: 500 step}}}'"
        )


@dataclass(eq=False, kw_only=True)
class TextTooLow(Fault):
    """A scene's methodology is known less well than the programme says it accepts.

    The programme accepts its standing, so its lines would be used; but its formula is known only
    from others, or was put together from the scope.
    """

    code: ClassVar[str] = "LIB-415"
    programme: str
    use: str
    scene: str
    methodology: str
    text: str
    accepted: tuple[str, ...]

    def what(self) -> str:
        return (
            f"Programme {self.programme}: scene {self.scene!r} reaches {self.use} by "
            f"{self.methodology}, whose text is {self.text!r}."
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """What is accepted."""
        return (("Accepted", ", ".join(self.accepted) or "nothing"),)

    def remedy(self) -> str:
        return (
            f"add {self.text} to 'text' of 'accepts: {self.use}' if the authority accepts it,\n"
            f"take the standing out of 'accepts: {self.use}', or read the document and say so"
        )


@dataclass(eq=False, kw_only=True)
class GradeTooLow(Fault):
    """A value that an act of a scene can be computed with is below the grade that is accepted.

    One number that nobody read in the document makes the whole figure one that nobody read.
    """

    code: ClassVar[str] = "LIB-416"
    programme: str
    use: str
    scene: str
    methodology: str
    parameter: str
    factor: str
    grade: str
    region: str
    days: str
    accepted: tuple[str, ...]

    def what(self) -> str:
        return (
            f"Programme {self.programme}: scene {self.scene!r} reaches {self.use} by "
            f"{self.methodology}, whose parameter {self.parameter!r} has the grade {self.grade!r}."
        )

    def details(self) -> tuple[tuple[str, str], ...]:
        """Which value it is, and what is accepted."""
        return (
            ("Value", f"{self.factor} for {self.region} {self.days}"),
            ("Accepted", ", ".join(self.accepted) or "nothing"),
        )

    def remedy(self) -> str:
        return (
            f"add {self.grade} to 'grade' of 'accepts: {self.use}' if the authority accepts it,\n"
            f"take the standing out of 'accepts: {self.use}', or put in the official value as read"
        )


@dataclass(eq=False, kw_only=True)
class HistoryNotKept(Fault):
    """A programme's scene is computed by a methodology that reads a household's past.

    A batch is computed from its own records; what a household used before is not kept for it. Such
    a methodology is computed by ``quantify``, over a file that holds the past.
    """

    code: ClassVar[str] = "LIB-417"
    scene: str
    methodology: str
    history: tuple[str, ...]

    def what(self) -> str:
        return (
            f"{self.methodology} reads {', '.join(self.history)} from earlier records, which a "
            f"batch of scene {self.scene!r} does not have."
        )

    def remedy(self) -> str:
        return (
            f"take the scene out, and compute it with a FILE that holds the past too:\n"
            f"tanpuhui quantify {self.methodology} FILE"
        )
