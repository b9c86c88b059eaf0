"""Every batch is sealed in the transaction that posts it, and its log is published after."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path
from unittest import mock

import pyarrow.parquet as pq
import pytest

from tanpuhui import web
from tanpuhui.ledger import seals
from tests.ledger.seals import by_rfc
from tests.web.ledger.hand_in import Desk, Outside, ride, walk, write


def _log(desk: Desk) -> Path:
    return desk.store.places.log_of(desk.programme.id)


def _published(desk: Desk) -> tuple[seals.Note, seals.Checkpoint, tuple[bytes, ...]]:
    """The checkpoint of a published log, and all its entries; each tile is read and compared."""
    folder = _log(desk)
    note = seals.Note.from_bytes((folder / "checkpoint").read_bytes())
    checkpoint = seals.Checkpoint.from_text(note.text)
    entries: list[bytes] = []
    tree = seals.LogTiles(lambda path: (folder / path).read_bytes(), checkpoint.size)
    for tile in seals.tiles_of(checkpoint.size):
        content = (folder / tile.path()).read_bytes()
        if tile.level is None:
            entries += seals.from_bundle(content, width=tile.width)
    assert seals.root(tree, checkpoint.size) == checkpoint.root
    assert by_rfc.mth(tuple(entries)) == checkpoint.root
    return note, checkpoint, tuple(entries)


def _records(desk: Desk) -> list[seals.BatchRecord]:
    return [seals.BatchRecord.from_bytes(entry) for entry in _published(desk)[2]]


def _key(desk: Desk) -> seals.VerifierKey:
    from tanpuhui.web.ledger.models import LogKey

    (key,) = LogKey.objects.filter(log=desk.programme.id)
    return seals.VerifierKey.from_text(key.vkey)


def test_a_posted_batch_is_an_entry_of_the_signed_log(hankou: Desk, tmp_path: Path) -> None:
    # 7,250 steps x 0.02 g and 1,000 steps x 0.02 g: 145 g and 20 g.
    posted = hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250), walk("r2", "u2", 1000)))

    note, checkpoint, _ = _published(hankou)
    (record,) = _records(hankou)
    assert [one.key for one in note.verified([_key(hankou)])] == [_key(hankou)]
    assert (record.batch, record.kind, record.lines) == (posted.result["batch"], "records", 2)
    assert (record.count, record.reduction_mg, record.credited_mg) == (2, 165_000, 165_000)
    assert (checkpoint.size, checkpoint.origin) == (1, _key(hankou).name)
    mark = (hankou.store.places.of_domain("hankou") / "mark").read_text()
    assert checkpoint.origin == f"tanpuhui.invalid/{mark[:8]}/hankou"


def test_the_record_seals_the_files_and_the_lines_of_the_batch(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.models import Segment
    from tanpuhui.web.ledger.sealing import manifest
    from tanpuhui.web.participants.models import Person

    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250), walk("r2", "u2", 1000)))

    (record,) = _records(hankou)
    rows = manifest(Segment.objects.all())
    assert {row.kind for row in rows} == {"lines", "keys", "tree"}
    assert record.manifest == seals.manifest_digest(rows)
    (lines,) = [row.path for row in rows if row.kind == "lines"]
    secrets = {person.pk: person.secret for person in Person.objects.all()}
    leaves = []
    for line in pq.ParquetFile(hankou.store.places.lake / lines).read().to_pylist():
        secret = secrets[line["person_id"]]
        assert secret is not None
        salt = seals.salt(secret.hex, record.batch, line["line"])
        leaves.append(seals.commitment(salt, line))
    assert seals.root(seals.HashedLeaves(leaves), 2).hex() == record.root


def test_the_same_file_again_adds_nothing_to_the_log(hankou: Desk, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", walk("r1", "u1", 7250))
    hankou.post(file)
    before = (_log(hankou) / "checkpoint").read_bytes()

    hankou.post(file)

    assert (_log(hankou) / "checkpoint").read_bytes() == before


def test_each_programme_has_a_log_and_a_key_of_its_own(
    hankou: Desk, shanxi: Desk, tmp_path: Path
) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    shanxi.post(write(tmp_path / "b.csv", ride("r1", "u1", 2)))
    hankou.post(write(tmp_path / "c.csv", walk("r2", "u2", 100)))

    assert [record.batch[:13] for record in _records(hankou)] == ["hankou-000001", "hankou-000002"]
    assert [record.programme for record in _records(shanxi)] == [shanxi.programme.id]
    assert _key(hankou) != _key(shanxi)
    with pytest.raises(seals.UnknownSigner):
        _published(hankou)[0].verified([_key(shanxi)])


def test_a_withdrawal_is_sealed_with_sums_below_zero(hankou: Desk, tmp_path: Path) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))

    asked = hankou.store.withdrawal(
        [("hankou-bank", "r1")], programme=hankou.programme, library=hankou.library,
        because="partner-error",
    )  # fmt: skip
    hankou.store.correct(asked)

    record = _records(hankou)[1]
    assert (record.kind, record.lines, record.count) == ("withdrawal", 1, -1)
    assert record.credited_mg == -145_000


def test_a_batch_that_counts_nothing_is_sealed_with_the_root_of_nothing(
    hankou: Desk, tmp_path: Path
) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 0)))

    (record,) = _records(hankou)
    assert (record.lines, record.root) == (0, seals.EMPTY_ROOT.hex())


def test_a_poster_killed_before_the_end_has_sealed_nothing(
    hankou: Desk, outside: Outside, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", walk("r1", "u1", 7250))
    with outside.poster("hankou", "before the end", file) as poster:
        assert poster.died()
    assert not (_log(hankou) / "checkpoint").exists()

    posted = hankou.post(file)

    (record,) = _records(hankou)
    assert record.batch == posted.result["batch"]


def test_whoever_dies_between_commit_and_publishing_is_caught_up_with(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger import publishing

    first, second = (write(tmp_path / f"{n}.csv", walk(f"r{n}", "u1", 100)) for n in (1, 2))
    with mock.patch.object(publishing, "publish", side_effect=KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            hankou.post(first)
        assert not (_log(hankou) / "checkpoint").exists()
        with pytest.raises(KeyboardInterrupt):
            hankou.post(second)

    hankou.post(first)  # answers, posts nothing, and publishes

    assert len(_records(hankou)) == 2


def test_a_log_of_more_than_a_tile_is_published_as_it_grows(hankou: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger import publishing
    from tanpuhui.web.ledger.models import Batch, Checkpoint, Log, LogEntry

    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    (pattern,), log = Batch.objects.all(), Log.objects.get()
    key = seals.SigningKey.from_text(hankou.store.places.log_key_of("hankou").read_text().strip())
    for place in range(1, 600):
        pattern.pk, pattern.name, pattern.posted_order = None, f"batch {place}", place + 1
        pattern.save(force_insert=True)
        record = f"record {place}\n"
        edge = seals.Edge.from_bytes(bytes(log.edge), log.size)
        edge = edge.grown(seals.leaf_hash(record.encode()))
        log.size, log.edge = edge.size, edge.to_bytes()
        LogEntry.objects.create(batch=pattern, log=log, place=place, record=record)
        note = seals.Checkpoint(log.origin, log.size, edge.root()).signed(key)
        Checkpoint.objects.create(log=log, size=log.size, note=note.to_bytes().decode())
        if place in (254, 255, 256, 599):
            log.save()
            assert publishing.publish("hankou", hankou.store.places)
            assert len(_published(hankou)[2]) == place + 1

    assert not (_log(hankou) / "tile/0/000.p").exists()
    assert not publishing.publish_whole("hankou", hankou.store.places)
    (_log(hankou) / "tile/0/001").write_bytes(b"damaged")
    assert publishing.publish_whole("hankou", hankou.store.places)
    assert len(_published(hankou)[2]) == 600


def test_the_key_is_the_owners_alone_and_stays(hankou: Desk, tmp_path: Path) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    path = hankou.store.places.log_key_of("hankou")
    before = path.read_text()

    hankou.post(write(tmp_path / "b.csv", walk("r2", "u1", 7250, day="2026-03-02")))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == before


def test_without_its_key_nothing_is_posted_and_the_message_says_what_to_do(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import LogKeyLost

    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    hankou.store.places.log_key_of("hankou").unlink()

    with pytest.raises(LogKeyLost, match="is lost") as refused:
        hankou.post(write(tmp_path / "b.csv", walk("r2", "u2", 7250)))

    assert "seal rotate --programme hankou --lost-key" in refused.value.remedy()
    assert hankou.store.books("hankou").person.count == 1


def test_another_key_in_the_place_of_the_logs_signs_nothing(hankou: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger.log_faults import LogKeyLost

    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    other = seals.new_signing_key(_key(hankou).name, seed=b"1" * 32)
    hankou.store.places.log_key_of("hankou").write_text(other.to_text())

    with pytest.raises(LogKeyLost, match="is another one"):
        hankou.post(write(tmp_path / "b.csv", walk("r2", "u2", 7250)))


def test_a_log_does_not_begin_with_the_key_of_another(hankou: Desk, tmp_path: Path) -> None:
    from tanpuhui.web.ledger.log_faults import ForeignLogKey

    path = hankou.store.places.log_key_of("hankou")
    path.parent.mkdir()
    path.write_text(seals.new_signing_key("another.example/log", seed=b"1" * 32).to_text())

    with pytest.raises(ForeignLogKey, match=r"another\.example/log"):
        hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))

    assert hankou.store.books("hankou").person.count == 0


def test_a_database_older_than_the_published_log_signs_no_second_history(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import LogAhead

    hankou.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    _, one, _ = _published(hankou)
    key = seals.SigningKey.from_text(hankou.store.places.log_key_of("hankou").read_text().strip())
    ahead = seals.Checkpoint(one.origin, 2, one.root).signed(key)
    (_log(hankou) / "checkpoint").write_bytes(ahead.to_bytes())

    with pytest.raises(LogAhead, match="with 2 entries"):
        hankou.post(write(tmp_path / "b.csv", walk("r2", "u2", 7250)))


def test_an_operator_names_their_logs(hankou: Desk, tmp_path: Path) -> None:
    places = dataclasses.replace(hankou.store.places, origin="carbon.example.org/logs/")
    named = dataclasses.replace(hankou, store=web.Store(places))

    named.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))
    hankou.post(write(tmp_path / "b.csv", walk("r2", "u2", 7250)))  # it keeps the name it has

    assert _published(hankou)[1].origin == "carbon.example.org/logs/hankou"
    assert len(_records(hankou)) == 2


def test_what_cannot_name_a_log_is_refused_before_anything_is_posted(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import BadLogOrigin

    places = dataclasses.replace(hankou.store.places, origin="https://carbon.example.org")
    named = dataclasses.replace(hankou, store=web.Store(places))

    with pytest.raises(BadLogOrigin, match="TANPUHUI_LOG_ORIGIN"):
        named.post(write(tmp_path / "a.csv", walk("r1", "u1", 7250)))


def test_where_the_log_cannot_be_written_the_batch_stays_posted(
    hankou: Desk, tmp_path: Path
) -> None:
    from tanpuhui.web.ledger.log_faults import LogNotPublished

    file = write(tmp_path / "a.csv", walk("r1", "u1", 7250))
    hankou.store.places.lake.mkdir()
    (hankou.store.places.lake / "log").write_text("in the way")

    with pytest.raises(LogNotPublished, match="stays posted"):
        hankou.post(file)

    assert hankou.store.books("hankou").person.count == 1
    (hankou.store.places.lake / "log").unlink()
    assert hankou.post(file).repeated
    assert len(_records(hankou)) == 1
