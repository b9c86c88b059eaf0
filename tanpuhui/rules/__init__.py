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
    Condition,
    Input,
    Limit,
    LimitKey,
    Methodology,
    Output,
    Standing,
)
from tanpuhui.rules.overrides import with_values
from tanpuhui.rules.planned import Planned
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
from tanpuhui.rules.scenes import Quantity, Scene
from tanpuhui.rules.vectors import Given, Vector
from tanpuhui.rules.vocabulary import DOCUMENT_KINDS, Document, Term, UnitNames, unit_in_words

__all__ = [
    "DOCUMENT_KINDS",
    "GRADES",
    "STANDINGS",
    "TEXTS",
    "WORDS_ALONE",
    "AlreadyPosted",
    "Case",
    "Cells",
    "Checklist",
    "ChecklistItem",
    "Condition",
    "Currency",
    "Document",
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
    "Imported",
    "Input",
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
    "Programme",
    "ProgrammeCase",
    "ProgrammeLimit",
    "Quantity",
    "QuantityRule",
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
    "factor_changes",
    "faults_of",
    "library_folders",
    "methodology_changes",
    "programme_changes",
    "read_mapping",
    "unit_in_words",
    "with_values",
]
