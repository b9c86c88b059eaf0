"""⑤ Quantify, a wide step. Decides how many milligrams each record is worth, before limits.

Applies one methodology to a table of records, to the rows of projects, or to one record with its
explanation, compares what several make of the same records, and runs the worked vectors that stand
beside a methodology.

Takes: a table of texts as it came, or the keys and values of one record; a methodology.
Gives: the same rows with whole milligrams by output, and refusals by code; sums that agree with
    them.
Refuses: a table that lacks an input; single records by code, never the whole.
"""

from tanpuhui.quantify.compare import Asked, Compared, Rate, Spread, compared, serving
from tanpuhui.quantify.difference import Act, Change, Version, Worth, change_of, changes
from tanpuhui.quantify.one import explain
from tanpuhui.quantify.projects import QuantifiedProjects, quantify_projects
from tanpuhui.quantify.table import Quantified, quantify
from tanpuhui.quantify.vectors import failing_vectors

__all__ = [
    "Act",
    "Asked",
    "Change",
    "Compared",
    "Quantified",
    "QuantifiedProjects",
    "Rate",
    "Spread",
    "Version",
    "Worth",
    "change_of",
    "changes",
    "compared",
    "explain",
    "failing_vectors",
    "quantify",
    "quantify_projects",
    "serving",
]
