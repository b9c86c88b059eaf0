"""``tanpuhui compare``. Decides how a comparison of rules is shown: a table, a picture, JSON.

What each methodology makes of the records is computed by ``quantify``; here it is only laid out.

Takes: the scene and the file that were typed, and rows of ``quantify.compared``.
Gives: text, an SVG or PNG file, an exit code.
Refuses: a picture of another kind, or one for which the package that draws is not installed.
"""

from tanpuhui.cli.compare.command import compare

__all__ = ["compare"]
