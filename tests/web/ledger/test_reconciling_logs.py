"""What disagrees between a sealed log, its batches and its published files is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pyarrow.parquet as pq
import pytest

from tanpuhui import pipeline, web
from tanpuhui.engine import RelationalBackend
from tanpuhui.ledger import seals
from tanpuhui.rules import Library
from tests.crash import bits
from tests.web.ledger import trial_city as city
from tests.web.ledger.hand_in import Desk
from tests.web.ledger.test_reconciling import files_of, rewritten
from tests.web.ledger.test_reconciling import sql as run

ID = "supersedes-limited"  # of the trial city's programme
PUBLISH = f"tanpuhui ledger seal publish --programme {ID} --whole"


@pytest.fixture(scope="session")
def engine() -> RelationalBackend:
    """One engine for all looks."""
    return pipeline.open_engine()


@pytest.fixture
def desk(store: web.Store, library: Library, city_saved: Callable[[web.Store], None]) -> Desk:
    """The trial city, posted: three batches, so three entries and checkpoints."""
    city_saved(store)
    return Desk(store, city.programme(library), library)


@pytest.fixture
def look(desk: Desk, engine: RelationalBackend) -> Callable[[], web.Reconciled]:
    """Looks at the city's dedup domain."""
    return lambda: desk.store.reconcile("trial", backend=engine)


@pytest.fixture
def log(desk: Desk) -> Path:
    """The folder of the published log."""
    return desk.store.places.log_of(ID)


