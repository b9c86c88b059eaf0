"""What the page shows: figures from the ledger, put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tanpuhui import ledger
from tanpuhui.ledger import StatementLine, Total
from tanpuhui.rules import Library, Programme, Words
from tanpuhui.web.ledger import PostedBatch
from tanpuhui.web.portal.amounts import ShownMass, column_unit, grams, shown_mass
from tanpuhui.web.portal.reasons import reason_of
from tanpuhui.web.portal.site import Portal
from tanpuhui.web.portal.words import TEXTS, Language, said

MOST_NAMED = 6  # people named as examples
MOST_LINES = 200  # of a statement on one page


@dataclass(frozen=True)
class BookRow:
    """A line of a book on the page."""

    name: str
    code: str
    count: str
    credited: ShownMass
    points: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """A book on the page.

    Args:
        order: partner, region or scene.
        caption, head: in words.
        currencies: the heads of its columns of points.
    """

    order: str
    caption: str
    head: str
    unit: str
    currencies: tuple[str, ...]
    rows: tuple[BookRow, ...]
    total: BookRow


@dataclass(frozen=True)
class Fate:
    """How many records met a fate, and for which reasons: code, words, how many."""

    kind: str
    word: str
    count: int
    shown: str
    share: str
    reasons: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ShownLine:
    """A line of a statement on the page."""

    when: str
    scene: str
    region: str
    partner: str
    grams: str
    sentences: tuple[str, ...]
    sources: tuple[str, ...]
    points: str
    remark: str


@dataclass(frozen=True)
class Uncounted:
    """A report that lost to another."""

    when: str
    scene: str
    partner: str
    reason: str
    winner: str


# -- the books ------------------------------------------------------------------------------------


def books(portal: Portal, language: Language) -> tuple[bool, Total, tuple[Book, ...]]:
    """Whether the books agree; what the persons come to; those by partner, region and scene."""
    found = portal.store.books(portal.programme.id)
    unit = column_unit(found.person.credited_mg)
    made = tuple(
        _book(portal, language, order, book, found.person, unit)
        for order, book in (
            ("partner", found.partner), ("region", found.region), ("scene", found.scene)
        )
    )  # fmt: skip
    return found.agree(), found.person, made


def _book(
    portal: Portal,
    language: Language,
    order: str,
    book: Mapping[str, Total],
    whole: Total,
    unit: str,
) -> Book:
    name_of = _names(portal.library, language)[order]
    ranked = sorted(book.items(), key=lambda item: (-item[1].credited_mg, item[0]))
    return Book(
        order=order,
        caption=said(TEXTS[f"by_{order}"], language),
        head=said(TEXTS[order], language),
        unit=unit,
        currencies=tuple(said(c.title, language) for c in portal.programme.currencies),
        rows=tuple(_row(portal.programme, name_of(code), code, t, unit) for code, t in ranked),
        total=_row(portal.programme, "", "", whole, unit),
    )


def persons(portal: Portal, whole: Total, language: Language) -> Book:
    """The persons' book: no row a person, which is nobody's business, but their sum."""
    unit = column_unit(whole.credited_mg)
    return Book(
        order="person",
        caption=said(TEXTS["by_person"], language),
        head=said(TEXTS["people"], language),
        unit=unit,
        currencies=tuple(said(c.title, language) for c in portal.programme.currencies),
        rows=(),
        total=_row(portal.programme, "", "", whole, unit),
    )


def _row(programme: Programme, name: str, code: str, total: Total, unit: str) -> BookRow:
    return BookRow(
        name=name,
        code=code if code != name else "",
        count=f"{total.count:,}",
        credited=shown_mass(total.credited_mg, unit),
        points=tuple(
            points_in(programme, currency.id, total.points.get(currency.id))
            for currency in programme.currencies
        ),
    )


def points_in(programme: Programme, currency: str, granted: int | None) -> str:
    """Points as people write them; a dash where the rate is not published."""
    if granted is None:
        return "—"
    per = next((c.per_point() for c in programme.currencies if c.id == currency), 1)
    whole, rest = divmod(abs(granted), per)
    sign = "-" if granted < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:02d}" if per > 1 else "")


def _names(library: Library, language: Language) -> dict[str, Callable[[str], str]]:
    def region(code: str) -> str:
        if code not in library.regions:
            return code
        found = library.regions.of(code)
        return found.zh if language == "zh" else found.en

    def scene(name: str) -> str:
        return said(library.scene(name).title, language) if name in library.ids("scene") else name

    return {"partner": lambda name: name, "region": region, "scene": scene}


# -- the records ----------------------------------------------------------------------------------


def fates(batches: Iterable[PostedBatch], language: Language) -> tuple[int, tuple[Fate, ...]]:
    """How many records were received, and what became of them."""
    received = counted = 0
    codes: dict[str, Counter[str]] = {k: Counter() for k in ("duplicate", "refused", "held")}
    for batch in batches:
        received += batch.result["received"]
        counted += batch.result["counted"]
        for kind, name in (
            ("duplicate", "duplicate_codes"), ("refused", "refused"), ("held", "held")
        ):  # fmt: skip
            codes[kind].update(batch.result[name])
    found = [_fate("counted", counted, received, {}, language)]
    found += [
        _fate(kind, of_kind.total(), received, of_kind, language) for kind, of_kind in codes.items()
    ]
    return received, tuple(fate for fate in found if fate.count or fate.kind != "held")


def _fate(
    kind: str, count: int, received: int, codes: Mapping[str, int], language: Language
) -> Fate:
    """A fate; its share of all records is a percentage with one decimal."""
    return Fate(
        kind=kind,
        word=said(TEXTS[kind], language),
        count=count,
        shown=f"{count:,}",
        share=f"{100 * count / received:.1f}" if received else "0.0",
        reasons=tuple(
            (code, said(reason_of(code), language), f"{n:,}")
            for code, n in sorted(codes.items(), key=lambda item: (-item[1], item[0]))
        ),
    )


# -- a person -------------------------------------------------------------------------------------


def people_named(portal: Portal) -> tuple[int, ...]:
    """Persons whose statements may be looked at."""
    most = portal.store.most_credited(portal.programme.id, MOST_NAMED)
    return tuple(dict.fromkeys((*portal.featured, *most)))[:MOST_NAMED]


def statement(
    portal: Portal, person_id: int, language: Language
) -> tuple[tuple[ShownLine, ...], tuple[Uncounted, ...]]:
    """A person's lines in words, and the reports of this person that did not count."""
    mine = portal.store.lines_of(person_id, portal.programme.id)
    with portal.alone:
        told = ledger.statement(mine.lines, mine.grants, portal.library, mine.causes)
    lines = tuple(_line(portal.programme, line, language) for line in told[:MOST_LINES])
    winners = {row["record_key"]: row["partner"] for row in mine.lines.to_pylist()}
    lost = portal.store.suppressed_of(person_id, portal.programme.id).to_pylist()[:MOST_LINES]
    scene_of = _names(portal.library, language)["scene"]
    zone = ZoneInfo(portal.programme.time_zone)
    return lines, tuple(
        Uncounted(
            when=_when(row["started_at"], row["local_day"], zone),
            scene=scene_of(row["scene"]),
            partner=row["partner"],
            reason=said(reason_of(row["lost_by"]), language),
            winner=winners.get(row["winner_key"], ""),
        )
        for row in lost
    )


