from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanpuhui import ledger
from tanpuhui.ledger import seals
from tests.ledger.seals import sealed
from tests.ledger.seals.sealed import TRUST, Row, changed, failed, row_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sealed.exported(tmp_path / "batch")
    return tmp_path / "batch"


def _report(folder: Path) -> seals.Report:
    (report,) = seals.verify_files([folder], TRUST)
    return report


def _segment(folder: Path, day: int) -> Path:
    return folder / "segments" / f"{date(2026, 3, day)}.parquet"


def _rewrite(file: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    rows = change(pq.read_table(file).to_pylist())
    pq.write_table(pa.Table.from_pylist(rows, schema=ledger.LINES), file)


def test_a_whole_batch_is_verified_with_the_public_key_alone(folder: Path) -> None:
    report = _report(folder)

    assert report.holds, [step for step in report.steps if not step.holds]
    assert report.counts == {"lines": 5, "opened": 5, "closed": 0, "wrong": 0}
    assert [step.step for step in report.steps] == [
        "key", "signature", "origin", "log", "manifest", "tree", "segment", "commitment",
    ]  # fmt: skip


def test_an_export_survives_its_file(folder: Path) -> None:
    content = (folder / "export.json").read_bytes()

    assert seals.BatchExport.from_bytes(content).to_bytes() == content


def test_the_lines_of_a_person_who_was_erased_are_closed_and_not_wrong(tmp_path: Path) -> None:
    sealed.exported(tmp_path / "batch", erased=(0, 1))

    report = _report(tmp_path / "batch")

    assert report.holds
    assert report.counts == {"lines": 5, "opened": 3, "closed": 2, "wrong": 0}


def test_resealing_a_batch_after_one_changed_gram_names_that_line(folder: Path) -> None:
    def one_gram(rows: list[Row]) -> list[Row]:
        return [changed(row, credited_mg=row["credited_mg"] + 1_000 * (row["line"] == 4))
                for row in rows]  # fmt: skip

    _rewrite(_segment(folder, 2), one_gram)

    report = _report(folder)

    assert failed(report) == ["segment", "commitment"]
    file, line = (step for step in report.steps if not step.holds)
    assert file.where == "segments/2026-03-02.parquet"
    assert line.where == "line 4 (segments/2026-03-02.parquet, row 2)"
    assert report.counts == {"lines": 5, "opened": 4, "closed": 0, "wrong": 1}


def test_a_line_that_was_left_out_is_named(folder: Path) -> None:
    _rewrite(_segment(folder, 1), lambda rows: rows[:1] + rows[2:])

    missing = [step for step in _report(folder).steps if not step.holds][-1]

    assert missing.step == "segment"
    assert "1 lines are in no file, the first is line 1" in missing.said


def test_a_line_that_is_there_twice_is_named(folder: Path) -> None:
    _rewrite(_segment(folder, 1), lambda rows: [*rows, rows[0]])

    said = [(step.said, step.where) for step in _report(folder).steps if not step.holds]

    assert ("the line is there twice", "line 0 (segments/2026-03-01.parquet, row 4)") in said


def test_a_line_more_than_the_batch_has_is_named(folder: Path) -> None:
    _rewrite(_segment(folder, 2), lambda rows: [*rows, row_of(5)])

    said = [step.said for step in _report(folder).steps if not step.holds]

    assert "the number of the line, 5, is none of the batch's 5" in said


def test_a_segment_cut_short_is_named(folder: Path) -> None:
    file = _segment(folder, 1)
    file.write_bytes(file.read_bytes()[:-10])

    report = _report(folder)

    assert {"segment"} == set(failed(report))
    assert any("cannot be read" in step.said for step in report.steps)


def test_a_segment_that_is_gone_is_a_wrong_command(folder: Path) -> None:
    _segment(folder, 1).unlink()

    with pytest.raises(seals.NothingToVerify, match=r"2026-03-01\.parquet"):
        _report(folder)


def test_a_changed_row_of_the_manifest_is_noticed(folder: Path) -> None:
    header = seals.BatchExport.from_bytes((folder / "export.json").read_bytes())
    rows = (*header.manifest[:-1], replace(header.manifest[-1], rows=7))
    (folder / "export.json").write_bytes(replace(header, manifest=rows).to_bytes())

    assert failed(_report(folder)) == ["manifest"]


def test_a_record_of_another_total_is_not_in_the_log(folder: Path) -> None:
    header = seals.BatchExport.from_bytes((folder / "export.json").read_bytes())
    record = seals.BatchRecord.from_bytes(header.record)
    more = replace(record, credited_mg=record.credited_mg + 1).to_bytes()
    (folder / "export.json").write_bytes(replace(header, record=more).to_bytes())

    assert failed(_report(folder)) == ["log"]


@pytest.mark.parametrize("change", [-32, 32])
def test_a_tree_file_of_another_length_is_noticed(folder: Path, change: int) -> None:
    tree = folder / "batch.tree"
    tree.write_bytes((tree.read_bytes() + b"\0" * 32)[: 5 * 32 + change])

    assert failed(_report(folder)) == ["tree"]


def test_a_changed_hash_of_the_tree_is_noticed_in_the_root_and_at_its_line(folder: Path) -> None:
    tree = bytearray((folder / "batch.tree").read_bytes())
    tree[3 * 32] ^= 1
    (folder / "batch.tree").write_bytes(tree)

    report = _report(folder)

    assert failed(report) == ["tree", "commitment"]
    (*_, line) = (step for step in report.steps if not step.holds)
    assert line.where == "line 3 (segments/2026-03-02.parquet, row 1)"


def test_a_changed_hash_of_an_upper_level_names_the_lines_below_it(tmp_path: Path) -> None:
    sealed.exported(tmp_path / "batch", lines=600)
    tree = tmp_path / "batch" / "batch.tree"
    content = bytearray(tree.read_bytes())
    content[-1] ^= 1  # 600 leaves and two hashes: the last is of lines 256 to 511
    tree.write_bytes(content)

    steps = [step for step in _report(tmp_path / "batch").steps if not step.holds]

    assert "lines 256 to 511" in steps[0].said


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"line": 0, "salt": "00"}', "row 1 is not"),
        ('{"line": 1, "salt": null}', "line 1 is there twice"),
        ('{"line": 5, "salt": null}', "line 5 is there twice, or is none of 5"),
        ('{"line": 0, "salt": null, "more": 1}', "row 1 is not"),
        ("", "row 1 is not"),
        ("{", "row 1 is not"),
    ],
)
def test_a_list_of_salts_in_another_form_is_refused(folder: Path, line: str, problem: str) -> None:
    salts = folder / "salts.jsonl"
    first, *rest = salts.read_text().splitlines()
    assert json.loads(first)["line"] == 0
    salts.write_text("\n".join([line, *rest]) + "\n")

    steps = [step for step in _report(folder).steps if not step.holds]

    assert steps[0].where == "salts.jsonl"
    assert problem in steps[0].said


