"""The history of the tables of ``participants``. Decides nothing: ``makemigrations`` writes it.

Takes: the models.
Gives: the steps by which a database of any earlier release gets today's tables.
Refuses: nothing.
"""
