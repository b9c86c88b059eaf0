"""A library of one factor, one scene and one methodology, to be spoilt one line at a time."""

from __future__ import annotations

from pathlib import Path

from tanpuhui.rules import Library
from tanpuhui.terms import Fault
from tests.tidy.house import LIBRARY

UNITS = "vocabulary/units.yaml"
REGIONS = "vocabulary/regions.yaml"
SOURCES = "vocabulary/sources.yaml"
TERMS = "vocabulary/terms.yaml"
FACTOR = "factors/rates/a_step.yaml"
TABLE = "factors/travel/a_mode.yaml"
WALK = "scenes/walk.yaml"
TRIP = "scenes/trip.yaml"
METHODOLOGY = "methodologies/rates/a_bank.yaml"
VECTORS = "methodologies/rates/a_bank.vectors.yaml"
TRAVEL = "methodologies/a_city.yaml"
TRAVEL_VECTORS = "methodologies/a_city.vectors.yaml"

FILES = {
    REGIONS: """\
regions:
  "000000": {en: World, zh: 世界}
  "100000": {en: China, zh: 中国}
  "420000": {en: Hubei, zh: 湖北省}
  "420100": {en: Wuhan, zh: 武汉市}
  "440000": {en: Guangdong, zh: 广东省}
  "440300": {en: Shenzhen, zh: 深圳市}
""",
    SOURCES: """\
sources:
  a_report:
    title: {en: A report, zh: 一份报告}
    issuer: null
    date: "2023-05"
    kind: report
    read: whole
    url: null
""",
    TERMS: """\
terms:
  - id: programme
    en: carbon inclusion programme
    zh: 碳普惠平台
    meaning: {en: A scheme., zh: 一个机制。}
    avoid:
      - {text: scheme_id, in: code, because: say programme_id}
""",
    FACTOR: """\
id: rates.a_step
title: {en: A step, zh: 每步}
unit: gCO2e/step
values:
  - value: 0.02
    region: "420100"
    from: 2022-08-25
    until: null
    known_since: 2023-01-01
    grade: read
    wording: exact
    source: {document: a_report, place: "2.2"}
""",
    TABLE: """\
id: travel.a_mode
title: {en: Travel by mode, zh: 各出行方式}
unit: kgCO2e/pkm
by: [mode]
values:
  - value: {walk: 0, bus: 0.052, metro: null}
    region: "100000"
    from: 2022-01-01
    until: null
    known_since: 2022-01-01
    grade: reported
    source: {document: a_report, place: null}
""",
    WALK: """\
id: walk
title: {en: Walking, zh: 步行}
family: travel
quantities:
  steps: {unit: step, required: true}
period: local_day
evidence: [device_sensor, statement]
same_act: {by: [reference, period], exclusive_class: steps}
""",
    TRIP: """\
id: trip
title: {en: Trip, zh: 出行}
family: travel
quantities:
  distance_km: {unit: km, required: true}
  item_count: {unit: item, required: false, default: 1, most: 1}
  mode: {one_of: [walk, bus, metro], required: true}
period: interval
evidence: [fare_record, navigation_track]
same_act: {by: [reference, asset, period], exclusive_class: trip}
source: {document: a_report, place: "2.1"}
notes:
  - {en: One record for each mode., zh: 每种方式一条记录。}
""",
    METHODOLOGY: """\
id: rates.a_bank
title: {en: A bank, zh: 某银行}
standing: enterprise_algorithm
text: read
source: {document: a_report, place: "2.2"}
valid: {from: 2022-08-25, until: null}
regions: ["420100"]
cases:
  - scenes: [walk]
    inputs: [steps]
    conditions:
      - {code: no-steps, that: "steps > 0 step"}
    parameters: {per_step: rates.a_step}
    formula: {reduction: "steps * per_step"}
    limits:
      - {each: [person, local_day], reduction: 200 gCO2e}
""",
    VECTORS: """\
methodology: rates.a_bank
vectors:
  - name: seven thousand two hundred and fifty steps earn 145 g
    given: [{scene: walk, steps: 7250}]
    expect: {reduction_mg: 145000, credited_mg: 145000}
  - name: a day without steps is refused
    given: [{scene: walk, steps: 0}]
    refuse: no-steps
""",
    TRAVEL: """\
id: a_city
title: {en: A city, zh: 某市}
standing: local
text: reported
source: {document: a_report, place: null}
valid: {from: 2022-01-01, until: 2025-01-01}
regions: ["420000"]
cases:
  - scenes: [trip]
    inputs: [distance_km, mode]
    parameters: {by_mode: travel.a_mode}
    formula:
      baseline: "distance_km * 104 gCO2e/km"
      activity: "distance_km * by_mode[mode]"
""",
    TRAVEL_VECTORS: """\
methodology: a_city
vectors:
  - name: ten kilometres by bus save 520 g
    given: [{scene: trip, distance_km: 10, mode: bus}]
    expect: {baseline_mg: 1040000, activity_mg: 520000, reduction_mg: 520000}
""",
}


# Half of the time to open a library goes into its units, so the small one has only those it needs.
NEEDED_UNITS = [
    "gCO2e",
    "mgCO2e",
    "kgCO2e",
    "tCO2e",
    "m",
    "km",
    "pkm",
    "g",
    "kg",
    "step",
    "item",
    "year",
    "share",
]


def _units() -> str:
    """The lines of the public library's units that the small one needs."""
    lines = (LIBRARY / UNITS).read_text(encoding="utf-8").splitlines(keepends=True)
    return "units:\n" + "".join(
        line for line in lines if line.startswith(tuple(f"  {name}: " for name in NEEDED_UNITS))
    )


class SmallLibrary:
    """A library in a folder of its own, and what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, text)
        self.write(UNITS, _units())

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, and the folders above it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def remove(self, name: str) -> None:
        """Take a file out."""
        (self.folder / name).unlink()

    def text(self, name: str) -> str:
        """The content of a file."""
        return (self.folder / name).read_text(encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file."""
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        """Write more at the end of a file."""
        self.write(name, self.text(name) + text)

    def open(self, *further: Path) -> Library:
        """The library as it is on disk now; with private libraries after it."""
        return Library((self.folder, *further))

    def faults(self) -> list[Fault]:
        """Everything that is wrong."""
        return list(self.open().faults())

    def only_fault(self) -> Fault:
        """The one thing that is wrong."""
        faults = self.faults()
        assert len(faults) == 1, f"{len(faults)} faults:\n" + "\n".join(map(str, faults))
        return faults[0]

    def where(self, fault: Fault) -> tuple[str, int | None]:
        """The file and the line that a fault names, the file as seen from the library."""
        assert fault.place is not None, str(fault)
        path = Path(fault.place.file).resolve()
        return path.relative_to(self.folder.resolve()).as_posix(), fault.place.line

    def at(self, name: str, text: str) -> tuple[str, int]:
        """A file, and the last of its lines that holds a text."""
        lines = self.text(name).splitlines()
        found = [number for number, line in enumerate(lines, start=1) if text in line]
        assert found, f"{text!r} is not in {name}"
        return name, found[-1]
