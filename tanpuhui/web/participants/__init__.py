"""Participants, a data app. Decides which person a partner's user is: a number given at the door.

A binding joins a partner's own id, as a keyed hash, to a person. Names and phones are not here,
and ids are not in the lake: whoever destroys a binding leaves the journal without a name.

Takes: subjects of one dedup domain, as keyed hashes.
Gives: their persons; where the programme lets partners open accounts, new ones for the unknown.
Refuses: nobody; who is bound to no person has none, and the pipeline holds the record.
"""