@contextmanager
def without_foreign_key(table: str) -> Iterator[None]:
    """While an entry may name a batch that does not exist."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'f' AND confrelid = %s::regclass",
            [table, "ledger_batch"],
        )
        ((name, definition),) = cursor.fetchall()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            cursor.execute(f"TRUNCATE {table}")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def told(found: web.Reconciled) -> list[tuple[str, str]]:
    """The code of each finding, and where."""
    return [(one.code, str(getattr(one, "at", ""))) for one in found.findings]


def damaged(content: bytes) -> bytes:
    """With one bit other."""
    return bits.of_bytes(content, 77)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("checkpoint", damaged),
        ("checkpoint", lambda content: content[:-1]),
        ("checkpoint", lambda content: content + b"\n"),
        ("tile/0/000.p/3", damaged),
        ("tile/0/000.p/3", lambda content: content[:-32]),
        ("tile/entries/000.p/3", lambda content: content + b"\n"),
        ("tile/entries/000.p/3", lambda content: b""),
        ("tile/0/000.p/1", damaged),  # of a size that was
        ("tile/entries/000.p/2", damaged),
    ],
)
def test_a_published_file_that_is_not_the_log_is_named_and_made_again(
    desk: Desk, look: Callable[[], web.Reconciled], log: Path, path: str,
    change: Callable[[bytes], bytes],
) -> None:  # fmt: skip
    whole = (log / path).read_bytes()
    (log / path).write_bytes(change(whole))

    found = look()

    assert told(found) == [("LDG-164", f"log/{ID}/{path}")]
    assert found.findings[0].remedy() == PUBLISH
    assert desk.store.publish_whole_log(ID)
    assert (log / path).read_bytes() == whole
    assert look().findings == ()


def test_a_published_file_that_is_gone_is_named_and_made_again(
    desk: Desk, look: Callable[[], web.Reconciled], log: Path
) -> None:
    for path in ("checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"):
        (log / path).unlink()

        assert told(look()) == [("LDG-150", f"log/{ID}/{path}")]
        assert desk.store.publish_whole_log(ID)
        assert look().findings == ()

    shutil.rmtree(log)
    assert told(look()) == [("LDG-150", f"log/{ID}/checkpoint")]
    assert desk.store.publish_log(ID)
    assert look().findings == ()


def test_a_foreign_file_among_the_published_is_named_and_removed_by_publishing_the_whole(
    desk: Desk, look: Callable[[], web.Reconciled], log: Path
) -> None:
    for name in ("notes.txt", "tile/0/000.p/4", "tile/0/001", "tile/x"):
        (log / name).parent.mkdir(exist_ok=True)
        (log / name).write_bytes(b"x" * 128)

    found = look()

    assert {code for code, _ in told(found)} == {"LDG-165"}
    assert len(found.findings) == 4
    assert PUBLISH in found.findings[0].remedy()
    assert desk.store.publish_whole_log(ID)
    assert not (log / "notes.txt").exists()
    assert look().findings == ()


def test_what_a_publisher_who_died_left_is_told_as_no_error_and_swept_by_the_next(
    desk: Desk, look: Callable[[], web.Reconciled], log: Path
) -> None:
    (log / "tile/0/000.p/3.4321.new").write_bytes(b"half")

    found = look()

    assert found.findings == ()
    assert [one.code for one in found.left] == ["LDG-131"]
    assert desk.store.publish_log(ID)
    assert not (log / "tile/0/000.p/3.4321.new").exists()


def test_a_log_that_is_not_published_to_its_end_is_told_as_no_error(
    desk: Desk, look: Callable[[], web.Reconciled], tmp_path: Path
) -> None:
    from tanpuhui.web.ledger import publishing

    file = city.write(tmp_path / "more.csv", city.walk("m1", "bo", "100", day=5))
    with (
        mock.patch.object(publishing, "publish", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        desk.post(file)

    found = look()

    assert found.findings == ()
    assert [one.code for one in found.behind] == ["LDG-166"]
    desk.post(file)  # answers, and publishes
    assert look().behind == ()


def test_a_damaged_published_checkpoint_stops_nobody_from_posting(
    desk: Desk, look: Callable[[], web.Reconciled], log: Path, tmp_path: Path
) -> None:
    # The second line of a checkpoint is its size; a 3 becomes a 7, and the log has no 7 entries.
    text = (log / "checkpoint").read_text()
    (log / "checkpoint").write_text(text.replace("\n3\n", "\n7\n", 1))

    assert told(look()) == [("LDG-164", f"log/{ID}/checkpoint")]
    desk.post(city.write(tmp_path / "more.csv", city.walk("m1", "bo", "100", day=5)))

    found = look()
    assert (found.findings, found.behind) == ((), ())


def test_a_batch_without_an_entry_and_an_entry_without_a_batch_are_named(
    look: Callable[[], web.Reconciled],
) -> None:
    with without_foreign_key("ledger_logentry"):
        assert run("UPDATE ledger_logentry SET batch_id = 777 WHERE place = 1") == 1

        found = look()

    entries = [at for code, at in told(found) if code == "LDG-146"]
    assert any("place 1, batch number 777" in at for at in entries)
    assert any(at.startswith(f"ledger_batch {ID}-000002") for at in entries)


def test_an_entry_that_is_gone_leaves_a_gap(look: Callable[[], web.Reconciled]) -> None:
    run("DELETE FROM ledger_logentry WHERE place = 1")

    codes = {code for code, _ in told(look())}

    assert {"LDG-146", "LDG-147", "LDG-148"} <= codes


def test_an_entry_that_was_changed_is_named_and_what_was_published_is_not_called_wrong(
    look: Callable[[], web.Reconciled],
) -> None:
    run(
        "UPDATE ledger_logentry SET record = regexp_replace(record, 'root [0-9a-f]{8}', "
        "'root 00000000') WHERE place = 1"
    )

    found = told(look())

    assert any(code == "LDG-146" and "place 1" in at for code, at in found)
    assert any(code == "LDG-149" and "place 1" in at for code, at in found)
    assert not any(code in ("LDG-150", "LDG-164", "LDG-165") for code, _ in found)


def test_two_entries_that_were_exchanged_are_named(look: Callable[[], web.Reconciled]) -> None:
    run(
        "UPDATE ledger_logentry e SET record = w.record "
        "FROM (SELECT batch_id, record FROM ledger_logentry) w WHERE w.batch_id = "
        "CASE e.batch_id WHEN 1 THEN 2 WHEN 2 THEN 1 ELSE e.batch_id END"
    )

    named = [at for code, at in told(look()) if code == "LDG-146"]

    assert any("place 0" in at for at in named)
    assert any("place 1" in at for at in named)
    assert not any("place 2" in at for at in named)


@pytest.mark.parametrize(
    ("column", "change"),
    [("reduction_mg", "+ 1"), ("credited_mg", "- 1"), ("count", "+ 1")],
)
def test_balances_that_are_not_the_sealed_sums_are_named(
    look: Callable[[], web.Reconciled], column: str, change: str
) -> None:
    run(
        f"UPDATE ledger_balance SET {column} = {column} {change} WHERE batch_id = 1 "
        "AND person_id = (SELECT min(person_id) FROM ledger_balance)"
    )

    assert any(code == "LDG-146" and at.endswith(column) for code, at in told(look()))


def test_a_checkpoint_signed_by_somebody_else_is_named(look: Callable[[], web.Reconciled]) -> None:
    from tanpuhui.web.ledger.models import Checkpoint

    row = Checkpoint.objects.get(size=2)
    text = seals.Note.from_bytes(row.note.encode()).text
    other = seals.new_signing_key(text.split("\n")[0], seed=b"1" * 32)
    row.note = seals.Checkpoint.from_text(text).signed(other).to_bytes().decode()
    row.save()

    assert ("LDG-148", f"ledger_checkpoint {ID} 2") in told(look())


def test_a_checkpoint_of_another_root_is_named_though_the_key_signed_it(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    from tanpuhui.web.ledger.models import Checkpoint

    key = seals.SigningKey.from_text(desk.store.places.log_key_of(ID).read_text().strip())
    note = seals.Checkpoint(key.name, 3, b"2" * 32).signed(key)
    Checkpoint.objects.filter(size=3).update(note=note.to_bytes().decode())

    found = told(look())

    assert ("LDG-148", f"ledger_checkpoint {ID} 3") in found
    # What was published is right, and is not called wrong.
    assert {code for code, _ in found} == {"LDG-148"}


def test_a_changed_key_agrees_and_its_row_is_held_to_what_it_signed(
    desk: Desk, look: Callable[[], web.Reconciled], tmp_path: Path
) -> None:
    desk.store.rotate_log_key(ID, is_lost=False)
    desk.post(city.write(tmp_path / "more.csv", city.walk("m1", "bo", "100", day=5)))
    assert look().findings == ()

    run("UPDATE ledger_logkey SET from_size = 4 WHERE from_size = 3")

    named = told(look())
    assert [code for code, at in named if "from_size" in at] == ["LDG-147"]


def test_a_log_key_that_is_lost_is_a_finding(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    desk.store.places.log_key_of(ID).unlink()

    assert [one.code for one in look().findings] == ["LDG-151"]


def test_a_published_log_of_which_the_database_knows_nothing_is_named(
    desk: Desk, look: Callable[[], web.Reconciled], log: Path
) -> None:
    shutil.copytree(log, log.with_name("other"))

    assert told(look()) == [("LDG-147", "ledger_log other")]


def test_a_line_of_which_manifest_and_file_were_changed_alike_is_named_by_its_leaf(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    path = files_of(desk, "lines")[0]
    table = pq.read_table(path).to_pylist()
    rewritten(desk, path, "region", lambda values: values.__setitem__(0, "420102"))

    found = [(code, at) for code, at in told(look()) if code == "LDG-149"]

    assert found == [("LDG-149", f"line {table[0]['line']} of batch {table[0]['batch']}")]


def test_a_line_of_an_erased_person_is_closed_and_is_no_finding(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    assert run("UPDATE participants_person SET secret = NULL") > 0
    assert look().findings == ()

    rewritten(desk, files_of(desk, "lines")[0], "region", lambda v: v.__setitem__(0, "420102"))

    codes = {code for code, _ in told(look())}
    assert "LDG-149" not in codes  # nobody can open it; but its file is not the sealed one
    assert "LDG-146" in codes


def test_a_secret_that_is_another_is_found_by_every_line_of_its_person(
    look: Callable[[], web.Reconciled],
) -> None:
    run("UPDATE participants_person SET secret = gen_random_uuid()")

    assert {code for code, _ in told(look())} == {"LDG-149"}
