"""Floor 3. Decides what the files of ``library/`` say: checked objects, or faults with lines.

Takes: folders of YAML files in strict form.
Gives: ``Library``, and by id its factors, scenes, methodologies with worked vectors, programmes,
checklists.
Refuses: a file with any fault, naming file, line and remedy for all of its faults at once.
"""

from tanpuhui.rules.changes import (
    WORDS_ALONE,
    ValueChange,
    factor_changes,
    methodology_changes,
    programme_changes,
)
from tanpuhui.rules.checklists import Checklist, ChecklistItem
from tanpuhui.rules.factors import GRADES, Cells, Factor, FactorValue, Grade
from tanpuhui.rules.faults import (
    NotAParameter,
    NoValueInForce,
    ParameterWithoutValue,
    VectorFails,
)
from tanpuhui.rules.fields import Source, Words
from tanpuhui.rules.formulas import Condition, Output
from tanpuhui.rules.histories import History
from tanpuhui.rules.jurisdictions import FACTS, Fact, Instrument, Jurisdiction, Policy, days_text
from tanpuhui.rules.library import Library, faults_of
from tanpuhui.rules.locate import library_folders
from tanpuhui.rules.mappings import (
    FieldRule,
    FileMapping,
    FromColumns,
    FromConstant,
    FromCoordinates,
    FromNumber,
    QuantityRule,
    read_mapping,
)
from tanpuhui.rules.methodologies import (
    STANDINGS,
    TEXTS,
    Case,
    Input,
    Limit,
    LimitKey,
    Methodology,
    Standing,
)
from tanpuhui.rules.overrides import with_values
from tanpuhui.rules.planned import Planned
from tanpuhui.rules.programme_grades import Acceptance
from tanpuhui.rules.programmes import (
    AlreadyPosted,
    Currency,
    Fleet,
    Imported,
    NotTaken,
    OpenedBy,
    PerGram,
    PerScene,
    PointUnit,
    Programme,
    ProgrammeCase,
    ProgrammeLimit,
    ScenePoints,
    SceneRule,
    StandIn,
)
from tanpuhui.rules.projects import (
    PROJECT_AGE,
    PROJECT_COLUMNS,
    Column,
    Project,
    ProjectTerm,
    RowKind,
)
from tanpuhui.rules.scenes import Quantity, Scene
from tanpuhui.rules.vectors import Given, Vector
from tanpuhui.rules.vocabulary import DOCUMENT_KINDS, Document, Term, UnitNames, unit_in_words

__all__ = [
    "DOCUMENT_KINDS",
    "FACTS",
    "GRADES",
    "PROJECT_AGE",
    "PROJECT_COLUMNS",
    "STANDINGS",
    "TEXTS",
    "WORDS_ALONE",
    "Acceptance",
    "AlreadyPosted",
    "Case",
    "Cells",
    "Checklist",
    "ChecklistItem",
    "Column",
    "Condition",
    "Currency",
    "Document",
    "Fact",
    "Factor",
    "FactorValue",
    "FieldRule",
    "FileMapping",
    "Fleet",
    "FromColumns",
    "FromConstant",
    "FromCoordinates",
    "FromNumber",
    "Given",
    "Grade",
    "History",
    "Imported",
    "Input",
    "Instrument",
    "Jurisdiction",
    "Library",
    "Limit",
    "LimitKey",
    "Methodology",
    "NoValueInForce",
    "NotAParameter",
    "NotTaken",
    "OpenedBy",
    "Output",
    "ParameterWithoutValue",
    "PerGram",
    "PerScene",
    "Planned",
    "PointUnit",
    "Policy",
    "Programme",
    "ProgrammeCase",
    "ProgrammeLimit",
    "Project",
    "ProjectTerm",
    "Quantity",
    "QuantityRule",
    "RowKind",
    "Scene",
    "ScenePoints",
    "SceneRule",
    "Source",
    "StandIn",
    "Standing",
    "Term",
    "UnitNames",
    "ValueChange",
    "Vector",
    "VectorFails",
    "Words",
    "days_text",
    "factor_changes",
    "faults_of",
    "library_folders",
    "methodology_changes",
    "programme_changes",
    "read_mapping",
    "unit_in_words",
    "with_values",
]
