"""Our engine beside OpenFisca-core and publicodes: the same formula, the same trips.

    python -m benchmarks.engines.compare [--small] [--into FOLDER]

Each peer is installed in an environment of its own (a virtual environment; a folder of npm), by
name and version, and runs in processes of its own. All totals are compared before any time is
printed; each time is the best of a process' runs, and of three processes the median and the range.

The work is that of a public comparison: reduction = distance × (baseline[mode] − project[mode]),
five modes, both tables dated twice. OpenFisca gets its documented way and one tuned by hand, both
for a single day and for 365 (it takes one date a call; ours takes a date a record, as publicodes).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import kernel

HERE = Path(__file__).parent
PEERS = Path.home() / ".cache" / "tanpuhui" / "engines"
OPENFISCA = ("openfisca-core==46.0.1", "numpy==2.4.6")
PUBLICODES = "publicodes@1.10.3"
PROCESSES, RUNS, SECONDS = 3, 5, 1800
COLUMNS, ONE_BY_ONE = 1_000_000, 10_000
SMALL = (20_000, 200)


@dataclass(frozen=True)
class Line:
    """One engine used in one way: what each process measured."""

    engine: str
    way: str
    records: int
    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    def a_second(self) -> float:
        """Records a second of the clock: the median of the processes."""
        return self.records / median(self.seconds)


def main() -> None:
    """Set up, run, compare totals, print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--small", action="store_true", help="few records, to see that it runs")
    asked.add_argument("--into", type=Path, default=PEERS, help="where the peers are installed")
    given = asked.parse_args()
    columns, one_by_one = SMALL if given.small else (COLUMNS, ONE_BY_ONE)
    commands = [
        _ours(columns, one_by_one),
        _openfisca(given.into, columns),
        _publicodes(given.into, one_by_one),
    ]
    answers = [[_run(*command) for _ in range(PROCESSES)] for command in commands]
    for answer in (found for processes in answers for found in processes):
        for line in answer["lines"]:
            check_total(answer["engine"], line)
    print("all totals agree; now the times")
    lines = [line for processes in answers for line in _lines(processes)]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for text in table(lines):
        print(text)


def exact(records: int) -> tuple[Fraction, int]:
    """The exact sum in grams, and the sum of each record rounded down to milligrams."""
    metres, modes, _ = kernel.trips(records)
    tenths = [
        round(10 * (base - project))
        for base, project in zip(kernel.BASELINE_G_PER_KM, kernel.PROJECT_G_PER_KM, strict=True)
    ]
    # Metres times tenths of a gram a kilometre are tenths of milligrams: whole numbers throughout.
    units = [int(m) * tenths[int(mode)] for m, mode in zip(metres, modes, strict=True)]
    return Fraction(sum(units), 10_000), sum(unit // 10 for unit in units)


def check_total(engine: str, line: dict[str, Any]) -> None:
    """Ours must meet the exact milligram; the others their own precision.

    Raises:
        AssertionError: a total is another; no time is printed then.
    """
    grams, mg = exact(line["records"])
    if "total_mg" in line:
        assert line["total_mg"] == mg, f"{engine}: {line['total_mg']} mg, not {mg}"
        return
    # float32 holds seven digits of each item; float64 fifteen of the sum.
    near = 1e-6 if engine.startswith("OpenFisca") else 1e-12
    apart = abs(Fraction(line["total_g"]) - grams) / grams
    assert apart <= near, f"{engine}, {line['way']}: {line['total_g']} g, not {float(grams)}"


def table(lines: list[Line]) -> list[str]:
    """One row a way, with how many times slower than ours in the same shape of work."""
    whole, single = lines[0], lines[1]
    rows = [f"{'engine and way':<68} {'records':>9} {'a second':>12} {'range':>25} "
            f"{'ours is':>10} {'by processor':>13}"]  # fmt: skip
    for line in lines:
        ours = single if line.engine.startswith("publicodes") else whole
        if line is single:
            ours = single
        slowest, fastest = (line.records / s for s in (max(line.seconds), min(line.seconds)))
        times = ours.a_second() / line.a_second()
        cost = (median(line.processor) / line.records) / (median(ours.processor) / ours.records)
        rows.append(
            f"{line.engine + ', ' + line.way:<68} {line.records:>9,} {line.a_second():>12,.0f} "
            f"{f'{slowest:,.0f}–{fastest:,.0f}':>25} {times:>9.1f}× {cost:>12.1f}×"
        )
    return rows


def _lines(processes: list[dict[str, Any]]) -> list[Line]:
    return [
        Line(
            engine=processes[0]["engine"], way=line["way"], records=line["records"],
            seconds=tuple(found["lines"][at]["seconds"] for found in processes),
            processor=tuple(found["lines"][at]["processor"] for found in processes),
        )
        for at, line in enumerate(processes[0]["lines"])
    ]  # fmt: skip


def _run(command: list[str], folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _ours(columns: int, one_by_one: int) -> tuple[list[str], Path]:
    words = ["-m", "benchmarks.engines.ours", str(columns), str(one_by_one), str(RUNS)]
    return [sys.executable, *words], HERE.parents[1]


def _openfisca(into: Path, columns: int) -> tuple[list[str], Path]:
    folder = into / "openfisca"
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *OPENFISCA], check=True, timeout=SECONDS)
    script = HERE / "openfisca_peer.py"
    return [str(python), str(script), str(columns), str(RUNS)], folder


def _publicodes(into: Path, one_by_one: int) -> tuple[list[str], Path]:
    folder = into / "publicodes"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    npm = ["npm", "install", "--no-fund", "--no-audit", "--silent", PUBLICODES]
    subprocess.run(npm, cwd=folder, check=True, timeout=SECONDS)
    rows = kernel.trips(one_by_one)[2].to_pylist()
    trips = [
        {"km": row["distance_km"], "mode": row["mode"], "day": row["day"].strftime("%d/%m/%Y")}
        for row in rows
    ]
    (folder / "trips.json").write_text(json.dumps(trips), encoding="utf-8")
    script = HERE / "publicodes_peer.mjs"
    return ["node", str(script), "trips.json", str(RUNS)], folder


if __name__ == "__main__":
    main()
