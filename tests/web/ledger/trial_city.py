"""A small city with everything that a ledger can hold: corrections, points, references, refusals.

Rides and walks in Wuhan under rules by which a stronger report takes the place of a posted one.
"""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow.parquet as pq

from tanpuhui import web
from tanpuhui.rules import Library, Programme
from tests.tidy.house import ROOT

PROGRAMME_FILE = ROOT / "tests/pipeline/programmes/supersedes-limited.yaml"
_HEADER = (
    "record_id,partner,subject,scene,started_at,ended_at,region,evidence,reference,"
    "steps,distance_km,item_count"
)
_EVIDENCE = ("fare_record", "vehicle_record", "navigation_track", "statement")


def programme(library: Library) -> Programme:
    """The rules of the city."""
    return library.programme_file(PROGRAMME_FILE)


def ride(
    record_id: str,
    subject: str,
    km: float,
    hour: int,
    *,
    partner: str = "amap",
    evidence: str = "vehicle_record",
    reference: str = "",
    day: int = 1,
) -> str:
    """Half an hour on a shared bike, 48.70 g a kilometre and at most 90 g."""
    times = f"2026-03-{day:02d}T{hour:02d}:00:00+08:00,2026-03-{day:02d}T{hour:02d}:30:00+08:00"
    return (
        f"{record_id},{partner},{subject},shared_bike_ride,{times},420100,{evidence},{reference},"
        f",{km},"
    )


def walk(record_id: str, subject: str, steps: str, day: int = 1) -> str:
    """A day's steps, 0.02 g each."""
    times = f"2026-03-{day:02d}T00:00:00+08:00,2026-03-{day + 1:02d}T00:00:00+08:00"
    return f"{record_id},bank,{subject},walk,{times},420100,device_sensor,,{steps},,"


def write(path: Path, *records: str) -> Path:
    """A file with these records."""
    path.write_text("\n".join([_HEADER, *records, ""]), encoding="utf-8")
    return path


def first_day(folder: Path) -> Path:
    """Ann rides three times: 90, 90 and 70 g, since a day has 250 g. Bo walks; a row is broken."""
    return write(
        folder / "first.csv",
        ride("1", "k:ann", 2.0, 8, reference="r1"),
        ride("2", "k:ann", 2.0, 10),
        ride("3", "k:ann", 2.0, 12, reference="r3"),
        ride("4", "k:ann", 1.9, 8, partner="bank", evidence="navigation_track"),  # loses to 1
        walk("5", "bo", "7250"),
        walk("6", "chen", "many"),
    )


def second_day(folder: Path) -> Path:
    """A stronger report of Ann's first ride, 4.87 g: 90 g are taken back, 20 g of room are free."""
    return write(
        folder / "second.csv",
        ride("7", "k:ann", 0.1, 8, partner="zebra", evidence="fare_record", reference="z7"),
        walk("8", "bo", "3000", day=2),
        walk("5", "bo", "7250"),  # a retry
    )


def posted(store: web.Store, library: Library, folder: Path) -> None:
    """Both days; then Bo's walks are locked by a pool, and the stronger report is withdrawn.

    Withdrawn, it sets Ann's first ride free, which counts again: with 70 g, since her other two
    have 180 g of the day's 250 g by now.
    """
    rules = programme(library)
    for file in (first_day(folder), second_day(folder)):
        store.post([file], partner=None, mapping=None, programme=rules, library=library)
    from tanpuhui.web.ledger.models import Segment

    days = Segment.objects.filter(kind="lines", has_corrections=False).order_by("path")
    for path in days.values_list("path", flat=True):
        table = pq.read_table(store.places.lake / path, columns=["batch", "line", "scene"])
        walks = [row for row in table.to_pylist() if row["scene"] == "walk"]
        store.lock("pool-2026", [(row["batch"], row["line"]) for row in walks])
    question = store.withdrawal(
        [("zebra", "7")], programme=rules, library=library, because="partner-error", note="7"
    )
    store.correct(question)


def any_file(path: Path, number: int, seed: int, records: int = 12) -> Path:
    """A file whose records meet those of others: retries, overlaps, stronger reports, broken rows.

    Args:
        number: of the file, so that ids differ; some records repeat an id of a file before.
        seed: of everything that is drawn.
    """
    draw = random.Random(f"{seed}/{number}")
    rows = []
    for place in range(records):
        subject = f"k:p{draw.randrange(8)}"
        kind = draw.random()
        own = f"f{number}-{place}"
        if kind < 0.1 and number:  # the very record of an earlier file, or another with its id
            rows.append(walk("w0", "k:p0", draw.choice(["4000", "4001"])))
        elif kind < 0.2:
            rows.append(walk(own, subject, "many"))
        elif kind < 0.4:
            rows.append(walk(own, subject, str(draw.randrange(1, 12_000)), draw.randrange(1, 5)))
        else:
            rows.append(
                ride(
                    own, subject, draw.randrange(1, 40) / 10, draw.randrange(6, 22),
                    partner=draw.choice(["zebra", "amap", "bank"]),
                    evidence=draw.choice(_EVIDENCE), day=draw.randrange(1, 5),
                    reference=draw.choice(["", f"r{draw.randrange(40)}"]),
                )
            )  # fmt: skip
    if number == 0:
        rows.append(walk("w0", "k:p0", "4000"))
    return write(path, *rows)