def test_a_salt_that_is_missing_is_named(folder: Path) -> None:
    salts = folder / "salts.jsonl"
    salts.write_text("".join(salts.read_text().splitlines(keepends=True)[:-1]))

    assert "line 4 is missing" in _report(folder).steps[-2].said


def test_another_salt_opens_nothing_and_names_the_line(folder: Path) -> None:
    salts = folder / "salts.jsonl"
    salts.write_text(salts.read_text().replace(sealed.salt_of(2).hex(), "00" * 32))

    (step,) = [step for step in _report(folder).steps if not step.holds]

    assert step.where.startswith("line 2 ")


def test_salts_may_stand_in_parquet(folder: Path) -> None:
    (folder / "salts.jsonl").unlink()
    salts = [sealed.salt_of(line) if line else None for line in range(5)]
    table = {"line": pa.array(range(5), pa.int64()), "salt": pa.array(salts, pa.binary())}
    pq.write_table(pa.table(table), folder / "salts.parquet")

    report = _report(folder)

    assert report.holds
    assert report.counts["closed"] == 1


@pytest.mark.parametrize("file", ["../segments/a.parquet", "segments/../../a.parquet",
                                  "/etc/a.parquet", "segments/.parquet", "a.parquet"])  # fmt: skip
def test_a_header_that_points_out_of_its_folder_is_refused(folder: Path, file: str) -> None:
    header = seals.BatchExport.from_bytes((folder / "export.json").read_bytes())
    (path, *_) = header.segments
    (folder / "export.json").write_bytes(replace(header, segments={path: file}).to_bytes())

    assert failed(_report(folder)) == ["form"]


def test_bits_at_random_places_of_an_export_are_noticed(folder: Path) -> None:
    seed = 20261129
    places = random.Random(seed)
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]

    for _ in range(60):
        file = places.choice(files)
        before = file.read_bytes()
        bit = places.randrange(8 * len(before))
        content = bytearray(before)
        content[bit // 8] ^= 1 << bit % 8
        file.write_bytes(content)
        with contextlib.suppress(seals.NothingToVerify):
            assert not _report(folder).holds, (seed, file, bit)
        file.write_bytes(before)
    assert _report(folder).holds
