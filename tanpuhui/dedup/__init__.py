"""④ Dedup, a wide step. Decides which report of an act counts, and which winner each other lost to.

Two claims are rivals when they name one reference of a scene, one asset of a scene in overlapping
time, or one person in overlapping time of an exclusive class. A claim loses to a winner only, so a
chain A-B-C whose ends do not touch keeps A and C.

Takes: claims, one row a report that consent covers and the methodology can compute, with rows that
    are posted already; a relational back end.
Gives: a verdict a new claim: it counts, or the winner it lost to and the key they share; and, where
    a stronger report supersedes, a verdict a posted claim that has to be reversed.
Refuses: nothing: a claim that loses is named with its winner, never dropped.
"""

from tanpuhui.dedup.shapes import CLAIMS, KEYS, VERDICTS, Key
from tanpuhui.dedup.verdicts import (
    verdicts_where_posted_stays,
    verdicts_where_stronger_supersedes,
)

__all__ = [
    "CLAIMS",
    "KEYS",
    "VERDICTS",
    "Key",
    "verdicts_where_posted_stays",
    "verdicts_where_stronger_supersedes",
]
