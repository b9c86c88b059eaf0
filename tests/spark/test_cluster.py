"""A batch on a real cluster is the batch that one machine posts, also when a worker dies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tanpuhui.ledger import seals
from tests.spark.cluster import Cluster, refuse_without_java, running
from tests.tidy.house import ROOT

pytestmark = pytest.mark.slow  # a cluster of Java processes

_HALF_OF_WHAT_IS_KEPT = 20  # tables and files of a batch on Spark
_SCENES = ("walk", "bus_ride", "metro_ride")
_EVIDENCE = {
    "walk": "device_sensor",
    "bus_ride": "fare_record",
    "metro_ride": "fare_record",
}


def _rides() -> Iterator[str]:
    """Walks over the day's limit, rides reported twice, and some that are broken."""
    yield "record_id,subject,scene,started_at,ended_at,region,evidence,steps,partner"
    for person in range(120):
        for number, scene in enumerate(_SCENES * 2):
            hour = 6 + number * 2 + person % 2
            steps = 4_000 + 37 * person if scene == "walk" else ""
            evidence = _EVIDENCE[scene] if person % 40 else "gossip"
            yield (
                f"r-{person}-{number},person-{person // 2},{scene},2026-03-0{1 + person % 3}T"
                f"{hour:02}:10:00+08:00,2026-03-0{1 + person % 3}T{hour:02}:40:00+08:00,420100,"
                f"{evidence},{steps},hankou-bank"
            )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One for all of these tests; the test that kills a worker comes last."""
    refuse_without_java()
    with running(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def _tanpuhui(home: Path, *words: str, **given: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT),
        "TANPUHUI_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", **given,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "tanpuhui", *words], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _run(home: Path, file: Path, out: Path, **given: str) -> subprocess.Popen[str]:
    words = ("run", "--programme", "hankou", str(file), "--out", str(out), "--json")
    return _tanpuhui(home, *words, **given)


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    stdout, stderr = process.communicate(timeout=600)
    assert process.returncode == 1, stdout + stderr  # some records are refused
    found: dict[str, Any] = json.loads(stdout)
    return found


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which everybody has posted once, so that its copies share all secrets."""
    folder = tmp_path_factory.mktemp("homes")
    rows = list(_rides())
    first = folder / "first.csv"
    first.write_text("\n".join([rows[0], *rows[1::6]]), encoding="utf-8")
    _told(_run(folder / "origin", first, folder / "out"))
    return folder


def _posted(homes: Path, name: str, master: str | None) -> tuple[Path, dict[str, str]]:
    """A copy of the home, and what makes a run there use a cluster."""
    home = homes / name
    shutil.copytree(homes / "origin", home)
    given = {}
    if master is not None:
        scratch = homes / f"scratch-{name}"
        scratch.mkdir()
        given = {
            "TANPUHUI_ENGINE": "spark", "TANPUHUI_SPARK_MASTER": master,
            "TANPUHUI_SPARK_SCRATCH": str(scratch),
        }  # fmt: skip
    return home, given


def _rows_of(out: Path) -> tuple[list[bytes], list[dict[str, Any]]]:
    """The lines in canonical bytes, in their order, and the verdicts."""
    lines = pq.read_table(out / "lines.parquet").to_pylist()
    verdicts = pq.read_table(out / "verdicts.parquet").to_pylist()
    return [seals.canonical_bytes(line) for line in lines], sorted(verdicts, key=str)


def _root(home: Path, batch: str) -> str:
    """The root over the salted commitments of a batch's lines."""
    folder = home.with_name(f"{home.name}-export")
    process = _tanpuhui(home, "ledger", "seal", "export", batch, "--out", str(folder), "--json")
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 0, stdout + stderr
    header = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    return seals.BatchRecord.from_bytes(header["record"].encode()).root


def _wait_until_half_way(process: subprocess.Popen[str], scratch: Path) -> None:
    """Until some steps of the batch are kept, and others are not."""
    end = time.monotonic() + 300
    while len(list(scratch.glob("*/*"))) < _HALF_OF_WHAT_IS_KEPT:
        assert time.monotonic() < end, "nothing is kept"
        assert process.poll() is None, "it ended before a worker was killed"
        time.sleep(0.05)


def test_a_cluster_posts_the_lines_verdicts_and_seal_of_one_machine_while_a_worker_dies(
    cluster: Cluster, homes: Path, tmp_path: Path
) -> None:
    rows = list(_rides())
    file = tmp_path / "rides.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    here, _ = _posted(homes, "here", None)
    there, given = _posted(homes, "there", cluster.master)

    expected = _told(_run(here, file, tmp_path / "here"))
    on_spark = _run(there, file, tmp_path / "there", **given)
    _wait_until_half_way(on_spark, Path(given["TANPUHUI_SPARK_SCRATCH"]))
    cluster.kill_a_worker()
    found = _told(on_spark)

    assert found["counted"] == expected["counted"] > 0
    assert found["credited_mg"] == expected["credited_mg"] > 0
    assert _rows_of(tmp_path / "there") == _rows_of(tmp_path / "here")
    assert _root(there, found["batch"]) == _root(here, expected["batch"])


def test_spark_without_a_cluster_says_what_to_look_at(homes: Path, tmp_path: Path) -> None:
    file = tmp_path / "rides.csv"
    file.write_text("\n".join(_rides()), encoding="utf-8")
    home, given = _posted(homes, "nowhere", "spork://nowhere:1")

    process = _run(home, file, tmp_path / "out", **given)
    stdout, _ = process.communicate(timeout=120)

    fault = json.loads(stdout)["faults"][0]
    assert (process.returncode, fault["code"]) == (2, "ENG-112")
    assert "TANPUHUI_SPARK_MASTER" in fault["do"]
