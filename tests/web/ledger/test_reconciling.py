"""Whatever disagrees is found, named with its place, and left as it is."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui import pipeline, web
from tanpuhui.engine import RelationalBackend
from tanpuhui.rules import Library
from tests.web.ledger import trial_city as city
from tests.web.ledger.hand_in import Desk


@pytest.fixture
def randomly_seed(pytestconfig: pytest.Config) -> int:
    """The seed at the head of the run."""
    return int(pytestconfig.getoption("randomly_seed"))


@pytest.fixture(scope="session")
def engine() -> RelationalBackend:
    """One engine for all looks."""
    return pipeline.open_engine()


@pytest.fixture
def desk(store: web.Store, library: Library, city_saved: Callable[[web.Store], None]) -> Desk:
    """The trial city, posted: corrections, a withdrawal, locks, grants, a refusal and a retry."""
    city_saved(store)
    return Desk(store, city.programme(library), library)


@pytest.fixture
def look(desk: Desk, engine: RelationalBackend) -> Callable[[], web.Reconciled]:
    """Looks at the city's dedup domain."""
    return lambda: desk.store.reconcile("trial", backend=engine)


def sql(statement: str) -> int:
    """Run a statement by hand, as nobody should; how many rows it met."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def files_of(desk: Desk, kind: str) -> list[Path]:
    """The city's files of a kind, in order."""
    below = (desk.store.places.lake / "domain=trial" / kind).rglob("*")
    return sorted(path for path in below if path.is_file())


def test_a_ledger_that_nobody_touched_agrees(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    found = look()

    assert [str(one) for one in found.findings] == []
    assert found.left == ()
    # 3 rides and a walk; the reversal, the stronger ride, the 20 g of room, and the second walk;
    # and by the withdrawal a reversal, and Ann's first ride again with 70 g.
    assert (found.batches, found.lines, found.without_sha256) == (3, 10, 0)
    assert desk.store.batches("supersedes-limited")[-1].result["credited_mg"] == 70_000 - 4_870
    assert found.programmes == ("supersedes-limited",)


def test_every_file_that_is_posted_has_its_hash_in_the_manifest(desk: Desk) -> None:
    from tanpuhui.web.ledger.models import Segment

    rows = dict(Segment.objects.values_list("path", "sha256"))

    lake = desk.store.places.lake
    files = {p.relative_to(lake).as_posix() for p in lake.glob("domain=*/*/**/*") if p.is_file()}
    assert set(rows) == files
    for path, sha256 in rows.items():
        assert hashlib.sha256((lake / path).read_bytes()).hexdigest() == sha256


def test_a_flipped_bit_of_any_file_is_found_and_the_file_named(
    desk: Desk, look: Callable[[], web.Reconciled], randomly_seed: int
) -> None:
    draw = random.Random(randomly_seed)
    below = desk.store.places.lake.glob("domain=*/*/**/*")

    for path in sorted(path for path in below if path.is_file()):
        content = path.read_bytes()
        place = draw.randrange(len(content) * 8)
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)

        found = look().findings

        name = path.relative_to(desk.store.places.lake).as_posix()
        assert [one.code for one in found] == ["LDG-132"], (randomly_seed, place)
        assert name in str(found[0])
        assert "put this file back" in str(found[0])
        assert path.read_bytes() == bytes(flipped)  # nothing was mended, nothing swept
        path.write_bytes(content)
    assert look().findings == ()


def test_a_file_that_is_gone_or_cut_short_is_named(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    gone, cut = files_of(desk, "keys")
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])

    found = look().findings

    assert {one.code for one in found} == {"LDG-130", "LDG-132"}
    assert gone.name in str(found[0])


