"""⑦ Incentives. Decides what a person is granted for a line: points, by the programme's rate.

Takes: journal lines as columns, and the currencies of a programme.
Gives: grants, rows of their own that cite the line.
Refuses: nothing; a currency whose rate is not published grants nothing, and says so.
"""

from tanpuhui.incentives.grants import grants

__all__ = ["grants"]