def _line(programme: Programme, line: StatementLine, language: Language) -> ShownLine:
    explained = line.explanation
    sentences: Sequence[Words] = () if explained is None else tuple(explained.sentences.values())
    sources = {} if explained is None else {u.document: u.factor for u in explained.factors}
    return ShownLine(
        when=_when(line.started_at, line.local_day, ZoneInfo(programme.time_zone)),
        scene=said(line.scene, language),
        region=said(line.region, language),
        partner=line.partner,
        grams=grams(line.credited_mg),
        sentences=tuple(said(words, language) for words in sentences),
        sources=tuple(f"《{words.zh}》" if language == "zh" else words.en for words in sources),
        points=_granted(programme, line.points, language),
        remark="" if line.remark is None else said(line.remark, language),
    )


def _granted(programme: Programme, points: Mapping[str, int], language: Language) -> str:
    titles = {c.id: said(c.title, language) for c in programme.currencies}
    return " · ".join(
        f"{titles.get(name, name)} {points_in(programme, name, n)}" for name, n in points.items()
    )


def _when(started_at: datetime, local_day: date, zone: ZoneInfo) -> str:
    """The local day and, unless it is midnight as of what took the whole day, the time."""
    local = started_at.astimezone(zone)
    return (
        local_day.isoformat() if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"
    )
