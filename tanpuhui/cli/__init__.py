"""Floor 9. Decides what is typed and what is printed: the command ``tanpuhui``.

Takes: arguments, files and the environment; the clock is read here and handed down.
Gives: text for people, ``--json`` for programs; exit code 0 done, 1 something was refused, 2 the
command was wrong.
Refuses: with a fault: what happened, where, what to type, what to read.
"""

from tanpuhui.cli.main import command, main

__all__ = ["command", "main"]
