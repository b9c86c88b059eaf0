"""Failures of other systems around crashes and retries, each by its name, that must not be ours."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tanpuhui.web.ledger import durable, services
from tanpuhui.web.ledger.faults import LakeNotWritable
from tests.web.ledger.hand_in import Desk, walk, write


def agrees(desk: Desk) -> bool:
    """Whether reconcile finds nothing, and no file lies without a row."""
    found = desk.store.reconcile(desk.programme.domain)
    return not found.findings and not found.left


def test_openmeter_5118_an_id_that_was_claimed_before_the_write_counts_zero_on_retry(
    hankou: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "steps.csv", walk("1", "ann", 7_250))

    def dies(*_: Any) -> None:  # the index of keys is on disk already
        assert list(hankou.store.places.lake.rglob("keys/**/*.parquet"))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, "_record_files", dies)
        with pytest.raises(KeyboardInterrupt):
            hankou.post(file)
    posted = hankou.post(file)

    # 7,250 steps at 0.02 g: 145 g, and not 0.
    assert (posted.result["counted"], posted.result["credited_mg"]) == (1, 145_000)
    assert posted.result["duplicate"] == 0
    assert agrees(hankou)


def test_hiero_1560_an_error_is_returned_and_the_transaction_done_so_the_retry_doubles(
    hankou: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError, connection

    hankou.post(write(tmp_path / "first.csv", walk("1", "ann", 500)))
    file = write(tmp_path / "second.csv", walk("2", "bo", 7_250))
    commit: Any = connection._commit  # type: ignore[attr-defined]

    def committed_and_lost() -> None:
        commit()
        raise OperationalError("the answer to COMMIT was lost")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", committed_and_lost)
        with pytest.raises(OperationalError):
            hankou.post(file)
    again = hankou.post(file)

    assert again.repeated
    books = hankou.store.books("hankou")
    # 10 g and 145 g, each once.
    assert (books.person.count, books.person.credited_mg) == (2, 155_000)
    assert agrees(hankou)


def test_openmeter_5005_what_was_there_is_deleted_before_the_new_is_stored(
    hankou: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hankou.post(write(tmp_path / "first.csv", walk("1", "ann", 500)))
    before = {path: path.read_bytes() for path in hankou.store.places.lake.rglob("*.parquet")}
    file = write(tmp_path / "second.csv", walk("2", "bo", 7_250))

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a segment")

    with monkeypatch.context() as patched:
        patched.setattr(durable, "put_on_disk", full)
        with pytest.raises(LakeNotWritable, match="No space left"):
            hankou.post(file)

    assert {path: path.read_bytes() for path in before} == before
    assert hankou.store.reconcile("hankou").findings == ()
    assert hankou.post(file).result["credited_mg"] == 145_000
    assert agrees(hankou)