def test_a_damaged_file_does_not_make_every_sum_of_its_batch_a_finding(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    files_of(desk, "lines")[0].unlink()

    assert [one.code for one in look().findings] == ["LDG-130"]


def test_a_file_without_a_row_is_told_and_is_no_error(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    named = files_of(desk, "keys")[0]
    left = named.with_name("supersedes-limited-000004-01234567.parquet")
    shutil.copy(named, left)

    found = look()

    assert found.findings == ()
    assert [one.code for one in found.left] == ["LDG-131"]
    assert left.name in found.left[0].at
    assert left.exists()


def test_a_row_that_is_gone_from_the_manifest_is_an_error(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    for kind in get_args(pipeline.FileKind):
        path = files_of(desk, kind)[0]
        at = path.relative_to(desk.store.places.lake).as_posix()
        kept = sql(f"CREATE TEMP TABLE kept AS SELECT * FROM ledger_segment WHERE path = '{at}'")
        assert kept == 1
        sql(f"DELETE FROM ledger_segment WHERE path = '{at}'")

        found = look().findings

        assert any(one.code == "LDG-133" and path.name in str(one) for one in found), kind
        sql("INSERT INTO ledger_segment SELECT * FROM kept")
        sql("DROP TABLE kept")
    assert look().findings == ()


# Of each table, what a column might be changed to. Keys by which nothing else is found, and what
# only the log's signature can prove, are left out: see the page on the ledger.
OTHER_BATCH = (
    "(SELECT CASE t.batch_id WHEN max(number) THEN min(number) ELSE max(number) END "
    "FROM ledger_batch)"
)
CHANGES = {
    "ledger_segment": {
        "batch_id": OTHER_BATCH,
        "kind": "CASE kind WHEN 'keys' THEN 'references' ELSE 'keys' END",
        "path": "path || '2'",
        "local_day": "CASE WHEN local_day IS NULL THEN DATE '2026-03-01' ELSE local_day + 1 END",
        "starts": "coalesce(starts, now()) - INTERVAL '1 microsecond'",
        "ends": "coalesce(ends, now()) + INTERVAL '1 microsecond'",
        "has_corrections": "NOT has_corrections",
        "rows": "rows + 1",
        "bytes": "bytes - 1",
        "sha256": "overlay(sha256 placing 'x' from 9)",
    },
    "ledger_balance": {
        "person_id": "person_id + 100",
        "batch_id": "batch_id + 100",
        "count": "count + 1",
        "reduction_mg": "reduction_mg - 1",
        "credited_mg": "credited_mg + 1",
    },
    "ledger_pointbalance": {
        "person_id": "person_id + 100",
        "batch_id": "batch_id + 100",
        "currency": "currency || ', \"2\"'",
        "points": "points + 1",
    },
    "ledger_bookline": {
        "batch_id": OTHER_BATCH,
        "programme": "''",
        "partner": "partner || '2'",
        "region": "'420000'",
        "scene": "'a, \"b\"'",
        "methodology": "methodology || E'\\n'",
        "local_day": "local_day + 1",
        "count": "count - 1",
        "baseline_mg": "CASE WHEN baseline_mg IS NULL THEN 0 END",
        "reduction_mg": "reduction_mg + 1",
        "credited_mg": "credited_mg - 1",
    },
    "ledger_pointline": {
        "batch_id": OTHER_BATCH,
        "programme": "programme || '2'",
        "partner": "partner || '2'",
        "region": "'420000'",
        "scene": "'walk2'",
        "methodology": "methodology || '2'",
        "local_day": "local_day - 1",
        "currency": "'gold'",
        "points": "points - 1",
    },
    "ledger_batch": {
        "name": "name || '2'",
        "posted_order": "posted_order + 10",
        "programme": "programme || '2'",
        "programme_sha256": "programme_sha256 || '2'",
        "library_version": "library_version || '2'",
        "question": "'2' || question",
        "posted_at": "posted_at + INTERVAL '1 microsecond'",
        "has_held": "NOT has_held",
        "currencies": "'{\"grams\": true}'",
        "result": "replace(result, '\"people\": ', '\"people\": 1')",
        "kind": "'restatement'",
        "reason": "CASE WHEN reason IS NULL THEN 'partner-error' END",
        "note": "CASE WHEN note IS NULL THEN 'x' END",
        "clawback": "CASE WHEN clawback IS NULL THEN 'pool-2026' END",
    },
    "ledger_lock": {
        "line": "line + 100",
    },
    "ledger_log": {
        "origin": "origin || '2'",
        "size": "size + 1",
        "edge": "set_bit(edge, 77, 1 - get_bit(edge, 77))",
    },
    "ledger_logkey": {
        "vkey": "overlay(vkey placing "
        "CASE substr(vkey, length(vkey) - 9, 1) WHEN 'A' THEN 'B' ELSE 'A' END "
        "from length(vkey) - 9)",
        "from_size": "from_size + 1",
    },
    "ledger_logentry": {
        "place": "place + 100",
        "record": "replace(record, 'kind ', 'kind a')",
    },
    "ledger_checkpoint": {
        "size": "size + 100",
        "note": "overlay(note placing "
        "CASE substr(note, length(note) - 9, 1) WHEN 'A' THEN 'B' ELSE 'A' END "
        "from length(note) - 9)",
    },
    "ledger_domain": {
        "posted_order": "posted_order + 1",
        "secret_check": "secret_check || '2'",
        "lake_mark": "gen_random_uuid()",
    },
}


def changed(table: str, column: str, row: int) -> Callable[[], None]:
    """Change a column of one row; what is given back changes it back."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, {column}::text FROM {table} ORDER BY ctid")
        at, was = cursor.fetchall()[row]
        change = CHANGES[table][column]
        cursor.execute(
            f"UPDATE {table} t SET {column} = {change} WHERE ctid = %s::tid RETURNING ctid::text",
            [at],
        )
        (now,) = cursor.fetchone()
        cursor.execute(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attname = %s",
            [table, column],
        )
        (kind,) = cursor.fetchone()

    def back() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {column} = %s::{kind} WHERE ctid = %s::tid", [was, now]
            )

    return back


@pytest.mark.parametrize("table", CHANGES)
def test_any_column_of_any_table_that_is_changed_by_hand_is_found(
    look: Callable[[], web.Reconciled], table: str, randomly_seed: int
) -> None:
    draw = random.Random(randomly_seed)
    count = sql(f"SELECT 1 FROM {table}")

    for column, change in CHANGES[table].items():
        row = draw.randrange(count)
        back = changed(table, column, row)
        found = look().findings
        back()

        assert found, f"{column} of row {row} of {table} was changed to {change}: unseen"
        assert all(one.remedy() and one.what() for one in found)
    assert look().findings == ()


@pytest.mark.parametrize(
    "path",
    [
        "counted", "duplicate", "refused,unreadable-steps", "baseline_mg", "reduction_mg",
        "credited_mg", "people", "points,grams", "books,region,420100,credited_mg",
    ],
)  # fmt: skip
def test_a_figure_of_an_answer_that_is_changed_is_found(
    look: Callable[[], web.Reconciled], path: str
) -> None:
    sql(f"UPDATE ledger_batch SET result = jsonb_set(result::jsonb, '{{{path}}}', '7777')::text")

    found = look().findings

    assert {one.code for one in found} == {"LDG-139"}
    assert "7777" in str(found[0])


# -- files that are whole, but of another ledger ---------------------------------------------------


def rewritten(desk: Desk, path: Path, column: str, change: Callable[[list[object]], None]) -> None:
    """Put another file in the place of one, with a row that fits it: no hash can tell."""
    table = pq.read_table(path)
    values = table[column].to_pylist()
    change(values)
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    pq.write_table(table.set_column(place, field, pa.array(values, field.type)), path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    at = path.relative_to(desk.store.places.lake).as_posix()
    size = path.stat().st_size
    sql(f"UPDATE ledger_segment SET sha256 = '{sha256}', bytes = {size} WHERE path = '{at}'")


def put(value: object, place: int = 0) -> Callable[[list[object]], None]:
    """A change of one row."""

    def change(values: list[object]) -> None:
        values[place] = value

    return change


WRONG = [
    ("lines", "credited_mg", 1, {"LDG-135", "LDG-136"}),
    ("lines", "line", 7, {"LDG-134"}),
    ("lines", "posted_order", 9, {"LDG-134"}),
    ("lines", "programme_sha256", "0", {"LDG-134"}),
    ("lines", "person_id", 99, {"LDG-135"}),
    ("lines", "partner", "other", {"LDG-136"}),
    ("lines", "record_key", 5, {"LDG-138"}),
    ("lines", "reference_key", 5, {"LDG-138"}),
    ("suppressed", "record_key", 5, {"LDG-138"}),
    ("grants", "line", 77, {"LDG-137"}),
    ("grants", "person_id", 99, {"LDG-137"}),
    ("grants", "points", 99, {"LDG-135", "LDG-136"}),
    ("keys", "record_key", 5, {"LDG-138"}),
    ("references", "reference_key", 5, {"LDG-138"}),
    ("verdicts", "verdict", "held", {"LDG-139"}),
    ("verdicts", "credited_mg", 5, {"LDG-139"}),
]


def test_a_file_that_says_something_else_under_a_right_hash_is_found(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    for kind, column, value, codes in WRONG:
        path = files_of(desk, kind)[0]
        content = path.read_bytes()
        row = manifest_row(desk, path)
        rewritten(desk, path, column, put(value))

        found = {one.code for one in look().findings}

        assert codes <= found, (kind, column, found)
        path.write_bytes(content)
        sql(f"UPDATE ledger_segment SET sha256 = '{row[0]}', bytes = {row[1]} WHERE id = {row[2]}")
    assert look().findings == ()


def manifest_row(desk: Desk, path: Path) -> tuple[str | None, int, int]:
    """What the manifest says of a file: its hash and its size; and the row's number."""
    from tanpuhui.web.ledger.models import Segment

    at = path.relative_to(desk.store.places.lake).as_posix()
    return Segment.objects.values_list("sha256", "bytes", "id").get(path=at)


def test_a_correction_that_names_no_act_is_found(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    second = next(p for p in files_of(desk, "lines") if "000002" in p.name and "03-01" in str(p))

    def change(values: list[object]) -> None:
        values[:] = [None if value is None else 50 for value in values]

    rewritten(desk, second, "corrects_line", change)

    found = {one.code for one in look().findings}
    # And the log says that the manifest and a line are not what was sealed.
    assert found == {"LDG-137", "LDG-143", "LDG-146", "LDG-149"}


def test_an_act_that_stands_twice_is_found(desk: Desk, look: Callable[[], web.Reconciled]) -> None:
    second = next(p for p in files_of(desk, "lines") if "000002" in p.name and "03-01" in str(p))

    def change(values: list[object]) -> None:  # Ann's first ride is not taken back any more
        values[:] = ["difference" if value == "reversal" else value for value in values]

    rewritten(desk, second, "line_kind", change)
    rewritten(desk, files_of(desk, "lines")[0], "record_key", lambda v: v.__setitem__(0, v[1]))

    assert "LDG-141" in {one.code for one in look().findings}


def test_a_reversal_that_leaves_something_is_found(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    # What Ann's first ride was taken back with.
    second = next(p for p in files_of(desk, "lines") if "000002" in p.name and "03-01" in str(p))
    kinds = pq.read_table(second)["line_kind"].to_pylist()
    place = kinds.index("reversal")

    def change(values: list[object]) -> None:
        assert values[place] == -90_000
        values[place] = -89_999

    rewritten(desk, second, "credited_mg", change)

    found = [one for one in look().findings if one.code == "LDG-143"]
    line = pq.read_table(second)["corrects_line"].to_pylist()[place]
    assert len(found) == 1
    assert f"line {line} of batch supersedes-limited-000001" in found[0].what()
    assert "credited_mg 1." in found[0].what()


def test_a_withdrawn_record_that_stands_or_was_never_received_is_found(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    (withdrawn,) = files_of(desk, "withdrawn")
    content = withdrawn.read_bytes()
    standing = pq.read_table(files_of(desk, "lines")[0])["record_key"].to_pylist()[-1]

    rewritten(desk, withdrawn, "record_key", put(standing))
    stands = [str(one) for one in look().findings if one.code == "LDG-144"]
    withdrawn.write_bytes(content)
    rewritten(desk, withdrawn, "record_key", put(5))
    unknown = [str(one) for one in look().findings if one.code == "LDG-144"]

    assert "acts that stand 1" in stands[0]
    assert "received 0" in unknown[0]


def test_a_locked_line_that_was_taken_back_is_found_unless_its_pool_is_named(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    second = next(p for p in files_of(desk, "lines") if "000002" in p.name and "03-01" in str(p))
    rows = pq.read_table(second).to_pylist()
    (line,) = (row["corrects_line"] for row in rows if row["line_kind"] == "reversal")
    sql(
        "INSERT INTO ledger_lock (batch_id, line, pool) "
        f"SELECT min(number), {line}, 'pool-1' FROM ledger_batch"
    )
    found = look().findings
    assert [one.code for one in found] == ["LDG-145"]
    assert "an act that batch supersedes-limited-000002" in str(found[0])

    sql("UPDATE ledger_batch SET clawback = 'pool-1' WHERE posted_order = 2")
    assert "LDG-145" not in {one.code for one in look().findings}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger_segment SET starts = 'infinity'", "starts that can be"),
        ("UPDATE ledger_segment SET ends = '290000-01-01Z'", "ends that can be"),
        ("UPDATE ledger_segment SET local_day = '0044-03-15 BC'", "local_day that can be"),
        ("UPDATE ledger_segment SET path = 'a' WHERE kind = 'refused'", "by its batch, kind"),
        ("UPDATE ledger_bookline SET local_day = 'infinity'", "no row"),
        ("UPDATE ledger_bookline SET credited_mg = 9223372036854775807", "9,223,372,036,854,775"),
        ("UPDATE ledger_balance SET reduction_mg = 9223372036854775807", "9,223,372,036,854,775"),
        ("UPDATE ledger_batch SET result = '{'", "an answer in JSON"),
        ("UPDATE ledger_batch SET result = '[1]'", "an answer in JSON"),
        ("UPDATE ledger_batch SET currencies = '[1]'", "whether the rate of each currency"),
        ("UPDATE ledger_batch SET kind = 'gift'", "a kind of records"),
    ],
)
def test_whatever_stands_in_a_row_is_read_and_told(
    look: Callable[[], web.Reconciled], statement: str, said: str
) -> None:
    assert sql(statement) > 0

    assert any(said in str(one) for one in look().findings)


def test_many_findings_of_one_check_are_counted_and_not_listed(
    store: web.Store, library: Library, engine: RelationalBackend, tmp_path: Path
) -> None:
    desk = Desk(store, city.programme(library), library)
    desk.post(
        city.write(tmp_path / "w.csv", *(city.walk(str(n), f"p{n}", "10") for n in range(30)))
    )
    sql("UPDATE ledger_balance SET credited_mg = credited_mg + 1")

    found = store.reconcile("trial", backend=engine).findings

    balances = [one for one in found if one.code == "LDG-135"]
    more = [one for one in found if one.code == "LDG-142"]
    assert (len(balances), len(more)) == (10, 1)
    assert "20 more" in str(more[0])


def test_rows_of_a_release_without_hashes_are_compared_by_content(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    sql("UPDATE ledger_segment SET sha256 = NULL")
    sql("TRUNCATE ledger_log, ledger_logkey, ledger_logentry, ledger_checkpoint")
    shutil.rmtree(desk.store.places.lake / "log")
    assert look().findings == ()
    assert look().without_sha256 > 0

    rewritten(desk, files_of(desk, "lines")[0], "credited_mg", put(1))
    sql("UPDATE ledger_segment SET sha256 = NULL")

    assert {"LDG-135", "LDG-136"} <= {one.code for one in look().findings}


def test_a_lost_secret_and_a_foreign_mark_are_findings(
    desk: Desk, look: Callable[[], web.Reconciled]
) -> None:
    (desk.store.places.keys / "trial.secret").unlink()
    (desk.store.places.lake / "domain=trial" / "mark").write_text("someone else's")

    assert [one.code for one in look().findings] == ["LDG-102", "LDG-101"]


def test_two_domains_do_not_see_each_other(
    desk: Desk, hankou: Desk, look: Callable[[], web.Reconciled], tmp_path: Path
) -> None:
    from tests.web.ledger import hand_in

    hankou.post(hand_in.write(tmp_path / "steps.csv", hand_in.walk("1", "ann", 500)))

    assert look().findings == ()
    assert desk.store.reconcile("hankou").findings == ()
    assert desk.store.domains() == ("hankou", "trial")
    assert desk.store.domain_of("supersedes-limited") == "trial"
