"""What the library will have and does not have yet: named, so that nothing is quietly left out."""

from __future__ import annotations

from dataclasses import dataclass

from tanpuhui.rules.faults import NameTwice
from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.methodologies import STANDINGS, Standing
from tanpuhui.terms import Place


@dataclass(frozen=True)
class Planned:
    """A document that is to become a file of the library.

    Args:
        because: why it is not here yet.
        place: where it is written.
    """

    id: str
    title: Words
    standing: Standing
    because: Words
    place: Place


def read_planned(top: Fields) -> tuple[Planned, ...]:
    """Every document that is planned, by id; what is wrong is added to the fields' faults."""
    found: dict[str, Planned] = {}
    for fields in top.blocks("planned", "A planned document", required=True):
        planned = Planned(
            id=fields.text("id"),
            title=fields.words("title"),
            standing=fields.choice("standing", STANDINGS),
            because=fields.words("because"),
            place=fields.place,
        )
        fields.finish()
        if planned.id in found:
            place = fields.place_of("id")
            kinds = "the id of two planned documents"
            top.faults.append(NameTwice(place=place, name=planned.id, kinds=kinds))
        found[planned.id] = planned
    top.finish()
    return tuple(found[name] for name in sorted(found))
