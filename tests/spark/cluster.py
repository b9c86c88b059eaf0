"""A real Spark cluster on this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark
import pytest

_PATIENCE_SECONDS = 60.0
_MASTER = re.compile(r"Starting Spark master at (spark://\S+)")
_REGISTERED = "Successfully registered with master"


@dataclass
class Cluster:
    """A running cluster.

    Args:
        master: its URL.
    """

    master: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_a_worker(self) -> None:
        """As when its machine burns: the worker and the executors that it started, at once."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A master and two workers of one core each; all are gone afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        master, log = _start(folder, "master", "Master", "--host", "127.0.0.1", "--port", "0",
                             "--webui-port", "0")  # fmt: skip
        started.append(master)
        cluster = Cluster(_said(log, _MASTER, master))
        for number in (1, 2):
            worker, log = _start(folder, f"worker-{number}", "Worker", cluster.master,
                                 "--host", "127.0.0.1", "--cores", "1", "--memory", "1g",
                                 "--webui-port", "0")  # fmt: skip
            started.append(worker)
            cluster.workers.append(worker)
            _said(log, re.compile(f"({_REGISTERED})"), worker)
        yield cluster
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _start(folder: Path, name: str, kind: str, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
    """A part of the cluster, in a group of its own, so that it dies with all that it started."""
    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    log = folder / f"{name}.log"
    given = {
        "PATH": os.environ.get("PATH", os.defpath), "SPARK_WORKER_DIR": str(folder / name),
        "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
        **{name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ},
    }  # fmt: skip
    with log.open("wb") as sink:
        process = subprocess.Popen(
            ["bash", program, f"org.apache.spark.deploy.{kind.lower()}.{kind}", *words],
            stdout=sink, stderr=sink, env=given, start_new_session=True,
        )  # fmt: skip
    return process, log


def _said(log: Path, wanted: re.Pattern[str], process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        found = wanted.search(log.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found.group(1)
        time.sleep(0.2)
    raise AssertionError(f"no {wanted.pattern!r} in {log}: {log.read_text(errors='replace')}")


def refuse_without_java() -> None:
    """Say in one line what to install."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.fail("Spark needs Java 17: apt install openjdk-17-jre-headless", pytrace=False)
