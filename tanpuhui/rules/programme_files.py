"""The file of a programme, read whole."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from tanpuhui.rules.fields import Fields, Words
from tanpuhui.rules.programme_faults import PartnerNotListed, UnknownTimeZone
from tanpuhui.rules.programme_grades import read_accepts
from tanpuhui.rules.programme_names import (
    ProgrammeSurroundings,
    known_regions,
    looked_up,
    no_twins,
    plain_name,
)
from tanpuhui.rules.programme_points import read_currencies
from tanpuhui.rules.programme_scenes import SceneReader, read_limits
from tanpuhui.rules.programmes import ALREADY_POSTED, OPENED_BY, Imported, OpenedBy, Programme
from tanpuhui.rules.strict_yaml import Block, Leaf, Written
from tanpuhui.terms import DayRange, Place

ANY = "any"  # of partners, regions or days


def read_programme(top: Fields, around: ProgrammeSurroundings, *, sha256: str) -> Programme:
    """The programme of a file; what is wrong is added to the fields' faults."""
    name = top.text("id")
    plain_name(top, "id", name, "programme")
    jurisdiction = _optional_name(top, "jurisdiction", "jurisdiction")
    domain = _optional_name(top, "dedup_domain", "de-duplication domain")
    regions = _list_or_any(top, "regions")
    known_regions(top, regions, around.regions)
    valid = DayRange() if _says_any(top, "valid") else top.days("valid")
    points, issuance = read_accepts(top)
    reader = SceneReader(
        top, around, regions=regions, valid=valid, points=points, issuance=issuance
    )
    partners = _partners(top)
    scenes = reader.scenes()
    imported = tuple(_imported(top, around, partners))
    listed = (*scenes, *(scene for results in imported for scene in results.scenes))
    if top.has("scenes") and not listed:
        top.wrong("scenes", "at least one scene with its methodology")
    programme = Programme(
        id=name,
        title=top.words("title"),
        operator=top.words("operator"),
        authority=top.optional_words("authority"),
        jurisdiction=jurisdiction,
        domain=domain or jurisdiction or name,
        time_zone=_time_zone(top),
        regions=regions,
        valid=valid,
        opened_by=_opened_by(top),
        partners=partners,
        already_posted=top.choice("already_posted", ALREADY_POSTED),
        points=points,
        issuance=issuance,
        scenes=scenes,
        imported=imported,
        limits=tuple(read_limits(top, reader, around.units)),
        currencies=read_currencies(top, around, listed),
        source=top.source(around.documents),
        notes=top.items("notes", lambda item, place: _note(item, place, top)),
        file=top.file,
        sha256=sha256,
    )
    top.finish()
    return programme


def _optional_name(top: Fields, key: str, what_it_names: str) -> str | None:
    name = top.optional_text(key)
    plain_name(top, key, name, what_it_names)
    return name


def _says_any(fields: Fields, key: str) -> bool:
    written = fields.written(key)
    return isinstance(written, Leaf) and written.value == ANY


def _list_or_any(fields: Fields, key: str) -> tuple[str, ...] | None:
    """A list of at least one, or None for the word ``any``."""
    if _says_any(fields, key):
        return None
    found = fields.texts(key, required=True)
    fields.at_least_one(key)
    return found


def _opened_by(top: Fields) -> OpenedBy:
    fields = top.block("accounts", f"{top.of}, accounts")
    if fields is None:
        return OPENED_BY[0]
    found = fields.choice("opened_by", OPENED_BY)
    fields.finish()
    return found


def _partners(top: Fields) -> tuple[str, ...] | None:
    found = _list_or_any(top, "partners")
    for partner in found or ():
        plain_name(top, "partners", partner, "partner")
    no_twins(top, "partners", "partner", found or ())
    return found


def _imported(
    top: Fields, around: ProgrammeSurroundings, partners: tuple[str, ...] | None
) -> Iterator[Imported]:
    for partner, fields in top.entries("imported", f"{top.of}, imported results of"):
        if partners is not None and partner not in partners:
            place = fields.place
            fields.faults.append(PartnerNotListed(place=place, partner=partner, listed=partners))
        scenes = fields.texts("scenes", required=True)
        for scene in scenes:
            looked_up(around.scene, scene, fields.place_of("scenes"), fields.faults)
        fields.at_least_one("scenes")
        yield Imported(partner, fields.text("algorithm"), scenes)
        fields.finish()


def _time_zone(top: Fields) -> str:
    zone = top.text("time_zone")
    if zone and zone not in _zones():
        nearest = tuple(get_close_matches(zone, sorted(_zones()), n=2))
        place = top.place_of("time_zone")
        top.faults.append(UnknownTimeZone(place=place, zone=zone, nearest=nearest))
    return zone


@cache
def _zones() -> frozenset[str]:
    """Every zone of the IANA database; a machine's own folder of zones holds other names too."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def _note(written: Written, place: Place, top: Fields) -> Words | None:
    """A note in both languages, or one text that stands for both."""
    if isinstance(written, Leaf) and isinstance(written.value, str):
        return Words(written.value, written.value)
    if not isinstance(written, Block):
        top.wrong("notes", "a list of {en: …, zh: …}")
        return None
    fields = Fields(written, file=place.file, of=f"A note of {top.of}", faults=top.faults)
    words = Words(fields.text("en"), fields.text("zh"))
    fields.finish()
    return words
