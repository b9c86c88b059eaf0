"""The simulated city, from a seed. Decides what happens in it and which partner reports what.

``command`` runs it through the main job. Nothing in it is data of anyone: the partners' names are
those of a programme, all that they report is drawn.

Takes: a programme, the library, a seed, how many people and days.
Gives: acts and the partners' reports of them; the same as the files that partners hand in.
Refuses: a programme of whose scenes the city knows none, and a folder that holds something.
"""

from tanpuhui.cli.demo.city import Act, City, simulated
from tanpuhui.cli.demo.command import demo
from tanpuhui.cli.demo.faults import FolderNotEmpty, NoSceneKnown
from tanpuhui.cli.demo.files import DayFiles, written
from tanpuhui.cli.demo.reports import Report

__all__ = [
    "Act",
    "City",
    "DayFiles",
    "FolderNotEmpty",
    "NoSceneKnown",
    "Report",
    "demo",
    "simulated",
    "written",
]
