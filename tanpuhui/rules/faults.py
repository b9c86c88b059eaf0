"""What can be wrong with the files of the library.

LIB-1xx: their form; LIB-2xx: the vocabulary and the factors; LIB-3xx: methodologies and vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpuhui.terms import Fault

# -- form ------------------------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class NotYaml(Fault):
    """A file cannot be read as YAML, or its top is no mapping."""

    code: ClassVar[str] = "LIB-101"
    problem: str

    def what(self) -> str:
        return f"The file cannot be read: {self.problem}."

    def remedy(self) -> str:
        return "mend the file at the line; a text with a colon or a # in it needs quotes"


@dataclass(eq=False, kw_only=True)
class DuplicateKey(Fault):
    """A key stands twice in one mapping.

    Most readers keep the last one in silence, so that the first is lost.
    """

    code: ClassVar[str] = "LIB-102"
    key: str
    first_line: int

    def what(self) -> str:
        return f"The key {self.key!r} stands here and on line {self.first_line}."

    def remedy(self) -> str:
        return "keep one of the two"


@dataclass(eq=False, kw_only=True)
class AmbiguousScalar(Fault):
    """A value without quotes that some YAML readers take for something else.

    ``on``, ``off``, ``yes``, ``no`` become true and false, ``010`` becomes 8 and ``12:30`` becomes
    750.
    """

    code: ClassVar[str] = "LIB-103"
    text: str

    def what(self) -> str:
        return f"{self.text} without quotes means different things to different readers."

    def remedy(self) -> str:
        return f'write "{self.text}" in quotes, or the plain number or day that is meant'


@dataclass(eq=False, kw_only=True)
class NotStrictYaml(Fault):
    """Something that library files do not use: an anchor, a tag, a merge key, an impossible day.

    A file can be read alone and from top to bottom.
    """

    code: ClassVar[str] = "LIB-104"
    found: str

    def what(self) -> str:
        return f"Found {self.found}."

    def remedy(self) -> str:
        return "write the value out where it is used"


@dataclass(eq=False, kw_only=True)
class MissingKey(Fault):
    """A key that the file must have is not there."""

    code: ClassVar[str] = "LIB-105"
    key: str
    of: str

    def what(self) -> str:
        return f"{self.of} has no {self.key!r}."

    def remedy(self) -> str:
        return f"add '{self.key}: …'; CONTRIBUTING.md shows each kind of file whole"


@dataclass(eq=False, kw_only=True)
class UnknownKey(Fault):
    """A key that files of this kind do not have; often a slip of spelling."""

    code: ClassVar[str] = "LIB-106"
    key: str
    of: str
    nearest: tuple[str, ...]

    def what(self) -> str:
        return f"{self.of} has the unknown key {self.key!r}."

    def remedy(self) -> str:
        meant = f"did you mean {' or '.join(self.nearest)}? Otherwise " if self.nearest else ""
        return f"{meant}take it out; put remarks into a comment or into 'notes'"


@dataclass(eq=False, kw_only=True)
class WrongForm(Fault):
    """A value is of another form than its key asks for: a text for a number, a list for a text."""

    code: ClassVar[str] = "LIB-107"
    key: str
    found: str
    wanted: str

    def what(self) -> str:
        return f"{self.key!r} is {self.found}; {self.wanted} was wanted."

    def remedy(self) -> str:
        return "write the value in the wanted form; codes and ids of digits need quotes"


@dataclass(eq=False, kw_only=True)
class WrongId(Fault):
    """The id of a file is not its path. The path is the name: there is no second register."""

    code: ClassVar[str] = "LIB-108"
    found: str
    wanted: str

    def what(self) -> str:
        return f"The id is {self.found!r}, but the path says {self.wanted!r}."

    def remedy(self) -> str:
        return f"write 'id: {self.wanted}', or move the file"


@dataclass(eq=False, kw_only=True)
class NotOneOf(Fault):
    """A value is not one of the closed set that its key allows."""

    code: ClassVar[str] = "LIB-109"
    key: str
    found: str
    choices: tuple[str, ...]

    def what(self) -> str:
        return f"{self.key!r} is {self.found!r}."

    def remedy(self) -> str:
        return f"use one of: {', '.join(self.choices)}"


@dataclass(eq=False, kw_only=True)
class NoLibrary(Fault):
    """A folder that should be a library has no vocabulary, or no file of the kind asked for."""

    code: ClassVar[str] = "LIB-110"
    folder: str
    lacks: str

    def what(self) -> str:
        return f"{self.folder} is no library: it has no {self.lacks}."

    def remedy(self) -> str:
        return "name a folder laid out like 'library/', with --library or TANPUHUI_LIBRARY"


# Kinds that a plain 'tanpuhui library list' does not show.
_LISTED_APART = ("factor", "scene", "programme", "jurisdiction")


@dataclass(eq=False, kw_only=True)
class NoSuchFile(Fault):
    """An id of a methodology, factor, scene or source that the library does not have."""

    code: ClassVar[str] = "LIB-111"
    kind: str
    id: str
    wanted_by: str = ""
    nearest: tuple[str, ...] = ()

    def what(self) -> str:
        by = f" (wanted by {self.wanted_by})" if self.wanted_by else ""
        return f"The library has no {self.kind} {self.id!r}{by}."

    def remedy(self) -> str:
        meant = f"did you mean {' or '.join(self.nearest)}? " if self.nearest else ""
        apart = f" --kind {self.kind}" if self.kind in _LISTED_APART else ""
        return f"{meant}'tanpuhui library list{apart}' shows what there is"


@dataclass(eq=False, kw_only=True)
class TwoOfOneId(Fault):
    """Two libraries on the path define the same id, so that it is not clear which one holds."""

    code: ClassVar[str] = "LIB-112"
    id: str
    files: tuple[str, ...]

    def what(self) -> str:
        return f"{self.id!r} is defined in {' and in '.join(self.files)}."

    def remedy(self) -> str:
        return "rename the one in the private library, or leave that library out"


# -- factors ---------------------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class NoValueInForce(Fault):
    """A factor has no value for a region and a day, nor for any region around it."""

    code: ClassVar[str] = "LIB-204"
    factor: str
    region: str
    day: str
    known: tuple[str, ...]
    wanted_by: str = ""

    def what(self) -> str:
        return f"No value of factor {self.factor!r} is in force for {self.region} on {self.day}."

    def details(self) -> tuple[tuple[str, str], ...]:
        """Who asked, and what is known."""
        wanted = (("Wanted by", self.wanted_by),) if self.wanted_by else ()
        return (*wanted, ("Known", "\n".join(self.known) or "nothing"))

    def remedy(self) -> str:
        file = f"library/factors/{self.factor.replace('.', '/')}.yaml"
        return (
            f"add the dated value, with its source, to {file};\n"
            "if the issuer says the last value stays in force, set 'carry_forward: true' there"
        )


@dataclass(eq=False, kw_only=True)
class Overlap(Fault):
    """Two values of a factor, published together, hold for one region on the same day."""

    code: ClassVar[str] = "LIB-205"
    factor: str
    region: str
    days: str
    other_line: int

    def what(self) -> str:
        return (
            f"Two values of {self.factor!r} hold for {self.region} {self.days}: "
            f"this one and that of line {self.other_line}."
        )

    def remedy(self) -> str:
        return (
            "end the earlier one with 'until:' on the day the later begins;\n"
            "if the later restates the earlier, give it its own, later 'known_since'"
        )


@dataclass(eq=False, kw_only=True)
class Gap(Fault):
    """Between two values of one factor and region lie days for which it has none."""

    code: ClassVar[str] = "LIB-206"
    factor: str
    region: str
    days: str

    def what(self) -> str:
        return f"{self.factor!r} has no value for {self.region} {self.days}, but before and after."

    def remedy(self) -> str:
        return (
            "correct 'until' or 'from'; if nothing is known for those days, say so with\n"
            "'value: null' and a note"
        )


@dataclass(eq=False, kw_only=True)
class NoSource(Fault):
    """A value or a methodology without a source. A number that nobody can look up is no number."""

    code: ClassVar[str] = "LIB-207"
    of: str

    def what(self) -> str:
        return f"{self.of} has no source."

    def remedy(self) -> str:
        return (
            "add 'source: {document: …, place: …}'; documents are the keys of\n"
            "library/vocabulary/sources.yaml"
        )


@dataclass(eq=False, kw_only=True)
class NoGrade(Fault):
    """A value without a grade of evidence."""

    code: ClassVar[str] = "LIB-208"
    of: str

    def what(self) -> str:
        return f"{self.of} has no grade."

    def remedy(self) -> str:
        return (
            "add 'grade:' read (in the document itself), reported (by press or a paper),\n"
            "third_party (quoted by others), derived (computed from such) or assumed"
        )


@dataclass(eq=False, kw_only=True)
class EmptyRange(Fault):
    """A range of days that holds no day: its end is not after its beginning."""

    code: ClassVar[str] = "LIB-209"
    of: str
    days: str

    def what(self) -> str:
        return f"{self.of} holds {self.days}, which is no day at all."

    def remedy(self) -> str:
        return "'until' is the first day outside, so it must be later than 'from'"


@dataclass(eq=False, kw_only=True)
class ParameterWithoutValue(Fault):
    """A methodology cannot be computed, since the library lacks the official value of a parameter.

    The formula is known, the value is not: the document was not at hand. Nothing is invented to
        fill
    the gap.
    """

    code: ClassVar[str] = "LIB-210"
    methodology: str
    parameter: str
    factor: str
    unit: str

    def what(self) -> str:
        return (
            f"Parameter {self.parameter!r} of {self.methodology} has no value: "
            "the official document was not at hand."
        )

    def remedy(self) -> str:
        return (
            f"put the official value ({self.unit}), with its source, into this file, or give it\n"
            f"once with --set {self.parameter}=VALUE"
        )


@dataclass(eq=False, kw_only=True)
class WrongCells(Fault):
    """The keys of a table value do not fit the axes that the factor names with ``by``."""

    code: ClassVar[str] = "LIB-211"
    factor: str
    problem: str

    def what(self) -> str:
        return f"The table {self.factor!r} does not fit its axes: {self.problem}."

    def remedy(self) -> str:
        return "write one level of keys for each name in 'by', and a number (or null) at the end"


# -- methodologies ---------------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class SceneTwice(Fault):
    """Two cases of one methodology take the same scene, so that a record would have two values."""

    code: ClassVar[str] = "LIB-301"
    scene: str

    def what(self) -> str:
        return f"Scene {self.scene!r} is in two cases."

    def remedy(self) -> str:
        return "leave it in one; tell behaviours apart by an input, as in if(mode == 'bus', …)"


@dataclass(eq=False, kw_only=True)
class UnknownInput(Fault):
    """A case asks for a quantity that its scenes do not carry alike."""

    code: ClassVar[str] = "LIB-302"
    input: str
    problem: str

    def what(self) -> str:
        return f"Input {self.input!r} {self.problem}."

    def remedy(self) -> str:
        return (
            "name a quantity that every scene of the case carries with one unit\n"
            "(library/scenes), or split the case"
        )


@dataclass(eq=False, kw_only=True)
class UnusedName(Fault):
    """An input or a parameter that no formula and no condition of its case uses."""

    code: ClassVar[str] = "LIB-303"
    kind: str
    name: str

    def what(self) -> str:
        return f"The {self.kind} {self.name!r} is used by no formula and no condition of its case."

    def remedy(self) -> str:
        return "take it out, or use it"


@dataclass(eq=False, kw_only=True)
class WrongLimit(Fault):
    """A limit that does not say how much of what for whom."""

    code: ClassVar[str] = "LIB-304"
    problem: str

    def what(self) -> str:
        return f"The limit cannot be read: {self.problem}."

    def remedy(self) -> str:
        return "write {each: [person, local_day], reduction: 200 gCO2e} or {each: […], count: 10}"


@dataclass(eq=False, kw_only=True)
class NoResult(Fault):
    """A case whose formula gives no reduction, no baseline with an activity, and no activity."""

    code: ClassVar[str] = "LIB-305"
    found: tuple[str, ...]

    def what(self) -> str:
        return f"The formula gives {', '.join(self.found) or 'nothing'}."

    def remedy(self) -> str:
        return "give 'reduction', or 'baseline' and 'activity', whose difference it then is"


@dataclass(eq=False, kw_only=True)
class NameTwice(Fault):
    """One name stands for two things in a case, or one code for two conditions."""

    code: ClassVar[str] = "LIB-306"
    name: str
    kinds: str

    def what(self) -> str:
        return f"{self.name!r} is {self.kinds}."

    def remedy(self) -> str:
        return "give one of the two another name"


@dataclass(eq=False, kw_only=True)
class NoVectors(Fault):
    """A methodology has no worked vectors beside it: nobody has worked it by hand."""

    code: ClassVar[str] = "LIB-307"
    methodology: str
    wanted: str

    def what(self) -> str:
        return f"{self.methodology} has no worked vectors in {self.wanted}."

    def remedy(self) -> str:
        return "write an ordinary, a boundary, a rounding and a refusal case, worked by hand"


@dataclass(eq=False, kw_only=True)
class VectorFails(Fault):
    """A worked vector and the engine disagree: one of them is wrong."""

    code: ClassVar[str] = "LIB-308"
    methodology: str
    vector: str
    engine: str
    expected: str
    found: str

    def what(self) -> str:
        return f"{self.methodology}, vector {self.vector!r}: expected {self.expected}."

    def details(self) -> tuple[tuple[str, str], ...]:
        """What the engine gave."""
        return ((self.engine.capitalize(), self.found),)

    def remedy(self) -> str:
        return "work the case by hand again; then correct the formula, the factor or the vector"


@dataclass(eq=False, kw_only=True)
class NotAParameter(Fault):
    """``--set`` names something that is no parameter, or gives it something that is no amount."""

    code: ClassVar[str] = "LIB-309"
    given: str
    problem: str
    known: tuple[str, ...]

    def what(self) -> str:
        return f"--set {self.given}: {self.problem}."

    def remedy(self) -> str:
        return (
            f"parameters here are {', '.join(self.known) or 'none'}; write --set NAME=NUMBER in\n"
            "the parameter's unit, --set 'NAME=NUMBER UNIT', or --set NAME.KEY=NUMBER for a table"
        )


@dataclass(eq=False, kw_only=True)
class CasesOrProject(Fault):
    """A methodology has both ``cases`` and ``project``, or neither.

    Cases judge one record each; a project is judged year by year from all of its rows.
    """

    code: ClassVar[str] = "LIB-310"
    methodology: str
    found: str

    def what(self) -> str:
        return f"{self.methodology} has {self.found}."

    def remedy(self) -> str:
        return "give 'cases' for acts of people, or 'project' for the rows of a project"


@dataclass(eq=False, kw_only=True)
class WrongTerm(Fault):
    """A term of a project that does not say what it is, or sums what is not there."""

    code: ClassVar[str] = "LIB-311"
    term: str
    problem: str

    def what(self) -> str:
        return f"Term {self.term!r} {self.problem}."

    def remedy(self) -> str:
        return (
            "write {id: …, unit: …, is: FORMULA}, or\n"
            "{id: …, unit: …, sum: FORMULA, of: ROWS, years: this | until}"
        )


@dataclass(eq=False, kw_only=True)
class WrongHistory(Fault):
    """A history that does not say which amount it is the mean of, among which records."""

    code: ClassVar[str] = "LIB-312"
    problem: str

    def what(self) -> str:
        return f"The history {self.problem}."

    def remedy(self) -> str:
        return (
            "write NAME: {mean: energy_kwh, each: [asset], days: 7} for one's own past, or\n"
            "NAME: {mean: energy_kwh, each: [region], days: 0, least: 30} for a group on its day"
        )


@dataclass(eq=False, kw_only=True)
class WrongEdition(Fault):
    """``supersedes`` names no earlier edition: itself, a later one, or one that comes back."""

    code: ClassVar[str] = "LIB-313"
    methodology: str
    supersedes: str
    problem: str

    def what(self) -> str:
        return f"{self.methodology} supersedes {self.supersedes!r}, which {self.problem}."

    def remedy(self) -> str:
        return "name the id of the edition before it, or take 'supersedes' out"
